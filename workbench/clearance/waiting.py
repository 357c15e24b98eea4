"""What it costs to put the decision off: the best way out started today against the best started after waiting."""

from collections.abc import Sequence

import numpy as np

from workbench.clearance.branches import Array, Case, States, best_ending, marked_down, usual, values
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.clearance.simulation import discounts

LATEST_START = 3
"""Months from now on until which a later markdown is tried; exits are tried in every month."""


def best_cut(states: States, cuts: Sequence[float], rate: float) -> Array:
    """Return for each row the price cut that makes the markdown worth most on the mean of the states."""
    worth = np.stack([sum(chance * _worth_of(case, cut, rate) for case, chance in states) for cut in cuts])
    return np.array(cuts)[np.nan_to_num(worth, nan=-np.inf).argmax(axis=0)]


def _worth_of(case: Case, cut: float | Array, rate: float) -> Array:
    return best_ending(case, marked_down(case, np.broadcast_to(cut, len(case.rows))), rate).cash.npv(rate)


def cost_of_waiting(states: States, best_today: Array, cuts: Sequence[float | Array], rate: float, wait_days: float) -> Array:
    """Return what waiting costs: NPV of the best way out started today less that of the best started in `wait_days` or later.

    While waiting, units sell at the usual price, storage and surcharges are paid and the units age. Never negative, and never
    less for a longer wait; within a month in proportion. NaN where it is unknown what holding is worth.

    Parameters
    ----------
    best_today : NPV of the best option started today, money
    cuts : price cuts to try, 0-1, one for all rows or one a row; under nothing where more is asked
    rate : capital rate a month
    wait_days : days until the next decision
    """
    later = np.asarray(sum(chance * _started_later(case, cuts, rate) for case, chance in states))
    worth = np.column_stack([np.maximum(best_today, later[:, 0]), later])
    month = min(wait_days / DAYS_PER_MONTH, worth.shape[1] - 1)
    whole = int(month)
    after = worth[:, whole] + (month - whole) * (worth[:, min(whole + 1, worth.shape[1] - 1)] - worth[:, whole])
    return worth[:, 0] - after


def _started_later(case: Case, cuts: Sequence[float | Array], rate: float) -> Array:
    """Return the best NPV when nothing is done before month 1, 2, ...: never less for an earlier month, shape (n, months)."""
    path = usual(case)
    months = path.left.shape[1]
    starts = path.on.npv(rate)[:, None] + np.zeros((1, months))  # never doing anything
    for way in case.exits:
        starts = np.fmax(starts, values(path, way, rate)[:, 1:])
    waited = np.cumsum(path.on.net * discounts(months, rate), axis=1)
    for month in range(1, min(LATEST_START, months - 1) + 1):
        then = case.after(month)
        reduced = np.max([_worth_of(then, cut, rate) for cut in cuts], axis=0)
        starts[:, month - 1] = np.maximum(starts[:, month - 1], waited[:, month - 1] + reduced * discounts(months, rate)[month])
    return np.maximum.accumulate(starts[:, ::-1], axis=1)[:, ::-1]
