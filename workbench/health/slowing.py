"""Slow today, and slow in so many days: the chance that the stock lasts longer than it should."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.health import pace, past, prices, shape, signals, visits
from workbench.health.demand import Expected
from workbench.health.params import HealthParams
from workbench.health.past import Array, Narrow, Past
from workbench.stock import serving_nodes
from workbench.stock.outlook import row_numbers

MONTH_DAYS = 30
LEAST_ORDERED_DAYS, LEAST_SOLD_UNITS = 150, 40.0


@dataclass(frozen=True, slots=True)
class Slowing:
    """The pace of `rows` (sku, location), and the series and signals that it rests on.

    `series_row` (n,) is the row that each series of `past` ships from, -1 for none; `season` (k, T + ahead) is the seasonal
    factor of each category, `category` (n,) the category of each series.
    """

    pace: pace.Pace
    past: Past
    series_row: NDArray[np.int64]
    season: Narrow
    category: NDArray[np.int64]
    level: Array
    signals: pd.DataFrame
    arriving: Array

    def season_now(self) -> Array:
        """Return the factor (r,) of each row's season: mean of the last 30 days over mean of the last year, weighed by level."""
        known = self.season[:, : self.past.days].astype(float)
        lately, year = (known[:, -days:].mean(axis=1)[self.category] for days in (MONTH_DAYS, pace.WINDOW_DAYS))
        weight, n = np.nan_to_num(self.level), len(self.pace.path)
        at = self.series_row >= 0
        above = np.bincount(self.series_row[at], (weight * lately)[at], n)
        below = np.bincount(self.series_row[at], (weight * year)[at], n)
        return np.where(below > 0, above / np.maximum(below, 1e-12), np.nan)


def slowing(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, sold: past.Past, expected: Expected, params: HealthParams, as_of: dt.date) -> Slowing:
    """Return the pace of each of `rows` (sku, location, on_hand, on_order, lead_time_days) and what is on its way.

    Parameters
    ----------
    tables : items, history, market, traffic, serves, channels, inbound, purchase_orders
    sold : what was sold, by series
    expected : the forecast, for what has no history of its own
    """
    ahead = max(int(params.slow_ahead_days), MONTH_DAYS) + 1
    seen, series_row = _series(sold, rows, tables["serves"])
    season, category, factor = _shape(seen, tables["items"], ahead)
    sku, skus = pd.factorize(pd.Series(seen.sku, dtype="object"))
    told = _outside(seen, series_row, rows, expected, tables["purchase_orders"], factor, as_of)
    prices.to_price_of_now(factor, tables["history"], seen)
    came = pace.Beside(*visits.visited(tables["traffic"], seen, factor, as_of))
    level, behind, before = pace.levels(seen, factor, sku, told, came)
    turned = signals.market_signals(tables["market"], as_of)
    spread = pace.dispersion(seen, factor, level)
    made = pace.explained(seen, factor, sku, level, spread, signals.turned_days(turned, np.asarray(skus)), came, before, ahead)
    at = series_row >= 0
    sku_row = np.zeros(len(rows), np.int64)
    sku_row[series_row[at]] = sku[at]
    return Slowing(
        pace=pace.Pace(
            sku_row=sku_row,
            path=_path(series_row, level, factor[:, seen.days :], len(rows)),
            share=pace.share_variance(behind, spread, series_row, sku_row, sku),
            **made,
        ),
        past=seen,
        series_row=series_row,
        season=season,
        category=category,
        level=level,
        signals=turned,
        arriving=_arriving(tables, rows, params, as_of),
    )


def _shape(seen: Past, items: pd.DataFrame, ahead: int) -> tuple[Narrow, NDArray[np.int64], Narrow]:
    """Season of each category, category of each series, and season times growth of each series."""
    of_sku = items.drop_duplicates("sku").set_index("sku")["category"]
    names = pd.Series(seen.sku, dtype="object").map(of_sku).fillna("").to_numpy(object)
    season, category = shape.seasons(seen, names, ahead)
    factor = shape.growth(seen, ahead)
    for row in range(len(season)):
        factor[category == row] *= season[row]
    return season, category, factor


def _path(series_row: NDArray[np.int64], level: Array, factor: Narrow, n: int) -> Array:
    """Units a day (n, ahead) that each row sells if the level of the year goes on; NaN where no series has a level."""
    path = np.full((n, factor.shape[1]), np.nan)
    good = (series_row >= 0) & ~np.isnan(level)
    path[np.unique(series_row[good])] = 0.0
    np.add.at(path, series_row[good], level[good, None] * factor[good] * pace.PROMOTION_LIFT)
    return path


