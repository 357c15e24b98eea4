"""Demand behind sales: what would have sold on days when the item could not be bought all day."""

import numpy as np
import pandas as pd

from workbench.cleaning.censoring import remainder_bounds, truncated_means
from workbench.cleaning.levels import local_levels

FLOOR = 0.2
_ROUNDS = 3
_PACE_TIERS = 5
_LASTING = 0.5
_VOLUME_CLASSES = 6


def exposure_level(sales: np.ndarray, exposure: np.ndarray, floor: float = FLOOR) -> float:
    """Return the sales a full day on sale would have had: the Poisson estimate, sales over time on sale.

    Parameters
    ----------
    sales : (T,) units; exposure : (T,) share of each day on sale, 0-1
    floor : least share that a day with stock counts for, 0-1; a day with neither stock nor sales counts for nothing

    Examples
    --------
    The mean of all days is 3.143, of days with sales 4.40:

    >>> exposure_level(np.array([5, 4, 6, 2, 0, 0, 5]), np.array([1, 1, 1, 0.4, 0, 0, 1]))
    5.0
    """
    share = np.where((exposure > 0) | (sales > 0), np.maximum(exposure, floor), 0.0)
    return float(sales.sum() / share.sum()) if share.sum() > 0 else float("nan")


def censored_level(sales: np.ndarray, ran_out: np.ndarray, tolerance: float = 1e-10) -> float:
    """Return the Poisson mean when on some days stock ran out, so that demand was at least what sold (Conrad 1976).

    Solved by expectation-maximisation: on a day that ran out, expect the mean of what is at least the sales.

    Examples
    --------
    Stock 10, 10, 3, 10, 4, 10; the mean of all days is 4.833, of the days with stock left 5.5:

    >>> round(censored_level(np.array([6, 4, 3, 7, 4, 5.0]), np.array([0, 0, 1, 0, 1, 0], bool)), 4)
    5.7566
    """
    level = float(sales.mean())
    if level <= 0:
        return level
    while True:
        expected = sales.astype(float).copy()
        m = np.full(int(ran_out.sum()), level)
        expected[ran_out] = truncated_means(sales[ran_out].astype(float), m, m, np.ones(len(m)))
        if abs(expected.mean() - level) < tolerance:
            return float(expected.mean())
        level = float(expected.mean())


