"""Demand day by day, added up: how much by a day, and by which day a level is reached, on dense blocks (one row a SKU, one column a day)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def running_total(daily: Array) -> Array:
    """Return demand from today to the end of each day, with a leading zero: shape (n, days + 1)."""
    return np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)


def total_until(running: Array, days: Array) -> Array:
    """Return the total over the next `days` (a part of a day counts in part); past the horizon at the horizon's mean.

    >>> total_until(running_total(np.full((1, 4), 10.0)), np.array([2.5])).tolist()
    [25.0]
    >>> total_until(running_total(np.full((1, 4), 10.0)), np.array([6.0])).tolist()
    [60.0]
    """
    last = running.shape[1] - 1
    inside = np.clip(np.nan_to_num(days), 0, last)
    floor = np.minimum(inside.astype(int), last - 1)
    row = np.arange(len(running))
    within = running[row, floor] + (inside - floor) * (running[row, floor + 1] - running[row, floor])
    beyond = np.maximum(days - last, 0) * running[:, last] / last
    return np.where(np.isnan(days), np.nan, within + np.nan_to_num(beyond))


def days_until(running: Array, units: Array) -> Array:
    """Return the days until demand has taken `units`; NaN where it never will (no demand) or units are unknown.

    Past the horizon demand goes on at the horizon's mean.

    >>> days_until(running_total(np.full((1, 4), 10.0)), np.array([25.0])).tolist()
    [2.5]
    >>> days_until(running_total(np.full((1, 4), 10.0)), np.array([60.0])).tolist()
    [6.0]
    """
    last = running.shape[1] - 1
    below = np.clip((running[:, 1:] < units[:, None]).sum(axis=1), 0, last - 1)
    row = np.arange(len(running))
    step = running[row, below + 1] - running[row, below]
    total = running[:, last]
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = below + (units - running[row, below]) / step
        beyond = last + (units - total) / (total / last)
        found = np.where(units <= 0, 0.0, np.where(units <= total, inside, beyond))
    return np.where(np.isfinite(found) & ~np.isnan(units + total), found, np.nan)


def first_short_day(on_hand: Array, running: Array, arrivals: Array) -> Array:
    """Return the first day (0 = today) whose demand the stock and the arrivals up to that day cannot meet; NaN if none.

    A day without demand is never short. `arrivals` has shape (n, days): units that can be sold on that day.

    >>> stock, demand = np.array([100.0]), running_total(np.full((1, 5), 50.0))
    >>> first_short_day(stock, demand, np.zeros((1, 5))).tolist()
    [2.0]
    >>> first_short_day(stock, demand, np.array([[0, 0, 60.0, 0, 0]])).tolist()
    [3.0]
    """
    left = on_hand[:, None] + np.cumsum(arrivals, axis=1) - running[:, 1:]
    short = left < -1e-6
    return np.where(short.any(axis=1), short.argmax(axis=1).astype(float), np.nan)
