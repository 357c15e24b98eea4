"""How fast stock turns, how long it was there to be bought, and what it earns: measured, each with its period."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench import fees, stock
from workbench.health.demand import PLACE
from workbench.health.params import HealthParams
from workbench.health.past import Array, Past
from workbench.stock.outlook import row_numbers

WINDOWS = (7, 14, 30, 60, 90)
QUARTER_DAYS, MONTH_DAYS, YEAR_DAYS = 90, 30, 365
SUPPLY = ["mean_on_hand_30", "mean_on_hand_90", "shipped_7", "shipped_30", "shipped_90", "short_days", "long_days", "sell_through", "turnover_baseline"]
"""Columns of `stock.historical_supply` that the metrics rest on."""


def ratio(above: ArrayLike, below: ArrayLike) -> Array:
    """Return one number over another, NaN where the lower one is not positive.

    Turnover is goods sold at cost over mean stock at cost, GMROI gross margin over mean stock at cost: sales of 200,000 that
    cost 120,000 from a mean stock of 40,000 turn 3 times and earn 2 for every 1 in stock.

    >>> float(ratio(120_000, 40_000)), float(ratio(200_000 - 120_000, 40_000))
    (3.0, 2.0)
    """
    over, under = np.asarray(above, float), np.asarray(below, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)


def supply(tables: Mapping[str, pd.DataFrame], past: Past, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, SUPPLY and supply_source: by the ledger, at places that have none by stock counts and what was sold."""
    told = stock.historical_supply(tables["movements"], as_of).assign(supply_source="ledger")
    bare = ~tables["stock"]["node"].isin(told["location"].unique())
    if not bare.any():
        return told[[*PLACE, *SUPPLY, "supply_source"]]
    nodes = stock.serving_nodes(list(dict.fromkeys(past.channel)), tables["serves"])
    sold = pd.DataFrame({"sku": past.sku, "node": [nodes[channel] for channel in past.channel]})
    counted = stock.counted_supply(tables["stock"][bare], sold, past.units[:, -QUARTER_DAYS - YEAR_DAYS :], as_of).assign(supply_source="counts")
    return pd.concat([told, counted], ignore_index=True)[[*PLACE, *SUPPLY, "supply_source"]]


def velocity(past: Past, series_row: NDArray[np.int64], n: int, params: HealthParams) -> dict[str, Array]:
    """Return units sold a day over 7, 14, 30, 60 and 90 days, days off sale left out, and their mean by the user's weights."""
    made = {days: rate(*past.sold(days), series_row, n) for days in WINDOWS}
    weights = {days: getattr(params, f"sales_weight_{days}") for days in WINDOWS}
    known = np.sum([weight * ~np.isnan(made[days]) for days, weight in weights.items()], axis=0)
    mixed = ratio(np.sum([weight * np.nan_to_num(made[days]) for days, weight in weights.items()], axis=0), known)
    return {f"daily_sales_{days}": made[days] for days in WINDOWS if days != MONTH_DAYS} | {"daily_sales_weighted": mixed}


def rate(units: Array, days: Array, series_row: NDArray[np.int64], n: int) -> Array:
    """Return units a day of each row: the channels that its node ships for add up; NaN where none was on sale."""
    at = (series_row >= 0) & (days > 0)
    made = np.full(n, np.nan)
    made[np.unique(series_row[at])] = 0.0
    np.add.at(made, series_row[at], units[at] / days[at])
    return made


def in_stock_rate(history: pd.DataFrame, past: Past, series_row: NDArray[np.int64], n: int) -> Array:
    """Return the share (n,) of the last 90 days on which each row could be bought, mean of its channels' days; NaN where not listed."""
    there = np.flatnonzero(past.row_day >= past.days - QUARTER_DAYS)
    share = history["exposure"].to_numpy(float)[there]
    known, at = np.isfinite(share), past.row_series[there]
    sums, days = (np.bincount(at[known], weights, len(series_row)) for weights in (share[known], np.ones(int(known.sum()))))
    on = series_row >= 0
    return ratio(np.bincount(series_row[on], sums[on], n), np.bincount(series_row[on], days[on], n))


