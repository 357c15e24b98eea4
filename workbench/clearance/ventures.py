"""Ways out that wait for an occasion, or sell where or what is not sold now: season, dated deal, bundle, other marketplace, graded as used."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance import terms, ways
from workbench.clearance.branches import Array, Case, Ending, Plan, States, expected, usual
from workbench.clearance.elsewhere import AGED_FROM
from workbench.clearance.occasions import times_of_deal
from workbench.clearance.params import ClearanceParams
from workbench.clearance.paths import TENTH
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.clearance.simulation import Cash, months_to_clear, paid
from workbench.clearance.ways import OUTLET_DAYS, Option, now_gone, selling_option, stock_left

_BY_MONTH = ("cut", "part", "ads")
"""What of a plan may differ by month."""


def every_option(case: Case, params: ClearanceParams, as_of: pd.Timestamp) -> list[Option]:
    """Return all options of a block of rows: those of `ways`, deals dated, and those that lean on something; NaN where it is unknown."""
    states = case.states(params.demand_level_cv)
    plain = [offsite(option, states, params) if option.name == "offsite_deal" else option for option in ways.options(case, params)]
    deals = {"outlet": (OUTLET_DAYS, 0.0, 0.0), "offsite_deal": (params.offsite_days, *ways.offsite_terms(params))}
    dated = [dealt(option, states, params, as_of, *deals[option.name]) if option.name in deals else option for option in plain]
    return [*dated, for_the_season(states, params, as_of), bundled(case, params), *sent(case, params, as_of), graded(case, params, as_of)]


def offsite(untold: Option, states: States, params: ClearanceParams) -> Option:
    """Return a deal on a deal site begun at once, with its own cut and length; `untold` where the seller does not say what it brings and costs."""
    if None in (params.offsite_fee_share, params.offsite_lift):
        return untold
    case = states[0][0]
    cut = np.minimum(params.offsite_discount, ways.deepest_cut(case))[:, None]
    return selling_option(untold.name, ways.for_days(cut, params.offsite_days, case.demand.shape, *ways.offsite_terms(params)), states, params)


def dealt(now: Option, states: States, params: ClearanceParams, as_of: pd.Timestamp, days: int, lift: float, cost_share: float) -> Option:
    """Return a deal begun with the sale event that it may wait for, where that is worth more than the deal begun at once.

    Parameters
    ----------
    days : how long the deal lasts
    lift, cost_share : more units that the deal itself brings beside its price, and what that costs as a share of its sales
    """
    case = states[0][0]
    starts = case.rows["deal_start"]
    if starts.isna().all():
        return now
    begins = ((starts - as_of).dt.days / DAYS_PER_MONTH).to_numpy(float)[:, None]
    plan = ways.for_days(now.discount[:, None], days, case.demand.shape, 1.0, cost_share, begins)
    event = times_of_deal(case.rows, days)[:, None]
    then = selling_option(now.name, replace(plan, ads=np.asarray(plan.ads) * (event * (1 + lift) - 1)), states, params)
    later = then.cash.npv(params.capital_rate_month) > now.cash.npv(params.capital_rate_month)
    there_still = ~(now_gone(case) <= begins[:, 0])
    return _either(later & there_still & starts.notna().to_numpy(), then, now, starts)


def before_season(case: Case, as_of: pd.Timestamp) -> NDArray[np.bool_]:
    """Return which rows sell out at the usual price before their next season begins."""
    months = ((case.rows["season_from"] - as_of).dt.days / DAYS_PER_MONTH).to_numpy(float)
    return np.asarray(now_gone(case) <= months)


def _either(pick: NDArray[np.bool_], one: Option, other: Option, begins: pd.Series) -> Option:
    """Return of two options of one name the first where it is picked."""
    cash = Cash(np.where(pick[:, None], one.cash.received, other.cash.received), np.where(pick[:, None], one.cash.paid, other.cash.paid))
    (plan, end), (plan_other, end_other) = one.sold or (Plan(), None), other.sold or (Plan(), None)
    assert end is not None and end_other is not None
    mixed = [np.where(pick[:, None], *(np.broadcast_to(np.asarray(getattr(p, n), float), cash.received.shape) for p in (plan, plan_other))) for n in _BY_MONTH]
    ended = Ending(cash, np.where(pick, end.month, end_other.month), np.where(pick, end.name, end_other.name))
    each = {name: np.where(pick, getattr(one, name), getattr(other, name)) for name in ("units_per_month", "months")}
    stock = np.where(pick[:, None], one.stock, other.stock)
    return Option(one.name, cash, other.price, other.discount, each["units_per_month"], each["months"], stock, (Plan(*mixed), ended), begins=begins.where(pick))


def for_the_season(states: States, params: ClearanceParams, as_of: pd.Timestamp) -> Option:
    """Return holding at the usual price until the next season is over; only then may the rest leave by an exit."""
    rows = states[0][0].rows
    last = np.nan_to_num(((rows["season_until"] - as_of).dt.days / DAYS_PER_MONTH).to_numpy(float))
    kept = tuple((replace(case, earliest=np.ceil(last)), chance) for case, chance in states)
    found = selling_option("next_season", Plan(), kept, params)
    first = np.nan_to_num(((rows["season_from"] - as_of).dt.days / DAYS_PER_MONTH).to_numpy(float)).astype(int)
    demand = kept[0][0].demand
    pace = demand[np.arange(len(rows)), np.minimum(first, demand.shape[1] - 1)]
    return replace(found, units_per_month=pace, begins=rows["season_from"])


def bundled(case: Case, params: ClearanceParams) -> Option:
    """Return the option of selling each unit with a bestseller, at the bestseller's pace x the share of its buyers who take the bundle.

    Bundles = pace x share; of them `bundle_cannibalised_share` would have bought the unit alone. A bundle costs its packaging and the
    unit's price cut. The range is that of share and demand together: both at their low, both at their high.
    """
    states = case.states(params.demand_level_cv)
    made = selling_option("bundle", bundle_plan(case, params.bundle_attach_share, params), states, params)
    npv = made.cash.npv(params.capital_rate_month)
    ends = []
    for share, sign in zip(params.bundle_attach_ends, (-1, 1), strict=True):
        then = case.scaled(_level(params, sign))
        cash, _ = expected(((then, 1.0),), bundle_plan(then, share, params), params.capital_rate_month)
        ends.append(cash.npv(params.capital_rate_month) - npv)
    cut = np.minimum(params.bundle_discount, ways.deepest_cut(case))
    moved = case.rows["partner_pace"].to_numpy(float) * params.bundle_attach_share
    return Option("bundle", made.cash, case.price * (1 - cut), cut, moved, made.months, made.stock, made.sold, (np.fmin(*ends), np.fmax(*ends)))


def bundle_plan(case: Case, share: float, params: ClearanceParams) -> Plan:
    """Return the plan of a bundle: how many more units it moves, what their packaging costs and how much price they give back."""
    bundles = np.nan_to_num(case.rows["partner_pace"].to_numpy(float))[:, None] * share
    more = (1 - params.bundle_cannibalised_share) * bundles
    with np.errstate(divide="ignore", invalid="ignore"):
        ads = np.where(case.demand > 0, more / case.demand, 0.0)
        of_sales = np.where(case.demand + more > 0, np.minimum(bundles / (case.demand + more), 1.0), 0.0)
        packaging = np.nan_to_num(params.bundle_cost_per_unit / case.price)[:, None]
    return Plan(0.0, 1.0, ads, packaging * of_sales, np.minimum(params.bundle_discount, ways.deepest_cut(case))[:, None] * of_sales)


def sent(case: Case, params: ClearanceParams, as_of: pd.Timestamp) -> tuple[Option, Option]:
    """Return the two options of sending the excess to sell elsewhere: in another marketplace's pool, and from an own or overseas warehouse.

    Paid at once: removal, freight and placement; later what selling and keeping units there costs, in the row's money. In the pool the
    stock that is there sells first, and the aged surcharge begins anew. What is unsold at the end is worth nothing.
    """
    rows = case.rows
    back = terms.removal_fee(rows, as_of.date(), params.removal_fee_per_unit)
    freight = np.nan if params.transfer_cost_per_unit is None else params.transfer_cost_per_unit
    there = {name: rows[f"there_{name}"].to_numpy(float)[:, None] for name in ("pace", "stock", "price", "fees", "storage", "placement")}
    pool = Elsewhere(
        there["pace"], there["stock"], there["price"], there["fees"], there["storage"], _aged_there(rows, params, case.demand.shape[1]),
        back + freight + there["placement"][:, 0], params.transfer_days,
    )  # fmt: skip
    price, none = case.price[:, None] * params.elsewhere_price_share, np.zeros((len(rows), 1))
    pace = np.nan if params.elsewhere_units_month is None else params.elsewhere_units_month
    kept = (np.nan_to_num(rows["volume_ft3"].to_numpy(float)) * rows["own_storage"].to_numpy(float))[:, None]
    own = Elsewhere(none + pace, none, price, none, kept, none, back + params.elsewhere_cost_per_unit, params.removal_days)
    return own.option("own_warehouse", case, params), pool.option("transfer", case, params)


def _aged_there(rows: pd.DataFrame, params: ClearanceParams, months: int) -> Array:
    """Aged surcharge of one unit there by month, (n, months): its age counts from the day it arrives; none where its rate is unknown."""
    age = np.arange(months) * DAYS_PER_MONTH - params.transfer_days
    rates = np.column_stack([np.zeros(len(rows)), *(np.nan_to_num(rows[f"there_aged_{first}"].to_numpy(float)) for first in AGED_FROM)])
    return np.asarray(rates[:, np.searchsorted(AGED_FROM, age, side="right")])


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place to sell at, columns (n, 1): units a month, its own stock; price, selling fees, storage and surcharge (n, months) of a unit.

    And what sending a unit there costs (n,), and the days until it can be sold.
    """

    pace: Array
    stock: Array
    price: Array
    fees: Array
    storage: Array
    aged: Array
    sending: Array
    days: int

    def option(self, name: str, case: Case, params: ClearanceParams) -> Option:
        """Return the option of sending the excess there; its range is that of less and more demand there."""
        rate, none = params.capital_rate_month, np.zeros(len(case.rows))
        cash, sold = self.cash(case, 1.0)
        npv = cash.npv(rate)
        ends = [self.cash(case, _level(params, sign))[0].npv(rate) - npv for sign in (-1, 1)]
        months = months_to_clear(np.diff(sold, axis=1, prepend=0.0), case.excess)
        left = stock_left(case, usual(case), none.astype(int))
        return Option(name, cash, self.price[:, 0], none, self.pace[:, 0], months, left, None, (np.fmin(*ends), np.fmax(*ends)))

    def cash(self, case: Case, level: float) -> tuple[Cash, Array]:
        """Return the cash of the excess at a level of demand there, and the units sold there by the end of each month."""
        mean = case.demand.mean(axis=1, keepdims=True)
        season = np.where(mean > 0, case.demand / np.where(mean > 0, mean, 1.0), 1.0)
        wanted = np.nan_to_num(self.pace) * level * season
        arrived = np.clip(np.arange(wanted.shape[1])[None, :] + 1 - self.days / DAYS_PER_MONTH, 0, 1)
        before = np.cumsum(wanted * (1 - arrived), axis=1)
        behind = np.maximum(np.nan_to_num(self.stock), before)  # its own stock there sells first, while ours is on the way and after
        sold = np.clip(np.cumsum(wanted, axis=1) - behind, 0, case.excess[:, None])
        sold = np.maximum.accumulate(sold, axis=1)
        units = np.diff(sold, axis=1, prepend=0.0)
        kept = (case.excess[:, None] - sold + units / 2) * arrived
        sending = np.zeros_like(units)
        sending[:, 0] = case.excess * self.sending
        fees = paid(units * self.fees, "selling") + paid(kept * self.storage, "storage") + paid(kept * self.aged, "aged")
        fees = fees + paid(sending, "exit")
        return case.spared + Cash(units * self.price, fees), sold


