"""A plan as dated steps: computed for each SKU from the template, stored, and held against what came later."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.courses import COURSE
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


def path(name, *knots):
    """Units on hand and price by days from today; a price of NaN where an exit takes them."""
    return pd.DataFrame([(name, day(n), float(units), price) for n, units, price in knots], columns=COURSE)


EVEN = path("markdown", (0, 120, 14.0), (90, 30, 14.0))


def steps(*rows, course=EVEN, **params):
    table = options(*rows)
    return timeline(table.head(1), course, table, NODES, TimelineParams(**params), TODAY)


def days(dates):
    return [(d - pd.Timestamp(TODAY)).days for d in dates]


def test_selling_is_looked_at_after_30_days_and_one_exit_stands_by_for_what_lags():
    found = steps(option(location="3pl-us"), option("removal", npv=-60.0, location="3pl-us"), option("liquidation", npv=-90.0, location="3pl-us"))
    assert found["option"].tolist() == ["markdown", "markdown", "removal", "removal"]
    assert days(found["start_date"]) == [0, 30, 60, 90] and days(found["end_date"]) == [30, 90, 90, 120]
    assert found["if_needed"].tolist() == [False, False, True, True]
    assert found["units_target"].tolist() == pytest.approx([90, 30, 30, 30])
    assert found["units_stop"].tolist() == pytest.approx([90 + 0.25 * 30, 30 + 0.25 * 90, 60 + 0.25 * 60, 30])


def test_no_unit_has_two_exits():
    """The exit worth more stands by alone: first for what lies over the expected stock, at the end for what lies over the goal."""
    found = steps(option(last=200), option("removal", npv=-60.0), option("liquidation", npv=80.0), course=path("markdown", (0, 120, 14.0), (200, 20, 14.0)))
    late = found[found["if_needed"]]
    assert late["option"].tolist() == ["liquidation"] * 2 and late["start_date"].iloc[0] <= day(90) < late["start_date"].iloc[1]
    assert late["units_target"].iloc[0] > late["units_start"].iloc[1]


def test_where_selling_is_over_by_the_day_of_the_template_the_exit_comes_once_then():
    found = steps(option(last=40, location="3pl-us"), option("removal", npv=-60.0, location="3pl-us"), course=path("markdown", (0, 120, 14.0), (40, 30, 14.0)))
    assert found["option"].tolist() == ["markdown", "markdown", "removal"] and days(found["start_date"]) == [0, 30, 60]


def test_an_exit_that_the_way_out_ends_with_comes_on_its_own_day():
    course = path("hold", (0, 120, 20.0), (45, 105, 20.0), (75, 12, np.nan))
    found = steps(option("hold", last=75, exit="removal"), option("removal", npv=-60.0), course=course)
    assert found["option"].tolist() == ["hold", "hold", "removal"] and not found["if_needed"].any()
    assert found["start_date"].iloc[2] == day(45) and found["units_start"].iloc[2] == 105 and found["units_target"].iloc[2] == 12


def test_an_order_goes_out_before_the_snapshot_where_one_lies_in_between():
    found = steps(option(last=40), option("removal", npv=-60.0), course=path("markdown", (0, 120, 14.0), (40, 30, 14.0)))
    assert found["start_date"].iloc[2] == pd.Timestamp("2026-12-14")  # day 60 is the last of December; the 15th lies between it and day 40


def test_units_sent_away_at_once_are_one_step():
    found = steps(option("liquidation", last=30), course=path("liquidation", (0, 120, np.nan), (30, 25, np.nan)))
    assert found["option"].tolist() == ["liquidation"] and found["units_target"].tolist() == [25.0] and days(found["end_date"]) == [30]


def test_a_way_out_that_leaves_by_an_exit_at_once_is_that_one_step():
    gone = path("markdown", (0, 100.0, np.nan), (14, 10.0, np.nan))
    found = steps(option(exit="liquidation"), course=gone)
    assert found["option"].tolist() == ["liquidation"] and found["units_start"].tolist() == [100.0] and found["units_target"].tolist() == [10.0]


def test_what_has_no_price_has_no_steps_of_selling():
    assert steps(option(), course=path("markdown", (0, 100.0, np.nan), (90, 10.0, np.nan))).empty


def test_every_change_of_the_price_is_a_dated_step():
    course = path("markdown_steps", (0, 120, 14.0), (30, 90, 14.0), (61, 60, 17.0), (92, 50, 20.0), (120, 30, 20.0))
    found = steps(option("markdown_steps", last=120), course=course)
    assert days(found["start_date"]) == [0, 30, 61, 92] and found["price"].tolist() == [14.0, 14.0, 17.0, 20.0]
    assert found["units_target"].tolist() == pytest.approx([90, 60, 50, 30]) and set(found["option"]) == {"markdown_steps"}


def test_a_dated_deal_is_waited_for_at_the_usual_price_and_held_again_after():
    course = path("outlet", (0, 120, 20.0), (26, 110, 16.0), (40, 80, 20.0), (100, 30, 20.0))
    found = steps(option("outlet", last=100, start_date=day(26), price=16.0), course=course)
    assert found["option"].tolist() == ["hold", "outlet", "hold"] and found["price"].tolist() == [20.0, 16.0, 20.0]
    assert days(found["start_date"]) == [0, 26, 40] and found["units_target"].tolist() == pytest.approx([110, 80, 30])


def test_a_season_is_waited_for():
    course = path("next_season", (0, 120, 20.0), (120, 100, 20.0), (150, 20, 20.0), (160, 0, 20.0))
    found = steps(option("next_season", last=160, start_date=day(120), price=20.0), course=course)
    assert found["option"].tolist() == ["hold", "hold", "next_season"] and days(found["start_date"]) == [0, 30, 120]


SEASONAL = path("markdown", *((30 * n, units, 14.0) for n, units in enumerate((455, 443, 431, 416, 380, 308, 235, 180, 160, 145, 130, 35))))


def test_a_plan_that_follows_its_expected_stock_is_never_late_and_done_at_the_end_alone():
    """A straight line from the first month's pace ended at 323 of these 455 units: with 165 units of excess lying, the plan was called done."""
    made = steps(option(last=330), course=SEASONAL).assign(plan_date=pd.Timestamp(TODAY))
    assert made["units_target"].iloc[-1] == 35 and len(made) < 9
    for after in range(5, 331, 5):
        on = (pd.Timestamp(TODAY) + pd.Timedelta(days=after)).date()
        there = float(np.interp(after, days(SEASONAL["date"]), SEASONAL["units"]))
        state = track(made, {"stock": stock_of(there, on)}, TimelineParams(), on)["state"].item()
        assert state == ("done" if after == 330 else "on_track"), after
    assert track(made, {"stock": stock_of(200.0, day(320))}, TimelineParams(), day(320).date())["state"].item() == "behind"


