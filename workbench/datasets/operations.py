"""The days of the made-up shop, one after another: goods come in, people buy while there is stock, the seller orders again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.calendar import Calendar
from workbench.datasets.lead_times import LeadTimes
from workbench.datasets.policy import Policy, order_units
from workbench.datasets.seeds import Seeds
from workbench.datasets.units import WantedUnits

MAX_LEAD_DAYS = 250
DISPOSAL_EVERY_DAYS = 61
LOST, FOUND, DAMAGED = 0.0012, 0.0006, 0.0006
"""chance a day that one unit of an offer is lost, found or damaged"""
SHORT_SHARE, SPLIT_SHARE = 0.03, 0.15
"""of orders: shipped short, received in two parts"""
VELOCITY_DAYS = 28
DISPOSITIONS = ("SELLABLE", "CUSTOMER_DAMAGED", "DEFECTIVE")
SELLABLE_SHARE = 0.62


@dataclass(frozen=True, slots=True)
class BadBatch:
    """Which offer gets the bad batch, from which day on, and how often its units come back."""

    offer: int
    from_day: int
    return_rate: float


@dataclass(slots=True)
class Ledger:
    """What happened to the units of every offer (days, offers), and the purchase orders behind it.

    `on_hand` is what can be sold at the end of the day; it plus the units reserved for open orders is the ledger's balance.
    """

    sold: np.ndarray
    receipts: np.ndarray
    returned: np.ndarray
    lost: np.ndarray
    found: np.ndarray
    damaged: np.ndarray
    on_hand: np.ndarray
    after_sales: np.ndarray
    """on hand once the day's buyers have left, before losses"""
    unsellable: np.ndarray
    returned_unsellable: np.ndarray
    disposed: np.ndarray
    orders: pd.DataFrame
    came_back: pd.DataFrame
    """unit (row of the wanted units), state (as in DISPOSITIONS), bad (from the bad batch)"""
    bad_order: int
    """row of `orders` that was the bad batch, -1 for none"""


class _Days:
    """The state that one day hands to the next."""

    def __init__(self, calendar: Calendar, policy: Policy, lead_times: LeadTimes, rng: np.random.Generator, bad: BadBatch):
        n, length = len(policy.lane), calendar.length
        self.calendar, self.policy, self.lead_times, self.rng, self.bad = calendar, policy, lead_times, rng, bad
        self.every = np.arange(n)
        grid = {name: np.zeros((length, n), np.int32) for name in _GRIDS}
        self.ledger = Ledger(**grid, orders=pd.DataFrame(), came_back=pd.DataFrame(), bad_order=-1)
        self.arriving = np.zeros((length + MAX_LEAD_DAYS, n), np.int32)
        self.closing = np.zeros((length + MAX_LEAD_DAYS, n), np.int32)
        self.back = np.zeros((length + 60, n, len(DISPOSITIONS)), np.int32)
        self.stock, self.unsellable, self.on_order = (np.zeros(n, np.int64) for _ in range(3))
        self.inflow, self.outflow = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.bad_lot, self.bad_day = (0, 0), -1
        self.slow_velocity = np.zeros(n)
        self.placed: list[dict[str, np.ndarray]] = []
        self.came_back: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.accident = {name: rng.random((length, n)) < chance for name, chance in (("lost", LOST), ("found", FOUND), ("damaged", DAMAGED))}


_GRIDS = ("sold", "receipts", "returned", "lost", "found", "damaged", "on_hand", "after_sales", "unsellable", "returned_unsellable", "disposed")


def simulate(
    seeds: Seeds,
    wanted: np.ndarray,
    units: WantedUnits | None,
    return_rate: np.ndarray,
    policy: Policy,
    lead_times: LeadTimes,
    calendar: Calendar,
    bad: BadBatch,
) -> Ledger:
    """Return what happened when people wanted `wanted` (days, offers) units and the seller ordered by `policy`.

    Parameters
    ----------
    units : the wanted units one by one, which decide what is returned; without them nothing is
    return_rate : chance that a unit comes back, one an offer
    """
    days = _Days(calendar, policy, lead_times, seeds.of("operations"), bad)
    _place_first_orders(days)
    for day in range(calendar.length):
        _receive(days, day)
        sold = np.minimum(wanted[day], days.stock)
        if units is not None:
            _schedule_returns(days, day, sold, units, return_rate)
        _sell(days, day, sold)
        _have_accidents(days, day)
        _order(days, day)
    return _closed(days)


def _place_first_orders(days: _Days) -> None:
    """The first order of each offer was placed so that it arrives on the day of launch."""
    policy = days.policy
    lead = days.lead_times.total[np.minimum(policy.launch, days.calendar.length - 1), policy.lane]
    _record(days, days.every, policy.first_order, policy.launch - lead, np.maximum(policy.launch, 0))


