"""What of a series was answered by a rule, for its figures could not be taken as they are."""

import numpy as np
from numba import njit

from workbench.forecasting.engine.periods import Periods

RETURNS, NOT_FINITE, FEW, ONE_WEEKDAY, DRIVER = "returns_counted_as_none", "not_finite", "few_days_known", "one_weekday_only", "driver_not_told_ahead"
FEW_PERIODS = 3  # known periods that say next to nothing
LEAST_WEEKS = 8  # sales that all fall on one weekday by chance once in a million SKUs


@njit(cache=True)
def _count(values, observed, phase, below, odd, known, known_on, sold_on):
    for i in range(values.shape[0]):
        for t in range(values.shape[1]):
            if not observed[i, t]:
                continue
            v = values[i, t]
            if not np.isfinite(v):
                odd[i] += 1
                continue
            known[i] += 1
            known_on[i, phase[t]] += 1
            below[i] += v < 0
            sold_on[i, phase[t]] += v > 0


def flagged(values: np.ndarray, observed: np.ndarray, periods: Periods, X: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return of each series the code (n,) of what was answered by rule, the gravest first, empty where nothing was, and of how many periods, (n,).

    not_finite: infinite or missing figures that were said to be known, taken for unknown. one_weekday_only: all that is known, or all
    that was sold, lies on one day of the week, as if weekly totals were told as days. few_days_known: fewer than three periods.
    driver_not_told_ahead: what a driver will be is unknown on a day ahead, so it counts as its mean. returns_counted_as_none: negative
    figures, taken for 0.

    >>> from workbench.forecasting.engine.periods import dated
    >>> axis = dated(np.arange("2026-01-01", "2026-01-05", dtype="datetime64[D]"), 1)
    >>> [part.tolist() for part in flagged(np.array([[3.0, -1, 2, 4]]), np.ones((1, 4), bool), axis, None)]
    [['returns_counted_as_none'], [1]]
    """
    n = len(values)
    below, odd, known = (np.zeros(n, np.int64) for _ in range(3))
    known_on, sold_on = np.zeros((n, periods.n_phase), np.int64), np.zeros((n, periods.n_phase), np.int64)
    _count(values, observed, periods.phase, below, odd, known, known_on, sold_on)
    code, count = np.full(n, "", dtype="<U24"), np.zeros(n, np.int64)
    untold, lone = _untold(n, X, periods.length), _lone(known_on, sold_on)
    found = [(RETURNS, below, below > 0), (DRIVER, untold, untold > 0), (FEW, known, known < FEW_PERIODS), (ONE_WEEKDAY, lone, lone > 0)]
    for name, of, where in (*found, (NOT_FINITE, odd, odd > 0)):
        code[where], count[where] = name, of[where]
    return code, count


def _lone(known_on: np.ndarray, sold_on: np.ndarray) -> np.ndarray:
    """Return how many periods are known, or sold, where all of them lie on one weekday, else 0."""
    if known_on.shape[1] == 1:
        return np.zeros(len(known_on), np.int64)
    found = [np.where((of > 0).sum(1) == 1, of.sum(1), 0) for of in (sold_on, known_on)]
    return np.where(np.maximum(*found) >= LEAST_WEEKS, np.maximum(*found), 0)


def _untold(n: int, X: np.ndarray | None, length: int) -> np.ndarray:
    """Return on how many days ahead a driver is not told, (n,)."""
    if X is None or not X.shape[2]:
        return np.zeros(n, np.int64)
    rows = X[:1] if X.strides[0] == 0 else X  # one row broadcast to all
    return np.broadcast_to(np.isnan(rows[:, length:]).any(2).sum(1), (n,))
