"""Demand at each SKU and node: sold lately, and expected over the next days."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.tables import schema

Array = NDArray[np.float64]
PLACE = ["sku", "location"]


def daily_sales(tables: Mapping[str, pd.DataFrame], as_of: dt.date, days: int = 30) -> pd.DataFrame:
    """Return sku, location and daily_sales: mean units sold a day over the last `days`; days off sale are left out."""
    history = tables.get("history", schema.empty("history"))
    recent = stock.known(history[history["date"] >= pd.Timestamp(as_of) - pd.Timedelta(days=days)], as_of)
    means = recent.groupby(["sku", "channel"], as_index=False)["units"].mean().rename(columns={"units": "daily_sales"})
    return stock.to_nodes(means, tables.get("serves", schema.empty("serves")), ["daily_sales"])


class Expected:
    """The newest forecast of `rows` (sku, location): what demand adds up to over the next days of each row."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, as_of: dt.date):
        frame = tables.get("forecast", schema.empty("forecast"))
        today = pd.Timestamp(as_of)
        frame = frame[(frame["cutoff"] <= today) & (frame["date"] >= today)]
        if frame["cutoff"].nunique() > 1:
            frame = frame[frame["cutoff"] == frame.groupby(["sku", "channel"])["cutoff"].transform("max")]
        frame = frame.assign(mean=frame["mean"].clip(lower=0)).drop(columns="cutoff")
        nodes = stock.to_nodes(frame, tables.get("serves", schema.empty("serves")), ["mean"], ["sd"])
        nodes = nodes.merge(rows[PLACE].assign(row=np.arange(len(rows))), on=PLACE)
        self._n = len(rows)
        self._row = nodes["row"].to_numpy()
        self._day = (nodes["date"] - today).dt.days.to_numpy()
        self._values = {"mean": nodes["mean"].to_numpy(), "variance": nodes["sd"].to_numpy() ** 2}
        self._days = np.bincount(self._row, minlength=self._n)

    def total(self, days: float | Array, of: str = "mean") -> Array:
        """Return the sum over the next `days` of each row (a part of a day in part), past the horizon at its mean; NaN without a forecast."""
        until = np.broadcast_to(np.asarray(days, float), (self._n,))
        share = np.clip(np.nan_to_num(until)[self._row] - self._day, 0, 1)
        inside = np.bincount(self._row, self._values[of] * share, self._n)
        every = np.bincount(self._row, self._values[of], self._n)
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = np.maximum(until - self._days, 0) * every / self._days
        return np.where(self._days > 0, inside + beyond, np.nan)
