"""Ways out that lean on something: a season, a sale event, a bestseller, another marketplace, a rival's price, returned units."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams, cash_flow, compare
from workbench.clearance.occasions import coming_deal, measured_lifts, next_season
from workbench.tables import schema

TODAY = dt.date(2026, 5, 1)
MONTH = 365.25 / 12


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


def tables(**more):
    here = {"location": "fba-us", "currency": "USD", "price": 30.0, "selling_fees_per_unit": 10.0, "referral_share": 0.15, "revenue_year": 900.0}
    health = [
        {**here, "sku": "A", "on_hand": 300.0, "excess_units": 280.0, "daily_demand": 8 / MONTH, "stock_value": 2400.0},
        {**here, "sku": "B", "on_hand": 90.0, "excess_units": 0.0, "daily_demand": 100 / MONTH, "stock_value": 900.0, "margin_per_unit": 9.0},
        {**here, "sku": "C", "on_hand": 90.0, "excess_units": 0.0, "daily_demand": 120 / MONTH, "stock_value": 900.0, "margin_per_unit": 1.0},
        {
            **here, "sku": "A", "location": "fba-uk", "currency": "GBP", "price": 25.0, "selling_fees_per_unit": 8.0, "on_hand": 20.0, "excess_units": 0.0,
            "daily_demand": 20 / MONTH, "stock_value": 160.0,
        },
    ]  # fmt: skip
    item = {"category": "Toys", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5}
    received = {"sku": "A", "node": "fba-us", "date": TODAY - dt.timedelta(days=200), "starting": 0.0, "receipts": 300.0, "ending": 300.0}
    found = {"health": health, "items": [{**item, "sku": sku} for sku in "ABC"], "movements": [received]} | more
    return {name: shaped(name, rows) for name, rows in found.items()}


def history(events=(), season=None):
    """Three years of the shop's Toys: `season` (12 factors), and `events` as (code, first day, days, factor)."""
    days = pd.date_range("2023-05-01", "2026-04-30")
    base = 5.0 * np.array(season or [1.0] * 12)[days.month - 1]
    rows = pd.DataFrame({"sku": "B", "channel": "amazon-us", "date": days, "demand": base, "base_demand": base, "event": "", "promotion": ""})
    for code, first, length, factor in events:
        on = rows["date"].between(first, pd.Timestamp(first) + pd.Timedelta(days=length - 1))
        rows.loc[on, "event"], rows.loc[on, "demand"] = code, rows.loc[on, "demand"] * factor
    return rows.assign(censored=False, imputed=False).to_dict("records")


def options(given, **params):
    return compare(given, ClearanceParams(**params), TODAY, "A", "fba-us").set_index("option")


WINTER = [0.6, 0.6, 0.6, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.1, 2.2, 2.3]


def test_the_next_season_is_that_of_the_category_with_its_evidence():
    found = options(tables(history=history(season=WINTER)), horizon_months=60)
    row = found.loc["next_season"]
    assert [row["leans_on"], row["start_date"], row["leans_years"]] == ["2026-11", pd.Timestamp("2026-11-01"), 3]
    assert row["leans_times"] == pytest.approx(2.3 / np.mean(WINTER), rel=0.02) and row["basis"] == "measured"
    assert row["npv"] <= found["npv"]["hold"] + 1e-6  # hold may end in any month, so keeping to a season is never worth more
    assert row["end_date"] >= pd.Timestamp("2026-12-31") and row["price"] == 30.0


@pytest.mark.parametrize(("season", "reason"), [([1.0] * 12, "no_season"), (None, "no_season")])
def test_no_season_no_waiting_for_it(season, reason):
    given = tables(history=history(season=season)) if season else tables()
    assert options(given)["reason"]["next_season"] == reason


def test_a_season_that_did_not_come_every_year_is_none():
    rows = pd.DataFrame(history(season=WINTER))
    last = rows["date"] >= "2025-05-01"
    rows.loc[last, "demand"] = 5.0
    found = next_season(shaped("history", rows), shaped("items", [{"sku": "B", "category": "Toys"}]), pd.Series(["Toys"]), TODAY)
    assert found["season_from"].isna().all()


