"""Historical days of supply, sell-through; demand of channels summed to nodes."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import fees, stock
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)


def ledger(shipments, ending, sku="A", last="2026-10-31"):
    dates = pd.date_range(end=last, periods=len(ending)).as_unit("us")
    frame = pd.DataFrame(
        {"sku": sku, "node": "fba-us", "date": dates, "shipments": -np.asarray(shipments, dtype=float), "ending": np.asarray(ending, dtype=float)}
    )
    return schema.conform("movements", frame.assign(known_at=dates + pd.Timedelta(hours=30), source_file="ledger.txt", source_line=2))


def test_published_example_of_the_low_inventory_fee():
    """18 days of supply on 1,000 large standard units cost $700."""
    found = stock.historical_supply(ledger([50] * 90, [900] * 90), AS_OF).iloc[0]
    assert found[["short_days", "long_days", "shipped_7", "shipped_30", "shipped_90"]].tolist() == [18, 18, 350, 1500, 4500]
    assert fees.low_inventory(1000, found["short_days"], found["long_days"], AS_OF, "US", "large_standard", 2.0, units_shipped_7=found["shipped_7"]) == 700
    assert found["sell_through"] == 5.0


def test_short_and_long_differ():
    found = stock.historical_supply(ledger([10] * 60 + [30] * 30, [600] * 60 + [300] * 30), AS_OF).iloc[0]
    assert found["short_days"] == 10
    assert found["long_days"] == pytest.approx(500 / (1500 / 90))


def test_days_without_a_row_keep_the_balance_and_days_before_the_first_are_left_out():
    whole = ledger([0] * 10 + [5] + [0] * 19, [100] * 10 + [95] * 20)
    sparse = stock.historical_supply(whole.iloc[[0, 10, 29]], AS_OF)
    pd.testing.assert_frame_equal(sparse, stock.historical_supply(whole, AS_OF))
    assert sparse["mean_on_hand_90"][0] == pytest.approx((10 * 100 + 20 * 95) / 30)
    older = pd.concat([ledger([0], [70], last="2026-05-01"), ledger([7], [63])])
    assert stock.historical_supply(older, AS_OF)["mean_on_hand_90"][0] == pytest.approx((89 * 70 + 63) / 90)


def test_no_shipments_and_no_stock():
    both = pd.concat([ledger([0] * 5, [10] * 5), ledger([0] * 5, [0] * 5, sku="B")])
    found = stock.historical_supply(both, AS_OF).set_index("sku")
    assert found["long_days"]["A"] == np.inf and np.isnan(found["long_days"]["B"])
    assert found["sell_through"]["A"] == 0 and np.isnan(found["sell_through"]["B"])
    assert stock.historical_supply(schema.empty("movements"), AS_OF).empty


def test_later_rows_are_not_used():
    seen = ledger([1] * 40, [50] * 40)
    later = seen.assign(ending=9e9, shipments=-9e9, known_at=pd.Timestamp("2026-12-01"))
    pd.testing.assert_frame_equal(stock.historical_supply(pd.concat([seen, later]), AS_OF), stock.historical_supply(seen, AS_OF))


def demand(rows):
    frame = pd.DataFrame(rows, columns=["sku", "channel", "mean", "sd"])
    return frame.assign(date=pd.Timestamp("2026-11-02"), cutoff=pd.Timestamp("2026-11-01")).astype({"sku": "str", "channel": "str"})


def serves(*rows):
    return pd.DataFrame(rows, columns=["channel", "node", "priority"])


def test_channels_of_one_node_add_and_variances_add():
    rows = demand([("A", "amazon-uk", 3.0, 3.0), ("A", "amazon-de", 4.0, 4.0), ("B", "amazon-de", 1.0, 1.0), ("A", "shop", 2.0, np.nan)])
    found = stock.to_nodes(rows, serves(("amazon-uk", "fba-de", 1), ("amazon-de", "fba-de", 1), ("shop", "3pl-us", 1), ("shop", "fba-de", 2)), ["mean"], ["sd"])
    found = found.set_index(["sku", "location"])
    assert found.loc[("A", "fba-de"), ["mean", "sd"]].tolist() == [7, 5] and found.loc[("B", "fba-de"), "mean"] == 1
    assert found.loc[("A", "3pl-us"), "mean"] == 2 and np.isnan(found.loc[("A", "3pl-us"), "sd"])
    assert {"date", "cutoff"} <= set(found.columns)


def test_without_a_row_in_serves():
    found = stock.to_nodes(demand([("A", "amazon-us", 1.0, 1.0), ("A", "shop", 2.0, 1.0)]), schema.empty("serves"), ["mean"])
    assert found["location"].tolist() == ["fba-us", "shop"] and "sd" not in found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["amazon-us", "amazon-uk", "shop"]), st.floats(0, 1e4)), max_size=6, unique_by=lambda r: r[:2])
)
def test_demand_is_conserved(rows):
    frame = demand([(*row, 1.0) for row in rows])
    for table in (schema.empty("serves"), serves(("shop", "fba-us", 1), ("amazon-uk", "fba-us", 1))):
        found = stock.to_nodes(frame, table, ["mean"], ["sd"])
        assert found["mean"].sum() == pytest.approx(frame["mean"].sum())
        assert not found.duplicated(["sku", "location", "date"]).any()
