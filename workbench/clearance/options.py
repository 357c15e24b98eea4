"""The ways out of each excess side by side, in money."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance import season, terms
from workbench.clearance.answers import with_elasticity
from workbench.clearance.branches import Array, Case, Exit, Path, best_ending, leave, marked_down, usual
from workbench.clearance.layers import PLACE, age_layers
from workbench.clearance.params import ClearanceParams
from workbench.clearance.ranking import ranked
from workbench.clearance.simulation import Cash, months_to_clear
from workbench.clearance.waiting import best_cut, cost_of_waiting
from workbench.tables import schema

BLOCK = 2000
GIVEN = ("health", "items", "history", "nodes", "movements", "stock_age", "fees_charged")
TENTH = 1.2815515655446004
"""Normal quantile of 90 %."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way out of a block of rows: its cash in the mean, low and high state, price or recovery, pace, months until done, exit."""

    name: str
    cash: list[Cash]
    price: Array
    units_per_month: Array
    months: Array
    exit: NDArray[np.object_] | str = ""


def compare(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the ways out of every excess, compared in money: hold, markdown, removal, liquidation.

    The net present value is that of the excess alone: the whole stock month by month under the option, less the cover by
    itself. The excess sells last, landed cost is sunk on every branch, and no branch counts follow-up orders. Storage and
    surcharge follow the calendar and the ages. Holding and marking down go on until the rest is better sent away or
    liquidated, and then end so: nobody pays for dead units to the end of the horizon. The range comes from demand and
    elasticity (and what liquidators pay) at their 10 % and 90 % points. The best price cut is shown as the markdown. What
    needs an unknown number is unknown.

    Parameters
    ----------
    tables : health, items, history, nodes, movements, stock_age, fees_charged; a missing one counts as empty
    params : capital rate, elasticity, price cuts, assumptions on liquidation, days until the next decision
    as_of : first day of month 0

    Returns
    -------
    table clearance (key sku, location, option) without lineage, four rows for every SKU and node with at least one unit of
    excess; the recommended one says what waiting costs.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in GIVEN}
    rows = _with_excess(given, params, as_of)
    if rows.empty:
        return schema.conform("clearance", schema.empty("clearance"), lineage=False)
    options = pd.concat([_table(block, params, as_of) for block in _blocks(rows, given, params, as_of)], ignore_index=True)
    return schema.conform("clearance", ranked(options, params, as_of), lineage=False)


