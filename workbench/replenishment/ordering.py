"""What to order, how many and when, per SKU and node."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.forecasting.seasons import target_cover_days
from workbench.replenishment.params import PlanParams
from workbench.stock import Outlook, days_until, first_short_day, running_total, total_until
from workbench.tables import schema

Array = NDArray[np.float64]
PLACE = ["sku", "location"]
GIVEN = ("forecast", "serves", "stock", "inbound", "purchase_orders", "items", "suppliers")
GOODS = ["sku", "unit_cost", "currency", "minimum_order_units", "case_pack_units"]


def plan(tables: Mapping[str, pd.DataFrame], params: PlanParams, as_of: dt.date) -> pd.DataFrame:
    """Return the order plan: position, reorder point, order-up-to level, quantity and dates of every SKU and node.

    Order on the first day on which the inventory position, less the demand until then, is at or below lead-time demand
    plus safety stock; order up to the demand of lead time and review period plus the safety stock of both. Levels follow
    the forecast day by day, so an order comes earlier when demand is about to rise; past its horizon demand goes on at its
    mean. Where a SKU has a season (`season_cover`), what is ordered lasts for the target cover of the day it arrives on, if
    that is longer than the review period; when to order stays the same. What is unknown stays unknown (NaN) and the reason
    says why: `no_stock`, `no_forecast`, `no_lead_time`; `order_due_no_cost` and `order_later_no_cost` where only the value is
    unknown. Units on order that no table records cannot be counted.

    Parameters
    ----------
    tables : forecast, serves, stock, inbound, purchase_orders, suppliers, items; a missing one counts as empty
    params : service level, buffer and review period
    as_of : day of the decision; nothing known later is used

    Returns
    -------
    table plan (key sku, location) without lineage; empty without any stock count or order.

    Source: Chopra & Meindl, *Supply Chain Management*, chapter on safety inventory; see `stock.safety_stock`.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in GIVEN}
    forecast = stock.node_forecast(given["forecast"], given["serves"], as_of)
    rows = _rows(given, forecast, params, as_of)
    if rows.empty:
        return schema.conform("plan", schema.empty("plan"), lineage=False)
    view = stock.outlook(forecast, rows)
    rows = rows.assign(**_levels(rows, view, params, as_of))
    rows = rows.assign(**_order(rows, view, params, as_of))
    arriving = stock.arrivals(given["inbound"], given["purchase_orders"], rows, as_of, params.overdue_arrival_days)
    rows = rows.assign(**_run_out(rows, view, _by_day(arriving, view.mean.shape), as_of))
    return schema.conform("plan", rows.assign(**_reasons(rows, view.days)), lineage=False)


def _rows(given: Mapping[str, pd.DataFrame], forecast: pd.DataFrame, params: PlanParams, as_of: dt.date) -> pd.DataFrame:
    """Every SKU and node with stock, something on order, or a forecast, with its supply and its cost."""
    here = stock.positions(given["stock"], given["inbound"], given["purchase_orders"], as_of)
    wanted = forecast[PLACE].drop_duplicates() if len(here) else forecast[PLACE].head(0)
    supply = stock.lead_times(given["items"], given["suppliers"], given["purchase_orders"], as_of)
    goods = stock.known(given["items"], as_of).drop_duplicates("sku", keep="last")[GOODS]
    rows = here.merge(wanted, on=PLACE, how="outer").merge(supply, on="sku", how="left").merge(goods, on="sku", how="left")
    return rows.assign(
        inventory_position=rows["on_hand"] + rows["on_order"].fillna(0),
        lead_time_sd_days=rows["lead_time_sd_days"].fillna(params.default_lead_time_cv * rows["lead_time_days"]),
        review_period_days=rows["review_period_days"].fillna(params.default_review_period_days).clip(lower=1),  # the plan is made once a day
    )


def _levels(rows: pd.DataFrame, view: Outlook, params: PlanParams, as_of: dt.date) -> dict[str, Array]:
    lead, review = rows["lead_time_days"].to_numpy(float), rows["review_period_days"].to_numpy(float)
    running, protected = running_total(view.mean), np.nan_to_num(np.maximum(lead + review, 1.0), nan=view.days)
    daily = total_until(running, protected) / protected
    sd = np.sqrt(total_until(running_total(view.sd**2), protected) / protected)
    spread = {"z": stock.service_z(params.cycle_service_level), "buffer_days": params.buffer_days}
    lead_sd = rows["lead_time_sd_days"].to_numpy(float)
    lead_time_demand, safety = total_until(running, lead), stock.safety_stock(daily, sd, lead, lead_sd, **spread)
    return {
        "daily_demand": daily,
        "daily_demand_sd": sd,
        "lead_time_demand": lead_time_demand,
        "safety_stock": safety,
        "reorder_point": lead_time_demand + safety,
        "safety_with_review": stock.safety_stock(daily, sd, lead + review, lead_sd, **spread),
        "order_up_to": total_until(running, lead + _covered(rows, lead, params, as_of)) + stock.safety_stock(daily, sd, lead + review, lead_sd, **spread),
    }


