"""Sales at each price: the clean history as cells, one a SKU, channel, eight weeks and price, beside what the category sold then."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

Array = NDArray[np.float64]
OFFER = ["sku", "channel"]
BLOCK_DAYS = 56
"""Demand is taken to move with its category within so many days; from block to block its level is free."""
SMOOTH_DAYS = 29
OFTEN = 1.0
"""Units a day from which on a promotion is seen from its first day to its last."""
LEAST_DAILY_UNITS = 0.3
"""Offers that sell less are left out: a price at which nothing sold is not seen, so that prices seen would seem to sell too well."""
PRICE_STEP = 0.01
"""Prices closer than one per cent are one price."""


def price_cells(history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date, usual: float = 2.0) -> pd.DataFrame:
    """Return units sold at each price beside the units that the pace of the category gives for those days.

    Left out are days of events, coupons and bursts of advertising, whose effect is not the price's; days without sales data;
    and blocks with a single price, which say nothing of its effect. A day in stock for a part counts for that part. A day
    without a sale has the price of the nearest sale with the same promotion.

    Parameters
    ----------
    history, items : tables of these names
    as_of : rows dated or learned later are left out
    usual : elasticity by which the pace of a category is freed of its own prices' moves

    Returns
    -------
    sku, category, block (number), promoted (bool), log_price, log_season (of the category in the block), units, expected.
    """
    rows = _days(history, items, as_of, usual)
    if rows.empty:
        return pd.DataFrame({name: [] for name in ("sku", "category", "block", "promoted", "log_price", "log_season", "units", "expected")})
    rows = rows.assign(step=(rows["log_price"] / PRICE_STEP).round())
    key = ["series", "window", "promoted", "step"]
    cells = rows.groupby(key, as_index=False).agg(
        sku=("sku", "first"),
        category=("category", "first"),
        log_price=("log_price", "mean"),
        log_season=("log_pace", "mean"),
        units=("units", "sum"),
        expected=("expected", "sum"),
        days=("date", "nunique"),
        daily=("daily", "first"),
    )
    cells = _whole_promotions(cells)
    block = cells.groupby(["series", "window"])
    telling = (block["step"].transform("size") > 1) & (block["units"].transform("sum") > 0) & (cells["expected"] > 0)
    cells = cells[telling]
    return cells.assign(block=cells.groupby(["series", "window"]).ngroup()).drop(columns=["series", "window", "step", "days", "daily"]).reset_index(drop=True)


def prices_seen(history: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """Return how many different prices each SKU was sold at, a per cent apart, on the channel where most were seen; by sku."""
    rows = stock.known(history, as_of)
    step = (np.log(rows["price"].where(rows["price"] > 0)) / PRICE_STEP).round()
    return step.groupby([rows["sku"], rows["channel"]]).nunique().groupby("sku").max()


def _whole_promotions(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with promotions as long as those of offers that sell daily: where sales are rare their first and last days are not seen.

    The days that a promotion gains are taken from the block's longest cell at a usual price.
    """
    often = cells[cells["promoted"] & (cells["daily"] >= OFTEN)]
    usual = float(often["days"].median()) if len(often) else 0.0
    gained = np.where(cells["promoted"], cells["expected"] * np.maximum(usual / cells["days"] - 1, 0), 0.0)
    window = [cells["series"], cells["window"]]
    plain = cells["expected"].where(~cells["promoted"])
    longest = plain == plain.groupby(window).transform("max")
    lost = np.where(longest, pd.Series(gained, index=cells.index).groupby(window).transform("sum"), 0.0)
    return cells.assign(expected=np.maximum(cells["expected"] + gained - lost, 0.1 * cells["expected"]))


def _days(history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date, usual: float) -> pd.DataFrame:
    rows = stock.known(history, as_of)
    rows = rows[rows["units"].notna() & ~rows["imputed"]].sort_values([*OFFER, "date"], kind="stable", ignore_index=True)
    rows = rows.merge(items[["sku", "category"]].drop_duplicates("sku"), on="sku", how="left")
    rows["category"] = rows["category"].fillna("")
    rows["series"] = rows.groupby(OFFER, sort=False).ngroup()
    rows["exposure"] = rows["exposure"].fillna(1.0)
    rows["promoted"] = rows["promotion"] == "price_cut"
    rows["log_price"] = _price_of_day(rows)
    rows["log_pace"] = np.log(_pace(rows, usual))
    sold_daily = rows.groupby("series")["units"].transform("sum") / rows.groupby("series")["exposure"].transform("sum").clip(lower=1)
    plain = rows["event"].fillna("").eq("") & rows["promotion"].fillna("").isin(["", "price_cut"])
    rows = rows[plain & rows["log_price"].notna() & (rows["exposure"] > 0) & (sold_daily >= LEAST_DAILY_UNITS)]
    window = (rows["date"] - pd.Timestamp("2000-01-01")).dt.days // BLOCK_DAYS
    return rows.assign(window=window, daily=sold_daily[rows.index], expected=rows["exposure"] * np.exp(rows["log_pace"]))


def _pace(rows: pd.DataFrame, usual: float) -> Array:
    """Return what the category sells a day on the channel around each day, were its prices what they are on average."""
    dearer = rows["log_price"] - rows.groupby("series")["log_price"].transform("mean")
    quiet = rows.assign(demand=rows["demand"] * np.exp(usual * dearer.fillna(0.0)))[rows["event"].fillna("").eq("")]
    by_day = quiet.groupby(["category", "channel", "date"])["demand"].sum().unstack("date", fill_value=0.0)
    smooth = by_day.T.rolling(SMOOTH_DAYS, center=True, min_periods=1).mean()
    smooth = smooth.clip(lower=1e-3 * max(float(smooth.to_numpy().max(initial=0.0)), 1e-3))
    pairs = pd.MultiIndex.from_frame(rows[["category", "channel"]])
    at_day, at_pair = smooth.index.get_indexer(rows["date"]), smooth.columns.get_indexer(pairs)
    found = smooth.to_numpy()[np.maximum(at_day, 0), np.maximum(at_pair, 0)]
    return np.where((at_day < 0) | (at_pair < 0), 1.0, found)


def _price_of_day(rows: pd.DataFrame) -> Array:
    """Return the logarithm of each day's price: paid, or that of the nearest sale with the same promotion."""
    paid = np.log(rows["price"].where(rows["price"] > 0))
    state = rows["series"] * 2 + rows["promoted"]
    day = rows["date"].to_numpy().astype("datetime64[D]").astype(float)
    at = pd.Series(np.where(paid.notna(), day, np.nan), index=rows.index)
    before, since = paid.groupby(state).ffill(), day - at.groupby(state).ffill().to_numpy()
    after, until = paid.groupby(state).bfill(), at.groupby(state).bfill().to_numpy() - day
    return np.where(np.nan_to_num(since, nan=np.inf) <= np.nan_to_num(until, nan=np.inf), before, after)
