"""Demand behind sales: what would have sold on days when the item could not be bought all day."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.cleaning.censoring import remainder_bounds, truncated_means
from workbench.cleaning.expectation import Expectation, Tags, expected_demand, lasting_share

FLOOR = 0.2
_GOOD_DAY = 3
"""standard deviations above the mean"""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Demand behind sales, each float32 (n, T).

    Attributes
    ----------
    demand, low, high : what would have sold, and the bounds of an interval
    stocked : the same for a forecast to learn from: sales of days on sale all day, else what such a day lets expect
    lift : demand over what it would be without the day's event and promotion
    """

    demand: np.ndarray
    low: np.ndarray
    high: np.ndarray
    stocked: np.ndarray
    lift: np.ndarray


def exposure_level(sales: np.ndarray, exposure: np.ndarray, floor: float = FLOOR) -> float:
    """Return the sales a full day on sale would have had: the Poisson estimate, sales over time on sale.

    Parameters
    ----------
    sales : (T,) units; exposure : (T,) share of each day on sale, 0-1
    floor : least share that a day with stock counts for, 0-1; a day with neither stock nor sales counts for nothing

    Examples
    --------
    The mean of all days is 3.143, of days with sales 4.40:

    >>> exposure_level(np.array([5, 4, 6, 2, 0, 0, 5]), np.array([1, 1, 1, 0.4, 0, 0, 1]))
    5.0
    """
    share = np.where((exposure > 0) | (sales > 0), np.maximum(exposure, floor), 0.0)
    return float(sales.sum() / share.sum()) if share.sum() > 0 else float("nan")


def censored_level(sales: np.ndarray, ran_out: np.ndarray, tolerance: float = 1e-10) -> float:
    """Return the Poisson mean when on some days stock ran out, so that demand was at least what sold (Conrad 1976).

    Solved by expectation-maximisation: on a day that ran out, expect the mean of what is at least the sales.

    Examples
    --------
    Stock 10, 10, 3, 10, 4, 10; the mean of all days is 4.833, of the days with stock left 5.5:

    >>> round(censored_level(np.array([6, 4, 3, 7, 4, 5.0]), np.array([0, 0, 1, 0, 1, 0], bool)), 4)
    5.7566
    """
    level = float(sales.mean())
    if level <= 0:
        return level
    while True:
        expected = sales.astype(float).copy()
        m = np.full(int(ran_out.sum()), level)
        expected[ran_out] = truncated_means(sales[ran_out].astype(float), m, m, np.ones(len(m)))
        if abs(expected.mean() - level) < tolerance:
            return float(expected.mean())
        level = float(expected.mean())