def turning(rows: pd.DataFrame) -> dict[str, Array]:
    """Return turnover and what else the ledger's last 90 days say: `rows` has the columns SUPPLY, on_hand and the daily sales."""
    sold_through = rows["sell_through"].to_numpy(float)
    on_hand = rows["on_hand"].to_numpy(float)
    covers = {f"cover_days_{days}": ratio(on_hand, rows[name]) for days, name in ((7, "daily_sales_7"), (30, "daily_sales"), (90, "daily_sales_90"))}
    return {
        **covers,
        "turnover_year": sold_through * YEAR_DAYS / QUARTER_DAYS,
        "turnover_days": ratio(QUARTER_DAYS, sold_through),
        "weeks_of_cover_30": 4 * ratio(rows["mean_on_hand_30"], rows["shipped_30"]),
        "weeks_of_cover_90": 12 * ratio(rows["mean_on_hand_90"], rows["shipped_90"]),
        "supply_days_30": _finite(rows["short_days"]),
        "supply_days_90": _finite(rows["long_days"]),
        "storage_ratio_weeks": _finite(fees.utilisation_ratio(rows["mean_on_hand_90"].to_numpy(float), rows["shipped_90"].to_numpy(float) / QUARTER_DAYS)),
    }


def _finite(values: ArrayLike) -> Array:
    """What nobody buys lasts for ever, which is no number of days."""
    found = np.asarray(values, float)
    return np.where(np.isinf(found), np.nan, found)


