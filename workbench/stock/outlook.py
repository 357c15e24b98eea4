"""What is expected at each SKU and node, day by day: demand as dense blocks (one row a SKU and node)."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.stock.demand import to_nodes

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Demand from the as-of day on: mean and standard deviation of each day, shape (n, days), NaN without a forecast."""

    mean: Array
    sd: Array

    @property
    def days(self) -> int:
        """How many days the forecast reaches."""
        return self.mean.shape[1]


def node_forecast(forecast: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the newest forecast by sku, location and day (0 = the as-of day): mean and sd; demand is never negative.

    Parameters
    ----------
    forecast, serves : tables of these names; of each SKU and channel the newest cutoff counts
    as_of : first day looked at; forecasts made later are left out
    """
    today = pd.Timestamp(as_of)
    frame = forecast[(forecast["cutoff"] <= today) & (forecast["date"] >= today)]
    if frame["cutoff"].nunique() > 1:
        frame = frame[frame["cutoff"] == frame.groupby(["sku", "channel"])["cutoff"].transform("max")]
    frame = frame.assign(mean=frame["mean"].clip(lower=0)).drop(columns="cutoff")
    nodes = to_nodes(frame, serves, ["mean"], ["sd"])
    return nodes.assign(day=(nodes["date"] - today).dt.days)


def outlook(forecast: pd.DataFrame, rows: pd.DataFrame) -> Outlook:
    """Return the dense demand of `rows` (sku, location); a day without a value takes the mean of the row's other days."""
    days = int(forecast["day"].max()) + 1 if len(forecast) else 1
    at, day = row_numbers(forecast, rows), forecast["day"].to_numpy()
    return Outlook(*(_filled(_block(forecast[name].to_numpy(), at, day, (len(rows), days))) for name in ("mean", "sd")))


def _block(values: Array, row: NDArray[np.int64], day: NDArray[np.int64], shape: tuple[int, int]) -> Array:
    block = np.full(shape, np.nan)
    there = row >= 0
    block[row[there], day[there]] = values[there]
    return block


def _filled(block: Array) -> Array:
    known = ~np.isnan(block)
    if known.all():
        return block
    with np.errstate(invalid="ignore"):
        mean = np.where(known, block, 0.0).sum(axis=1) / known.sum(axis=1)
    return np.where(known, block, mean[:, None])


def row_numbers(frame: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each row of `frame` the number of its (sku, location) in `rows`, -1 where it is not there."""
    skus, places = pd.Index(rows["sku"].unique()), pd.Index(rows["location"].unique())
    table = np.full((len(skus) + 1, len(places) + 1), -1, dtype=np.int64)
    table[skus.get_indexer(rows["sku"]), places.get_indexer(rows["location"])] = np.arange(len(rows))
    return table[skus.get_indexer(frame["sku"]), places.get_indexer(frame["location"])]
