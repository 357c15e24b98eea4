"""Order lines: wanted units that found stock, put together as people ordered them, and lines that came to nothing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.calendar import Calendar
from workbench.datasets.catalogue import Catalogue
from workbench.datasets.categories import CATEGORIES
from workbench.datasets.places import PLACES
from workbench.datasets.prices import Prices
from workbench.datasets.seeds import Seeds
from workbench.datasets.units import WantedUnits

NORMAL, REPLACEMENT, VINE = 0, 1, 2
SHIPPED, PENDING, CANCELLED = 0, 1, 2
CANCELLED_SHARE = 0.02
BASKET_SHARE = 0.06
PENDING_SHARE = (0.15, 0.45)
"""of the lines of the last day but one and of the last day"""


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Order lines by place and instant.

    `lines` has place, offer, day, ordered_at (seconds since 1970, UTC), units, price (cents a unit), discount (cents),
    kind, status and order (number, the same for lines bought together).
    """

    lines: pd.DataFrame
    line_of_unit: np.ndarray
    """row of `lines` of each wanted unit, -1 where it found no stock"""
    pending: np.ndarray
    """units (days, offers) that wait for shipment at the end of the last day"""


def make_order_lines(seeds: Seeds, units: WantedUnits, sold: np.ndarray, catalogue: Catalogue, prices: Prices, calendar: Calendar) -> OrderLines:
    """Return the order lines of the days shown."""
    rng = seeds.of("order lines")
    found = np.flatnonzero(units.rank < sold[units.day, units.offer])
    begins = _line_begins(rng, units, found, catalogue)
    line = np.cumsum(begins) - 1
    lines = _lines(units, found[begins], catalogue, calendar)
    lines["units"] = np.bincount(line, minlength=len(lines))
    lines["status"] = _status(rng, lines, calendar)
    real = len(lines)
    lines = pd.concat([lines, _cancelled(rng, lines)], ignore_index=True)
    order = np.lexsort((lines["offer"], lines["ordered_at"], lines["place"]))
    at = np.empty(len(lines), np.int64)
    at[order] = np.arange(len(lines))
    lines = lines.iloc[order].reset_index(drop=True)
    line_of_unit = np.full(len(units.day), -1)
    line_of_unit[found] = at[:real][line]
    _put_in_baskets(rng, lines)
    _add_money(lines, prices)
    return OrderLines(lines, line_of_unit, _pending_units(lines, sold.shape))


def _line_begins(rng: np.random.Generator, units: WantedUnits, found: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    joint = np.array([c.joint_share for c in CATEGORIES])[catalogue.per_offer("department")]
    kind = units.kind[found]
    alone = (kind != NORMAL) | (np.concatenate([[NORMAL], kind[:-1]]) != NORMAL)
    return (units.rank[found] == 0) | alone | (rng.random(len(found)) >= joint[units.offer[found]])


def _lines(units: WantedUnits, first: np.ndarray, catalogue: Catalogue, calendar: Calendar) -> pd.DataFrame:
    day, offer = units.day[first], units.offer[first]
    place = catalogue.offers["place"].to_numpy()[offer]
    clock = units.clock()[first]
    ordered_at = np.empty(len(first), np.int64)
    for number, where in enumerate(PLACES):
        midnights = calendar.midnights(where.time_zone)
        # nobody has bought yet what the reports, saved on the last morning, could not know
        midnights[-1] = min(midnights[-1], calendar.saved_at(calendar.length - 1) - 3600)
        here = place == number
        begin = midnights[day[here]]
        ordered_at[here] = begin + np.floor(clock[here] * (midnights[day[here] + 1] - begin)).astype(np.int64)
    return pd.DataFrame({"place": place, "offer": offer, "day": day, "ordered_at": ordered_at, "kind": units.kind[first]})


def _status(rng: np.random.Generator, lines: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    age = calendar.length - 1 - lines["day"].to_numpy()
    share = np.select([age == 0, age == 1], [PENDING_SHARE[1], PENDING_SHARE[0]], 0.0)
    fba = np.array([p.is_fba for p in PLACES])[lines["place"]]
    return np.where(fba & (rng.random(len(lines)) < share), PENDING, SHIPPED)


def _cancelled(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders that were called off before anything shipped: some minutes after a real one, for the same offer."""
    chosen = lines[(rng.random(len(lines)) < CANCELLED_SHARE) & (lines["kind"] == NORMAL)].copy()
    chosen["status"] = CANCELLED
    chosen["ordered_at"] -= np.minimum(rng.integers(30, 900, len(chosen)), chosen["ordered_at"] % 3600)
    return chosen


def _put_in_baskets(rng: np.random.Generator, lines: pd.DataFrame) -> None:
    """Some lines were bought together with the line before: same order, same instant."""
    place, offer, day = (lines[name].to_numpy() for name in ("place", "offer", "day"))
    plain = (lines["kind"].to_numpy() == NORMAL) & (lines["status"].to_numpy() == SHIPPED)
    joins = np.zeros(len(lines), bool)
    joins[1:] = (place[1:] == place[:-1]) & (day[1:] == day[:-1]) & (offer[1:] != offer[:-1]) & plain[1:] & plain[:-1]
    joins &= rng.random(len(lines)) < BASKET_SHARE
    joins[1:] &= ~joins[:-1]
    lines["order"] = np.cumsum(~joins)
    joined = np.flatnonzero(joins)
    ordered_at = lines["ordered_at"].to_numpy().copy()
    ordered_at[joined] = ordered_at[joined - 1]
    lines["ordered_at"] = ordered_at


def _add_money(lines: pd.DataFrame, prices: Prices) -> None:
    where = lines["day"].to_numpy(), lines["offer"].to_numpy()
    units, kind = lines["units"].to_numpy(), lines["kind"].to_numpy()
    lines["price"] = np.where(kind == REPLACEMENT, 0, prices.charged[where])
    coupon = np.rint(prices.asked[where] * prices.coupon[where]).astype(np.int64) * units
    lines["discount"] = np.select([kind == VINE, kind == REPLACEMENT], [lines["price"] * units, 0], coupon)


def _pending_units(lines: pd.DataFrame, shape: tuple[int, ...]) -> np.ndarray:
    pending = np.zeros(shape, np.int64)
    open_lines = lines[lines["status"] == PENDING]
    np.add.at(pending, (open_lines["day"].to_numpy(), open_lines["offer"].to_numpy()), open_lines["units"].to_numpy())
    return np.cumsum(pending, axis=0)
