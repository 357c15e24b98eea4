"""Lead times: plain mean and sd, open orders as censored, fallbacks, as known."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import stock
from workbench.stock.lead_times import censored_mean_sd
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)


def items(*pairs):
    return schema.conform("items", pd.DataFrame(pairs, columns=["sku", "supplier"]).assign(known_at=pd.Timestamp("2026-01-01"), source_file="i", source_line=2))


def suppliers(**more):
    row = {"supplier": "S", "production_days": 15.0, "transit_days": 10.0, "receiving_days": 3.0, "lead_time_sd_days": 4.0, "review_period_days": 7.0}
    return schema.conform("suppliers", pd.DataFrame([row | more]).assign(known_at=pd.Timestamp("2026-01-01"), source_file="s", source_line=2))


def orders(rows, known_at="2026-10-31"):
    """Rows of (sku, ordered, days or None when open)."""
    frame = pd.DataFrame(rows, columns=["sku", "ordered_date", "days"]).assign(supplier="S", node="fba-us", units_ordered=10.0)
    frame["ordered_date"] = pd.to_datetime(frame["ordered_date"])
    frame["received_date"] = frame["ordered_date"] + pd.to_timedelta(frame["days"].astype("float64"), unit="D")
    frame["status"] = np.where(frame["received_date"].isna(), "sent", "received")
    frame["purchase_order"] = [f"P{i}" for i in range(len(frame))]
    return schema.conform("purchase_orders", frame.assign(known_at=pd.Timestamp(known_at), source_file="p", source_line=2))


NOTHING = schema.empty("purchase_orders")
THREE = [("A", "2026-01-01", 20), ("A", "2026-03-01", 30), ("A", "2026-05-01", 40)]


def learned(rows, stated=None, goods=(("A", "S"),), as_of=AS_OF):
    table = stock.lead_times(items(*goods), suppliers() if stated is None else stated, rows, as_of)
    return table.set_index("sku").loc["A"]


def test_mean_and_sample_deviation_of_the_receipts():
    found = learned(orders(THREE))
    assert (found["lead_time_days"], found["lead_time_sd_days"], found["review_period_days"]) == pytest.approx((30, 10, 7))
    assert (found["n_receipts"], found["source"]) == (3, "receipts")


def test_two_receipts_are_not_enough():
    found = learned(orders(THREE[:2]))
    assert (found["lead_time_days"], found["lead_time_sd_days"], found["n_receipts"], found["source"]) == (28, 4, 0, "supplier")


def test_receipts_of_the_suppliers_other_goods_come_before_its_word():
    other = [("B", day, 50) for _, day, _ in THREE]
    found = learned(orders(THREE[:1] + other), goods=(("A", "S"), ("B", "S")))
    assert (found["lead_time_days"], found["n_receipts"], found["source"]) == (42.5, 4, "supplier_receipts")


def test_lines_of_one_order_are_one_observation_of_the_supplier():
    rows = orders([("B", "2026-01-01", 50), ("C", "2026-01-01", 50), ("D", "2026-01-01", 50)])
    found = learned(rows.assign(purchase_order="P1"), goods=(("A", "S"), ("B", "S")))
    assert found["source"] == "supplier"


def test_nothing_known_is_unknown():
    found = learned(NOTHING, stated=schema.empty("suppliers"))
    assert np.isnan(found["lead_time_days"]) and np.isnan(found["review_period_days"]) and found["source"] == ""
    part = learned(NOTHING, stated=suppliers(transit_days=np.nan))
    assert part["lead_time_days"] == 18


def test_only_the_newest_twelve_receipts_count():
    rows = [("A", f"2024-{m:02}-01", 90) for m in range(1, 13)] + [("A", f"2025-{m:02}-01", 20) for m in range(1, 13)]
    found = learned(orders(rows))
    assert (found["lead_time_days"], found["lead_time_sd_days"], found["n_receipts"]) == (20, 0, 12)


def test_overdue_open_orders_lengthen_the_lead_time():
    late = learned(orders([*THREE, ("A", "2026-09-01", None)]))  # open for 61 days
    fresh = learned(orders([*THREE, ("A", "2026-10-30", None)]))
    assert late["lead_time_days"] > 35 and late["n_receipts"] == 3
    assert fresh["lead_time_days"] == pytest.approx(30, abs=0.1)


def test_abandoned_draft_cancelled_and_undated_orders_are_left_out():
    abandoned = learned(orders([*THREE, ("A", "2026-06-01", None)]))  # open for 153 of at most 120 days
    assert abandoned["lead_time_days"] == pytest.approx(30)
    for status in ("draft", "cancelled", "received"):
        rows = orders([*THREE, ("A", "2026-09-01", None)])
        rows.loc[3, "status"] = status
        assert learned(rows)["lead_time_days"] == pytest.approx(30)


def test_receipts_after_the_day_are_not_known_yet():
    rows = orders([*THREE, ("A", "2026-10-01", 90)])
    assert learned(rows)["n_receipts"] == 3
    assert learned(orders(THREE, known_at="2026-11-02"))["source"] == "supplier"
    assert learned(orders(THREE), as_of=dt.date(2026, 4, 15))["source"] == "supplier"


def test_leaving_open_orders_out_is_biased_and_this_is_not():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(400), 10)
    days = rng.normal(60, 12, group.size).round()
    age = rng.uniform(0, 120, group.size).round()  # how long ago each was ordered
    is_open = days > age
    enough = np.bincount(group[~is_open], minlength=400) >= 3
    mean, sd = censored_mean_sd(group, np.where(is_open, age, days), is_open, 400)
    naive = np.array([days[(group == g) & ~is_open].mean() for g in np.flatnonzero(enough)])
    assert naive.mean() < 58
    assert mean[enough].mean() == pytest.approx(60, abs=1.0)
    assert sd[enough].mean() == pytest.approx(12, abs=2.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 120), min_size=3, max_size=12), st.integers(1, 120), st.integers(1, 60))
def test_an_older_open_order_never_shortens_the_lead_time(received, age, more):
    days = np.array([*received, age], dtype=float)
    is_open = np.array([False] * len(received) + [True])
    group = np.zeros(len(days), dtype=int)
    older = days + np.where(is_open, more, 0)
    before, after = (censored_mean_sd(group, values, is_open, 1)[0][0] for values in (days, older))
    assert after >= before - 1e-6
    assert before >= np.mean(received) - 1e-6


def test_empty_tables():
    found = stock.lead_times(schema.empty("items"), schema.empty("suppliers"), NOTHING, AS_OF)
    assert list(found.columns) == ["sku", "lead_time_days", "lead_time_sd_days", "review_period_days", "n_receipts", "source"] and found.empty


@pytest.mark.real
def test_open_orders_help_on_real_orders(shared_data):
    """US government purchase orders, as known on six July 1sts, against the orders of four months around."""
    columns = {"po / so #": "purchase_order", "item description": "sku", "vendor": "supplier", "po_sent_to_vendor_date_parsed": "ordered_date"}
    raw = pd.read_parquet(shared_data / "scms_lead_times" / "scms_delivery_history.parquet").dropna(subset="po_sent_to_vendor_date_parsed")
    frame = raw.rename(columns={**columns, "delivered_to_client_date_parsed": "received_date"}).sort_values("received_date")
    frame = frame.drop_duplicates(["purchase_order", "sku"], keep="last").assign(status="received", known_at=pd.Timestamp("2000-01-01"))
    rows = schema.conform("purchase_orders", frame)
    goods = schema.conform("items", rows[["sku", "supplier", "known_at"]].drop_duplicates("sku"))
    errors = np.concatenate([_errors(goods, rows, pd.Timestamp(year, 7, 1)) for year in range(2009, 2015)])
    with_open, without = errors.mean(axis=0)
    assert without < -15 and abs(with_open) < abs(without) / 1.5
    assert np.abs(errors[:, 0]).mean() < np.abs(errors[:, 1]).mean()


def _errors(goods, rows, day):
    """Learned less actual lead time of the orders around a day, with and without the orders then open."""
    placed = rows[rows["ordered_date"] <= day]
    is_open = placed["received_date"] > day
    now = placed.assign(status=placed["status"].mask(is_open, "sent"), received_date=placed["received_date"].mask(is_open))
    around = rows[(rows["ordered_date"] - day).abs() <= pd.Timedelta(days=120)]
    actual = (around["received_date"] - around["ordered_date"]).dt.days.to_numpy(dtype=float)
    found = [stock.lead_times(goods, schema.empty("suppliers"), t, day.date()).set_index("sku")["lead_time_days"] for t in (now, now[~is_open])]
    errors = np.column_stack([lead.reindex(around["sku"]).to_numpy() - actual for lead in found])
    return errors[~np.isnan(errors).any(axis=1) & (actual >= 0)]