def cash_flow(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str, location: str) -> pd.DataFrame:
    """Return the money of each option of one SKU and node by month: option, date (first day of the month looked at), cash.

    Cash is what is received less fees, of the excess alone, as in `compare`; months in which it is unknown are left out.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in GIVEN}
    rows = _with_excess(given, params, as_of, sku, location)
    found = [flow for block in _blocks(rows, given, params, as_of) for flow in _flows(block, params, as_of)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"option": [], "date": [], "cash": []})


def _with_excess(given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str = "", location: str = "") -> pd.DataFrame:
    health = given["health"]
    wanted = health["excess_units"] >= 1
    if sku:
        wanted &= (health["sku"] == sku) & (health["location"] == location)
    rows = health[wanted].drop(columns=["reason", "reason_value", "reason_limit"]).reset_index(drop=True)
    return with_elasticity(terms.with_terms(rows, given, as_of), given, params, as_of)


def _blocks(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterator[tuple[Case, Case, Case]]:
    """Yield the rows block by block, each in the mean, the low and the high state of the world."""
    pace = season.profile(given["history"], as_of)
    layers = age_layers(given["movements"], given["stock_age"], rows, as_of)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        yield _cases(rows[block].reset_index(drop=True), layers[block], pace, given, params, as_of)


def _cases(
    rows: pd.DataFrame, layers: Array, pace: Array, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date
) -> tuple[Case, Case, Case]:
    months = np.array([day.month - 1 for day in season.months_ahead(as_of, params.horizon_months)])
    demand = rows["daily_demand"].to_numpy(float)[:, None] * season.DAYS_PER_MONTH * (pace[months] / pace[months[0]])[None, :]
    fresh = np.append(np.zeros(layers.shape[1] - 1), 1.0) * rows["on_hand"].to_numpy(float)[:, None]
    lying = np.where(rows["pool"].to_numpy()[:, None], layers, fresh)  # age costs nothing outside a marketplace's pool
    keeping = terms.carrying(rows, given, as_of, params.horizon_months)

    def state(shift: float, share: float) -> Case:
        elasticity = np.maximum(rows["elasticity"].to_numpy(float) + shift * rows["elasticity_sd"].to_numpy(float), 0.0)
        level, excess = np.exp(shift * params.demand_level_cv), rows["excess_units"].to_numpy(float)
        exits = _exits(rows, share, params, as_of)
        return Case(rows, excess, demand * level, lying, keeping, elasticity, exits, exits if params.leave_later else ())

    return state(0.0, params.liquidation_share), state(-TENTH, params.liquidation_share_low), state(TENTH, params.liquidation_share_high)


def _exits(rows: pd.DataFrame, share: float, params: ClearanceParams, as_of: dt.date) -> tuple[Exit, Exit]:
    worth = params.removal_value_share * rows["unit_cost"].to_numpy(float) if params.removal_value_share else np.zeros(len(rows))
    paid = rows["price"].to_numpy(float) * share
    liquidated = paid - terms.liquidation(rows, as_of, share, params.liquidation_fee_per_unit)
    return Exit("removal", worth, terms.removal_fee(rows, as_of)), Exit("liquidation", paid, liquidated)


def _options(cases: tuple[Case, Case, Case], params: ClearanceParams) -> list[Option]:
    """Return the four options with their cash in each state of the world."""
    mean, now = cases[0], np.zeros(len(cases[0].rows), dtype=int)
    cut = best_cut(mean, params.markdowns, params.capital_rate_month)
    pace, lift = mean.demand[:, 0], (1 - cut) ** -mean.elasticity
    sold_on, reduced = [usual(case) for case in cases], [marked_down(case, cut) for case in cases]
    cleared = months_to_clear(mean.demand * lift[:, None], mean.excess)
    whole = months_to_clear(mean.demand, mean.rows["on_hand"].to_numpy(float))

    def selling(name: str, paths: list[Path], price: Array, units: Array, months: Array) -> Option:
        ends = [best_ending(case, path, params.capital_rate_month) for case, path in zip(cases, paths, strict=True)]
        done = np.where(ends[0].name == "", months, ends[0].month + params.removal_days / season.DAYS_PER_MONTH)
        return Option(name, [end.cash for end in ends], price, units, done, ends[0].name)

    def sent_away(at: int) -> Option:
        cash = [leave(path, case.exits[at], now) for case, path in zip(cases, sold_on, strict=True)]
        days = np.full(len(now), params.removal_days / season.DAYS_PER_MONTH)
        return Option(mean.exits[at].name, cash, mean.exits[at].received, mean.excess, days)

    return [
        selling("hold", sold_on, mean.price, pace, whole),
        selling("markdown", reduced, mean.price * (1 - cut), pace * lift, cleared),
        sent_away(0),
        sent_away(1),
    ]


def _table(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    mean, rate = cases[0], params.capital_rate_month
    why = terms.unknown_terms(mean.rows, mean.layers, mean.carrying, as_of)
    options = _options(cases, params)
    best = np.fmax.reduce([option.cash[0].npv(rate) for option in options])
    waiting = cost_of_waiting(mean, best, params.markdowns, rate, params.wait_days)
    return pd.concat([_option_rows(option, mean.rows, rate).assign(cost_of_waiting=waiting) for option in options]).merge(why, on=[*PLACE, "option"])


def _option_rows(option: Option, rows: pd.DataFrame, rate: float) -> pd.DataFrame:
    npv = np.stack([one.npv(rate) for one in option.cash])
    return rows[[*PLACE, "unit_cost", "currency", "elasticity", "elasticity_low", "elasticity_high", "elasticity_reason"]].assign(
        option=option.name,
        units=rows["excess_units"],
        units_per_month=option.units_per_month,
        price=option.price,
        months=option.months,
        exit=option.exit,
        cash_in=option.cash[0].received.sum(axis=1),
        fees=option.cash[0].fees.sum(axis=1),
        npv=npv[0],
        npv_low=npv.min(axis=0),
        npv_high=npv.max(axis=0),
    )


def _flows(cases: tuple[Case, Case, Case], params: ClearanceParams, as_of: dt.date) -> list[pd.DataFrame]:
    dates = [pd.Timestamp(as_of) + pd.DateOffset(months=t) for t in range(params.horizon_months)]
    flows = [pd.DataFrame({"option": option.name, "date": dates, "cash": option.cash[0].net[0]}) for option in _options(cases, params)]
    return [flow.dropna(subset="cash") for flow in flows]
