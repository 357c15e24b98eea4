"""Cash of a stock that sells down month by month, on dense blocks: n SKUs x months x age layers.

Conventions: month 0 starts today and is not discounted; storage is charged on the mean units of the month, the aged
inventory surcharge on the units that lie there on its snapshot day; the oldest units leave first (FIFO); what is unsold at
the end is worth nothing; landed cost is sunk, so no branch pays for the units again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Carrying:
    """What it costs to keep units: money per unit and month.

    `storage` has shape (n, months); `surcharge` (n, months, layers), layers from old to young, by age on the snapshot day of that
    month; `passed` (months,) is the share of each month that is over on that day: 0 charges what lies there on its first day.
    `scarce` (n, days) is what a unit costs more that is shipped while so many days of supply lie there, and `scarce_from` (n,) the
    units shipped in seven days at which that begins.
    """

    storage: Array
    surcharge: Array
    passed: Array | float = 0.0
    scarce: Array | None = None
    scarce_from: Array | None = None

    def of(self, months: slice, rows: slice | NDArray[np.int64] = slice(None)) -> "Carrying":
        """Return the same of some months, and of some rows."""
        passed = self.passed if isinstance(self.passed, float) else self.passed[months]
        scarce, least = (None if each is None else each[rows] for each in (self.scarce, self.scarce_from))
        return Carrying(self.storage[rows, months], self.surcharge[rows, months], passed, scarce, least)


KINDS = ("selling", "storage", "aged", "exit", "other")
"""What fees are paid for: commission and fulfilment, storage, age, leaving, ads and packaging."""


@dataclass(frozen=True, slots=True)
class Cash:
    """Money of one branch by month: received (n, months), and paid in fees by kind (5, n, months)."""

    received: Array
    paid: Array

    def __add__(self, other: "Cash") -> "Cash":
        return Cash(self.received + other.received, self.paid + other.paid)

    def __sub__(self, other: "Cash") -> "Cash":
        return Cash(self.received - other.received, self.paid - other.paid)

    @property
    def fees(self) -> Array:
        """Fees of all kinds, by month."""
        return np.asarray(self.paid.sum(axis=0))

    @property
    def net(self) -> Array:
        """Received less fees, by month."""
        return self.received - self.fees

    def npv(self, rate: float) -> Array:
        """Return the net present value at a rate a month, month 0 undiscounted: sum of net_t / (1 + rate)^t.

        >>> Cash(np.array([[100.0, 100.0]]), np.zeros((5, 1, 2))).npv(0.25).tolist()
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


def sell_reduced(demand: Array, units: Array, excess: Array, lift: Array, part: Array | float = 1.0) -> tuple[Array, Array]:
    """Return units sold by the end of each month, at reduced prices and in all.

    Demand is `lift` times as high, for a `part` of each month, until the excess is gone; then price and demand are the old ones again.
    """
    wanted = demand * (1 + part * (lift - 1))
    away = np.minimum(np.cumsum(wanted, axis=1), excess[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(wanted > 0, np.diff(away, axis=1, prepend=0.0) / wanted, 0.0)
        reduced = np.where(wanted > 0, np.diff(away, axis=1, prepend=0.0) * demand * part * lift / wanted, 0.0)
    return np.cumsum(reduced, axis=1), np.minimum(away + np.cumsum(demand * (1 - share), axis=1), units[:, None])


def paid(amount: Array, kind: str) -> Array:
    """Return fees of one kind among all: shape (5, n, months)."""
    fees = np.zeros((len(KINDS), *amount.shape))
    fees[KINDS.index(kind)] = amount
    return fees


def proceeds(sold_by: Array, price: Array, fee_per_unit: Array) -> Cash:
    """Return the cash of selling: price received and fees per unit sold, month by month; each one a row, or one a row and month."""
    sold = np.diff(sold_by, axis=1, prepend=0.0)
    each, fee = (value if value.ndim > 1 else value[:, None] for value in (price, fee_per_unit))
    return Cash(sold * each, paid(sold * fee, "selling"))


def carrying_cost(layers: Array, sold_by: Array, carrying: Carrying) -> Cash:
    """Return the cash of keeping what is not sold yet: storage and surcharge, and what being short of stock costs on what is sold, as fees."""
    before = np.concatenate([np.zeros((len(sold_by), 1)), sold_by[:, :-1]], axis=1)
    mean_units = layers.sum(axis=1)[:, None] - (before + sold_by) / 2
    left = take_oldest(layers[:, None, :], before + carrying.passed * (sold_by - before))
    aged = np.einsum("nma,nma->nm", left, carrying.surcharge)
    fees = paid(mean_units * carrying.storage, "storage") + paid(aged, "aged")
    return Cash(np.zeros_like(mean_units), fees + paid(_short(mean_units, sold_by - before, carrying), "selling"))


def _short(mean_units: Array, sold: Array, carrying: Carrying) -> Array:
    """Return the low-inventory-level fee by month: days of supply are those of the month or of three months, whichever are more."""
    if carrying.scarce is None or carrying.scarce_from is None:
        return np.zeros_like(sold)
    kept, shipped = (np.cumsum(units, axis=1) for units in (mean_units, sold))
    quarter = [units - np.pad(units, ((0, 0), (3, 0)))[:, :-3] for units in (kept, shipped)]
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = MONTH_DAYS * np.fmax(mean_units / sold, quarter[0] / quarter[1])
    days = np.clip(np.nan_to_num(supply, nan=np.inf, posinf=np.inf), 0, carrying.scarce.shape[1] - 1).astype(int)
    charged = sold * 7 / MONTH_DAYS >= carrying.scarce_from[:, None]
    return np.where(charged, sold * np.take_along_axis(carrying.scarce, days, axis=1), 0.0)


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
