"""How the year moves demand: a profile a category, from the shop's own last year."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.fees import next_snapshot

LEAST_DAYS = 350
DRAWN_UNITS = 1000.0
"""A category's own year counts as much as the whole shop's once it sold so many units."""
DAYS_PER_MONTH = 365.25 / 12


def months_ahead(as_of: dt.date, months: int) -> list[dt.date]:
    """Return the middle of each month looked at, the first beginning today.

    >>> import datetime as dt
    >>> months_ahead(dt.date(2026, 11, 1), 3)
    [datetime.date(2026, 11, 15), datetime.date(2026, 12, 15), datetime.date(2027, 1, 15)]
    """
    start = pd.Timestamp(as_of)
    return [(start + pd.DateOffset(months=t) + pd.Timedelta(days=14)).date() for t in range(months)]


def storage_shares(as_of: dt.date, months: int) -> tuple[list[dt.date], NDArray[np.float64]]:
    """Return the middle of each calendar month touched, and how much of each month looked at lies in which: shape (months, months + 1).

    >>> import datetime as dt
    >>> storage_shares(dt.date(2026, 12, 21), 2)[1].round(2).tolist()
    [[0.35, 0.65, 0.0], [0.0, 0.35, 0.65]]
    """
    start = pd.Timestamp(as_of)
    first = start.replace(day=1)
    found = np.zeros((months, months + 1))
    for t in range(months):
        begins, ends, turns = start + pd.DateOffset(months=t), start + pd.DateOffset(months=t + 1), first + pd.DateOffset(months=t + 1)
        found[t, t] = (turns - begins) / (ends - begins)
        found[t, t + 1] = 1 - found[t, t]
    return [(first + pd.DateOffset(months=t)).date().replace(day=15) for t in range(months + 1)], found


def snapshots(as_of: dt.date, months: int) -> tuple[list[dt.date], NDArray[np.float64]]:
    """Return the day in each month looked at on which ages are charged, and the share of that month that is over by then.

    It is the next 15th after the month's first day: what lies there on a 15th that has begun cannot be sent away before it.

    >>> import datetime as dt
    >>> [snapshots(dt.date(2026, 11, day), 1) for day in (1, 15, 20)]  # 14 of 30 days, all of them, 25 of 30
    [([datetime.date(2026, 11, 15)], array([0.46666667])), ([datetime.date(2026, 12, 15)], array([1.])), ([datetime.date(2026, 12, 15)], array([0.83333333]))]
    """
    start = pd.Timestamp(as_of)
    first = pd.Timestamp(next_snapshot(as_of + dt.timedelta(days=1)))
    days = [first + pd.DateOffset(months=t) for t in range(months)]
    begins, ends = ([start + pd.DateOffset(months=t + later) for t in range(months)] for later in (0, 1))
    return [day.date() for day in days], np.array([(day - begin) / (end - begin) for day, begin, end in zip(days, begins, ends, strict=True)])


def profiles(history: pd.DataFrame, items: pd.DataFrame, categories: pd.Series, as_of: dt.date) -> NDArray[np.float64]:
    """Return demand of each calendar month over that of the mean month, shape (n, 12), one row a category asked for.

    A category's own last year up to the newest day of the history, however long ago that is, drawn to the whole shop's as far as it sold
    little. Never under a tenth, so that no month's pace is carried to all others on next to nothing. All ones where the history is
    shorter than a year: then the pace of the coming month is carried on.
    """
    newest = history["date"].where(history["date"] < pd.Timestamp(as_of)).max()
    rows = stock.known(history[history["date"] > newest - pd.Timedelta(days=365)], as_of)
    days = rows["date"].drop_duplicates()
    if len(days) < LEAST_DAYS or not rows["demand"].sum() > 0:
        return np.ones((len(categories), 12))
    sold = rows.groupby([_category(rows["sku"], items), rows["date"].dt.month])["demand"].sum().unstack(fill_value=0.0)
    sold = sold.reindex(columns=range(1, 13), fill_value=0.0)
    pace = sold / days.dt.month.value_counts().reindex(range(1, 13)).fillna(1.0)
    shop = pace.sum() / pace.sum().mean()
    weight = sold.sum(axis=1) / (sold.sum(axis=1) + DRAWN_UNITS)
    own = pace.div(pace.mean(axis=1).where(pace.mean(axis=1) > 0, 1.0), axis=0)
    drawn = own.mul(weight, axis=0) + np.outer(1 - weight, shop)
    found = drawn.reindex(categories.fillna("")).fillna(shop).to_numpy(float)
    return np.maximum(found, 0.1)


def _category(sku: pd.Series, items: pd.DataFrame) -> pd.Series:
    return sku.map(items.drop_duplicates("sku").set_index("sku")["category"]).astype("str").fillna("")
