"""Closed forms against their published numbers, the recursion against the closed form, and the path that prices take month by month."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.branches import Case, Exit, Plan, best_ending, followed, marked_down
from workbench.clearance.markdown_path import best_path
from workbench.clearance.pricing import clearing_price, markdown_recursion, markdown_value, monopoly_price
from workbench.clearance.simulation import Carrying
from workbench.errors import BadParameters


@pytest.mark.parametrize(("elasticity", "price"), [(3, 9.0), (1.8, 13.5), (1, math.inf), (0.5, math.inf)])
def test_monopoly_price(elasticity, price):
    assert monopoly_price(6, elasticity) == pytest.approx(price)


def test_clear_by_a_day():
    assert clearing_price(30, 40, 300, 5, 2) == pytest.approx(24.49, abs=0.005)
    with pytest.raises(BadParameters, match="months"):
        clearing_price(30, 40, 300, -1, -2)


@pytest.mark.parametrize(
    ("n", "t", "value", "price"), [(1, 1, 1.54304, 2.54304), (5, 1, 3.49620, 1.18657), (5, 2, 6.00040, 1.58915), (10, 1, 3.67729, 1.00317)]
)
def test_markdown_under_uncertainty(n, t, value, price):
    assert markdown_value(n, t, 10) == pytest.approx((value, price), abs=5e-6)
    assert markdown_recursion(n, t, 10, 1e-4)[n] == pytest.approx(value, abs=2e-4)


def one(demand, units=60.0, storage=0.2, elasticity=2.0, deadline=9999, net=1.0):
    pace = np.array([demand], float)
    ways = (Exit("liquidation", np.array([net + 0.5]), np.array([0.5])),)
    rows = pd.DataFrame({"price": [20.0], "selling_fees_per_unit": [5.0], "referral_share": [0.15]})
    keeping = Carrying(np.full(pace.shape, storage), np.zeros((*pace.shape, 1)))
    return Case(rows, np.array([units]), pace, np.array([[units]]), keeping, np.array([elasticity]), ways, ways, deadline)


CUTS = (0.1, 0.2, 0.3, 0.4, 0.5)


@pytest.mark.parametrize("demand", [[10.0] * 12, [2.0] * 12, [12.0, 9, 6, 4, 3, 2, 1, 1, 1, 1, 1, 1], [1.0, 1, 1, 1, 1, 20, 20, 20, 1, 1, 1, 1]])
def test_a_path_is_hardly_worse_than_the_best_single_cut(demand):
    case = one(demand)
    single = max(best_ending(case, marked_down(case, np.array([cut])), 0.01).cash.npv(0.01)[0] for cut in (0.0, *CUTS))
    steps = best_ending(case, followed(case, Plan(best_path(case, CUTS, 0.01, 0.0))), 0.01).cash.npv(0.01)[0]
    assert steps >= single - 0.01 * abs(single)


HUNDREDTHS = tuple(np.arange(1, 90) / 100)


def free(price, fee, pace, units, elasticity, months):
    """Nothing costs to keep, commission is none, nothing leaves but by being sold."""
    shape = (1, months)
    rows = pd.DataFrame({"price": [price], "selling_fees_per_unit": [fee], "referral_share": [0.0]})
    keeping = Carrying(np.zeros(shape), np.zeros((*shape, 1)))
    return Case(rows, np.array([units]), np.full(shape, pace), np.array([[units]]), keeping, np.array([elasticity]), (), ())


def test_the_path_finds_the_price_that_clears_by_a_day():
    """Stock is short: one price all along, at which it is just gone; the money is the closed form's as far as 25 levels of stock tell."""
    case = free(30.0, 0.0, 40.0, 300.0, 2.0, 5)
    steps = best_path(case, HUNDREDTHS, 0.0, 0.0)
    assert 30 * (1 - steps[0]) == pytest.approx(np.full(5, clearing_price(30, 40, 300, 5, 2)), abs=0.6)
    assert followed(case, Plan(steps)).on.npv(0.0)[0] == pytest.approx(300 * clearing_price(30, 40, 300, 5, 2), rel=0.015)


@pytest.mark.parametrize("elasticity", [1.5, 2.0, 3.0])
def test_the_path_finds_the_monopoly_price_where_stock_is_no_limit(elasticity):
    steps = best_path(free(30.0, 6.0, 1.0, 1e5, elasticity, 4), HUNDREDTHS, 0.0, 0.3)
    assert 30 * (1 - steps[0]) == pytest.approx(np.full(4, monopoly_price(6, elasticity)), abs=0.35)


@pytest.mark.parametrize("demand", [[20.0, 20, 20, 20], [30.0, 10, 5, 2], [2.0, 5, 10, 30]])
def test_the_path_is_the_best_of_all_paths(demand):
    case = one(demand)
    tried = [Plan(np.array([cuts])) for cuts in itertools.product((0.0, 0.2, 0.4), repeat=4)]
    every = [best_ending(case, followed(case, plan), 0.01).cash.npv(0.01)[0] for plan in tried]
    steps = best_ending(case, followed(case, Plan(best_path(case, (0.2, 0.4), 0.01, 0.0))), 0.01).cash.npv(0.01)[0]
    assert max(every) * 0.99 <= steps <= max(every) + 1e-9


def test_what_sells_in_time_keeps_its_price_and_what_does_not_is_cut():
    assert best_path(one([30.0] * 12), CUTS, 0.0, 0.0)[0, :2].tolist() == [0.0, 0.0]
    slow = best_path(one([2.0] * 12), CUTS, 0.0, 0.0)
    assert slow[0, 0] >= 0.3


def test_a_deadline_cuts_deeper():
    free, late = (best_path(one([8.0] * 12, deadline=day), CUTS, 0.0, 0.0)[0, 0] for day in (9999, 3))
    assert late > free
