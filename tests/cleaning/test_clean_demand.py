"""The history table: a regular calendar, exposure from stock and listings, what is censored and what is imputed."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.cleaning import CleaningParams, clean_demand
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)
LAST = pd.Timestamp("2026-10-31")


def dates(length):
    return pd.date_range(end=LAST, periods=length).as_unit("us")


def no(table):
    return schema.conform(table, schema.empty(table), lineage=False)


def sales_of(units, channel="amazon-us"):
    """Sales table of {sku: units by day, newest last}; zeros have no row."""
    length = max(len(v) for v in units.values())
    rows = [(sku, channel, day, u, 10.0) for sku, v in units.items() for day, u in zip(dates(length)[-len(v) :], v, strict=True) if u]
    return schema.conform("sales", pd.DataFrame(rows, columns=["sku", "channel", "date", "units", "price"]), lineage=False)


def stock_of(levels, node="fba-us"):
    rows = [(sku, node, day, s, s) for sku, v in levels.items() for day, s in zip(dates(len(v)), v, strict=True) if s is not None]
    return schema.conform("stock", pd.DataFrame(rows, columns=["sku", "node", "date", "on_hand", "available"]), lineage=False)


def cleaned(sales, stock=None, **tables):
    return clean_demand(sales, no("stock") if stock is None else stock, None, CleaningParams(), AS_OF, **tables)


def test_regular_calendar_from_first_to_the_channels_last_day():
    made = cleaned(sales_of({"A": [2, 0, 0, 3, 0], "B": [0, 0, 0, 0, 4]}))
    schema.validate("history", made.assign(known_at=LAST, source_file="run:t", source_line=0))
    a = made[made["sku"] == "A"]
    assert a["date"].tolist() == dates(5).tolist()
    assert a["units"].tolist() == a["demand"].tolist() == [2, 0, 0, 3, 0]
    assert made[made["sku"] == "B"]["date"].tolist() == [LAST]
    assert made["exposure"].isna().all()
    assert not made["censored"].any()
    assert not made["imputed"].any()


def test_days_without_stock_are_censored_not_zero():
    sold = [4, 5, 4, 3, 0, 0, 0, 5, 4, 5]
    left = [20, 15, 11, 0, 0, 0, 30, 25, 21, 16]
    made = cleaned(sales_of({"A": sold}), stock_of({"A": left}))
    assert made["censored"].tolist() == [False, False, False, True, True, True, True, False, False, False]
    assert made["imputed"].tolist() == made["censored"].tolist()
    assert made["exposure"].iloc[[0, 4, 5]].tolist() == [1, 0, 0]
    assert 0.35 < made["exposure"].iloc[6] < 0.5  # nothing sold on the day the stock came
    assert 0 < made["exposure"].iloc[3] <= 1
    assert made["units"].tolist() == sold
    assert made["demand"].iloc[4:6].between(3, 6).all()
    assert made["demand"].iloc[3] >= 3
    assert made["demand"].iloc[6] > 1
    assert made["demand"][~made["imputed"]].tolist() == [u for u, i in zip(sold, made["imputed"], strict=True) if not i]
    assert (made["demand_low"] <= made["demand"]).all()
    assert (made["demand"] <= made["demand_high"]).all()


def test_stock_counts_over_all_nodes_that_serve():
    sold = {"A": [2, 0, 2, 2]}
    stock = pd.concat([stock_of({"A": [0, 0, 0, 0]}), stock_of({"A": [9, 9, 7, 5]}, "3pl-us")])
    serves = schema.conform("serves", pd.DataFrame({"channel": ["amazon-us"] * 2, "node": ["fba-us", "3pl-us"], "priority": [1, 2]}), lineage=False)
    assert cleaned(sales_of(sold), stock)["censored"].any()
    assert not cleaned(sales_of(sold), stock, serves=serves)["censored"].any()


def test_ledger_tells_days_without_stock():
    day = dates(4)
    ledger = pd.DataFrame({"sku": "A", "node": "fba-us", "date": day, "starting": [5.0, 3, 0, 0], "ending": [3.0, 0, 0, 8]})
    made = cleaned(sales_of({"A": [2, 3, 0, 1]}), movements=schema.conform("movements", ledger, lineage=False))
    assert made["censored"].tolist() == [False, True, True, True]
    assert made["exposure"].iloc[2] == 0


def test_a_snapshot_speaks_for_some_days_only():
    sold = [1] + [0] * 11 + [1]
    made = cleaned(sales_of({"A": sold}), stock_of({"A": [0] + [None] * 12}))
    assert made["exposure"].iloc[1:8].eq(0).all()
    assert made["exposure"].iloc[8:12].isna().all()


def test_a_closed_listing_is_no_demand_of_zero():
    listed = pd.DataFrame(
        {"sku": "A", "channel": "amazon-us", "date": dates(8)[[0, 3, 5]], "status": ["active", "inactive", "active"], "open_date": dates(8)[0]}
    )
    made = cleaned(sales_of({"A": [3, 3, 3, 0, 0, 3, 3, 3]}), listings=schema.conform("listings", listed, lineage=False))
    closed = made.iloc[3:5]
    assert closed["units"].isna().all()
    assert (closed["exposure"] == 0).all()
    assert closed["imputed"].all()
    assert not closed["censored"].any()
    assert closed["demand"].between(2, 4).all()


def test_stock_that_never_sold_is_a_history_of_zeros():
    made = cleaned(sales_of({"A": [1, 1, 1]}), stock_of({"Z": [5, 5, 5]}))
    assert made[made["sku"] == "Z"]["units"].tolist() == [0, 0, 0]


def test_a_day_without_any_report_is_unknown():
    rng = np.random.default_rng(0)
    units = {f"S{i:02d}": list(rng.poisson(5, 60)) for i in range(30)}
    for v in units.values():
        v[40] = 0
    made = cleaned(sales_of(units))
    gap = made[made["date"] == dates(60)[40]]
    assert gap["units"].isna().all()
    assert gap["imputed"].all()
    assert gap["demand"].mean() == pytest.approx(5, rel=0.15)


def test_events_are_labelled():
    rows = pd.DataFrame({"event": ["prime_day"], "channel": ["all"], "start_date": [LAST], "end_date": [LAST], "kind": ["sale"]})
    events = schema.conform("events", rows.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"}), lineage=False)
    made = clean_demand(sales_of({"A": [1, 1]}), no("stock"), events, CleaningParams(), AS_OF)
    assert made["event"].tolist() == ["", "prime_day"]


def test_nothing_later_than_as_of_has_an_effect():
    sales, stock = sales_of({"A": [4, 4, 0, 4, 4, 4]}), stock_of({"A": [9, 9, 0, 9, 9, 9]})
    early = dates(6)[3].date()
    until = clean_demand(sales[sales["date"] <= dates(6)[3]], stock[stock["date"] <= dates(6)[3]], None, CleaningParams(), early)
    pd.testing.assert_frame_equal(until, clean_demand(sales, stock, None, CleaningParams(), early))
    assert until["date"].max() == dates(6)[3]


def test_row_order_does_not_matter_and_inputs_stay():
    rng = np.random.default_rng(1)
    sales = sales_of({f"S{i}": list(rng.poisson(3, 40)) for i in range(8)})
    stock = stock_of({f"S{i}": list(rng.integers(0, 4, 40).astype(float)) for i in range(8)})
    copies = sales.copy(), stock.copy()
    one = cleaned(sales, stock)
    two = cleaned(sales.sample(frac=1, random_state=2), stock.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(sales, copies[0])
    pd.testing.assert_frame_equal(stock, copies[1])
    # units are conserved: what was sold is in the table, once
    assert one["units"].sum() == sales["units"].sum()


def test_without_recovery_sales_stand():
    made = clean_demand(sales_of({"A": [4, 0, 4]}), stock_of({"A": [9, 0, 9]}), None, CleaningParams(recover=False), AS_OF)
    assert made["demand"].tolist() == [4, 0, 4]
    assert made["censored"].tolist() == [False, True, True]
    assert not made["imputed"].any()


def test_no_sales_no_history():
    assert cleaned(no("sales")).empty


def test_history_is_returned_unchanged():
    made = cleaned(sales_of({"A": [4, 0, 4, 4]}), stock_of({"A": [9, 0, 9, 9]}))
    pd.testing.assert_frame_equal(cleaned(made), made)


@pytest.mark.parametrize(
    ("sold", "left"),
    [
        ([0, 0, 0, 0], [5, 5, 5, 5]),  # nothing ever sold
        ([3], [2]),  # one day
        ([0, 0, 0, 2], [0, 0, 0, 0]),  # out of stock all along, and yet sold
        ([2, 0, 0, 0], [-3, -3, 0, 4]),  # a ledger below zero
        ([0, 0, 0, 0, 0, 0, 0, 1], [None] * 7 + [1]),
    ],
)
def test_poor_inputs_give_a_finite_history(sold, left):
    made = cleaned(sales_of({"A": sold, "B": [1] * len(sold)}), stock_of({"A": left}))
    for name in ("demand", "demand_low", "demand_high", "stocked_demand", "base_demand"):
        assert np.isfinite(made[name]).all(), name
        assert (made[name] >= 0).all(), name
    schema.validate("history", made.assign(known_at=LAST, source_file="run:t", source_line=0))


def test_a_one_off_is_no_demand_and_says_why():
    units = [2, 3, 1, 2, 3, 2, 1] * 12
    units[40] = 120
    made = cleaned(sales_of({"A": units}))
    day = made[made["date"] == dates(84)[40]].iloc[0]
    assert (day["units"], day["reason"], day["imputed"]) == (120, "one_off", True)
    assert 1 < day["demand"] < 4
    assert day["reason_value"] > day["reason_limit"] > 1


def test_every_estimated_day_has_a_reason_and_no_other():
    rng = np.random.default_rng(3)
    sales = sales_of({f"S{i}": list(rng.poisson(3, 60)) for i in range(6)})
    stock = stock_of({f"S{i}": list(rng.integers(0, 3, 60).astype(float)) for i in range(6)})
    made = cleaned(sales, stock)
    assert ((made["reason"] != "") == made["imputed"]).all()
    assert set(made["reason"]) == {"", "part_of_day", "ran_out", "off_sale"}
