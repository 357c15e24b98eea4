"""Every wanted unit of the days shown, with the instant it was wanted, in the order in which people came."""

from dataclasses import dataclass

import numpy as np

from workbench.datasets.calendar import Calendar
from workbench.datasets.demand import Demand
from workbench.datasets.seeds import Seeds

HOURS = np.array([0, 6, 8, 12, 14, 18, 20, 22, 24]) / 24
BOUGHT_BY = np.array([0, 0.06, 0.12, 0.35, 0.46, 0.68, 0.82, 0.94, 1.0])
"""share of a day's purchases made by these hours"""
RETURN_DELAY_DAYS = (6, 35)


@dataclass(frozen=True, slots=True)
class WantedUnits:
    """One row a unit, sorted by day, offer and instant; `rank` counts the units of an offer and day from 0."""

    day: np.ndarray
    offer: np.ndarray
    rank: np.ndarray
    moment: np.ndarray
    """share of the day's purchases made before this one, 0-1"""
    kind: np.ndarray
    """0 bought, 1 replacement, 2 Vine"""
    return_draw: np.ndarray
    """a unit comes back when this falls below its chance to"""
    return_day: np.ndarray
    first: np.ndarray
    """(days + 1) where each simulated day's units begin"""

    def clock(self) -> np.ndarray:
        """Return the share of the day that had passed when each unit was wanted."""
        return np.interp(self.moment, BOUGHT_BY, HOURS)


def wanted_units(seeds: Seeds, demand: Demand, calendar: Calendar) -> WantedUnits:
    """Return the units that people wanted in the days shown."""
    rng = seeds.of("units")
    total = (demand.units + demand.extra)[calendar.shown]
    day, offer = np.nonzero(total)
    count = total[day, offer]
    cell = np.repeat(np.arange(len(count)), count)
    # sorting cell number plus chance sorts by cell and, within it, by moment
    moment = np.sort(cell + rng.random(len(cell))) - cell
    begin = np.cumsum(count) - count
    rank = np.arange(len(cell)) - begin[cell]
    day = day + calendar.warm_up
    kind = _kinds(rng, cell, demand.vine[day, offer], demand.extra[day, offer], len(count))
    unit_day = day[cell]
    return WantedUnits(
        day=unit_day,
        offer=offer[cell],
        rank=rank,
        moment=np.clip(moment, 0, np.nextafter(1, 0)),
        kind=kind,
        return_draw=rng.random(len(cell)),
        return_day=unit_day + rng.integers(*RETURN_DELAY_DAYS, len(cell)),
        first=np.searchsorted(unit_day, np.arange(calendar.length + 1)),
    )


def _kinds(rng: np.random.Generator, cell: np.ndarray, vine: np.ndarray, extra: np.ndarray, cells: int) -> np.ndarray:
    """Return each unit's kind: of a cell's units, a random few are sent free."""
    kind = np.zeros(len(cell), np.int8)
    some = np.flatnonzero((extra > 0)[cell])
    order = some[np.lexsort((rng.random(len(some)), cell[some]))]
    begin = np.searchsorted(cell[order], np.arange(cells))
    place = np.arange(len(order)) - begin[cell[order]]
    kind[order[place < extra[cell[order]]]] = 1
    kind[order[place < vine[cell[order]]]] = 2
    return kind
