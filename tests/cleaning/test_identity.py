"""Bundles as what they hold, renamed SKUs as one, and renames proposed."""

import pandas as pd
import pytest

from workbench.cleaning import exploded, likely_renames, renamed
from workbench.tables import schema

DAY = pd.Timestamp("2026-10-01")


def sales(*rows):
    frame = pd.DataFrame(rows, columns=["sku", "units", "price", "day"])
    frame["date"] = DAY + pd.to_timedelta(frame.pop("day"), "D")
    return schema.conform("sales", frame.assign(channel="shop", order_count=frame["units"], currency="USD"), lineage=False)


BUNDLES = schema.conform("bundles", pd.DataFrame({"sku": ["SET", "SET"], "component": ["CUP", "TEA"], "units": [2.0, 1.0]}), lineage=False)


def test_bundles_are_counted_as_what_they_hold():
    made, changes = exploded(sales(("SET", 3, 30.0, 0), ("CUP", 4, 5.0, 0), ("CUP", 1, 5.0, 1)), BUNDLES)
    assert made[["sku", "units"]].values.tolist() == [["CUP", 10], ["CUP", 1], ["TEA", 3]]
    assert made["price"].iloc[0] == 5
    assert pd.isna(made["price"].iloc[2])
    listed = changes.set_index("sku")[["old_units", "new_units"]]
    assert listed.loc["SET"].tolist() == [3, 0]
    assert listed.loc["CUP"].tolist() == [4, 10]
    assert listed.loc["TEA"].tolist() == [0, 3]
    assert set(changes["reason"]) == {"bundle_exploded"}


def test_a_bundle_that_lies_in_stock_sells_as_itself():
    before = sales(("SET", 3, 30.0, 0))
    made, changes = exploded(before, BUNDLES, {"SET"})
    pd.testing.assert_frame_equal(made, before)
    assert changes.empty


def test_renames_follow_chains_and_stop_at_circles():
    made = renamed(sales(("A", 1, 10.0, 0), ("B", 2, 12.0, 0), ("C", 3, 8.0, 1)), {"A": "B", "B": "C"})
    assert made[["sku", "units"]].values.tolist() == [["C", 3], ["C", 3]]
    assert made["price"].iloc[0] == pytest.approx((10 + 24) / 3)
    assert renamed(sales(("A", 1, 1.0, 0)), {"A": "B", "B": "A"})["units"].sum() == 1


def test_a_likely_rename_is_proposed():
    sold = sales(("OLD", 1, 1.0, 0), ("OLD", 1, 1.0, 20), ("NEW", 1, 1.0, 25), ("NEW", 1, 1.0, 60), ("SIB", 1, 1.0, 0), ("SIB", 1, 1.0, 60))
    items = pd.DataFrame({"sku": ["OLD", "NEW", "SIB", "ELSE"], "product_id": ["B1", "B1", "B1", None]})
    assert likely_renames(sold, items)[["old", "new"]].values.tolist() == [["OLD", "NEW"]]
