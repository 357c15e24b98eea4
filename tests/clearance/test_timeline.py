"""A plan as dated steps: computed for each SKU from the template, stored, and held against what came later."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.timeline import TimelineParams, in_force, timeline, track
from workbench.runs.clearance_plans import ClearancePlans
from workbench.store import Workspace
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
NODES = pd.DataFrame({"node": ["fba-us", "3pl-us"], "kind": ["fba", "3pl"]})


def day(n):
    return pd.Timestamp(TODAY) + pd.Timedelta(days=n)


def option(name="markdown", units=90.0, pace=30.4375, last=90, npv=500.0, exit=np.nan, location="fba-us", **more):
    row = {"sku": "A", "location": location, "option": name, "units": units, "units_per_month": pace, "price": 14.0, "npv": npv, "exit": exit}
    return row | {"end_date": day(last), "recommended": False, "irrevocable": False, "currency": "USD"} | more


def options(*rows):
    return schema.conform("clearance", pd.DataFrame(list(rows)), lineage=False)


def health(on_hand=120.0, location="fba-us"):
    return schema.conform("health", pd.DataFrame({"sku": ["A"], "location": location, "on_hand": on_hand}), lineage=False)


def steps(*rows, on_hand=120.0, location="fba-us", **params):
    table = options(*rows)
    return timeline(table.head(1), table, health(on_hand, location), NODES, TimelineParams(**params), TODAY)


def test_selling_is_looked_at_after_30_days_and_exits_stand_by_on_the_days_of_the_template():
    found = steps(
        option(last=50, pace=54.7875, location="3pl-us"), option("removal", npv=-60.0, location="3pl-us"), option("liquidation", npv=-90.0, location="3pl-us"),
        location="3pl-us",
    )  # fmt: skip
    assert found["option"].tolist() == ["markdown", "markdown", "removal", "liquidation"]
    assert [(d - pd.Timestamp(TODAY)).days for d in found["start_date"]] == [0, 30, 60, 90]
    assert found["if_needed"].tolist() == [False, False, True, True]
    assert found["units_target"].tolist() == pytest.approx([120 - 54, 30, 30, 30])
    assert found["units_stop"].tolist()[0] == pytest.approx(66 + 0.25 * 54)


def test_the_template_yields_to_the_sku():
    """A markdown that needs 90 days is not cut off at 60, and the exit worth more goes first."""
    found = steps(option(), option("removal", npv=-60.0), option("liquidation", npv=80.0))
    assert found["option"].tolist() == ["markdown", "markdown", "liquidation", "removal"]
    assert found["start_date"].iloc[2] >= day(90)


def test_an_exit_that_the_way_out_ends_with_comes_on_its_own_day():
    found = steps(option("hold", last=75, exit="removal", pace=10.0), option("removal", npv=-60.0))
    assert found["option"].tolist() == ["hold", "hold", "removal"] and not found["if_needed"].any()
    assert found["start_date"].iloc[2] == day(45) and found["units_target"].iloc[2] == 0


def test_an_order_goes_out_before_the_snapshot_where_one_lies_in_between():
    found = steps(option(last=40, pace=68.0), option("removal", npv=-60.0))
    assert found["start_date"].iloc[2] == pd.Timestamp("2026-12-14")  # day 60 is the last of December; the 15th lies between it and day 40
    beside = steps(option(last=40, pace=68.0, location="3pl-us"), option("removal", npv=-60.0, location="3pl-us"), location="3pl-us")
    assert beside["start_date"].iloc[2] == day(60)


def test_units_sent_away_at_once_are_one_step():
    found = steps(option("liquidation", last=30))
    assert found["option"].tolist() == ["liquidation"] and found["units_target"].tolist() == [30.0]


def stock_of(units, on):
    row = {"sku": ["A"], "node": "fba-us", "date": pd.Timestamp(on), "on_hand": units, "available": units, "known_at": pd.Timestamp(on)}
    return schema.conform("stock", pd.DataFrame(row))


def planned(*rows):
    made = steps(*(rows or (option(), option("removal", npv=-60.0), option("liquidation", npv=-90.0))))
    return made.assign(plan_date=pd.Timestamp(TODAY))


@pytest.mark.parametrize(
    ("units", "at", "state"), [(90.0, 30, "on_track"), (110.0, 30, "behind"), (70.0, 30, "ahead"), (30.0, 60, "done"), (80.0, 200, "overdue")]
)
def test_actuals_of_later_days_are_laid_against_the_plan(units, at, state):
    later = (pd.Timestamp(TODAY) + pd.Timedelta(days=at)).date()
    found = track(planned(), {"stock": stock_of(units, later)}, TimelineParams(), later).iloc[0]
    assert found["state"] == state and found["units_actual"] == units
    if at == 30:
        assert found["units_planned"] == pytest.approx(90.4, abs=0.5) and found["deviation_units"] == pytest.approx(units - found["units_planned"])


def test_units_that_came_in_since_do_not_count_against_the_plan():
    later = dt.date(2026, 12, 1)
    came = {"sku": ["A"], "node": "fba-us", "date": pd.Timestamp("2026-11-20"), "receipts": 200.0, "ending": 290.0, "known_at": pd.Timestamp("2026-11-21")}
    moved = schema.conform("movements", pd.DataFrame(came))
    found = track(planned(), {"stock": stock_of(290.0, later), "movements": moved}, TimelineParams(), later).iloc[0]
    assert found["units_actual"] == 90.0 and found["state"] == "on_track"


def test_a_plan_that_lags_is_told_what_is_best_now():
    later = dt.date(2026, 12, 1)
    now = options(option(npv=100.0), option("liquidation", npv=180.0, recommended=True))
    found = track(planned(), {"stock": stock_of(115.0, later), "clearance": now}, TimelineParams(), later).iloc[0]
    assert (found["state"], found["proposal"], found["gain"]) == ("behind", "liquidation", 80.0)


def test_without_a_stock_count_nothing_is_claimed():
    assert track(planned(), {}, TimelineParams(), TODAY)["state"].tolist() == ["unknown"]
    assert track(planned().head(0), {}, TimelineParams(), TODAY).empty


def test_plans_are_written_down_replaced_and_withdrawn(tmp_path):
    workspace = Workspace.create(tmp_path / "shop", shop="Test")
    first = ClearancePlans(workspace, TODAY, "ann")
    made = steps(option(), option("removal", npv=-60.0))
    written = first.take_on(made, "agreed")
    kept = in_force(written, TODAY)
    for name in ("option", "end_date", "units_target", "if_needed"):
        assert kept[name].tolist() == made[name].tolist()
    assert kept["who"].unique().tolist() == ["ann"] and (kept["plan_date"] == pd.Timestamp(TODAY)).all()
    second = ClearancePlans(workspace, TODAY + dt.timedelta(30), "bob")
    written = second.take_on(steps(option("liquidation", last=30)))
    assert in_force(written, TODAY + dt.timedelta(30))["option"].tolist() == ["liquidation"]
    assert in_force(written, TODAY)["option"].tolist() == made["option"].tolist()  # as it stood that day
    assert in_force(second.withdraw("A", "fba-us", "sold"), TODAY + dt.timedelta(30)).empty
    assert len(second.plans()) == len(made) + 2


def test_a_plan_behind_becomes_an_alert_of_the_daily_step():
    from workbench.pipeline import STEPS, ClearanceParams
    from workbench.tables import TABLES

    later = TODAY + dt.timedelta(days=45)
    tables = {name: schema.empty(name) for name in TABLES} | {
        "stock": schema.conform("stock", pd.DataFrame([{"sku": "A", "node": "fba-us", "date": later, "available": 118.0, "known_at": later}])),
        "clearance_plans": steps(option(last=90)).assign(at=pd.Timestamp(TODAY), as_of=pd.Timestamp(TODAY)),
    }
    late = STEPS["clearance"].run(tables, ClearanceParams(), later)["alerts"]
    assert late[["sku", "kind", "reason", "reason_value"]].to_numpy().tolist() == [["A", "plan_behind", "plan_behind", 118.0]]
    sold = tables | {"stock": tables["stock"].assign(available=70.0)}
    assert STEPS["clearance"].run(sold, ClearanceParams(), later)["alerts"].empty