def graded(case: Case, params: ClearanceParams, as_of: pd.Timestamp) -> Option:
    """Return the option of having returned units graded and sold as used in the month after; it is about them, not about the excess."""
    rows, months = case.rows, case.demand.shape[1]
    units = np.nan_to_num(rows["unsellable_units"].to_numpy(float))
    at = min(1, months - 1)
    received, selling, grading = (np.zeros((len(units), months)) for _ in range(3))
    received[:, at] = units * case.price * params.grade_price_share
    selling[:, at] = units * case.fees(1 - params.grade_price_share)
    grading[:, 0] = units * terms.grading_fee(rows, as_of.date(), params.grade_fee_per_unit)
    cash = Cash(received, paid(selling, "selling") + paid(grading, "exit"))
    cut, same = np.full(len(units), 1 - params.grade_price_share), np.zeros(len(units))
    stock = stock_left(case, usual(case), np.full(len(units), months))
    return Option("grade_resell", cash, case.price * (1 - cut), cut, units, np.full(len(units), 2.0), stock, None, (same, same), units=units)


def _level(params: ClearanceParams, sign: int) -> float:
    """The 10 % or 90 % point of the level of demand."""
    cv = params.demand_level_cv
    return float(np.exp(sign * TENTH * cv - cv**2 / 2))
