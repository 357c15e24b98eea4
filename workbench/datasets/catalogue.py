"""What the made-up shop sells: items, suppliers, and offers (an item on a channel, shipped from its node)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.datasets.categories import BRANDS, CATEGORIES, CODE_LETTERS, COLOURS
from workbench.datasets.places import PLACES
from workbench.datasets.seeds import Seeds

LEVEL_SPREAD = 1.05
"""standard deviation of the logarithm of demand levels; a whole assortment, as in the benchmark panel, has 1.25"""
SMALL_STANDARD = (15.0, 12.0, 0.75, 1.0)
LARGE_STANDARD = (18.0, 14.0, 8.0, 20.0)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Items (one row a SKU), suppliers, and offers (one row a SKU and channel; `item` and `place` are row numbers)."""

    items: pd.DataFrame
    suppliers: pd.DataFrame
    offers: pd.DataFrame

    def per_offer(self, column: str) -> np.ndarray:
        """Return a column of the items, one value an offer."""
        return self.items[column].to_numpy()[self.offers["item"].to_numpy()]


def make_catalogue(seeds: Seeds, n_skus: int, places: int = len(PLACES), spread: float = LEVEL_SPREAD) -> Catalogue:
    """Return what the shop sells in its first so many places; the first of them lists every SKU."""
    suppliers = _suppliers(seeds.of("suppliers"), n_skus)
    items = _items(seeds.of("items"), n_skus, len(suppliers), spread)
    return Catalogue(items, suppliers, _offers(seeds.of("offers"), items, places))


