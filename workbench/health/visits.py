"""What visits say of the pace: a listing that sells once a month is visited ten times as often."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health.past import Array, Narrow, Past

LATELY_DAYS = 30
WEIGHT = 0.75
"""A visit does not count in full: a fall that shows in the conversion does not show in the visits."""
LEAST_UNITS, LEAST_DAYS, LEAST_SPREAD = 15.0, 5.0, 0.02
VISIT_DISPERSION = 1.3


def visited(traffic: pd.DataFrame, past: Past, factor: Narrow, as_of: dt.date) -> tuple[Array, Array]:
    """Return the units that the visits of the last 30 days are worth (n,), and the days of season 1 that they stand for (n,).

    Visits times the channel's conversion are units, but every listing converts as well as it does: conversions spread with
    the standard deviation s of their logarithm, learned from listings that sell. So v visits tell the pace with the relative
    variance s^2 + d / v, as 1 / (s^2 + d / v) units sold would. Days off sale do not count; 0 without visits.

    Parameters
    ----------
    traffic : table traffic
    factor : (n, T and more) season and growth of each series
    as_of : nothing dated on or after it, or learned later, is used
    """
    seen, known = _sessions(traffic, past, as_of)
    window = slice(past.days - LATELY_DAYS, past.days)
    exposed = (known * factor[:, window]).sum(axis=1, dtype=float)
    sold = np.where(known, np.nan_to_num(past.demand[:, window]), 0.0).sum(axis=1, dtype=float)
    channel, channels = pd.factorize(past.channel)
    looked_at = np.isin(channel, channel[seen > 0]) & (exposed > LEAST_DAYS)
    if not looked_at.any():
        return np.zeros(len(seen)), np.zeros(len(seen))
    at = channel[looked_at]
    conversion = np.bincount(at, sold[looked_at], len(channels)) / np.maximum(np.bincount(at, seen[looked_at], len(channels)), 1.0)
    usual = conversion[channel]
    spread = _spread(seen, sold, usual, looked_at)
    worth = np.where(looked_at & (usual > 0), WEIGHT / (spread + VISIT_DISPERSION / (seen + 0.5)), 0.0)
    level = usual * (seen + 0.5) / np.maximum(exposed, 1e-9)
    return worth, np.where(worth > 0, worth / np.maximum(level, 1e-9), 0.0)


def _sessions(traffic: pd.DataFrame, past: Past, as_of: dt.date) -> tuple[Array, Array]:
    """Visits (n,) of the last days on which demand is known, and these days (n, 30)."""
    known = np.isfinite(past.demand[:, past.days - LATELY_DAYS :])
    day = pd.Timestamp(as_of)
    kept = (traffic["date"] < day) & (traffic["date"] >= day - pd.Timedelta(days=LATELY_DAYS)) & (traffic["sessions"] > 0)
    if "known_at" in traffic:
        kept &= ~(traffic["known_at"] >= day + pd.Timedelta(days=1))
    rows = traffic.loc[kept, ["sku", "channel", "date", "sessions"]]
    at, column = past.row_of(rows["sku"], rows["channel"]), LATELY_DAYS - (day - rows["date"]).dt.days.to_numpy()
    there = known[at, column]
    there[at < 0] = False
    return np.bincount(at[there], rows["sessions"].to_numpy(float)[there], len(known)).astype(float), known


def _spread(seen: Array, sold: Array, usual: Array, looked_at: NDArray[np.bool_]) -> float:
    """Variance of the logarithm of conversions over the channel's, without what chance adds; of listings that sell."""
    enough = looked_at & (sold >= LEAST_UNITS) & (seen > 0)
    if enough.sum() < LEAST_UNITS:
        return 1.0
    apart = np.log(sold[enough] / seen[enough] / usual[enough])
    return max(float(np.var(apart) - np.mean(1 / sold[enough])), LEAST_SPREAD)
