"""At what pace a SKU sells now, and whether it has just fallen: breaks and declines weighed by how well they explain the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln, logsumexp

from workbench.health.past import Array, Narrow, Past
from workbench.health.visits import LATELY_DAYS

WINDOW_DAYS = 365
BLOCK = 1_000
"""SKUs that are explained at a time."""
WEEK, SPREAD_LEVEL, SPREAD_SERIES = 7, 2.0, 2_000
"""Days that are summed to see how demand varies, the level (units a day) from which it varies no more in proportion, and the listings that are enough."""
BREAK_CHANCE, DECLINE_CHANCE, TURN_CHANCE = 0.2, 0.15, 0.9
"""Beforehand: that demand broke within half a year, that it is in decline, and, where the market is seen to turn, that demand follows."""
BREAKS = tuple(range(7, 190, 7))
DECLINES = tuple((start, half_life) for start in (90, 150, 210, 270, 330) for half_life in (60, 90, 130))
TURNED_TO, TURN_SHAPE = 0.4, 8.0
"""What is left of demand after the market turned, before anything of it is seen, and how sure that is."""
CHANNEL_PRIOR_UNITS, OLD_UNITS = 3.0, 10.0
"""Weight, in units sold, of the SKU's other channels and of the years before the last in the level of one channel."""
PRIOR_UNITS = 3.0
"""Units sold that the level of a SKU is as sure as before it sells any."""
PROMOTION_LIFT = 1.05
"""What promotions add to demand over the year; the past is looked at without them."""
OWN_PRIOR_UNITS = 1.5
"""Units that the own pace of a row is as sure as before it sells any; more calls fewer new listings slow, and misses some."""
OWN_SPREAD = 0.2
"""Standard deviation of the logarithm of a channel's own drift over two months."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Explanations of each SKU's past (s, m): weight, gamma shape and rate of the level's factor; and what they mean ahead.

    Attributes
    ----------
    sku_row : (r,) row in the explanations of each row that the pace is asked for
    path : (r, H) units a day ahead if the level of the last year went on
    share : (r,) relative variance of each row's own share of its SKU, see `share_variance`
    decay : (m, H) factor of each explanation on a day ahead
    fall : (s,) expected logarithm of the level before over the level now; gradual : (s,) weight of the declines
    """

    sku_row: NDArray[np.int64]
    weight: Array
    shape: Array
    rate: Array
    decay: Array
    path: Array
    share: Array
    fall: Array
    gradual: Array

    def expected(self, begin: int, end: int) -> Array:
        """Return the units (r,) expected from day `begin` to day `end` ahead."""
        return (self._weight * self._factor * self._ahead(begin, end)).sum(axis=1)

    def chance_above(self, units: Array, cover_days: float, after_days: int) -> Array:
        """Return the chance (r,) that after so many days the cover of what is left of `units` lies above a limit.

        Cover then is (units - demand until then) over the mean daily demand of the 30 days up to then (now: the next 30), so
        the factor of the level must lie below units / (demand until then + limit x daily demand): a gamma probability for
        each explanation, wider by what is not known of the row's own share.
        """
        begin = max(after_days - 30, 0)
        daily = self._ahead(begin, max(after_days, 30)) / 30
        most = units[:, None] / np.maximum(self._ahead(0, after_days) + cover_days * daily, 1e-12)
        shape = 1 / (1 / self.shape[self.sku_row] + self.share[:, None] + OWN_SPREAD**2)
        chance = (self._weight * gammainc(shape, most / self._factor * shape)).sum(axis=1)
        return np.where(np.isnan(units + self.path.sum(axis=1)), np.nan, np.where(units > 0, chance, 0.0))

    @property
    def _weight(self) -> Array:
        return self.weight[self.sku_row]

    @property
    def _factor(self) -> Array:
        return (self.shape / self.rate)[self.sku_row]

    def _ahead(self, begin: int, end: int) -> Array:
        return self.path[:, begin:end] @ self.decay[:, begin:end].T


class Beside(NamedTuple):
    """What others than the days of the last year tell of each series: units (n,), and the days of season 1 that they stand for (n,)."""

    units: Array
    days: Array


