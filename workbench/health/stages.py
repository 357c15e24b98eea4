"""Where a SKU stands in its life: new, growing, mature or in decline, with the days and the pace that say so."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health.past import Array
from workbench.health.rates import DISPERSION
from workbench.health.slowing import Slowing

NEW_DAYS, YEAR_DAYS = 90, 365
LATELY_DAYS = (45, 90)
"""Days whose pace is held against those before them, up to and from half a year on sale."""
LEAST_DAYS = 30
"""Days on sale that each side must have."""
FELL, GRADUAL = 0.35, 0.4
"""Logarithm of the fall, and the weight of the declines among all explanations, from which a SKU is in decline: by 30 %."""
ROSE, SURE = 0.30, 2.0
"""Rise of the pace, and standard errors that it must be beyond chance, from which a SKU is growing."""


def stages(found: Slowing, n: int) -> dict[str, Any]:
    """Return stage and what says so: on_sale_days (at most those looked at), pace_change and the rise of the pace of each row.

    New up to 90 days on sale; decline where the pace fell by 30 % or more in a way that goes on falling; growth where it rose by
    30 % or more beyond chance, at any age; else mature. Empty where the SKU was never on sale. `pace_change` is the level now
    over the level before its last break or decline, less 1; for `pace_rise` see `rise`.
    """
    days, at = np.zeros(n), found.series_row
    np.maximum.at(days, at[at >= 0], found.past.age_days[at >= 0].astype(float))
    fall, gradual = found.pace.fall[found.pace.sku_row], found.pace.gradual[found.pace.sku_row]
    rose, errors = (values[found.pace.sku_row] for values in rise(found))
    known = days > 0
    growing = (rose >= ROSE) & (errors >= SURE)
    stage = np.select([~known, days < NEW_DAYS, (fall >= FELL) & (gradual >= GRADUAL), growing], ["", "new", "decline", "growth"], "mature")
    change = {"pace_change": np.expm1(-fall), "pace_rise": rose, "pace_rise_errors": errors}
    return {"stage": stage, "on_sale_days": np.where(known, days, np.nan), **{name: np.where(known, values, np.nan) for name, values in change.items()}}


def rise(found: Slowing) -> tuple[Array, Array]:
    """Return the pace of each SKU (s,) of the last 90 days over that of the rest of the year before, less 1, and in standard errors of chance.

    The season is taken out, the growth of a young listing is not. Each channel counts by what it sells over the year, so that
    a new channel is no growth. Up to half a year on sale the last 45 days count as the last. NaN where a side has no month.
    """
    sku, skus = pd.factorize(pd.Series(found.past.sku, dtype="object"))
    age = np.zeros(len(skus), np.int64)
    np.maximum.at(age, sku, found.past.age_days)
    units, season = (_lately_and_before(sums, (age < 2 * LATELY_DAYS[1])[sku]) for sums in _sums(found))
    on = (season >= LEAST_DAYS).all(axis=1)
    usual = season[on] * (units[on].sum(axis=1) / season[on].sum(axis=1))[:, None]
    sold, expected = (np.column_stack([np.bincount(sku[on], side, len(skus)) for side in part.T]) for part in (units[on], usual))
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log((sold[:, 0] + 0.5) / expected[:, 0] * expected[:, 1] / (sold[:, 1] + 0.5))
    return np.expm1(log), log / np.sqrt(DISPERSION * (1 / (sold + 0.5)).sum(axis=1))


def _sums(found: Slowing) -> tuple[Array, Array]:
    """Units and days of season 1 (n, 3) of each series over the last 45, 90 and 365 days."""
    past, spans = found.past, (*LATELY_DAYS, YEAR_DAYS)
    units, season = (np.zeros((len(past.sku), len(spans))) for _ in range(2))
    for category, factor in enumerate(found.season[:, : past.days]):
        at = np.flatnonzero(found.category == category)
        seen = past.demand[at, -YEAR_DAYS:]
        there = np.isfinite(seen)
        for column, days in enumerate(spans):
            units[at, column] = np.nansum(seen[:, -days:], axis=1, dtype=float)
            season[at, column] = there[:, -days:] @ factor[-days:]
    return units, season


def _lately_and_before(sums: Array, young: NDArray[np.bool_]) -> Array:
    """The two sides (n, 2): the last days, and those of the year before them."""
    lately = np.where(young, sums[:, 0], sums[:, 1])
    return np.column_stack([lately, sums[:, 2] - lately])
