"""What is expected at each SKU and node, day by day: demand and arrivals, as dense blocks (one row a SKU and node)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.tables import schema

Array = NDArray[np.float64]
_OPEN = ("approved", "sent")


@dataclass(frozen=True, slots=True)
class Outlook:
    """Demand from the as-of day on: mean and standard deviation of each day, shape (n, days), NaN without a forecast."""

    mean: Array
    sd: Array

    @property
    def days(self) -> int:
        """How many days the forecast reaches."""
        return self.mean.shape[1]


def node_forecast(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Return the newest forecast by sku, location and day (0 = the as-of day): mean and sd."""
    frame = tables.get("forecast", schema.empty("forecast"))
    today = pd.Timestamp(as_of)
    frame = frame[(frame["cutoff"] <= today) & (frame["date"] >= today)]
    if frame["cutoff"].nunique() > 1:
        frame = frame[frame["cutoff"] == frame.groupby(["sku", "channel"])["cutoff"].transform("max")]
    frame = frame.assign(mean=frame["mean"].clip(lower=0)).drop(columns="cutoff")
    nodes = stock.to_nodes(frame, tables.get("serves", schema.empty("serves")), ["mean"], ["sd"])
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


def arrivals(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, days: int, as_of: dt.date, overdue_days: float) -> Array:
    """Return the units on order by the day they can be sold, shape (n, days).

    `rows` has sku, location, on_order and lead_time_days. Shipments come on their expected day, orders on the promised
    one, else a lead time after they left; what is overdue is counted on `overdue_days` from now. All together they are
    never more than `on_order`, which counts every unit once; units on order without any day come when a new order would.
    """
    due = pd.concat([_shipments(tables, as_of), _orders(tables, as_of)], ignore_index=True)
    due = due.assign(row=row_numbers(due, rows)).query("row >= 0 and units > 0")
    lead, on_order = rows["lead_time_days"].to_numpy(float), rows["on_order"].fillna(0).to_numpy(float)
    left_day = (due["left"] - pd.Timestamp(as_of)).dt.days + lead[due["row"]]
    day = (due["due"] - pd.Timestamp(as_of)).dt.days.fillna(left_day)
    due = due.assign(day=day.where(day > 0, overdue_days).where(day.notna(), lead[due["row"]]))
    before = due.groupby("row")["units"].cumsum() - due["units"]
    units = np.clip(on_order[due["row"]] - before, 0, due["units"])
    rest = on_order - np.bincount(due["row"], units, len(rows))
    return _by_day(np.append(due["row"], np.arange(len(rows))), np.append(due["day"], lead), np.append(units, rest), (len(rows), days))


def _by_day(row: Array, day: Array, units: Array, shape: tuple[int, int]) -> Array:
    inside = (units > 0) & (day < shape[1])  # a day that is unknown lies past the horizon
    cell = row[inside].astype(int) * shape[1] + np.ceil(day[inside]).astype(int).clip(max=shape[1] - 1)
    return np.bincount(cell, units[inside], shape[0] * shape[1]).astype(float).reshape(shape)


def _shipments(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    rows = stock.known(tables.get("inbound", schema.empty("inbound")), as_of)
    over = rows["status"].isin(["received", "cancelled"]) | (rows["received_date"] <= pd.Timestamp(as_of))
    units = (rows["units_shipped"].fillna(0) - rows["units_received"].fillna(0)).where(~over, 0.0)
    return pd.DataFrame({"sku": rows["sku"], "location": rows["node"], "units": units, "due": rows["expected_date"], "left": rows["shipped_date"]})


def _orders(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    rows = stock.known(tables.get("purchase_orders", schema.empty("purchase_orders")), as_of)
    still = (rows["status"].isin(_OPEN) | rows["status"].isna()) & ~(rows["received_date"] <= pd.Timestamp(as_of))
    rows = rows[still & ~(rows["ordered_date"] > pd.Timestamp(as_of))]
    shipped = stock.known(tables.get("inbound", schema.empty("inbound")), as_of)
    named = shipped.dropna(subset="purchase_order").groupby(["purchase_order", "sku"], as_index=False)["units_shipped"].sum()
    gone = rows[["purchase_order", "sku"]].merge(named, how="left")["units_shipped"].set_axis(rows.index)
    units = rows["units_ordered"].fillna(0) - pd.concat([rows["units_received"], gone], axis=1).max(axis=1).fillna(0)
    return pd.DataFrame({"sku": rows["sku"], "location": rows["node"], "units": units, "due": rows["promised_date"], "left": rows["ordered_date"]})
