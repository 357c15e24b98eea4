"""One portfolio through plan, health, clearance and alerts that meets every reason: each has its sentence in both languages."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from workbench import alerts, clearance, health, replenishment
from workbench.cleaning.changes import BEFORE_DAYS
from workbench.cleaning.reasons import CODES
from workbench.forecasting.sktime_models.single import FAILED, NO_HISTORY, TOO_SLOW
from workbench.i18n import LANGUAGES, t, use
from workbench.i18n.catalogue import has, messages
from workbench.tables import TABLES, schema
from workbench.tables.forecast import LOOK_AT

TODAY = dt.date(2026, 11, 2)
OF_CLEANING = {*CODES, *BEFORE_DAYS, "analyst"} - {""}
"""Reasons of corrected days, which the tests of cleaning meet."""
OF_CLEARANCE = {"breaks_limit", "no_weight", "price_below_fees", "plan_behind", "plan_overdue"}
"""Reasons that need a limit, a plan or bad input of the seller's, which the tests of clearance and alerts meet."""
OF_OPTIONS = {
    "assumed_demand", "no_own_sales", "sold_before_season", "outlet_low_rating", "no_used_price", "no_grading_fee", "other_units",
    "no_transfer_cost", "no_price_there", "no_fees_there", "no_storage_there", "no_placement_there",
    "no_pace_elsewhere",
}  # fmt: skip
"""Reasons of ways out that lean on a season, a bestseller, another marketplace or returned units, which the tests of clearance meet."""
OF_FORECAST = {f"forecast_{why}" for why in ("new", "gone", "history_changed", "sold_more", "sold_less", "event", "model", "others")} | {
    FAILED, NO_HISTORY, TOO_SLOW, *LOOK_AT,
}  # fmt: skip
"""Reasons of a forecast that changed, that another forecaster was to make, or that rests on what was answered by rule, which the tests of forecasting meet."""
OF_PACE = {"sells_more", "sells_less", "searches_rise", "event_short"}
"""Reasons of what sells out of the ordinary or is about to, which tests/alerts/test_pace.py and test_coming.py meet."""
YESTERDAY = dt.date(2026, 11, 1)
NODES = {"fba-us": ("amazon-us", "USD"), "fba-uk": ("amazon-uk", "GBP"), "fba-de": ("amazon-de", "EUR"), "3pl-us": ("shop", "USD")}
USUAL = {
    "node": "fba-us",
    "on_hand": 100.0,
    "demand": 2.0,
    "price": 30.0,
    "cost": 8.0,
    "supplier": "S",
    "volume": 0.1,
    "age": 0,
    "counted": YESTERDAY,
    "sd": 0.5,
    "fee": 4.0,
    "estimated": np.nan,
}
PORTFOLIO = {
    "healthy": {}, "due": {"on_hand": 62.0}, "due, no cost": {"on_hand": 62.0, "cost": np.nan}, "later": {"on_hand": 120.0},
    "later, no cost": {"on_hand": 120.0, "cost": np.nan}, "enough": {"on_hand": 290.0}, "dead": {"demand": 0.0}, "unforecast": {"demand": np.nan},
    "uncounted": {"on_hand": np.nan}, "no supplier": {"supplier": None}, "long cover": {"on_hand": 1000.0}, "some excess": {"on_hand": 300.0, "volume": 0.01},
    "old": {"on_hand": 140.0, "age": 366, "volume": 0.8, "price": 60.0}, "bulky": {"on_hand": 260.0, "volume": 0.9, "price": 45.0},
    "at a loss": {"on_hand": 260.0, "price": 12.0},
    "short": {"on_hand": 40.0}, "empty": {"on_hand": 0.0}, "gone": {"on_hand": 0.0, "demand": 0.0}, "unpriced": {"on_hand": 900.0, "price": np.nan},
    "costless": {"on_hand": 900.0, "cost": np.nan}, "ageless": {"on_hand": 900.0, "age": None}, "sizeless": {"on_hand": 900.0, "volume": np.nan},
    "shelf": {"on_hand": 900.0, "node": "3pl-us"}, "british": {"on_hand": 900.0, "node": "fba-uk"}, "stale": {"counted": dt.date(2026, 10, 20)},
    "feeless": {"on_hand": 900.0, "fee": np.nan}, "german, dead": {"demand": 0.0, "node": "fba-de", "age": 200, "estimated": 50.0},
    "late risk": {"on_hand": 61.0, "sd": 4.0, "supplier": None}, "paid abroad": {"on_hand": 260.0, "paid_in": "CNY"},
}  # fmt: skip


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


