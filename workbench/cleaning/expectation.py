"""The demand expected on each day in stock from first hour to last, learned from the whole panel; arrays, no pandas.

Level: exposure-based Poisson quasi-likelihood around each day, the day itself left out. Weekday profiles, effects of calendar
days on the whole panel and the pace of partial days are ratios of totals, drawn to 1 by how much of their spread is chance.
"""

from dataclasses import dataclass

import numpy as np

from workbench.cleaning.censoring import truncated_means
from workbench.cleaning.levels import local_levels

_ROUNDS = 3
_PACE_TIERS = 5
_VOLUME_CLASSES = 6
_LASTING, _LASTING_DOUBT = 0.5, 0.05  # before partial days have told: mean and variance


@dataclass(frozen=True, slots=True)
class Tags:
    """What is on: event (T,) and promotion (n, T), each a small whole number, 0 for none.

    `edge` (n, T) are days that are known to be of a promotion only because they sold: no fair witnesses of what it brings.
    """

    event: np.ndarray
    promotion: np.ndarray
    edge: np.ndarray


@dataclass(frozen=True, slots=True)
class Expectation:
    """Demand expected on each full day (n, T), and the factors in it of the day's event (1 or n, T) and promotion (n, T).

    `law` is (a, b) of the variance a m + b m^2, `evidence` (n,) the days' worth of sales behind a level.
    """

    demand: np.ndarray
    event_lift: np.ndarray
    promotion_lift: np.ndarray
    law: tuple[float, float]
    evidence: np.ndarray


def expected_demand(y, seen, out, grain, weekday, tags: Tags | None = None, stopped=False) -> Expectation:
    """Return the demand expected on each full day; `seen` (n, T) is the share of the day that sales `y` tell of.

    `stopped` (n, T) are days that ended with their own last sale: evidence of the level as they stand, none of how fast partial days sell.
    """
    target, e = np.where(out | (seen <= 0), 0, y).astype(np.float32), np.where(out, 0, seen).astype(np.float32)
    if tags is not None:
        target[tags.edge], e[tags.edge] = 0, 0
    day, pace = np.ones(y.shape[1], np.float32), np.ones(e.shape, np.float32)
    event, promotion = np.ones((1, y.shape[1]), np.float32), np.ones((1, 1) if tags is None else y.shape, np.float32)
    lift = promotion
    tier = np.minimum((e * _PACE_TIERS).astype(np.int8), _PACE_TIERS)
    volume = _volume_classes(target.sum(1) / np.maximum(e.sum(1), 1e-9))
    plain = True if tags is None else (tags.promotion == 0) & (tags.event == 0)
    for number in range(_ROUNDS):
        share = e * pace
        # what events and promotions bring is not known at first: all else then rests on the other days
        told = plain if number == 0 else True
        part = share * lift * told
        rate = (target * told).sum(1) / np.maximum(part.sum(1), 1e-9)
        scale = np.where(rate > 0, rate, 1.0).astype(np.float32)
        z = target / scale[:, None]
        scatter = _scatter(z * told, part)
        profile = _profile(z * told, part * day, weekday, scatter)[:, weekday] * day
        level, evidence, variance = local_levels(z * told, part * profile)
        base = np.where(rate[:, None] > 0, level * profile * scale[:, None], 0).astype(np.float32)
        expected = base * lift
        law = _law(rate, variance * rate, (e > 0).sum(1))
        trust = (1 / ((scatter + 0.1) * scale))[:, None]
        chance = trust**2 * (scatter * scale)[:, None] * expected * share
        day = np.clip(day * _day_effect(trust * target, trust * expected * share, chance), 0.2, 5).astype(np.float32)
        if tags is not None:
            day[tags.event > 0] = 1
            usual = (trust * target)[plain].sum() / max((trust * base * share)[plain].sum(), 1e-9)
            event, promotion = _lifts(trust * target, trust * base * share * (usual if usual > 0 else 1.0), chance, tags)
            lift = event * promotion
        sold, told_of, doubt = (np.where(stopped, 0, part) for part in (trust * target, trust * expected * share, chance))
        # a day that its own last sale ended sells no faster than others: it was seen until then
        pace *= np.where(stopped, np.float32(1), _pace(sold, told_of, doubt, tier, volume))
        if out.any():
            _fill_bounds(target, e, y, out, expected, law, grain)
    level_of_full_days = _on_full_days(z, expected * share / scale[:, None], scatter, tier == _PACE_TIERS) if len(y) > 1 else 1
    return Expectation(expected * level_of_full_days, event, np.broadcast_to(promotion, y.shape), law, evidence)


