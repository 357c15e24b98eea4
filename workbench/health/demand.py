"""Demand at each SKU and node: sold lately, and expected over the next days."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

Array = NDArray[np.float64]
PLACE = ["sku", "location"]


def daily_sales(history: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date, days: int = 30) -> pd.DataFrame:
    """Return sku, location and daily_sales: mean units sold a day over the last `days`; days off sale are left out."""
    recent = stock.known(history[history["date"] >= pd.Timestamp(as_of) - pd.Timedelta(days=days)], as_of)
    means = recent.groupby(["sku", "channel"], as_index=False)["units"].mean().rename(columns={"units": "daily_sales"})
    return stock.to_nodes(means, serves, ["daily_sales"])


class Expected:
    """The newest forecast of `rows` (sku, location): what demand adds up to over the next days of each row."""

    def __init__(self, forecast: pd.DataFrame, serves: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date):
        view = stock.outlook(stock.node_forecast(forecast, serves, as_of), rows)
        self._running = {"mean": stock.running_total(view.mean), "variance": stock.running_total(view.sd**2)}

    def total(self, days: float | Array, of: str = "mean") -> Array:
        """Return the sum over the next `days` of each row (a part of a day in part), past the horizon at its mean; NaN without a forecast."""
        running = self._running[of]
        return stock.total_until(running, np.broadcast_to(np.asarray(days, float), (len(running),)))