def _series(seen: Past, rows: pd.DataFrame, serves: pd.DataFrame) -> tuple[Past, NDArray[np.int64]]:
    """Every series, and one for each row that has none, with the row that it ships from."""
    channels = sorted({*seen.channel.tolist(), *serves["channel"].dropna().tolist()})
    nodes = serving_nodes(channels, serves)
    of_node = {node: channel for channel, node in reversed(nodes.items())}
    placed = pd.DataFrame({"sku": seen.sku, "location": [nodes[channel] for channel in seen.channel]}, dtype="str")
    wanted = rows[["sku", "location"]].merge(placed.drop_duplicates(), how="left", indicator=True)
    bare = wanted[wanted["_merge"] == "left_only"]
    seen = seen.with_series([(sku, of_node.get(node, node)) for sku, node in zip(bare["sku"], bare["location"], strict=True)])
    placed = pd.concat([placed, bare[["sku", "location"]]], ignore_index=True)
    return seen, row_numbers(placed, rows)


def _outside(seen: Past, series_row: NDArray[np.int64], rows: pd.DataFrame, expected: Expected, orders: pd.DataFrame, factor: Narrow, as_of: dt.date) -> Array:
    """What others than sales say of a level: the forecast, else the first order, at the days of cover that the seller orders for."""
    at = np.maximum(series_row, 0)
    forecast = (expected.total(float(MONTH_DAYS)) / MONTH_DAYS)[at] / np.maximum(factor[:, seen.days : seen.days + MONTH_DAYS].mean(axis=1), 1e-9)
    placed = orders[(orders["ordered_date"] < pd.Timestamp(as_of)) & orders["units_ordered"].notna()].sort_values("ordered_date", kind="stable")
    first = placed.drop_duplicates(["sku", "node"]).rename(columns={"node": "location"})
    units = np.full(len(rows), np.nan)
    where = row_numbers(first, rows) if len(first) else np.zeros(0, np.int64)
    units[where[where >= 0]] = first["units_ordered"].to_numpy(float)[where >= 0]
    sold = np.nansum(seen.demand[:, -pace.WINDOW_DAYS :], axis=1, dtype=float)
    days = np.isfinite(seen.demand[:, -pace.WINDOW_DAYS :]).sum(axis=1)
    usual = (days > LEAST_ORDERED_DAYS) & (sold > LEAST_SOLD_UNITS) & np.isfinite(units[at])
    cover = np.median(units[at][usual] / (sold / np.maximum(days, 1))[usual]) if usual.any() else np.nan
    ordered = np.where(np.isfinite(units[at] / cover), units[at] / cover, forecast)
    ever = pd.Series(days > 0).groupby(seen.sku).transform("any").to_numpy() | np.isfinite(forecast)
    return np.where((series_row >= 0) & ever, ordered, np.nan)  # of what was never on sale nothing is said


def _arriving(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> Array:
    """Units on order that can be sold before the day looked at."""
    coming = stock.arrivals(tables["inbound"], tables["purchase_orders"], rows, as_of, params.overdue_arrival_days)
    coming = coming[coming["day"] < params.slow_ahead_days]
    return np.bincount(coming["row"].to_numpy(int), coming["units"].to_numpy(float), len(rows)).astype(float)


def slow_columns(found: Slowing, rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> dict[str, object]:
    """Return slow_risk and slow_risk_ahead (0-100), the pace then and the day it is of, and the share of the stock on hand worth keeping."""
    on_hand, ahead = rows["on_hand"].to_numpy(float), int(params.slow_ahead_days)
    later = np.where(np.isnan(on_hand) & (found.arriving > 0), 0.0, on_hand) + found.arriving
    then = max(ahead - MONTH_DAYS, 0)
    pace_then = found.pace.expected(then, then + MONTH_DAYS) / MONTH_DAYS
    lasting = found.pace.expected(0, ahead) + pace_then * max(params.slow_cover_days - ahead, 0.0)
    return {
        "slow_risk": 100 * found.pace.chance_above(on_hand, params.slow_cover_days, 0),
        "slow_risk_ahead": 100 * found.pace.chance_above(later, params.slow_cover_days, ahead),
        "daily_demand_ahead": pace_then,
        "pace_ahead_date": pd.Timestamp(as_of) + pd.Timedelta(days=then + MONTH_DAYS // 2),
        "keep_share": np.where(on_hand > 0, np.minimum(lasting / np.maximum(on_hand, 1e-9), 1.0), np.nan),
    }
