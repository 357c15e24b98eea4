"""Alerts of what sells out of the ordinary: what runs short at that pace, which order waits, at which node."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.alerts import AlertParams, evaluate
from workbench.alerts.pace import at_nodes
from workbench.tables import schema

TODAY = dt.date(2026, 11, 2)
SOUND = {"sku": "A", "location": "fba-us", "currency": "USD", "on_hand": 100.0, "daily_demand": 2.0, "stockout_risk": 0.0, "lost_margin_30": 0.0,
         "margin_per_unit": 5.0, "excess_units": 0.0, "stock_value": 500.0, "storage_month": 3.0, "surcharge_month": 0.0, "light": "green"}  # fmt: skip
PLAN = {"sku": "A", "location": "fba-us", "lead_time_days": 30.0, "review_period_days": 7.0, "on_order": 0.0, "order_units": 0.0}
SERVES = [("amazon-us", "fba-us", 1), ("amazon-us", "3pl-us", 2), ("shop", "fba-us", 1)]


def shaped(name, row):
    return schema.conform(name, pd.DataFrame([row]).assign(known_at=pd.Timestamp(TODAY)))


def seen(*rows):
    """Surprises of so many days up to yesterday: channel, kind, days, units, expected."""
    last = pd.Timestamp("2026-11-01")
    made = [("A", channel, kind, last - pd.Timedelta(days=days - 1), last, units, expected) for channel, kind, days, units, expected in rows]
    return pd.DataFrame(made, columns=["sku", "channel", "kind", "first", "last", "units", "expected"])


def alerts(surprises, health=None, plan=None):
    tables = {"health": shaped("health", SOUND | (health or {})), "plan": shaped("plan", PLAN | (plan or {}))}
    tables["stock"] = shaped("stock", {"sku": "A", "node": "fba-us", "date": "2026-11-01", "available": 100.0})
    tables |= {"surprises": surprises, "serves": pd.DataFrame(SERVES, columns=["channel", "node", "priority"])}
    tables |= {"search_surges": pd.DataFrame(columns=["sku", "channel", "growth_week", "lead_weeks"])}
    tables |= {name: schema.empty(table) for name, table in (("forecast", "forecast"), ("known_events", "events"))}
    return evaluate(tables, AlertParams(), TODAY)


SURGE = ("amazon-us", "surge", 7, 28.0, 14.0)  # two a day more than expected


@pytest.mark.parametrize(
    ("rows", "health", "plan", "action", "level", "units", "money"),
    [
        ([SURGE], {}, {}, "order_early", "risk", 20, 100),  # 30 days x (2 + 2) - 100
        ([SURGE], {}, {"on_order": 5.0}, "expedite", "risk", 15, 75),
        ([SURGE], {"on_hand": 300.0}, {}, "watch_pace", "info", 28, 0),
        ([SURGE], {"margin_per_unit": -1.0}, {}, "order_early", "risk", 20, 0),
        ([SURGE], {"margin_per_unit": np.nan}, {}, "order_early", "risk", 20, np.nan),
        ([SURGE], {}, {"lead_time_days": np.nan}, "watch_pace", "info", 28, np.nan),
        ([("amazon-us", "spike", 1, 10.0, 2.0)], {}, {}, "watch_pace", "info", 10, 0),
        ([("amazon-us", "spike", 1, 50.0, 2.0)], {}, {}, "order_early", "risk", 8, 40),  # 30 x 2 + 48 - 100
        ([SURGE], {"on_hand": 40.0}, {}, "order_early", "risk", 80, 300),  # of these, 20 would run short without it
        ([SURGE, ("amazon-us", "spike", 1, 20.0, 2.0)], {}, {}, "order_early", "risk", 20, 100),
        ([SURGE, ("shop", "surge", 7, 14.0, 7.0)], {}, {}, "order_early", "risk", 50, 250),  # one more a day in the shop
    ],
)
def test_a_surge_is_worth_what_runs_short_before_an_order_arrives(rows, health, plan, action, level, units, money):
    found = alerts(seen(*rows), health, plan)
    row = found[found["kind"] == "surge"].iloc[0]
    assert (row["action"], row["level"], row["units"], row["due_date"]) == (action, level, units, pd.Timestamp(TODAY))
    np.testing.assert_allclose(row["money_at_stake"], money)


@pytest.mark.parametrize(("plan", "action", "level", "units"), [({}, "check_slump", "info", 11), ({"order_units": 480.0}, "pause_restock", "risk", 480)])
def test_a_slump_lets_an_order_wait(plan, action, level, units):
    row = alerts(seen(("amazon-us", "slump", 7, 3.0, 14.0)), plan=plan).set_index("kind").loc["slump"]
    assert (row["action"], row["level"], row["units"]) == (action, level, units)
    assert row["money_at_stake"] == pytest.approx(11 / 7 * 30 * 5)
    assert (row["reason"], row["reason_value"], row["reason_limit"]) == ("sells_less", 3, 14)


def test_a_channel_counts_at_the_node_that_serves_it_first():
    found = at_nodes(seen(SURGE, ("shop", "slump", 7, 0.0, 7.0)), pd.DataFrame(SERVES, columns=["channel", "node", "priority"]))
    assert found[["location", "kind", "daily"]].to_numpy().tolist() == [["fba-us", "slump", -1.0], ["fba-us", "surge", 2.0]]


def test_nothing_out_of_the_ordinary_is_no_alert():
    assert alerts(seen()).empty
