"""The kinds of alert, one function each: rows in, alerts out, in the columns of the alerts table."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench import fees
from workbench.alerts.params import AlertParams

KEY = ["sku", "location", "currency"]
MONTH_DAYS = 30
ACTIONS = {
    "price_rise": "ask_more", "markdown": "mark_down", "markdown_steps": "mark_down", "removal": "remove", "liquidation": "liquidate",
}  # fmt: skip
REPLANS = ACTIONS | {"hold": "stop_clearing"}
"""What to do where a plan lags, by the way out that is best now; any other is planned anew."""
LAGGING = ("behind", "overdue")
AGED = ["age_181_270", "age_271_365", "age_366_plus"]


def stockout(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return what is out of stock or may run out before a new order arrives.

    At stake: the margin lost in 30 days, or, with nothing on order, that of the days between the stockout and the arrival
    of an order placed today if that is more.
    """
    short = rows[(rows["daily_demand"] > 0) & ((rows["on_hand"] == 0) | (rows["stockout_risk"] >= params.stockout_alert_risk))]
    left = _days(short["stockout_date"], as_of)
    empty, soon = short["on_hand"] == 0, left <= params.urgent_days
    gap = (short["lead_time_days"] - left.where(~(short["on_order"] > 0))).clip(lower=0) * short["daily_demand"] * short["margin_per_unit"].clip(lower=0)
    due = (short["order_units"] > 0) & (short["order_date"] <= pd.Timestamp(as_of))
    waiting = ~due & (short["on_order"] > 0)
    dated = left.notna() & short["lead_time_days"].notna()
    return short[KEY].assign(
        kind="stockout",
        level=np.where(empty | soon, "urgent", "risk"),
        money_at_stake=pd.concat([short["lost_margin_30"], gap], axis=1).max(axis=1).where(short["margin_per_unit"].notna()),
        units=short["order_units"].where(~waiting, short["on_order"]),
        due_date=short["order_date"].where(~(empty | soon | due | waiting)).fillna(pd.Timestamp(as_of)),
        action=np.select([due, waiting], ["order_now", "expedite"], "check_supply"),
        evidence=np.where(dated & ~empty, "plan.stockout_date", "health.stockout_risk"),
        reason=np.select([empty, dated], ["out_of_stock", "runs_out"], "stockout_risk_above"),
        reason_value=np.select([empty, dated], [short["daily_demand"], left], short["stockout_risk"]),
        reason_limit=np.select([empty, dated], [np.nan, short["lead_time_days"]], params.stockout_alert_risk),
    )


