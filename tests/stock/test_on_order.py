"""What is still to come and when: shipments and orders, every unit once."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench import stock
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def table(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY))) if rows else schema.empty(name)


def shipment(units, expected="2026-11-06", **more):
    return {"shipment_id": "F1", "sku": "A", "node": "fba-us", "units_shipped": units, "status": "shipped", "expected_date": expected, **more}


def order(units, promised="2026-11-11", **more):
    fixed = {"purchase_order": "P1", "sku": "A", "node": "fba-us", "ordered_date": "2026-10-02", "status": "sent"}
    return {**fixed, "promised_date": promised, "units_ordered": units, **more}


@pytest.mark.parametrize(
    ("inbound", "orders", "on_order", "expected"),
    [
        ([shipment(30.0)], [], 30, [(5, 30)]),
        ([shipment(30.0, units_received=10.0)], [order(40.0)], 60, [(5, 20), (10, 40)]),
        ([shipment(30.0, purchase_order="P1")], [order(40.0)], 40, [(5, 30), (10, 10)]),
        ([shipment(30.0)], [order(40.0)], 40, [(5, 30), (10, 10)]),  # the snapshot says that the shipment is of the order
        ([shipment(30.0, expected="2026-10-20")], [], 30, [(7, 30)]),  # overdue
        ([shipment(30.0, expected=None, shipped_date="2026-10-30")], [], 30, [(18, 30)]),  # a lead time after it left
        ([shipment(30.0, expected=None)], [], 30, [(20, 30)]),
        ([], [], 25, [(20, 25)]),  # told by the snapshot alone: when a new order would come
        ([shipment(30.0, status="received")], [order(40.0, received_date="2026-10-30")], 0, []),
        ([], [order(40.0, status="draft")], 0, []),
    ],
)
def test_arrivals(inbound, orders, on_order, expected):
    rows = pd.DataFrame({"sku": ["B", "A"], "location": "fba-us", "on_order": [0.0, on_order], "lead_time_days": [np.nan, 20.0]})
    found = stock.arrivals(table("inbound", inbound), table("purchase_orders", orders), rows, TODAY, overdue_days=7)
    assert found["row"].eq(1).all() and list(zip(found["day"], found["units"], strict=True)) == expected


def test_without_a_lead_time_the_day_is_unknown():
    rows = pd.DataFrame({"sku": ["A"], "location": "fba-us", "on_order": [9.0], "lead_time_days": [np.nan]})
    found = stock.arrivals(schema.empty("inbound"), schema.empty("purchase_orders"), rows, TODAY, overdue_days=7)
    assert found["units"].tolist() == [9.0] and found["day"].isna().all()


def test_reported_tiers_are_spread_and_counted_ones_exact():
    movements = table("movements", [{"sku": "A", "node": "fba-us", "date": "2026-08-01", "receipts": 8.0, "ending": 8.0}])
    reported = [{"sku": "B", "node": "fba-us", "date": "2026-10-31", "age_from_days": 181, "age_to_days": 270, "units": 9.0}]
    ages = stock.ages(movements, table("stock_age", reported), TODAY)
    found = stock.age_rows(movements, ages, TODAY).sort_values(["sku", "age_days"])
    assert found[["sku", "age_days", "units"]].to_numpy().tolist() == [["A", 92.0, 8.0], ["B", 210.0, 3.0], ["B", 240.0, 3.0], ["B", 270.0, 3.0]]
