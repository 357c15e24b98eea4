"""What may be done with an excess: prices that are asked for it, and ways to be rid of it at once."""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance import terms
from workbench.clearance.branches import Array, Case, Ending, Exit, Path, Plan, States, best_ending, expected, followed, leave, usual
from workbench.clearance.limits import KEPT
from workbench.clearance.markdown_path import best_path
from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.clearance.simulation import Cash, months_to_clear, sell_down
from workbench.clearance.waiting import best_cut

OUTLET_DISCOUNT, OUTLET_DAYS = 0.2, 14
"""Least price cut of an Outlet deal, and how long it lasts."""
RISES = (0.05, 0.1)
"""By how much more is asked, as a share of the price: no further than prices usually move."""
_UNTOLD = ("assumed", "few_prices", "few_sales", "wrong_sign", "price_moved_with_season")  # elasticities that are not the SKU's own
_FEE_STEPS = (10.0, 50.0)  # prices at which the US rate card changes fulfilment fees


@dataclass(frozen=True, slots=True)
class Option:
    """One way out of a block of rows: its cash, price or recovery, pace, months until done, stock by month; if it sells, its plan and how that ends.

    Where it is not carried over the drawn paths, `span` says how far its worth may fall and rise; `begins` is the month it waits for,
    `units` those that it is about where they are not the excess.
    """

    name: str
    cash: Cash
    price: Array
    discount: Array
    units_per_month: Array
    months: Array
    stock: Array
    sold: tuple[Plan, Ending] | None = None
    span: tuple[Array, Array] | None = None
    begins: pd.Series | None = None
    units: Array | None = None


def exits(rows: pd.DataFrame, share: float, params: ClearanceParams, as_of: dt.date) -> tuple[Exit, ...]:
    """Return the ways to be rid of units at once, in the order in which equal ones are preferred."""
    cost, price = rows["unit_cost"].to_numpy(float), rows["price"].to_numpy(float)
    nothing, unknown = np.zeros(len(rows)), np.full(len(rows), np.nan)
    worth = params.removal_value_share * cost if params.removal_value_share else nothing
    paid = price * share
    back = terms.removal_fee(rows, as_of, params.removal_fee_per_unit)
    sent = back + params.elsewhere_cost_per_unit
    fee = params.donation_fee_per_unit
    return (
        Exit("removal", worth, back),
        Exit("liquidation", paid, paid - terms.liquidation(rows, as_of, share, params.liquidation_fee_per_unit)),
        Exit("supplier_return", params.supplier_refund_share * cost if params.supplier_refund_share else unknown, sent),
        Exit("disposal", nothing, terms.disposal_fee(rows, as_of, params.disposal_fee_per_unit)),
        Exit("donation", nothing, unknown if fee is None else nothing + fee),
    )


def plans(states: States, params: ClearanceParams) -> dict[str, Plan]:
    """Return what each option that sells does with the price, by the name of the option."""
    mean = states[0][0]
    cuts, shape = allowed(params), mean.demand.shape
    cut = best_cut(states, cuts, params.capital_rate_month) if cuts else np.zeros(len(mean.rows))
    known, deepest = bool(_known(mean).any()), deepest_cut(mean)[:, None]
    steps = best_path(mean, cuts, params.capital_rate_month, params.demand_level_cv) if known else np.zeros(shape)
    single = Plan(np.broadcast_to(np.minimum(cut[:, None], deepest), shape))
    return {
        "hold": Plan(),
        "price_rise": Plan(np.broadcast_to(-sure_rise(states, params.capital_rate_month)[:, None], shape)),
        "markdown": single,
        "markdown_steps": _better(Plan(np.minimum(steps, deepest)), single, states, params.capital_rate_month),
        "promotion": for_days(np.minimum(params.promotion_discount, deepest), params.ad_days, shape, params.ad_lift, params.ad_cost_share),
        "outlet": for_days(OUTLET_DISCOUNT, OUTLET_DAYS, shape),
        "offsite_deal": for_days(np.minimum(params.promotion_discount, deepest), params.ad_days, shape, *offsite_terms(params)),
    }


