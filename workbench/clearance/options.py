"""The ways out of each excess side by side, in money."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance import season, terms
from workbench.clearance.layers import age_layers
from workbench.clearance.params import ClearanceParams
from workbench.clearance.ranking import ranked
from workbench.clearance.simulation import (
    Carrying,
    Cash,
    carrying_cost,
    months_to_clear,
    proceeds,
    sell_down,
    sell_marked_down,
    take_oldest,
    take_youngest,
)
from workbench.tables import schema

Array = NDArray[np.float64]
BLOCK = 2000
DAYS_PER_MONTH = 365.25 / 12
TENTH = 1.2815515655446004
"""Normal quantile of 90 %."""


@dataclass(frozen=True, slots=True)
class Case:
    """Rows in one state of the world: demand by month (n, months), layers (n, 13) old to young, what keeping costs, elasticity."""

    rows: pd.DataFrame
    demand: Array
    layers: Array
    carrying: Carrying
    elasticity: float
    rate: float

    @property
    def excess(self) -> Array:
        """Units to clear."""
        return self.rows["excess_units"].to_numpy(float)

    @property
    def price(self) -> Array:
        """Price of one unit."""
        return self.rows["price"].to_numpy(float)

    @property
    def cover(self) -> Array:
        """Layers that stay if the excess is not there: it would sell last, so it is the youngest."""
        return take_youngest(self.layers, self.excess)

    def fees(self, cut: Array | float = 0.0) -> Array:
        """Return the selling fees of one unit at a cut price: only the commission falls with it."""
        return self.rows["selling_fees"].to_numpy(float) - cut * self.price * self.rows["referral_share"].to_numpy(float)

    def keep(self, layers: Array) -> Cash:
        """Return what keeping the layers costs while they sell at the usual pace."""
        return carrying_cost(layers, sell_down(self.demand, layers.sum(axis=1)), self.carrying, self.rate)

    def sell(self, layers: Array) -> Cash:
        """Return the cash of selling the layers at the usual price and pace."""
        return proceeds(sell_down(self.demand, layers.sum(axis=1)), self.price, self.fees(), self.rate) + self.keep(layers)


def hold(case: Case) -> Cash:
    """Return what keeping the excess is worth: all units at the usual price, less what the cover alone would bring."""
    return case.sell(case.layers) - case.sell(case.cover)


def markdown(case: Case, cut: Array) -> Cash:
    """Return what cutting the price is worth: more units a month at less each until the excess is gone, then as before."""
    reduced, every = sell_marked_down(case.demand, case.layers.sum(axis=1), case.excess, (1 - cut) ** -case.elasticity)
    cash = proceeds(reduced, case.price * (1 - cut), case.fees(cut), case.rate) + proceeds(every - reduced, case.price, case.fees(), case.rate)
    return cash + carrying_cost(case.layers, every, case.carrying, case.rate) - case.sell(case.cover)


def leave(case: Case, received: Array, fee: Array) -> Cash:
    """Return what sending the excess away at once is worth; the oldest units go, which spares the cover their surcharge."""
    at_once = Cash(case.excess * received, case.excess * fee, case.excess * (received - fee))
    return at_once + case.keep(take_oldest(case.layers, case.excess)) - case.keep(case.cover)


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
    health = tables.get("health", schema.empty("health"))
    rows = health[health["excess_units"] >= 1].drop(columns=["reason", "reason_value", "reason_limit"]).reset_index(drop=True)
    if rows.empty:
        return schema.conform("clearance", schema.empty("clearance"), lineage=False)
    rows = terms.with_terms(rows, tables, as_of)
    pace = season.profile(tables.get("history", schema.empty("history")), as_of)
    layers = age_layers(tables, rows, as_of)
    blocks = [slice(start, start + BLOCK) for start in range(0, len(rows), BLOCK)]
    options = pd.concat([_block(rows[b].reset_index(drop=True), layers[b], pace, params, as_of) for b in blocks], ignore_index=True)
    return schema.conform("clearance", ranked(options, params, as_of), lineage=False)


def _block(rows: pd.DataFrame, layers: Array, pace: Array, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    months = np.array([day.month - 1 for day in season.months_ahead(as_of, params.horizon_months)])
    demand = rows["daily_demand"].to_numpy(float)[:, None] * DAYS_PER_MONTH * (pace[months] / pace[months[0]])[None, :]
    fresh = np.append(np.zeros(layers.shape[1] - 1), 1.0) * rows["on_hand"].to_numpy(float)[:, None]
    lying = np.where(rows["pool"].to_numpy()[:, None], layers, fresh)  # age costs nothing outside a marketplace's pool
    keeping = terms.carrying(rows, as_of, params.horizon_months)

    def state(shift: float) -> Case:
        elasticity = max(params.elasticity + shift * params.elasticity_sd, 0.0)
        return Case(rows, demand * np.exp(shift * params.demand_level_cv), lying, keeping, elasticity, params.capital_rate_month)

    why = terms.unknown_terms(rows, lying, keeping, as_of)
    return _options((state(0.0), state(-TENTH), state(TENTH)), params, as_of).merge(why, on=[*terms.PLACE, "option"])


def _options(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the four options of each row; `cases` are the mean, the low and the high state of the world."""
    mean, rows = cases[0], cases[0].rows
    cut = _best_cut(mean, params)
    worth = params.removal_value_share * rows["unit_cost"].to_numpy(float) if params.removal_value_share else np.zeros(len(rows))
    fee = terms.removal_fee(rows, as_of)
    shares = (params.liquidation_share, params.liquidation_share_low, params.liquidation_share_high)
    net = [terms.liquidation(rows, as_of, share, params.liquidation_fee_per_unit) for share in shares]
    paid = [mean.price * share for share in shares]
    pace, lift = mean.demand[:, 0], (1 - cut) ** -mean.elasticity
    away = np.full(len(rows), params.removal_days / DAYS_PER_MONTH)
    return pd.concat(
        [
            _table("hold", [hold(case) for case in cases], rows, mean.price, pace, months_to_clear(mean.demand, rows["on_hand"].to_numpy(float))),
            _table(
                "markdown",
                [markdown(case, cut) for case in cases],
                rows,
                mean.price * (1 - cut),
                pace * lift,
                months_to_clear(mean.demand * lift[:, None], mean.excess),
            ),
            _table("removal", [leave(case, worth, fee) for case in cases], rows, worth, mean.excess, away),
            _table("liquidation", [leave(c, p, p - n) for c, p, n in zip(cases, paid, net, strict=True)], rows, paid[0], mean.excess, away),
        ]
    )


def _best_cut(case: Case, params: ClearanceParams) -> Array:
    worth = np.stack([markdown(case, np.full(len(case.rows), cut)).npv for cut in params.markdowns])
    return np.array(params.markdowns)[np.nan_to_num(worth, nan=-np.inf).argmax(axis=0)]


def _table(option: str, cash: list[Cash], rows: pd.DataFrame, price: Array, units_per_month: Array, months: Array) -> pd.DataFrame:
    npv = np.stack([one.npv for one in cash])
    return rows[[*terms.PLACE, "unit_cost", "currency"]].assign(
        option=option,
        units=rows["excess_units"],
        units_per_month=units_per_month,
        price=price,
        months=months,
        cash_in=cash[0].received,
        fees=cash[0].fees,
        npv=npv[0],
        npv_low=npv.min(axis=0),
        npv_high=npv.max(axis=0),
    )
