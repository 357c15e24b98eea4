"""Sales at each price: the clean history as cells, one a SKU, channel, four weeks and price, beside what the category sold then."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

Array = NDArray[np.float64]
OFFER = ["sku", "channel"]
WINDOW_DAYS = 28
"""The level of an offer is taken to stand still so long; see `levels` for how it moves on."""
SMOOTH_DAYS = 29
LEAST_DAILY_UNITS = 0.15
"""Offers that sell less are left out: nobody sees when their price changed."""
PROMOTED_DAILY_UNITS = 0.7
"""Promotions of offers that sell less are left out: one that sold nothing is not seen, so that those seen would seem to sell too well."""
LASTING_DAYS = 14
"""A usual price stands at least so long."""
PRICE_STEP = 0.01
"""Prices closer than one per cent are one price."""
COLUMNS = ["sku", "category", "series", "window", "promoted", "log_price", "log_season", "units", "expected", "surprise", "counted"]


def priced_days(history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the days of each offer with sales data, by series (number of the offer) and date, with category, promoted and log_price.

    A day without a sale has the price of the nearest sale with the same promotion.

    Parameters
    ----------
    history, items : tables of these names
    as_of : rows dated or learned later are left out
    """
    rows = stock.known(history, as_of)
    rows = rows[rows["units"].notna() & ~rows["imputed"]].sort_values([*OFFER, "date"], kind="stable", ignore_index=True)
    rows = rows.merge(items[["sku", "category"]].drop_duplicates("sku"), on="sku", how="left")
    rows["category"] = rows["category"].fillna("")
    rows["series"] = rows.groupby(OFFER, sort=False).ngroup()
    rows["exposure"] = rows["exposure"].fillna(1.0)
    rows["promoted"] = rows["promotion"] == "price_cut"
    rows["log_price"] = _price_of_day(rows)
    return rows


def price_cells(days: pd.DataFrame, usual: float = 2.0) -> pd.DataFrame:
    """Return units sold at each price beside the units that the pace of the category gives for those days.

    Left out are days of events, coupons and bursts of advertising, whose effect is not the price's, promotions of offers that sell
    rarely, and days without sales data. A day in stock for a part counts for that part.

    Parameters
    ----------
    days : see `priced_days`
    usual : elasticity by which the pace of a category is freed of its own prices' moves

    Returns
    -------
    sku, category, series (number of the offer), window (number of the four weeks), promoted (bool), log_price, log_season (of the
    category in those days), units, expected, surprise (squares by which the days' units miss the cell's pace) and counted (units,
    less what one pace a cell has taken): surprise over counted is the variance of a day's units over their mean.
    """
    log_pace = pd.Series(np.log(_pace(days, usual)), index=days.index)
    rows = _lasting(days[_told(days)])
    if rows.empty:
        return pd.DataFrame({name: [] for name in COLUMNS})
    rows = rows.assign(log_pace=log_pace[rows.index], window=(rows["date"] - pd.Timestamp("2000-01-01")).dt.days // WINDOW_DAYS)
    units, expected = rows["units"], rows["exposure"] * np.exp(rows["log_pace"])
    rows = rows.assign(expected=expected, uu=units**2, ue=units * expected, ee=expected**2)
    cells = rows.groupby(["series", "window", "promoted", "step"], as_index=False).agg(
        sku=("sku", "first"),
        category=("category", "first"),
        log_price=("log_price", "mean"),
        log_season=("log_pace", "mean"),
        **{name: (name, "sum") for name in ("units", "expected", "uu", "ue", "ee")},
        days=("units", "size"),
    )
    pace = cells["units"] / cells["expected"]
    surprise = (cells["uu"] - 2 * pace * cells["ue"] + pace**2 * cells["ee"]).clip(lower=0)
    return cells.assign(surprise=surprise, counted=cells["units"] * (1 - 1 / cells["days"]))[COLUMNS]


def prices_seen(history: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """Return how many different prices each SKU was sold at, a per cent apart, on the channel where most were seen; by sku."""
    rows = stock.known(history, as_of)
    step = (np.log(rows["price"].where(rows["price"] > 0)) / PRICE_STEP).round()
    return step.groupby([rows["sku"], rows["channel"]]).nunique().groupby("sku").max()


def _told(days: pd.DataFrame) -> pd.Series:
    """Return which days tell how demand answers to price."""
    offer = days.groupby("series")
    sold_daily = offer["units"].transform("sum") / offer["exposure"].transform("sum").clip(lower=1)
    plain = days["promotion"].fillna("").eq("") | (days["promoted"] & (sold_daily >= PROMOTED_DAILY_UNITS))
    known = days["log_price"].notna() & (days["exposure"] > 0) & (sold_daily >= LEAST_DAILY_UNITS)
    return plain & known & days["event"].fillna("").eq("")


def _lasting(days: pd.DataFrame) -> pd.DataFrame:
    """Return the days with the step of their price, without usual prices that did not last: a dip too short is a promotion that nobody tagged."""
    rows = days.assign(step=(days["log_price"] / PRICE_STEP).round())
    state = rows["series"] * 2 + rows["promoted"]
    rows = rows.assign(state=state).sort_values(["state", "date"], kind="stable")
    spell = ((rows["state"] != rows["state"].shift()) | (rows["step"] != rows["step"].shift())).cumsum()
    date = rows.groupby(spell)["date"]
    lasted = (date.transform("last") - date.transform("first")).dt.days + 1
    return rows[rows["promoted"] | (lasted >= LASTING_DAYS)].drop(columns="state")


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