PRIME = [("prime_day", "2024-07-16", 2, 2.0), ("prime_day", "2025-07-08", 4, 2.2), ("summer", "2024-08-01", 3, 9.0)]


def test_lifts_of_events_are_measured_by_year_and_without_promotions():
    lifts = measured_lifts(shaped("history", history(PRIME))).set_index("event")
    assert lifts.loc["prime_day", ["times", "years"]].tolist() == [pytest.approx(2.1), 2]


def test_a_deal_waits_for_the_event_that_was_measured_where_that_is_worth_it(monkeypatch):
    strong = [("prime_day", "2024-07-16", 2, 5.8), ("prime_day", "2025-07-08", 4, 6.2)]
    for events, waits in ((strong, True), (PRIME, False)):
        given = tables(history=history(events))
        row = options(given).loc["outlet"]
        with monkeypatch.context() as patched:
            patched.setattr("workbench.clearance.occasions.WAIT_DAYS", 0)
            at_once = options(given).loc["outlet"]
        assert pd.notna(row["start_date"]) == waits and pd.isna(at_once["start_date"])
        assert row["npv"] > at_once["npv"] if waits else row["npv"] == at_once["npv"]
        assert row["conditions_failed"] != row["conditions_failed"] and "seller_rating" in row["conditions_untold"]
        if waits:
            assert [row["start_date"], row["leans_on"], row["leans_times"], row["leans_years"]] == [
                pd.Timestamp("2026-06-23"), "prime_day", pytest.approx(6.0), 2,
            ]  # fmt: skip


def test_what_events_brought_more_than_three_years_ago_is_not_looked_at():
    """The screen reads three years for one position; what the daily run looks at must be the same."""
    strong = pd.DataFrame(history([("prime_day", "2024-07-16", 2, 5.8), ("prime_day", "2025-07-08", 4, 6.2)]))
    old = strong.assign(date=strong["date"] - pd.DateOffset(years=3))
    given = tables(history=strong.to_dict("records"))
    assert coming_deal({"events": schema.empty("events"), **given}, pd.Series(["US"]), TODAY)["deal_event"].tolist() == ["prime_day"]
    given = tables(history=old.to_dict("records"))
    assert coming_deal({"events": schema.empty("events"), **given}, pd.Series(["US"]), TODAY)["deal_event"].tolist() == [""]


def test_a_stated_lift_dates_the_deal_too():
    stated = {
        "event": "prime_day",
        "channel": "amazon-us",
        "start_date": "2026-06-23",
        "end_date": "2026-06-26",
        "kind": "sale",
        "name": "Prime Day",
        "lift": 6.0,
    }
    row = options(tables(history=history(PRIME), events=[stated])).loc["outlet"]
    assert [row["start_date"], row["leans_times"], row["leans_years"]] == [pd.Timestamp("2026-06-23"), 6.0, 0]


def test_every_failed_condition_of_a_deal_is_named():
    rated = {"sku": "A", "channel": "amazon-us", "date": TODAY, "rating": 2.4}
    given = tables(market=[rated])
    given["movements"] = given["movements"].assign(date=pd.Timestamp(TODAY - dt.timedelta(days=20)))
    row = options(given).loc["outlet"]
    assert row["conditions_failed"] == "too_young,low_rating" and row["reason"] == "outlet_too_young" and np.isnan(row["npv"])


def test_a_bundle_sells_at_the_pace_of_the_bestseller_and_never_wins_on_an_assumption():
    row = options(tables()).loc["bundle"]
    assert [row["leans_on"], row["leans_times"], row["units_per_month"]] == ["B", pytest.approx(100), pytest.approx(5)]  # C sells more and earns less
    assert [row["basis"], row["limit_broken"], row["reason"], row["recommended"]] == ["assumed", "assumed", "assumed_demand", False]
    assert row["npv_low"] < row["npv"] < row["npv_high"] and row["price"] == pytest.approx(24.0)
    keen = {"bundle_attach_share": 0.9}
    assert not options(tables(), **keen)["recommended"]["bundle"] and options(tables(), **keen, assumed_wins=True)["recommended"]["bundle"]
    assert options(tables(), bundle_partner="C")["leans_on"]["bundle"] == "C"


