"""Slow stock: the pace after a break, the chance to lie too long, the rules, the causes and what to do; from days made by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.health import HealthParams, pace, past, prices, returned, rules, score, signals, visits
from workbench.health.prescriptions import prescriptions
from workbench.tables import schema
from workbench.tables.health import CAUSES

TODAY = dt.date(2026, 11, 1)
SHARES = [f"cause_{name}" for name in CAUSES]


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


def days(units, channel="amazon-us", sku="A", price=20.0):
    """History that ends the day before TODAY, one row a day."""
    dates = pd.date_range(end="2026-10-31", periods=len(units))
    made = {"sku": sku, "channel": channel, "date": dates, "units": units, "demand": units, "base_demand": units, "price": price, "promotion": "", "event": ""}
    return shaped("history", made).assign(imputed=False)


def steady(daily, length=400, seed=1):
    return np.random.default_rng(seed).poisson(daily, length).astype(float)


def broken(before, after, back, length=400):
    return np.concatenate([steady(before, length - back), steady(after, back, seed=2)])


def shop(history, on_hand=300.0, **more):
    tables = {
        "history": history,
        "stock": shaped("stock", [{"sku": "A", "node": "fba-us", "date": "2026-10-31", "available": on_hand}]),
        "plan": shaped("plan", [{"sku": "A", "location": "fba-us", "cover_days": 100.0, "lead_time_days": 30.0, "lead_time_sd_days": 0.0}]),
        "items": shaped("items", [{"sku": "A", "unit_cost": 10.0, "currency": "USD", "category": "Kitchen"}]),
    }
    return tables | {name: shaped(name, rows) for name, rows in more.items()}


def assessed(tables, **params):
    return score(tables, HealthParams(**params), TODAY).iloc[0]


def weekly(**columns):
    dates = pd.Timestamp("2026-10-31") - pd.to_timedelta(7 * np.arange(26)[::-1], unit="D")
    return pd.DataFrame({"sku": "A", "channel": "amazon-us", "date": dates, **columns})


@pytest.mark.parametrize(("back", "after"), [(30, 0.5), (60, 0.5), (120, 0.2)])
def test_the_pace_follows_a_break_and_not_the_year(back, after):
    row = assessed(shop(days(broken(3.0, after, back))))
    assert row["daily_demand_ahead"] == pytest.approx(1.05 * after, rel=0.5), "usual promotions on top"
    assert row["pace_ahead_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=45)
    assert row["slow_risk"] > 90 and row["slow_risk_ahead"] > 90


def test_a_steady_sku_is_not_slow_and_its_surplus_is_what_is_not_kept():
    row = assessed(shop(days(steady(3.0)), on_hand=300.0))
    assert row["slow_risk"] < 5 and row["keep_share"] == 1.0 and row["cause"] == "supply"
    over = assessed(shop(days(steady(3.0)), on_hand=1500.0))
    assert over["slow_risk"] > 95 and over["keep_share"] == pytest.approx(180 * 3 * 1.05 / 1500, rel=0.15)


def test_never_on_sale_and_no_forecast_is_unknown_not_zero():
    row = assessed(shop(days(steady(3.0), sku="B")))
    assert np.isnan(row["slow_risk"]) and np.isnan(row["slow_risk_ahead"])


@settings(deadline=None, max_examples=30)
@given(units=st.floats(0, 3000), more=st.floats(1, 500), limit=st.floats(30, 400), longer=st.floats(1, 200))
def test_more_units_lie_longer_and_a_higher_limit_is_reached_less_often(units, more, limit, longer):
    seen = past.past(days(steady(2.0)), TODAY)
    flat = np.ones((1, seen.days + 61))
    none = pace.Beside(np.zeros(1), np.zeros(1))
    level, sold, before = pace.levels(seen, flat, np.zeros(1, np.int64), np.array([np.nan]), none)
    made = pace.explained(seen, flat, np.zeros(1, np.int64), level, np.ones(1), np.array([np.nan]), none, before, 61)
    share = pace.share_variance(sold, np.ones(1), *(np.zeros(1, np.int64) for _ in range(3)))
    assert share == 0, "what is sold at one place alone has no share that could be another"
    known = pace.Pace(sku_row=np.zeros(1, np.int64), path=level[:, None] * np.ones((1, 61)), share=share, **made)
    low, high = (known.chance_above(np.array([u]), limit, 60)[0] for u in (units, units + more))
    assert 0 <= low <= high + 1e-12 <= 1 + 1e-9
    assert known.chance_above(np.array([units]), limit + longer, 60)[0] <= low + 1e-12


@pytest.mark.parametrize(
    ("column", "before", "after", "cause"),
    [
        ("organic_rank", 5.0, 28.0, "competition"),
        ("image_click_through", 0.006, 0.0035, "listing"),
        ("rating", 4.5, 3.6, "quality"),
        ("competitor_price", 20.0, 16.0, "competition"),
    ],
)
def test_what_the_market_shows_is_the_cause(column, before, after, cause):
    market = weekly(**{column: np.where(np.arange(26) < 16, before, after)})
    told = schema.conform("market", market.assign(known_at=pd.Timestamp(TODAY)))
    row = assessed(shop(days(broken(3.0, 0.8, 70))) | {"market": told})
    assert row["cause"] == cause and row[SHARES].sum() == pytest.approx(1) and row[f"cause_{cause}"] > 0.3
    found = signals.market_signals(told, TODAY)
    assert found.loc[found["turned"], "days"].tolist() == [70.0]


def test_a_fall_that_nobody_watched_cannot_be_told_and_names_the_report():
    row = assessed(shop(days(broken(3.0, 0.5, 70))))
    assert (row["cause"], row["missing_report"].split(",")[0], row["prescription"]) == ("cannot_tell", "market", "get_report")
    calm = schema.conform("market", weekly(organic_rank=5.0).assign(known_at=pd.Timestamp(TODAY)))
    watched = assessed(shop(days(broken(3.0, 0.5, 70))) | {"market": calm})
    assert (watched["cause"], watched["missing_report"], watched["prescription"]) == ("decline", "", "run_down")


def test_sales_at_an_older_price_are_told_at_the_price_of_today():
    """A quarter dearer for half a year: at 20 half as much again sold as at 25; a week of promotion changes nothing."""
    price = np.where(np.arange(760) < 580, 20.0, 25.0)
    price[400:407] = 10.0
    factor = np.ones((1, 821), np.float32)
    sold = days(np.ones(760), price=price)
    prices.to_price_of_now(factor, sold, past.past(sold, TODAY))
    assert factor[0, [0, 300, 403, 560]] == pytest.approx(1.25**1.8) and factor[0, [620, 759, 800]] == pytest.approx(1.0)


def test_a_raised_price_is_seen_and_a_promotion_that_ended_is_not():
    price = np.where(np.arange(400) < 330, 20.0, 24.0)
    listings = schema.empty("listings")
    raised = days(steady(2.0), price=price)
    assert prices.raised(raised, listings, past.past(raised, TODAY), TODAY)[0] == pytest.approx(np.log(1.2), abs=0.01)
    short = days(steady(2.0), price=np.where((np.arange(400) >= 330) & (np.arange(400) < 350), 24.0, 20.0))
    assert prices.raised(short, listings, past.past(short, TODAY), TODAY)[0] == 0
    row = assessed(shop(days(broken(3.0, 2.0, 70), price=price), on_hand=900.0))
    assert row["cause"] == "price" and row["prescription"] == "take_back_price"


def test_channels_of_a_sku_are_looked_at_together_for_its_price():
    """One sale at the full price on a small channel after months of promotions is no rise; a rise shows where it sells."""
    rare = np.where(np.isin(np.arange(400), (250, 280, 300, 390)), 1.0, 0.0)
    small = days(rare, channel="shop", price=np.where(np.arange(400) < 380, 20.0, 24.0))
    for price, rise in ((np.full(400, 20.0), 0.0), (np.where(np.arange(400) < 330, 20.0, 24.0), np.log(1.2))):
        history = pd.concat([days(steady(2.0), price=price), small], ignore_index=True)
        found = prices.raised(history, schema.empty("listings"), past.past(history, TODAY), TODAY)
        assert found.tolist() == pytest.approx([rise, rise], abs=0.02)


def test_visits_tell_the_pace_of_a_listing_that_hardly_sells():
    history = pd.concat([days(steady(2.0, seed=k), sku=f"S{k}") for k in range(20)] + [days(np.tile([1.0] + [0.0] * 49, 8))], ignore_index=True)
    seen = past.past(history, TODAY)
    dates = pd.date_range(end="2026-10-31", periods=30)
    traffic = pd.concat(
        [shaped("traffic", {"sku": name, "channel": "amazon-us", "date": dates, "sessions": 20.0 if name != "A" else 0.2}) for name in seen.sku]
    )
    worth, lasting = visits.visited(traffic, seen, np.ones((21, 800), np.float32), TODAY)
    assert worth[:20] / lasting[:20] == pytest.approx(2.0, rel=0.1), "visits times the conversion of the channel"
    assert worth[20] / lasting[20] == pytest.approx(0.1 * 6.5 / 30, rel=0.1) and worth[20] < worth[0]
    none, nothing = visits.visited(schema.empty("traffic"), seen, np.ones((21, 800), np.float32), TODAY)
    assert not none.any() and not nothing.any()
    later = traffic.assign(date=traffic["date"] + pd.Timedelta(days=31))
    assert not visits.visited(later, seen, np.ones((21, 800), np.float32), TODAY)[0].any()


def test_a_bad_batch_comes_before_everything():
    back = pd.DataFrame({"order_id": [str(k) for k in range(60)], "sku": "A", "date": pd.date_range("2026-09-01", periods=60), "line": 0})
    told = schema.conform("returns", back.assign(channel="amazon-us", units=1.0, known_at=pd.Timestamp(TODAY)))
    history = days(broken(3.0, 0.8, 70))
    assert returned.shares(told, past.past(history, TODAY), TODAY)[2][0] > 1
    row = assessed(shop(history) | {"returns": told})
    assert (row["cause"], row["prescription"]) == ("quality", "check_batch")
    assert (row["prescription_units"], row["prescription_value"]) == (300, 3000)


AGED = {"age_0_90": [0.0], "age_91_180": [40.0], "age_181_270": [10.0], "age_271_365": [0.0], "age_366_plus": [0.0]}
ROW = pd.DataFrame(
    {
        "sku": ["A"],
        "location": ["fba-us"],
        "on_hand": [50.0],
        "cover_days": [100.0],
        "daily_demand": [0.5],
        "category": ["Toys"],
        "turnover_year": [3.0],
        "turnover_baseline": [np.nan],
        **AGED,
    }
)


def sold(history):
    return rules.sales_by_window(past.past(history, TODAY), np.array([0]), 1)


@pytest.mark.parametrize(
    ("units", "meaning", "fired"),
    [
        ([0.0] * 26 + [1, 1, 1, 1], "sum", True),
        ([0.0] * 26 + [1, 1, 1, 2], "sum", False),
        ([4.0] * 30, "each_day", True),
        ([4.0] * 29 + [5.0], "each_day", False),
        ([4.0] * 30, "both", True),
    ],
)
def test_few_sales_as_a_sum_or_as_each_day(units, meaning, fired):
    tables = {name: schema.empty(name) for name in ("traffic", "ads", "serves", "benchmarks")}
    made = rules.rules_fired(tables, ROW, sold(days(np.array(units))), HealthParams(few_sales=meaning), TODAY)
    assert (made["aged_few_sum"] | made["aged_few_each_day"]).tolist() == [fired]
    assert made["aged_180"].all() and not made["aged_365"].any()


def test_rules_stack_and_say_which_fired():
    visits = {"sku": "A", "channel": "amazon-us", "date": pd.date_range(end="2026-10-31", periods=60), "sessions": 100.0}
    traffic = shaped("traffic", {**visits, "units_ordered": np.where(np.arange(60) < 30, 10.0, 4.0)})
    ads = shaped("ads", {"sku": "A", "channel": "amazon-us", "date": visits["date"], "campaign": "x", "spend": np.where(np.arange(60) < 30, 5.0, 8.0)})
    tables = {"traffic": traffic, "ads": ads, "serves": schema.empty("serves"), "benchmarks": schema.empty("benchmarks")}
    history = days(np.concatenate([np.full(310, 10.0), np.full(60, 2.0), np.full(30, 1.0)]))
    fired = rules.rules_fired(tables, ROW, sold(history), HealthParams(), TODAY)
    assert rules.named(fired).tolist() == ["below_baseline,quarter_below,aged_180,conversion_falling,ads_without_sales"]


@pytest.mark.parametrize(("before", "fired"), [(3.9, False), (4.1, True)])
def test_turns_are_held_against_the_own_year_where_it_is_known(before, fired):
    tables = {name: schema.empty(name) for name in ("traffic", "ads", "serves", "benchmarks")}
    falling = sold(days(np.concatenate([np.full(370, 10.0), np.full(30, 1.0)])))
    made = rules.rules_fired(tables, ROW.assign(turnover_baseline=before), falling, HealthParams(), TODAY)
    assert made["below_baseline"].tolist() == [fired]


@pytest.mark.parametrize(("usual", "fired"), [(3.9, False), (4.1, True), (float("nan"), False)])
def test_turns_are_held_against_the_industry_only_where_somebody_said_what_is_usual(usual, fired):
    told = shaped("benchmarks", {"category": "Toys", "date": pd.to_datetime(["2026-01-01", "2026-06-01", "2027-01-01"]), "turnover_year": [99.0, usual, 99.0]})
    tables = {name: schema.empty(name) for name in ("traffic", "ads", "serves")} | {"benchmarks": told}
    assert rules.rules_fired(tables, ROW, sold(days(np.full(30, 9.0))), HealthParams(), TODAY)["below_industry"].tolist() == [fired]


def test_what_to_do_has_units_money_and_a_day():
    row = {name: [0.0] for name in ("stockout_risk", "lost_margin_30", "storage_share", "order_units", "slow_risk_ahead")} | {
        "on_hand": [200.0], "keep_share": [0.25], "slow_risk": [80.0], "stock_value": [2000.0], "margin_per_unit": [5.0], "demand_30": [3.0],
        "storage_month": [4.0], "surcharge_month": [9.0], "score": [40.0], "cause": ["supply"], "order_date": [pd.NaT], "turnover_ahead": [0.2],
        "excess_units": [180.0], "excess_value": [1800.0], "quality_seen": [False],
    }  # fmt: skip
    made = {
        name: value[0] if name == "prescription" else np.asarray(value)[0] for name, value in prescriptions(pd.DataFrame(row), HealthParams(), TODAY).items()
    }
    assert (made["prescription"], made["prescription_units"], made["prescription_value"]) == ("clear_excess", 150, 1500)
    assert pd.Timestamp(made["prescription_date"]) == pd.Timestamp("2026-11-14"), "the day before the next aged inventory surcharge"


@pytest.mark.parametrize(("turns", "code", "units"), [(2.5, "promote_early", 40), (3.5, "none", None)])
def test_stock_that_will_turn_too_seldom_is_promoted_before_it_is_slow(turns, code, units):
    row = {name: [0.0] for name in ("stockout_risk", "lost_margin_30", "storage_share", "order_units", "slow_risk_ahead", "surcharge_month")} | {
        "on_hand": [200.0], "keep_share": [1.0], "slow_risk": [1.0], "stock_value": [2000.0], "margin_per_unit": [5.0], "demand_30": [40.0], "cause": [""],
        "storage_month": [4.0], "score": [90.0], "order_date": [pd.NaT], "turnover_ahead": [turns], "excess_units": [40.0], "excess_value": [400.0],
        "quality_seen": [False],
    }  # fmt: skip
    made = prescriptions(pd.DataFrame(row), HealthParams(), TODAY)
    assert made["prescription"][0] == code and (units is None or (made["prescription_units"][0], made["prescription_value"][0]) == (units, 400))
