"""Levels that changed at once: a SKU that died, a listing that took off.

A smoother that was right for years takes weeks to believe in a change. For the last one, two, four, ... weeks of a series this
asks whether they are likelier under a level of their own than under what the smoothers said, as is done for every run length in
online change-point detection (Adams and MacKay 2007). How much totals scatter without a change is measured on the series' own
past windows; how common changes are, and whether they last or pass like a promotion, on the whole panel. One large order is no
change: both halves of a window must show it.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from workbench.forecasting.engine.periods import Periods

WINDOW_DAYS = (7, 14, 28, 56, 112)
_LEAST_PERIODS = 3
_FOLLOWED = 12  # windows of each length that are looked at, the newest among them
_LEAST_SCATTER = 0.01  # in shares of the mean rate: even what never varied may once sell one in a hundred more
_PRIOR_WINDOWS = 4.0  # past windows that the scatter of single periods counts for
_TEMPER = 0.5  # days next to each other are not independent, so the likelihood does not count in full
_COMMON, _PANELS_WORTH = 0.01, 20.0  # before the panel has told: share of series that changed a window ago, and series that this counts for
_LASTS_WORTH = 5.0  # changes by a whole level that the belief that changes last counts for
_MOST = 3.0  # a change by more levels counts as this one where it is asked whether changes last
_ROUNDS = 3


@dataclass(frozen=True)
class Windows:
    """The last periods of every series, by windows of several lengths, each (windows, n), in shares of the mean rate.

    Attributes
    ----------
    surprise : log of how much likelier a window is under a level of its own; -inf where too little is known
    level : rate under that level
    turned, lasted : sums over past windows that looked like a change: its square, and its product with what came next
    """

    surprise: np.ndarray
    level: np.ndarray
    turned: np.ndarray
    lasted: np.ndarray

    @classmethod
    def empty(cls, count: int, n: int) -> "Windows":
        """Return windows to be filled block by block."""
        return cls(np.full((count, n), -np.inf, np.float32), *(np.zeros((count, n), np.float32) for _ in range(3)))

    def of(self, a: int, b: int) -> tuple[np.ndarray, ...]:
        """Return the arrays of series a to b."""
        return self.surprise[:, a:b], self.level[:, a:b], self.turned[:, a:b], self.lasted[:, a:b]


def lengths(periods: Periods) -> np.ndarray:
    """Return the lengths of the windows in periods: each but the first has the one before as its newer half, the last is also the level before."""
    each = [max(_LEAST_PERIODS, round(days / periods.days)) if periods.days else days for days in WINDOW_DAYS]
    return np.unique(each).astype(np.int64)


@njit(cache=True, error_model="numpy")
def surprise(sold, expected, scatter):
    """Return the log of how much likelier a window, (older, newer) half, is under a level of its own than under the one before.

    Quasi-Poisson deviance of the half that shows less of it, twice, less what the freedom of the new level costs (Laplace, a log
    change of sd 1).

    >>> nothing_in_two_weeks = surprise(np.zeros(2), np.full(2, 14.0), 1.0)
    >>> round(nothing_in_two_weeks, 1)  # 28 / 2 - log(1 + 14) / 2
    12.6
    """
    if (sold[0] > expected[0]) != (sold[1] > expected[1]):
        return -np.inf
    gain = np.min(sold * np.log(np.maximum(sold, 1e-9) / expected) - sold + expected)
    return 2 * _TEMPER * gain / scatter - 0.5 * np.log1p(0.5 * (sold.sum() + expected.sum()) / scatter)


@njit(cache=True, error_model="numpy")
def _running(y, seen, s, j, sold, told):
    """Fill sales and multipliers of a series up to each period (T + 1,), and return the scatter of single periods."""
    for t in range(y.shape[0]):
        sold[t + 1] = sold[t] + seen[t, j] * y[t, j]
        told[t + 1] = told[t] + seen[t, j] * s[t, j]
    level, square, count = sold[-1] / told[-1], 0.0, 0.0
    for t in range(y.shape[0]):
        error = seen[t, j] * (y[t, j] - level * s[t, j])
        square += error * error / s[t, j]
        count += seen[t, j]
    return max(square / max(level * count, 1e-9), _LEAST_SCATTER)


@njit(cache=True, error_model="numpy")
def _past(sold, told, length, half, before, least, total, expected, base):
    """Fill what the newest windows sold and what the level before each let expect, (windows, halves), and that level; return how many are known."""
    for k in range(len(base)):
        end = len(sold) - 1 - k * length
        start, middle = end - length, end - half
        if start <= 0:
            return k
        first = max(start - before, 0)
        known = told[start] - told[first]
        if told[middle] <= told[start] or told[end] <= told[middle] or known < 0.5 * (told[end] - told[start]):
            return k
        base[k] = max(sold[start] - sold[first], least) / known
        total[k, 0], total[k, 1] = sold[middle] - sold[start], sold[end] - sold[middle]
        expected[k, 0], expected[k, 1] = base[k] * (told[middle] - told[start]), base[k] * (told[end] - told[middle])
    return len(base)


@njit(cache=True, error_model="numpy")
def _scatter(total, expected, single):
    """Return the variance of a window over its mean, by those before the newest and by single periods."""
    square = 0.0
    for k in range(1, len(total)):
        square += (total[k].sum() - expected[k].sum()) ** 2 / expected[k].sum()
    return (square + _PRIOR_WINDOWS * single) / (len(total) - 1 + _PRIOR_WINDOWS)


@njit(cache=True, error_model="numpy")
def measure_block(y, seen, s, windows, month, said, found):
    """Fill what the windows of a block of series (time, series) show: `found` holds the arrays of `Windows` for these series.

    `said` (windows, n) is what the smoothers foretold: what they have followed by themselves is no change. A past change has
    lasted as far as at least a `month` that came next still shows it.
    """
    surprises, level, turned, lasted = found
    periods = y.shape[0]
    run, told = np.zeros(periods + 1), np.zeros(periods + 1)
    total, expected, base = np.zeros((_FOLLOWED, 2)), np.zeros((_FOLLOWED, 2)), np.zeros(_FOLLOWED)
    for j in range(y.shape[1]):
        if not (seen[:, j] * y[:, j] > 0).any():
            continue
        single = _running(y, seen, s, j, run, told)
        for w in range(1, len(windows)):
            length, half = windows[w], windows[w - 1]
            count = _past(run, told, length, half, windows[-1], 0.5 * single, total, expected, base)
            if count == 0:
                continue
            scatter = _scatter(total[:count], expected[:count], single)
            foretold = np.maximum(np.array([said[w, j] - said[w - 1, j], said[w - 1, j]]), 1e-6)
            surprises[w, j] = surprise(total[0], foretold, scatter)
            level[w, j] = foretold.sum() / (told[periods] - told[periods - length]) * (total[0].sum() + scatter) / (foretold.sum() + scatter)
            for k in range(1, count):
                end = periods - k * length
                later = end + max(length, month)
                if later <= periods and told[later] > told[end]:
                    sure = 1 / (1 + np.exp(-surprise(total[k], expected[k], max(scatter, single))) / _COMMON)
                    change = min(total[k].sum() / expected[k].sum() - 1, _MOST)
                    turned[w, j] += sure**2 * change**2
                    lasted[w, j] += sure**2 * change * min((run[later] - run[end]) / (told[later] - told[end]) / base[k] - 1, _MOST)


def moved(rate: np.ndarray, trend: np.ndarray, windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return rate and trend (lanes, n) moved to each series' newest level, as far as a change is likely and such changes last."""
    lasts = (windows.lasted.sum(1) + _LASTS_WORTH) / (windows.turned.sum(1) + _LASTS_WORTH)
    likely = _posterior(np.minimum(windows.surprise, 50.0)) * np.clip(lasts, 0, 1)[:, None]
    stays = (1 - likely.sum(0)).astype(np.float32)
    return stays * rate + (likely * windows.level).sum(0).astype(np.float32), stays * trend


def _posterior(log: np.ndarray) -> np.ndarray:
    """Return the chance that the level changed a window ago (windows, n); how common that is is learned from the panel."""
    common = np.full((len(log), 1), _COMMON)
    for _ in range(_ROUNDS):
        odds = common * np.exp(log)
        likely = odds / (1 - common.sum() + odds.sum(0))
        common = (likely.sum(1, keepdims=True) + _COMMON * _PANELS_WORTH) / (log.shape[1] + _PANELS_WORTH)
        common *= min(1.0, 0.9 / common.sum())
    return likely
