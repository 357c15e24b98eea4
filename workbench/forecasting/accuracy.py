"""How accurate forecasts were, by class of sales and month, and whether bounds held as often as they said."""

import numpy as np
import pandas as pd

from workbench.forecasting.counts import places
from workbench.forecasting.evaluation import ENGINE, sales_class, summary
from workbench.forecasting.table import QUANTILES


def accuracy_by_month(scores: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test by class of sales (A, B, C) and month of the cutoff, one row a class, month and method, as in `summary`."""
    month = scores["cutoff"].dt.to_period("M").dt.to_timestamp()
    classed = scores.assign(month=month).merge(sales_class(history).reset_index(), on=["sku", "channel"])
    parts = [summary(part).assign(sales_class=name, month=when) for (name, when), part in classed.groupby(["sales_class", "month"])]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["method", "sales_class", "month"])


def reliability(scores: pd.DataFrame, history: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return how often days came at or under each quantile, against how often they should have.

    Parameters
    ----------
    scores : from `backtest`
    history : table history; with it one row a class of sales, too

    Returns
    -------
    sales_class ("all", A, B, C), level (0-1), observed (0-1), days scored. A count that meets its quantile exactly counts with
    the chance with which a place drawn within its step lies under it (randomised PIT, its mean), so that slow movers,
    whose every bound holds too often, can be right.
    """
    mine = scores[scores["method"] == ENGINE]
    groups = [("all", mine)]
    if history is not None:
        groups += list(mine.merge(sales_class(history).reset_index(), on=["sku", "channel"]).groupby("sales_class"))
    rows = []
    for name, part in groups:
        days = part["scored_days"].to_numpy(float)
        for level in QUANTILES:
            observed = float(np.nansum(part[pit_column(level)].to_numpy(float) * days) / days.sum()) if days.sum() else np.nan
            rows.append((name, level, observed, int(days.sum())))
    return pd.DataFrame(rows, columns=["sales_class", "level", "observed", "days"])


def pit_column(level: float) -> str:
    """Return the name of the back-test's column for a quantile."""
    return f"pit_{round(100 * level):02d}"


def fallen(mean: np.ndarray, sd: np.ndarray, actual: np.ndarray, known: np.ndarray, whole: np.ndarray) -> dict[str, np.ndarray]:
    """Return, per series (n,), the share of known days whose place in their distribution lies at or under each quantile, and their number.

    Parameters
    ----------
    mean, sd, actual, known : (n, h); whole : (n,) whether the series counts whole units
    """
    use = known & (mean > 0)
    rows = np.nonzero(use)[0]
    low, high = places(mean[use].astype(float), sd[use].astype(float) ** 2, whole[rows], actual[use].astype(float))
    count = use.sum(1)
    made: dict[str, np.ndarray] = {"scored_days": count.astype(float)}
    for level in QUANTILES:
        chance = np.clip((level - low) / np.maximum(high - low, 1e-12), 0, 1)
        total = np.bincount(rows, chance, minlength=len(count))
        made[pit_column(level)] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return made
