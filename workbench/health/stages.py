"""Where a SKU stands in its life: new, growing, mature or in decline, with the days and the pace that say so."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.health.past import Array
from workbench.health.slowing import Slowing

NEW_DAYS, GROWN_DAYS = 90, 365
FELL, GRADUAL = 0.35, 0.4
"""Logarithm of the fall, and the weight of the declines among all explanations, from which a SKU is in decline: by 30 %."""


def stages(found: Slowing, n: int) -> dict[str, Any]:
    """Return stage, on_sale_days (at most those looked at) and pace_change (level now over the level before, less 1) of each row.

    New up to 90 days on sale; decline where the pace fell by 30 % or more in a way that goes on falling; growth up to a year;
    else mature. Empty where the SKU was never on sale.
    """
    days, at = np.zeros(n), found.series_row
    np.maximum.at(days, at[at >= 0], found.past.age_days[at >= 0].astype(float))
    fall, gradual = found.pace.fall[found.pace.sku_row], found.pace.gradual[found.pace.sku_row]
    known = days > 0
    return {
        "stage": _named(days, fall, gradual),
        "on_sale_days": np.where(known, days, np.nan),
        "pace_change": np.where(known, np.expm1(-fall), np.nan),
    }


def _named(days: Array, fall: Array, gradual: Array) -> NDArray[np.str_]:
    return np.select(
        [days <= 0, days < NEW_DAYS, (fall >= FELL) & (gradual >= GRADUAL), days < GROWN_DAYS],
        ["", "new", "decline", "growth"],
        "mature",
    )