def levels(past: Past, factor: Narrow, sku: NDArray[np.int64], outside: Array, visited: Beside) -> tuple[Array, Array, Beside]:
    """Return the level (n,) of each series, units a day without season, the units of the last year behind it, and what the years before tell.

    A series of few sales leans on the SKU's other channels, brought to its own by what the channels sell of the same SKUs,
    and on `outside` (n,), what the forecast or the first order says, NaN where neither does; and on its own older years.
    """
    sold, exposed = _sums(past.demand[:, -WINDOW_DAYS:], factor[:, : past.days][:, -WINDOW_DAYS:])
    sold, exposed = sold + visited.units, exposed + visited.days
    old_sold, old_exposed = _sums(past.demand[:, :-WINDOW_DAYS], factor[:, : past.days][:, :-WINDOW_DAYS])
    of_sku, ratio = _of_sku(past, sku, sold, exposed)
    lent = of_sku[sku] * ratio
    lent = np.where(np.bincount(sku, sold)[sku] > 5, np.where(np.isnan(outside) | (exposed > 0), lent, np.sqrt(lent * outside)), outside)
    share = np.where(old_sold > 0, np.minimum(old_sold, OLD_UNITS) / np.maximum(old_sold, 1e-9), np.minimum(1.0, 1 / np.maximum(old_exposed, 1)))
    before = Beside(share * old_sold, share * old_exposed)
    some = np.where(np.isnan(lent), 0.0, CHANNEL_PRIOR_UNITS)
    weight = exposed + some / np.maximum(np.nan_to_num(lent), 0.002) + before.days
    level = (sold + some + before.units) / np.maximum(weight, 1e-9)
    return np.where(weight > 0, level, np.nan), sold, before