def test_a_bundle_pays_its_packaging_and_what_it_takes_from_the_unit_sold_alone():
    sure = {"demand_level_cv": 0.0, "leave_later": False, "horizon_months": 60}
    free = options(tables(), bundle_cost_per_unit=0.0, bundle_cannibalised_share=0.0, bundle_discount=0.0, **sure).loc["bundle"]
    packed = options(tables(), bundle_cost_per_unit=1.0, bundle_cannibalised_share=0.0, bundle_discount=0.0, **sure).loc["bundle"]
    bundles = 280 * 5 / 13  # 5 of the 13 units that go a month go in a bundle
    assert free["fees_other"] == 0 and packed["fees_other"] == pytest.approx(bundles, rel=0.01)
    cut = options(tables(), bundle_cost_per_unit=0.0, bundle_cannibalised_share=0.0, bundle_discount=0.2, **sure).loc["bundle"]
    assert free["cash_in"] - cut["cash_in"] == pytest.approx(bundles * 6, rel=0.01)
    slow = options(tables(), bundle_cost_per_unit=0.0, bundle_cannibalised_share=1.0, bundle_discount=0.0, **sure).loc["bundle"]
    assert slow["end_date"] > free["end_date"] and slow["npv"] < free["npv"]


RATES = [{"date": "2026-04-30", "currency": "GBP", "base": "USD", "rate": 1.25}]
CHARGED = [
    {"sku": "A", "node": "fba-uk", "date": "2026-03-01", "kind": "storage", "line": 0, "units": 20.0, "volume_ft3": 2.8, "amount": 2.0, "currency": "GBP"}
]
SENT = {"transfer_cost_per_unit": 2.0, "transfer_placement_per_unit": 0.3, "transfer_days": 0}


def test_another_marketplace_sells_behind_its_own_stock_at_the_price_there():
    given = tables(exchange_rates=RATES, fees_charged=CHARGED)
    row = options(given, **SENT, horizon_months=60).loc["transfer"]
    assert [row["leans_on"], row["price"], row["units_per_month"]] == ["fba-uk", pytest.approx(31.25), pytest.approx(20)]
    assert row["cash_in"] == pytest.approx(280 * 31.25) and row["fees_selling"] == pytest.approx(280 * 10)
    assert row["fees_exit"] == pytest.approx(280 * (2.27 + 2.0 + 0.3)) and row["fees_storage"] > 0
    months = (row["end_date"] - pd.Timestamp(TODAY)).days / MONTH
    assert months == pytest.approx((20 + 280) / 20, abs=0.1)
    late = options(given, **SENT | {"transfer_days": 90}, horizon_months=60).loc["transfer"]
    assert late["npv"] < row["npv"] and row["npv_low"] < row["npv"] < row["npv_high"]


@pytest.mark.parametrize(
    ("lacking", "params", "reason"),
    [
        ({}, {}, "no_transfer_cost"),
        ({"exchange_rates": []}, SENT, "no_price_there"),
        ({"fees_charged": []}, SENT, "no_storage_there"),
        ({}, {**SENT, "transfer_placement_per_unit": None}, "no_placement_there"),
    ],
)
def test_another_marketplace_is_unknown_where_a_number_is(lacking, params, reason):
    given = tables(exchange_rates=RATES, fees_charged=CHARGED) | {name: schema.empty(name) for name in lacking}
    assert options(given, **params)["reason"]["transfer"] == reason


def test_returned_units_are_graded_apart_from_the_excess():
    stock = [{"sku": "A", "node": "fba-us", "date": TODAY - dt.timedelta(days=1), "on_hand": 300.0, "unfulfillable": 10.0}]
    row = options(tables(stock=stock), grade_price_share=0.6, capital_rate_month=0).loc["grade_resell"]
    assert row["units"] == 10 and row["npv"] == pytest.approx(10 * (18 - (10 - 0.4 * 4.5) - 1.80))
    assert [row["limit_broken"], row["reason"], row["recommended"]] == ["other_units", "other_units", False]
    assert options(tables(stock=stock))["reason"]["grade_resell"] == "no_used_price"
    assert options(tables(stock=stock), grade_price_share=0.6, grade_fee_per_unit=0.0, capital_rate_month=0)["npv"]["grade_resell"] == pytest.approx(98)


