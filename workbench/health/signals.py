"""What the market and the listing's own traffic say has turned against a SKU, and since when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.health.past import Array

WEEKS = 26
NEW_WEEKS, CALM_WEEKS = 2, 4


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing to watch: the column of the table market, which way is worse, and how far it must move."""

    column: str
    cause: str
    worse: float
    limit: float
    logarithm: bool = True
    offset: float = 0.0
    weak: bool = False


SIGNALS = (
    Signal("organic_rank", "competition", 1.0, 0.6, offset=5.0),
    Signal("competitor_price", "competition", -1.0, 0.10),
    Signal("competitor_rating", "competition", 1.0, 0.4, logarithm=False),
    Signal("review_gap", "competition", 1.0, 0.3),
    Signal("best_seller_rank", "competition", 1.0, 0.7, weak=True),
    Signal("image_click_through", "listing", -1.0, 0.25),
    Signal("rating", "quality", -1.0, 0.4, logarithm=False),
)
"""Limits: rank 5 to 13, a rival a tenth cheaper than he was, two fifths of a star, his reviews a third more over ours, twice the
best-seller rank, a fifth fewer clicks on the picture. A weak one follows the own sales, whatever made them fall."""
FEW_REVIEWS = 50
"""Reviews that both sides are taken to have more of: between a handful and none there is no gap."""


def market_signals(market: pd.DataFrame, as_of: dt.date, signals: Sequence[Signal] = SIGNALS) -> pd.DataFrame:
    """Return what has turned on each SKU and channel that the table market watches.

    Each column is held against its own better weeks of the half year: the mean of the last two weeks lies a limit beyond
    the quartile of the weeks before the last four. `days` says since when, to the week.

    Parameters
    ----------
    market : table market, any weekly or daily observations
    as_of : nothing dated on or after it, or learned later, is used

    Returns
    -------
    sku, channel, cause, signal (the column), weak, before, now, strength (moved over limit), days; a row a signal that is watched,
    `turned` (bool) where it has moved. `review_gap` is the rival's reviews over the own, each plus 50.
    """
    day = pd.Timestamp(as_of)
    kept = (market["date"] < day) & (market["date"] >= day - pd.Timedelta(days=7 * WEEKS))
    if "known_at" in market:
        kept &= ~(market["known_at"] >= day + pd.Timedelta(days=1))
    rows = market[kept]
    rows = rows.assign(review_gap=(rows["competitor_review_count"] + FEW_REVIEWS) / (rows["review_count"] + FEW_REVIEWS))
    pairs = rows[["sku", "channel"]].drop_duplicates(ignore_index=True)
    at = pd.MultiIndex.from_frame(pairs).get_indexer(pd.MultiIndex.from_frame(rows[["sku", "channel"]])) if len(rows) else np.zeros(0, int)
    week = ((day - rows["date"]).dt.days.to_numpy() - 1) // 7
    found = [_turned(signal, rows, pairs, at * WEEKS + week) for signal in signals]
    return pd.concat(found, ignore_index=True)


def _turned(signal: Signal, rows: pd.DataFrame, pairs: pd.DataFrame, cell: np.ndarray) -> pd.DataFrame:
    seen, size = rows[signal.column].to_numpy(float), len(pairs) * WEEKS
    there = np.isfinite(seen)
    count = np.bincount(cell[there], minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = (np.bincount(cell[there], seen[there], size) / count).reshape(-1, WEEKS)
    usual = np.log(np.maximum(plain + signal.offset, 1e-9)) if signal.logarithm else plain
    worse = signal.worse * usual
    enough = np.isfinite(worse[:, CALM_WEEKS:]).sum(axis=1) >= CALM_WEEKS
    watched = enough & np.isfinite(worse[:, :NEW_WEEKS]).any(axis=1)
    calm = _rowwise(np.nanquantile, worse[:, CALM_WEEKS:], watched, 0.25)
    moved = worse - calm[:, None]
    now = _rowwise(np.nanmean, moved[:, :NEW_WEEKS], watched)
    beyond = np.nan_to_num(moved) > signal.limit / 2
    weeks = np.where(beyond.all(axis=1), WEEKS, beyond.argmin(axis=1))
    found = pairs.assign(
        cause=signal.cause,
        signal=signal.column,
        weak=signal.weak,
        before=_rowwise(np.nanmedian, plain[:, CALM_WEEKS:], watched),
        now=_rowwise(np.nanmean, plain[:, :NEW_WEEKS], watched),
        strength=now / signal.limit,
        days=7.0 * weeks,
        turned=now > signal.limit,
    )
    return found[watched]


def _rowwise(measure, values: Array, rows: Array, *more: float) -> Array:
    made = np.full(len(values), np.nan)
    if rows.any():
        made[rows] = measure(values[rows], *more, axis=1)
    return made


def turned_days(signals: pd.DataFrame, skus: np.ndarray) -> Array:
    """Return the days (s,) since the market turned against each SKU on any channel, NaN where it did not."""
    since = signals[signals["turned"]].groupby("sku")["days"].max()
    return since.reindex(skus).to_numpy(float)