def sure_rise(states: States, rate: float) -> Array:
    """Return by which share to raise each price, 0 where no rise tried is sure to pay.

    The rise worth most on the mean of the states, of those that are worth more than the usual price even where demand answers to price as
    strongly as the upper end of its 90 % interval; none over a rival's price, none where neither the SKU's own prices nor the user tell the
    elasticity, and none over a price at which fulfilment fees change, for ways out are reckoned at the fee of today's price.
    """
    case = states[0][0]
    if "elasticity_high" not in case.rows:
        return np.zeros(len(case.rows))
    most = tuple((replace(state, elasticity=case.rows["elasticity_high"].to_numpy(float)), chance) for state, chance in states)
    told, rival = ~case.rows["elasticity_reason"].isin(_UNTOLD).to_numpy(), case.rows["rival_price"].fillna(np.inf).to_numpy(float)
    step = np.searchsorted(_FEE_STEPS, case.price, side="right")
    plain, _ = expected(most, Plan(), rate)
    best, found = expected(states, Plan(), rate)[0].npv(rate), np.zeros(len(case.rows))
    for rise in RISES:
        plan = Plan(np.full(case.demand.shape, -rise))
        worth = expected(states, plan, rate)[0].npv(rate)
        price = case.price * (1 + rise)
        may = told & (price <= rival) & (np.searchsorted(_FEE_STEPS, price, side="right") == step)
        sure = may & (expected(most, plan, rate)[0].npv(rate) > plain.npv(rate) + 1e-9)
        found, best = np.where(sure & (worth > best), rise, found), np.where(sure, np.fmax(best, worth), best)
    return found


def _better(steps: Plan, single: Plan, states: States, rate: float) -> Plan:
    """Return the steps, and the single cut where it is worth more: the recursion knows age by its mean only, and goes in steps of stock."""
    worth = [expected(states, plan, rate)[0].npv(rate) for plan in (steps, single)]
    return Plan(np.where((worth[1] > worth[0])[:, None], single.cut, steps.cut))


def offsite_terms(params: ClearanceParams) -> tuple[float, float]:
    """Return what a deal on a deal site brings in more units and takes of the sales; nothing where the seller does not say."""
    return params.offsite_lift or 0.0, params.offsite_fee_share or 0.0


def options(case: Case, params: ClearanceParams) -> list[Option]:
    """Return every option with its cash, on the mean of what demand may be; hold first."""
    states = case.states(params.demand_level_cv)
    selling = [selling_option(name, plan, states, params) for name, plan in plans(states, params).items()]
    return [*selling, *(_sent_away(way, case, params) for way in case.exits)]


def deepest_cut(case: Case) -> Array:
    """Return the deepest price cut that leaves each row's price at its bound against the rival's; 1 where there is none, or the price is under it already."""
    bound = case.rows["price_bound"].to_numpy(float) if "price_bound" in case.rows else np.full(len(case.rows), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.nan_to_num(1 - bound / case.price, nan=1.0, neginf=1.0)
    return np.where(cut > 0, cut, 1.0)


def allowed(params: ClearanceParams) -> tuple[float, ...]:
    """Return the price cuts that the brand's floor price allows."""
    return tuple(cut for cut in params.markdowns if 1 - cut >= params.floor_price_share - 1e-9)


def _known(case: Case) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(case.covered.net).any(axis=1))


def for_days(cut: Array | float, days: int, shape: tuple[int, int], lift: float = 0.0, cost_share: float = 0.0, begins: Array | float = 0.0) -> Plan:
    """Return the plan of a price cut that lasts some days, with ads or without, from so many months on."""
    month = np.arange(shape[1])[None, :]
    part = np.nan_to_num(np.clip(np.minimum(begins + days / DAYS_PER_MONTH, month + 1) - np.maximum(begins, month), 0, 1))
    return Plan(np.where(part > 0, cut, 0.0), part, np.where(part > 0, lift, 0.0), cost_share)


