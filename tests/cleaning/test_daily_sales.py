"""Order lines to daily sales: what counts, what cancels, what a report fills."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cleaning import daily_sales
from workbench.cleaning.daily import net_units
from workbench.tables import schema

AS_OF = dt.date(2026, 10, 31)


def lines(*rows):
    """Order lines of (sku, day of October, units) or with a dict of further columns."""
    made = []
    for number, (sku, day, units, *more) in enumerate(rows):
        row = {
            "channel": "amazon-us", "order_id": f"O{number}", "sku": sku, "line": 0, "date": pd.Timestamp(2026, 10, day),
            "ordered_at": pd.Timestamp(2026, 10, day, 12, number % 60), "units": units, "revenue": 10.0 * units, "discount": 0.0,
            "currency": "USD", "status": "shipped", "kind": "normal", "fulfilment": "fba",
        }  # fmt: skip
        made.append(row | (more[0] if more else {}))
    return schema.conform("orders", pd.DataFrame(made), lineage=False)


def no(table):
    return schema.conform(table, schema.empty(table), lineage=False)


def units(frame):
    return {(r.sku, r.date.day): r.units for r in frame.itertuples()}


def test_only_what_people_paid_for_is_demand():
    orders = lines(
        ("A", 1, 2),
        ("A", 1, 3, {"status": "pending", "revenue": np.nan}),
        ("A", 1, 5, {"status": "cancelled"}),
        ("A", 1, 1, {"kind": "replacement"}),
        ("A", 1, 1, {"kind": "free"}),
        ("A", 1, 1, {"kind": "vine"}),
        ("A", 1, 4, {"status": "returned"}),
    )
    made = daily_sales(orders, no("sales"), AS_OF)
    assert units(made) == {("A", 1): 9}
    row = made.iloc[0]
    assert (row["revenue"], row["price"], row["order_count"], row["currency"]) == (60, 10, 3, "USD")


def test_a_cancellation_prefers_the_earlier_line_of_its_size_then_the_nearest():
    orders = lines(("A", 1, 6), ("A", 2, 4), ("A", 3, -6), ("A", 4, 5), ("A", 5, 2), ("A", 6, -3), ("B", 7, -1))
    assert net_units(orders).tolist() == [0, 4, 0, 4, 0, 0, 0]
    made = daily_sales(orders, no("sales"), AS_OF)
    assert units(made) == {("A", 1): 0, ("A", 2): 4, ("A", 4): 4, ("A", 5): 0}


def test_a_cancellation_does_not_reach_forward_nor_to_another_channel():
    orders = lines(("A", 2, -3), ("A", 3, 3), ("A", 4, 3, {"channel": "shop"}), ("A", 5, -2, {"channel": "shop"}))
    made = daily_sales(orders, no("sales"), AS_OF)
    assert made.set_index("channel")["units"].to_dict() == {"amazon-us": 3, "shop": 1}


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 28), st.integers(-5, 9).filter(bool)), min_size=1, max_size=40))
def test_netting_takes_exactly_what_there_was_before(rows):
    orders = lines(*rows)
    net = net_units(orders)
    assert (net >= 0).all()
    assert (net <= np.maximum(orders["units"], 0)).all()
    for sku, part in orders.assign(net=net).groupby("sku"):
        part = part.sort_values("ordered_at", kind="stable")
        left = 0.0
        for bought in part["units"]:
            left = max(left + bought, 0.0)
        assert part["net"].sum() == left, sku


def test_reports_fill_channels_and_days_without_lines():
    days = pd.to_datetime(["2026-10-01", "2026-10-02", "2026-10-01"])
    rows = pd.DataFrame({"sku": "A", "channel": ["amazon-us", "amazon-us", "shop"], "date": days, "units": [9.0, 8, 7]})
    report = schema.conform("sales", rows, lineage=False)
    made = daily_sales(lines(("A", 1, 2)), report, AS_OF)
    assert made.set_index(["channel", made["date"].dt.day])["units"].to_dict() == {("amazon-us", 1): 2, ("amazon-us", 2): 8, ("shop", 1): 7}


def test_nothing_later_than_as_of_counts():
    orders = lines(("A", 1, 2), ("A", 9, 5))
    assert units(daily_sales(orders, no("sales"), dt.date(2026, 10, 5))) == {("A", 1): 2}
    late = orders.assign(known_at=pd.to_datetime(["2026-10-06", "2026-10-02"]), source_file="f", source_line=1)
    assert daily_sales(late, no("sales"), dt.date(2026, 10, 5)).empty


def test_nothing_in_nothing_out():
    made = daily_sales(no("orders"), no("sales"), AS_OF)
    assert made.empty
    assert made["units"].dtype == "float64"


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_order_of_rows_does_not_matter(order):
    orders = lines(("A", 1, 4), ("A", 2, 2), ("A", 3, -4), ("B", 1, 1))
    pd.testing.assert_frame_equal(daily_sales(orders.iloc[order].reset_index(drop=True), no("sales"), AS_OF), daily_sales(orders, no("sales"), AS_OF))
