"""What of a series was answered by a rule, for its figures could not be taken as they are."""

import numpy as np
from numba import njit

from workbench.forecasting.engine.periods import Periods
from workbench.tables.forecast import LOOK_AT

NOT_FINITE, TOTALS, FEW, DRIVER, RETURNS = LOOK_AT
FEW_PERIODS = 3  # known periods that say next to nothing
LEAST_WEEKS = 8  # sales that all fall on one weekday by chance once in a million SKUs
LEAST_MONTHS = 6  # sales that all lie 28 to 31 days apart by chance once in ten million


@njit(cache=True)
def _count(values, observed, phase, below, odd, known_on, sold_on, known_gap, sold_gap):
    for i in range(values.shape[0]):
        known, sold = -1, -1
        for t in range(values.shape[1]):
            if not observed[i, t]:
                continue
            v = values[i, t]
            if not np.isfinite(v):
                odd[i] += 1
                continue
            known_on[i, phase[t]] += 1
            if known >= 0:
                known_gap[i, 0], known_gap[i, 1] = min(known_gap[i, 0], t - known), max(known_gap[i, 1], t - known)
            known = t
            below[i] += v < 0
            if v > 0:
                sold_on[i, phase[t]] += 1
                if sold >= 0:
                    sold_gap[i, 0], sold_gap[i, 1] = min(sold_gap[i, 0], t - sold), max(sold_gap[i, 1], t - sold)
                sold = t


def flagged(values: np.ndarray, observed: np.ndarray, periods: Periods, X: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return of each series the code (n,) of what was answered by rule, the gravest first, empty where nothing was, and of how many periods, (n,).

    not_finite: infinite or missing figures that were said to be known, taken for unknown. totals_told_as_days: all that is known, or all
    that was sold, lies on one day of the week, or 28 to 31 days apart, as if totals of weeks or months were told as days.
    few_days_known: fewer than three periods.
    driver_not_told_ahead: what a driver will be is unknown on a day ahead, so it counts as its mean. returns_counted_as_none: negative
    figures, taken for 0.

    >>> from workbench.forecasting.engine.periods import dated
    >>> axis = dated(np.arange("2026-01-01", "2026-01-05", dtype="datetime64[D]"), 1)
    >>> [part.tolist() for part in flagged(np.array([[3.0, -1, 2, 4]]), np.ones((1, 4), bool), axis, None)]
    [['returns_counted_as_none'], [1]]
    """
    n, daily = len(values), periods.n_phase > 1
    below, odd = np.zeros(n, np.int64), np.zeros(n, np.int64)
    known_on, sold_on = np.zeros((n, periods.n_phase), np.int64), np.zeros((n, periods.n_phase), np.int64)
    known_gap, sold_gap = np.tile([periods.length, 0], (n, 1)), np.tile([periods.length, 0], (n, 1))
    _count(values, observed, periods.phase, below, odd, known_on, sold_on, known_gap, sold_gap)
    code, count = np.full(n, "", dtype="<U24"), np.zeros(n, np.int64)
    untold, known = _untold(n, X, periods.length), known_on.sum(1)
    totals = np.maximum(_totals(sold_on, sold_gap), _totals(known_on, known_gap)) if daily else np.zeros(n, np.int64)
    found = [(RETURNS, below, below > 0), (DRIVER, untold, untold > 0), (FEW, known, known < FEW_PERIODS), (TOTALS, totals, totals > 0)]
    for name, of, where in (*found, (NOT_FINITE, odd, odd > 0)):
        code[where], count[where] = name, of[where]
    return code, count


def _totals(on: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Return how many days there are (n,), by weekday (n, 7), where all lie whole weeks or a month apart, else 0."""
    days = on.sum(1)
    weeks, months = ((on > 0).sum(1) == 1) & (days >= LEAST_WEEKS), (gap[:, 0] >= 28) & (gap[:, 1] <= 31) & (days >= LEAST_MONTHS)
    return np.where(weeks | months, days, 0)


def _untold(n: int, X: np.ndarray | None, length: int) -> np.ndarray:
    """Return on how many days ahead a driver is not told, (n,)."""
    if X is None or not X.shape[2]:
        return np.zeros(n, np.int64)
    rows = X[:1] if X.strides[0] == 0 else X  # one row broadcast to all
    return np.broadcast_to(np.isnan(rows[:, length:]).any(2).sum(1), (n,))