def test_rivals_prices_bound_the_cut():
    rival = {"sku": "A", "channel": "amazon-us", "date": TODAY - dt.timedelta(days=3), "competitor_price": 30.0, "competitor_in_stock": 1.0, "currency": "USD"}
    free, bound = options(tables()), options(tables(market=[rival]), rival_undercut=0.1)
    assert free["discount"]["markdown"] > 0.1 and bound["discount"]["markdown"] == pytest.approx(0.1) and bound["price_bound"]["markdown"] == pytest.approx(27)
    assert bound["price"]["markdown_steps"] >= 27 - 1e-9 and bound["discount"]["outlet"] == 0.2
    assert options(tables(market=[rival]), rival_undercut=1.0)["discount"]["markdown"] == free["discount"]["markdown"]
    gone = options(tables(market=[{**rival, "competitor_in_stock": 0.0}]), rival_undercut=0.1)
    assert gone["discount"]["markdown"] == free["discount"]["markdown"] and np.isnan(gone["price_bound"]["markdown"])


def test_a_rivals_promotion_bounds_every_cut_that_may_be_chosen():
    rival = {"sku": "A", "channel": "amazon-us", "date": TODAY - dt.timedelta(days=3), "competitor_price": 36.0, "currency": "USD"}
    told = {"rival_undercut": 0.1, "promotion_discount": 0.5, "ad_lift": 1.0, "offsite_discount": 0.5, "offsite_fee_share": 0.1, "offsite_lift": 1.0}
    plain, bound = (options(tables(market=[{**rival, **more}]), **told) for more in ({}, {"competitor_promotion_price": 30.0}))
    assert plain["price_bound"]["markdown"] == pytest.approx(32.4) and bound["price_bound"]["markdown"] == pytest.approx(27)
    assert (bound.loc[["promotion", "offsite_deal", "bundle"], "discount"] <= 0.1 + 1e-9).all()
    assert (bound.loc[["markdown", "markdown_steps", "promotion", "offsite_deal"], "price"] >= 27 - 1e-9).all()
    assert bound["limit_broken"]["outlet"] == "rival_price" and not bound["recommended"]["outlet"]
    assert options(tables(market=[{**rival, "competitor_promotion_price": 40.0}]), **told)["price_bound"]["markdown"] == pytest.approx(32.4)


def test_the_off_site_deal_waits_for_an_event_as_the_outlet_deal_does():
    strong = [("prime_day", "2024-07-16", 2, 5.8), ("prime_day", "2025-07-08", 4, 6.2)]
    terms = {"offsite_discount": 0.2, "offsite_fee_share": 0.0, "offsite_lift": 0.0, "offsite_days": 14}
    found = options(tables(history=history(strong)), **terms)
    same = ["npv", "start_date", "leans_on", "leans_times", "end_date", "discount"]
    assert found.loc["offsite_deal", same].tolist() == found.loc["outlet", same].tolist() and pd.notna(found["start_date"]["offsite_deal"])
    assert found["conditions_untold"].isna()["offsite_deal"]


def test_the_aged_surcharge_begins_anew_where_the_units_are_sent():
    aged = {"sku": "A", "node": "fba-uk", "date": TODAY - dt.timedelta(days=1), "age_from_days": 181, "units": 10.0, "surcharge_units": 10.0}
    given = tables(exchange_rates=RATES, fees_charged=CHARGED)
    charged = given | {"stock_age": shaped("stock_age", [{**aged, "surcharge_estimated": 14.0}])}
    without, with_age = (options(each, **SENT, capital_rate_month=0)["fees_aged"]["transfer"] for each in (given, charged))
    short = [options(each, **SENT, capital_rate_month=0, horizon_months=6)["fees_aged"]["transfer"] for each in (given, charged)]
    assert with_age > without and short[0] == pytest.approx(short[1])  # 45 days on the way and six months: nobody is 181 days old
    assert "age_there" in options(given, **SENT)["risks"]["transfer"]


