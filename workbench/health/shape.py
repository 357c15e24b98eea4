"""What demand does by the calendar and by age: the season of a category, and how a new listing grows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health.past import Array, Narrow, Past

WEEK = 7
RIDGE = 5.0
LEAST_SERIES = 3
RAMP_STEP_DAYS, RAMP_STEPS = 15, 8
GROWN_DAYS = 120
RAMP_PRIOR_UNITS = 20.0


def seasons(past: Past, category: NDArray[np.object_], ahead_days: int) -> tuple[Narrow, NDArray[np.int64]]:
    """Return the seasonal factor of each category (k, T + ahead), and the category of each series (n,).

    The logarithm has mean 0 over a year. It is two harmonics of the year beside a straight trend, fitted by weighted least
    squares (weights: units expected) to the weekly demand of the category's series over what they sell on average. Below
    three series that were on sale most of the time there is no season.
    """
    waves = _waves(past, ahead_days)
    names, of_series = np.unique(category.astype(str), return_inverse=True)
    made = np.ones((max(len(names), 1), past.days + ahead_days), np.float32)
    for row in range(len(names)):
        log = _season_of(past.demand[of_series == row], waves[: past.days])
        if log is not None:
            made[row] = np.exp(waves @ log)
    return made, of_series


def _waves(past: Past, ahead_days: int) -> Array:
    days = pd.Timestamp(past.as_of) + pd.to_timedelta(np.arange(-past.days, ahead_days), unit="D")
    angle = 2 * np.pi * days.dayofyear.to_numpy() / 365.25
    return np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=1)


def _season_of(demand: NDArray[np.float32], waves: Array) -> Array | None:
    weeks = demand.shape[1] // WEEK
    seen = demand[:, -weeks * WEEK :].astype(float)
    seen = seen[np.isfinite(seen).mean(axis=1) > 0.7]
    if len(seen) < LEAST_SERIES or weeks < 2:
        return None
    there = np.isfinite(seen)
    usual = np.nansum(seen, axis=1) / there.sum(axis=1)
    sold = np.nansum(seen, axis=0).reshape(weeks, WEEK).sum(axis=1)
    expected = (there * usual[:, None]).sum(axis=0).reshape(weeks, WEEK).sum(axis=1)
    by_week = waves[-weeks * WEEK :].reshape(weeks, WEEK, -1).mean(axis=1)
    X = np.column_stack([np.ones(weeks), np.linspace(-1, 1, weeks), by_week])
    weight = (expected + 1)[:, None]
    penalty = np.diag([0.0, 0.0] + [RIDGE] * waves.shape[1])
    return np.linalg.solve((X * weight).T @ X + penalty, (X * weight).T @ np.log((sold + 1) / (expected + 1)))[2:]


def growth(past: Past, ahead_days: int) -> Narrow:
    """Return the factor (n, T + ahead) of a listing's first months: what listings of that age sold over what they sold when grown."""
    curve = _ramp(past)
    middle = RAMP_STEP_DAYS * (np.arange(RAMP_STEPS + 1) + 0.5)
    by_age = np.interp(np.arange(past.days + ahead_days), middle, curve).astype(np.float32)
    made = np.ones((len(past.sku), past.days + ahead_days), np.float32)
    for at in np.flatnonzero(past.age_days < past.days - 1):  # the others were on sale before the first day we look at
        begun = past.days - past.age_days[at]
        made[at, :begun] = by_age[0]
        made[at, begun:] = by_age[: past.age_days[at] + ahead_days]
    return made


def _ramp(past: Past) -> Array:
    sold, expected = np.zeros(RAMP_STEPS + 1), np.zeros(RAMP_STEPS + 1)
    for at in np.flatnonzero((past.age_days < past.days - 1) & (past.age_days >= 2 * GROWN_DAYS)):
        begun = past.days - past.age_days[at]
        young, grown = past.demand[at, begun : begun + GROWN_DAYS], past.demand[at, begun + GROWN_DAYS : begun + 2 * GROWN_DAYS]
        if not np.isfinite(grown).any():
            continue
        steps = young.reshape(RAMP_STEPS, RAMP_STEP_DAYS)
        sold[:-1] += np.nansum(steps, axis=1)
        expected[:-1] += np.isfinite(steps).sum(axis=1) * np.nanmean(grown)
    curve = (sold + RAMP_PRIOR_UNITS) / (expected + RAMP_PRIOR_UNITS)
    curve[-1] = 1.0
    return np.minimum(np.maximum.accumulate(curve), 1.0)
