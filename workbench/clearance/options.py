"""The ways out of each excess side by side, in money."""

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from workbench.clearance import courses, elsewhere, occasions, outlet, paths, season, terms, ways
from workbench.clearance.answers import with_elasticity
from workbench.clearance.branches import Array, Case
from workbench.clearance.layers import PLACE, age_layers
from workbench.clearance.params import ClearanceParams
from workbench.clearance.ranking import ASSUMED, ranked
from workbench.clearance.simulation import KINDS
from workbench.clearance.ventures import before_season, every_option
from workbench.clearance.waiting import cost_of_waiting
from workbench.tables import schema

BLOCK = 2000
NEVER = 9999
_DEAL = ("deal_event", "deal_times", "deal_years")
GIVEN = ("health", "items", "history", "nodes", "movements", "stock_age", "fees_charged", "stock", "market", "events", "exchange_rates")


def compare(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str = "", location: str = "") -> pd.DataFrame:
    """Return the ways out of every excess, compared in money.

    The net present value is that of the excess alone: the whole stock month by month under the option, less the cover by
    itself. The excess sells last, landed cost is sunk on every branch, and no branch counts follow-up orders. Storage and
    surcharge follow the calendar and the ages. Holding and marking down go on until the rest is better sent away or
    liquidated, and then end so: nobody pays for dead units to the end of the horizon. Every value is the mean over less, as much and
    more demand than expected, each ended as is best there. The range runs from the 10 % to
    the 90 % point of 1,000 drawn paths of demand, elasticity and what liquidators pay. The best price cut is shown as the markdown. What
    needs an unknown number is unknown.

    Parameters
    ----------
    tables : health, items, history, nodes, movements, stock_age, fees_charged, stock, market, events, event_lifts, exchange_rates; a
        missing one counts as empty
    params : capital rate, elasticity, price cuts, assumptions on liquidation, days until the next decision
    as_of : first day of month 0
    sku, location : the one position to compare; empty compares all

    Returns
    -------
    table clearance (key sku, location, option) without lineage, one row an option for every SKU and node with at least one unit of
    excess; the recommended one says what waiting costs.
    """
    given = _given(tables)
    rows = _with_excess(given, params, as_of, sku, location)
    if rows.empty:
        return schema.conform("clearance", schema.empty("clearance"), lineage=False)
    options = pd.concat([_table(*block, params, as_of) for block in _blocks(rows, given, params, as_of)], ignore_index=True)
    return schema.conform("clearance", ranked(options, params, as_of), lineage=False)


def cash_flow(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str, location: str) -> pd.DataFrame:
    """Return the money of each option of one SKU and node by month: option, date (first day of the month looked at), cash.

    Cash is what is received less fees, of the excess alone, as in `compare`; months in which it is unknown are left out.
    """
    return flows(tables, params, as_of, sku, location)[0]


