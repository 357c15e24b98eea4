"""Whether more of a SKU comes back than used to."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from workbench.health.past import Array, Past

LATELY_DAYS, YEAR_DAYS = 150, 365
LEAST_RATE, TIMES, SURE = 0.08, 2.0, 3.0


def limit(back: Any, sold: Any) -> Array:
    """Return the share that may come back: twice what did of others (`back` of `sold` units), at least 8 %."""
    return np.maximum(TIMES * (np.asarray(back, float) + 0.5) / np.maximum(np.asarray(sold, float) + 10, 1), LEAST_RATE)


def beyond(back: Array, expected: Array) -> Array:
    """Return how many times over what is expected at the limit came back; 0 where not three standard errors (Poisson) more did."""
    over = back > expected + SURE * np.sqrt(np.maximum(expected, 1))
    return np.where(over, back / np.maximum(expected, 1.0), 0.0)


def shares(returns: pd.DataFrame, past: Past, as_of: dt.date) -> tuple[Array, Array, Array]:
    """Return of each series the share that came back in the last 150 days, that of the rest of the year, and how many times over its limit it is.

    The last is 0 where the share is within its limit; 1 and more point to a bad batch, see `limit` and `beyond`.
    """
    day = pd.Timestamp(as_of)
    back, sold = _units(returns, past, day, LATELY_DAYS, 0), past.sold(LATELY_DAYS)[0]
    old_back, old_sold = _units(returns, past, day, YEAR_DAYS, LATELY_DAYS), past.sold(YEAR_DAYS, LATELY_DAYS)[0]
    now, usual = (np.where(by > 0, units / np.maximum(by, 1), np.nan) for units, by in ((back, sold), (old_back, old_sold)))
    return now, usual, beyond(back, limit(old_back, old_sold) * sold)


def _units(frame: pd.DataFrame, past: Past, day: pd.Timestamp, since: int, until: int) -> Array:
    kept = (frame["date"] < day - pd.Timedelta(days=until)) & (frame["date"] >= day - pd.Timedelta(days=since)) & frame["channel"].notna()
    rows = frame.loc[kept, ["sku", "channel", "units"]]
    at = past.row_of(rows["sku"], rows["channel"])
    return np.bincount(at[at >= 0], rows["units"].fillna(0).to_numpy(float)[at >= 0], len(past.sku)).astype(float)
