"""Levels that changed at once: a SKU that died, a listing that took off.

A smoother that was right for years takes weeks to believe in a change. For the last one, two, four, ... weeks of a series this
asks whether they are likelier under a level of their own than under the level before them, as BOCPD does for every run length
(Adams and MacKay 2007). How much totals scatter without a change is measured on the series' own past windows, how common
changes are, and whether they last or pass like a promotion, on the whole panel.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from workbench.forecasting.periods import Periods

WINDOW_DAYS = (7, 14, 28, 56, 112)
_LEAST_PERIODS = 3
_FOLLOWED = 12  # past windows of each length that are looked at
_COMMON, _PANELS_WORTH = 0.01, 20.0  # share of series whose level changed within a window, before the panel has told; and how many series that counts for
_LASTS_WORTH = 5.0  # changes by the whole level that the belief that changes last counts for
_ROUNDS = 3


@dataclass(frozen=True)
class Windows:
    """The last periods of every series, for windows of several lengths, each (windows, n), in shares of the mean rate.

    Attributes
    ----------
    sold, expected : sales of the window, and what the level before it let expect; 0 expected where that level is not known
    scatter : variance of a total over its mean, by the series' own past windows
    turned, lasted : sums over past windows that looked like a change: its square, and its product with what came next
    """

    sold: np.ndarray
    expected: np.ndarray
    level: np.ndarray
    scatter: np.ndarray
    turned: np.ndarray
    lasted: np.ndarray

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return the arrays in their order."""
        return self.sold, self.expected, self.level, self.scatter, self.turned, self.lasted


def lengths(periods: Periods) -> np.ndarray:
    """Return the lengths of the windows in periods; the longest is also that of the level before."""
    each = [max(_LEAST_PERIODS, round(days / periods.days)) if periods.days else days for days in WINDOW_DAYS]
    return np.unique(each).astype(np.int64)


def empty(count: int, n: int) -> Windows:
    """Return windows to be filled block by block."""
    return Windows(*(np.zeros((count, n), np.float32) for _ in range(6)))


@njit(cache=True, error_model="numpy")
def _totals(y, seen, s, j, sold, told):
    for t in range(y.shape[0]):
        sold[t + 1] = sold[t] + seen[t, j] * y[t, j]
        told[t + 1] = told[t] + seen[t, j] * s[t, j]


@njit(cache=True, error_model="numpy")
def _scatter_of_periods(y, seen, s, j, level):
    square, count = 0.0, 0.0
    for t in range(y.shape[0]):
        error = seen[t, j] * (y[t, j] - level * s[t, j])
        square += error * error / s[t, j]
        count += seen[t, j]
    return square / max(level * count, 1e-9)


@njit(cache=True, error_model="numpy")
def surprise(sold, expected, scatter):
    """Return the log of how much likelier a total is under a level of its own than under the one before it.

    Quasi-Poisson deviance, less what the freedom of the new level costs (Laplace, a log change of sd 1).
    """
    gain = (sold * np.log(sold / expected) if sold > 0 else 0.0) - sold + expected
    return gain / scatter - 0.5 * np.log1p(0.5 * (sold + expected) / scatter)


@njit(cache=True, error_model="numpy")
def measure_block(y, seen, s, windows, foretold, found):
    """Fill what the windows of a block of series (time, series) show: `found` holds the arrays of `Windows` for these series.

    `foretold` (windows, n) is what the smoothers said of the newest windows, one step ahead: what they have followed by themselves
    is no change.
    """
    sold, expected, level, scatter, turned, lasted = found
    periods, before = y.shape[0], windows[-1]
    total, told = np.zeros(periods + 1), np.zeros(periods + 1)
    share, off = np.zeros((_FOLLOWED, 2)), np.zeros(_FOLLOWED)
    for j in range(y.shape[1]):
        _totals(y, seen, s, j, total, told)
        if total[periods] <= 0:
            continue
        single = _scatter_of_periods(y, seen, s, j, total[periods] / told[periods])
        for w in range(len(windows)):
            length, count, square = windows[w], 0, 0.0
            for k in range(_FOLLOWED):
                end = periods - k * length
                start = end - length
                known = told[start] - told[max(start - before, 0)] if start > 0 else 0.0
                if known < 0.5 * (told[end] - told[start]) or told[end] <= told[start] or known <= 0:
                    break
                base = max(total[start] - total[max(start - before, 0)], 0.5 * single) / known
                share[k, 0], share[k, 1] = total[end] - total[start], base * (told[end] - told[start])
                off[k] = base
                square += (share[k, 0] - share[k, 1]) ** 2 / share[k, 1] if k > 0 else 0.0
                count += 1
            if count == 0:
                continue
            base = max(foretold[w, j], 1e-6)
            sold[w, j], expected[w, j], level[w, j] = share[0, 0], base, base / (told[periods] - told[periods - length])
            scatter[w, j] = (square + 4.0 * single) / (count + 3.0)
            for k in range(1, count):
                sure = 1 / (1 + np.exp(-surprise(share[k, 0], share[k, 1], max(scatter[w, j], single))) / _COMMON)
                change = share[k, 0] / share[k, 1] - 1
                later = share[k - 1, 0] / share[k - 1, 1] * off[k - 1] / off[k] - 1
                turned[w, j] += sure * min(change, 3.0) ** 2
                lasted[w, j] += sure * min(change, 3.0) * min(later, 3.0)


def moved(rate: np.ndarray, trend: np.ndarray, windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return rate and trend (lanes, n) moved to each series' newest level, as far as a change is likely and such changes last."""
    known = windows.expected > 0
    scatter = np.maximum(windows.scatter, 1e-9)
    mean = np.where(known, windows.expected, 1.0)
    sold = np.where(known, windows.sold, 1.0)
    gain = np.where(sold > 0, sold * np.log(np.maximum(sold, 1e-30) / mean), 0.0) - sold + mean
    log = np.where(known, gain / scatter - 0.5 * np.log1p(0.5 * (sold + mean) / scatter), -50.0)
    likely = _posterior(np.minimum(log, 50.0))
    lasts = (windows.lasted.sum(1) + _LASTS_WORTH) / (windows.turned.sum(1) + _LASTS_WORTH)
    likely *= np.clip(lasts, 0, 1)[:, None]
    level = windows.level * (sold + scatter) / (mean + scatter)
    stays = (1 - likely.sum(0)).astype(np.float32)
    return stays * rate + (likely * level).sum(0).astype(np.float32), stays * trend


def _posterior(log: np.ndarray) -> np.ndarray:
    """Return the chance that the level changed a window ago (windows, n); how common that is is learned from the panel."""
    common = np.full((len(log), 1), _COMMON)
    for _ in range(_ROUNDS):
        odds = common * np.exp(log)
        likely = odds / (1 - common.sum() + odds.sum(0))
        common = (likely.sum(1, keepdims=True) + _COMMON * _PANELS_WORTH) / (log.shape[1] + _PANELS_WORTH)
        common *= min(1.0, 0.9 / common.sum())
    return likely
