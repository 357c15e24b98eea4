"""A panel as the engine holds it: dense rows with a mask, described in one pass, laid out in blocks of (time, series)."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from workbench.forecasting.engine import common_level, season
from workbench.forecasting.engine.common_level import CommonLevel
from workbench.forecasting.engine.periods import Periods

_TRIMMED = 0.01  # leading zeros that were less likely than this mean: not yet on sale
NO_LIFT = np.ones((1, 1), np.float32)


@dataclass(frozen=True)
class Panel:
    """A panel and what one pass over it says about each series.

    Attributes
    ----------
    values, observed : (n, T) demand, and whether it is known
    start : (n,) first period on sale
    seen, sold : (n,) periods known since then, and those with demand
    rate : (n,) mean demand of a seen period; 1 where there never was any
    scatter : (n,) squared coefficient of variation of a period's demand
    whole : (n,) whether all values are whole numbers
    groups : (n,) number of the series' group
    """

    values: np.ndarray
    observed: np.ndarray
    start: np.ndarray
    seen: np.ndarray
    sold: np.ndarray
    rate: np.ndarray
    scatter: np.ndarray
    whole: np.ndarray
    groups: np.ndarray
    periods: Periods


@dataclass(frozen=True)
class Multipliers:
    """What multiplies the rate in every period of history and horizon.

    Weekday (n, n_phase), year (n or 1, bins) with the doubt of it (n,), drivers (n or 1, T + H or 1). Where the history has
    no whole year, the level in common stands in place of the year.
    """

    profile: np.ndarray
    year: np.ndarray
    year_doubt: np.ndarray
    lift: np.ndarray
    common: CommonLevel | None = None


@njit(cache=True)
def _describe(values, observed, start, seen, sold, total, square, whole):
    for i in range(values.shape[0]):
        first, zeros = -1, 0
        for t in range(values.shape[1]):
            if not observed[i, t]:
                continue
            v = max(values[i, t], 0.0)
            if first < 0 and v == 0:
                zeros += 1
                continue
            first = t if first < 0 else first
            seen[i] += 1
            sold[i] += v > 0
            total[i] += v
            square[i] += v * v
            whole[i] = whole[i] and v == np.floor(v)
        likely = first < 0 or zeros * np.log1p(-min(sold[i] / max(seen[i], 1), 0.999999)) > np.log(_TRIMMED)
        if likely:
            first, seen[i] = 0, seen[i] + zeros
        start[i] = first


def describe(values: np.ndarray, observed: np.ndarray, periods: Periods, groups: np.ndarray | None = None) -> Panel:
    """Return a panel with its series described, of one group where none are named. Zeros before the first sale count unless too many to be chance."""
    n = len(values)
    start, seen, sold = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    total, square, whole = np.zeros(n), np.zeros(n), np.ones(n, bool)
    _describe(values, observed, start, seen, sold, total, square, whole)
    known = np.maximum(seen, 1)
    rate = np.where(sold > 0, total / known, 1.0)
    scatter = np.where(sold > 0, np.maximum(square / known / rate**2 - 1, 0.0), 1.0)
    return Panel(values, observed, start, seen, sold, rate, scatter, whole, np.zeros(n, np.int64) if groups is None else groups, periods)


def learn_profile(panel: Panel) -> np.ndarray:
    """Return weekday multipliers (n, n_phase) of every series, shrunk to its group and the panel."""
    p, n = panel.periods, len(panel.values)
    sales, seen = np.zeros((n, 2, p.n_phase)), np.zeros((n, 2, p.n_phase))
    if p.n_phase > 1:
        season.phase_sums(panel.values, panel.observed, panel.start, p.length, p.phase, p.n_phase, sales, seen)
    return season.weekday_profile(sales, seen, panel.groups)


def learn_multipliers(panel: Panel, profile: np.ndarray, lift: np.ndarray) -> Multipliers:
    """Return the multipliers with the year shrunk to group and panel, or without a whole year the level that series share."""
    p, n = panel.periods, len(panel.values)
    ones, sure = np.ones((1, len(p.year_position)), np.float32), np.zeros(n)
    bins = int(p.bin[p.length - 1]) + 1
    sales, expected = np.zeros((n, bins), np.float32), np.zeros((n, bins), np.float32)
    season.bin_sums(panel.values, panel.observed, panel.start, panel.rate, profile, p.phase, lift, p.bin, sales, expected)
    weight = season.season_weights(sales, expected)
    if season.whole_years(p):
        return Multipliers(profile, *season.year_factors(sales, expected, weight, p, panel.groups), lift)
    common = common_level.learn(sales, expected, np.where(panel.sold > 0, weight, 0.0))
    return Multipliers(profile, ones if common is None else common.multipliers(ones.shape[1]), sure, lift, common)


@njit(cache=True, error_model="numpy")
def _lay_out(a, values, observed, start, rate, profile, phase, year, bins, lift, y, seen, s):
    for j in range(y.shape[1]):
        i = a + j
        yi, li = min(i, year.shape[0] - 1), min(i, lift.shape[0] - 1)
        for t in range(s.shape[0]):
            s[t, j] = profile[i, phase[t]] * year[yi, bins[t]] * lift[li, t if lift.shape[1] > 1 else 0]
        for t in range(y.shape[0]):
            told = observed[i, t] and t >= start[i]
            seen[t, j] = 1.0 if told else 0.0
            y[t, j] = max(values[i, t], 0.0) / rate[i] if told else 0.0


def lay_out(panel: Panel, multipliers: Multipliers, a: int, b: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return series a to b as (time, series): demand in shares of the mean rate, mask, multipliers (T + H)."""
    p, m = panel.periods, multipliers
    y, seen = np.empty((p.length, b - a), np.float32), np.empty((p.length, b - a), np.float32)
    s = np.empty((p.length + p.horizon, b - a), np.float32)
    _lay_out(a, panel.values, panel.observed, panel.start, panel.rate, m.profile, p.phase, m.year, p.bin, m.lift, y, seen, s)
    return y, seen, s
