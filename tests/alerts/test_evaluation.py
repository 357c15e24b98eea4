"""Alerts from results: which, how soon, how much money, in which order."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.alerts import AlertParams, evaluate
from workbench.tables import schema

TODAY = dt.date(2026, 11, 2)
SOUND = {"location": "fba-us", "currency": "USD", "on_hand": 100.0, "daily_demand": 2.0, "stockout_risk": 0.0, "lost_margin_30": 0.0, "margin_per_unit": 5.0,
         "excess_units": 0.0, "stock_value": 500.0, "storage_month": 3.0, "surcharge_month": 0.0, "light": "green"}  # fmt: skip


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows if isinstance(rows, list) else [rows]).assign(known_at=pd.Timestamp(TODAY)))


def results(health=None, plan=None, **more):
    """One sound SKU, changed as given."""
    sku = {"sku": "A"}
    tables = {
        "health": shaped("health", {**sku, **SOUND, **(health or {})}),
        "plan": shaped(
            "plan", {**sku, "location": "fba-us", "lead_time_days": 30.0, "review_period_days": 7.0, "on_order": 0.0, "order_units": 0.0, **(plan or {})}
        ),
        "stock": shaped("stock", {**sku, "node": "fba-us", "date": "2026-11-01", "available": 100.0}),
    }
    return tables | {name: shaped(name, rows) for name, rows in more.items()}


def alerts(tables, **params):
    return evaluate(tables, AlertParams(**params), TODAY)


def one(tables, kind, **params):
    found = alerts(tables, **params)
    assert found["kind"].tolist() == [kind]
    return found.iloc[0]


DUE = {"order_units": 480.0, "order_date": "2026-11-02", "reason": "order_due", "reason_value": 60.0, "reason_limit": 80.0}


def test_a_sound_sku_is_left_in_peace():
    assert alerts(results()).empty and alerts({}).empty


def test_out_of_stock_is_urgent_today():
    row = one(results({"on_hand": 0.0, "stockout_risk": 1.0, "lost_margin_30": 250.0, "stock_value": 0.0}, {**DUE, "stockout_date": "2026-11-02"}), "stockout")
    assert row[["level", "action", "reason", "reason_value"]].tolist() == ["urgent", "order_now", "out_of_stock", 2.0]
    assert row["due_date"] == pd.Timestamp(TODAY) and row["units"] == 480
    assert row["money_at_stake"] == 300  # 30 days of lead time x 2 a day x 5, more than the 250 of the coming month


@pytest.mark.parametrize(("day", "level"), [("2026-11-09", "urgent"), ("2026-11-10", "risk")])
def test_running_out_before_a_new_order_arrives(day, level):
    row = one(results({"stockout_risk": 0.9, "lost_margin_30": 99999.0}, {"stockout_date": day, "on_order": 40.0}), "stockout")
    assert row[["level", "action", "units", "money_at_stake", "reason_limit"]].tolist() == [level, "expedite", 40.0, 99999.0, 30.0]
    assert row["reason"] == "runs_out" and row["reason_value"] == (pd.Timestamp(day) - pd.Timestamp(TODAY)).days


def test_risk_without_a_day():
    row = one(results({"stockout_risk": 0.25}), "stockout")
    assert row[["level", "action", "reason", "reason_value", "reason_limit"]].tolist() == ["risk", "check_supply", "stockout_risk_above", 0.25, 0.2]


def test_no_demand_no_stockout():
    assert alerts(results({"on_hand": 0.0, "daily_demand": 0.0, "stockout_risk": 0.0})).empty


@pytest.mark.parametrize(("day", "level", "action"), [("2026-11-02", "risk", "order_now"), ("2026-11-16", "info", "order_by")])
def test_orders_due(day, level, action):
    row = one(results(plan={**DUE, "order_date": day}), "reorder")
    assert row[["level", "action", "units", "money_at_stake"]].tolist() == [level, action, 480.0, 70.0]
    assert row["due_date"] == pd.Timestamp(day) and row[["reason", "reason_value", "reason_limit"]].tolist() == ["order_due", 60.0, 80.0]
    assert alerts(results(plan={**DUE, "order_date": "2026-11-17"})).empty


def way(option, npv, best, waiting=np.nan):
    return {"sku": "A", "location": "fba-us", "option": option, "npv": npv, "recommended": best, "irrevocable": False, "cost_of_waiting": waiting}


def test_excess_is_worth_what_waiting_costs():
    ways = [way("hold", -100.0, False), way("liquidation", 60.0, True, 35.0)]
    row = one(results({"excess_units": 40.0}, clearance=ways), "excess")
    assert row[["level", "action", "money_at_stake", "units", "reason", "reason_limit"]].tolist() == ["slow", "liquidate", 35.0, 40.0, "excess_costs", 35.0]
    assert row["due_date"] == pd.Timestamp("2026-11-14") and row["evidence"] == "clearance.cost_of_waiting"
    assert alerts(results({"excess_units": 40.0}, clearance=ways), least_money=36).empty
    assert alerts(results({"excess_units": 40.0}, clearance=[way("hold", 100.0, True, 50.0), way("liquidation", 60.0, False)])).empty


def test_excess_that_cannot_be_valued():
    row = one(results({"excess_units": 40.0}, clearance=[way("hold", np.nan, False)]), "excess")
    assert np.isnan(row["money_at_stake"]) and row[["action", "reason"]].tolist() == ["review_excess", "excess_unvalued"]


@pytest.mark.parametrize(
    ("today", "due", "level", "days"),
    [("2026-11-02", "2026-11-14", "slow", 13), ("2026-11-08", "2026-11-14", "urgent", 7), ("2026-11-15", "2026-12-14", "slow", 30)],
)
def test_aged_stock_is_due_the_day_before_the_snapshot(today, due, level, days):
    found = evaluate(results({"surcharge_month": 80.0, "age_181_270": 9.0}), AlertParams(stale_stock_days=60), dt.date.fromisoformat(today))
    row = found.iloc[0]
    assert row["due_date"] == pd.Timestamp(due) and row[["kind", "level", "units", "reason_limit"]].tolist() == ["aged", level, 9.0, days]


def test_negative_margin():
    row = one(results({"margin_per_unit": -0.5}), "negative_margin")
    assert row[["money_at_stake", "units", "reason_value", "action"]].tolist() == [30.0, 60.0, 0.5, "raise_price"]
    assert alerts(results({"margin_per_unit": -0.5}), least_money=31).empty


@pytest.mark.parametrize(
    ("health", "plan", "stock_date", "reason", "action"),
    [
        ({"on_hand": np.nan}, {}, "2026-11-01", "no_stock", "import_stock"),
        ({}, {}, "2026-10-29", "stale_stock", "import_stock"),
        ({"daily_demand": np.nan}, {}, "2026-11-01", "no_forecast", "import_sales"),
        ({"stock_value": np.nan, "margin_per_unit": np.nan}, {}, "2026-11-01", "no_cost", "enter_cost"),
        ({}, {"reason": "no_lead_time"}, "2026-11-01", "no_lead_time", "enter_supplier"),
        ({"storage_month": np.nan}, {}, "2026-11-01", "no_storage", "enter_size"),
    ],
)
def test_what_is_missing(health, plan, stock_date, reason, action):
    tables = results(health, plan)
    tables["stock"] = tables["stock"].assign(date=pd.Timestamp(stock_date).as_unit("us"))
    row = one(tables, "data")
    assert row[["reason", "action", "level"]].tolist() == [reason, action, "info"] and np.isnan(row["money_at_stake"])
    assert reason != "stale_stock" or row[["reason_value", "reason_limit"]].tolist() == [4.0, 3.0]


def test_most_money_first_across_currencies_and_unknown_last():
    loss = {"margin_per_unit": -1.0}
    rows = [
        {"sku": "dollar", **SOUND, **loss}, {"sku": "pound", **SOUND, **loss, "currency": "GBP"}, {"sku": "yen", **SOUND, **loss, "currency": "JPY"},
        {"sku": "rich", **SOUND, "margin_per_unit": -3.0}, {"sku": "gap", **SOUND, "storage_month": np.nan},
    ]  # fmt: skip
    rates = [{"date": "2026-10-30", "currency": "GBP", "base": "USD", "rate": 1.3}, {"date": "2026-10-30", "currency": "USD", "base": "JPY", "rate": 150.0}]
    tables = results() | {"health": shaped("health", rows), "exchange_rates": shaped("exchange_rates", rates)}
    assert alerts(tables)["sku"].tolist() == ["rich", "pound", "dollar", "yen", "gap"]
    unrated = tables | {"exchange_rates": schema.empty("exchange_rates")}
    assert alerts(unrated)["sku"].tolist() == ["rich", "dollar", "pound", "yen", "gap"]


def test_one_alert_of_a_kind_and_the_result_is_the_table():
    tables = results({"on_hand": 0.0, "stockout_risk": 1.0, "margin_per_unit": -1.0, "surcharge_month": 20.0}, DUE)
    stamped = alerts(tables).assign(known_at=pd.Timestamp(TODAY), source_file="run:test", source_line=0)
    assert set(schema.validate("alerts", stamped)["kind"]) == {"stockout", "negative_margin", "aged"}


def test_a_clearance_plan_that_lags_is_told_with_what_is_best_now():
    stands = [("A", "behind", "liquidation", 40.0), ("B", "overdue", "outlet", 0.0), ("C", "on_track", "markdown", 5.0), ("D", "behind", "hold", np.nan)]
    plans = pd.DataFrame(stands, columns=["sku", "state", "proposal", "gain"]).assign(
        location="fba-us", currency="USD", units_actual=90.0, units_planned=60.0, deviation_units=30.0
    )
    found = alerts(results() | {"plans_standing": plans}).set_index("sku")
    assert found["action"].to_dict() == {"A": "liquidate", "B": "replan", "D": "stop_clearing"}
    assert found.loc["A", ["kind", "money_at_stake", "units", "reason", "reason_value", "reason_limit"]].tolist() == [
        "plan_behind", 40.0, 30.0, "plan_behind", 90.0, 60.0,
    ]  # fmt: skip
    assert found.loc["B", "reason"] == "plan_overdue" and alerts(results() | {"plans_standing": plans.iloc[:0]}).empty
