"""Visits to listings and clicks on advertisements in the last months, drawn so that they agree with what was sold."""

from dataclasses import dataclass

import numpy as np

from workbench.datasets.order_lines import CANCELLED, NORMAL
from workbench.datasets.story import PRICE_STEP
from workbench.datasets.world import World

VISIT_DAYS = 90
CONVERSION_SHARE = {"listing": 0.5, "competition": 0.3, "price": 1.0, "quality": 1.0}
"""how much of a slow SKU's fall shows in its conversion; the rest of the visits stays away"""
ADVERTISED_SHARE = 0.4
AD_CLICK_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits, advertising and purchases (days, offers) of the last days; `first` is the first of them."""

    first: int
    sessions: np.ndarray
    page_views: np.ndarray
    buy_box: np.ndarray
    """share of page views with the featured offer, 0-1"""
    units: np.ndarray
    lines: np.ndarray
    sales_cents: np.ndarray
    advertised: np.ndarray
    """bool, one an offer"""
    clicks: np.ndarray
    impressions: np.ndarray
    spend_cents: np.ndarray
    ad_units: np.ndarray


def make_visits(world: World) -> Visits:
    """Return what the listings saw in the last days."""
    rng = world.seeds.of("visits")
    first = max(world.calendar.length - VISIT_DAYS, world.calendar.warm_up)
    mean = world.demand.mean[first:]
    wanted_pages = mean / _conversion(world, rng, first)
    on_sale = np.where(world.ledger.sold[first:] + world.ledger.after_sales[first:] > 0, 1.0, 0.35)
    sessions = rng.poisson(wanted_pages * on_sale * rng.gamma(12, 1 / 12, mean.shape))
    units, lines, sales = _purchases(world, first)
    sessions = np.maximum(sessions, lines)
    page_views = sessions + rng.binomial(sessions, 0.32)
    advertised = np.less(rng.random(mean.shape[1]), ADVERTISED_SHARE)
    clicks = rng.binomial(sessions, AD_CLICK_SHARE) * advertised
    click_rate = rng.uniform(0.003, 0.009, mean.shape[1]) * _picture(world, first)
    cost = rng.uniform(28, 110, mean.shape[1])
    return Visits(
        first=first,
        sessions=sessions,
        page_views=page_views,
        buy_box=np.where(on_sale < 1, 0.0, np.minimum(1.0, rng.normal(0.965, 0.02, mean.shape))),
        units=units,
        lines=lines,
        sales_cents=sales,
        advertised=advertised,
        clicks=clicks,
        impressions=clicks + np.rint(clicks / click_rate * rng.uniform(0.8, 1.2, mean.shape)).astype(np.int64),
        spend_cents=np.rint(clicks * cost * rng.uniform(0.9, 1.1, mean.shape)).astype(np.int64),
        ad_units=np.where(clicks > 0, rng.binomial(units, 0.3), 0) * advertised,
    )


def _conversion(world: World, rng: np.random.Generator, first: int) -> np.ndarray:
    """Units per visit: each offer's own, lower where the cause of its fall is on the page."""
    item = world.catalogue.offers["item"].to_numpy()
    base = rng.uniform(0.05, 0.16, len(item))
    story, day = world.story, np.arange(first, world.calendar.length)[:, None]
    working = np.clip((day - story.slow_start[item]) / 21, 0, 1)
    share = np.array([CONVERSION_SHARE.get(role, 0.0) for role in story.role])[item]
    by_price = np.log(PRICE_STEP) * world.catalogue.per_offer("elasticity") * world.difficulty.signal
    fall = np.where(story.role[item] == "price", by_price, np.log(story.slow_factor[item]))
    return base * np.exp(working * share * fall)


def _picture(world: World, first: int) -> np.ndarray:
    """Clicks per impression against normal: a poor main image loses two of five."""
    item = world.catalogue.offers["item"].to_numpy()
    day = np.arange(first, world.calendar.length)[:, None]
    poor = (world.story.role[item] == "listing") & (day >= world.story.slow_start[item])
    return np.where(poor, 0.58, 1.0)


def _purchases(world: World, first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lines = world.orders.lines
    lines = lines[(lines["kind"] == NORMAL) & (lines["status"] != CANCELLED) & (lines["day"] >= first)]
    where = lines["day"].to_numpy() - first, lines["offer"].to_numpy()
    shape = (world.calendar.length - first, len(world.catalogue.offers))
    units, count, sales = (np.zeros(shape, np.int64) for _ in range(3))
    np.add.at(units, where, lines["units"].to_numpy())
    np.add.at(count, where, 1)
    np.add.at(sales, where, lines["units"].to_numpy() * lines["price"].to_numpy())
    return units, count, sales
