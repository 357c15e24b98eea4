"""Running out: the chance within the lead time, and the units short in the days ahead."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from workbench.health.demand import Array, Expected


def units_short(mean: ArrayLike, variance: ArrayLike, units: ArrayLike) -> Array:
    """Return the expected demand beyond `units`: the normal loss function, (mean - units) Phi(z) + sd phi(z).

    Two weeks of N(2500, 500) against 6,000 units: Chopra & Meindl, *Supply Chain Management*, chapter on safety inventory.

    >>> round(float(units_short(5000, 2 * 500**2, 6000)), 2)
    25.13
    """
    mu, sd, have = np.asarray(mean, float), np.sqrt(np.asarray(variance, float)), np.asarray(units, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (mu - have) / sd
        spread = (mu - have) * ndtr(z) + sd * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(sd > 0, spread, np.maximum(mu - have, 0))


def chance_short(mean: ArrayLike, variance: ArrayLike, units: ArrayLike) -> Array:
    """Return the chance that normal demand exceeds `units`; without spread it is 0 or 1.

    The same example: 1 less its cycle service level of 0.9214.

    >>> round(float(chance_short(5000, 2 * 500**2, 6000)), 4)
    0.0786
    """
    mu, sd, have = np.asarray(mean, float), np.sqrt(np.asarray(variance, float)), np.asarray(units, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = ndtr((mu - have) / sd)
    certain = np.where(np.isnan(mu + have), np.nan, (mu > have + 1e-9).astype(float))
    return np.where(sd > 0, spread, np.where(np.isnan(sd), np.nan, certain))


@dataclass(frozen=True, slots=True)
class Waves:
    """Deliveries of each row in the order in which they come: days from now and units, shape (n, most of a row); past its last: never."""

    days: Array
    units: Array


def waves(due: pd.DataFrame, n: int) -> Waves:
    """Return arrivals (row, day, units; see `stock.arrivals`) as waves of `n` rows; what comes on an unknown day is left out."""
    by_day = due.dropna(subset="day").groupby(["row", "day"], as_index=False)["units"].sum()  # sorted by row and day
    place = by_day.groupby("row").cumcount().to_numpy()
    shape = (n, int(place.max()) + 1 if len(place) else 0)
    days, units = np.full(shape, np.inf), np.zeros(shape)
    days[by_day["row"], place], units[by_day["row"], place] = by_day["day"], by_day["units"]
    return Waves(days, units)


def stockout_risk(rows: pd.DataFrame, expected: Expected, coming: Waves, lookahead_days: float) -> Array:
    """Return the chance to run out before an order placed today could be sold.

    Each wait for a delivery is a way to run out, and so is the time after the last until the lead time is over. `rows` has
    on_hand, daily_demand, lead_time_days and lead_time_sd_days; without a lead time the next `lookahead_days` count.
    """
    lead, late = rows["lead_time_days"].fillna(lookahead_days).to_numpy(float), (rows["daily_demand"] * rows["lead_time_sd_days"].fillna(0)).to_numpy(float)
    lasts = [1 - chance_short(mean, variance + np.where(final, late**2, 0.0), have) for mean, variance, have, final in _waits(rows, expected, coming, lead)]
    return 1 - np.prod(lasts, axis=0)


def out_within(rows: pd.DataFrame, expected: Expected, coming: Waves, days: float) -> Array:
    """Return the chance to run out within so many days, deliveries that are on their way included."""
    waits = _waits(rows, expected, coming, np.full(len(rows), float(days)))
    return 1 - np.prod([1 - chance_short(*wait[:3]) for wait in waits], axis=0)


def units_lost(rows: pd.DataFrame, expected: Expected, coming: Waves, days: float) -> Array:
    """Return the demand of the next `days` that is expected to find no stock."""
    return np.sum([units_short(*wait[:3]) for wait in _waits(rows, expected, coming, np.full(len(rows), float(days)))], axis=0)


def _waits(rows: pd.DataFrame, expected: Expected, coming: Waves, until: Array) -> Iterator[tuple[Array, Array, Array, NDArray[np.bool_]]]:
    """Yield mean and variance of the demand of each wait for a delivery, the units there are for it, and whether it is the last."""
    start, have = np.zeros(len(rows)), rows["on_hand"].to_numpy(float)
    at = {name: np.zeros(len(rows)) for name in ("mean", "variance")}
    for wave in range(coming.days.shape[1] + 1):
        end = np.minimum(coming.days[:, wave], until) if wave < coming.days.shape[1] else until
        reached = {name: expected.total(end, name) for name in at}
        mean, variance = (reached[name] - at[name] for name in ("mean", "variance"))
        yield mean, variance, have, (end == until) & (start < until)
        arrived = coming.units[:, wave] if wave < coming.days.shape[1] else 0.0
        start, at, have = end, reached, np.maximum(have - mean, 0) + np.where(end < until, arrived, 0.0)
