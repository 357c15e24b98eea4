"""Whether more of a SKU comes back than used to."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.health.past import Array, Past

LATELY_DAYS, YEAR_DAYS = 150, 365
LEAST_RATE, TIMES, SURE = 0.08, 2.0, 3.0


def too_many(returns: pd.DataFrame, past: Past, as_of: dt.date) -> Array:
    """Return how many times over the limit each series' return rate is, 0 where it is not: 1 and more point to a bad batch.

    The limit is twice the rate of the year before, at least 8 %; and the returns must be three standard errors (Poisson)
    beyond what that limit would bring.
    """
    day = pd.Timestamp(as_of)
    if returns.empty:
        return np.zeros(len(past.sku))
    back, sold = _units(returns, past, day, LATELY_DAYS, 0), past.sold(LATELY_DAYS)[0]
    old_back, old_sold = _units(returns, past, day, YEAR_DAYS, LATELY_DAYS), past.sold(YEAR_DAYS, LATELY_DAYS)[0]
    usual = (old_back + 0.5) / np.maximum(old_sold + 10, 1)
    limit = np.maximum(TIMES * usual, LEAST_RATE)
    expected = limit * sold
    over = back > expected + SURE * np.sqrt(np.maximum(expected, 1))
    return np.where(over, back / np.maximum(expected, 1e-9), 0.0)


def _units(frame: pd.DataFrame, past: Past, day: pd.Timestamp, since: int, until: int) -> Array:
    kept = (frame["date"] < day - pd.Timedelta(days=until)) & (frame["date"] >= day - pd.Timedelta(days=since)) & frame["channel"].notna()
    rows = frame.loc[kept, ["sku", "channel", "units"]]
    at = past.row_of(rows["sku"], rows["channel"])
    return np.bincount(at[at >= 0], rows["units"].fillna(0).to_numpy(float)[at >= 0], len(past.sku)).astype(float)
