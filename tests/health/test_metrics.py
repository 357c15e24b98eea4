"""Measured figures of health: by hand, and what must hold for every table."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import stock
from workbench.health import HealthParams, doubts, metrics, newest_index, past, score, targets
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


def sold(units, sku="A", price=20.0, exposure=1.0):
    dates = pd.date_range(end="2026-10-31", periods=len(units))
    made = {"sku": sku, "channel": "amazon-us", "date": dates, "units": units, "demand": units, "base_demand": units, "price": price, "exposure": exposure}
    return shaped("history", {**made, "promotion": "", "event": ""}).assign(imputed=False)


def shop(daily=2.0, on_hand=120.0, exposure=1.0, **more):
    days = pd.date_range(end="2026-10-31", periods=400)
    ledger = {"sku": "A", "node": "fba-us", "date": days, "starting": on_hand, "receipts": daily, "shipments": -daily, "returns": 0.0, "adjustments": 0.0}
    tables = {
        "history": sold(np.full(400, daily), exposure=exposure),
        "stock": shaped("stock", [{"sku": "A", "node": "fba-us", "date": "2026-10-31", "available": on_hand}]),
        "movements": shaped("movements", {**ledger, "ending": on_hand}),
        "plan": shaped("plan", [{"sku": "A", "location": "fba-us", "cover_days": 60.0, "lead_time_days": 30.0, "lead_time_sd_days": 0.0}]),
        "items": shaped("items", [{"sku": "A", "unit_cost": 5.0, "currency": "USD", "category": "Kitchen", "size_tier": "large_standard", "weight_lb": 2.0}]),
        "channels": shaped("channels", [{"channel": "amazon-us", "marketplace": "US", "currency": "USD"}]),
    }
    return tables | more


def assessed(tables, **params):
    return score(tables, HealthParams(**params), TODAY).iloc[0]


def test_figures_of_a_steady_sku_by_hand():
    """2 a day from a stock of 120 at a cost of 5 and a price of 20."""
    row = assessed(shop())
    assert [row[f"daily_sales_{days}"] for days in (7, 14, 60, 90)] == [2.0] * 4 and row["daily_sales_weighted"] == pytest.approx(2)
    assert [row[f"cover_days_{days}"] for days in (7, 30, 90)] == [60.0] * 3
    assert row["sell_through"] == pytest.approx(180 / 120)
    assert row["turnover_year"] == pytest.approx(1.5 * 365 / 90) and row["turnover_days"] == pytest.approx(60)
    assert row["weeks_of_cover_30"] == pytest.approx(120 / 60 * 4) and row["weeks_of_cover_90"] == pytest.approx(120 / 180 * 12)
    assert (row["supply_days_30"], row["supply_days_90"]) == (60, 60) and row["storage_ratio_weeks"] == pytest.approx(60 / 7)
    assert row["turnover_baseline"] == pytest.approx(2 * 365 / 120)
    assert row["gmroi"] == pytest.approx(15 * 180 * 365 / 90 / (120 * 5)) and row["capital_value"] == 600 and row["stock_share"] == 1
    assert row["revenue_year"] == pytest.approx(2 * 364 * 20) and (row["abc"], row["xyz"], row["stage"]) == ("A", "X", "mature")
    assert row["in_stock_rate"] == 1 and row["low_inventory_month"] == 0


def test_weights_of_the_sales_rate_are_the_users():
    units = np.concatenate([np.full(393, 1.0), np.full(7, 8.0)])
    tables = shop(history=sold(units))
    only = dict.fromkeys((f"sales_weight_{days}" for days in (14, 30, 60, 90)), 0.0)
    assert assessed(tables, sales_weight_7=1.0, **only)["daily_sales_weighted"] == pytest.approx(8)
    assert assessed(tables)["daily_sales_weighted"] == pytest.approx(0.2 * 8 + 0.2 * 4.5 + 0.3 * (23 + 56) / 30 + 0.2 * (53 + 56) / 60 + 0.1 * (83 + 56) / 90)


def counted(day, units):
    return {"sku": "A", "node": "3pl-us", "date": pd.to_datetime(day), "on_hand": units}


def test_without_a_ledger_counts_and_units_sold_make_the_turnover_and_are_marked():
    """500 units on the first of the 90 days, 150 on 55 of them, then 60 on 34; 180 were sold."""
    serves = shaped("serves", [{"channel": "amazon-us", "node": "3pl-us", "priority": 1}])
    nodes = shaped("nodes", [{"node": "3pl-us", "kind": "3pl", "currency": "USD"}])
    told = shop(serves=serves, nodes=nodes, stock=shaped("stock", counted(["2026-07-20", "2026-08-04", "2026-09-28"], [500.0, 150.0, 60.0])))
    plan = told["plan"].assign(location="3pl-us")
    row = assessed(told | {"movements": schema.empty("movements"), "plan": plan})
    mean = (500 + 150 * 55 + 60 * 34) / 90
    assert (row["location"], row["supply_source"]) == ("3pl-us", "counts")
    assert row["sell_through"] == pytest.approx(180 / mean) and row["turnover_year"] == pytest.approx(180 / mean * 365 / 90)
    assert row["weeks_of_cover_90"] == pytest.approx(12 * mean / 180) and row["weeks_of_cover_30"] == pytest.approx(4 * 60 / 60)
    assert row["gmroi"] == pytest.approx(15 * 180 * 365 / 90 / (mean * 5))
    assert np.isnan(row["turnover_baseline"])  # nobody counted before
    year = shaped("stock", counted(["2026-02-04", "2026-05-15", "2026-08-10"], [400.0, 200.0, 150.0]))
    turned = assessed(told | {"movements": schema.empty("movements"), "plan": plan, "stock": year})
    assert turned["turnover_baseline"] == pytest.approx(2 * 180 * 365 / (400 * 100 + 200 * 80))  # 180 days from the first count to the 90
    few = shaped("stock", counted(["2026-10-01", "2026-10-30"], [150.0, 60.0]))
    short = assessed(told | {"movements": schema.empty("movements"), "plan": plan, "stock": few})
    assert np.isnan(short["sell_through"]) and short["supply_source"] != "counts"
    assert assessed(shop())["supply_source"] == "ledger"


def test_days_out_of_stock_lower_the_in_stock_rate():
    share = np.where(np.arange(400) >= 355, 0.0, 1.0)
    assert assessed(shop(history=sold(np.full(400, 2.0), exposure=share)))["in_stock_rate"] == pytest.approx(0.5)


def test_what_sells_from_a_thin_stock_pays_the_low_inventory_fee():
    forecast = shaped(
        "forecast", {"sku": "A", "channel": "amazon-us", "cutoff": "2026-10-31", "date": pd.date_range("2026-11-01", periods=90), "mean": 5.0, "sd": 0.0}
    )
    row = assessed(shop(daily=5.0, on_hand=90.0) | {"forecast": forecast})
    assert row["supply_days_90"] == pytest.approx(18) and row["low_inventory_month"] == pytest.approx(150 * 0.70)


def test_advertising_fees_and_storage_come_off_the_contribution():
    forecast = shaped(
        "forecast", {"sku": "A", "channel": "amazon-us", "cutoff": "2026-10-31", "date": pd.date_range("2026-11-01", periods=90), "mean": 2.0, "sd": 0.0}
    )
    ads = shaped(
        "ads", {"sku": "A", "channel": "amazon-us", "date": pd.date_range(end="2026-10-31", periods=40), "campaign": "x", "spend": 2.0, "currency": "USD"}
    )
    plain, told = (assessed(shop(forecast=forecast) | more) for more in ({}, {"ads": ads}))
    assert told["ad_spend_30"] == 60 and plain["ad_spend_30"] == 0
    assert told["contribution_30"] == pytest.approx(plain["contribution_30"] - 60, nan_ok=True)


def test_stranded_units_are_those_of_the_newest_report_and_unknown_without_one():
    told = shaped("stranded", {"sku": "A", "node": "fba-us", "date": pd.to_datetime(["2026-10-01", "2026-10-30"]), "units": [9.0, 4.0]})
    assert assessed(shop(stranded=told))["stranded_units"] == 4 and np.isnan(assessed(shop())["stranded_units"])


def test_risk_of_running_out_grows_with_the_days_and_so_does_what_it_costs():
    forecast = shaped(
        "forecast", {"sku": "A", "channel": "amazon-us", "cutoff": "2026-10-31", "date": pd.date_range("2026-11-01", periods=90), "mean": 2.0, "sd": 2.0}
    )
    row = assessed(shop(forecast=forecast))
    risks, lost = ([row[f"{name}_{days}"] for days in (30, 60, 90)] for name in ("stockout_risk", "lost_margin"))
    assert risks == sorted(risks) and risks[0] < 0.01 and risks[1] == pytest.approx(0.5, abs=0.01) and risks[2] > 0.95
    assert lost == sorted(lost)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_classes_are_in_the_order_of_revenue_and_the_first_is_a(revenue, a, b):
    found = metrics._abc(np.array(revenue), pd.Series(["fba-us"] * len(revenue)), HealthParams(class_a_share=a, class_b_share=b))
    order = np.argsort(-np.array(revenue), kind="stable")
    assert list(found[order]) == sorted(found) and (max(revenue) == 0 or found[order[0]] == "A")
    covered = np.array(revenue)[found == "A"].sum()
    assert max(revenue) == 0 or covered >= a * sum(revenue) * (1 - 1e-9)


def test_each_place_has_its_own_classes():
    found = metrics._abc(np.array([100.0, 1.0, 5.0, 1.0]), pd.Series(["fba-us", "fba-us", "fba-uk", "fba-uk"]), HealthParams())
    assert found.tolist() == ["A", "C", "A", "B"]


def test_stages_and_what_shows_them():
    stages = {length: assessed(shop(history=sold(np.full(length, 3.0)))) for length in (60, 200, 400)}
    assert {length: row["stage"] for length, row in stages.items()} == {60: "new", 200: "mature", 400: "mature"}
    assert {length: row["on_sale_days"] for length, row in stages.items()} == {60: 60, 200: 200, 400: 400}
    assert np.isnan(stages[60]["pace_rise"]) and stages[400]["pace_rise"] == pytest.approx(0, abs=0.01)
    falling = np.random.default_rng(3).poisson(20 * 2.0 ** (-np.clip(np.arange(400) - 200, 0, None) / 70)).astype(float)
    row = assessed(shop(history=sold(falling)))
    assert row["stage"] == "decline" and row["pace_change"] < -0.6


@pytest.mark.parametrize(
    ("length", "before", "after", "lately", "stage"),
    [(500, 3.0, 5.0, 90, "growth"), (120, 3.0, 5.0, 45, "growth"), (500, 3.0, 3.6, 90, "mature"), (500, 0.03, 0.06, 90, "mature")],
)
def test_growth_is_a_rise_of_the_pace_beyond_chance_at_any_age(length, before, after, lately, stage):
    row = assessed(shop(history=sold(np.concatenate([np.full(length - lately, before), np.full(lately, after)]))))
    assert row["stage"] == stage and (row["pace_rise_errors"] >= 2) == (stage == "growth" or after == 3.6)
    assert before < 1 or row["pace_rise"] == pytest.approx(after / before - 1, abs=0.01)


def test_a_high_season_is_no_growth():
    day = pd.date_range(end="2026-10-31", periods=750)
    season = 6.0 * np.exp(0.8 * np.cos(2 * np.pi * (day.dayofyear.to_numpy() - 300) / 365.25))
    every = pd.concat([sold(np.random.default_rng(k).poisson(season).astype(float), sku=sku) for k, sku in enumerate("ABCD")], ignore_index=True)
    items = shaped("items", [{"sku": sku, "unit_cost": 5.0, "currency": "USD", "category": "Kitchen"} for sku in "ABCD"])
    row = assessed(shop(history=every, items=items))
    assert row["daily_sales_90"] > 1.3 * every["units"].tail(365).mean() and row["stage"] == "mature" and abs(row["pace_rise"]) < 0.2


def test_the_report_and_the_ledger_agree_on_ages_or_the_gap_is_told():
    days = pd.date_range(end="2026-10-31", periods=200)
    came = np.where(np.arange(200) == 0, 30.0, np.where(np.arange(200) == 150, 12.0, 0.0))
    ending = came.cumsum()
    movements = shaped("movements", {"sku": "A", "node": "fba-us", "date": days, "starting": ending - came, "receipts": came, "ending": ending})
    tiers = [(0, 90, 12.0), (91, 180, 0.0), (181, 270, 30.0)]
    told = [{"sku": "A", "node": "fba-us", "date": "2026-10-31", "age_from_days": a, "age_to_days": b, "units": u} for a, b, u in tiers]
    assert stock.age_gap(movements, shaped("stock_age", told), TODAY)["age_gap_units"].tolist() == [0.0]
    told[0]["units"], told[1]["units"] = 7.0, 5.0
    assert stock.age_gap(movements, shaped("stock_age", told), TODAY)["age_gap_units"].tolist() == [5.0]
    assert stock.age_gap(movements, schema.empty("stock_age"), TODAY).empty


def test_days_that_are_not_known_yet_change_nothing():
    history = sold(np.full(400, 2.0))
    later = history.assign(date=history["date"] + pd.Timedelta(days=400), units=99.0)
    one, two = (past.past(frame, TODAY) for frame in (history, pd.concat([history, later], ignore_index=True)))
    assert np.array_equal(one.units, two.units, equal_nan=True) and one.sku.tolist() == two.sku.tolist()


def whole(**columns):
    plain = {
        "stock_value": [600.0, 400.0],
        "slow_risk": [80.0, 10.0],
        "in_stock_rate": [1.0, 0.8],
        "storage_month": [10.0, 10.0],
        "surcharge_month": [np.nan, 5.0],
    }
    more = {
        "margin_per_unit": [5.0, 5.0],
        "daily_demand": [1.0, 1.0],
        "turnover_year": [2.0, 12.0],
        "sell_through": [0.5, np.nan],
        "excess_value": [100.0, np.nan],
    }
    rest = {"stranded_units": [4.0, np.nan], "on_hand": [20.0, 99.0], "currency": "USD"}
    return pd.DataFrame({"sku": ["A", "B"], "location": "fba-us", **plain, **more, **rest, **columns})


def test_the_whole_stock_against_the_targets():
    found = targets(whole(), HealthParams(), "USD", schema.empty("exchange_rates"), TODAY).set_index("figure")
    value = found["value"].to_dict()
    assert value["slow_share"] == 0.6 and value["stockout_share"] == pytest.approx(0.1) and value["storage_share"] == pytest.approx(25 / 300)
    assert value["turnover_year"] == pytest.approx(0.6 * 2 + 0.4 * 12) and value["sell_through"] == 0.5
    assert value["excess_share"] == 0.1 and value["stranded_share"] == 0.2
    assert found["met"].to_dict() == {"slow_share": False, "stockout_share": False, "storage_share": True, "turnover_year": True} | dict.fromkeys(
        ("excess_share", "sell_through", "stranded_share", "in_stock_rate")
    )


def test_money_without_a_rate_is_left_out_of_the_shares_and_nothing_known_is_unknown():
    mixed = targets(whole(currency=["USD", "EUR"]), HealthParams(), "USD", schema.empty("exchange_rates"), TODAY).set_index("figure")
    assert mixed.loc["slow_share", "value"] == 1.0
    none = targets(whole().iloc[:0], HealthParams(), "USD", schema.empty("exchange_rates"), TODAY)
    assert none["value"].isna().all() and none["met"].isna().all()


def test_the_index_is_what_the_seller_typed_in_last():
    told = shaped(
        "inventory_index",
        {"node": "fba-us", "date": pd.to_datetime(["2026-10-01", "2026-10-20", "2026-11-20"]), "ipi": [450.0, 512.0, 900.0], "threshold": 400.0},
    )
    assert newest_index(told, TODAY)[["node", "ipi"]].to_numpy().tolist() == [["fba-us", 512.0]]


def complete():
    """A shop that lacks nothing."""
    dates = pd.date_range(TODAY, periods=120)
    made = {"sku": "A", "channel": "amazon-us", "cutoff": pd.Timestamp("2026-10-31"), "date": dates, "mean": 2.0, "sd": 1.0}
    items = {"sku": "A", "unit_cost": 5.0, "currency": "USD", "category": "Kitchen", "size_tier": "large_standard", "weight_lb": 2.0, "volume_ft3": 0.2}
    own = shaped("items", [{**items, "referral_rate": 0.15, "fulfilment_fee_per_unit": 4.0}])
    nodes = shaped("nodes", [{"node": "fba-us", "kind": "fba", "marketplace": "US", "currency": "USD"}])
    return shop(forecast=shaped("forecast", made), items=own, nodes=nodes)


@pytest.mark.parametrize(
    ("table", "gone", "unknown"),
    [
        ("items", "unit_cost", ["stock_value", "margin_per_unit", "gmroi", "capital_value", "storage_share", "loss_storage", "lost_margin_30"]),
        ("items", "volume_ft3", ["storage_month", "storage_share", "loss_storage"]),
        ("movements", None, ["age_0_90", "loss_age", "sell_through", "surcharge_month", "age_source"]),
        ("history", None, ["daily_sales", "in_stock_rate", "revenue_year", "margin_per_unit"]),
    ],
)
def test_what_is_missing_leaves_figures_unknown_never_zero_and_the_score_is_made_of_the_rest(table, gone, unknown):
    before = complete()
    after = before | {table: schema.empty(table) if gone is None else before[table].assign(**{gone: np.nan})}
    was, row = assessed(before), assessed(after)
    assert all(was[name] == was[name] for name in unknown) and all(row[name] != row[name] for name in unknown)
    losses = [row[f"loss_{part}"] for part in ("cover", "excess", "age", "storage", "stockout")]
    assert row["score"] == pytest.approx(100 - np.nansum(losses)) and row["light"] != "grey"


def test_a_loss_on_every_unit_is_told_and_what_nobody_buys_has_no_pace():
    lost = assessed(complete() | {"items": complete()["items"].assign(unit_cost=50.0)})
    assert lost["margin_per_unit"] < 0 and lost["contribution_30"] < 0 and lost["prescription"] == "stop_loss" and lost["loss_storage"] == 15
    still = assessed(shop(daily=0.0))
    assert still["daily_sales"] == 0 and np.isnan(still["turnover_days"]) and np.isnan(still["cover_days_30"]) and still["sell_through"] == 0


def test_what_is_missing_is_named_with_the_positions_it_leaves_unknown():
    rows = pd.DataFrame({"sku": ["A", "B", "C", "D"], "location": ["fba-uk", "fba-us", "3pl-us", "fba-us"], "on_hand": [5.0, 5.0, 5.0, 0.0]})
    rows = rows.assign(age_source=["fifo", None, "fifo", None], currency=["GBP", "USD", "USD", "USD"])
    items = pd.DataFrame({"sku": ["A", "B", "C"], "unit_cost": [1.0, np.nan, 2.0], "currency": ["CNY", "CNY", "USD"], "volume_ft3": [0.1, 0.1, np.nan]})
    nodes = pd.DataFrame({"node": ["fba-uk", "fba-us", "3pl-us"], "kind": ["fba", "fba", "3pl"]})
    found = doubts(rows, items, nodes, "USD", schema.empty("exchange_rates"), TODAY)
    assert found.values.tolist() == [["no_age", "", 1], ["no_cost", "", 1], ["no_rate", "CNY → GBP", 1], ["no_rate", "GBP → USD", 1]]
    rates = shaped("exchange_rates", {"date": pd.Timestamp("2026-10-01"), "currency": ["GBP", "CNY"], "base": ["USD", "GBP"], "rate": [1.25, 0.11]})
    assert found["doubt"].tolist()[:2] == doubts(rows, items, nodes, "USD", rates, TODAY)["doubt"].tolist()
