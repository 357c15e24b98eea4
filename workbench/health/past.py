"""What every SKU sold on every channel, day by day, as one dense block."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
DAYS = 760
"""Two years and a month: every season is seen twice, as far as the shop is that old."""


@dataclass(frozen=True, slots=True)
class Past:
    """Demand without events and promotions (n, T), NaN where it is unknown, and the days since each series began.

    Attributes
    ----------
    sku, channel : (n,) names
    demand : (n, T) units; the last column is the day before `as_of`
    age_days : (n,) days since the first known day, at most T; 0 where there is none
    """

    sku: NDArray[np.object_]
    channel: NDArray[np.object_]
    demand: NDArray[np.float32]
    age_days: NDArray[np.int64]
    as_of: dt.date

    @property
    def days(self) -> int:
        """How many days are looked at."""
        return self.demand.shape[1]

    def row_of(self, sku: pd.Series, channel: pd.Series) -> NDArray[np.int64]:
        """Return the series that each (sku, channel) is, -1 for none."""
        skus, channels = (pd.Index(pd.unique(names), dtype="str") for names in (self.sku, self.channel))
        table = np.full((len(skus) + 1, len(channels) + 1), -1, np.int64)
        table[skus.get_indexer(pd.Index(self.sku, dtype="str")), channels.get_indexer(pd.Index(self.channel, dtype="str"))] = np.arange(len(self.sku))
        return table[skus.get_indexer(sku), channels.get_indexer(channel)]

    def with_series(self, added: Sequence[tuple[str, str]]) -> "Past":
        """Return the block with series of (sku, channel) that have no history at all."""
        if not added:
            return self
        sku, channel = (np.array(names, dtype=object) for names in zip(*added, strict=True))
        nothing = np.full((len(added), self.days), np.nan, np.float32)
        return Past(
            np.concatenate([self.sku, sku]),
            np.concatenate([self.channel, channel]),
            np.vstack([self.demand, nothing]),
            np.concatenate([self.age_days, np.zeros(len(added), np.int64)]),
            self.as_of,
        )


def past(history: pd.DataFrame, as_of: dt.date, days: int = DAYS) -> Past:
    """Return the demand of every SKU and channel over the last `days`; estimated days count as unknown.

    Parameters
    ----------
    history : table history; `base_demand` where it is there, else `demand`
    as_of : nothing dated on or after it, or learned later, is used
    """
    first = pd.Timestamp(as_of) - pd.Timedelta(days=days)
    kept = (history["date"] >= first) & (history["date"] < pd.Timestamp(as_of))
    if "known_at" in history:
        kept &= ~(history["known_at"] >= pd.Timestamp(as_of) + pd.Timedelta(days=1))
    rows = history.loc[kept, ["sku", "channel", "date", "demand", "base_demand", "imputed"]]
    sku, skus = pd.factorize(rows["sku"])
    channel, channels = pd.factorize(rows["channel"])
    series, pairs = pd.factorize(sku.astype("int64") * max(len(channels), 1) + channel)
    day = (rows["date"].to_numpy() - np.datetime64(first)).astype("timedelta64[D]").astype(np.int64)
    units = rows["base_demand"].fillna(rows["demand"]).to_numpy(np.float32, copy=True)
    units[rows["imputed"].to_numpy(bool)] = np.nan
    block = np.full((len(pairs), days), np.nan, np.float32)
    block[series, day] = units
    begun = np.full(len(pairs), days)
    np.minimum.at(begun, series, day)
    at = np.asarray(pairs, dtype=np.int64)
    sku_names, channel_names = (np.asarray(found, dtype=object) for found in (skus[at // max(len(channels), 1)], channels[at % max(len(channels), 1)]))
    return Past(sku_names, channel_names, block, days - begun, as_of)
