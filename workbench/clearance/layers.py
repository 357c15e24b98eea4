"""Units on hand by age, as dense layers from old to young that line up with the surcharge's tiers."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

Array = NDArray[np.float64]
AGES = (366, 365, 330, 300, 270, 240, 210, 180, 150, 120, 90, 60, 30)
"""Oldest age in each layer, days, old to young; the first holds everything over a year, the others a month or so."""
PLACE = ["sku", "location"]


def age_layers(movements: pd.DataFrame, stock_age: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date) -> tuple[Array, Array]:
    """Return the units of `rows` (sku, location, on_hand) by layer, shape (n, 13), scaled to the units on hand, and their mean age in days.

    Units are NaN where no age is known; the age of a layer without units is its oldest.
    """
    units = stock.age_rows(movements, stock.ages(movements, stock_age, as_of), as_of)
    units = units.merge(rows[PLACE].assign(row=np.arange(len(rows))), on=PLACE)
    youngest_first = np.array(AGES[:0:-1])  # all but the first, which has no upper end
    layer = len(AGES) - 1 - np.searchsorted(youngest_first, units["age_days"].to_numpy())
    cell = units["row"].to_numpy() * len(AGES) + layer
    shape, known = (len(rows), len(AGES)), units["units"].to_numpy(float)
    layers, days = (np.bincount(cell, weight, shape[0] * shape[1]).reshape(shape) for weight in (known, known * units["age_days"].to_numpy(float)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ages = np.where(layers > 0, days / layers, np.array(AGES, dtype=float))
        return layers * (rows["on_hand"].to_numpy(float) / layers.sum(axis=1))[:, None], ages
