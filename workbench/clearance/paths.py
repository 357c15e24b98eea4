"""A thousand ways in which demand and elasticity may turn out, and what each way out is worth on every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from workbench.clearance.branches import Array, Case, Ending, Exit, Plan
from workbench.clearance.simulation import discounts

Narrow = NDArray[np.float32]
PATHS = 1000
BLOCK = 20
"""Rows that are drawn at a time: what they need stays in the processor's cache."""
LESS, MORE = -(3**0.5) / 2, 3**0.5 / 2
"""Draws of the level under and over which a path is nearer to less and to more demand than to the expected one (see `Case.states`)."""
TENTH = 1.2815515655446004
"""Normal quantile of 90 %."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Standard normal draws, the same for every row: level of demand from low to high, elasticity, liquidator's price (paths,), and months (paths, months)."""

    level: Narrow
    elasticity: Narrow
    share: Narrow
    month: Narrow


@cache
def draws(months: int) -> Draws:
    """Return the draws: those of one number are even over their range, so that the 10 % and 90 % points hold no luck."""
    from scipy.special import ndtri

    rng = np.random.default_rng(7)
    level, elasticity, share = (ndtri((order + 0.5) / PATHS).astype(np.float32) for order in (np.arange(PATHS), *(rng.permutation(PATHS) for _ in range(2))))
    return Draws(level, elasticity, share, rng.standard_normal((PATHS, months), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class World:
    """How unsure the future is: level of demand (share), its months (variance over mean), elasticity (n,), and exits at a liquidator's low and high price."""

    level_cv: float
    dispersion: float
    elasticity_sd: Array
    low: tuple[Exit, ...]
    high: tuple[Exit, ...]


def worth(case: Case, world: World, ways: dict[str, tuple[Plan, Ending]], rate: float, drawn: Draws) -> dict[str, Narrow]:
    """Return the net present value of each way of selling on every path, shape (n, paths): its prices are carried through unchanged.

    Demand of a month = expected x level of the path x a deviation of its own (lognormal about one); price cuts meet the
    elasticity of the path. It is ended as is best at the level of demand that the path is nearest to: less, as much or more than expected.

    Parameters
    ----------
    ways : by name, the price month by month and how it ends; NaN where a term is unknown
    rate : capital rate a month
    """
    found = {name: np.full((len(case.excess), len(drawn.level)), np.nan, np.float32) for name in ways}
    twins = {name: _twins(name, ways, case.demand.shape) for name in ways}
    for at in _blocks(case, len(drawn.level)):
        block = _Block(case, world, at, rate, drawn)
        for name, (plan, ending) in ways.items():
            twin = twins[name][at]
            for other in ways:
                mine = at[twin == other]
                found[name][mine] = found[other][mine]
            rows = np.flatnonzero(twin == "")
            if len(rows):
                for part, end in _endings(ending, drawn.level):
                    found[name][at[rows], part] = block.worth(plan, end, rows, part)
    return found


def _endings(ending: Ending, level: Narrow) -> Iterator[tuple[slice, Ending]]:
    """Yield the paths, as far as there are any, with how a way is ended on them."""
    less, more = np.searchsorted(level, (LESS, MORE)) if ending.apart else (0, len(level))
    for part, end in zip((slice(less, more), slice(0, less), slice(more, None)), (ending, *ending.apart), strict=False):
        if len(level[part]):
            yield part, end


def _twins(name: str, ways: dict[str, tuple[Plan, Ending]], shape: tuple[int, ...]) -> NDArray[np.object_]:
    """Return for each row the first way before this one that does the same, blank where none does: its worth need not be drawn twice."""
    twin, (plan, ending) = np.full(shape[0], "", dtype=object), ways[name]
    for other, (plan_other, ending_other) in ways.items():
        if other == name:
            break
        same = np.full(shape[0], len(ending.apart) == len(ending_other.apart))
        for end, end_other in zip((ending, *ending.apart), (ending_other, *ending_other.apart), strict=False):
            same &= (end.month == end_other.month) & (end.name == end_other.name)
        for part in ("cut", "part", "ads", "ad_cost_share"):
            same &= (np.broadcast_to(getattr(plan, part), shape) == np.broadcast_to(getattr(plan_other, part), shape)).all(axis=1)
        twin[same & (twin == "")] = other
    return twin


def _blocks(case: Case, drawn: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows whose worth is known, those of few ages together."""
    known = np.flatnonzero(~np.isnan(case.covered.net).any(axis=1))
    known = known[np.argsort((case.layers[known] > 0).sum(axis=1), kind="stable")]
    size = BLOCK * max(PATHS // drawn, 1)
    for start in range(0, len(known), size):
        yield known[start : start + size]


class _Kept:
    """What selling some layers at the usual price and keeping the rest brings, by units sold at the end of each month: linear but for the age.

    The surcharge of a month is the sum over ages of (rate - the next younger one's rate) x what is left of the units so old or older.
    """

    def __init__(self, case: Case, at: NDArray[np.int64], layers: Array, discount: Array) -> None:
        surcharge, storage = case.carrying.surcharge[at] * discount[None, :, None], case.carrying.storage[at] * discount
        net = (case.price - case.fees())[at, None] * discount
        older, rate = np.cumsum(layers, axis=1), surcharge - np.append(surcharge[:, :, 1:], np.zeros((*surcharge.shape[:2], 1)), axis=2)
        place = np.cumsum(layers > 0, axis=1) - 1
        count = max(int(place.max(initial=0)) + 1, 1)
        self.older, self.rate = np.zeros((len(at), count), np.float32), np.zeros((len(at), discount.size, count))
        for age in range(layers.shape[1]):
            there = np.flatnonzero(place[:, age] >= 0)
            self.older[there, place[there, age]] = older[there, age]
            self.rate[there, :, place[there, age]] += rate[there, :, age]
        self.rate = self.rate.astype(np.float32)
        self.end, self.begin, self.stored = net + storage / 2, storage / 2 - net, storage * older[:, -1:]
        self.passed = np.broadcast_to(np.asarray(case.carrying.passed, np.float32), discount.shape)

    def worth(self, sold: Narrow, on: NDArray[np.bool_], rows: NDArray[np.int64]) -> Narrow:
        """Return the value (rows, paths) of the months that are `on`, by units sold (rows, paths, months)."""
        end, begin, rate = (value[rows, : sold.shape[2]] * (on if value.ndim == 2 else on[:, :, None]) for value in (self.end, self.begin, self.rate))
        end[:, :-1] += begin[:, 1:]
        found, counted = _summed(sold, end), self._on_snapshots(sold)
        for age in range(rate.shape[2]):
            found -= _summed(np.maximum(self.older[rows, age][:, None, None] - counted, 0), rate[:, :, age])
        return np.asarray(found - (self.stored[rows, : sold.shape[2]] * on).sum(axis=1)[:, None], np.float32)

    def by_end(self, sold: Narrow) -> Narrow:
        """Return the value (rows, paths, months) up to the end of each month."""
        found = sold * self.end.astype(np.float32)[:, None] - self.stored.astype(np.float32)[:, None]
        found[:, :, 1:] += sold[:, :, :-1] * self.begin.astype(np.float32)[:, None, 1:]
        counted = self._on_snapshots(sold)
        for age in range(self.rate.shape[2]):
            found -= np.maximum(self.older[:, age][:, None, None] - counted, 0) * self.rate[:, None, :, age]
        return np.cumsum(found, axis=2, out=found)

    def _on_snapshots(self, sold: Narrow) -> Narrow:
        """Return the units sold by each month's snapshot day, by those sold by the end of each month (rows, paths, months)."""
        passed = self.passed[: sold.shape[2]]
        found = sold * passed
        found[:, :, 1:] += sold[:, :, :-1] * (1 - passed[1:])
        return found


def _summed(values: Narrow, weight: Array) -> Narrow:
    """Return the sum over months of (rows, paths, months), weighed by (rows, months)."""
    return np.asarray(np.matmul(values, weight.astype(np.float32)[:, :, None])[:, :, 0])


class _Block:
    """Some rows on every path: (rows, paths, months)."""

    def __init__(self, case: Case, world: World, at: NDArray[np.int64], rate: float, drawn: Draws) -> None:
        self.case, self.world, self.at, self.drawn = case, world, at, drawn
        months = case.demand.shape[1]
        self.discount = discounts(months, rate)
        mean = case.demand[at].astype(np.float32)[:, None, :]
        with np.errstate(divide="ignore"):
            spread = np.sqrt(np.log1p(np.where(mean > 0, world.dispersion / np.maximum(mean, 1e-6), 0.0)), dtype=np.float32)
        level = np.exp(world.level_cv * drawn.level - world.level_cv**2 / 2)
        self.demand = mean * np.exp(spread * drawn.month - spread**2 / 2) * level[None, :, None]
        self.usual = np.cumsum(self.demand, axis=2)
        self.total, self.excess = (units[at].astype(np.float32)[:, None, None] for units in (case.layers.sum(axis=1), case.excess))
        self.covered = np.minimum(self.usual, self.total - self.excess)
        sd = world.elasticity_sd[at].astype(np.float32)
        self.elasticity = np.maximum(case.elasticity[at].astype(np.float32)[:, None] + sd[:, None] * drawn.elasticity, 0)
        spared = case.spared.net[at] * self.discount
        self.spared = np.column_stack([np.cumsum(spared[:, ::-1], axis=1)[:, ::-1], np.zeros(len(at))])
        self.stock, self.cover = _Kept(case, at, case.layers[at], self.discount), _Kept(case, at, case.cover[at], self.discount).by_end(self.covered)

    def worth(self, plan: Plan, ending: Ending, rows: NDArray[np.int64], part: slice) -> Narrow:
        """Return the net present value of the excess of some of the rows on some of the paths, (rows, paths)."""
        at = self.at[rows]
        end = np.maximum(np.minimum(ending.month[at], self.demand.shape[2]), 1)
        months = int(end.max())
        on = np.arange(months) < end[:, None]
        reduced, every = self._sold(plan, rows, part, months)
        last = (end - 1)[:, None, None]
        covered_by, cover = (np.take_along_axis(sold[rows, part, :months], last, 2)[:, :, 0] for sold in (self.covered, self.cover))
        value = self.stock.worth(every, on, rows) - cover
        if reduced is not None:
            weight = self._less(plan, at)[:, :months] * self.discount[:months] * on
            weight[:, :-1] -= weight[:, 1:].copy()  # of what has been sold by the end of a month
            value += _summed(reduced, weight)
        left = np.maximum(self.excess[rows, :, 0] - np.take_along_axis(every, last, 2)[:, :, 0] + covered_by, 0)
        return value + left * self._exit(ending, at, end)[:, part] + np.take_along_axis(self.spared[rows], end[:, None], 1).astype(np.float32)

    def _sold(self, plan: Plan, rows: NDArray[np.int64], paths: slice, months: int) -> tuple[Narrow | None, Narrow]:
        """Return units sold by the end of each month at reduced prices (None: there are none) and in all."""
        shape, at = self.case.demand.shape, self.at[rows]
        cut, ads, part = (np.broadcast_to(np.asarray(each, np.float32), shape)[at, None, :months] for each in (plan.cut, plan.ads, plan.part))
        usual, excess, total = self.usual[rows, paths, :months], self.excess[rows], self.total[rows]
        if not (cut.any() or ads.any()):
            return None, np.minimum(usual, total)
        if all((each == each[:, :, :1]).all() for each in (cut, ads, part)):
            cut, ads, part = cut[:, :, :1], ads[:, :, :1], part[:, :, :1]
        lift = np.exp(-np.log1p(-cut) * self.elasticity[rows, paths, None]) * (1 + ads)
        more = 1 + part * (lift - 1)
        if more.shape[2] == 1:
            away = np.minimum(usual * more, excess)
            return away * (part * lift / more), np.minimum(away + usual - away / more, total)
        away = np.minimum(np.cumsum(self.demand[rows, paths, :months] * more, axis=2), excess)
        each = np.diff(away, axis=2, prepend=np.float32(0)) / more
        every = np.minimum(away + usual - np.cumsum(each, axis=2), total)
        return away if (part == 1).all() else np.cumsum(each * part * lift, axis=2), every

    def _less(self, plan: Plan, at: NDArray[np.int64]) -> Array:
        """Return what a unit at the reduced price brings over one at the usual price, by month: less price, less commission, its share of the ads."""
        case, shape = self.case, self.case.demand.shape
        cut, ads, share = (np.broadcast_to(each, shape)[at] for each in (plan.cut, plan.ads, plan.ad_cost_share))
        price, commission = case.price[at, None], case.usual_fees[1][at, None]
        return np.asarray(-cut * (price - commission) - np.where(ads > 0, share * price * (1 - cut), 0.0))

    def _exit(self, ending: Ending, at: NDArray[np.int64], end: NDArray[np.int64]) -> Narrow:
        """Return the present value of sending one unit away when the plan says, (rows, paths); 0 where it does not."""
        found = np.zeros((len(at), len(self.drawn.level)), np.float32)
        away = self.discount[np.minimum(end, len(self.discount) - 1)]
        for name in {*ending.name[at].tolist()} - {""}:
            mine = ending.name[at] == name
            found[mine] = exit_worth(self.case, self.world, at[mine], self.drawn)[name] * away[mine, None]
        return found


def exit_worth(case: Case, world: World, at: NDArray[np.int64], drawn: Draws) -> dict[str, Narrow]:
    """Return what one unit brings by each exit on every path, (rows, paths): between a liquidator's low and high price."""
    share = np.abs(drawn.share) / TENTH
    return {
        mid.name: (mid.net[at, None] + share * np.where(drawn.share < 0, (low.net - mid.net)[at, None], (high.net - mid.net)[at, None])).astype(np.float32)
        for low, mid, high in zip(world.low, case.exits, world.high, strict=True)
    }


def tenths(case: Case, world: World, ways: dict[str, tuple[Plan, Ending] | None], rate: float) -> dict[str, tuple[Array, Array]]:
    """Return how far the 10 % and the 90 % point of each way's worth lie from what is expected of it, by its name; None sells nothing, and is an exit.

    What is expected is the worth were all as foreseen.
    """
    months, one = case.demand.shape[1], np.zeros(1, np.float32)
    selling = {name: way for name, way in ways.items() if way is not None}
    sure = World(0.0, 0.0, np.zeros(len(case.excess)), case.exits, case.exits)
    centre = worth(case, sure, selling, rate, Draws(one, one, one, np.zeros((1, months), np.float32)))
    spread = {name: found - centre[name] for name, found in worth(case, world, selling, rate, draws(months)).items()}
    sold = {name: np.quantile(each, (0.1, 0.9), axis=1).astype(float) for name, each in spread.items()}
    sent = {mid.name: case.excess * [end.net - mid.net for end in ends] for mid, *ends in zip(case.exits, world.low, world.high, strict=True)}
    return {name: (points[0], points[1]) for name, points in (sold | sent).items()}
