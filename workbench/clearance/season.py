"""How the year moves demand: one profile for the whole shop, from its own last year."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

LEAST_DAYS = 350
DAYS_PER_MONTH = 365.25 / 12


def months_ahead(as_of: dt.date, months: int) -> list[dt.date]:
    """Return the middle of each month looked at, the first beginning today.

    >>> import datetime as dt
    >>> months_ahead(dt.date(2026, 11, 1), 3)
    [datetime.date(2026, 11, 15), datetime.date(2026, 12, 15), datetime.date(2027, 1, 15)]
    """
    start = pd.Timestamp(as_of)
    return [(start + pd.DateOffset(months=t) + pd.Timedelta(days=14)).date() for t in range(months)]


def profile(history: pd.DataFrame, as_of: dt.date) -> NDArray[np.float64]:
    """Return demand of each calendar month over that of the mean month, shape (12,), pooled over all SKUs and channels.

    Never under a tenth, so that no month's pace is carried to all others on next to nothing. All ones where the history
    is shorter than a year: then the pace of the coming month is carried on.
    """
    rows = stock.known(history[history["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=366)], as_of)
    daily = rows.groupby("date")["demand"].sum()
    if len(daily) < LEAST_DAYS or not daily.sum() > 0:
        return np.ones(12)
    by_month = daily.groupby(daily.index.month).mean().reindex(range(1, 13)).fillna(0.0).to_numpy(float)
    return np.maximum(by_month / by_month.mean(), 0.1)
