"""What the made-up market does around each SKU of the first place, week by week: searches, rivals, ranks, reviews."""

import numpy as np
import pandas as pd

from workbench.datasets.places import US
from workbench.datasets.world import World

WEEKS = 52


def make_market(world: World) -> pd.DataFrame:
    """Return the rows of the table market, without lineage: a year of weekly observations."""
    rng = world.seeds.of("market")
    offers = world.offers_of(US)
    item = world.catalogue.offers["item"].to_numpy()[offers]
    last = world.calendar.length - 1
    day = (last - 7 * np.arange(WEEKS))[::-1]
    day = day[day >= world.calendar.warm_up]
    shape = (len(day), len(offers))
    slow = np.clip((day[:, None] - world.story.slow_start[item]) / 21, 0, 1)
    role = world.story.role[item]
    columns = {
        "search_volume": _searches(world, rng, offers, item, day),
        "competitor_price": _rival_price(world, rng, offers, day, slow * (role == "competition")),
        "competitor_in_stock": _rival_stock(world, item, day),
        "organic_rank": np.rint((rng.uniform(2, 14, shape[1]) + rng.normal(0, 1.5, shape)).clip(1) + 22 * slow * (role == "competition")),
        "rating": (rng.uniform(4.1, 4.7, shape[1]) - 0.9 * slow * (role == "quality")).round(1),
        "review_count": _reviews(world, rng, offers, day),
        "image_click_through": (rng.uniform(0.004, 0.008, shape[1]) * (1 - 0.42 * slow * (role == "listing"))).round(5),
    }
    frame = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    frame.insert(0, "date", np.repeat(world.calendar.dates[day], shape[1]))
    frame.insert(0, "channel", US.channel)
    frame.insert(0, "sku", np.tile(world.catalogue.items["sku"].to_numpy()[item], shape[0]))
    frame["currency"] = US.currency
    return frame[world.story.launch[np.tile(item, shape[0])] <= np.repeat(day, shape[1])].reset_index(drop=True)


def _searches(world: World, rng: np.random.Generator, offers: np.ndarray, item: np.ndarray, day: np.ndarray) -> np.ndarray:
    season = world.demand.season[day][:, world.catalogue.per_offer("department")[offers]]
    level = world.catalogue.offers["level"].to_numpy()[offers] * 900
    found = level * season * rng.gamma(60, 1 / 60, season.shape)
    for surge in world.story.surge.itertuples():
        grown = np.clip((day - surge.start) / (world.calendar.length - 1 - surge.start), 0, None) ** 2
        found[:, item == surge.item] *= (1 + 4 * grown)[:, None]
    return np.rint(found)


def _rival_price(world: World, rng: np.random.Generator, offers: np.ndarray, day: np.ndarray, undercut: np.ndarray) -> np.ndarray:
    usual = world.catalogue.offers["price"].to_numpy()[offers] * rng.uniform(0.93, 1.09, len(offers))
    return (usual * (1 - 0.2 * undercut) * np.exp(rng.normal(0, 0.01, (len(day), len(offers))))).round(2)


def _rival_stock(world: World, item: np.ndarray, day: np.ndarray) -> np.ndarray:
    in_stock = np.ones((len(day), len(item)))
    for gap in world.story.rival_gaps.itertuples():
        in_stock[np.ix_((day >= gap.start) & (day <= gap.end), item == gap.item)] = 0
    return in_stock


def _reviews(world: World, rng: np.random.Generator, offers: np.ndarray, day: np.ndarray) -> np.ndarray:
    written = np.cumsum(world.ledger.sold[:, offers], axis=0)[day] * 0.02
    return np.floor(written + rng.integers(5, 400, len(offers)) * (world.story.launch[world.catalogue.offers["item"].to_numpy()[offers]] == 0))
