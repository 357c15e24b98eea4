"""What changed each node's stock on each day, and how old what lies there is: the ledger's arithmetic."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.operations import DISPOSAL_EVERY_DAYS, Ledger
from workbench.datasets.places import Place
from workbench.datasets.world import World

LEDGER_MONTHS = 25
"""how far back the ledger and the 3PL's movements reach"""
EVENTS = ("receipts", "shipments", "returns", "found", "lost", "damaged", "disposed")
DAMAGED_IN_WAREHOUSE = "WAREHOUSE_DAMAGED"
STATES = ("SELLABLE", "CUSTOMER_DAMAGED", "DEFECTIVE", DAMAGED_IN_WAREHOUSE)


@dataclass(frozen=True, slots=True)
class Grids:
    """Movements of one disposition (days, offers of a place), each signed as the ledger signs it."""

    starting: np.ndarray
    receipts: np.ndarray
    shipments: np.ndarray
    returns: np.ndarray
    found: np.ndarray
    lost: np.ndarray
    damaged: np.ndarray
    disposed: np.ndarray
    ending: np.ndarray


def sellable(world: World, offers: np.ndarray) -> Grids:
    """Return the movements of sellable units."""
    ledger, ending = world.ledger, world.balance[:, offers].astype(np.int64)
    none = np.zeros_like(ending)
    taken = {name: getattr(ledger, name)[:, offers].astype(np.int64) for name in ("receipts", "returned", "found", "lost", "damaged")}
    return Grids(
        starting=_before(ending),
        receipts=taken["receipts"],
        shipments=-world.shipments[:, offers],
        returns=taken["returned"],
        found=taken["found"],
        lost=-taken["lost"],
        damaged=-taken["damaged"],
        disposed=none,
        ending=ending,
    )


def unsellable(world: World, offers: np.ndarray, state: str) -> Grids:
    """Return the movements of units in one unsellable state; all of them are disposed of every two months."""
    came = np.zeros(world.ledger.sold.shape, np.int64)
    damaged = world.ledger.damaged.astype(np.int64) if state == DAMAGED_IN_WAREHOUSE else came.copy()
    if state != DAMAGED_IN_WAREHOUSE:
        back = world.ledger.came_back
        unit = back["unit"].to_numpy()[back["state"].to_numpy() == STATES.index(state)]
        np.add.at(came, (world.units.return_day[unit], world.units.offer[unit]), 1)
    came, damaged = came[:, offers], damaged[:, offers]
    arrived = np.cumsum(came + damaged, axis=0)
    days = np.arange(len(arrived))
    disposal = days[days % DISPOSAL_EVERY_DAYS == 0]
    disposed = np.zeros_like(arrived)
    disposed[disposal] = -np.diff(arrived[disposal], axis=0, prepend=0)
    ending = arrived + np.cumsum(disposed, axis=0)
    none = np.zeros_like(arrived)
    return Grids(_before(ending), none, none, came, none, none, damaged, disposed, ending)


def _before(ending: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros_like(ending[:1]), ending[:-1]])


def moved(grids: Grids, stated_on: list[int]) -> np.ndarray:
    """Return the days (days, offers) worth a line: something moved, or units lie there on a day of statement."""
    stated = sum(np.abs(getattr(grids, name)) for name in EVENTS) > 0
    stated[stated_on] |= grids.ending[stated_on] > 0
    return stated


def rows(grids: Grids, offers: np.ndarray, stated: np.ndarray, first: int) -> pd.DataFrame:
    """Return a line a day and offer where `stated` holds, from day `first` on."""
    day, at = np.nonzero(stated[first:])
    cells = {name: getattr(grids, name)[first:][day, at] for name in ("starting", *EVENTS, "ending")}
    return pd.DataFrame({"day": day + first, "offer": offers[at], **cells})


def live_offers(world: World, offers: np.ndarray) -> np.ndarray:
    """Return on which days each offer was on sale (days, offers): launched, and not sold off after its last order."""
    day = np.arange(world.calendar.length)[:, None]
    stock = world.balance[:, offers] > 0
    last_stock = np.where(stock, day, 0).max(axis=0)
    over = (day > world.policy.stop[offers]) & (day > last_stock + 30)
    return (day >= world.policy.launch[offers]) & ~over


def units_by_age(ledger: Ledger, balance: np.ndarray, offers: np.ndarray, day: int, ages: list[int]) -> np.ndarray:
    """Return the units (offers, ages) that are at most so many days old at the end of a day, first in first out.

    What is left of a stream of arrivals after the oldest have gone is its youngest end.
    """
    days = slice(0, day + 1)
    arrived = ledger.receipts[days, offers] + ledger.returned[days, offers] + ledger.found[days, offers]
    total = np.cumsum(arrived, axis=0, dtype=np.int64)
    before = [total[day - age - 1] if day - age - 1 >= 0 else np.zeros(len(offers), np.int64) for age in ages]
    return np.stack([np.minimum(balance[day, offers], total[day] - earlier) for earlier in before], axis=1)


def first_told(world: World) -> int:
    """Return the first day that ledger and 3PL movements tell of: the first of a month, two years back."""
    month = world.calendar.dates[world.calendar.shown].astype("datetime64[M]").astype(np.int64)
    return world.calendar.warm_up + int(np.argmax(month[-1] - month < LEDGER_MONTHS))


def moving_rows(world: World, place: Place, stated_on: list[int]) -> pd.DataFrame:
    """Return the lines of sellable movements of a place; a live offer without stock is told of every day."""
    offers = world.offers_of(place)
    grids = sellable(world, offers)
    stated = moved(grids, stated_on) | (live_offers(world, offers) & (grids.ending == 0))
    return rows(grids, offers, stated, first_told(world))
