"""Demand at each SKU and node: sold lately, and expected over the next days."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench import stock
from workbench.health.past import Array, Past

PLACE = ["sku", "location"]


def daily_sales(past: Past, serves: pd.DataFrame, days: int = 30) -> pd.DataFrame:
    """Return sku, location and daily_sales: mean units sold a day over the last `days`; days off sale are left out."""
    units, known = past.sold(days)
    there = known > 0
    means = pd.DataFrame({"sku": pd.Series(past.sku[there], dtype="str"), "channel": pd.Series(past.channel[there], dtype="str")})
    return stock.to_nodes(means.assign(daily_sales=units[there] / known[there]), serves, ["daily_sales"])


class Expected:
    """The newest forecast of `rows` (sku, location): what demand adds up to over the next days of each row."""

    def __init__(self, forecast: pd.DataFrame, serves: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date):
        view = stock.outlook(stock.node_forecast(forecast, serves, as_of), rows)
        self._running = {"mean": stock.running_total(view.mean), "variance": stock.running_total(view.sd**2)}

    def total(self, days: float | Array, of: str = "mean") -> Array:
        """Return the sum over the next `days` of each row (a part of a day in part), past the horizon at its mean; NaN without a forecast."""
        running = self._running[of]
        return stock.total_until(running, np.broadcast_to(np.asarray(days, float), (len(running),)))
