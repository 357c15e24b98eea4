"""How the year moves demand: a profile a category, from the shop's own last year."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

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
