"""How accurate forecasts were, by class of sales and month, and whether bounds held as often as they said."""

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import QUANTILES
from workbench.forecasting.evaluation import ENGINE, classed, summary
from workbench.forecasting.pit import pit_column


def accuracy_by_month(scores: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test by class of sales at the cutoff (A, B, C) and month of the cutoff, one row a class, month and method, as in `summary`."""
    rows = classed(scores, history)
    month = rows["cutoff"].dt.to_period("M").dt.to_timestamp().rename("month")
    parts = [summary(part).assign(sales_class=name, month=when) for (name, when), part in rows.groupby(["sales_class", month])]
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
        groups += list(classed(mine, history).groupby("sales_class"))
    rows = []
    for name, part in groups:
        days = part["scored_days"].to_numpy(float)
        for level in QUANTILES:
            observed = float(np.nansum(part[pit_column(level)].to_numpy(float) * days) / days.sum()) if days.sum() else np.nan
            rows.append((name, level, observed, int(days.sum())))
    return pd.DataFrame(rows, columns=["sales_class", "level", "observed", "days"])