def stock_of(units, on):
    row = {"sku": ["A"], "node": "fba-us", "date": pd.Timestamp(on), "on_hand": units, "available": units, "known_at": pd.Timestamp(on)}
    return schema.conform("stock", pd.DataFrame(row))


def planned():
    made = steps(option(), option("removal", npv=-60.0), option("liquidation", npv=-90.0))
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


@pytest.mark.parametrize(("at", "gain"), [(10, 80.0), (60, 110.0)])
def test_once_its_deal_is_over_a_plan_goes_on_by_holding(at, gain):
    course = path("outlet", (0, 120, 20.0), (26, 110, 16.0), (40, 80, 20.0), (100, 30, 20.0))
    made = steps(option("outlet", last=100, start_date=day(26), price=16.0), course=course).assign(plan_date=pd.Timestamp(TODAY))
    now = options(option("outlet", npv=100.0), option("hold", npv=70.0), option("liquidation", npv=180.0, recommended=True))
    found = track(made, {"stock": stock_of(120.0, day(at)), "clearance": now}, TimelineParams(), day(at).date()).iloc[0]
    assert (found["proposal"], found["gain"]) == ("liquidation", gain)


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
    written = second.take_on(steps(option("liquidation", last=30), course=path("liquidation", (0, 120, np.nan), (30, 25, np.nan))))
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
