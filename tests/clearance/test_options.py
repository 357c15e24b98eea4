"""The ways out side by side, through compare(): the published ranking and its flip, unknowns, recommendations."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from workbench.clearance import ClearanceParams, cash_flow, compare
from workbench.tables import schema

NOVEMBER = dt.date(2026, 11, 1)
MONTH = 365.25 / 12


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows if isinstance(rows, list) else [rows]).assign(known_at=pd.Timestamp(NOVEMBER)))


def slow(per_month, on_hand=300.0, excess=None, node="fba-us", cost=8.0, fees=10.0, price=30.0, item=None, **more):
    """The example of the published numbers: $30, 15 % + $5.50 fees, 0.14 ft3, received 200 days ago."""
    here = {"sku": "A", "location": node, "currency": "USD"}
    received = {"sku": "A", "node": node, "date": NOVEMBER - dt.timedelta(days=200), "starting": 0.0, "receipts": on_hand, "ending": on_hand}
    item = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5, "referral_rate": 0.15, **(item or {})}
    worth = {"daily_demand": per_month / MONTH, "stock_value": on_hand * cost, "price": price, "selling_fees_per_unit": fees, "referral_share": 0.15}
    tables = {
        "health": shaped("health", {**here, "on_hand": on_hand, "excess_units": on_hand if excess is None else excess, **worth}),
        "items": shaped("items", item),
        "movements": shaped("movements", received),
    }
    return tables | {name: shaped(name, rows) if rows else schema.empty(name) for name, rows in more.items()}


def options(tables, **params):
    return compare(tables, ClearanceParams(**params), NOVEMBER).set_index("option")


@pytest.mark.parametrize(
    ("per_month", "cut", "npv", "best"),
    [
        (40, 0.2, {"hold": 4996, "markdown": 3951, "liquidation": 394, "removal": -681}, "hold"),
        (8, 0.3, {"hold": -524, "markdown": 940, "liquidation": 394, "removal": -681}, "markdown"),
    ],
)
def test_published_ranking_and_its_flip(per_month, cut, npv, best):
    found = options(slow(per_month), markdowns=(cut,), leave_later=False)
    assert found["npv"].round().to_dict() == npv
    assert found.index[found["recommended"]].tolist() == [best]
    assert found.loc[best, ["reason", "reason_value"]].tolist() == ["best_npv", found.loc[best, "npv"]]
    assert found.loc["removal", ["reason", "reason_limit"]].tolist() == ["below_best", found.loc[best, "npv"]]


def test_the_best_of_the_cuts_is_shown():
    assert options(slow(8))["price"]["markdown"] == pytest.approx(30 * 0.6)
    cuts = [options(slow(8), markdowns=(cut,))["npv"]["markdown"] for cut in (0.1, 0.2, 0.3, 0.4, 0.5)]
    assert options(slow(8))["npv"]["markdown"] == pytest.approx(max(cuts))


def test_landed_cost_is_sunk():
    cheap, dear = options(slow(40, cost=2.0)), options(slow(40, cost=19.0))
    assert np.allclose(cheap["npv"], dear["npv"]) and cheap["recovered_share"]["hold"] == pytest.approx(cheap["npv"]["hold"] / 600)


def test_the_excess_sells_last():
    """Behind a cover of 80 units at 40 a month the excess waits two months: everything later, and that much more storage."""
    alone, behind = options(slow(40, on_hand=220)), options(slow(40, on_hand=300, excess=220))
    assert behind["units"]["hold"] == alone["units"]["hold"] == 220
    assert behind["npv"]["hold"] < alone["npv"]["hold"]
    assert behind["cash_in"]["hold"] == pytest.approx(220 * 30)
    assert behind["end_date"]["hold"] - pd.Timestamp(NOVEMBER) == pd.Timedelta(days=round(7.5 * MONTH))


def test_removing_the_oldest_spares_the_cover_its_surcharge():
    found = options(slow(10, on_hand=300, excess=200))
    assert found["npv"]["removal"] == pytest.approx(-200 * 2.27)  # all units equally old: nothing spared
    two_ages = [
        {"sku": "A", "node": "fba-us", "date": NOVEMBER - dt.timedelta(days=age), "receipts": units, "ending": ending}
        for age, units, ending in ((280, 200.0, 200.0), (20, 100.0, 300.0))
    ]
    assert options(slow(10, on_hand=300, excess=200, movements=two_ages))["npv"]["removal"] > -200 * 2.27


def test_ranges_and_flags():
    found = options(slow(8))
    assert (found["npv_low"] <= found["npv"]).all() and (found["npv"] <= found["npv_high"]).all()
    assert found["npv_high"]["liquidation"] - found["npv_low"]["liquidation"] == pytest.approx(300 * 30 * 0.05 * 0.85)
    assert found.index[found["irrevocable"]].tolist() == ["liquidation"]
    certain = options(slow(8), demand_level_cv=0, elasticity_sd=0, liquidation_share_low=0.075, liquidation_share_high=0.075)
    assert np.allclose(certain["npv_low"], certain["npv_high"])


def test_fees_and_cash_add_up_to_the_undiscounted_value():
    found = options(slow(40), capital_rate_month=0)
    assert np.allclose(found["npv"], found["cash_in"] - found["fees"])


def test_a_dead_sku_says_so():
    found = options(slow(0), leave_later=False)
    assert found["reason"][["hold", "markdown"]].tolist() == ["never_sells"] * 2 and found["npv"]["hold"] < 0
    assert found["recommended"]["liquidation"] and pd.isna(found["end_date"]["hold"])


@pytest.mark.parametrize(
    ("change", "unknown"),
    [
        ({"price": np.nan}, {"hold": "no_price", "markdown": "no_price", "liquidation": "no_price"}),
        ({"fees": np.nan}, {"hold": "no_selling_fees", "markdown": "no_selling_fees"}),
        ({"movements": []}, {"hold": "no_age", "markdown": "no_age", "removal": "no_age", "liquidation": "no_age"}),
        ({"item": {"weight_lb": np.nan}}, {"removal": "no_removal_rate"}),
        ({"node": "fba-uk"}, {"hold": "no_storage_rate", "markdown": "no_storage_rate", "removal": "no_removal_rate", "liquidation": "no_liquidation"}),
    ],
)
def test_unknown_stays_unknown_and_says_why(change, unknown):
    found = options(slow(8, **change))
    assert found["reason"][list(unknown)].to_dict() == unknown
    assert found.loc[list(unknown), ["npv", "npv_low", "npv_high", "recovered_share"]].isna().all(axis=None)
    assert "hold" not in unknown or not found["recommended"].any()


def test_an_own_warehouse_can_hold_or_mark_down():
    node = {"node": "3pl-us", "kind": "3pl", "marketplace": "US", "currency": "USD", "storage_rate_per_ft3_month": 0.5}
    found = options(slow(8, node="3pl-us", movements=[], nodes=node))
    assert found["npv"].notna().to_dict() == {"hold": True, "markdown": True, "removal": False, "liquidation": False}


def test_the_season_of_the_shop_moves_the_pace():
    days = pd.date_range("2025-11-01", "2026-10-31")
    history = pd.DataFrame(
        {"sku": "B", "channel": "amazon-us", "date": days, "demand": np.where(days.month == 11, 50.0, 5.0), "censored": False, "imputed": False}
    )
    found = options(slow(40, history=history.to_dict("records")))
    assert found["npv"]["hold"] < options(slow(40))["npv"]["hold"]  # November's pace does not last


def test_cash_flow_by_month_adds_up_to_the_table():
    flow = cash_flow(slow(8), ClearanceParams(), NOVEMBER, "A", "fba-us")
    found = options(slow(8))
    assert np.allclose(flow.groupby("option")["cash"].sum(), (found["cash_in"] - found["fees"]).sort_index())
    held = flow[flow["option"] == "hold"]
    assert found["exit"].dropna().to_dict() == {"hold": "liquidation"}
    assert len(held) == 36 and held["date"].iloc[1] == pd.Timestamp("2026-12-01")
    assert held["cash"].iloc[0] == pytest.approx(8 * 20 - 296 * 0.14 * 2.40 - 300 * 0.14 * 0.50)
    assert cash_flow(slow(8), ClearanceParams(), NOVEMBER, "B", "fba-us").empty


def test_no_excess_no_rows():
    assert options(slow(40, excess=0.0)).empty and compare({}, ClearanceParams(), NOVEMBER).empty


def test_blocks_of_rows_give_the_same_as_one_at_a_time(monkeypatch):
    tables = slow(8)
    copies = [f"S{i}" for i in range(7)]
    many = {name: frame.loc[frame.index.repeat(7)].assign(sku=copies) if "sku" in frame else frame for name, frame in tables.items()}
    monkeypatch.setattr("workbench.clearance.options.BLOCK", 3)
    found = compare(many, ClearanceParams(markdowns=(0.3,)), NOVEMBER)
    assert len(found) == 28 and np.allclose(found.loc[found["option"] == "markdown", "npv"], options(tables, markdowns=(0.3,))["npv"]["markdown"])


def test_the_result_is_the_table():
    stamped = compare(slow(8), ClearanceParams(), NOVEMBER).assign(known_at=pd.Timestamp(NOVEMBER), source_file="run:test", source_line=0)
    assert len(schema.validate("clearance", stamped)) == 4


@pytest.mark.parametrize("given", [{"markdowns": (1.2,)}, {"markdowns": ()}, {"elasticity": -1}, {"liquidation_share": 0.2}])
def test_parameters_that_do_not_fit_are_refused(given):
    with pytest.raises(ValidationError):
        ClearanceParams(**given)
