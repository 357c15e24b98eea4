"""How the whole stock stands against the seller's targets, and beside it what drives the marketplace's own index."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench import fees, stock
from workbench.health.metrics import ratio
from workbench.health.params import HealthParams

AT_MOST = {"slow_share": "target_slow_share", "stockout_share": "target_stockout_share", "storage_share": "target_storage_share"}
AT_LEAST = {"turnover_year": "target_turnover_year"}
DRIVERS = ("excess_share", "sell_through", "stranded_share", "in_stock_rate")
"""What the marketplace names as the drivers of its index; how it weighs them is not published, so no index is computed."""


def targets(health: pd.DataFrame, params: HealthParams, currency: str, rates: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return each figure of the whole stock, its target, and whether it is met.

    slow_share: stock value at a slow risk from the limit on, over all stock value. stockout_share: mean share of the last 90
    days that a position could not be bought. storage_share: storage and surcharge of a month over the margin of 30 days.
    turnover_year, excess_share, sell_through: by stock value. stranded_share: by units. Rows in a currency without a rate
    are left out.

    Parameters
    ----------
    health : table health, any part of it
    currency : money in which values are added up
    rates : table exchange_rates

    Returns
    -------
    figure, value, target (NaN where there is none), met (true, false; missing without target or value).
    """
    one = pd.Series(1.0, index=health.index)
    rate = fees.Exchange(rates, currency, as_of).convert(one, health["currency"]).to_numpy(float)
    worth = np.nan_to_num(health["stock_value"].to_numpy(float) * rate)
    keeping = _sum((health["storage_month"].fillna(0) + health["surcharge_month"].fillna(0)).to_numpy(float) * rate)
    values = {
        "slow_share": float(ratio(worth[(health["slow_risk"] >= params.slow_risk_limit).to_numpy()].sum(), worth.sum())),
        "stockout_share": 1 - float(health["in_stock_rate"].mean()),
        "storage_share": float(ratio(keeping, _sum(health["margin_per_unit"] * health["daily_demand"] * 30 * rate))),
        "turnover_year": _mean(health["turnover_year"], worth),
        "excess_share": float(ratio(_sum(health["excess_value"] * rate), worth.sum())),
        "sell_through": _mean(health["sell_through"], worth),
        "stranded_share": float(ratio(health["stranded_units"].sum(min_count=1), health.loc[health["stranded_units"].notna(), "on_hand"].sum())),
        "in_stock_rate": float(health["in_stock_rate"].mean()),
    }
    limits = {name: float(getattr(params, field)) for name, field in {**AT_MOST, **AT_LEAST}.items()}
    rows = [(name, value, limits.get(name, np.nan), _met(name, value, limits)) for name, value in values.items()]
    return pd.DataFrame(rows, columns=["figure", "value", "target", "met"])


def _met(name: str, value: float, limits: dict[str, float]) -> bool | None:
    if name not in limits or value != value:
        return None
    return value >= limits[name] if name in AT_LEAST else value <= limits[name]


def _sum(values: object) -> float:
    return float(np.nansum(np.asarray(values, float)))


def _mean(values: pd.Series, weight: np.ndarray) -> float:
    known = values.notna().to_numpy()
    return float(ratio((values.to_numpy(float)[known] * weight[known]).sum(), weight[known].sum()))


def newest_index(inventory_index: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return node, date, ipi and threshold as the seller last read them off the marketplace's screen."""
    rows = stock.known(inventory_index, as_of).sort_values("date", kind="stable").drop_duplicates("node", keep="last")
    return rows[["node", "date", "ipi", "threshold"]].reset_index(drop=True)