def _suppliers(rng: np.random.Generator, n_skus: int) -> pd.DataFrame:
    n = max(1, min(24, n_skus // 20))
    near = rng.random(n) < 0.3
    code = [f"SUP-{i + 1:02d}" for i in range(n)]
    return pd.DataFrame(
        {
            "supplier": code,
            "name": [f"{COLOURS[i % len(COLOURS)].title()} River {'Works' if near[i] else 'Manufacturing'} {i + 1}" for i in range(n)],
            "production_days": np.where(near, rng.integers(5, 10, n), rng.integers(14, 31, n)).astype(float),
            "transit_days": np.where(near, rng.integers(3, 7, n), rng.integers(18, 33, n)).astype(float),
            "receiving_days": rng.integers(2, 6, n).astype(float),
            "lead_time_sd_days": np.where(near, 2.0, rng.integers(4, 8, n)).astype(float),
            "review_period_days": rng.choice([7.0, 14.0], n, p=[0.7, 0.3]),
            "order_cost": np.where(near, 25.0, 80.0),
            "currency": "USD",
            "backup_supplier": [code[(i + 1) % n] if n > 1 and rng.random() < 0.4 else "" for i in range(n)],
            "near": near,
        }
    )


def _items(rng: np.random.Generator, n: int, n_suppliers: int, spread: float) -> pd.DataFrame:
    category = rng.integers(0, len(CATEGORIES), n)
    items = pd.DataFrame({"department": category, "sku": [f"{CATEGORIES[c].code}-{i + 1:04d}" for i, c in enumerate(category)]})
    items["product_id"] = _codes(rng, n, "B0", 8)
    items["fulfilment_id"] = _codes(rng, n, "X00", 7)
    items["brand"] = np.array(BRANDS)[rng.integers(0, len(BRANDS), n)]
    items["category"] = [CATEGORIES[c].name for c in category]
    items["title"] = _titles(rng, items)
    items["parent"] = _families(rng, items)
    _measure(rng, items)
    _price(rng, items)
    _pace(rng, items, spread)
    items["supplier_row"] = rng.integers(0, n_suppliers, n)
    return items


def _codes(rng: np.random.Generator, n: int, prefix: str, length: int) -> list[str]:
    """Return n distinct catalogue numbers: the row number in base 34, scattered by a step that shares no factor with it."""
    base = len(CODE_LETTERS)
    start, step = int(rng.integers(0, base**length)), 0x9E3779B1
    numbers = [(start + i * step) % base**length for i in range(n)]
    return [prefix + "".join(CODE_LETTERS[number // base**k % base] for k in range(length)) for number in numbers]


def _titles(rng: np.random.Generator, items: pd.DataFrame) -> list[str]:
    product = rng.integers(0, 6, len(items))
    colour = rng.integers(0, len(COLOURS), len(items))
    return [f"{b} {CATEGORIES[d].products[p]} {COLOURS[c]}" for b, d, p, c in zip(items["brand"], items["department"], product, colour, strict=True)]


def _families(rng: np.random.Generator, items: pd.DataFrame) -> list[str]:
    """A quarter of the SKUs are variants of the SKU before them in their department."""
    parents: list[str] = []
    last: dict[int, str] = {}
    for department, sku, joins in zip(items["department"], items["sku"], rng.random(len(items)) < 0.25, strict=True):
        if not joins or department not in last:
            last[department] = f"P-{sku}"
        parents.append(last[department])
    return parents


def _measure(rng: np.random.Generator, items: pd.DataFrame) -> None:
    medians = np.array([CATEGORIES[d].sides_in for d in items["department"]])
    sides = np.sort(medians * np.exp(rng.normal(0, 0.22, medians.shape)), axis=1)[:, ::-1].round(1)
    density = np.array([CATEGORIES[d].density_lb_in3 for d in items["department"]])
    items["length_in"], items["width_in"], items["height_in"] = sides.T
    items["weight_lb"] = (sides.prod(axis=1) * density * np.exp(rng.normal(0, 0.2, len(items)))).clip(0.05).round(2)
    items["volume_ft3"] = (sides.prod(axis=1) / 1728).round(4)
    items["size_tier"] = _size_tier(items)


def _size_tier(items: pd.DataFrame) -> np.ndarray:
    measures = items[["length_in", "width_in", "height_in", "weight_lb"]].to_numpy()
    small, large = ((measures <= limit).all(axis=1) for limit in (SMALL_STANDARD, LARGE_STANDARD))
    return np.select([small, large], ["small_standard", "large_standard"], "small_bulky")


def _price(rng: np.random.Generator, items: pd.DataFrame) -> None:
    n = len(items)
    median = np.array([CATEGORIES[d].price for d in items["department"]])
    items["price"] = np.floor((median * np.exp(rng.normal(0, 0.35, n))).clip(8, 140)) + 0.99
    items["unit_cost"] = (items["price"] * rng.uniform(0.16, 0.32, n)).round(2)
    items["referral_rate"] = np.where(items["category"] == "Apparel", 0.17, 0.15)
    base = np.select([items["size_tier"] == "small_standard", items["size_tier"] == "large_standard"], [3.3, 4.1], 9.6)
    items["fulfilment_fee_per_unit"] = (base + 0.38 * items["weight_lb"].clip(0, 20)).round(2)
    items["elasticity"] = np.minimum(np.array([CATEGORIES[d].elasticity for d in items["department"]]) + rng.normal(0, 0.35, n), -0.5)
    items["return_rate"] = np.array([CATEGORIES[d].return_rate for d in items["department"]]) * rng.uniform(0.6, 1.4, n)


def _pace(rng: np.random.Generator, items: pd.DataFrame, spread: float) -> None:
    n = len(items)
    items["level"] = np.exp(np.clip(rng.normal(0, 1, n), -2.2, 2.5) * spread)
    # what sells slowly comes in small cartons
    items["case_pack_units"] = np.select([items["level"] < 0.6, items["level"] < 2], [4.0, 6.0], rng.choice([12.0, 24.0], n))


def _offers(rng: np.random.Generator, items: pd.DataFrame, places: int) -> pd.DataFrame:
    n = len(items)
    # what sells well at home is offered abroad
    rank = (np.argsort(np.argsort(items["level"].to_numpy(), kind="stable"), kind="stable") + 0.5) / n
    listed = np.stack([rng.random(n) < place.listed_share * (0.5 + rank) for place in PLACES[:places]], axis=1)
    listed[:, 0] = True
    item, place = np.nonzero(listed)
    order = np.lexsort((item, place))
    item, place = item[order], place[order]
    factor = np.array([p.price_factor for p in PLACES])[place]
    volume = np.array([p.volume for p in PLACES])[place] * np.exp(rng.normal(0, 0.3, len(item)))
    return pd.DataFrame(
        {
            "item": item,
            "place": place,
            "price": np.floor(items["price"].to_numpy()[item] * factor) + 0.99,
            "level": items["level"].to_numpy()[item] * volume,
        }
    )
