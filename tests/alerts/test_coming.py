"""Alerts of what is about to come: an event that stock does not cover, searches that rise before sales do."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.alerts import AlertParams, evaluate
from workbench.alerts.coming import event
from workbench.tables import schema

TODAY = dt.date(2026, 11, 2)
SOUND = {"sku": "A", "location": "fba-us", "currency": "USD", "on_hand": 100.0, "daily_demand": 2.0, "stockout_risk": 0.0, "lost_margin_30": 0.0,
         "margin_per_unit": 5.0, "excess_units": 0.0, "stock_value": 500.0, "storage_month": 3.0, "surcharge_month": 0.0, "light": "green"}  # fmt: skip
PLAN = {"sku": "A", "location": "fba-us", "lead_time_days": 10.0, "review_period_days": 7.0, "on_order": 0.0, "order_units": 0.0}
SERVES = pd.DataFrame([("amazon-us", "fba-us", 1), ("shop", "fba-us", 1)], columns=["channel", "node", "priority"])
NO_SURPRISE = pd.DataFrame(columns=["sku", "channel", "kind", "first", "last", "units", "expected"])
NO_SEARCH = pd.DataFrame(columns=["sku", "channel", "growth_week", "lead_weeks"])


def forecast(lift=4.0, start="2026-11-27", days=4):
    """Two a day in each channel for 60 days, `lift` times as many in amazon-us on the event's days."""
    date = pd.date_range("2026-11-03", periods=60)
    on = (date >= start) & (date < pd.Timestamp(start) + pd.Timedelta(days=days))
    return pd.concat(
        [pd.DataFrame({"sku": "A", "channel": c, "date": date, "mean": np.where(on, 2 * f, 2.0)}) for c, f in (("amazon-us", lift), ("shop", 1.0))]
    )


def events(channel="amazon-us", start="2026-11-27", days=4, kind="sale"):
    first = pd.Timestamp(start)
    row = {"event": "black_friday", "channel": channel, "start_date": first, "end_date": first + pd.Timedelta(days=days - 1), "kind": kind}
    return schema.conform("events", pd.DataFrame([row]), lineage=False)


def alerts(told, known, health=None, plan=None, searched=NO_SEARCH):
    made = {"health": SOUND | (health or {}), "plan": PLAN | (plan or {}), "stock": {"sku": "A", "node": "fba-us", "date": "2026-11-01", "available": 100.0}}
    tables = {name: schema.conform(name, pd.DataFrame([row]).assign(known_at=pd.Timestamp(TODAY))) for name, row in made.items()}
    tables |= {"surprises": NO_SURPRISE, "search_surges": searched, "serves": SERVES, "forecast": told, "known_events": known}
    return evaluate(tables, AlertParams(), TODAY)


def test_an_event_that_stock_does_not_cover():
    row = alerts(forecast(), events()).set_index("kind").loc["event"]
    # 28 days at 2 + 2, and 6 more on each of four days: 136; 36 short, 32 of the event's own
    assert row["units"] == pytest.approx(36) and row["money_at_stake"] == pytest.approx(32 * 5)
    assert (row["action"], row["level"], row["due_date"]) == ("order_for_event", "info", pd.Timestamp("2026-11-17"))
    assert row["reason_value"] == 25 and row["reason_limit"] == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("plan", "action", "level", "due"),
    [
        ({"lead_time_days": 40.0}, "order_for_event", "risk", "2026-11-02"),
        ({"lead_time_days": 40.0, "on_order": 5.0}, "expedite", "risk", "2026-11-02"),
        ({"lead_time_days": np.nan}, "order_for_event", "info", "2026-11-02"),
    ],
)
def test_too_late_to_order_is_a_risk(plan, action, level, due):
    row = alerts(forecast(), events(), plan=plan).set_index("kind").loc["event"]
    assert (row["action"], row["level"], row["due_date"]) == (action, level, pd.Timestamp(due))


@pytest.mark.parametrize(
    ("told", "known", "health", "why"),
    [
        (forecast(), events(), {"on_hand": 136.0}, "covered"),
        (forecast(lift=1.1), events(), {}, "it lifts hardly anything"),
        (forecast(), events(start="2026-12-18"), {}, "46 days ahead"),
        (forecast(), events(kind="factory"), {}, "no event of demand"),
        (forecast(), events(channel="amazon-de"), {}, "elsewhere"),
    ],
)
def test_no_warning(told, known, health, why):
    assert "event" not in set(alerts(told, known, health)["kind"]), why


def test_no_events_no_rows():
    assert event(pd.DataFrame(columns=["sku", "location", "currency"]), forecast(), schema.empty("events"), SERVES, TODAY).empty


def test_searches_that_sales_have_followed_are_stocked_for_early():
    searched = pd.DataFrame({"sku": ["A"], "channel": ["amazon-us"], "growth_week": [0.25], "lead_weeks": [3]})
    row = alerts(forecast(lift=1), events(), searched=searched).iloc[0]
    assert (row["kind"], row["action"], row["reason"], row["units"]) == ("surge", "stock_early", "searches_rise", 42)
    assert np.isnan(row["money_at_stake"]) and (row["reason_value"], row["reason_limit"]) == (0.25, 3)
