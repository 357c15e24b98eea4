"""Which purchase orders and receipts the units on hand, and the units that came back, are from."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.health import returned
from workbench.health.past import Array, Past
from workbench.stock.outlook import row_numbers

PLACE = ["sku", "location"]
PACE = ("sku", "location", "daily_demand")
"""What is read of the health of earlier runs: what each expected of a day."""
YEAR_DAYS, QUARTER_DAYS = 365, 90
FORECAST_DAYS = 7
"""Days for which a forecast speaks for the orders placed after it."""
LAG_DAYS = 14
"""Days from a sale to its return, where the return does not name its batch."""
LEAST_BACK = 4
"""Units that must have come back for a receipt to be looked at."""


def receipts(tables: Mapping[str, pd.DataFrame], sold: Past, series_row: NDArray[np.int64], rows: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return every receipt of `rows` with what is left of it, what of it was sold and came back in a year: first in, first out.

    What is on hand is always the newest units received, and what was sold before that the next newest; units that no
    receipt explains are left out. A unit that came back is of the batch that its return names, else of the receipt that
    was sold from two weeks before.

    Parameters
    ----------
    tables : purchase_orders, returns
    sold, series_row : what was sold by series, and the row that each series ships from (-1 for none)
    rows : sku, location, on_hand

    Returns
    -------
    row (number in `rows`), purchase_order, batch, ordered_date, received_date, units_ordered, units (of those on hand), age_days,
    sold, returned, and `bad`: how many times over its limit the share that came back is, 0 where it is not. The limit is twice
    the share of the other receipts, at least 8 %, and what came back lies three standard errors beyond it.
    """
    day = pd.Timestamp(as_of)
    orders = stock.known(tables["purchase_orders"], as_of).rename(columns={"node": "location"})
    orders = orders[(orders["received_date"] <= day) & (orders["units_received"] > 0)]
    orders = orders.assign(row=row_numbers(orders, rows) if len(orders) else np.zeros(0, np.int64)).query("row >= 0")
    orders = orders.sort_values(["row", "received_date"], ascending=[True, False], kind="stable", ignore_index=True)
    row, came = orders["row"].to_numpy(int), orders["units_received"].to_numpy(float)
    later = (orders.groupby("row")["units_received"].cumsum() - orders["units_received"]).to_numpy(float)
    have = rows["on_hand"].fillna(0).to_numpy(float)
    daily = np.zeros((len(rows), YEAR_DAYS))
    at = np.flatnonzero(series_row >= 0)
    np.add.at(daily, series_row[at], np.nan_to_num(sold.units[at, -YEAR_DAYS:]))
    deep = have + daily.sum(axis=1)
    made = orders.assign(
        units=np.clip(have[row] - later, 0, came),
        age_days=(day - orders["received_date"]).dt.days,
        sold=np.clip(np.minimum(later + came, deep[row]) - np.maximum(later, have[row]), 0, None),
        returned=_returned(tables["returns"], sold, series_row, orders, (later, came), have, daily, day),
    )
    columns = ["row", "purchase_order", "batch", "ordered_date", "received_date", "units_ordered", "units", "age_days", "sold", "returned"]
    return made.assign(bad=_bad(made))[[*columns, "bad"]].iloc[::-1].reset_index(drop=True)


def _returned(
    returns: pd.DataFrame,
    sold: Past,
    series_row: NDArray[np.int64],
    orders: pd.DataFrame,
    depth: tuple[Array, Array],
    have: Array,
    daily: Array,
    day: pd.Timestamp,
) -> Array:
    """Units of each order line that came back within a year."""
    later, came = depth
    back = (day - returns["date"]).dt.days
    lately = returns[(back > 0) & (back <= YEAR_DAYS) & returns["channel"].notna()]
    series = sold.row_of(lately["sku"], lately["channel"])
    lately, place = lately[series >= 0], series_row[series[series >= 0]]
    lately, place = lately[place >= 0], place[place >= 0]
    since = np.minimum((day - lately["date"]).dt.days.to_numpy(int) + LAG_DAYS, YEAR_DAYS)
    after = have[:, None] + np.cumsum(daily[:, ::-1], axis=1)
    under = after[place, since - 1] - daily[place, YEAR_DAYS - since] / 2
    far = float(max((later + came).max(initial=0), after.max(initial=0))) + 1
    row = orders["row"].to_numpy(int)
    line = np.searchsorted(row * far + later, place * far + under, side="right") - 1
    of_order = {key: at for at, key in enumerate(zip(row.tolist(), orders["batch"], strict=True))}
    named = np.array([of_order.get(key, -1) for key in zip(place.tolist(), lately["batch"], strict=True)], dtype=int)
    line = np.where(named >= 0, named, line)
    good = (line >= 0) & (row[line] == place) if len(row) else np.zeros(len(line), bool)
    good &= (named >= 0) | (under < (later + came)[line]) if len(row) else good
    return np.bincount(line[good], lately["units"].fillna(0).to_numpy(float)[good], len(row)).astype(float)


