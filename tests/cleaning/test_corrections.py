"""Every change is listed, units are conserved, and an analyst's decisions hold and can be taken back."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cleaning import CleaningParams, apply_overrides, clean_demand, corrections, daily_sales, quality, rolled_up, uplifts
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)
LAST = pd.Timestamp("2026-10-31")
FIRST = LAST - pd.Timedelta(days=59)


def no(table):
    return schema.conform(table, schema.empty(table), lineage=False)


def lines(rows):
    """Order lines of (sku, day from 0, units, status, kind)."""
    made = [
        {
            "channel": "amazon-us", "order_id": f"O{n}", "sku": sku, "line": 0, "date": FIRST + pd.Timedelta(days=day), "units": float(units),
            "ordered_at": FIRST + pd.Timedelta(days=day, minutes=n), "revenue": 10.0 * units, "discount": 0.0, "currency": "USD", "status": status,
            "kind": kind, "fulfilment": "fba",
        }
        for n, (sku, day, units, status, kind) in enumerate(rows)
    ]  # fmt: skip
    return schema.conform("orders", pd.DataFrame(made), lineage=False)


def stock(levels):
    rows = [(sku, "fba-us", FIRST + pd.Timedelta(days=d), s, s) for sku, v in levels.items() for d, s in enumerate(v)]
    return schema.conform("stock", pd.DataFrame(rows, columns=["sku", "node", "date", "on_hand", "available"]), lineage=False)


def cleaned(orders, stocked=None, returns=None):
    sales = daily_sales(orders, no("sales"), AS_OF, returns=returns)
    history = clean_demand(sales, no("stock") if stocked is None else stocked, None, CleaningParams(), AS_OF)
    return history, corrections(history, orders, AS_OF, returns=returns)


def daily(sku="A", units=3):
    return [(sku, day, units, "shipped", "normal") for day in range(60)]


def test_each_rule_is_a_row_that_starts_where_the_last_ended():
    orders = lines([*daily(), ("A", 30, 2, "cancelled", "normal"), ("A", 30, 1, "shipped", "vine")])
    levels = [9.0] * 40 + [0.0] * 3 + [9.0] * 17
    history, changes = cleaned(orders, stock({"A": levels}))
    day = changes[changes["date"] == FIRST + pd.Timedelta(days=30)]
    assert day[["reason", "old_units", "new_units", "reason_value"]].values.tolist() == [["cancelled", 6, 4, 2], ["given_away", 4, 3, 1]]
    assert set(changes["reason"]) == {"cancelled", "given_away", "ran_out", "off_sale"} | set() or "part_of_day" in set(changes["reason"])
    schema.validate("corrections", changes.assign(known_at=LAST, source_file="run:t", source_line=0))
    assert (history.loc[history["reason"] != "", "demand"] >= 0).all()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"),
            st.integers(0, 59),
            st.integers(-4, 9).filter(bool),
            st.sampled_from(["shipped", "pending", "cancelled"]),
            st.sampled_from(["normal", "vine", "free", "replacement"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.lists(st.sampled_from([0.0, 5.0]), min_size=60, max_size=60),
)
def test_raw_plus_added_less_removed_is_clean(rows, levels):
    orders = lines([*daily(), *daily("B", 1), *rows])
    history, changes = cleaned(orders, stock({"A": levels}))
    report = quality(history, changes)
    raw = orders[orders["units"] > 0].groupby("sku")["units"].sum()
    clean = history.groupby("sku")["demand"].sum()
    for row in report[report["sku"] != "all"].itertuples():
        assert row.units_raw == pytest.approx(raw[row.sku])
        assert row.units_raw + row.units_added - row.units_removed == pytest.approx(row.units_clean)
        assert row.units_clean == pytest.approx(clean[row.sku])
    total = report.iloc[-1]
    assert (total["sku"], total["units_raw"]) == ("all", pytest.approx(raw.sum()))
    assert 0 <= total["confidence"] <= 1


def test_a_large_order_that_came_back_whole_is_no_demand():
    orders = lines([*daily(), ("A", 20, 90, "shipped", "normal"), ("A", 25, 80, "shipped", "normal")])
    back = pd.DataFrame({"order_id": ["O60", "O61"], "sku": "A", "date": FIRST + pd.Timedelta(days=40), "line": 0, "units": [90.0, 5.0]})
    history, changes = cleaned(orders, returns=schema.conform("returns", back, lineage=False))
    row = changes[changes["reason"] == "returned_order"].iloc[0]
    assert (row["old_units"], row["new_units"], row["reason_value"], row["reason_limit"]) == (93, 3, 90, 3)
    assert (changes["reason"] == "returned_order").sum() == 1
    assert history["units"].max() == 83


def test_periods_add_up():
    history, _ = cleaned(lines(daily()))
    for period, count in (("week", 9), ("month", 2), ("quarter", 2)):
        rolled = rolled_up(history, period)
        assert len(rolled) == (10 if period == "week" and FIRST.weekday() else count) or len(rolled) in (count, count + 1)
        assert rolled["demand"].sum() == pytest.approx(history["demand"].sum())
        assert rolled["days"].sum() == 60
    assert rolled_up(history, "month")["date"].tolist() == [pd.Timestamp("2026-09-01"), pd.Timestamp("2026-10-01")]


def decision(new, hour, action=None, date=FIRST + pd.Timedelta(days=20), sku="A", reason=None):
    return {"sku": sku, "channel": "amazon-us", "date": date, "old": 9.0, "new": new, "who": "ann", "at": pd.Timestamp("2026-10-31") + pd.Timedelta(hours=hour),
            "why": "seen it", "action": action, "reason": reason}  # fmt: skip


def test_decisions_are_laid_over_and_taken_back():
    levels = [9.0] * 20 + [0.0] * 3 + [9.0] * 37
    orders = lines([row for row in daily() if row[1] not in (20, 21, 22)])
    history, _ = cleaned(orders, stock({"A": levels}))
    day = history["date"] == FIRST + pd.Timedelta(days=20)
    edit, undo = decision(7.0, 1), decision(np.nan, 2)
    edited = apply_overrides(history, pd.DataFrame([edit]), AS_OF)
    assert edited.loc[day, ["demand", "reason", "reason_value"]].iloc[0].tolist() == [7, "analyst", 7]
    assert not edited.loc[day, "imputed"].any()
    assert corrections(edited, None, AS_OF).set_index("date").loc[history.loc[day, "date"].iloc[0], "new_units"] == 7
    pd.testing.assert_frame_equal(edited[~day], history[~day])
    pd.testing.assert_frame_equal(apply_overrides(history, pd.DataFrame([undo, edit]), AS_OF), history)
    pd.testing.assert_frame_equal(apply_overrides(history, pd.DataFrame([edit]), dt.date(2026, 10, 30)), history)
    rule = decision(np.nan, 3, "reject", pd.NaT, "all", "off_sale")
    without = apply_overrides(history, pd.DataFrame([rule]), AS_OF)
    off = history["reason"] == "off_sale"
    assert off.sum() >= 2
    assert (without.loc[off, "demand"] == 0).all()
    pd.testing.assert_frame_equal(without[~off], history[~off])


def test_uplift_is_parted_from_base_demand():
    rng = np.random.default_rng(0)
    rows = []
    for k in range(80):
        for day in range(60):
            units = rng.poisson(4 * (3 if day == 30 else 1))
            rows.append((f"S{k:02d}", "amazon-us", FIRST + pd.Timedelta(days=day), float(units), 10.0))
    sales = schema.conform("sales", pd.DataFrame(rows, columns=["sku", "channel", "date", "units", "price"]), lineage=False)
    event = pd.DataFrame({"event": ["my_sale"], "channel": "all", "start_date": [FIRST + pd.Timedelta(days=30)], "kind": ["sale"]})
    event["end_date"] = event["start_date"]
    history = clean_demand(sales, no("stock"), schema.conform("events", event, lineage=False), CleaningParams(), AS_OF)
    found = uplifts(history)
    assert found["code"].tolist() == ["my_sale"]
    assert found["lift"].iloc[0] == pytest.approx(3, rel=0.12)
    plain = history[history["event"] == ""]
    np.testing.assert_array_equal(plain["base_demand"], plain["demand"])
