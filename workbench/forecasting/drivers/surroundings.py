"""The days of one channel on which a rival was out of stock or cheaper, or advertising stood still, beside demand."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

DRIVERS = ("rival_out", "rival_cut", "ad_stop")
_YEAR_DAYS, _HOLDS_DAYS = 455, 3  # how far back is looked; an observation of a week holds for the days around it
_CUT, _USUAL = 0.95, 0.97  # a price at or under the first is a cut, above the second it is the usual one
_LEAN_UNITS = 200  # of all SKUs, that a category's month is given
_STOP_DAYS, _ADVERTISED = 7, 0.8  # days without spend that are a stop; share of days with spend before that


@dataclass(frozen=True)
class Surroundings:
    """One channel day by day, all arrays (n, T).

    Attributes
    ----------
    sku : (n,); demand : units, 0 where unknown; usable : in stock, seen, without event or promotion of one's own
    common : what the day is like for the SKUs of the category together, those with any driver on apart; mean about 1
    on, off : by driver, days with it and days without it and without any other; a day may be neither
    depth : share that the rival's price lies under its usual one
    """

    sku: np.ndarray
    demand: np.ndarray
    usable: np.ndarray
    common: np.ndarray
    on: dict[str, np.ndarray]
    off: dict[str, np.ndarray]
    depth: np.ndarray


@dataclass(frozen=True)
class Told:
    """What the tables tell of one channel day by day, all arrays (n, T), NaN where nothing is; `advertised` (T,) are days that reports of ads reach."""

    sku: np.ndarray
    demand: np.ndarray
    in_stock: np.ndarray
    price: np.ndarray
    spend: np.ndarray
    advertised: np.ndarray

    def of(self, rows: np.ndarray) -> "Told":
        """Return what is told of some SKUs, given by number."""
        return Told(self.sku[rows], self.demand[rows], self.in_stock[rows], self.price[rows], self.spend[rows], self.advertised)

    def until(self, length: int, category: np.ndarray) -> Surroundings:
        """Return the last 65 weeks up to so many days; `category` (n,) numbers that of each SKU."""
        last = slice(max(length - _YEAR_DAYS, 0), length)
        usable = np.isfinite(self.demand[:, last])
        demand = np.where(usable, np.maximum(self.demand[:, last], 0.0), 0.0)
        in_stock, price = _held(self.in_stock[:, last]), _held(self.price[:, last])
        ratio = price / _upper_quartile(price)
        on = {"rival_out": in_stock < 0.5, "rival_cut": ratio <= _CUT, "ad_stop": _stopped(np.nan_to_num(self.spend[:, last]), self.advertised[last])}
        quiet = ~np.any(list(on.values()), axis=0)
        known = {"rival_out": np.isfinite(in_stock), "rival_cut": ratio > _USUAL, "ad_stop": quiet}
        off = {name: quiet & known[name] for name in DRIVERS}
        return Surroundings(self.sku, demand, usable, _common(demand, usable & quiet, category), on, off, 1 - ratio)


def told(history: pd.DataFrame, market: pd.DataFrame, ads: pd.DataFrame, days: pd.DatetimeIndex) -> Told:
    """Return what the tables tell of the SKUs of a channel's history on some days in a row."""
    sku = np.sort(history["sku"].unique().astype(str))
    mine = history[(history["date"] >= days[0]) & (history["date"] <= days[-1])]
    good = ~mine["imputed"].astype(bool) & mine["demand"].notna() & ~(mine["exposure"] < 1)
    good &= (mine["event"].fillna("") == "") & (mine["promotion"].fillna("") == "")
    channel = str(history["channel"].iloc[0]) if len(history) else ""
    rival, ads = market[market["channel"] == channel], ads[ads["channel"] == channel]
    reached = (days >= ads["date"].min()) & (days <= ads["date"].max()) if len(ads) else np.zeros(len(days), bool)
    read = ((mine[good], "demand"), (rival, "competitor_in_stock"), (rival, "competitor_price"), (ads, "spend"))
    demand, in_stock, price, spend = (_wide(rows, name, sku, days) for rows, name in read)
    return Told(sku, demand, in_stock, price, spend, reached)


def surroundings(history: pd.DataFrame, market: pd.DataFrame, ads: pd.DataFrame, as_of: dt.date, category: np.ndarray) -> Surroundings:
    """Return the last 65 weeks of a channel's history with what rivals and advertising did; `category` (n,) numbers that of each SKU in order."""
    last = min(history["date"].max(), pd.Timestamp(as_of)) if len(history) else pd.Timestamp(as_of)
    days = pd.date_range(last - pd.Timedelta(days=_YEAR_DAYS - 1), last)
    return told(history, market, ads, days).until(len(days), category)


def _wide(rows: pd.DataFrame, column: str, sku: np.ndarray, days: pd.DatetimeIndex) -> np.ndarray:
    """Return a column as (n, T), NaN where there is no row; rows of one SKU and day are added up."""
    made = np.full((len(sku), len(days)), np.nan)
    mine = rows[rows["sku"].isin(sku) & rows[column].notna() & rows["date"].isin(days)]
    if len(mine):
        total = mine.groupby(["sku", "date"])[column].sum()
        made[np.searchsorted(sku, total.index.get_level_values(0).astype(str)), days.get_indexer(total.index.get_level_values(1))] = total
    return made


def _held(values: np.ndarray) -> np.ndarray:
    """Return observations with the days around each filled in by it."""
    frame = pd.DataFrame(values.T)
    return frame.ffill(limit=_HOLDS_DAYS).bfill(limit=_HOLDS_DAYS).to_numpy().T


def _upper_quartile(values: np.ndarray) -> np.ndarray:
    """Return each row's upper quartile (n, 1): what a price is when it is not cut."""
    return pd.DataFrame(values).quantile(0.75, axis=1).to_numpy()[:, None]


def _stopped(spend: np.ndarray, told: np.ndarray) -> np.ndarray:
    """Return the days (n, T) that lie in a run of a week or more without spend, of SKUs that were advertised nearly every other day."""
    none = (spend <= 0) & told & (np.cumsum(spend, 1) > 0)
    stopped = np.zeros(none.shape, bool)
    for i in np.flatnonzero(none.any(1)):
        edge = np.flatnonzero(np.diff(np.concatenate([[0], none[i].astype(np.int8), [0]])))
        for first, end in edge.reshape(-1, 2):
            stopped[i, first:end] = end - first >= _STOP_DAYS
    begun = told & (np.cumsum(spend, 1) > 0) & ~stopped
    steady = (spend > 0).sum(1) >= _ADVERTISED * np.maximum(begun.sum(1), 1)
    return stopped & steady[:, None]


def _common(demand: np.ndarray, usable: np.ndarray, category: np.ndarray) -> np.ndarray:
    """Return what each day is like (n, T): for all SKUs together, times how the category's month stands to that of all."""
    demand = np.where(usable, demand, 0.0)
    rate = demand.sum(1) / np.maximum(usable.sum(1), 1)
    expected = usable * rate[:, None]
    every = np.where(expected.sum(0) > 0, demand.sum(0) / np.maximum(expected.sum(0), 1e-9), 1.0)
    own = np.empty(demand.shape)
    for number in np.unique(category):
        mine = category == number
        sold, foreseen = (_month(part[mine].sum(0)) for part in (demand, expected * every))
        own[mine] = every * (sold + _LEAN_UNITS) / (foreseen + _LEAN_UNITS)
    return own


def _month(values: np.ndarray) -> np.ndarray:
    """Return sums over the four weeks around each day (T,)."""
    return np.convolve(values, np.ones(29), mode="same")
