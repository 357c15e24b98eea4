"""The aged inventory surcharge of the next snapshot, from units by age."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import fees, stock
from workbench.health.demand import PLACE, Array
from workbench.tables import schema

PARTS = {
    "age_0_90": (30, 60, 90),
    "age_91_180": (120, 150, 180),
    "age_181_270": (210, 240, 270),
    "age_271_365": (300, 330, 365),
    "age_366_plus": (366,),
}
"""Where units of a reported tier are taken to lie: evenly over its parts, each at its oldest age, as the rate card's tiers."""


def age_rows(tables: Mapping[str, pd.DataFrame], ages: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, age_days and units: exact from the ledger (FIFO), spread over each tier where only tiers are reported."""
    ledger = stock.layers(tables.get("movements", schema.empty("movements")), as_of)
    exact = ledger.merge(ages.loc[ages["source"] == "fifo", PLACE], on=PLACE)[[*PLACE, "age_days", "units"]]
    reported = ages[ages["source"] == "reported"]
    parts = [
        reported[PLACE].assign(age_days=reported["oldest_days"].clip(lower=age) if tier == "age_366_plus" else age, units=reported[tier] / len(tier_ages))
        for tier, tier_ages in PARTS.items()
        for age in tier_ages
    ]
    table = pd.concat([exact, *parts], ignore_index=True).astype({"age_days": "float64"})
    return table[table["units"] > 0]


def next_surcharge(rows: pd.DataFrame, layers: pd.DataFrame, sold: Array, as_of: dt.date) -> Array:
    """Return the surcharge of each row at the next snapshot after the day; 0 outside the marketplace's pools, NaN where no card is known.

    `sold` units leave until then, the oldest first.
    """
    snapshot = fees.next_snapshot(as_of + dt.timedelta(days=1))
    lying = layers.merge(rows[[*PLACE, "volume_ft3", "marketplace", "category", "kind"]].assign(row=np.arange(len(rows))), on=PLACE)
    lying = lying.sort_values(["row", "age_days"], ascending=[True, False])
    row = lying["row"].to_numpy()
    left = np.clip(lying.groupby("row")["units"].cumsum() - np.nan_to_num(sold)[row], 0, lying["units"]).to_numpy()
    age = lying["age_days"].to_numpy() + (snapshot - as_of).days
    category = lying["category"].fillna("").to_numpy()
    cost = fees.aged_surcharge(left, age, lying["volume_ft3"].to_numpy(), snapshot, lying["marketplace"].to_numpy(), category, rounded=False)
    cost = np.where(lying["kind"] == "fba", cost, 0.0)
    return np.where(rows["aged_share"].isna(), np.nan, np.bincount(row, cost, len(rows)))