def _order(rows: pd.DataFrame, view: Outlook, params: PlanParams, as_of: dt.date) -> dict[str, object]:
    """Return quantity and dates: `wait` is the first whole day on which demand has brought the position down to the reorder point."""
    running = running_total(view.mean)
    position, lead = rows["inventory_position"].to_numpy(float), rows["lead_time_days"].to_numpy(float)
    due_now = position <= rows["reorder_point"].to_numpy(float)
    crossing = days_until(running, position - rows["safety_stock"].to_numpy(float)) - lead
    wait = np.where(due_now, 0.0, np.ceil(np.maximum(crossing, 0) - 1e-9))
    wait = np.where(rows["daily_demand"].to_numpy(float) > 0, wait, np.nan)
    until = wait + lead + _covered(rows, wait + lead, params, as_of)
    needed = total_until(running, until) + rows["safety_with_review"].to_numpy(float) - position
    planned = wait <= view.days
    units = stock.round_order(np.where(planned, needed, 0.0), rows["minimum_order_units"], rows["case_pack_units"])
    units = np.where(np.isnan(rows["reorder_point"]) | np.isnan(position), np.nan, units)
    ordered = planned & (units > 0)
    return {
        "wait": wait,
        "order_units": units,
        "order_date": _date(as_of, np.where(ordered, wait, np.nan)),
        "arrival_date": _date(as_of, np.where(ordered, wait + np.ceil(lead), np.nan)),
        "order_value": units * rows["unit_cost"].to_numpy(float),
    }


def _covered(rows: pd.DataFrame, arrives: Array, params: PlanParams, as_of: dt.date) -> Array:
    """Return the days that an order lasts from its arrival, `arrives` days from now: the review period, or the target cover of a season."""
    days = rows["review_period_days"].to_numpy(float, copy=True)
    for sku, usual, peak, first, last in params.season_cover:
        mine = np.flatnonzero((rows["sku"] == sku) & np.isfinite(arrives))
        arrival = pd.DatetimeIndex(_date(as_of, np.ceil(arrives[mine])))
        days[mine] = np.maximum(days[mine], target_cover_days(arrival, usual, peak, first, last))
    return days


def _run_out(rows: pd.DataFrame, view: Outlook, arriving: Array, as_of: dt.date) -> dict[str, object]:
    running, on_hand = running_total(view.mean), rows["on_hand"].to_numpy(float)
    return {"cover_days": days_until(running, on_hand), "stockout_date": _date(as_of, first_short_day(on_hand, running, arriving))}


def _by_day(arriving: pd.DataFrame, shape: tuple[int, ...]) -> Array:
    """Return the units that arrive at each row on each day; a day that is unknown lies past the horizon."""
    inside = arriving[arriving["day"] < shape[1]]
    cell = inside["row"] * shape[1] + np.ceil(inside["day"]).astype(int).clip(upper=shape[1] - 1)
    return np.bincount(cell, inside["units"], shape[0] * shape[1]).astype(float).reshape(shape)


def _date(as_of: dt.date, days: Array) -> pd.Series:
    return pd.Timestamp(as_of).as_unit("us") + pd.Series(pd.to_timedelta(days, unit="D")).dt.as_unit("us")


def _reasons(rows: pd.DataFrame, days: int) -> dict[str, object]:
    position, units = rows["inventory_position"], rows["order_units"]
    costless = (units > 0) & rows["unit_cost"].isna()
    cases: list[tuple[str, pd.Series, Any, Any]] = [
        ("no_stock", rows["on_hand"].isna(), np.nan, np.nan),
        ("no_forecast", rows["daily_demand"].isna(), np.nan, np.nan),
        ("no_lead_time", rows["lead_time_days"].isna(), np.nan, np.nan),
        ("no_demand", rows["daily_demand"] == 0, rows["on_hand"], np.nan),
        ("enough_stock", ~(units > 0), rows["wait"], days),
        ("order_due_no_cost", costless & (rows["wait"] == 0), position, rows["reorder_point"]),
        ("order_later_no_cost", costless, position, rows["reorder_point"]),
        ("order_due", rows["wait"] == 0, position, rows["reorder_point"]),
    ]
    holds = [case[1] for case in cases]
    return {
        "reason": np.select(holds, [case[0] for case in cases], "order_later"),
        "reason_value": np.select(holds, [case[2] for case in cases], position),
        "reason_limit": np.select(holds, [case[3] for case in cases], rows["reorder_point"]),
    }
