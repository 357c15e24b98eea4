"""What keeping the stock costs: storage of the coming month, and the aged inventory surcharge of the next snapshot."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from workbench import fees
from workbench.health.demand import PLACE, Array

HALF_A_MONTH = dt.timedelta(days=15)


def mean_units(on_hand: Array, sold: Array) -> Array:
    """Return the mean units left over a month in which `sold` are asked for: a straight line down, at most to nothing.

    >>> mean_units(np.array([100.0, 100.0]), np.array([60.0, 200.0])).tolist()
    [70.0, 25.0]
    """
    return np.where(sold <= on_hand, on_hand - sold / 2, on_hand**2 / (2 * np.maximum(sold, 1e-9)))


def storage(rows: pd.DataFrame, charges: pd.DataFrame, as_of: dt.date) -> dict[str, Any]:
    """Return storage_month, storage_per_unit and their source: the mean units of the coming month at what one unit costs."""
    per_unit, source = fees.storage_per_unit(rows, charges, [as_of + HALF_A_MONTH])
    units = mean_units(rows["on_hand"].to_numpy(float), np.nan_to_num(rows["demand_30"].to_numpy(float)))
    return {"storage_per_unit": per_unit[:, 0], "storage_month": np.where(units == 0, 0.0, units * per_unit[:, 0]), "storage_source": source}


def surcharge(rows: pd.DataFrame, layers: pd.DataFrame, estimated: fees.AgeRates, sold: Array, as_of: dt.date) -> dict[str, Any]:
    """Return surcharge_month, of each row at the next snapshot after the day, and its source.

    By rate card, where none is known by the marketplace's own estimates; 0 outside its pools, NaN where neither is known.
    `sold` units leave until then, the oldest first.
    """
    snapshot = fees.next_snapshot(as_of + dt.timedelta(days=1))
    lying = layers.merge(rows[[*PLACE, "volume_ft3", "marketplace", "category", "kind"]].assign(row=np.arange(len(rows))), on=PLACE)
    lying = lying.sort_values(["row", "age_days"], ascending=[True, False])
    row, volume = lying["row"].to_numpy(), lying["volume_ft3"].to_numpy()
    left = np.clip(lying.groupby("row")["units"].cumsum() - np.nan_to_num(sold)[row], 0, lying["units"]).to_numpy()
    age = lying["age_days"].to_numpy() + (snapshot - as_of).days
    each = fees.aged_surcharge(1, age, volume, snapshot, lying["marketplace"].to_numpy(), lying["category"].fillna("").to_numpy(), rounded=False)
    carded = ~np.isnan(each)
    each = np.where(carded, each, volume * estimated.per_ft3(lying["location"], age))
    each = np.where(lying["kind"] == "fba", each, 0.0)
    pool = (rows["kind"] == "fba").to_numpy()
    cost = np.where(rows["aged_share"].isna().to_numpy() & pool, np.nan, np.bincount(row, left * each, len(rows)))
    by_card = np.bincount(row, carded, len(rows)) == np.bincount(row, minlength=len(rows))
    source = pd.Series(np.where(by_card, "card", "preview")).where(pool & ~np.isnan(cost))
    return {"surcharge_month": cost, "surcharge_source": source.to_numpy()}
