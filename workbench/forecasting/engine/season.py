"""The week and the year: multipliers of each series, learned first from all, then from its group, then from itself."""

import numpy as np
from numba import njit

from workbench.forecasting.engine.periods import DAYS_PER_YEAR, Periods
from workbench.forecasting.engine.shrinkage import shrunk, sure_share

HARMONICS = 6
_LEAN_WEEK, _LEAN_YEAR = 0.01, 0.1  # shares of an average bin's evidence that every bin is given of the average: a week is hardly seen, a weekday often
_LEAST, _MOST = 0.01, 20.0  # a multiplier outside is a fault of the data, not a season
_OVERLAP = 0.15  # share of a year that two years may have in common and still count as two
_ROWS = 8192  # series of a block where a panel is passed through in NumPy
_FOLDS = 8  # parts of the series that say with one year how surely they share a season
_MOST_GROWTH = 3.0  # log a year: twentyfold
_FULL_SLICE = 0.6  # share of a year's bins that must be seen for the year to count as a replicate


@njit(cache=True)
def phase_sums(values, observed, start, end, phase, n_phase, sales, seen):
    """Add up sales and seen periods from start (n,) to end by weekday, even and odd weeks apart: (n, 2, n_phase)."""
    for i in range(values.shape[0]):
        for t in range(start[i], end):
            if observed[i, t]:
                half = (t // n_phase) % 2
                sales[i, half, phase[t]] += max(values[i, t], 0.0)
                seen[i, half, phase[t]] += 1


@njit(cache=True)
def bin_sums(values, observed, start, scale, profile, phase, lift, bins, sales, expected):
    """Add up, per season bin, sales over the series' mean and what the weekday and drivers let expect: (n, bins)."""
    for i in range(values.shape[0]):
        li = min(i, lift.shape[0] - 1)
        for t in range(start[i], values.shape[1]):
            if observed[i, t]:
                sales[i, bins[t]] += max(values[i, t], 0.0) / scale[i]
                expected[i, bins[t]] += profile[i, phase[t]] * lift[li, t if lift.shape[1] > 1 else 0]


@njit(cache=True)
def add_up(unit, sales, expected, weight, factor, y, e):
    """Add up by unit the series' weighted sales, and what the weekday, drivers and the season known so far let expect: (units, bins)."""
    for i in range(sales.shape[0]):
        for b in range(sales.shape[1]):
            y[unit[i], b] += weight[i] * sales[i, b]
            e[unit[i], b] += weight[i] * expected[i, b] * factor[i, b]


def levels(groups: np.ndarray) -> list[np.ndarray]:
    """Return unit numbers of all series at each level: the panel, the groups (where there is more than one), the series."""
    n = len(groups)
    found = [np.zeros(n, np.int64)]
    if groups.max(initial=0) > 0:
        found.append(groups)
    return [*found, np.arange(n)] if n > 1 else found


def _pooled(unit: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return sums of the rows of `parts` by unit."""
    count = unit.max() + 1
    if count == len(unit):
        return parts
    order = np.argsort(unit, kind="stable")
    first = np.searchsorted(unit[order], np.arange(count))
    return np.add.reduceat(parts[order], first, axis=0)


def weekday_profile(sales: np.ndarray, seen: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return weekday multipliers (n, n_phase), mean about 1, from sums of even and odd weeks (n, 2, n_phase)."""
    n, _, n_phase = sales.shape
    factor = np.ones((n, n_phase))
    if n_phase == 1:
        return factor.astype(np.float32)
    rate = sales.sum((1, 2)) / np.maximum(seen.sum((1, 2)), 1)
    weight = _weights(np.where(seen > 0, sales / np.maximum(seen, 1), rate[:, None, None]).reshape(n, -1), rate)
    for unit in levels(groups):
        expected = _pooled(unit, seen * factor[:, None, :] * (rate * weight)[:, None, None])
        ratio = _ratio(_pooled(unit, sales * weight[:, None, None]), expected, _LEAN_WEEK)
        valid = np.asarray((expected > 0).all(2))
        factor *= 1 + shrunk(ratio - 1, valid)[0][unit]
    factor = np.clip(factor, _LEAST, _MOST)
    return (factor / factor.mean(1, keepdims=True)).astype(np.float32)


def _ratio(sales: np.ndarray, expected: np.ndarray, lean: float) -> np.ndarray:
    """Return sales over expectation along the last axis, scaled to mean 1; bins with little in them lean to 1."""
    total = expected.sum(-1, keepdims=True)
    level = np.where(total > 0, sales.sum(-1, keepdims=True) / np.maximum(total, 1e-12), 0.0).astype(sales.dtype)
    prior = lean * total / expected.shape[-1]
    return np.where(level > 0, (sales + prior * level) / np.maximum((expected + prior) * level, 1e-12), sales.dtype.type(1))


def _weights(values: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return each series' weight in a pooled sum: by how little its relative values scatter, and free of its size."""
    scatter = values.var(1) / np.maximum(rate, 1e-12) ** 2
    weight = 1 / (scatter + 0.1)
    return np.where(rate > 0, weight / np.maximum(rate, 1e-12), 0.0)


def year_factors(sales: np.ndarray, expected: np.ndarray, weight: np.ndarray, periods: Periods, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return year multipliers (n, bins of history and horizon), or ones (1, bins) where there is not a whole year, and their doubt.

    Doubt (n,) is the relative variance by which totals ahead err more than totals of the past that the season was learned from.

    `sales` and `expected` are (n, bins) from `bin_sums`, `weight` (n,) is from `season_weights`. With two years or more an effect counts
    as far as it repeats from year to year; with one, as far as it shows in both halves of the series, and then no series has a season of its own.
    """
    n, total = len(sales), len(periods.year_position)
    slices = whole_years(periods)
    if not slices:
        return np.ones((1, total), np.float32), np.zeros(n)
    factor, doubt = np.ones((n, total), np.float32), np.zeros(n)
    units = levels(groups)
    if len(slices) == 1:
        units = units[:-1] if n > 1 else []
    for unit in units:
        deviation, flattered = _deviation(unit, sales, expected, weight, factor, slices, periods, groups)
        deviation += 1
        factor *= deviation if len(deviation) == n else deviation[unit]
        doubt += flattered[unit]
        np.clip(factor, _LEAST, _MOST, out=factor)
    factor /= factor[:, slices[0]].mean(1, keepdims=True)
    return factor, doubt


def season_weights(sales: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return each series' weight (n,) in a pooled season, block by block: the ratios of a whole panel are never held at once."""
    parts = []
    for a in range(0, len(sales), _ROWS):
        y, e = sales[a : a + _ROWS], expected[a : a + _ROWS]
        parts.append(_weights(np.where(e > 0, y / np.maximum(e, 1e-6), 1.0), np.ones(len(y))))
    return np.concatenate(parts)


def whole_years(periods: Periods) -> list[slice]:
    """Return the whole years of the history's season bins, newest first; none where the axis has no year."""
    if not periods.days:
        return []
    bins = int(periods.bin[periods.length - 1]) + 1
    bins_per_year = DAYS_PER_YEAR / (7.0 if periods.days == 1 else periods.days)
    if bins_per_year < 4:
        return []
    years, size = int(bins / bins_per_year + _OVERLAP), round(bins_per_year)
    if bins < size or not years:
        return []
    starts = np.linspace(bins - size, 0, years).round().astype(int) if years > 1 else [bins - size]
    return [slice(int(start), int(start) + size) for start in starts]


def _deviation(unit, sales, expected, weight, factor, slices, periods, groups) -> tuple[np.ndarray, np.ndarray]:
    """Return what repeats of the units' year, as deviation from 1 on every bin of history and horizon, and how it flatters the past."""
    harmonics = max(1, min(HARMONICS, (slices[0].stop - slices[0].start) // 2 - 1))
    waves = year_waves(periods.year_position, harmonics)
    effects, rest, valid = _replicates(unit, sales, expected, weight, factor, slices, waves, groups)
    smooth, smooth_doubt = shrunk(effects, valid, pairs=True)
    peaks, peak_doubt = _peaks(rest, valid, periods.year_position, slices)
    peaks += _product(smooth.astype(np.float32), waves)
    doubt = smooth_doubt.sum(1) / 2 + peak_doubt.mean(1)
    if len(slices) > 1:
        return peaks, doubt
    sure = _shared_surely(unit, sales, expected, weight, factor, slices[0], waves)
    return peaks * np.float32(sure), doubt * sure


def _shared_surely(unit, sales, expected, weight, factor, year, waves) -> float:
    """Return how far a season that one year shows can be counted on, by what some series say of others: few, or unlike, say little."""
    count = int(unit.max()) + 1
    y, e = _season_sums(unit * _FOLDS + _rank_within(unit) % _FOLDS, sales, expected, weight, factor, count * _FOLDS)
    effects, _, valid = measured(y[:, year], e[:, year], waves[year], trend=True)
    return sure_share(effects.reshape(count, _FOLDS, -1), valid.reshape(count, _FOLDS))


def _replicates(unit, sales, expected, weight, factor, slices, waves, groups) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what `_measure` finds in each replicate, (units, r, ...): every whole year, or with one year both halves of the series."""
    if len(slices) == 1:
        halves = [np.where(_rank_within(groups) % 2 == h, weight, 0.0) for h in (0, 1)]
        parts = [_season_sums(unit, sales, expected, half, factor) for half in halves]
        found = [measured(y[:, slices[0]], e[:, slices[0]], waves[slices[0]], trend=True) for y, e in parts]
    else:
        y, e = _season_sums(unit, sales, expected, weight, factor)
        slope = _slope(y, e, slices)
        steps = (np.arange(y.shape[1]) - y.shape[1]) / (slices[0].stop - slices[0].start)
        found = [measured(y[:, part], e[:, part] * _growth(slope, steps[part], e.dtype), waves[part]) for part in slices]
    effects, rest, valid = (np.stack(m, 1) for m in zip(*found, strict=True))
    return effects, rest, valid


def _growth(slope: np.ndarray, steps: np.ndarray, kind: np.dtype) -> np.ndarray:
    return np.exp((slope[:, None] * steps).astype(kind))


def _season_sums(unit, sales, expected, weight, factor, count=None) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted sales and expectation by unit and season bin; single precision where a unit is one series, so nothing is added up."""
    count = int(unit.max()) + 1 if count is None else count
    kind = np.float32 if count == len(unit) else np.float64
    y, e = np.zeros((count, sales.shape[1]), kind), np.zeros((count, sales.shape[1]), kind)
    add_up(unit, sales, expected, weight, factor, y, e)
    return y, e


def _rank_within(groups: np.ndarray) -> np.ndarray:
    """Return each series' place within its group, from 0."""
    order = np.argsort(groups, kind="stable")
    rank = np.empty(len(groups), np.int64)
    rank[order] = np.arange(len(groups)) - np.searchsorted(groups[order], groups[order])
    return rank


def year_waves(position: np.ndarray, harmonics: int) -> np.ndarray:
    """Return cosine and sine of so many harmonics at places in the year, (len(position), 2 x harmonics)."""
    angle = 2 * np.pi * position[:, None] * np.arange(1, harmonics + 1)
    return np.stack([np.cos(angle), np.sin(angle)], 2).reshape(len(position), -1)


def _product(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return rows @ columns.T without BLAS: its threads spin for longer than products so narrow take, and must not decide the last bit."""
    return np.einsum("nb,kb->nk", rows, columns.astype(rows.dtype))


def measured(sales, expected, waves, trend=False):
    """Return harmonics of one year's ratios, what they leave over, and whether enough of the year was seen."""
    ratio = _ratio(sales, expected, _LEAN_YEAR)
    columns = [np.ones((len(waves), 1)), waves]
    if trend:
        columns.append(np.linspace(-0.5, 0.5, len(waves))[:, None])
    design = np.hstack(columns)
    ratio -= 1
    solved = _product(ratio, np.linalg.pinv(design))
    effects = solved[:, 1 : 1 + waves.shape[1]]
    seen = (expected > 0).mean(1) >= _FULL_SLICE
    ratio -= _product(solved, design)
    return effects, ratio, seen


def _slope(sales, expected, slices) -> np.ndarray:
    """Return the yearly growth, as a log, between the oldest and the newest whole year of each unit; of many units as far as it is no chance.

    Growth that is not taken out first looks like a season: every year ends higher than it began.
    """
    ends = slices[0], slices[-1]
    sold, told = (np.stack([part[:, p].sum(1, dtype=float) for p in ends]) for part in (sales, expected))
    rate = np.where(told > 0, sold / np.maximum(told, 1e-12), 0)
    known = (rate > 0).all(0)
    years = (slices[0].start - slices[-1].start) / (slices[0].stop - slices[0].start)
    growth = np.log(np.where(known, rate[0], 1.0) / np.where(known, rate[1], 1.0)) / years
    if len(growth) > 1:
        off = sum(((sales[:, p] - rate[k][:, None] * expected[:, p]) ** 2).sum(1) / np.maximum(sold[k], 1e-12) ** 2 for k, p in enumerate(ends))
        chance = np.where(known, off / years**2, 1e6)
        weight = 1 / (chance + np.median(chance) + 1e-12)
        center = np.average(growth, weights=weight)
        real = max(float(np.average((growth - center) ** 2 - chance, weights=weight)), 0.0)
        growth = center + (growth - center) * real / (real + chance + 1e-12)
    return np.clip(growth, -_MOST_GROWTH, _MOST_GROWTH)


def _peaks(rest, valid, position, slices) -> tuple[np.ndarray, np.ndarray]:
    """Return what the smooth curve misses and the same bin shows again the next year (a Christmas week)."""
    size = rest.shape[2]
    cell = np.minimum((position * size).astype(np.int64), size - 1)
    by_cell = np.zeros_like(rest)
    for k, part in enumerate(slices * (rest.shape[1] if len(slices) == 1 else 1)):
        order = np.argsort(cell[part], kind="stable")
        at, first, count = np.unique(cell[part][order], return_index=True, return_counts=True)
        by_cell[:, k, at] = np.add.reduceat(rest[:, k, order], first, axis=1) / count.astype(rest.dtype)
    kept, doubt = shrunk(by_cell, valid)
    return kept.astype(np.float32)[:, cell], doubt