def now_gone(case: Case) -> Array:
    """Return the months until the excess, behind its cover, is sold at the usual price; NaN where it is not."""
    return months_to_clear(case.demand, case.rows["on_hand"].to_numpy(float))


def selling_option(name: str, plan: Plan, states: States, params: ClearanceParams) -> Option:
    """Return the option of selling by a plan, ended as is best in each state."""
    case = states[0][0]
    path = followed(case, plan)
    cash, end = expected(states, plan, params.capital_rate_month)
    cut = np.broadcast_to(np.asarray(plan.cut, float), case.demand.shape)
    lift = (1 - cut) ** -case.elasticity[:, None] * (1 + np.asarray(plan.ads))
    wanted = case.demand * (1 + plan.part * (lift - 1))
    cleared = now_gone(case) if name in KEPT else months_to_clear(wanted, case.excess)
    done = np.where(end.name == "", cleared, end.month + params.removal_days / DAYS_PER_MONTH)
    return Option(name, cash, case.price * (1 - cut[:, 0]), cut[:, 0], wanted[:, 0], done, stock_left(case, path, end.month), (plan, end))


def _sent_away(way: Exit, case: Case, params: ClearanceParams) -> Option:
    now, path = np.zeros(len(case.rows), dtype=int), usual(case)
    days = np.full(len(now), params.removal_days / DAYS_PER_MONTH)
    return Option(way.name, leave(path, way, now), way.received, np.zeros(len(now)), case.excess, days, stock_left(case, path, now))


def stock_left(case: Case, path: Path, month: NDArray[np.int64]) -> Array:
    """Return the units there at the start of each month: the cover alone once the excess has left."""
    kept = case.cover.sum(axis=1)
    behind = kept[:, None] - np.column_stack([np.zeros(len(kept)), sell_down(case.demand, kept)[:, :-1]])
    return np.where(np.arange(path.left.shape[1])[None, :] < month[:, None], path.stock, behind)


def break_even(case: Case, cut: Array, params: ClearanceParams) -> Array:
    """Return the units a month over which holding is the best of holding, the best single cut and every exit; NaN where none tried is enough.

    The pace of every month is scaled alike; the answer is where the values cross, on a line between the scales tried.
    """
    rate, scales = params.capital_rate_month, np.geomspace(1 / 16, 16, 13)
    lead = np.stack([_lead_of_holding(case, cut, rate, scale) for scale in scales])
    wins = lead >= 0
    always = np.logical_and.accumulate(wins[::-1], axis=0)[::-1]
    first = always.argmax(axis=0)
    row = np.arange(lead.shape[1])
    below = np.maximum(first - 1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.nan_to_num(np.where(first > 0, -lead[below, row] / (lead[first, row] - lead[below, row]), 0.0))
    scale = np.exp(np.log(scales[below]) + np.clip(part, 0, 1) * (np.log(scales[first]) - np.log(scales[below])))
    return np.where(always.any(axis=0) & ~np.isnan(lead).any(axis=0), case.demand[:, 0] * np.where(first > 0, scale, scales[0]), np.nan)


def _lead_of_holding(case: Case, cut: Array, rate: float, scale: float) -> Array:
    at = case.scaled(scale)
    held = best_ending(at, usual(at), rate).cash.npv(rate)
    reduced = followed(at, Plan(np.broadcast_to(cut[:, None], at.demand.shape)))
    away = [leave(usual(at), way, np.zeros(len(cut), dtype=int)).npv(rate) for way in at.exits]
    return np.asarray(held - np.fmax.reduce([best_ending(at, reduced, rate).cash.npv(rate), *away]))