def reorder(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return the orders due today or soon; at stake is the margin of the demand until the next review."""
    due = rows[(rows["order_units"] > 0) & (_days(rows["order_date"], as_of) <= params.reorder_days)]
    today = due["order_date"] <= pd.Timestamp(as_of)
    return due[KEY].assign(
        kind="reorder",
        level=np.where(today, "risk", "info"),
        money_at_stake=due["margin_per_unit"].clip(lower=0) * due["daily_demand"] * due["review_period_days"],
        units=due["order_units"],
        due_date=due["order_date"],
        action=np.where(today, "order_now", "order_by"),
        evidence="plan.order_date",
        reason=due["plan_reason"],
        reason_value=due["plan_reason_value"],
        reason_limit=due["plan_reason_limit"],
    )


def excess(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return the excess that is better cleared than held, and the excess whose ways out cannot be valued.

    At stake is what waiting costs: what the best way out is worth today less what the best is worth after the next decision.
    """
    unvalued = rows["option"].isna() & (rows["excess_units"] >= 1)
    found = rows[unvalued | ((rows["option"] != "hold") & (rows["cost_of_waiting"] >= params.least_money))]
    known = found["cost_of_waiting"].notna()
    return found[KEY].assign(
        kind="excess",
        level="slow",
        money_at_stake=found["cost_of_waiting"],
        units=found["excess_units"],
        due_date=_before_snapshot(as_of),
        action=found["option"].map(ACTIONS).where(known, "review_excess"),
        evidence=np.where(known, "clearance.cost_of_waiting", "health.excess_units"),
        reason=np.where(known, "excess_costs", "excess_unvalued"),
        reason_value=found["excess_units"],
        reason_limit=found["cost_of_waiting"],
    )


def aged(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return the stock that will be charged for its age at the next snapshot; removed before that day it is not."""
    old = rows[rows["surcharge_month"] >= max(params.least_money, 0.01)]
    last = _before_snapshot(as_of)
    left = (last - pd.Timestamp(as_of)).days
    return old[KEY].assign(
        kind="aged",
        level="urgent" if left <= params.urgent_days else "slow",
        money_at_stake=old["surcharge_month"],
        units=old[AGED].sum(axis=1, min_count=1),
        due_date=last,
        action="clear_aged",
        evidence="health.surcharge_month",
        reason="aged_charge",
        reason_value=old["surcharge_month"],
        reason_limit=float(left + 1),
    )


def negative_margin(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return what loses money on every sale; at stake is the loss of 30 days of demand."""
    loss = -rows["margin_per_unit"] * rows["daily_demand"] * MONTH_DAYS
    bad = rows[(rows["margin_per_unit"] < 0) & (loss >= params.least_money)]
    return bad[KEY].assign(
        kind="negative_margin",
        level="risk",
        money_at_stake=loss[bad.index],
        units=bad["daily_demand"] * MONTH_DAYS,
        due_date=pd.Timestamp(as_of),
        action="raise_price",
        evidence="health.margin_per_unit",
        reason="sells_at_loss",
        reason_value=-bad["margin_per_unit"],
        reason_limit=np.nan,
    )


def plan_behind(plans: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the clearance plans that lag their targets, with what is best now; at stake is what that is worth over going on as planned."""
    late = plans[plans["state"].isin(LAGGING)]
    return late[KEY].assign(
        kind="plan_behind",
        level="risk",
        money_at_stake=late["gain"],
        units=late["deviation_units"],
        due_date=pd.Timestamp(as_of),
        action=late["proposal"].map(REPLANS).fillna("replan"),
        evidence="stock.available",
        reason="plan_" + late["state"],
        reason_value=late["units_actual"],
        reason_limit=late["units_planned"],
    )


def data(rows: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return what cannot be judged for want of data, the gravest gap of each row; the money is unknown."""
    age = (pd.Timestamp(as_of) - rows["counted"]).dt.days
    stocked = rows["on_hand"] > 0
    gaps = [
        ("no_stock", rows["on_hand"].isna(), "import_stock", "health.on_hand"),
        ("stale_stock", age > params.stale_stock_days, "import_stock", "stock.date"),
        ("no_forecast", rows["daily_demand"].isna() & stocked, "import_sales", "health.daily_demand"),
        ("no_cost", rows["stock_value"].isna() & stocked, "enter_cost", "items.unit_cost"),
        ("no_lead_time", (rows["plan_reason"] == "no_lead_time") & (rows["daily_demand"] > 0), "enter_supplier", "plan.lead_time_days"),
        ("no_storage", rows["storage_month"].isna() & stocked, "enter_size", "health.storage_month"),
    ]
    holds = [gap[1].to_numpy() for gap in gaps]
    reason, action, evidence = (np.select(holds, [gap[i] for gap in gaps], "") for i in (0, 2, 3))
    stale = reason == "stale_stock"
    every = rows[KEY].assign(
        kind="data",
        level="info",
        money_at_stake=np.nan,
        units=rows["on_hand"],
        due_date=pd.Timestamp(as_of),
        action=action,
        evidence=evidence,
        reason=reason,
        reason_value=np.where(stale, age, np.nan),
        reason_limit=np.where(stale, params.stale_stock_days, np.nan),
    )
    return every[reason != ""]


def _days(dates: pd.Series, as_of: dt.date) -> pd.Series:
    return (dates - pd.Timestamp(as_of)).dt.days


def _before_snapshot(as_of: dt.date) -> pd.Timestamp:
    """The last day on which units can still leave before their age is charged."""
    return pd.Timestamp(fees.next_snapshot(as_of + dt.timedelta(days=1))).as_unit("us") - pd.Timedelta(days=1)
