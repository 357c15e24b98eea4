"""A thousand ways in which demand and elasticity may turn out, and what each way out is worth on every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from workbench.clearance.branches import Array, Case, Ending, Exit, Plan
from workbench.clearance.simulation import discounts, take_oldest

Narrow = NDArray[np.float32]
PATHS = 1000
BLOCK = 20
"""Rows that are drawn at a time: what they need stays in the processor's cache."""
LEVELS = 48
"""Steps of units sold between none and all at which keeping the rest is priced; between them it is linear."""
TENTH = 1.2815515655446004
"""Normal quantile of 90 %."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Standard normal draws, the same for every row: level of demand, elasticity, liquidator's price (paths,), and months (paths, months)."""

    level: Narrow
    elasticity: Narrow
    share: Narrow
    month: Narrow


@cache
def draws(months: int) -> Draws:
    """Return the draws: those of one number are even over their range, so that the 10 % and 90 % points hold no luck."""
    from scipy.special import ndtri

    rng = np.random.default_rng(7)
    level, elasticity, share = (ndtri((rng.permutation(PATHS) + 0.5) / PATHS).astype(np.float32) for _ in range(3))
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
    """Return the net present value of each way of selling on every path, shape (n, paths): its plan is carried through unchanged.

    Demand of a month = expected x level of the path x a deviation of its own (lognormal about one); price cuts meet the
    elasticity of the path. An exit falls on the month that the plan names.

    Parameters
    ----------
    ways : by name, the price month by month and how it ends; NaN where a term is unknown
    rate : capital rate a month
    """
    found = {name: np.full((len(case.excess), len(drawn.level)), np.nan, np.float32) for name in ways}
    for at in _blocks(case):
        block = _Block(case, world, at, rate, drawn)
        for name, (plan, ending) in ways.items():
            found[name][at] = block.worth(plan, ending)
    return found


