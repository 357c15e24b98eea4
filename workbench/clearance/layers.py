"""Units on hand by age, as dense layers from old to young that line up with the surcharge's tiers."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.tables import schema

Array = NDArray[np.float64]
AGES = (366, 365, 330, 300, 270, 240, 210, 180, 150, 120, 90, 60, 30)
"""Oldest age in each layer, days, old to young; the first holds everything over a year, the others a month or so."""
TIERS = {"age_366_plus": 366, "age_271_365": 271, "age_181_270": 181, "age_91_180": 91, "age_0_90": 0}
_TIER_OF = ("age_366_plus", *("age_271_365",) * 3, *("age_181_270",) * 3, *("age_91_180",) * 3, *("age_0_90",) * 3)
_FROM = (366, 331, 301, 271, 241, 211, 181, 151, 121, 91, 61, 31, 0)


def age_layers(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return the units of `rows` (sku, location, on_hand) by layer, shape (n, 13); NaN where no age is known.

    Units of a tier are spread evenly over its layers, of the oldest tier only over layers that begin before its oldest
    unit, where the ledger knows it. Layers are scaled to the units on hand.
    """
    ages = stock.ages(tables.get("movements", schema.empty("movements")), tables.get("stock_age", schema.empty("stock_age")), as_of)
    found = rows[["sku", "location"]].merge(ages, on=["sku", "location"], how="left")
    oldest = found["oldest_days"].where(found["source"] == "fifo", np.inf).fillna(np.inf).to_numpy(float)
    open_layer = oldest[:, None] >= np.array(_FROM)
    tier = np.array([list(TIERS).index(name) for name in _TIER_OF])
    count = np.stack([open_layer[:, tier == i].sum(axis=1) for i in range(len(TIERS))], axis=1)
    units = found[list(TIERS)].to_numpy(float) / np.maximum(count, 1)
    layers = np.where(open_layer, units[:, tier], 0.0)
    total = layers.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return layers * (rows["on_hand"].to_numpy(float) / total)[:, None]
