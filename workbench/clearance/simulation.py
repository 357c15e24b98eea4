"""Cash of a stock that sells down month by month, on dense blocks: n SKUs x months x age layers.

Conventions: month 0 starts today and is not discounted; storage is charged on the mean units of the month, the aged
inventory surcharge on the units at its start; the oldest units leave first (FIFO); what is unsold at the end is worth
nothing; landed cost is sunk, so no branch pays for the units again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Carrying:
    """What it costs to keep units: money per unit and month.

    `storage` has shape (n, months); `surcharge` (n, months, layers), layers from old to young, by age in that month.
    """

    storage: Array
    surcharge: Array


@dataclass(frozen=True, slots=True)
class Cash:
    """Money of one branch by month: received, and paid in fees; each of shape (n, months)."""

    received: Array
    fees: Array

    def __add__(self, other: "Cash") -> "Cash":
        return Cash(self.received + other.received, self.fees + other.fees)

    def __sub__(self, other: "Cash") -> "Cash":
        return Cash(self.received - other.received, self.fees - other.fees)

    @property
    def net(self) -> Array:
        """Received less fees, by month."""
        return self.received - self.fees

    def npv(self, rate: float) -> Array:
        """Return the net present value at a rate a month, month 0 undiscounted: sum of net_t / (1 + rate)^t.

        >>> Cash(np.array([[100.0, 100.0]]), np.zeros((1, 2))).npv(0.25).tolist()
        [180.0]
        """
        return self.net @ discounts(self.net.shape[1], rate)


def discounts(months: int, rate: float) -> Array:
    """Return the present value of money by month at a rate a month: (1 + rate)^-t."""
    return np.asarray((1 + rate) ** -np.arange(months), float)


def take_oldest(layers: Array, units: Array) -> Array:
    """Return the layers (old to young) after `units` have left, the oldest first.

    >>> take_oldest(np.array([[5.0, 4.0, 3.0]]), np.array([6.0])).tolist()
    [[0.0, 3.0, 3.0]]
    """
    return np.clip(np.cumsum(layers, axis=-1) - units[..., None], 0, layers)


def take_youngest(layers: Array, units: Array) -> Array:
    """Return the layers (old to young) after `units` have left, the youngest first.

    >>> take_youngest(np.array([[5.0, 4.0, 3.0]]), np.array([6.0])).tolist()
    [[5.0, 1.0, 0.0]]
    """
    return take_oldest(layers[..., ::-1], units)[..., ::-1]


def sell_down(demand: Array, units: Array) -> Array:
    """Return units sold by the end of each month, never more than there are: shape (n, months)."""
    return np.minimum(np.cumsum(demand, axis=1), units[:, None])


def sell_marked_down(demand: Array, units: Array, excess: Array, lift: Array) -> tuple[Array, Array]:
    """Return units sold by the end of each month, at the cut price and in all.

    Demand is `lift` times as high until the excess is gone; then the price and the demand are the old ones again.
    """
    usual = np.cumsum(demand, axis=1)
    cut = np.minimum(usual * lift[:, None], excess[:, None])
    after = np.maximum(usual - (excess / lift)[:, None], 0)
    return cut, np.minimum(cut + after, units[:, None])


def proceeds(sold_by: Array, price: Array, fee_per_unit: Array) -> Cash:
    """Return the cash of selling: price received and fees per unit sold, month by month."""
    sold = np.diff(sold_by, axis=1, prepend=0.0)
    return Cash(sold * price[:, None], sold * fee_per_unit[:, None])


def carrying_cost(layers: Array, sold_by: Array, carrying: Carrying) -> Cash:
    """Return the cash of keeping what is not sold yet: storage and surcharge, as fees."""
    before = np.concatenate([np.zeros((len(sold_by), 1)), sold_by[:, :-1]], axis=1)
    mean_units = layers.sum(axis=1)[:, None] - (before + sold_by) / 2
    left = take_oldest(np.broadcast_to(layers[:, None, :], carrying.surcharge.shape), before)
    return Cash(np.zeros_like(mean_units), mean_units * carrying.storage + np.einsum("nma,nma->nm", left, carrying.surcharge))


def months_to_clear(demand: Array, units: Array) -> Array:
    """Return the months until `units` are sold; NaN where the months looked at do not suffice."""
    by = np.cumsum(demand, axis=1)
    full = by >= units[:, None] - 1e-9
    month = full.argmax(axis=1)
    row = np.arange(len(by))
    before = by[row, month] - demand[row, month]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(units > before, (units - before) / demand[row, month], 0.0)
    return np.where(full.any(axis=1) & (units > 0), month + part, np.where(units > 0, np.nan, 0.0))