def _fill_bounds(target, e, y, out, expected, law, grain) -> None:
    """Put the mean of what is at least the sales where stock ran out, in place."""
    a, b = law
    m = expected[out].astype(float)
    target[out] = truncated_means(y[out].astype(float), m, a * m + b * m * m, np.broadcast_to(grain[:, None], y.shape)[out])
    e[out] = 1


def _lifts(sales, base, chance, tags: Tags) -> tuple[np.ndarray, np.ndarray]:
    """Return demand over base demand of each day's event (1, T), and of each day's promotion (n, T) by its kind and its SKU.

    Each is a ratio of totals, drawn to the next wider by how much of the spread is chance.
    """
    kinds = int(tags.event.max(initial=0)) + 1
    plain = tags.promotion == 0
    sold, told, doubt = ((part * plain).sum(0) for part in (sales, base, chance))
    event = _by_tag(sold, told, doubt, tags.event, kinds)[tags.event]
    on = np.nonzero(tags.promotion)
    promotion = np.ones(sales.shape, np.float32)
    if len(on[0]):
        sold, told, doubt = sales[on], base[on] * event[on[1]], chance[on]
        code = tags.promotion[on]
        kind = _by_tag(sold, told, doubt, code, int(code.max()) + 1)[code]
        own = _by_tag(sold, told * kind, doubt, on[0], len(sales), least=0)[on[0]]
        promotion[on] = np.clip(kind * own, 0.5, 20)
    return event[None, :].astype(np.float32), promotion


def _by_tag(sold, told, doubt, tag, size, least=1) -> np.ndarray:
    """Return lifts by tag (size,), 1 for tags below `least`; those of little evidence are drawn to 1."""
    sums = [np.bincount(tag, part, size) for part in (sold, told, doubt)]
    used = (np.arange(size) >= least) & (sums[1] > 0)
    lift = np.ones(size)
    if used.any():
        sold, told, doubt = (part[used] for part in sums)
        lift[used] = np.clip(_shrunk(sold, told, doubt, np.ones(len(sold))), 0.2, 20)
    return lift


def _day_effect(sales, expected, chance) -> np.ndarray:
    """Return what each calendar day did to the whole panel (T,): a holiday, a storm; 1 where it may be chance."""
    sold, told, doubt = sales.sum(0), expected.sum(0), chance.sum(0)
    usual = sold.sum() / max(told.sum(), 1e-9)
    return _shrunk(sold, told * usual, doubt, np.ones(sales.shape[1])) if usual > 0 else np.ones(sales.shape[1])


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


def lasting_share(y, seen, expected, law, part, full) -> float:
    """Return how much of a day's scatter beyond Poisson lasts all day (so that a good morning promises a good evening), 0-1.

    Scatter that lasts grows with the square of the time on sale, scatter that does not with the time: `part` and `full` days
    together tell which, by weighted least squares of their scatter on both.
    """
    a, b = law
    m, e = expected[part].astype(float), seen[part].astype(float)
    if b <= 0 or not (m > 0).any():
        return _LASTING
    weight = np.where(m > 0, 1 / np.maximum(e * (a * m + b * m * m), 1e-12), 0)
    pace = (weight * m * y[part]).sum() / max((weight * m * m * e).sum(), 1e-12)
    m = m * min(max(pace, 0.2), 5)
    kinds = weight * np.stack([e * m * m, e * e * m * m])  # what passes, what lasts
    on_full, of_full = _full_days_scatter(y, expected, law, full)
    inverse = np.linalg.pinv(kinds @ kinds.T + on_full)
    passing, lasts = np.maximum(inverse @ (kinds @ (weight * ((y[part] - e * m) ** 2 - a * e * m)) + of_full), 0)
    total = passing + lasts
    if total <= 0:
        return _LASTING
    chance = inverse @ (2 * (kinds * (weight * (a * e * m + b * e * m * m)) ** 2) @ kinds.T + 2 * on_full) @ inverse
    slope = np.array([-lasts, passing]) / total**2
    doubt = max(float(slope @ chance @ slope), 1e-9)
    return float((lasts / total / doubt + _LASTING / _LASTING_DOUBT) / (1 / doubt + 1 / _LASTING_DOUBT))


def _full_days_scatter(y, expected, law, full) -> tuple[float, float]:
    """Return the sums that full days add to the least squares: there the time on sale is 1, and both kinds of scatter are one."""
    a, b = law
    used = full & (expected > 0)
    m = expected[used]
    weight = 1 / (a + b * m)
    return float(np.sum((weight * m) ** 2, dtype=float)), float(np.sum(weight**2 * ((y[used] - m) ** 2 - a * m), dtype=float))