@pytest.fixture(scope="module")
def facts():
    shop = [{"sku": sku, **USUAL, **changes} for sku, changes in PORTFOLIO.items()]
    days = [TODAY + dt.timedelta(days=k) for k in range(90)]
    where = {one["sku"]: {"sku": one["sku"], "channel": NODES[one["node"]][0], "currency": NODES[one["node"]][1]} for one in shop}
    tables = {name: schema.empty(name) for name in TABLES}
    tables |= {
        "serves": shaped("serves", [{"channel": channel, "node": node, "priority": 1} for node, (channel, _) in NODES.items()]),
        "nodes": shaped("nodes", [{"node": "3pl-us", "kind": "3pl", "marketplace": "US", "currency": "USD"}]),
        "suppliers": shaped("suppliers", [{"supplier": "S", "production_days": 30.0, "lead_time_sd_days": 0.0, "review_period_days": 7.0}]),
        "items": shaped("items", [
            {"sku": one["sku"], "unit_cost": one["cost"], "currency": one.get("paid_in", where[one["sku"]]["currency"]), "supplier": one["supplier"],
             "size_tier": "large_standard", "volume_ft3": one["volume"], "weight_lb": 1.0, "referral_rate": 0.15,
             "fulfilment_fee_per_unit": one["fee"]} for one in shop
        ]),
        "listings": shaped("listings", [{**where[one["sku"]], "date": YESTERDAY, "price": one["price"]} for one in shop]),
        "stock": shaped("stock", [{"sku": one["sku"], "node": one["node"], "date": one["counted"], "available": one["on_hand"]} for one in shop]),
        "stock_age": shaped("stock_age", [
            {"sku": one["sku"], "node": one["node"], "date": YESTERDAY, "age_from_days": one["age"], "units": one["on_hand"],
             "surcharge_estimated": one["estimated"]}
            for one in shop if one["age"] is not None
        ]),
        "forecast": shaped("forecast", [
            {**where[one["sku"]], "cutoff": YESTERDAY, "date": day, "mean": one["demand"], "sd": one["sd"] * (one["demand"] > 0)}
            for one in shop if not math.isnan(one["demand"]) for day in days
        ]),
        "fees_charged": shaped("fees_charged", [
            {"sku": sku, "node": node, "date": "2026-10-15", "kind": kind, "line": 0, "units": 10.0, "amount": 9.0, "currency": NODES[node][1]}
            for sku, node in (("british", "fba-uk"), ("german, dead", "fba-de")) for kind in ("storage", "fulfilment")
        ]),
    }  # fmt: skip
    return tables


def decide(facts):
    tables = dict(facts)
    tables["plan"] = replenishment.plan(tables, replenishment.PlanParams(), TODAY)
    tables["health"] = health.score(tables, health.HealthParams(), TODAY)
    tables["clearance"] = clearance.compare(tables, clearance.ClearanceParams(), TODAY)
    tables["alerts"] = alerts.evaluate(tables, alerts.AlertParams(), TODAY)
    return {name: tables[name] for name in ("plan", "health", "clearance", "alerts")}


@pytest.fixture(scope="module")
def results(facts):
    return decide(facts)


def test_the_portfolio_meets_every_reason_and_every_reason_has_its_words(results):
    met = {code for table in results.values() for code in table["reason"]}
    for language in LANGUAGES:
        assert met | OF_CLEANING | OF_CLEARANCE | OF_OPTIONS | OF_FORECAST | OF_PACE == set(messages("reason", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_show_only_known_numbers(results, language):
    rows = pd.concat([table[["reason", "reason_value", "reason_limit"]] for table in results.values()]).drop_duplicates("reason")
    with use(language):
        for code, value, limit in rows.itertuples(index=False):
            sentence = t(f"reason.{code}", value=value, limit=limit)
            assert "nan" not in sentence and "{" not in sentence and "inf" not in sentence, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_levels_actions_and_options_have_names(results, language):
    for name in ("kind", "level", "action"):
        assert not [code for code in set(results["alerts"][name]) if not has(f"alerts.{name}.{code}", language)]
    assert not [code for code in set(results["clearance"]["option"]) if not has(f"clearance.option.{code}", language)]
    assert set(messages("alerts", language)) == set(messages("alerts", "en"))


@pytest.mark.parametrize("name", ["plan", "health", "clearance", "alerts"])
def test_every_result_is_its_table(results, name):
    stamped = results[name].assign(known_at=pd.Timestamp(TODAY), source_file="run:test", source_line=0)
    assert len(schema.validate(name, stamped)) == len(results[name]) > 0


def test_the_order_of_rows_does_not_matter_and_inputs_stay_as_they_are(facts, results):
    before = {name: frame.copy() for name, frame in facts.items()}
    again = decide({name: frame.sample(frac=1, random_state=7).reset_index(drop=True) for name, frame in facts.items()})
    for name, table in results.items():
        pd.testing.assert_frame_equal(table, again[name])
    for name, frame in facts.items():
        pd.testing.assert_frame_equal(frame, before[name])
