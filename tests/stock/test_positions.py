"""Positions: sellable soon, counted once on order, as known."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import stock
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)


def table(name, rows, **common):
    frame = pd.DataFrame(rows).assign(**{k: v for k, v in common.items() if k not in (rows[0] if rows else {})})
    for column in frame.columns:
        if column.endswith("date") or column == "known_at":
            frame[column] = pd.to_datetime(frame[column])
    lineage = {"source_file": "x", "source_line": 2, **({} if "known_at" in frame else {"known_at": pd.Timestamp("2026-11-01 06:00")})}
    return schema.conform(name, frame.assign(**lineage))


def snapshot(**more):
    return table("stock", [{"sku": "A", "node": "fba-us", "date": "2026-10-31", **more}])


def shipment(**more):
    return table("inbound", [{"shipment_id": "S1", "sku": "A", "node": "fba-us", "status": "shipped", "units_shipped": 100.0, **more}])


def order(**more):
    base = {"purchase_order": "P1", "sku": "A", "node": "fba-us", "ordered_date": "2026-09-01", "units_ordered": 100.0, "status": "sent"}
    return table("purchase_orders", [base | more])


NO_STOCK, NO_INBOUND, NO_ORDERS = (schema.empty(name) for name in ("stock", "inbound", "purchase_orders"))


def on_order(stocked=NO_STOCK, inbound=NO_INBOUND, orders=NO_ORDERS):
    found = stock.positions(stocked, inbound, orders, AS_OF).set_index(["sku", "location"])["on_order"]
    return found.get(("A", "fba-us"), np.nan)


def test_sellable_soon_leaves_customer_orders_out():
    row = snapshot(available=50.0, reserved_transfer=7.0, reserved_processing=3.0, reserved_customer_order=20.0, on_hand=80.0, unfulfillable=4.0)
    found = stock.positions(row, NO_INBOUND, NO_ORDERS, AS_OF).iloc[0]
    assert found[["on_hand", "available", "unfulfillable"]].tolist() == [60, 50, 4]
    assert np.isnan(found["on_order"])  # nobody ever recorded an order or a shipment


def test_ledger_balance_where_there_is_no_snapshot_and_the_newest_row_counts():
    rows = [
        {"sku": "A", "date": "2026-10-29", "available": 50.0, "on_hand": 90.0},
        {"sku": "A", "date": "2026-10-31", "available": np.nan, "on_hand": 0.0},
        {"sku": "B", "date": "2026-10-31", "available": 5.0, "on_hand": 9.0},
        {"sku": "C", "date": "2026-10-31", "available": np.nan, "on_hand": np.nan, "unfulfillable": 3.0},
    ]
    found = stock.positions(table("stock", rows, node="fba-us"), NO_INBOUND, NO_ORDERS, AS_OF)
    assert found["on_hand"].tolist()[:2] == [0, 5] and np.isnan(found["on_hand"][2]) and found["unfulfillable"][2] == 3
    assert found["date"].dt.day.tolist()[:2] == [31, 31] and found["date"].isna()[2]


def test_rows_dated_or_learned_later_are_not_used():
    rows = [
        {"sku": "A", "date": "2026-10-30", "available": 10.0, "known_at": "2026-10-31"},
        {"sku": "A", "date": "2026-10-31", "available": 99.0, "known_at": "2026-11-02"},
        {"sku": "A", "date": "2026-11-02", "available": 98.0, "known_at": "2026-11-01"},
    ]
    found = stock.positions(table("stock", rows, node="fba-us"), NO_INBOUND, NO_ORDERS, AS_OF)
    assert found["on_hand"].tolist() == [10]


def test_the_row_learned_last_wins_on_the_same_day():
    rows = [{"available": units, "known_at": known} for units, known in ((12.0, "2026-11-01 05:00"), (10.0, "2026-10-31 05:00"))]
    found = stock.positions(table("stock", rows, sku="A", node="fba-us", date="2026-10-31"), NO_INBOUND, NO_ORDERS, AS_OF)
    assert found["on_hand"].tolist() == [12]


@pytest.mark.parametrize(
    ("stocked", "inbound", "orders", "expected"),
    [
        (NO_STOCK, NO_INBOUND, order(), 100),
        (NO_STOCK, shipment(), NO_ORDERS, 100),
        (snapshot(inbound_working=20.0, inbound_shipped=70.0, inbound_receiving=10.0), NO_INBOUND, NO_ORDERS, 100),
        # the same hundred units, seen three times
        (snapshot(inbound_shipped=100.0), shipment(purchase_order="P1"), order(), 100),
        (snapshot(inbound_shipped=100.0), shipment(), order(), 100),
        # sixty of the order are under way, forty still at the supplier
        (NO_STOCK, shipment(purchase_order="P1", units_shipped=60.0), order(), 100),
        # sixty have arrived by a shipment that names the order, though nobody updated the order
        (NO_STOCK, shipment(purchase_order="P1", units_shipped=60.0, units_received=60.0, status="received"), order(), 40),
        (NO_STOCK, shipment(purchase_order="P1", units_shipped=100.0, units_received=30.0, status="receiving"), order(units_received=30.0), 70),
        # the shipment belongs to another order
        (NO_STOCK, shipment(purchase_order="P0", units_shipped=60.0), order(), 160),
        (NO_STOCK, shipment(status="cancelled"), order(units_received=25.0), 75),
        (NO_STOCK, shipment(received_date="2026-10-20"), order(status="draft"), 0),
        (NO_STOCK, NO_INBOUND, order(status="received", received_date="2026-10-20"), 0),
        (NO_STOCK, NO_INBOUND, order(received_date="2026-11-05"), 100),
        (NO_STOCK, NO_INBOUND, order(ordered_date="2026-11-02"), 0),
        (snapshot(date="2026-08-01", inbound_shipped=100.0), NO_INBOUND, NO_ORDERS, np.nan),
    ],
)
def test_units_on_order_are_counted_once(stocked, inbound, orders, expected):
    here = pd.concat([stocked, snapshot(date="2026-10-01", available=1.0)])
    assert on_order(here, inbound, orders) == pytest.approx(expected, nan_ok=True)


def test_an_order_for_another_node_does_not_count_here():
    found = stock.positions(NO_STOCK, shipment(purchase_order="P1", units_shipped=60.0), order(node="3pl-us"), AS_OF)
    assert found.set_index("location")["on_order"].to_dict() == {"3pl-us": 40, "fba-us": 60}


def test_recorded_but_nothing_open_is_zero():
    stocked = table("stock", [{"sku": "B", "node": "fba-us", "date": "2026-10-31", "available": 3.0}])
    found = stock.positions(stocked, NO_INBOUND, order(), AS_OF).set_index("sku")
    assert found["on_order"].to_dict() == {"A": 100, "B": 0} and np.isnan(found["on_hand"]["A"])


amounts = st.integers(0, 200).map(float)


@settings(max_examples=30, deadline=None)
@given(amounts, amounts, amounts, st.booleans())
def test_on_order_lies_between_the_largest_source_and_their_sum(announced, shipped, ordered, named):
    found = on_order(snapshot(inbound_shipped=announced), shipment(units_shipped=shipped, purchase_order="P1" if named else None), order(units_ordered=ordered))
    assert max(announced, shipped, ordered) <= found <= announced + shipped + ordered
    assert on_order(snapshot(inbound_shipped=announced), shipment(units_shipped=shipped), order(units_ordered=ordered)) == max(announced, shipped, ordered)


def test_empty_tables():
    found = stock.positions(NO_STOCK, NO_INBOUND, NO_ORDERS, AS_OF)
    assert list(found.columns) == ["sku", "location", "date", "on_hand", "available", "on_order", "unfulfillable"] and found.empty
