"""Asking prices and promotions of every offer, day by day, in cents of the local currency."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.datasets.calendar import Calendar
from workbench.datasets.catalogue import Catalogue
from workbench.datasets.seeds import Seeds
from workbench.datasets.story import PRICE_STEP, Story

CHANGES_A_YEAR = 1.2
PROMOTIONS_A_YEAR = 5.0
PROMOTION_DAYS = 7


@dataclass(frozen=True)
class Prices:
    """Prices (days, offers) in cents; a cut lowers the price of the line, a coupon is a discount beside it."""

    asked: np.ndarray
    """asking price before any promotion"""
    cut: np.ndarray
    """share off the price, 0-1"""
    coupon: np.ndarray
    """share off as a coupon, 0-1"""
    boost: np.ndarray
    """logarithm of the demand that a promotion's badge brings, beside its price"""
    promotions: pd.DataFrame
    """offer, start, end, share, coupon, boost"""

    @cached_property
    def charged(self) -> np.ndarray:
        """Price of one unit on an order line, in cents."""
        return np.rint(self.asked * (1 - self.cut)).astype(np.int64)

    @cached_property
    def paid(self) -> np.ndarray:
        """Price of one unit after every promotion, in cents."""
        return np.rint(self.asked * (1 - self.cut - self.coupon)).astype(np.int64)


def make_prices(seeds: Seeds, catalogue: Catalogue, story: Story, calendar: Calendar, signal: float) -> Prices:
    """Return the prices of every offer and day; `signal` scales what a promotion's badge brings."""
    rng = seeds.of("prices")
    promotions = _promotions(rng, story.launch[catalogue.offers["item"]], calendar, signal)
    shape = (calendar.length, len(catalogue.offers))
    cut, coupon, boost = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for days_in in range(PROMOTION_DAYS):
        day = promotions["start"].to_numpy() + days_in
        inside = day < calendar.length
        where = day[inside], promotions["offer"].to_numpy()[inside]
        share, is_coupon = promotions["share"].to_numpy()[inside], promotions["coupon"].to_numpy()[inside]
        cut[where], coupon[where] = np.where(is_coupon, 0, share), np.where(is_coupon, share, 0)
        boost[where] = promotions["boost"].to_numpy()[inside]
    return Prices(_asked(rng, catalogue, story, calendar), cut, coupon, boost, promotions)


def _asked(rng: np.random.Generator, catalogue: Catalogue, story: Story, calendar: Calendar) -> np.ndarray:
    offers = catalogue.offers
    n, length = len(offers), calendar.length
    step = np.zeros((length, n))
    changes = rng.random((length, n)) < CHANGES_A_YEAR / 365
    step[changes] = np.log(rng.uniform(0.90, 1.13, int(changes.sum())))
    step[0] = 0
    item = offers["item"].to_numpy()
    raised = np.flatnonzero((story.role[item] == "price") & (story.slow_start[item] < length))
    step[story.slow_start[item[raised]], raised] = np.log(PRICE_STEP)
    path = np.cumsum(step, axis=0).clip(-0.35, 0.35)
    cents = np.rint(offers["price"].to_numpy() * 100 * np.exp(path)).astype(np.int64)
    # prices end in 99, and never fall below 4.99
    return np.maximum((cents + 50) // 100 * 100 - 1, 499)


def _promotions(rng: np.random.Generator, launch: np.ndarray, calendar: Calendar, signal: float) -> pd.DataFrame:
    """Return promotions of seven days that do not overlap: the year is cut into slots, some of which have one."""
    slot = 28
    slots = calendar.length // slot
    chosen = rng.random((len(launch), slots)) < PROMOTIONS_A_YEAR * slot / 365
    offer, which = np.nonzero(chosen)
    start = which * slot + rng.integers(0, slot - PROMOTION_DAYS, len(offer))
    n = len(offer)
    frame = pd.DataFrame(
        {
            "offer": offer,
            "start": start,
            "end": np.minimum(start + PROMOTION_DAYS - 1, calendar.length - 1),
            "share": rng.integers(2, 7, n) * 0.05,
            "coupon": rng.random(n) < 0.5,
            "boost": rng.uniform(0.05, 0.35, n) * signal,
        }
    )
    return frame[frame["start"].to_numpy() >= launch[offer]].reset_index(drop=True)
