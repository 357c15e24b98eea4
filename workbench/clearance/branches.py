"""The ways out of an excess, one function each: what the excess alone brings, month by month."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance.simulation import Carrying, Cash, at_once, carrying_cost, proceeds, sell_down, sell_marked_down, take_oldest, take_youngest

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """Rows in one state of the world: demand by month (n, months), layers (n, 13) old to young, what keeping costs, elasticity."""

    rows: pd.DataFrame
    demand: Array
    layers: Array
    carrying: Carrying
    elasticity: float

    @property
    def excess(self) -> Array:
        """Units to clear."""
        return self.rows["excess_units"].to_numpy(float)

    @property
    def price(self) -> Array:
        """Price of one unit."""
        return self.rows["price"].to_numpy(float)

    @property
    def cover(self) -> Array:
        """Layers that stay if the excess is not there: it would sell last, so it is the youngest."""
        return take_youngest(self.layers, self.excess)

    def fees(self, cut: Array | float = 0.0) -> Array:
        """Return the selling fees of one unit at a cut price: only the commission falls with it."""
        return self.rows["selling_fees"].to_numpy(float) - cut * self.price * self.rows["referral_share"].to_numpy(float)

    def keep(self, layers: Array) -> Cash:
        """Return what keeping the layers costs while they sell at the usual pace."""
        return carrying_cost(layers, sell_down(self.demand, layers.sum(axis=1)), self.carrying)

    def sell(self, layers: Array) -> Cash:
        """Return the cash of selling the layers at the usual price and pace."""
        return proceeds(sell_down(self.demand, layers.sum(axis=1)), self.price, self.fees()) + self.keep(layers)


@dataclass(frozen=True, slots=True)
class Option:
    """One way out of a block of rows: its cash in the mean, low and high state, price or recovery, pace, months until done."""

    name: str
    cash: list[Cash]
    price: Array
    units_per_month: Array
    months: Array


def hold(case: Case) -> Cash:
    """Return what keeping the excess brings: all units at the usual price, less what the cover alone would bring."""
    return case.sell(case.layers) - case.sell(case.cover)


def markdown(case: Case, cut: Array) -> Cash:
    """Return what cutting the price brings: more units a month at less each until the excess is gone, then as before."""
    reduced, every = sell_marked_down(case.demand, case.layers.sum(axis=1), case.excess, (1 - cut) ** -case.elasticity)
    cash = proceeds(reduced, case.price * (1 - cut), case.fees(cut)) + proceeds(every - reduced, case.price, case.fees())
    return cash + carrying_cost(case.layers, every, case.carrying) - case.sell(case.cover)


def leave(case: Case, received: Array, fee: Array) -> Cash:
    """Return what sending the excess away at once brings; the oldest units go, which spares the cover their surcharge."""
    gone = at_once(case.excess * received, case.excess * fee, case.demand.shape[1])
    return gone + case.keep(take_oldest(case.layers, case.excess)) - case.keep(case.cover)
