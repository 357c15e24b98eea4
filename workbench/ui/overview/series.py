"""The numbers behind the pages' charts: stock value by age, demand by week, money by way out."""

import numpy as np
import pandas as pd

from workbench.fees.exchange import Exchange
from workbench.ui.meta import Meta
from workbench.ui.overview.figures import AGES, newest

WEEK = 7
WEEKS_BACK = 26


def value_by_age(health: pd.DataFrame, rates: Exchange) -> pd.Series:
    """Return the landed cost of the stock in each age tier, last what has no known age; it adds up to the cash in stock."""
    worth = rates.convert(health["stock_value"], health["currency"]).fillna(0.0)
    known = health[list(AGES)].sum(axis=1)
    shares = health[list(AGES)].fillna(0.0).div(known.where(known > 0), axis=0)
    tiers = shares.mul(worth, axis=0).sum()
    tiers["age_unknown"] = worth[shares[AGES[0]].isna()].sum()
    return tiers


def weekly_demand(history: pd.DataFrame, forecast: pd.DataFrame, meta: Meta) -> pd.DataFrame:
    """Return demand by whole week, all SKUs and channels: columns sold, demand, forecast; index is the first day of the week.

    Weeks are counted back and forth from the newest day of the history, so that no week is cut short; at most 26 back.
    """
    past = history[history["date"] <= pd.Timestamp(meta.as_of)]
    end = past["date"].max()
    ahead = newest(forecast, meta)
    back = past[past["date"] > end - pd.Timedelta(days=WEEK * WEEKS_BACK)]
    found = pd.DataFrame({"sold": _weeks(back, "units", end), "demand": _weeks(back, "demand", end)})
    found = found.join(_weeks(ahead[ahead["date"] > end], "mean", end).rename("forecast"), how="outer")
    found.index = pd.DatetimeIndex(end + pd.to_timedelta(found.index.to_numpy() * WEEK + 1, unit="D")) if len(found) else pd.DatetimeIndex([])
    return found


def _weeks(rows: pd.DataFrame, column: str, end: pd.Timestamp) -> pd.Series:
    """Sum by week, 0 the first after `end`; weeks with fewer than seven days are left out."""
    days = rows.groupby("date")[column].sum(min_count=1)
    number = np.floor_divide((days.index - end).days - 1, WEEK) if len(days) else np.array([], dtype="int64")
    weeks = days.groupby(np.asarray(number)).agg(["sum", "size"])
    return weeks.loc[weeks["size"] == WEEK, "sum"].rename(column)


def value_by_light(health: pd.DataFrame, rates: Exchange) -> pd.Series:
    """Return the landed cost of the stock at each light."""
    worth = rates.convert(health["stock_value"], health["currency"])
    return worth.groupby(health["light"]).sum()


def gain_by_option(best: pd.DataFrame) -> pd.Series:
    """Return what the recommended ways out bring above holding, by way out, most first."""
    return best.groupby("option")["gain"].sum(min_count=1).dropna().sort_values(ascending=False)