def _record(days: _Days, offer: np.ndarray, units: np.ndarray, ordered: np.ndarray, arrives: np.ndarray) -> None:
    """Write purchase orders down and let their units arrive, some of them short, some in two parts."""
    lanes = days.policy.lane[offer]
    at = np.clip(ordered, 0, days.calendar.length - 1)
    shipped = np.where(days.rng.random(len(offer)) < SHORT_SHARE, units - np.maximum(units // 20, 1), units)
    split = (days.rng.random(len(offer)) < SPLIT_SHARE) & (shipped >= 24)
    second = np.where(split, shipped // 4, 0)
    last = np.minimum(arrives + np.where(split, days.rng.integers(2, 8, len(offer)), 0), days.calendar.length + MAX_LEAD_DAYS - 1)
    arrives = np.minimum(arrives, last)
    np.add.at(days.arriving, (arrives, offer), (shipped - second).astype(np.int32))
    np.add.at(days.arriving, (last, offer), second.astype(np.int32))
    np.add.at(days.closing, (arrives, offer), (units - second).astype(np.int32))
    np.add.at(days.closing, (last, offer), second.astype(np.int32))
    days.on_order[offer] += units
    leaves = np.minimum(ordered + days.lead_times.production[at, lanes], arrives)
    docks = np.maximum(arrives - days.lead_times.receiving[at, lanes], leaves)
    days.placed.append(
        {
            "offer": offer, "ordered": ordered, "leaves": leaves, "docks": docks, "arrives": arrives, "last": last,
            "units": units, "shipped": shipped, "second": second, "promised": ordered + days.policy.stated_days[offer].astype(np.int64),
        }
    )  # fmt: skip


def _receive(days: _Days, day: int) -> None:
    ledger, arriving, back = days.ledger, days.arriving[day], days.back[day]
    bad = days.bad
    if bad.offer >= 0 and day >= bad.from_day and days.bad_lot == (0, 0) and arriving[bad.offer]:
        days.bad_day = day
        days.bad_lot = (int(days.inflow[bad.offer]), int(days.inflow[bad.offer] + arriving[bad.offer]))
    ledger.receipts[day], ledger.returned[day] = arriving, back[:, 0]
    ledger.returned_unsellable[day] = back[:, 1:].sum(axis=1)
    days.stock += arriving + back[:, 0]
    days.inflow += arriving + back[:, 0]
    days.unsellable += ledger.returned_unsellable[day]
    days.on_order -= days.closing[day]


def _schedule_returns(days: _Days, day: int, sold: np.ndarray, units: WantedUnits, return_rate: np.ndarray) -> None:
    rows = np.arange(units.first[day], units.first[day + 1])
    offer, rank = units.offer[rows], units.rank[rows]
    # first in, first out: the unit's place in the outflow says which lot it came from
    place = days.outflow[offer] + rank
    bad = (offer == days.bad.offer) & (place >= days.bad_lot[0]) & (place < days.bad_lot[1])
    chance = np.where(bad, days.bad.return_rate, return_rate[offer])
    back = (rank < sold[offer]) & (units.return_draw[rows] < chance) & (units.kind[rows] == 0) & (units.return_day[rows] < days.calendar.length)
    rows, bad = rows[back], bad[back]
    state = np.where(bad, DISPOSITIONS.index("DEFECTIVE"), _disposition(rows))
    days.came_back.append((rows, state, bad))
    np.add.at(days.back, (units.return_day[rows], units.offer[rows], state), 1)


def _disposition(rows: np.ndarray) -> np.ndarray:
    """Return the state in which units come back, by a draw that only their row decides."""
    draw = (rows.astype(np.uint64) * np.uint64(2654435761) >> np.uint64(8)) % np.uint64(1000) / 1000.0
    return np.select([draw < SELLABLE_SHARE, draw < 0.85], [0, 1], 2)


def _sell(days: _Days, day: int, sold: np.ndarray) -> None:
    days.stock -= sold
    days.outflow += sold
    days.ledger.sold[day] = sold
    days.ledger.after_sales[day] = days.stock
    # the seller learns the pace only while there is something to sell
    open_days = (days.stock > 0) | (sold > 0)
    since_launch = np.maximum(day - days.policy.launch, 0)
    weight = np.where(open_days & (since_launch >= 0), np.maximum(1 / 90, 1 / (since_launch + 1)), 0.0)
    days.slow_velocity += weight * (sold - days.slow_velocity)


def _have_accidents(days: _Days, day: int) -> None:
    ledger, some = days.ledger, days.stock > 4
    lost, found, damaged = (days.accident[name][day] & some for name in ("lost", "found", "damaged"))
    ledger.lost[day], ledger.found[day], ledger.damaged[day] = lost, found, damaged
    days.stock += found.astype(int) - lost - damaged
    days.inflow += found
    days.outflow += lost.astype(int) + damaged
    days.unsellable += damaged
    if day % DISPOSAL_EVERY_DAYS == 0:
        ledger.disposed[day] = days.unsellable
        days.unsellable[:] = 0
    ledger.on_hand[day], ledger.unsellable[day] = days.stock, days.unsellable


def _order(days: _Days, day: int) -> None:
    recent = days.ledger.sold[max(day - VELOCITY_DAYS + 1, 0) : day + 1].sum(axis=0)
    window = np.minimum(np.maximum(day - days.policy.launch + 1, 1), VELOCITY_DAYS)
    velocity = 0.5 * recent / window + 0.5 * days.slow_velocity
    units = order_units(days.policy, day, velocity, days.stock + days.on_order)
    offer = np.flatnonzero(units)
    if len(offer):
        ordered = np.full(len(offer), day)
        arrives = ordered + days.lead_times.total[day, days.policy.lane[offer]]
        _record(days, offer, units[offer], ordered, arrives)


def _closed(days: _Days) -> Ledger:
    ledger = days.ledger
    ledger.orders = pd.DataFrame({name: np.concatenate([part[name] for part in days.placed]) for name in days.placed[0]})
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool))
    unit, state, bad_unit = (np.concatenate(parts) for parts in zip(none, *days.came_back, strict=True))
    ledger.came_back = pd.DataFrame({"unit": unit, "state": state, "bad": bad_unit})
    arrived = (ledger.orders["arrives"] == days.bad_day) | (ledger.orders["last"] == days.bad_day)
    bad = np.flatnonzero(arrived & (ledger.orders["offer"] == days.bad.offer))
    ledger.bad_order = int(bad[0]) if len(bad) else -1
    return ledger
