"""What happens to the products of the made-up shop: births, deaths, rivals, mistakes, one bad batch, a capacity cut."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.calendar import Calendar
from workbench.datasets.catalogue import Catalogue
from workbench.datasets.seeds import Seeds

ROLES = {"new": 0.08, "young": 0.12, "decline": 0.07, "competition": 0.03, "listing": 0.03, "price": 0.03, "oversupply": 0.04, "negative_margin": 0.04}
"""share of SKUs that each role takes; a SKU has at most one"""
SLOW_ROLES = ("competition", "listing", "price", "quality")
PRICE_STEP = 1.20
CAPACITY_DAYS = (245, 90)
"""the capacity cut begins and ends this many days before the last"""
RETURN_RATE_OF_BAD_BATCH = 0.22
BAD_BATCH_FROM = 240
"""the bad batch is the first one received fewer than this many days before the last day"""


@dataclass(frozen=True, slots=True)
class Story:
    """One value an item unless said otherwise; days are places on the calendar's axis, the calendar's length where never."""

    role: np.ndarray
    launch: np.ndarray
    decline_start: np.ndarray
    decline_half_life_days: np.ndarray
    stop_ordering: np.ndarray
    slow_start: np.ndarray
    slow_factor: np.ndarray
    """demand once the cause works over demand before"""
    overbuy_day: np.ndarray
    overbuy_cover_days: np.ndarray
    bad_batch_item: int
    """row of the item with the bad batch, -1 for none"""
    capacity_cut: np.ndarray
    """bool, one an item"""
    rival_gaps: pd.DataFrame
    """item, start, end, lift: days on which the nearest competitor could not sell"""
    surge: pd.DataFrame
    """item, start, lift: searches that grow to the last day"""


def make_story(seeds: Seeds, catalogue: Catalogue, calendar: Calendar, signal: float) -> Story:
    """Return what happens; `signal` scales the logarithm of every effect on demand."""
    rng, items, end = seeds.of("story"), catalogue.items, calendar.length - 1
    n = len(items)
    role = _roles(rng, items)
    slow = np.isin(role, SLOW_ROLES)
    slow_start = np.where(slow, end - np.where(role == "quality", rng.integers(30, 50, n), rng.integers(75, 150, n)), calendar.length)
    decline = role == "decline"
    decline_start = np.where(decline, end - rng.integers(150, 420, n), calendar.length)
    stops = decline & (rng.random(n) < 0.5)
    overbought = slow & (role != "quality") | (role == "oversupply")
    bad = np.flatnonzero(role == "quality")
    return Story(
        role=role,
        launch=_launches(rng, role, end),
        decline_start=decline_start,
        decline_half_life_days=rng.uniform(60, 120, n),
        stop_ordering=np.where(stops, decline_start + rng.integers(60, 120, n), calendar.length),
        slow_start=slow_start,
        slow_factor=np.where(slow & (role != "price"), rng.uniform(0.22, 0.42, n) ** signal, 1.0),
        overbuy_day=np.where(overbought, end - np.where(role == "oversupply", rng.integers(200, 520, n), rng.integers(170, 230, n)), calendar.length),
        overbuy_cover_days=rng.uniform(150, 320, n),
        bad_batch_item=int(bad[0]) if len(bad) else -1,
        capacity_cut=(role == "") & (rng.random(n) < 0.3) & (items["level"].to_numpy() >= items["level"].median()) & (n >= 6),
        rival_gaps=_rival_gaps(rng, role, calendar, signal),
        surge=_surge(rng, role, end, signal),
    )


def _roles(rng: np.random.Generator, items: pd.DataFrame) -> np.ndarray:
    n = len(items)
    order = rng.permutation(n)
    role = np.full(n, "", dtype="<U16")
    begin = 0
    for name, share in ROLES.items():
        count = int(n * share + 0.5)
        role[order[begin : begin + count]] = name
        begin += count
    plain = np.flatnonzero(role == "")
    if n >= 5 and len(plain):
        by_level = plain[np.argsort(items["level"].to_numpy()[plain], kind="stable")]
        role[by_level[int(len(by_level) * 0.97)]] = "quality"
    return role


def _launches(rng: np.random.Generator, role: np.ndarray, end: int) -> np.ndarray:
    n = len(role)
    new, young = end - rng.integers(12, 115, n), end - rng.integers(150, 800, n)
    return np.maximum(np.select([role == "new", role == "young"], [new, young], 0), 0)


def _rival_gaps(rng: np.random.Generator, role: np.ndarray, calendar: Calendar, signal: float) -> pd.DataFrame:
    plain = np.flatnonzero(role == "")
    item = np.repeat(plain[rng.random(len(plain)) < 0.25], 2)
    start = rng.integers(calendar.warm_up, calendar.length, len(item))
    # one more within the last weeks, so that there is always something to see
    start[::2] = calendar.length - rng.integers(12, 60, len(start[::2]))
    end = np.minimum(start + rng.integers(8, 26, len(item)), calendar.length - 1)
    return pd.DataFrame({"item": item, "start": start, "end": end, "lift": rng.uniform(1.25, 1.7, len(item)) ** signal})


def _surge(rng: np.random.Generator, role: np.ndarray, end: int, signal: float) -> pd.DataFrame:
    plain = np.flatnonzero(role == "")
    item = rng.permutation(plain)[: min(3, len(plain) // 4)]
    return pd.DataFrame({"item": item, "start": end - rng.integers(18, 30, len(item)), "lift": rng.uniform(1.8, 2.8, len(item)) ** signal})


def landed_costs(items: pd.DataFrame, story: Story) -> np.ndarray:
    """Return the landed cost of a unit; some items cost more than their price leaves after fees."""
    price = items["price"].to_numpy()
    left = price * (1 - items["referral_rate"].to_numpy()) - items["fulfilment_fee_per_unit"].to_numpy()
    too_dear = np.maximum(left, 0.1 * price) * 1.12
    return np.where(story.role == "negative_margin", too_dear, items["unit_cost"].to_numpy()).round(2)


def phases(story: Story, calendar: Calendar) -> np.ndarray:
    """Return the stage of life of each item on the last day: new (to 90 days), growth (to a year), mature or decline."""
    age = calendar.length - 1 - story.launch
    return np.select([story.decline_start < calendar.length, age < 90, (age < 365) & (story.launch > 0)], ["decline", "new", "growth"], "mature")