def _blocks(case: Case) -> Iterator[NDArray[np.int64]]:
    known = np.flatnonzero(~np.isnan(case.covered.net).any(axis=1))
    for start in range(0, len(known), BLOCK):
        yield known[start : start + BLOCK]


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
        self.cover = self.total - self.excess
        self.covered = np.minimum(self.usual, self.cover)
        sd = world.elasticity_sd[at].astype(np.float32)
        self.elasticity = np.maximum(case.elasticity[at].astype(np.float32)[:, None] + sd[:, None] * drawn.elasticity, 0)
        spared = case.spared.net[at] * self.discount
        self.spared = np.column_stack([np.cumsum(spared[:, ::-1], axis=1)[:, ::-1], np.zeros(len(at))])

    def worth(self, plan: Plan, ending: Ending) -> Narrow:
        """Return the net present value of the excess, (rows, paths)."""
        months, at = self.demand.shape[2], self.at
        end = np.minimum(ending.month[at], months)
        on = np.arange(months) < end[:, None]
        reduced, every = self._sold(plan)
        value = self._kept(self.case.layers[at], every, on) - self._kept(self.case.cover[at], self.covered, on)
        if reduced is not None:
            weight = (self._less(plan) * self.discount * on).astype(np.float32)
            weight -= np.column_stack([weight[:, 1:], np.zeros(len(at), np.float32)])  # of what has been sold by the end of a month
            value += np.einsum("npt,nt->np", reduced, weight)
        before = np.maximum(end - 1, 0)[:, None, None]
        every_by, covered_by = (np.take_along_axis(sold, before, 2)[:, :, 0] for sold in (every, self.covered))
        left = np.maximum(self.excess[:, :, 0] - every_by + covered_by, 0)
        return value + left * self._exit(ending, end) + np.take_along_axis(self.spared, end[:, None], 1).astype(np.float32)

    def _sold(self, plan: Plan) -> tuple[Narrow | None, Narrow]:
        """Return units sold by the end of each month at reduced prices (None: there are none) and in all."""
        cut, ads = (np.broadcast_to(np.asarray(each, float), self.case.demand.shape)[self.at][:, None, :] for each in (plan.cut, plan.ads))
        if not (cut.any() or ads.any()):
            return None, np.minimum(self.usual, self.total)
        lift = np.exp(-np.log1p(-cut).astype(np.float32) * self.elasticity[:, :, None]) * (1 + ads).astype(np.float32)
        part = np.broadcast_to(np.asarray(plan.part, np.float32), self.case.demand.shape)[self.at][:, None, :]
        more = 1 + part * (lift - 1)
        away = np.minimum(np.cumsum(self.demand * more, axis=2), self.excess)
        each = np.diff(away, axis=2, prepend=np.float32(0)) / more
        every = np.minimum(away + self.usual - np.cumsum(each, axis=2), self.total)
        return np.cumsum(each * part * lift, axis=2), every

    def _less(self, plan: Plan) -> Array:
        """Return what a unit at the reduced price brings over one at the usual price, by month."""
        shape = self.case.demand.shape
        cut, ads, share = np.broadcast_to(plan.cut, shape), np.broadcast_to(plan.ads, shape), plan.ad_cost_share
        price = self.case.price[:, None] * (1 - cut)
        return np.asarray(price - self.case.fees(cut) - np.where(ads > 0, share * price, 0.0) - (self.case.price - self.case.fees())[:, None])[self.at]

    def _kept(self, layers: Array, sold: Narrow, on: NDArray[np.bool_]) -> Narrow:
        """Return the value of selling layers at the usual price and keeping the rest, while `on`, by units sold (rows, paths, months).

        It is a sum over months of functions of what has been sold by the end of each, which are tabulated.
        """
        n, months = on.shape
        total, rate = layers.sum(axis=1), self.discount * on
        at = np.linspace(0, 1, LEVELS)[None, :] * total[:, None]
        carrying = self.case.carrying
        storage, net = carrying.storage[self.at] * rate, (self.case.price - self.case.fees())[self.at]
        aged = np.einsum("nka,nta->nkt", take_oldest(layers[:, None, :], at), carrying.surcharge[self.at] * rate[:, :, None])
        later = [np.concatenate([each[..., 1:], np.zeros((*each.shape[:-1], 1))], axis=-1) for each in (rate, storage, aged)]
        by_unit = net[:, None] * (rate - later[0]) + (storage + later[1]) / 2
        table = (at[:, :, None] * by_unit[:, None, :] - later[2]).transpose(0, 2, 1)
        first = -(storage.sum(axis=1) * total) - aged[:, 0, 0]
        place = sold * np.where(total > 0, (LEVELS - 1) / np.maximum(total, 1e-9), 0).astype(np.float32)[:, None, None]
        low = np.minimum(place.astype(np.int32), LEVELS - 2)
        place -= low
        low += (np.arange(n * months, dtype=np.int32) * LEVELS).reshape(n, 1, months)
        flat, step = table.astype(np.float32).ravel(), np.diff(table, axis=2, append=0).astype(np.float32).ravel()
        found = flat[low] + step[low] * place
        return np.asarray(found.sum(axis=2) + first[:, None], np.float32)

    def _exit(self, ending: Ending, end: NDArray[np.int64]) -> Narrow:
        """Return the present value of sending one unit away when the plan says, (rows, paths); 0 where it does not."""
        found = np.zeros((len(self.at), len(self.drawn.level)), np.float32)
        away = self.discount[np.minimum(end, len(self.discount) - 1)]
        for name, net in exit_worth(self.case, self.world, self.at, self.drawn).items():
            mine = ending.name[self.at] == name
            found[mine] = (net * away[:, None])[mine]
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

    What is expected is the worth were all as foreseen, at which the table of units sold is read as roughly as on the paths.
    """
    months, one = case.demand.shape[1], np.zeros(1, np.float32)
    selling = {name: way for name, way in ways.items() if way is not None}
    sure = World(0.0, 0.0, np.zeros(len(case.excess)), case.exits, case.exits)
    centre = worth(case, sure, selling, rate, Draws(one, one, one, np.zeros((1, months), np.float32)))
    spread = {name: found - centre[name] for name, found in worth(case, world, selling, rate, draws(months)).items()}
    sold = {name: np.quantile(each, (0.1, 0.9), axis=1).astype(float) for name, each in spread.items()}
    sent = {mid.name: case.excess * [end.net - mid.net for end in ends] for mid, *ends in zip(case.exits, world.low, world.high, strict=True)}
    return {name: (points[0], points[1]) for name, points in (sold | sent).items()}
