"""The ways out of an excess: what the excess alone brings month by month, sold on or sent away now or later."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance.simulation import Carrying, Cash, carrying_cost, discounts, paid, proceeds, sell_down, sell_reduced, take_oldest, take_youngest

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way to be rid of units at once: its name, money received and fee of one unit (n,), NaN where it is not open or unknown."""

    name: str
    received: Array
    fee: Array

    @property
    def net(self) -> Array:
        """Received less fee."""
        return self.received - self.fee


@dataclass(frozen=True)
class Case:
    """Rows in one state of the world.

    Units to clear (n,), demand by month (n, months), layers (n, 13) old to young, what keeping costs, elasticity (n,), the exits that
    there are, those that selling on may end with, the month (start of it) by which the excess must be gone, and the one before which
    selling on may not end (n,).
    """

    rows: pd.DataFrame
    excess: Array
    demand: Array
    layers: Array
    carrying: Carrying
    elasticity: Array
    exits: tuple[Exit, ...]
    ends: tuple[Exit, ...]
    deadline: int = 9999
    earliest: Array | None = None

    @cached_property
    def price(self) -> Array:
        """Price of one unit."""
        return self.rows["price"].to_numpy(float)

    @cached_property
    def usual_fees(self) -> tuple[Array, Array]:
        """Selling fees of one unit at the usual price, and the commission among them."""
        return self.rows["selling_fees_per_unit"].to_numpy(float), self.price * self.rows["referral_share"].to_numpy(float)

    @cached_property
    def cover(self) -> Array:
        """Layers that stay if the excess is not there: it would sell last, so it is the youngest."""
        return take_youngest(self.layers, self.excess)

    @cached_property
    def covered(self) -> Cash:
        """Cash of the cover by itself, which no way out may be credited with."""
        return self.sell(self.cover)

    @cached_property
    def spared(self) -> Cash:
        """Cash once the excess is away: the oldest units went, which spares the cover their surcharge."""
        return self.keep(take_oldest(self.layers, self.excess)) - self.keep(self.cover)

    @cached_property
    def usual(self) -> "Path":
        """Path of selling on at the usual price."""
        return followed(self, Plan())

    def fees(self, cut: Array | float = 0.0) -> Array:
        """Return the selling fees of one unit at a cut price: only the commission falls with it."""
        usual, commission = self.usual_fees
        return usual - cut * commission if np.ndim(cut) < 2 else usual[:, None] - cut * commission[:, None]

    def keep(self, layers: Array) -> Cash:
        """Return what keeping the layers costs while they sell at the usual pace."""
        return carrying_cost(layers, sell_down(self.demand, layers.sum(axis=1)), self.carrying)

    def sell(self, layers: Array) -> Cash:
        """Return the cash of selling the layers at the usual price and pace."""
        return proceeds(sell_down(self.demand, layers.sum(axis=1)), self.price, self.fees()) + self.keep(layers)

    def after(self, months: int) -> "Case":
        """Return the case after so many months at the usual price: sold down, older, nearer to its end."""
        sold = sell_down(self.demand, self.layers.sum(axis=1))
        later = self.carrying.of(slice(months, None))
        layers, excess = take_oldest(self.layers, sold[:, months - 1]), self.excess_left(sold)[:, months]
        return replace(self, deadline=max(self.deadline - months, 0), excess=excess, layers=layers, demand=self.demand[:, months:], carrying=later)

    def scaled(self, scale: float) -> "Case":
        """Return the case with so many times the demand."""
        return replace(self, demand=self.demand * scale)

    def states(self, cv: float) -> "States":
        """Return the case at its expected demand, at less and at more, with their chances: three points of mean one that are so unsure."""
        if not cv:
            return ((self, 1.0),)
        up = np.exp(np.sqrt(3) * cv)
        return ((self, 2 / 3), (self.scaled(1 / up), up / (1 + up) / 3), (self.scaled(up), 1 / (1 + up) / 3))

    def cover_from(self, month: int) -> "Case":
        """Return the case with the months before cut off, stock and ages' place in the calendar as they are."""
        return replace(self, demand=self.demand[:, month:], carrying=self.carrying.of(slice(month, None)))

    def excess_left(self, sold_by: Array) -> Array:
        """Return the excess at the start of each month: all but the cover that there would be by then."""
        covered = self.cover.sum(axis=1)
        by = (self.layers.sum(axis=1) - covered)[:, None] - sold_by + sell_down(self.demand, covered)
        return np.maximum(np.column_stack([self.excess, by[:, :-1]]), 0)


