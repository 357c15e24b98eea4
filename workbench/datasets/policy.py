"""How the made-up seller orders: by a rule of thumb, on numbers that stockouts have spoiled."""

from dataclasses import dataclass

import numpy as np

from workbench.datasets.calendar import Calendar
from workbench.datasets.catalogue import Catalogue
from workbench.datasets.demand import Demand
from workbench.datasets.lead_times import LeadTimes, lane_of
from workbench.datasets.places import PLACES
from workbench.datasets.seeds import Seeds
from workbench.datasets.story import CAPACITY_DAYS, Story

MINIMUM_ORDER_DAYS = 30
CAPACITY_COVER_DAYS = 40
FORESIGHT = 0.7
"""how much of the logarithm of a season the seller foresees, 0-1"""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the seller goes by, one value an offer; days are places on the calendar's axis."""

    lane: np.ndarray
    stated_days: np.ndarray
    review_days: np.ndarray
    review_offset: np.ndarray
    safety_days: np.ndarray
    minimum_of_item: np.ndarray
    """smallest order that the supplier takes, one an item"""
    minimum_units: np.ndarray
    case_units: np.ndarray
    launch: np.ndarray
    first_order: np.ndarray
    """units of the first order, which arrive on the day of launch"""
    stop: np.ndarray
    overbuy_day: np.ndarray
    overbuy_cover_days: np.ndarray
    capacity: np.ndarray
    """bool: the pool takes fewer units of it while the capacity cut lasts"""
    capacity_window: tuple[int, int]
    foresight: np.ndarray
    """(days, offers) what the seller thinks the weeks after an arrival will sell, over what the last weeks sold"""


def make_policy(seeds: Seeds, catalogue: Catalogue, demand: Demand, lead_times: LeadTimes, story: Story, calendar: Calendar) -> Policy:
    """Return the seller's rules for every offer."""
    rng, offers = seeds.of("policy"), catalogue.offers
    n, item = len(offers), offers["item"].to_numpy()
    supplier = catalogue.per_offer("supplier_row")
    lane = lane_of(supplier, offers["place"].to_numpy())
    review = catalogue.suppliers["review_period_days"].to_numpy().astype(int)[supplier]
    case = catalogue.per_offer("case_pack_units").astype(int)
    safety = rng.integers(14, 42, n)
    launch = story.launch[item]
    guessed = _guess(rng, demand, launch)
    cover = lead_times.stated[lane] + review + safety
    minimum_of_item = minimum_orders(catalogue, demand, calendar)
    # one order serves several places, so that each takes its part of the minimum
    part = np.array([p.volume for p in PLACES])[offers["place"].to_numpy()]
    minimum = cartons(minimum_of_item[item] * part, case)
    return Policy(
        lane=lane,
        stated_days=lead_times.stated[lane],
        review_days=review,
        review_offset=supplier % 7,
        safety_days=safety,
        minimum_of_item=minimum_of_item,
        minimum_units=minimum,
        case_units=case,
        launch=launch,
        first_order=cartons(np.maximum(guessed * cover, minimum), case),
        stop=story.stop_ordering[item],
        overbuy_day=story.overbuy_day[item],
        overbuy_cover_days=story.overbuy_cover_days[item],
        capacity=story.capacity_cut[item] & (offers["place"].to_numpy() == 0),
        capacity_window=(calendar.length - CAPACITY_DAYS[0], calendar.length - CAPACITY_DAYS[1]),
        foresight=_foresight(demand.season, calendar)[:, catalogue.per_offer("department")],
    )


def minimum_orders(catalogue: Catalogue, demand: Demand, calendar: Calendar) -> np.ndarray:
    """Return each item's minimum order: some weeks of its demand on the first place, in whole cartons."""
    first_place = np.flatnonzero(catalogue.offers["place"].to_numpy() == 0)
    daily = np.empty(len(catalogue.items))
    daily[catalogue.offers["item"].to_numpy()[first_place]] = demand.mean[calendar.shown, first_place].mean(axis=0)
    return cartons(np.maximum(daily * MINIMUM_ORDER_DAYS, 1), catalogue.items["case_pack_units"].to_numpy())


def _guess(rng: np.random.Generator, demand: Demand, launch: np.ndarray) -> np.ndarray:
    """The seller's guess of daily sales at launch: the truth of the first two months, up to twofold wrong."""
    days = np.minimum(launch[None, :] + np.arange(20, 60)[:, None], len(demand.mean) - 1)
    truth = demand.mean[days, np.arange(len(launch))].mean(axis=0)
    return truth * np.exp(rng.normal(0.1, 0.35, len(launch)))


def _foresight(season: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Sixty days of season, a lead time ahead, over the month behind; the same season comes back every year."""
    ahead = np.arange(35, 95)
    behind = -np.arange(28)
    day = np.arange(calendar.length)[:, None]
    year_round = np.concatenate([season, season[-365:] if calendar.length >= 365 else season])
    later = year_round[np.minimum(day + ahead, len(year_round) - 1)].mean(axis=1)
    lately = season[np.maximum(day + behind, 0)].mean(axis=1)
    return ((later / lately) ** FORESIGHT).clip(0.4, 2.5)


def cartons(units: np.ndarray, case: np.ndarray) -> np.ndarray:
    """Return units rounded up to whole cartons."""
    return (np.ceil(units / case) * case).astype(np.int64)


def order_units(policy: Policy, day: int, velocity: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return the units that the seller orders of each offer on a day, 0 for most."""
    cover = policy.stated_days + policy.safety_days
    velocity = velocity * policy.foresight[day]
    target = velocity * (cover + policy.review_days)
    reviewed = (day - policy.review_offset) % policy.review_days == 0
    short = position <= velocity * cover
    wanted = np.where(reviewed & short, target - position, 0.0)
    wanted = np.where(policy.overbuy_day == day, np.maximum(wanted, velocity * policy.overbuy_cover_days), wanted)
    units = np.where(wanted > 0, cartons(np.maximum(wanted, policy.minimum_units), policy.case_units), 0)
    if policy.capacity_window[0] <= day < policy.capacity_window[1]:
        room = np.maximum(velocity * CAPACITY_COVER_DAYS - position, 0)
        units = np.where(policy.capacity, np.minimum(units, np.floor(room / policy.case_units) * policy.case_units), units)
    return np.where((day >= policy.launch) & (day < policy.stop), units, 0).astype(np.int64)