def dispersion(past: Past, factor: Narrow, level: Array) -> Array:
    """Return the variance of each series' demand over its mean (n,): 1 for what sells rarely, more in proportion to what sells a day.

    The proportion is that of the shop: least squares over the listings that were on sale all year. Each week is held against the
    week before it and not against the year, so that a break of the level is no variation.
    """
    weeks = min(WINDOW_DAYS, past.days) // WEEK
    seen, usual = past.demand[:, -weeks * WEEK :], factor[:, : past.days][:, -weeks * WEEK :]
    at = np.flatnonzero((np.isfinite(seen).mean(axis=1) > 0.9) & (level > 0))
    at = at[:: max(len(at) // SPREAD_SERIES, 1)]
    there = np.isfinite(seen[at])
    sums = [np.where(there, part, 0.0).reshape(len(at), weeks, WEEK).sum(axis=2, dtype=float) for part in (seen[at], usual[at])]
    mean = sums[1] * (sums[0].sum(axis=1) / np.maximum(sums[1].sum(axis=1), 1e-9))[:, None]
    moved, both = np.diff(sums[0] - mean, axis=1), np.maximum(mean[:, 1:] + mean[:, :-1], 1e-9)
    varied = (moved**2 / both).sum(axis=1) / max(weeks - 1, 1)
    x = np.minimum(level, SPREAD_LEVEL)
    slope = (1 + (x[at] * (varied - 1)).sum()) / (1 + (x[at] ** 2).sum())
    return 1 + max(slope, 0.0) * np.nan_to_num(x)


def share_variance(sold: Array, spread: Array, series_row: NDArray[np.int64], sku_row: NDArray[np.int64], sku: NDArray[np.int64]) -> Array:
    """Return the relative variance (r,) of what each row's share of its SKU may be: none where the SKU sells there alone.

    The chance of the whole SKU is in its explanations already, so only what the row's own units tell less than all of them counts.
    """
    at, n = series_row >= 0, len(sku_row)
    mine, varied = (np.bincount(series_row[at], by[at], n) for by in (sold, sold * spread))
    every = np.bincount(sku, sold, int(sku_row.max(initial=0)) + 1)[sku_row]
    dispersion = np.where(mine > 0, varied / np.maximum(mine, 1e-9), 1.0)
    return dispersion * (1 / (mine + OWN_PRIOR_UNITS) - 1 / (np.maximum(every, mine) + OWN_PRIOR_UNITS))


def _sums(demand: Narrow, factor: Narrow) -> tuple[Array, Array]:
    there = np.isfinite(demand)
    return np.where(there, demand, 0.0).sum(axis=1, dtype=float), (there * factor).sum(axis=1, dtype=float)


def _of_sku(past: Past, sku: NDArray[np.int64], sold: Array, exposed: Array) -> tuple[Array, Array]:
    """Return the level of each SKU on an average channel, and what each series' channel sells over that: alternating sums."""
    channel = np.unique(past.channel.astype(str), return_inverse=True)[1]
    ratio, enough = np.ones(int(channel.max()) + 1), exposed > 60
    for _ in range(6):
        level = np.bincount(sku, sold) / np.maximum(np.bincount(sku, exposed * ratio[channel]), 1e-9)
        wanted = np.bincount(channel[enough], (level[sku] * exposed)[enough], len(ratio))
        ratio = np.where(wanted > 0, np.bincount(channel[enough], sold[enough], len(ratio)) / np.maximum(wanted, 1e-9), 1.0)
    return level, ratio[channel]


def explained(
    past: Past,
    factor: Narrow,
    sku: NDArray[np.int64],
    level: Array,
    spread: Array,
    turned_days: Array,
    visited: Beside,
    before: Beside,
    ahead_days: int,
) -> dict[str, Array]:
    """Return the explanations of each SKU's last year (s, m): weight, shape, rate, decay (m, H), fall and gradual (s,).

    All channels of a SKU count together. Each explanation is a Poisson rate: the level of the year, before and after a break,
    or halving every so many days from a start on; levels are gamma and integrated out, so that the weight of an explanation
    is its prior chance times its negative binomial likelihood. The SKUs are worked through in blocks.

    Parameters
    ----------
    spread : (n,) variance of demand over its mean
    turned_days : (s,) days since the market turned against the SKU, NaN where it did not: a break that is expected beforehand
    visited, before : what the visits of the last month and the years before the last tell
    """
    made = []
    by_sku = np.argsort(sku, kind="stable")
    edges = np.searchsorted(sku[by_sku], np.arange(0, len(turned_days) + BLOCK, BLOCK))
    for block, (begin, end) in enumerate(pairwise(edges)):
        at, first = by_sku[begin:end], block * BLOCK
        turned = turned_days[first : first + BLOCK]
        units, usual = _by_sku(past, factor, sku[at] - first, np.nan_to_num(level), spread, (visited, before), at, len(turned))
        made.append(_weighed(list(_explanations(units, usual, turned, ahead_days))))
    names = ("weight", "shape", "rate", "fall", "gradual")
    if not made:
        made = [_weighed(list(_explanations(np.zeros((0, WINDOW_DAYS)), np.zeros((0, WINDOW_DAYS)), turned_days, ahead_days)))]
    return {name: np.concatenate([part[name] for part in made]) for name in names} | {"decay": made[0]["decay"]}


def _by_sku(
    past: Past, factor: Narrow, sku: NDArray[np.int64], level: Array, spread: Array, beside: tuple[Beside, Beside], at: NDArray[np.int64], n: int
) -> tuple[Array, Array]:
    """Units (n, year) of the SKUs of series `at`, and what the level of the year would have brought.

    What visits are worth lies in the last month, what the years before tell on the first day, and so do the units of the prior.
    """
    visited, before = beside
    seen = past.demand[at, -WINDOW_DAYS:]
    expected = np.where(np.isfinite(seen), factor[at, : past.days][:, -WINDOW_DAYS:] * level[at, None], 0.0)
    units, usual = np.zeros((n, seen.shape[1])), np.zeros((n, seen.shape[1]))
    np.add.at(units, sku, np.nan_to_num(seen))
    np.add.at(usual, sku, expected)
    units[:, 0] += np.bincount(sku, before.units[at], n)
    usual[:, 0] += np.bincount(sku, (before.days * level)[at], n)
    weight = np.maximum(level[at], 1e-9)
    varied = (np.bincount(sku, weight * spread[at], n) / np.maximum(np.bincount(sku, weight, n), 1e-9))[:, None]
    units, usual = units / np.maximum(varied, 1.0), usual / np.maximum(varied, 1.0)
    units[:, 0] += PRIOR_UNITS
    usual[:, 0] += PRIOR_UNITS
    units[:, -LATELY_DAYS:] += (np.bincount(sku, visited.units[at], n) / LATELY_DAYS)[:, None]
    usual[:, -LATELY_DAYS:] += (np.bincount(sku, (visited.days * level)[at], n) / LATELY_DAYS)[:, None]
    return units, usual


def _weighed(parts: "list[Explanation]") -> dict[str, Array]:
    log = np.stack([part[0] for part in parts], axis=1)
    weight = np.exp(log - logsumexp(log, axis=1, keepdims=True))
    fallen = np.stack([part[4] for part in parts], axis=1)
    declines = np.array([part[5] for part in parts])
    return {
        "weight": weight,
        "shape": np.stack([part[1] for part in parts], axis=1),
        "rate": np.stack([part[2] for part in parts], axis=1),
        "decay": np.stack([part[3] for part in parts]),
        "fall": (weight * fallen).sum(axis=1),
        "gradual": weight[:, declines].sum(axis=1),
    }


Explanation = tuple[Array, Array, Array, Array, Array, bool]
"""Logarithm of weight, gamma shape, gamma rate (s,), factor of the days ahead (H,), logarithm of the fall (s,), is a decline."""


def _explanations(units: Array, usual: Array, turned_days: Array, ahead_days: int) -> Iterator[Explanation]:
    calm = np.log(np.where(np.isnan(turned_days), 1.0, 1 - TURN_CHANCE))
    flat, days = np.ones(ahead_days), units.shape[1]
    late_units, late_usual = (np.cumsum(part[:, ::-1], axis=1) for part in (units, usual))
    sold, expected = late_units[:, -1], late_usual[:, -1]
    yield calm + np.log(1 - BREAK_CHANCE - DECLINE_CHANCE) + _likelihood(sold, expected), 1 + sold, 1 + expected, flat, np.zeros(len(sold)), False
    for at in BREAKS:
        new, mean = late_units[:, at - 1], late_usual[:, at - 1]
        log = calm + np.log(BREAK_CHANCE / len(BREAKS)) + _likelihood(new, mean) + _likelihood(sold - new, expected - mean)
        yield log, 1 + new, 1 + mean, flat, np.log((1 + sold - new) / (1 + expected - mean) * (1 + mean) / (1 + new)), False
    back = np.arange(days)[::-1]
    for start, half_life in DECLINES:
        left = 2.0 ** (-np.maximum(start - back, 0) / half_life)
        mean = (usual * left).sum(axis=1)
        log = calm + np.log(DECLINE_CHANCE / len(DECLINES)) + _likelihood(sold, mean) + (units * np.log(left)).sum(axis=1)
        decay = 2.0 ** (-(start + np.arange(ahead_days)) / half_life)
        yield log, 1 + sold, 1 + mean, decay, np.full(len(sold), np.log(2) * start / half_life), True
    turn = np.clip(np.nan_to_num(turned_days, nan=1.0), 1, days).astype(int) - 1
    row = np.arange(len(turn))
    new, mean = late_units[row, turn], late_usual[row, turn]
    before = (1 + sold - new) / (1 + expected - mean)
    log = np.where(np.isnan(turned_days), -np.inf, np.log(TURN_CHANCE))
    log = log + _likelihood(new, mean * before, TURN_SHAPE, TURNED_TO) + _likelihood(sold - new, expected - mean)
    rate = (TURN_SHAPE / TURNED_TO + mean * before) / before
    yield log, TURN_SHAPE + new, rate, flat, np.log(before * rate / (TURN_SHAPE + new)), False


def _likelihood(units: Array, expected: Array, shape: float = 1.0, mean: float = 1.0) -> Array:
    """Return the logarithm of the chance of `units`, but for what is the same for all: Poisson, its factor gamma of that shape and mean."""
    rate = shape / mean
    return gammaln(shape + units) - gammaln(shape) + shape * np.log(rate) - (shape + units) * np.log(rate + expected)
