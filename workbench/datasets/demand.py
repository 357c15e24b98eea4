"""True demand of every offer and day: its mean, part by part, and what was drawn from it.

The noise is that of the benchmark panel: log-normal levels, a weekday profile and a yearly season shared by a department,
a slow trend with a random walk, negative binomial counts (variance = mean + mean^2 / r) and extra zeros for a third of the series.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.calendar import Calendar, Occasion, occasions
from workbench.datasets.catalogue import Catalogue
from workbench.datasets.categories import CATEGORIES
from workbench.datasets.places import PLACES
from workbench.datasets.prices import Prices
from workbench.datasets.seeds import Seeds
from workbench.datasets.story import Story

UNITS_PER_SKU_DAY = 0.69
"""mean demand over the days shown, all channels together; sets how many order lines a shop of a given size has"""
EVENT_STRENGTH = {"prime_day": 1.0, "fall_prime": 0.55, "black_friday": 0.9, "cyber_monday": 1.0}
"""logarithm of an event's lift over the logarithm of the department's sale lift"""
SHOP_EVENTS = ("black_friday", "cyber_monday")
LAUNCH_RAMP_DAYS = 45.0


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How much of what can be learned is there, and how much noise lies over it."""

    signal: float
    noise: float


DIFFICULTIES = {"normal": Difficulty(1.0, 1.0), "hard": Difficulty(0.5, 1.6)}


@dataclass(frozen=True, slots=True)
class Demand:
    """True demand (days, offers) and the parts it was made of."""

    mean: np.ndarray
    """expected units a day, promotions and events included"""
    units: np.ndarray
    """units that people wanted"""
    extra: np.ndarray
    """units sent free of charge (Vine reviews of a new product, replacements), which are no demand"""
    vine: np.ndarray
    """how many of the extra units are Vine"""
    dispersion: np.ndarray
    """r of the negative binomial, one an offer"""
    zero_share: np.ndarray
    """chance of a day without any demand at all, one an offer"""
    season: np.ndarray
    """seasonal factor (days, departments)"""
    events: pd.DataFrame
    """event, place, category, start_date, end_date, lift"""


def make_demand(
    seeds: Seeds,
    catalogue: Catalogue,
    story: Story,
    prices: Prices,
    calendar: Calendar,
    difficulty: Difficulty,
    units_per_sku_day: float = UNITS_PER_SKU_DAY,
) -> Demand:
    """Return what people wanted, day by day; over the days shown that is `units_per_sku_day` a SKU on average."""
    rng = seeds.of("demand")
    offers = catalogue.offers
    department = catalogue.per_offer("department")
    season = _season(seeds.of("season"), calendar, difficulty.signal)
    events = _events(seeds.of("events"), calendar, difficulty.signal)
    log_mean = np.log(season)[:, department]
    log_mean += _weekdays(seeds.of("weekdays"), department, calendar, difficulty.signal)
    log_mean += _walk(rng, calendar, len(offers), difficulty.noise)
    log_mean += _event_effect(events, calendar, offers["place"].to_numpy(), department)
    log_mean += _price_effect(catalogue, prices, difficulty.signal)
    log_mean += _story_effect(story, offers["item"].to_numpy(), offers["place"].to_numpy(), calendar)
    zero_share = np.where(rng.random(len(offers)) < 0.33, rng.uniform(0.1, 0.5, len(offers)), 0.0)
    mean = np.exp(log_mean) * offers["level"].to_numpy() * (1 - zero_share)
    mean *= units_per_sku_day * len(catalogue.items) * calendar.days / mean[calendar.shown].sum()
    dispersion = (rng.gamma(4.0, 0.5, len(offers)) + 0.3) / difficulty.noise
    units = _drawn(rng, mean, dispersion, zero_share)
    vine, replaced = _free_units(rng, mean, story.launch[offers["item"].to_numpy()], offers["place"].to_numpy(), calendar)
    return Demand(mean, units, vine + replaced, vine, dispersion, zero_share, season, events)


def _season(rng: np.random.Generator, calendar: Calendar, signal: float) -> np.ndarray:
    angle = 2 * np.pi * calendar.day_of_year[:, None] / 365.25
    peak = 2 * np.pi * (np.array([c.peak_day for c in CATEGORIES]) + rng.normal(0, 6, len(CATEGORIES))) / 365.25
    amplitude = np.array([c.amplitude for c in CATEGORIES]) * rng.uniform(0.8, 1.2, len(CATEGORIES)) * signal
    sharpness = np.array([c.sharpness for c in CATEGORIES])
    return np.exp(amplitude * (np.cos(angle - peak) + sharpness * np.cos(2 * (angle - peak))))


def _weekdays(rng: np.random.Generator, department: np.ndarray, calendar: Calendar, signal: float) -> np.ndarray:
    shared = rng.normal(0, 0.20, (len(CATEGORIES), 7))
    shared[:, 5:] += 0.15
    shared -= shared.mean(axis=1, keepdims=True)
    profile = (shared[department] + rng.normal(0, 0.08, (len(department), 7))) * signal
    return profile.T[calendar.weekday]