def test_own_rates_open_what_no_card_tells():
    given = tables()
    given["health"] = given["health"].assign(excess_units=np.where(given["health"]["location"] == "fba-uk", 15.0, 0.0))
    given["movements"] = shaped("movements", [{"sku": "A", "node": "fba-uk", "date": TODAY - dt.timedelta(days=20), "receipts": 20.0, "ending": 20.0}])
    given |= {"fees_charged": shaped("fees_charged", CHARGED)}
    aged = {
        "sku": "A",
        "node": "fba-uk",
        "date": TODAY - dt.timedelta(days=1),
        "age_from_days": 181,
        "units": 5.0,
        "surcharge_units": 5.0,
        "surcharge_estimated": 1.0,
    }
    given |= {"stock_age": shaped("stock_age", [aged])}
    for own, reason in ((None, "no_removal_rate"), (1.2, "below_best")):
        found = compare(given, ClearanceParams(removal_fee_per_unit=own), TODAY, "A", "fba-uk").set_index("option")
        assert found["reason"]["removal"] == reason


def test_cash_by_month_of_every_open_option_adds_up():
    stock = [{"sku": "A", "node": "fba-us", "date": TODAY - dt.timedelta(days=1), "on_hand": 300.0, "unfulfillable": 10.0}]
    given = tables(exchange_rates=RATES, fees_charged=CHARGED, stock=stock, history=history(PRIME, WINTER))
    params = ClearanceParams(**SENT, grade_price_share=0.6, horizon_months=60, ad_lift=0.3, donation_fee_per_unit=0.5, supplier_refund_share=0.4)
    found = compare(given, params, TODAY, "A", "fba-us").set_index("option")
    money = cash_flow(given, params, TODAY, "A", "fba-us").groupby("option")["cash"].sum()
    known = found[found["npv"].notna()]
    assert set(known.index) >= {"hold", "next_season", "markdown", "markdown_steps", "promotion", "outlet", "bundle", "transfer", "grade_resell", "donation"}
    assert np.allclose(money[known.index], known["cash_in"] - known["fees"])
    kinds = [f"fees_{kind}" for kind in ("selling", "storage", "aged", "exit", "other")]
    assert np.allclose(known[kinds].sum(axis=1), known["fees"])
    assert known[["units", "units_per_month", "recovered_share", "turnover_before", "turnover_after", "npv_low", "npv_high", "risks"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("changed", "option", "reason"),
    [
        ({"location": "fba-us", "daily_demand": 0.0}, "bundle", "no_own_sales"),
        ({"location": "fba-us", "daily_demand": 300 / MONTH}, "next_season", "sold_before_season"),
        ({"location": "fba-uk", "selling_fees_per_unit": np.nan}, "transfer", "no_fees_there"),
    ],
)
def test_a_way_out_says_what_keeps_it_shut(changed, option, reason):
    given = tables(exchange_rates=RATES, fees_charged=CHARGED, history=history(season=WINTER))
    mine = (given["health"]["sku"] == "A") & (given["health"]["location"] == changed["location"])
    for name in set(changed) - {"location"}:
        given["health"][name] = given["health"][name].where(~mine, changed[name])
    assert options(given, **SENT)["reason"][option] == reason


def test_grading_is_unknown_where_no_card_tells_its_fee():
    given = tables(stock=[{"sku": "A", "node": "fba-uk", "date": TODAY - dt.timedelta(days=1), "on_hand": 20.0, "unfulfillable": 5.0}])
    given["health"] = given["health"].assign(excess_units=np.where(given["health"]["location"] == "fba-uk", 15.0, 0.0))
    found = compare(given, ClearanceParams(grade_price_share=0.6), TODAY, "A", "fba-uk").set_index("option")
    assert found["reason"]["grade_resell"] == "no_grading_fee"
