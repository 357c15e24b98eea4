"""Days that sold what they will not sell again: one-off bulk orders and slips of a finger. What recurs is season."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom

_SIDE_DAYS = 28
_YEAR_DAYS = 365
_SEASON_REACH_DAYS = 12
_ALIKE = 0.35  # a day this large against the spike makes it one of its kind
_OFTEN = 3
_SLIP = 100.0
_SLIP_UNITS = 1_000.0


@dataclass(frozen=True, slots=True)
class OneOffs:
    """Days that do not count as sold (row, day each (k,)): why, what counts instead, and the numbers behind it.

    `value` is how often the usual day the units are, `limit` how often they could have been by chance.
    """

    row: np.ndarray
    day: np.ndarray
    reason: np.ndarray
    kept: np.ndarray
    value: np.ndarray
    limit: np.ndarray


def one_offs(units: np.ndarray, order_count: np.ndarray, explained: np.ndarray, chance: float, least_units: float) -> OneOffs:
    """Return the days whose sales are no demand that could come again.

    A day is one if its count would happen by chance less often than `chance` (negative binomial with mean and variance of the
    days around it), if no event or promotion explains it, if no such day stands near the same date of another year, beside it,
    or three times more in the series, and if not many orders made it: many buyers are demand.

    Parameters
    ----------
    units : (n, T) sold; order_count : (n, T) orders, NaN unknown
    explained : (n, T) days with an event or a promotion
    chance : probability below which a day is no chance, 0-1; least_units : smaller days are never one-offs
    """
    mean = units.mean(1, keepdims=True)
    row, day = np.nonzero((units >= np.maximum(least_units, 5 * mean)) & ~explained)
    found = [_judged(units[i], order_count[i], explained[i], int(t), chance) for i, t in zip(row, day, strict=True)]
    kept = [k for k, judged in enumerate(found) if judged is not None]
    told = [found[k] for k in kept]
    reason, rest = [j[0] for j in told if j], np.array([j[1:] for j in told if j], float).reshape(-1, 3)
    return OneOffs(row[kept], day[kept], np.array(reason, object), rest[:, 0], rest[:, 1], rest[:, 2])


def _judged(units, orders, explained, day, chance) -> tuple[str, float, float, float] | None:
    """Return reason, units kept, times the usual day and the limit of those; None if the day is demand."""
    near = slice(max(day - _SIDE_DAYS, 0), day + _SIDE_DAYS + 1)
    other = np.ones(units.size, bool)
    other[max(day - 1, 0) : day + 2] = False
    usual = units[near][(other & ~explained)[near]]
    if usual.size < 7 or _recurs(units, day) or _is_peak(units, day):
        return None
    # the largest day beside it may be another one-off
    usual = np.minimum(usual, np.sort(usual)[-2])
    mean, variance = max(usual.mean(), 0.5 / usual.size), max(usual.var(), 0.0)
    size = mean * mean / max(variance - mean, 0.05 * mean)
    limit = float(nbinom.isf(chance, size, size / (size + mean)))
    if units[day] <= limit:
        return None
    if units[day] >= _SLIP_UNITS and units[day] >= _SLIP * max(usual.max(), 1.0) and not orders[day] > 2:
        return "data_error", float(mean), float(units[day] / mean), limit / mean
    if np.isnan(orders[day]):
        return "one_off", float(mean), float(units[day] / mean), limit / mean
    kept = float(min(orders[day] * _units_per_order(units, orders, day), units[day]))
    return ("bulk_order", kept, float(units[day] / mean), limit / mean) if units[day] - kept > limit else None


def _is_peak(units, day) -> bool:
    """Say whether a neighbouring day is high too: a peak of some days is demand."""
    return any(units[d] > _ALIKE * units[day] for d in (day - 1, day + 1) if 0 <= d < units.size)


def _recurs(units, day) -> bool:
    """Say whether such a day stands near the same date of another year, or often in the series."""
    alike = units >= _ALIKE * units[day]
    if alike.sum() > _OFTEN:
        return True
    apart = np.abs(np.flatnonzero(alike) - day)
    years = np.round(apart / _YEAR_DAYS)
    return bool(((years >= 1) & (np.abs(apart - years * _YEAR_DAYS) <= _SEASON_REACH_DAYS + years)).any())


def _units_per_order(units, orders, day) -> float:
    told = np.isfinite(orders) & (orders > 0)
    told[day] = False
    return max(float(np.median(units[told] / orders[told])), 1.0) if told.any() else 1.0
