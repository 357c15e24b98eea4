"""A thousand paths: what is certain agrees with the month-by-month kernel, and what is not spreads as chance says."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.branches import Case, Exit, Plan, best_ending, expected, followed
from workbench.clearance.paths import PATHS, Draws, World, draws, tenths, worth
from workbench.clearance.simulation import Carrying

MONTHS, RATE = 12, 0.015
SURE = Draws(*np.zeros((3, 1), np.float32), np.zeros((1, MONTHS), np.float32))


def case(pace=8.0, units=100.0, excess=70.0, net=1.0, elasticity=2.0):
    """Units of three ages at 30 less 10 of fees; the older, the dearer to keep."""
    layers = np.array([[0.3, 0.5, 0.2]]) * units
    surcharge = np.linspace(0.1, 1.5, MONTHS)[None, :, None] * np.array([1.0, 0.5, 0.1])
    ways = (Exit("removal", np.array([0.0]), np.array([2.0])), Exit("liquidation", np.array([net + 1]), np.array([1.0])))
    rows = pd.DataFrame({"price": [30.0], "selling_fees_per_unit": [10.0], "referral_share": [0.15]})
    keeping = Carrying(np.full((1, MONTHS), 0.2), surcharge, np.linspace(0.4, 0.5, MONTHS))
    return Case(rows, np.array([excess]), np.full((1, MONTHS), pace), layers, keeping, np.array([elasticity]), ways, ways)


def sure(one):
    return World(0.0, 0.0, np.zeros(1), one.exits, one.exits)


@pytest.mark.parametrize("pace", [0.5, 4.0, 8.0, 30.0])
@pytest.mark.parametrize(
    "plan",
    [Plan(), Plan(np.full((1, MONTHS), 0.3)), Plan(np.linspace(0.1, 0.6, MONTHS)[None]), Plan(0.2, np.array([[0.5, *[0.0] * (MONTHS - 1)]]), 0.8, 0.15)],
    ids=["hold", "markdown", "steps", "promotion"],
)
def test_what_is_certain_is_worth_what_the_kernel_says(plan, pace):
    one = case(pace)
    ending = best_ending(one, followed(one, plan), RATE)
    found = worth(one, sure(one), {"way": (plan, ending)}, RATE, SURE)["way"]
    assert found[0, 0] == pytest.approx(float(ending.cash.npv(RATE)[0]), rel=1e-5, abs=0.01)


def test_ways_that_do_the_same_are_drawn_once_and_ages_without_units_cost_nothing():
    one = case()
    wide = Case(one.rows, one.excess, one.demand, np.insert(one.layers, [0, 1, 3], 0.0, axis=1), None, one.elasticity, one.exits, one.ends)
    padded = np.insert(one.carrying.surcharge, [0, 1, 3], 9.0, axis=2)
    wide = dataclasses.replace(wide, carrying=dataclasses.replace(one.carrying, surcharge=padded))
    plan, also = Plan(np.full((1, MONTHS), 0.3)), Plan(0.3)
    ending = best_ending(one, followed(one, plan), RATE)
    world = World(0.4, 1.8, np.array([0.5]), one.exits, one.exits)
    found = worth(wide, world, {"cut": (plan, ending), "same": (also, ending), "hold": (Plan(), ending)}, RATE, draws(MONTHS))
    assert (found["same"] == found["cut"]).all() and not np.allclose(found["hold"], found["cut"])
    assert np.allclose(found["cut"], worth(one, world, {"cut": (plan, ending)}, RATE, draws(MONTHS))["cut"])


def test_the_draws_are_even_and_always_the_same():
    drawn = draws(MONTHS)
    assert drawn.level.shape == (PATHS,) and drawn.month.shape == (PATHS, MONTHS)
    assert np.quantile(drawn.level, (0.1, 0.9)) == pytest.approx([-1.2816, 1.2816], abs=0.005)
    assert abs(np.corrcoef(drawn.level, drawn.elasticity)[0, 1]) < 0.1
    assert draws(MONTHS) is drawn


def test_more_doubt_is_a_wider_range():
    one, plan = case(), Plan(np.full((1, MONTHS), 0.3))
    ending = best_ending(one, followed(one, plan), RATE)

    def width(cv, dispersion, sd):
        low, high = tenths(one, World(cv, dispersion, np.array([sd]), one.exits, one.exits), {"way": (plan, ending)}, RATE)["way"]
        return high[0] - low[0]

    certain, level, noise, elasticity = width(0, 0, 0), width(0.4, 0, 0), width(0, 1.8, 0), width(0, 0, 0.5)
    assert certain == 0 and min(level, noise, elasticity) > 0 and width(0.4, 1.8, 0.5) > max(level, noise, elasticity)


def test_a_level_that_never_runs_out_spreads_as_its_tenths():
    """Nothing is short of stock and nothing costs to keep: money goes with demand, so its 10 % and 90 % points are those of the level."""
    one = case(pace=1.0, units=1e6, excess=1e6, net=-50.0)
    one = Case(
        one.rows, one.excess, one.demand, one.layers, Carrying(0 * one.carrying.storage, 0 * one.carrying.surcharge), one.elasticity, one.exits, one.exits
    )
    ending = best_ending(one, followed(one, Plan()), 0.0)
    assert ending.name[0] == ""
    low, high = tenths(one, World(0.3, 0.0, np.zeros(1), one.exits, one.exits), {"hold": (Plan(), ending)}, 0.0)["hold"]
    expected = 20 * MONTHS * (np.exp(np.array([-1.2816, 1.2816]) * 0.3 - 0.045) - 1)
    assert [low[0], high[0]] == pytest.approx(expected, rel=0.02)


def test_where_demand_turns_out_less_the_rest_leaves_sooner_and_the_range_says_so():
    one = case(pace=6.0, net=6.0)
    _, ending = expected(one.states(0.45), Plan(), RATE)
    less, more = ending.apart
    assert less.month[0] < ending.month[0] <= more.month[0]
    world = World(0.45, 0.0, np.zeros(1), one.exits, one.exits)
    kept = dataclasses.replace(ending, apart=())
    found = tenths(one, world, {"ended": (Plan(), ending), "kept": (Plan(), kept)}, RATE)
    assert found["ended"][0][0] > found["kept"][0][0] + 10 and found["ended"][1][0] >= found["kept"][1][0] - 0.01


def test_an_unknown_term_leaves_the_range_unknown():
    one = case()
    rows = one.rows.assign(selling_fees_per_unit=np.nan)
    one = Case(rows, one.excess, one.demand, one.layers, one.carrying, one.elasticity, one.exits, one.exits)
    ending = best_ending(one, followed(one, Plan()), RATE)
    low, high = tenths(one, sure(one), {"hold": (Plan(), ending)}, RATE)["hold"]
    assert np.isnan(low[0]) and np.isnan(high[0])
