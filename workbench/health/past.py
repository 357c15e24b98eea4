"""What every SKU sold on every channel, day by day, as dense blocks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Narrow = NDArray[np.float32]
DAYS = 760
"""Two years and a month: every season is seen twice, as far as the shop is that old."""


@dataclass(frozen=True, slots=True)
class Past:
    """Sales (n, T) and demand without events and promotions (n, T), NaN where unknown, and the days since each series began.

    The blocks are single precision and the rows of `history` are looked up once: ten thousand SKUs have millions of them.

    Attributes
    ----------
    sku, channel : (n,) names
    units : (n, T) units sold; the last column is the day before `as_of`
    demand : (n, T) units that would have sold without event and promotion
    age_days : (n,) days since the first known day, at most T; 0 where there is none
    row_series, row_day : (N,) series and column of each row of `history`, -1 for rows that do not count
    """

    sku: NDArray[np.object_]
    channel: NDArray[np.object_]
    units: Narrow
    demand: Narrow
    age_days: NDArray[np.int64]
    as_of: dt.date
    row_series: NDArray[np.int32]
    row_day: NDArray[np.int32]

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

    def sold(self, since: int, until: int = 0) -> tuple[Array, Array]:
        """Return the units (n,) sold from `since` to `until` days ago, and the days of these that are known."""
        part = self.units[:, max(self.days - since, 0) : self.days - until]
        there = np.isfinite(part)
        return np.where(there, part, 0.0).sum(axis=1, dtype=float), there.sum(axis=1).astype(float)

    def newest_paid(self, price: pd.Series) -> pd.DataFrame:
        """Return sku, channel, date and price of the newest day on which each series was paid for; `price` is that of `history`."""
        paid = np.flatnonzero((self.row_series >= 0) & (price.to_numpy() > 0))
        newest = np.full(len(self.sku), -1, np.int64)
        np.maximum.at(newest, self.row_series[paid], self.row_day[paid])
        last = paid[self.row_day[paid] == newest[self.row_series[paid]]]
        at = self.row_series[last]
        first = np.datetime64(self.as_of, "us") - np.timedelta64(self.days, "D")
        dates = first + self.row_day[last].astype("timedelta64[D]")
        names = {"sku": pd.Series(self.sku[at], dtype="str"), "channel": pd.Series(self.channel[at], dtype="str")}
        return pd.DataFrame({**names, "date": dates, "price": price.to_numpy(float)[last]})

    def with_series(self, added: Sequence[tuple[str, str]]) -> "Past":
        """Return the blocks with series of (sku, channel) that have no history at all."""
        if not added:
            return self
        sku, channel = (np.array(names, dtype=object) for names in zip(*added, strict=True))
        nothing = np.full((len(added), self.days), np.nan, np.float32)
        return replace(
            self,
            sku=np.concatenate([self.sku, sku]),
            channel=np.concatenate([self.channel, channel]),
            units=np.vstack([self.units, nothing]),
            demand=np.vstack([self.demand, nothing]),
            age_days=np.concatenate([self.age_days, np.zeros(len(added), np.int64)]),
        )


def past(history: pd.DataFrame, as_of: dt.date, days: int = DAYS) -> Past:
    """Return the sales and demand of every SKU and channel over the last `days`; estimated days count as unknown demand.

    Parameters
    ----------
    history : table history; `base_demand` where it is there, else `demand`
    as_of : nothing dated on or after it, or learned later, is used
    """
    day = (history["date"].to_numpy().astype("datetime64[D]") - np.datetime64(as_of, "D")).astype(np.int32) + np.int32(days)
    kept = (day >= 0) & (day < days)
    if "known_at" in history:
        kept &= ~(history["known_at"] >= pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_numpy()
    series, skus, channels = _series(history, kept)
    at, on = series[kept], day[kept]
    units, demand = (np.full((len(skus), days), np.nan, np.float32) for _ in range(2))
    units[at, on] = history["units"].to_numpy(np.float32)[kept]
    demand[at, on] = _demand(history)[kept]
    begun = np.full(len(skus), days)
    np.minimum.at(begun, at, on)
    return Past(skus, channels, units, demand, days - begun, as_of, series, np.where(kept, day, np.int32(-1)))


def _series(history: pd.DataFrame, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.object_], NDArray[np.object_]]:
    """The series of each row, -1 where it is not kept, and their SKUs and channels."""
    channel, channels = _codes(history["channel"])
    sku, skus = _codes(history["sku"])
    code = sku * np.int32(max(len(channels), 1)) + channel
    there = np.zeros(max(len(skus) * len(channels), 1), dtype=bool)
    there[code[kept]] = True
    number = np.where(there, np.cumsum(there, dtype=np.int32) - np.int32(1), np.int32(-1))
    pairs = np.flatnonzero(there)
    return np.where(kept, number[code], np.int32(-1)), skus[pairs // max(len(channels), 1)], channels[pairs % max(len(channels), 1)]


def _codes(names: pd.Series) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    code, found = pd.factorize(names)
    return code.astype(np.int32), np.asarray(found, dtype=object)


def _demand(history: pd.DataFrame) -> Narrow:
    base = history["base_demand"].to_numpy(np.float32)
    told = np.where(np.isnan(base), history["demand"].to_numpy(np.float32), base)
    told[history["imputed"].to_numpy(bool)] = np.nan
    return told