def recover_demand(
    sales: np.ndarray,
    exposure: np.ndarray,
    calendar: object,
    *,
    ran_out: np.ndarray | None = None,
    floor: float = FLOOR,
    interval: float = 0.8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what would have sold each day, with the bounds of an interval, each float32 (n, T).

    A day on sale all day keeps its sales. A day partly on sale keeps them and adds what the rest of the day lets expect, more
    if the part seen went better than usual. A day not on sale, or of unknown sales, gets the level around it.

    Parameters
    ----------
    sales : (n, T) as sold, not negative, in any scale; NaN unknown
    exposure : (n, T) share of the day on sale, 0-1; NaN unknown, which leaves the sales as they are
    calendar : (T,) dates of the days
    ran_out : (n, T) days on which stock ended at an unknown hour, so that sales are only a lower bound
    floor : least share of the day that sales are divided by, 0-1
    interval : probability that the bounds hold the demand, 0-1

    Examples
    --------
    >>> demand, low, high = recover_demand([[5, 4, 6, 2, 0, 0, 5]], [[1, 1, 1, 0.4, 0, 0, 1]], np.arange(7).astype("datetime64[D]"))
    >>> [round(float(d)) for d in demand[0]]
    [5, 4, 6, 5, 5, 5, 5]
    """
    made = recover(sales, exposure, calendar, ran_out=ran_out, floor=floor, interval=interval)
    return made.demand, made.low, made.high


def recover(
    sales: np.ndarray,
    exposure: np.ndarray,
    calendar: object,
    *,
    ran_out: np.ndarray | None = None,
    stopped: np.ndarray | None = None,
    tags: Tags | None = None,
    floor: float = FLOOR,
    interval: float = 0.8,
) -> Recovered:
    """Return what would have sold each day, and what a day in stock would have: parameters as of `recover_demand`, and tags of events and promotions.

    `stopped` (n, T) are partial days that ended with their own last sale. Sales over time on sale stay unbiased over such days and
    full ones together (optional stopping), but not over either alone, so that they count for the level as they stand.

    Where stock ends because a day sells well, days in stock are the quieter ones, and the two differ: see docs/cleaning.md.

    Notes
    -----
    Level: exposure-based Poisson quasi-likelihood, two-sided in time without the day itself, bandwidths weighted by how well
    they foretell days that are known; weekday profile and panel-wide day effects shrunk by how much of them is chance.
    Rest of a partial day: gamma-Poisson posterior mean with the panel's variance law a m + b m^2; how much of b lasts all day is
    learned from the scatter of partial days.
    """
    sales, exposure = np.asarray(sales, np.float32), np.asarray(exposure, np.float32)
    out = np.zeros(sales.shape, bool) if ran_out is None else np.asarray(ran_out, bool)
    known = np.isfinite(sales)
    y = np.where(known, np.maximum(sales, 0), 0).astype(np.float32)
    share = np.clip(np.where(np.isnan(exposure), 1, exposure), 0, 1).astype(np.float32)
    share = np.where(known, share, 0)
    seen = _evidence(y, share, floor) * known
    grain = _grain(y)
    ended = np.zeros(sales.shape, bool) if stopped is None else stopped
    told = expected_demand(y, seen, out, grain, _weekdays(calendar), tags, ended)
    if tags is not None:
        told = _with_unseen_promotions(told, y, share, known, tags)
    lasting = lasting_share(y, seen, told.demand, told.law, (share < 1) & (seen > 0) & ~out, (share >= 1) & ~out)
    rest_mean, rest_variance = _rest(y, share, floor, told, lasting)
    demand = y + rest_mean
    cells = np.nonzero((share < 1) & ~out)
    low, high = y.copy(), y.copy()
    lower, upper = remainder_bounds(rest_mean[cells], rest_variance[cells], grain[cells[0]], interval, cells[1])
    low[cells], high[cells] = y[cells] + lower, y[cells] + upper
    if out.any():
        _fill_ran_out(y, out, told.demand, told.law, grain, interval, demand, low, high)
    stocked = np.where((share < 1) | out, told.demand, y)
    return Recovered(
        *(part.astype(np.float32) for part in (demand, np.minimum(low, demand), np.maximum(high, demand), stocked, told.event_lift * told.promotion_lift))
    )


def _evidence(y: np.ndarray, share: np.ndarray, floor: float) -> np.ndarray:
    """Return the share of the day that each day's sales tell of (n, T); less than the floor tells nothing.

    A series with no better days is taken at the floor.
    """
    clear = share >= floor
    told = np.where(clear, share, 0)
    vague = ~(clear & (y > 0)).any(1, keepdims=True) & ~clear & ((share > 0) | (y > 0))
    return np.where(vague, np.float32(floor), told)


def _weekdays(calendar: object) -> np.ndarray:
    """Return each day's place in the week; zeros where the calendar is not daily."""
    days = pd.DatetimeIndex(np.asarray(calendar)).to_numpy().astype("datetime64[D]").astype(np.int64)
    daily = len(days) < 2 or np.median(np.diff(days)) == 1
    return (days + 3) % 7 if daily else np.zeros(len(days), np.int64)


def _with_unseen_promotions(told: Expectation, y, share, known, tags: Tags) -> Expectation:
    """Return the expectation with days off sale raised by what promotions bring on average: whether one was on, nobody saw."""
    full = (share >= 1) & known & (tags.promotion == 0)
    on = (share >= 1) & known & (tags.promotion > 0)
    without = (told.demand * full).sum() + (told.demand[on] / told.promotion_lift[on]).sum()
    mix = max(float((y * (full | on)).sum() / without), 1.0) if without > 0 else 1.0
    unseen = np.where((share <= 0) & (tags.promotion == 0), np.float32(mix), np.float32(1))
    return replace(told, demand=told.demand * unseen, promotion_lift=told.promotion_lift * unseen)


def _rest(y, share, floor, told: Expectation, lasting):
    """Return mean and variance of what the unseen part of each day would have sold.

    Nothing is divided by the time on sale, so that less than the floor tells what it can too; but more in such a moment than a
    good whole day sells is one order, or a wrong clock, and no pace.
    """
    (a, b), expected = told.law, told.demand
    gone = 1 - share
    pace = np.where((share >= floor) | (y <= expected + _GOOD_DAY * np.sqrt(a * expected + b * expected**2)), share, 0)
    noise = a + (1 - lasting) * b * expected
    if b * lasting > 0:
        shape = 1 / (lasting * b) + pace * expected / noise
        mean = gone * expected * (1 / (lasting * b) + np.where(pace > 0, y, 0) / noise) / shape
    else:
        shape, mean = np.inf, gone * expected
    daily = (a * expected + b * expected**2) / np.maximum(told.evidence, 1)[:, None]
    return mean, noise * mean + mean**2 / shape + gone**2 * daily


def _grain(y: np.ndarray) -> np.ndarray:
    """Return the unit that all sales of a series are whole multiples of (n,), 0 where there is none: 1 for counts, any for scaled counts."""
    least = np.where(y > 0, y, np.inf).min(1)
    unit = np.where(np.isfinite(least) & (least > 1e-12), least, 1.0)
    times = y / unit[:, None]
    whole = (np.abs(times - np.round(times)) < 1e-3).all(1) & (times < 1e4).all(1)
    return np.where((y == np.floor(y)).all(1), 1.0, np.where(whole, unit, 0.0))


def _fill_ran_out(y, out, expected, law, grain, interval, demand, low, high) -> None:
    """Fill the days that ran out: demand was at least the sales."""
    a, b = law
    m = expected[out].astype(float)
    variance = a * m + b * m * m
    rows = np.broadcast_to(grain[:, None], y.shape)[out]
    demand[out] = truncated_means(y[out].astype(float), m, variance, rows)
    low[out] = y[out]
    over = np.maximum(demand[out] - y[out], 0)
    high[out] = y[out] + remainder_bounds(over, np.maximum(variance, over**2), rows, interval, np.nonzero(out)[1], below=0.0)[1]