def low_inventory(rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return the low-inventory-level fee of a month: on the units that are asked for, at the days of supply of today; 0 outside the pools."""
    units = np.nan_to_num(rows["demand_30"].to_numpy(float))
    short, long = rows["short_days"].to_numpy(float), rows["long_days"].to_numpy(float)
    place = (rows["marketplace"].fillna("").to_numpy(), rows["size_tier"].fillna("").to_numpy())
    fee = fees.low_inventory(units, short, long, as_of, *place, rows["weight_lb"].to_numpy(float), units_shipped_7=rows["shipped_7"].to_numpy(float))
    return np.where(rows["kind"] == "fba", fee, 0.0)


def earning(rows: pd.DataFrame, ads: pd.DataFrame, rates: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date) -> dict[str, Any]:
    """Return what the stock of a row ties up and earns: `rows` has unit_cost_here (node currency), price, margin_30, stock_value and the fees of a month."""
    cost, price = rows["unit_cost_here"].to_numpy(float), rows["price"].to_numpy(float)
    held = rows["mean_on_hand_90"].to_numpy(float) * cost
    owned = rows["on_hand"].fillna(0).to_numpy(float) + rows["on_order"].fillna(0).to_numpy(float)
    spent = _ad_spend(rows, ads, rates, serves, as_of)
    charged = rows[["storage_month", "surcharge_month", "low_inventory_month"]].to_numpy(float).sum(axis=1)  # unknown where one of them is
    all_here = rows.groupby("location")["stock_value"].transform("sum").to_numpy(float)
    return {
        "capital_value": owned * cost,
        "stock_share": ratio(rows["stock_value"], all_here),
        "gmroi": ratio((price - cost) * rows["shipped_90"].to_numpy(float) * YEAR_DAYS / QUARTER_DAYS, held),
        "ad_spend_30": spent,
        "contribution_30": rows["margin_30"].to_numpy(float) - charged - spent,
    }


def _ad_spend(rows: pd.DataFrame, ads: pd.DataFrame, rates: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date) -> Array:
    """Advertising of the last 30 days in the node's currency; 0 where none is recorded."""
    day = pd.Timestamp(as_of)
    lately = stock.known(ads[(ads["date"] < day) & (ads["date"] >= day - pd.Timedelta(days=MONTH_DAYS))], as_of)
    sums = lately.groupby(["sku", "channel", "currency"], as_index=False)["spend"].sum()
    nodes = stock.serving_nodes(sums["channel"].unique().tolist(), serves)
    placed = sums.assign(location=sums["channel"].map(nodes).astype("str"))
    at = row_numbers(placed, rows) if len(placed) else np.zeros(0, np.int64)
    here = placed[at >= 0]
    row = at[at >= 0]
    money = fees.converted(here["spend"], here["currency"], rows["currency"].iloc[row].set_axis(here.index), rates, as_of)
    return np.bincount(row, np.asarray(money, float), len(rows)).astype(float)


def beside_category(rows: pd.DataFrame) -> Array:
    """Return the median sell-through (n,) of the row's category at its place: the baseline where no benchmark is given."""
    return rows.groupby(["location", "category"])["sell_through"].transform("median").to_numpy(float)


def stranded_units(stranded: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return the units (n,) that nobody can buy for want of a listing, of the newest report of each node; NaN at nodes without a report."""
    told = stock.known(stranded, as_of)
    told = told[told["date"] == told.groupby("node")["date"].transform("max")].rename(columns={"node": "location"})
    made = np.where(rows["location"].isin(told["location"]), 0.0, np.nan)
    at = row_numbers(told, rows) if len(told) else np.zeros(0, np.int64)
    np.add.at(made, at[at >= 0], told["units"].fillna(0).to_numpy(float)[at >= 0])
    return made


def classes(past: Past, series_row: NDArray[np.int64], rows: pd.DataFrame, params: HealthParams) -> Mapping[str, Any]:
    """Return ABC by revenue and XYZ by how much weekly sales vary, each at its own place, with the numbers they rest on.

    A are the rows that bring the first 70 % of a place's revenue of a year, B the next 25 %, C the rest; X vary by up to half
    of their mean from week to week, Y up to once, Z more.
    """
    n, weeks = len(rows), 52
    block = past.units[:, past.days - 7 * weeks :]
    weekly = np.zeros((n, weeks), np.float32)
    on = series_row >= 0
    np.add.at(weekly, series_row[on], np.nan_to_num(block[on]).reshape(-1, weeks, 7).sum(axis=2))
    since = np.full(n, weeks)
    begun = np.clip(weeks - past.age_days[on] // 7, 0, weeks)
    np.minimum.at(since, series_row[on], begun)
    live = np.arange(weeks)[None, :] >= since[:, None]
    count = live.sum(axis=1)
    mean = ratio((weekly * live).sum(axis=1), count)
    varied = np.sqrt(ratio((live * (weekly - np.nan_to_num(mean)[:, None]) ** 2).sum(axis=1), np.maximum(count - 1, 0)))
    spread = ratio(varied, mean)
    revenue = weekly.sum(axis=1, dtype=float) * rows["price"].to_numpy(float)
    return {
        "revenue_year": revenue,
        "abc": _abc(revenue, rows["location"], params),
        "sales_variation": spread,
        "xyz": np.select([np.isnan(spread), spread <= params.steady_variation, spread <= params.varied_variation], ["", "X", "Y"], "Z"),
    }


def _abc(revenue: Array, location: pd.Series, params: HealthParams) -> NDArray[np.object_]:
    """A row belongs to the class in which its revenue begins, so that the first is always A; equal revenue stays in the order given."""
    table = pd.DataFrame({"revenue": np.nan_to_num(revenue), "location": location.to_numpy()})
    ordered = table.sort_values("revenue", ascending=False, kind="stable")
    sums = ordered.groupby("location")["revenue"]
    before = ratio(sums.cumsum() - ordered["revenue"], sums.transform("sum"))
    found = np.select([~(ordered["revenue"] > 0), before < params.class_a_share, before < params.class_a_share + params.class_b_share], ["C", "A", "B"], "C")
    made = np.empty(len(table), dtype=object)
    made[ordered.index.to_numpy()] = found
    made[np.isnan(revenue)] = ""
    return made
