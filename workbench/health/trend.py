"""How the whole stock stood at the decision days of past runs."""

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from workbench.health.params import HealthParams
from workbench.health.targets import targets

SAID = (
    "location", "score", "light", "stock_value", "slow_risk", "in_stock_rate", "storage_month", "surcharge_month", "margin_per_unit", "daily_demand",
    "turnover_year", "excess_value", "sell_through", "stranded_units", "on_hand", "currency",
)  # fmt: skip
"""Columns of table health that a point of the trend is made from."""

COLUMNS = (
    "date", "positions", "score", "score_low", "score_high", "red",
    "slow_share", "stockout_share", "storage_share", "turnover_year", "excess_share", "sell_through", "stranded_share", "in_stock_rate",
)  # fmt: skip


def trend(said: Iterable[tuple[dt.date, pd.DataFrame]], params: HealthParams, currency: str, rates: pd.DataFrame) -> pd.DataFrame:
    """Return one row a decision day, oldest first: the score of the positions, how many stand red, and every figure of `targets`.

    Parameters
    ----------
    said : day and table health of it, of which the columns SAID are used
    params : of today; only `slow_risk_limit` counts here. Scores, lights, risks, excess and storage are as the run of that day
        made them, by its own parameters
    currency, rates : see `targets`; each day at the rates of that day

    Returns
    -------
    date, positions, score (mean), score_low and score_high (quartiles), red, and the figures by name.
    """
    rows = [_standing(day, health, targets(health, params, currency, rates, day)) for day, health in said]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("date", ignore_index=True)


def _standing(day: dt.date, health: pd.DataFrame, found: pd.DataFrame) -> dict[str, object]:
    score = health["score"].astype(float)
    low, high = score.quantile([0.25, 0.75])
    standing = {"date": pd.Timestamp(day), "positions": len(health), "score": score.mean(), "score_low": low, "score_high": high}
    return standing | {"red": int((health["light"] == "red").sum())} | found.set_index("figure")["value"].to_dict()