def recover_demand(
    sales: np.ndarray,
    exposure: np.ndarray,
    calendar: object,
    *,
    ran_out: np.ndarray | None = None,
    floor: float = FLOOR,
    interval: float = 0.8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what would have sold each day, with the bounds of an interval, each float32 (n, T).

    A day on sale all day keeps its sales. A day partly on sale keeps them and adds what the rest of the day lets expect, more
    if the part seen went better than usual. A day not on sale, or of unknown sales, gets the level around it.

    Parameters
    ----------
    sales : (n, T) as sold, not negative, in any scale; NaN unknown
    exposure : (n, T) share of the day on sale, 0-1; NaN unknown, which leaves the sales as they are
    calendar : (T,) dates of the days
    ran_out : (n, T) days on which stock ended at an unknown hour, so that sales are only a lower bound
    floor : least share of the day that sales are divided by, 0-1
    interval : probability that the bounds hold the demand, 0-1

    Notes
    -----
    Level: exposure-based Poisson quasi-likelihood, two-sided in time without the day itself, bandwidths weighted by how well
    they foretell days that are known; weekday profile and panel-wide day effects shrunk by how much of them is chance.
    Rest of a partial day: gamma-Poisson posterior (1/b + y/a) / (1/b + x m/a) with the panel's variance law a m + b m^2.

    Examples
    --------
    >>> demand, low, high = recover_demand([[5, 4, 6, 2, 0, 0, 5]], [[1, 1, 1, 0.4, 0, 0, 1]], np.arange(7).astype("datetime64[D]"))
    >>> [round(float(d)) for d in demand[0]]
    [5, 4, 6, 5, 5, 5, 5]
    """
    sales, exposure = np.asarray(sales, np.float32), np.asarray(exposure, np.float32)
    out = np.zeros(sales.shape, bool) if ran_out is None else np.asarray(ran_out, bool)
    known = np.isfinite(sales)
    y = np.where(known, np.maximum(sales, 0), 0).astype(np.float32)
    share = np.clip(np.where(np.isnan(exposure), 1, exposure), 0, 1).astype(np.float32)
    share = np.where(known, share, 0)
    seen = np.where((share > 0) | (y > 0), np.maximum(share, floor), 0) * known
    grain = _grain(y)
    expected, law, evidence = _expected(y, seen, out, grain, _weekdays(calendar))
    rest_mean, rest_variance = _rest(y, share, seen, expected, law, evidence)
    demand = y + rest_mean
    cells = np.nonzero((share < 1) & ~out)
    low, high = y.copy(), y.copy()
    lower, upper = remainder_bounds(rest_mean[cells], rest_variance[cells], grain[cells[0]], interval)
    low[cells], high[cells] = y[cells] + lower, y[cells] + upper
    if out.any():
        _fill_ran_out(y, out, expected, law, grain, interval, demand, low, high)
    return demand.astype(np.float32), np.minimum(low, demand).astype(np.float32), np.maximum(high, demand).astype(np.float32)


def _weekdays(calendar: object) -> np.ndarray:
    """Return each day's place in the week; zeros where the calendar is not daily."""
    days = pd.DatetimeIndex(np.asarray(calendar)).to_numpy().astype("datetime64[D]").astype(np.int64)
    daily = len(days) < 2 or np.median(np.diff(days)) == 1
    return (days + 3) % 7 if daily else np.zeros(len(days), np.int64)


def _expected(y, seen, out, grain, weekday):
    """Return the demand expected on each full day (n, T), the variance law (a, b), and the days' worth of evidence (n,)."""
    target, e = np.where(out, 0, y).astype(np.float32), np.where(out, 0, seen).astype(np.float32)
    day, pace = np.ones(y.shape[1], np.float32), np.ones(e.shape, np.float32)
    tier = np.minimum((e * _PACE_TIERS).astype(np.int8), _PACE_TIERS)
    volume = _volume_classes(target.sum(1) / np.maximum(e.sum(1), 1e-9))
    for _ in range(_ROUNDS):
        share = e * pace
        rate = target.sum(1) / np.maximum(share.sum(1), 1e-9)
        scale = np.where(rate > 0, rate, 1.0).astype(np.float32)
        z = target / scale[:, None]
        scatter = _scatter(z, share)
        profile = _profile(z, share, weekday, scatter)[:, weekday] * day
        level, evidence, variance = local_levels(z, share * profile)
        expected = np.where(rate[:, None] > 0, level * profile * scale[:, None], 0).astype(np.float32)
        a, b = _law(rate, variance * rate, (e > 0).sum(1))
        trust = (1 / ((scatter + 0.1) * scale))[:, None]
        chance = trust**2 * (scatter * scale)[:, None] * expected * share
        day = np.clip(day * _day_effect(trust * target, trust * expected * share, chance), 0.2, 5).astype(np.float32)
        pace *= _pace(trust * target, trust * expected * share, chance, tier, volume)
        if out.any():
            m = expected[out].astype(float)
            target[out] = truncated_means(y[out].astype(float), m, a * m + b * m * m, np.broadcast_to(grain[:, None], y.shape)[out])
            e[out] = 1
    expected *= _on_full_days(z, expected * share / scale[:, None], scatter, tier == _PACE_TIERS) if len(y) > 1 else 1
    return expected, (a, b), evidence


def _day_effect(sales, expected, chance) -> np.ndarray:
    """Return what each calendar day did to the whole panel (T,): a holiday, a storm; 1 where it may be chance."""
    return _shrunk(sales.sum(0), expected.sum(0), chance.sum(0), np.ones(sales.shape[1]))


def _pace(sales, expected, chance, tier, volume) -> np.ndarray:
    """Return how much faster than on full days units sold while on sale (n, T), by how much of the day that was and by volume.

    Stock ends on the days on which it sells fast, so what is seen of them must not be taken for a usual day's pace.
    """
    width, classes = _PACE_TIERS + 1, int(volume.max(initial=0)) + 1
    place = tier + width * volume[:, None]
    sold, told, doubt = (np.bincount(place.ravel(), part.ravel(), width * classes).reshape(classes, width) for part in (sales, expected, chance))
    full = np.where(told[:, -1:] > 0, sold[:, -1:] / np.maximum(told[:, -1:], 1e-9), sold.sum() / max(told.sum(), 1e-9))
    full = np.where(full > 0, full, 1.0)
    ratio = _shrunk((sold / full).ravel(), told.ravel(), (doubt / full**2).ravel(), np.ones(width * classes)).reshape(classes, width)
    ratio[:, -1] = 1.0
    return np.clip(ratio, 0.2, 5).astype(np.float32).ravel()[place]


def _volume_classes(rate: np.ndarray) -> np.ndarray:
    """Return thirds of the series by volume, slowest first; one class where there are too few to tell apart."""
    if len(rate) < 10 * _VOLUME_CLASSES:
        return np.zeros(len(rate), np.int64)
    rank = np.argsort(np.argsort(rate, kind="stable"), kind="stable")
    return rank * _VOLUME_CLASSES // len(rate)


def _on_full_days(sales, expected, scatter, full) -> np.ndarray:
    """Return what each series' full days sold over what was expected of them (n, 1), as far as it is no chance.

    Series whose partial days run faster than the panel's have a level that is too high without it, and the other way round.
    """
    told = np.where(full, expected, 0).sum(1)
    ratio = np.where(told > 0, np.where(full, sales, 0).sum(1) / np.maximum(told, 1e-9), 1.0)
    chance = np.where(told > 0, scatter / np.maximum(told, 1e-9), 1e6)
    weight = 1 / (chance + np.median(chance))
    center = np.average(ratio, weights=weight)
    real = max(float(np.average((ratio - center) ** 2 - chance, weights=weight)), 0.0)
    return np.clip(center + (ratio - center) * real / (real + chance), 0.3, 3)[:, None]


def _scatter(z: np.ndarray, e: np.ndarray) -> np.ndarray:
    """Return the squared coefficient of variation of a full day of each series (n,)."""
    seen = e > 0
    days = np.maximum(seen.sum(1), 1)
    rate = z.sum(1) / np.maximum(e.sum(1), 1e-9)
    error = np.where(seen, (z - rate[:, None] * e) ** 2 / np.maximum(e, 0.02), 0).sum(1) / days
    return np.maximum(error / np.maximum(rate, 1e-9) ** 2, 1e-6)


def _profile(z, e, weekday, scatter) -> np.ndarray:
    """Return weekday multipliers (n, 7), shrunk to the panel's by how much of their spread is chance."""
    phases = int(weekday.max(initial=0)) + 1
    if phases == 1:
        return np.ones((len(z), 1), np.float32)
    member = (weekday[:, None] == np.arange(phases)).astype(np.float32)
    sales, scale = z @ member, e @ member
    trust = 1 / (scatter + 0.1)
    pooled = _shrunk(trust @ sales, trust @ scale, (trust**2 * scatter) @ scale, np.ones(phases))
    own = np.where(scale > 0, sales / np.maximum(scale, 1e-9), pooled)
    chance = scatter[:, None] / np.maximum(scale, 0.5)
    real = max(float(np.average((own - pooled) ** 2 - chance, weights=1 / (chance + np.median(chance)) ** 2)), 0.0)
    enough = len(z) > 1
    profile = pooled + (own - pooled) * (real / (real + chance) if enough else 0.0)
    return np.clip(profile, 0.05, 20).astype(np.float32)


def _shrunk(sales, scale, variance, center) -> np.ndarray:
    """Return ratios of totals, drawn to `center` by the part of their spread that chance explains."""
    ratio = np.where(scale > 0, sales / np.maximum(scale, 1e-9), center)
    chance = np.where(scale > 0, variance / np.maximum(scale, 1e-9) ** 2, 1e6)
    weight = 1 / (chance + np.median(chance))
    real = max(float(np.average((ratio - center) ** 2 - chance, weights=weight)), 0.0)
    return center + (ratio - center) * real / (real + chance)


def _law(rate, own, seen) -> tuple[float, float]:
    """Return a, b of the panel's variance law a m + b m^2, by relative least squares of variance over mean."""
    told = (rate > 0) & (seen >= 7) & (own > 0)
    if not told.any():
        return 1.0, 0.0
    x, v, n = rate[told], own[told], seen[told]
    a, b = 0.0, float(np.average(v / x, weights=n))
    for _ in range(8):
        weight = n / np.maximum(a + b * x, 1e-12) ** 2
        mx, mv = np.average(x, weights=weight), np.average(v, weights=weight)
        spread = np.average((x - mx) ** 2, weights=weight)
        b = float(np.average((x - mx) * (v - mv), weights=weight) / spread) if spread > 1e-9 * mx * mx else 0.0
        b = min(max(b, 0.0), 0.999 * mv / mx)
        a = float(mv - b * mx)
    return a, b


def _rest(y, share, seen, expected, law, evidence):
    """Return mean and variance of what the unseen part of each day would have sold.

    Half of a day's scatter beyond Poisson is taken to last all day (so that a good morning promises a good evening), half not.
    """
    a, b = law
    gone = 1 - share
    noise = a + (1 - _LASTING) * b * expected
    if b > 0:
        shape = 1 / (_LASTING * b) + seen * expected / noise
        mean = gone * expected * (1 / (_LASTING * b) + y / noise) / shape
    else:
        shape, mean = np.inf, gone * expected
    daily = (a * expected + b * expected**2) / np.maximum(evidence, 1)[:, None]
    return mean, noise * mean + mean**2 / shape + gone**2 * daily


def _grain(y: np.ndarray) -> np.ndarray:
    """Return the unit that all sales of a series are whole multiples of (n,), 0 where there is none: 1 for counts, any for scaled counts."""
    least = np.where(y > 0, y, np.inf).min(1)
    unit = np.where(np.isfinite(least) & (least > 1e-12), least, 1.0)
    times = y / unit[:, None]
    whole = (np.abs(times - np.round(times)) < 1e-3).all(1) & (times < 1e4).all(1)
    return np.where((y == np.floor(y)).all(1), 1.0, np.where(whole, unit, 0.0))


def _fill_ran_out(y, out, expected, law, grain, interval, demand, low, high) -> None:
    """Fill the days that ran out: demand was at least the sales."""
    a, b = law
    m = expected[out].astype(float)
    variance = a * m + b * m * m
    rows = np.broadcast_to(grain[:, None], y.shape)[out]
    demand[out] = truncated_means(y[out].astype(float), m, variance, rows)
    low[out] = y[out]
    over = np.maximum(demand[out] - y[out], 0)
    high[out] = y[out] + remainder_bounds(over, np.maximum(variance, over**2), rows, 2 * interval - 1)[1]
