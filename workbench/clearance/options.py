"""The ways out of each excess side by side, in money."""

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from workbench.clearance import season, terms
from workbench.clearance.branches import Array, Case, Option, hold, leave, markdown
from workbench.clearance.layers import age_layers
from workbench.clearance.params import ClearanceParams
from workbench.clearance.ranking import ranked
from workbench.clearance.simulation import months_to_clear
from workbench.tables import schema

BLOCK = 2000
TENTH = 1.2815515655446004
"""Normal quantile of 90 %."""


def compare(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the ways out of every excess, compared in money: hold, markdown, removal, liquidation.

    The net present value is that of the excess alone: the whole stock month by month under the option, less the cover by
    itself. The excess sells last, landed cost is sunk on every branch, and no branch counts follow-up orders. Storage and
    surcharge follow the calendar and the ages. The range comes from demand and elasticity (and what liquidators pay) at
    their 10 % and 90 % points. The best price cut is shown as the markdown. What needs an unknown number is unknown.

    Parameters
    ----------
    tables : health, items, listings, history, channels, nodes, serves, movements, stock_age; a missing one counts as empty
    params : capital rate, elasticity, price cuts, assumptions on liquidation
    as_of : first day of month 0

    Returns
    -------
    table clearance (key sku, location, option) without lineage, four rows for every SKU and node with at least one unit of excess.
    """
    rows = _with_excess(tables, as_of)
    if rows.empty:
        return schema.conform("clearance", schema.empty("clearance"), lineage=False)
    options = pd.concat([_table(block, params, as_of) for block in _blocks(rows, tables, params, as_of)], ignore_index=True)
    return schema.conform("clearance", ranked(options, params, as_of), lineage=False)


def cash_flow(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str, location: str) -> pd.DataFrame:
    """Return the money of each option of one SKU and node by month: option, date (first day of the month looked at), cash.

    Cash is what is received less fees, of the excess alone, as in `compare`; months in which it is unknown are left out.
    """
    rows = _with_excess(tables, as_of, sku, location)
    found = [flow for block in _blocks(rows, tables, params, as_of) for flow in _flows(block, params, as_of)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"option": [], "date": [], "cash": []})


def _with_excess(tables: Mapping[str, pd.DataFrame], as_of: dt.date, sku: str = "", location: str = "") -> pd.DataFrame:
    health = tables.get("health", schema.empty("health"))
    wanted = health["excess_units"] >= 1
    if sku:
        wanted &= (health["sku"] == sku) & (health["location"] == location)
    rows = health[wanted].drop(columns=["reason", "reason_value", "reason_limit"]).reset_index(drop=True)
    return terms.with_terms(rows, tables, as_of)


def _blocks(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterator[tuple[Case, Case, Case]]:
    """Yield the rows block by block, each in the mean, the low and the high state of the world."""
    pace = season.profile(tables.get("history", schema.empty("history")), as_of)
    layers = age_layers(tables, rows, as_of)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        yield _cases(rows[block].reset_index(drop=True), layers[block], pace, params, as_of)


def _cases(rows: pd.DataFrame, layers: Array, pace: Array, params: ClearanceParams, as_of: dt.date) -> tuple[Case, Case, Case]:
    months = np.array([day.month - 1 for day in season.months_ahead(as_of, params.horizon_months)])
    demand = rows["daily_demand"].to_numpy(float)[:, None] * season.DAYS_PER_MONTH * (pace[months] / pace[months[0]])[None, :]
    fresh = np.append(np.zeros(layers.shape[1] - 1), 1.0) * rows["on_hand"].to_numpy(float)[:, None]
    lying = np.where(rows["pool"].to_numpy()[:, None], layers, fresh)  # age costs nothing outside a marketplace's pool
    keeping = terms.carrying(rows, as_of, params.horizon_months)

    def state(shift: float) -> Case:
        elasticity = max(params.elasticity + shift * params.elasticity_sd, 0.0)
        return Case(rows, demand * np.exp(shift * params.demand_level_cv), lying, keeping, elasticity)

    return state(0.0), state(-TENTH), state(TENTH)


def _options(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> list[Option]:
    """Return the four options with their cash in each state of the world."""
    mean, rows = cases[0], cases[0].rows
    cut = _best_cut(mean, params)
    worth = params.removal_value_share * rows["unit_cost"].to_numpy(float) if params.removal_value_share else np.zeros(len(rows))
    fee = terms.removal_fee(rows, as_of)
    shares = (params.liquidation_share, params.liquidation_share_low, params.liquidation_share_high)
    net = [terms.liquidation(rows, as_of, share, params.liquidation_fee_per_unit) for share in shares]
    paid = [mean.price * share for share in shares]
    pace, lift = mean.demand[:, 0], (1 - cut) ** -mean.elasticity
    away = np.full(len(rows), params.removal_days / season.DAYS_PER_MONTH)
    whole, cleared = months_to_clear(mean.demand, rows["on_hand"].to_numpy(float)), months_to_clear(mean.demand * lift[:, None], mean.excess)
    return [
        Option("hold", [hold(case) for case in cases], mean.price, pace, whole),
        Option("markdown", [markdown(case, cut) for case in cases], mean.price * (1 - cut), pace * lift, cleared),
        Option("removal", [leave(case, worth, fee) for case in cases], worth, mean.excess, away),
        Option("liquidation", [leave(c, p, p - n) for c, p, n in zip(cases, paid, net, strict=True)], paid[0], mean.excess, away),
    ]


def _best_cut(case: Case, params: ClearanceParams) -> Array:
    worth = np.stack([markdown(case, np.full(len(case.rows), cut)).npv(params.capital_rate_month) for cut in params.markdowns])
    return np.array(params.markdowns)[np.nan_to_num(worth, nan=-np.inf).argmax(axis=0)]


def _table(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    rows = cases[0].rows
    why = terms.unknown_terms(rows, cases[0].layers, cases[0].carrying, as_of)
    found = [_option_rows(option, rows, params.capital_rate_month) for option in _options(cases, params, as_of)]
    return pd.concat(found).merge(why, on=[*terms.PLACE, "option"])


def _option_rows(option: Option, rows: pd.DataFrame, rate: float) -> pd.DataFrame:
    npv = np.stack([one.npv(rate) for one in option.cash])
    return rows[[*terms.PLACE, "unit_cost", "currency"]].assign(
        option=option.name,
        units=rows["excess_units"],
        units_per_month=option.units_per_month,
        price=option.price,
        months=option.months,
        cash_in=option.cash[0].received.sum(axis=1),
        fees=option.cash[0].fees.sum(axis=1),
        npv=npv[0],
        npv_low=npv.min(axis=0),
        npv_high=npv.max(axis=0),
    )


def _flows(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> list[pd.DataFrame]:
    dates = [pd.Timestamp(as_of) + pd.DateOffset(months=t) for t in range(params.horizon_months)]
    flows = [pd.DataFrame({"option": option.name, "date": dates, "cash": option.cash[0].net[0]}) for option in _options(cases, params, as_of)]
    return [flow.dropna(subset="cash") for flow in flows]