def _walk(rng: np.random.Generator, calendar: Calendar, n: int, noise: float) -> np.ndarray:
    """Slow trend and random walk, pulled back so that a series does not wander off over the years."""
    steps = rng.normal(0, 0.012 * noise, (calendar.length, n))
    walk = np.empty_like(steps)
    level = np.zeros(n)
    for day in range(calendar.length):
        level = 0.998 * level + steps[day]
        walk[day] = level
    years = (np.arange(calendar.length) - calendar.length / 2)[:, None] / 365
    return walk + rng.normal(0, 0.12, n) * years


def _events(rng: np.random.Generator, calendar: Calendar, signal: float) -> pd.DataFrame:
    rows = [
        (o.event, place, department, o.start, o.end, _lift(rng, o, place, department, signal))
        for o in occasions(calendar)
        for place in range(len(PLACES))
        if PLACES[place].is_fba or o.event in SHOP_EVENTS
        for department in range(len(CATEGORIES))
    ]
    return pd.DataFrame(rows, columns=["event", "place", "department", "start_date", "end_date", "lift"])


def _lift(rng: np.random.Generator, occasion: Occasion, place: int, department: int, signal: float) -> float:
    # the own store takes no part in the marketplace's days, and sells a little less of the rest
    strength = EVENT_STRENGTH[occasion.event] * (1.0 if PLACES[place].is_fba else 0.7)
    return float(np.exp(np.log(CATEGORIES[department].sale_lift) * strength * rng.uniform(0.8, 1.2) * signal))


def _event_effect(events: pd.DataFrame, calendar: Calendar, place: np.ndarray, department: np.ndarray) -> np.ndarray:
    """Lift on the days of an event; some buyers wait for it in the three days before, some have bought in the four after."""
    shape = (calendar.length, len(PLACES), len(CATEGORIES))
    lift, echo = np.zeros(shape), np.zeros(shape)
    for event in events.itertuples():
        first, last, log_lift = calendar.index(event.start_date), calendar.index(event.end_date), np.log(event.lift)
        lift[first : last + 1, event.place, event.department] = log_lift
        echo[max(first - 3, 0) : first, event.place, event.department] = -0.12 * log_lift
        echo[last + 1 : last + 5, event.place, event.department] = -0.15 * log_lift
    return np.where(lift != 0, lift, echo)[:, place, department]


def _price_effect(catalogue: Catalogue, prices: Prices, signal: float) -> np.ndarray:
    paid = prices.asked * (1 - prices.cut - prices.coupon)
    reference = catalogue.offers["price"].to_numpy() * 100
    return catalogue.per_offer("elasticity") * signal * np.log(paid / reference) + prices.boost


def _story_effect(story: Story, item: np.ndarray, place: np.ndarray, calendar: Calendar) -> np.ndarray:
    day = np.arange(calendar.length)[:, None]
    since_launch = day - story.launch[item]
    ramped = np.where(story.launch[item] > 0, np.maximum(since_launch, 0) / LAUNCH_RAMP_DAYS, 9.0)
    effect = np.log(0.25 + 0.75 * (1 - np.exp(-ramped)))
    declining = np.maximum(day - story.decline_start[item], 0)
    effect -= np.log(2) * declining / story.decline_half_life_days[item]
    # a cause does its work over three weeks
    working = np.clip((day - story.slow_start[item]) / 21, 0, 1)
    effect += working * np.log(story.slow_factor[item])
    effect[since_launch < 0] = -np.inf
    first_place = place == 0
    for gap in story.rival_gaps.itertuples():
        effect[gap.start : gap.end + 1, first_place & (item == gap.item)] += np.log(gap.lift)
    for surge in story.surge.itertuples():
        grown = np.linspace(0, 1, calendar.length - surge.start)[:, None] ** 2
        effect[surge.start :, first_place & (item == surge.item)] += np.log(surge.lift) * grown
    return effect


def _drawn(rng: np.random.Generator, mean: np.ndarray, dispersion: np.ndarray, zero_share: np.ndarray) -> np.ndarray:
    shape = np.broadcast_to(dispersion, mean.shape)
    rate = rng.gamma(shape) * (mean / (1 - zero_share) / dispersion)
    units = rng.poisson(rate).astype(np.int32)
    units[rng.random(mean.shape) < zero_share] = 0
    return units


def _free_units(rng: np.random.Generator, mean: np.ndarray, launch: np.ndarray, place: np.ndarray, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    replaced = rng.poisson(0.004 * mean).astype(np.int32)
    day = np.arange(calendar.length)[:, None]
    reviewed = (launch > 0) & (place == 0) & (day >= launch + 2) & (day < launch + 30)
    vine = np.where(reviewed, rng.poisson(0.4, mean.shape), 0).astype(np.int32)
    fba = np.array([p.is_fba for p in PLACES])[place]
    return vine, np.where(fba, replaced, 0).astype(np.int32)