def flows(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str, location: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return of one SKU and node the money of each option by month, see `cash_flow`, and its stock and price by the day, see `courses.course`."""
    given, today = _given(tables), pd.Timestamp(as_of)
    rows = _with_excess(given, params, as_of, sku, location)
    if rows.empty:
        return pd.DataFrame({"option": [], "date": [], "cash": []}), pd.DataFrame(columns=courses.COURSE)
    case, _ = next(_blocks(rows, given, params, as_of))
    every = every_option(case, params, today)
    dates = [today + pd.DateOffset(months=t) for t in range(params.horizon_months)]
    cash = pd.concat([pd.DataFrame({"option": option.name, "date": dates, "cash": option.cash.net[0]}) for option in every], ignore_index=True)
    return cash.dropna(subset="cash"), pd.concat([courses.course(option, case, params.removal_days, today) for option in every], ignore_index=True)


def _given(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables read, and what analysts said of coming events where the host has it."""
    lifts = tables.get("event_lifts")
    return {name: tables.get(name, schema.empty(name)) for name in GIVEN} | ({} if lifts is None else {"event_lifts": lifts})


def _with_excess(given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str = "", location: str = "") -> pd.DataFrame:
    health = given["health"]
    may_go = (health["on_hand"] - params.minimum_stock_units).clip(lower=0)
    health = health.assign(excess_units=np.minimum(health["excess_units"], may_go))
    wanted = health["excess_units"] >= 1
    if sku:
        wanted &= (health["sku"] == sku) & (health["location"] == location)
    rows = health[wanted].drop(columns=["reason", "reason_value", "reason_limit"]).reset_index(drop=True)
    return _with_chances(with_elasticity(terms.with_terms(rows, given, as_of), given, params, as_of), given, params, as_of)


def _with_chances(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """The rows with what their ways out may lean on: season, sale event, bestseller, other marketplace, rival's price, reviews, unsellable units."""
    if rows.empty:
        return rows
    found = [
        occasions.next_season(given["history"], given["items"], rows["category"], as_of),
        occasions.coming_deal(given, rows["marketplace"], as_of),
        elsewhere.partners(rows, given, params),
        elsewhere.siblings(rows, given, params, as_of),
        elsewhere.told(rows, given, as_of),
        elsewhere.own_storage(rows, given),
        outlet.last_promotion(given["history"], rows, as_of),
    ]
    rows = pd.concat([rows, *found], axis=1)
    return rows.assign(price_bound=rows["rival_price"] * (1 - params.rival_undercut) if params.rival_undercut < 1 else np.nan)


def _blocks(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterator[tuple[Case, paths.World]]:
    """Yield the rows block by block, with how unsure they are."""
    pace = season.profiles(given["history"], given["items"], rows["category"], as_of)
    layers, ages = age_layers(given["movements"], given["stock_age"], rows, as_of)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        part = rows[block].reset_index(drop=True)
        yield _case(part, layers[block], ages[block], pace[block], given, params, as_of), _world(part, params, as_of)


def _case(rows: pd.DataFrame, layers: Array, ages: Array, pace: Array, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Case:
    demand = _demand(rows, pace, params, as_of)
    fresh = np.append(np.zeros(layers.shape[1] - 1), 1.0) * rows["on_hand"].to_numpy(float)[:, None]
    lying = np.where(rows["pool"].to_numpy()[:, None], layers, fresh)  # age costs nothing outside a marketplace's pool
    keeping = terms.carrying(rows, ages, given, params, as_of)
    until = int(params.deadline_days / season.DAYS_PER_MONTH) if params.deadline_days else NEVER
    exits = ways.exits(rows, params.liquidation_share, params, as_of)
    excess, elasticity = (rows[name].to_numpy(float) for name in ("excess_units", "elasticity"))
    return Case(rows, excess, demand, lying, keeping, elasticity, exits, exits if params.leave_later else (), until)


def _demand(rows: pd.DataFrame, pace: Array, params: ClearanceParams, as_of: dt.date) -> Array:
    """Return the units that each month would sell at the usual price: the pace ahead, to which slow stock was found to fall, by season.

    Where that pace or its day is unknown, or the forecast expects no sale of what has not sold for 90 days either, the first month's is
    carried on.
    """
    months = np.array([day.month - 1 for day in season.months_ahead(as_of, params.horizon_months)])
    now, ahead, sold = (rows[name].to_numpy(float) for name in ("daily_demand", "daily_demand_ahead", "daily_sales_90"))
    told = ~np.isnan(ahead) & rows["pace_ahead_date"].notna().to_numpy() & ((now != 0) | (sold > 0))
    month = np.where(told, rows["pace_ahead_date"].dt.month.fillna(1).to_numpy(int) - 1, months[0])
    level = np.where(told, ahead, now) / pace[np.arange(len(rows)), month]
    return level[:, None] * season.DAYS_PER_MONTH * pace[:, months]


def _world(rows: pd.DataFrame, params: ClearanceParams, as_of: dt.date) -> paths.World:
    low, high = (ways.exits(rows, share, params, as_of) for share in params.liquidation_ends)
    return paths.World(params.demand_level_cv, params.demand_dispersion, rows["elasticity_sd"].to_numpy(float), low, high)


def _table(case: Case, world: paths.World, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    rate = params.capital_rate_month
    made = every_option(case, params, pd.Timestamp(as_of))
    rise = -next(option.discount for option in made if option.name == "price_rise")
    rows = case.rows.assign(sold_before=before_season(case, pd.Timestamp(as_of)), rise=rise)
    why = terms.unknown_terms(rows, case.layers, case.carrying, params, as_of)
    allowed = [option for option in made if option.name != "grade_resell" and (params.assumed_wins or option.name not in ASSUMED)]
    best, cut = np.fmax.reduce([option.cash.npv(rate) for option in allowed]), next(option.discount for option in made if option.name == "markdown")
    cuts = ways.allowed(params) or (0.0,)
    extra = {
        "cost_of_waiting": cost_of_waiting(case.states(params.demand_level_cv), best, (*cuts, -rise), rate, params.wait_days),
        "break_even_units_month": ways.break_even(case, cut, params),
        "turnover_before": turnover(made[0].stock),
        "price_bound": case.rows["price_bound"],
    }
    spread = paths.tenths(case, world, {option.name: option.sold for option in made if not option.span}, rate)
    spread |= {option.name: option.span for option in made if option.span}
    failed = terms.outlet_conditions(case.rows, case.layers) | {"needs_pool": ~case.rows["pool"].to_numpy(bool)}
    asked = {option.name: courses.price_steps(option, case.rows, pd.Timestamp(as_of)) for option in made}
    found = [
        _option_rows(option, case.rows, rate, *spread[option.name]).assign(**extra, price_steps=asked[option.name], **_leans(option, case.rows, failed, as_of))
        for option in made
    ]
    return pd.concat(found).merge(why, on=[*PLACE, "option"])


def _leans(option: ways.Option, rows: pd.DataFrame, failed: Mapping[str, Array], as_of: dt.date) -> dict[str, object]:
    """What an option leans on and what of it was measured, and which conditions it fails or nobody can tell."""
    none = pd.Series(np.nan, index=rows.index)
    begins = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]") if option.begins is None else option.begins
    found: dict[str, object] = {"start_date": begins, "leans_on": none.astype(object), "leans_times": none, "leans_years": none}
    waits = begins.notna()
    if option.name == "next_season":
        found |= {"leans_on": begins.dt.strftime("%Y-%m").where(waits), "leans_times": rows["season_times"], "leans_years": rows["season_years"]}
    elif option.name in ("outlet", "offsite_deal"):
        found |= {name: rows[column].where(waits) for name, column in zip(("leans_on", "leans_times", "leans_years"), _DEAL, strict=True)}
    elif option.name in ("bundle", "transfer"):
        name, pace = ("partner", "partner_pace") if option.name == "bundle" else ("there", "there_pace")
        found |= {"leans_on": rows[name], "leans_times": rows[pace]}
    said = [",".join(name for name, fails in failed.items() if fails[at]) for at in range(len(rows))] if option.name == "outlet" else ""
    return found | {"conditions_failed": said, "conditions_untold": outlet.untold(rows, begins, as_of) if option.name == "outlet" else ""}


def turnover(stock_by_month: Array) -> Array:
    """Return stock turns a year: units that leave within a year over the mean units there at the start of its months."""
    year = np.column_stack([stock_by_month[:, :12], stock_by_month[:, 12:13]])
    mean = year[:, :12].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(12 / (year.shape[1] - 1) * (year[:, 0] - year[:, -1]) / mean) if year.shape[1] > 1 else np.full(len(year), np.nan)


def _option_rows(option: ways.Option, rows: pd.DataFrame, rate: float, below: Array, above: Array) -> pd.DataFrame:
    """Return the rows of an option; its range reaches so far below and above what is expected."""
    cash, npv = option.cash, option.cash.npv(rate)
    return rows[[*PLACE, "unit_cost", "currency", "elasticity", "elasticity_low", "elasticity_high", "elasticity_reason"]].assign(
        option=option.name,
        units=rows["excess_units"] if option.units is None else option.units,
        units_per_month=option.units_per_month,
        price=option.price,
        discount=option.discount,
        fees_of_a_sale=rows["selling_fees_per_unit"] - rows["referral_share"] * rows["price"] * option.discount,
        months=option.months,
        exit=option.sold[1].name if option.sold else "",
        cash_in=cash.received.sum(axis=1),
        fees=cash.fees.sum(axis=1),
        **{f"fees_{kind}": cash.paid[at].sum(axis=1) for at, kind in enumerate(KINDS)},
        worst_month=cash.net.min(axis=1),
        turnover_after=turnover(option.stock),
        npv=npv,
        npv_low=npv + np.minimum(below, 0),
        npv_high=npv + np.maximum(above, 0),
    )