def _bad(made: pd.DataFrame) -> Array:
    all_back, all_sold = (made.groupby("row")[name].transform("sum") for name in ("returned", "sold"))
    limit = returned.limit(all_back - made["returned"], all_sold - made["sold"])
    return np.where(made["returned"] >= LEAST_BACK, returned.beyond(made["returned"].to_numpy(float), limit * made["sold"].to_numpy(float)), 0.0)


def worst(tables: Mapping[str, pd.DataFrame], sold: Past, series_row: NDArray[np.int64], rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return how many times over its limit the worst receipt of each of `rows` is, 0 where none is; see `receipts`."""
    back = tables["returns"].groupby("sku")["units"].sum()
    looked_at = np.flatnonzero(rows["sku"].isin(back.index[back >= LEAST_BACK]))
    renumbered = np.full(len(rows) + 1, -1)
    renumbered[looked_at] = np.arange(len(looked_at))
    found = receipts(tables, sold, renumbered[series_row], rows.iloc[looked_at], as_of)
    made = np.zeros(len(rows))
    np.maximum.at(made, looked_at[found["row"].to_numpy(int)], found["bad"].to_numpy(float))
    return made


def expected_then(said: pd.DataFrame, orders: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return the units a day (n,) that a run of the week before expected when the newest receipt of each row was ordered; NaN where none is kept.

    Parameters
    ----------
    said : date, sku, location and daily_demand of earlier runs, see `said_before`
    """
    made, day = np.full(len(rows), np.nan), pd.Timestamp(as_of)
    placed = stock.known(orders, as_of).rename(columns={"node": "location"})
    placed = placed[(placed["received_date"] <= day) & placed["ordered_date"].notna()].sort_values("received_date").drop_duplicates(PLACE, keep="last")
    said = said[said["date"] < day]
    if said.empty or placed.empty:
        return made
    near = {"on": "date", "by": PLACE, "tolerance": pd.Timedelta(days=FORECAST_DAYS - 1)}
    told = pd.merge_asof(placed.assign(date=placed["ordered_date"].dt.normalize())[[*PLACE, "date"]].sort_values("date"), said.sort_values("date"), **near)
    at = row_numbers(told, rows)
    made[at[at >= 0]] = told["daily_demand"].to_numpy(float)[at >= 0]
    return made


def said_before(said: Iterable[tuple[dt.date, pd.DataFrame]]) -> pd.DataFrame:
    """Return what earlier runs expected: decision day, sku, location and daily_demand (mean units a day of the 30 days after it)."""
    parts = [rows[list(PACE)].assign(date=pd.Timestamp(day)) for day, rows in said if len(rows)]
    every = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in (*PACE, "date")})
    return every.astype({"sku": "str", "location": "str", "date": "datetime64[us]"})


def batches(
    tables: Mapping[str, pd.DataFrame], sold: Past, place: Mapping[str, Any], channels: Sequence[str], said: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    """Return the receipts of a SKU at a place that units on hand or units that came back are from, oldest first.

    Each order is held against what was expected on its day: the forecast of a run of the week before, where one is known,
    else the pace of the 90 days before.

    Parameters
    ----------
    tables : purchase_orders, returns; those of the SKU are enough
    sold : what the SKU sold, by series
    place : sku, location, on_hand
    channels : channels that the place ships for
    said : date (decision day of a run) and daily_demand (units a day that its forecast gave the place)

    Returns
    -------
    as `receipts`, with order_days (days that the order lasts at what was expected then) and expected ("forecast", "pace", or empty).
    """
    series_row = np.where(np.isin(sold.channel.astype(str), list(channels)), 0, -1)
    found = receipts(tables, sold, series_row, pd.DataFrame([dict(place)])[[*PLACE, "on_hand"]], as_of)
    found = found[(found["units"] > 0) | (found["returned"] > 0)].reset_index(drop=True)
    days = [_expected(ordered, sold, series_row, said) for ordered in found["ordered_date"]]
    daily = np.array([one[0] for one in days], float)
    lasts = np.divide(found["units_ordered"].to_numpy(float), daily, out=np.full(len(found), np.nan), where=daily > 0)
    return found.assign(order_days=lasts, expected=[name if last == last else "" for (_, name), last in zip(days, lasts, strict=True)])


def _expected(ordered: pd.Timestamp, sold: Past, series_row: NDArray[np.int64], said: pd.DataFrame) -> tuple[float, str]:
    """Units a day that were expected when an order was placed, and by what."""
    told = said[(said["date"] <= ordered) & (said["date"] > ordered - pd.Timedelta(days=FORECAST_DAYS))].sort_values("date")
    if len(told):
        return float(told["daily_demand"].iloc[-1]), "forecast"
    end = sold.days - (pd.Timestamp(sold.as_of) - ordered).days if ordered == ordered else 0
    seen = sold.units[series_row >= 0, max(end - QUARTER_DAYS, 0) : max(end, 0)]
    known = np.isfinite(seen).sum(axis=1)
    if not known.any():
        return float("nan"), ""
    return float((np.nansum(seen, axis=1)[known > 0] / known[known > 0]).sum()), "pace"
