"""How long suppliers, ships and warehouses really take, lane by lane and day by day; stated times are what the seller was told."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.datasets.calendar import LUNAR_NEW_YEAR, Calendar
from workbench.datasets.places import PLACES
from workbench.datasets.seeds import Seeds

DRIFTING_SHARE = 0.3
FACTORY_CLOSURE_DAYS = (10, 20)
PEAK_RECEIVING_DAYS = 4


@dataclass(frozen=True)
class LeadTimes:
    """Days (days, lanes) that an order placed on a day takes in each leg; a lane is supplier x place."""

    production: np.ndarray
    transit: np.ndarray
    receiving: np.ndarray
    expected: np.ndarray
    """mean of the sum of the three, without the chance of the day"""
    stated: np.ndarray
    """what the supplier promises, one a lane"""
    slowing: np.ndarray
    """bool, one a supplier: it takes longer every month of the last year"""

    @cached_property
    def total(self) -> np.ndarray:
        """Days from order to stock."""
        return self.production + self.transit + self.receiving


def lane_of(supplier: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the lane number of supplier rows and place rows."""
    return supplier * len(PLACES) + place


def make_lead_times(seeds: Seeds, suppliers: pd.DataFrame, calendar: Calendar, noise: float) -> LeadTimes:
    """Return the true lead times of every lane."""
    rng = seeds.of("lead times")
    legs = suppliers[["production_days", "transit_days", "receiving_days"]].to_numpy()
    production = np.repeat(legs[:, 0], len(PLACES))
    transit = np.maximum(legs[:, 1][:, None] + np.array([p.transit_extra_days for p in PLACES]), 1).ravel()
    receiving = np.repeat(legs[:, 2], len(PLACES))
    slowing = _slowing(rng, len(suppliers))
    drift = _drift(rng, slowing, calendar)
    mean_production = production * np.repeat(drift, len(PLACES), axis=1) + _factory_closure(suppliers["near"].to_numpy(), calendar)
    mean_receiving = receiving + _peak_receiving(calendar, len(suppliers))
    shape = mean_production.shape
    spread = 0.12 * noise
    return LeadTimes(
        production=_whole(mean_production * np.exp(rng.normal(0, spread, shape))),
        transit=_whole(transit * np.exp(rng.normal(0, spread, shape))),
        receiving=_whole(mean_receiving * np.exp(rng.normal(0, 2 * spread, shape))),
        expected=mean_production + transit + mean_receiving,
        stated=np.rint(production + transit + receiving),
        slowing=slowing,
    )


def _slowing(rng: np.random.Generator, n: int) -> np.ndarray:
    """Some suppliers slow down, at least one of several."""
    count = max(round(n * DRIFTING_SHARE), 1) if n > 1 else 0
    return np.isin(np.arange(n), rng.permutation(n)[:count])


def _whole(days: np.ndarray) -> np.ndarray:
    return np.maximum(np.rint(days), 1).astype(np.int64)


def _drift(rng: np.random.Generator, slowing: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Slow wander of each supplier's production time, and up to 60 % more over the last year where it is slowing."""
    steps = rng.normal(0, 0.004, (calendar.length, len(slowing)))
    wander = np.cumsum(steps, axis=0)
    wander -= wander.mean(axis=0)
    last_year = np.clip((np.arange(calendar.length) - (calendar.length - 365)) / 365, 0, 1)[:, None]
    return np.exp(wander.clip(-0.25, 0.25)) * (1 + 0.6 * last_year * slowing)


def _factory_closure(near: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Days added to orders that a factory abroad has in hand when it closes for the lunar new year."""
    added = np.zeros((calendar.length, len(near)))
    for holiday in LUNAR_NEW_YEAR:
        day = calendar.index(holiday)
        first, last = (min(max(d, 0), calendar.length) for d in (day - FACTORY_CLOSURE_DAYS[1], day + FACTORY_CLOSURE_DAYS[0]))
        added[first:last, ~near] = 15
    return np.repeat(added, len(PLACES), axis=1)


def _peak_receiving(calendar: Calendar, n_suppliers: int) -> np.ndarray:
    """Days added at FBA warehouses to what is ordered so that it arrives in the weeks before Christmas."""
    busy = (calendar.day_of_year >= 270) & (calendar.day_of_year < 345)
    fba = np.tile([p.is_fba for p in PLACES], n_suppliers)
    return np.where(busy[:, None] & fba, float(PEAK_RECEIVING_DAYS), 0.0)