States = tuple[tuple[Case, float], ...]
"""States of the world and their chances; the first is the expected one."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way of going on, to be left for an exit at the start of any month.

    Cash of the excess while on the path, cash once it is left (n, months), excess and stock left at
    the start of each month (n, months).
    """

    on: Cash
    off: Cash
    left: Array
    stock: Array


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done until the excess is gone, by month: cut, part of the month, more demand from ads, their cost over sales, price given back.

    Each has the shape (n, months) or is one number.
    """

    cut: Array | float = 0.0
    part: Array | float = 1.0
    ads: Array | float = 0.0
    ad_cost_share: Array | float = 0.0
    rebate: Array | float = 0.0


def usual(case: Case) -> Path:
    """Return the path of selling on at the usual price, worked out once a case."""
    return case.usual


def marked_down(case: Case, cut: Array) -> Path:
    """Return the path of cutting the price: more units a month at less each until the excess is gone, then as before."""
    return followed(case, Plan(np.broadcast_to(cut[:, None], case.demand.shape)))


def followed(case: Case, plan: Plan) -> Path:
    """Return the path of a plan: at the plan's prices until the excess is gone, then at the usual one."""
    cut = np.broadcast_to(np.asarray(plan.cut, float), case.demand.shape)
    lift = (1 - cut) ** -case.elasticity[:, None] * (1 + np.asarray(plan.ads))
    reduced, every = sell_reduced(case.demand, case.layers.sum(axis=1), case.excess, lift, plan.part)
    price = case.price[:, None] * (1 - cut)
    earned = proceeds(reduced, price, case.fees(cut)) + proceeds(every - reduced, case.price, case.fees())
    sales = np.where(np.asarray(plan.ads) > 0, np.diff(reduced, axis=1, prepend=0.0) * price, 0.0)
    if np.any(plan.ad_cost_share):
        earned = earned + Cash(np.zeros_like(sales), paid(sales * plan.ad_cost_share, "other"))
    if np.any(plan.rebate):
        earned = earned - Cash(sales * plan.rebate, paid(sales * plan.rebate * case.rows["referral_share"].to_numpy(float)[:, None], "selling"))
    return _path(case, every, earned)


def _path(case: Case, sold_by: Array, earned: Cash) -> Path:
    total = case.layers.sum(axis=1)[:, None]
    stock = total - np.column_stack([np.zeros(len(total)), sold_by[:, :-1]])
    return Path(earned + carrying_cost(case.layers, sold_by, case.carrying) - case.covered, case.spared, case.excess_left(sold_by), stock)


def values(path: Path, way: Exit, rate: float) -> Array:
    """Return the net present value of leaving the path at the start of each month, shape (n, months + 1); last: never leaving it."""
    discount = discounts(path.left.shape[1], rate)
    on, off = path.on.net * discount, path.off.net * discount
    before = np.column_stack([np.zeros(len(on)), np.cumsum(on, axis=1)])
    leaving = before[:, :-1] + path.left * way.net[:, None] * discount + np.cumsum(off[:, ::-1], axis=1)[:, ::-1]
    return np.column_stack([leaving, before[:, -1]])


def leave(path: Path, way: Exit, month: NDArray[np.int64]) -> Cash:
    """Return the cash of leaving the path at the start of a month, one a row; past the last month: never."""
    months = np.arange(path.left.shape[1])[None, :]
    on = months < month[:, None]
    gone = np.where(months == month[:, None], path.left, 0.0)
    received, fee = (np.where(gone > 0, gone * each[:, None], 0.0) for each in (way.received, way.fee))
    return Cash(np.where(on, path.on.received, path.off.received) + received, np.where(on, path.on.paid, path.off.paid) + paid(fee, "exit"))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a path is best ended: cash (n, months), the month it is left in (past the last: never), by which exit (blank: none).

    `apart` is how it is ended at less and at more demand than expected, where that was asked.
    """

    cash: Cash
    month: NDArray[np.int64]
    name: NDArray[np.object_]
    apart: tuple["Ending", ...] = ()


def best_ending(case: Case, path: Path, rate: float) -> Ending:
    """Return the path with the exit and month, from the next on, that make it worth most; never left if that is worth more.

    With a deadline what is left then leaves by the best exit; where there is none, the path is not ended.
    """
    months = path.left.shape[1]
    late = path.left[:, case.deadline] > 1e-6 if case.deadline < months else np.zeros(len(path.left), bool)
    found = Ending(path.on, np.full(len(path.left), months), np.full(len(path.left), "", dtype=object))
    best = np.where(late, -np.inf, path.on.npv(rate))
    for way in case.ends:
        worth = np.nan_to_num(values(path, way, rate)[:, 1 : min(months, case.deadline + 1)], nan=-np.inf)
        if not worth.shape[1]:
            continue
        if case.earliest is not None:
            worth = np.where(np.arange(1, worth.shape[1] + 1)[None, :] >= case.earliest[:, None], worth, -np.inf)
        month = worth.argmax(axis=1) + 1
        better = worth.max(axis=1) > best + 1e-9
        best = np.where(better, worth.max(axis=1), best)
        chosen = leave(path, way, month)
        pick = better[:, None]
        cash = Cash(np.where(pick, chosen.received, found.cash.received), np.where(pick, chosen.paid, found.cash.paid))
        found = Ending(cash, np.where(better, month, found.month), np.where(better, way.name, found.name))
    return found


def expected(states: States, plan: Plan, rate: float) -> tuple[Cash, Ending]:
    """Return the cash of a plan, ended as is best in each state, on the mean of the states; and how it ends in the first, the others apart."""
    endings = [best_ending(case, followed(case, plan), rate) for case, _ in states]
    weight = [chance for _, chance in states]
    received, fees = (np.tensordot(weight, [getattr(end.cash, name) for end in endings], 1) for name in ("received", "paid"))
    return Cash(received, fees), replace(endings[0], apart=tuple(endings[1:]))


def ended(case: Case, path: Path, ending: Ending) -> Cash:
    """Return the cash of a path in a case that is left as an ending of another case said: same exit, same month."""
    cash = path.on
    for way in case.exits:
        mine = (ending.name == way.name)[:, None]
        gone = leave(path, way, ending.month)
        cash = Cash(np.where(mine, gone.received, cash.received), np.where(mine, gone.paid, cash.paid))
    return cash
