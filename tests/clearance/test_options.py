"""The ways out side by side, through compare(): the published ranking and its flip, unknowns, recommendations."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams, cash_flow, compare
from workbench.clearance.answers import with_elasticity
from workbench.clearance.season import profiles
from workbench.tables import schema
from workbench.tables.clearance import OPTIONS

NOVEMBER = dt.date(2026, 11, 1)
MONTH = 365.25 / 12
LEANING = ("next_season", "price_rise", "bundle", "transfer", "grade_resell")
"""Options that need a season, a sure answer to price, a bestseller, another marketplace or returned units; see test_leaning_options."""


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows if isinstance(rows, list) else [rows]).assign(known_at=pd.Timestamp(NOVEMBER)))


def slow(per_month, on_hand=300.0, excess=None, node="fba-us", cost=8.0, fees=10.0, price=30.0, item=None, **more):
    """The example of the published numbers: $30, 15 % + $5.50 fees, 0.14 ft3, received 200 days ago."""
    here = {"sku": "A", "location": node, "currency": "USD"}
    received = {"sku": "A", "node": node, "date": NOVEMBER - dt.timedelta(days=200), "starting": 0.0, "receipts": on_hand, "ending": on_hand}
    item = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5, "referral_rate": 0.15, **(item or {})}
    worth = {"daily_demand": per_month / MONTH, "stock_value": on_hand * cost, "price": price, "selling_fees_per_unit": fees, "referral_share": 0.15}
    tables = {
        "health": shaped("health", {**here, "on_hand": on_hand, "excess_units": on_hand if excess is None else excess, **worth}),
        "items": shaped("items", item),
        "movements": shaped("movements", received),
    }
    return tables | {name: shaped(name, rows) if rows else schema.empty(name) for name, rows in more.items()}


def options(tables, **params):
    return compare(tables, ClearanceParams(**params), NOVEMBER).set_index("option")


def by_hand(per_month, cut=0.0, age=200, elasticity=2.0):
    """The example month by month from 1 November: on each 15th what lies there pays by its age on that day."""
    tiers = {181: 0.50, 211: 1.00, 241: 1.50, 271: 5.45, 301: 5.70, 331: 5.90, 366: 6.90, 456: 7.90}
    pace, price, left, worth = per_month * (1 - cut) ** -elasticity, 30 * (1 - cut), 300.0, 0.0
    for month, day in enumerate(pd.date_range(NOVEMBER, periods=36, freq="MS")):
        sold, snapshot = min(pace, left), day.replace(day=15)
        there = left - sold * 14 / day.days_in_month
        rate = max([rate for first, rate in tiers.items() if age + (snapshot - pd.Timestamp(NOVEMBER)).days >= first])
        cash = sold * (price - 0.15 * price - 5.50) - (left - sold / 2) * 0.14 * (2.40 if day.month >= 10 else 0.78) - there * 0.14 * rate
        left, worth = left - sold, worth + cash / 1.015**month
    return worth


@pytest.mark.parametrize(("per_month", "cut", "best"), [(40, 0.2, "hold"), (8, 0.3, "markdown")])
def test_the_ranking_and_its_flip_by_the_calendar(per_month, cut, best):
    """The published example, whose own convention of ages on the first of the month `test_simulation` keeps, on the 15ths of a real year."""
    found = options(slow(per_month), markdowns=(cut,), leave_later=False, demand_level_cv=0)
    npv = {"hold": by_hand(per_month), "markdown": by_hand(per_month, cut), "liquidation": 393.75, "removal": -681}
    assert found["npv"][list(npv)].to_dict() == pytest.approx(npv, abs=0.01) and found["npv"][list(npv)].idxmax() == best
    chosen = found.index[found["recommended"]].item()
    assert chosen in (best, "markdown_steps", "outlet") and found["npv"][chosen] >= found["npv"][best]
    assert found.loc[chosen, ["reason", "reason_value"]].tolist() == ["best_npv", found.loc[chosen, "npv"]]
    assert found.loc["removal", ["reason", "reason_limit"]].tolist() == ["below_best", found.loc[chosen, "npv"]]


SURE = {"elasticity_learned": False, "elasticity": 0.5, "elasticity_sd": 0.2, "leave_later": False, "demand_level_cv": 0}


def test_more_is_asked_where_even_the_strongest_answer_leaves_it_worth_more():
    """Sold out within the horizon at 40 a month, 10 % more brings $2.55 a unit more and sells 5 % less (elasticity 0.5, at most 0.83)."""
    found = options(slow(40), **SURE)
    assert found["npv"][["hold", "price_rise"]].tolist() == pytest.approx([by_hand(40), by_hand(40, -0.1, elasticity=0.5)], abs=0.01)
    assert found["recommended"]["price_rise"] and found["price"]["price_rise"] == pytest.approx(33) and found["discount"]["price_rise"] == pytest.approx(-0.1)
    assert (found.loc[["price_rise"], "units_per_month"] < found["units_per_month"]["hold"]).all() and pd.isna(found["break_even_units_month"]["price_rise"])


@pytest.mark.parametrize("doubt", [{"elasticity": 6.0}, {"elasticity_sd": 3.0}, {"elasticity_learned": True}], ids=["strong", "unsure", "assumed"])
def test_no_more_is_asked_where_demand_may_answer_too_strongly(doubt):
    found = options(slow(40), **SURE | doubt)
    assert found["reason"]["price_rise"] == "no_sure_rise" and np.isnan(found["npv"]["price_rise"])


@pytest.mark.parametrize(("rivals", "rise"), [(40.0, 0.1), (32.0, 0.05), (30.5, None), (25.0, None)])
def test_a_rise_never_goes_over_a_rivals_price(rivals, rise):
    rival = {"sku": "A", "channel": "amazon-us", "date": NOVEMBER - dt.timedelta(days=3), "competitor_price": rivals, "currency": "USD"}
    node = {"node": "fba-us", "kind": "fba", "marketplace": "US", "currency": "USD"}
    found = options(slow(40, market=[rival], nodes=[node]), **SURE)
    assert found["reason"]["price_rise"] == "no_sure_rise" if rise is None else found["discount"]["price_rise"] == pytest.approx(-rise)


@pytest.mark.parametrize(("price", "rise"), [(9.6, None), (9.3, 0.05), (48.0, None), (45.0, 0.1), (52.0, 0.1)])
def test_a_rise_never_goes_into_other_fees(price, rise):
    found = options(slow(40, price=price, fees=0.15 * price + 3.0, cost=1.0), **SURE)
    assert found["reason"]["price_rise"] == "no_sure_rise" if rise is None else found["discount"]["price_rise"] == pytest.approx(-rise)


@pytest.mark.parametrize("reason", ["few_prices", "few_sales", "wrong_sign", "price_moved_with_season", "assumed"])
def test_a_rise_rests_on_the_skus_own_prices_or_on_the_user(reason, monkeypatch):
    monkeypatch.setattr("workbench.clearance.options.with_elasticity", lambda *given: with_elasticity(*given).assign(elasticity_reason=reason))
    assert options(slow(40), **SURE)["reason"]["price_rise"] == "no_sure_rise"


def test_the_best_of_the_cuts_is_shown():
    assert options(slow(8))["price"]["markdown"] == pytest.approx(30 * 0.6)
    cuts = [options(slow(8), markdowns=(cut,))["npv"]["markdown"] for cut in (0.1, 0.2, 0.3, 0.4, 0.5)]
    assert options(slow(8))["npv"]["markdown"] == pytest.approx(max(cuts))


def test_landed_cost_is_sunk():
    cheap, dear = options(slow(40, cost=2.0)), options(slow(40, cost=19.0))
    assert np.allclose(cheap["npv"], dear["npv"], equal_nan=True) and cheap["recovered_share"]["hold"] == pytest.approx(cheap["npv"]["hold"] / 600)


def test_the_excess_sells_last():
    """Behind a cover of 80 units at 40 a month the excess waits two months: everything later, and that much more storage."""
    alone, behind = options(slow(40, on_hand=220)), options(slow(40, on_hand=300, excess=220))
    assert behind["units"]["hold"] == alone["units"]["hold"] == 220
    assert behind["npv"]["hold"] < alone["npv"]["hold"]
    assert behind["cash_in"]["hold"] == pytest.approx(220 * 30)
    assert behind["end_date"]["hold"] - pd.Timestamp(NOVEMBER) == pd.Timedelta(days=round(7.5 * MONTH))


def test_removing_the_oldest_spares_the_cover_its_surcharge():
    found = options(slow(10, on_hand=300, excess=200))
    assert found["npv"]["removal"] == pytest.approx(-200 * 2.27)  # all units equally old: nothing spared
    two_ages = [
        {"sku": "A", "node": "fba-us", "date": NOVEMBER - dt.timedelta(days=age), "receipts": units, "ending": ending}
        for age, units, ending in ((280, 200.0, 200.0), (20, 100.0, 300.0))
    ]
    assert options(slow(10, on_hand=300, excess=200, movements=two_ages))["npv"]["removal"] > -200 * 2.27


def test_ranges_and_flags():
    found = options(slow(8))
    known = found[found["npv"].notna()]
    assert len(known) == 7 and (known["npv_low"] <= known["npv"]).all() and (known["npv"] <= known["npv_high"]).all()
    assert found["npv_high"]["liquidation"] - found["npv_low"]["liquidation"] == pytest.approx(300 * 30 * 0.05 * 0.85)
    assert set(found.index[found["irrevocable"]]) == {"liquidation", "donation", "disposal"}
    certain = options(slow(8), demand_level_cv=0, demand_dispersion=0, elasticity_sd=0, liquidation_share_range=0)
    assert np.allclose(certain["npv_low"], certain["npv_high"], equal_nan=True)


def test_fees_and_cash_add_up_to_the_undiscounted_value():
    found = options(slow(40), capital_rate_month=0)
    known = found[found["npv"].notna()]
    assert np.allclose(known["npv"], known["cash_in"] - known["fees"])
    kinds = [f"fees_{kind}" for kind in ("selling", "storage", "aged", "exit", "other")]
    assert np.allclose(known[kinds].sum(axis=1), known["fees"]) and known["fees_exit"]["removal"] == pytest.approx(300 * 2.27)


def test_a_dead_sku_says_so():
    found = options(slow(0), leave_later=False)
    assert found["reason"][["hold", "markdown"]].tolist() == ["never_sells"] * 2 and found["npv"]["hold"] < 0
    assert found["recommended"]["liquidation"] and pd.isna(found["end_date"]["hold"])


@pytest.mark.parametrize(
    ("change", "unknown"),
    [
        ({"price": np.nan}, {"hold": "no_price", "markdown": "no_price", "liquidation": "no_price"}),
        ({"fees": np.nan}, {"hold": "no_selling_fees", "markdown": "no_selling_fees"}),
        ({"movements": []}, {"hold": "no_age", "markdown": "no_age", "removal": "no_age", "liquidation": "no_age"}),
        ({"item": {"weight_lb": np.nan}}, {"removal": "no_weight"}),
        ({"node": "fba-uk"}, {"hold": "no_storage_rate", "markdown": "no_storage_rate", "removal": "no_removal_rate", "liquidation": "no_liquidation"}),
    ],
)
def test_unknown_stays_unknown_and_says_why(change, unknown):
    found = options(slow(8, **change))
    assert found["reason"][list(unknown)].to_dict() == unknown
    assert found.loc[list(unknown), ["npv", "npv_low", "npv_high", "recovered_share"]].isna().all(axis=None)
    assert "hold" not in unknown or not found["recommended"].any()


def test_an_own_warehouse_can_hold_or_mark_down():
    node = {"node": "3pl-us", "kind": "3pl", "marketplace": "US", "currency": "USD", "storage_rate_per_ft3_month": 0.5}
    found = options(slow(8, node="3pl-us", movements=[], nodes=node))
    assert set(found.index[found["npv"].notna()]) == {"hold", "markdown", "markdown_steps"}


@pytest.mark.parametrize(
    ("per_month", "on_hand", "excess", "price", "fees"),
    [(9, 550, 440, 39.0, 13.0), (9, 550, 522, 30.0, 10.0), (4, 200, 160, 30.0, 10.0), (15, 200, 160, 30.0, 13.0)],
)
def test_a_markdown_in_steps_is_never_worth_less_than_one_cut_that_is_kept(per_month, on_hand, excess, price, fees):
    rows = options(slow(per_month, on_hand=float(on_hand), excess=float(excess), price=price, fees=fees))
    assert rows["npv"]["markdown_steps"] >= rows["npv"]["markdown"] - 0.005


def test_a_market_is_no_trouble_where_no_position_lies_in_a_marketplaces_pool():
    market = [{"sku": "A", "channel": "amazon-us", "date": "2026-10-30", "competitor_price": 20.0, "currency": "USD"}]
    rows = options(slow(8, node="3pl-us", market=market))
    assert rows["price"]["hold"] == 30.0


def test_the_season_of_the_shop_moves_the_pace():
    days = pd.date_range("2025-11-01", "2026-10-31")
    history = pd.DataFrame(
        {"sku": "B", "channel": "amazon-us", "date": days, "demand": np.where(days.month == 11, 50.0, 5.0), "censored": False, "imputed": False}
    )
    found = options(slow(40, history=history.to_dict("records")))
    assert found["npv"]["hold"] < options(slow(40))["npv"]["hold"]  # November's pace does not last


def test_cash_flow_by_month_adds_up_to_the_table():
    flow = cash_flow(slow(8), ClearanceParams(), NOVEMBER, "A", "fba-us")
    found = options(slow(8))
    money = flow.groupby("option")["cash"].sum()
    assert np.allclose(money[["hold", "removal"]], (found["cash_in"] - found["fees"])[["hold", "removal"]])
    held = flow[flow["option"] == "hold"]
    assert found["exit"].dropna().to_dict() == {"hold": "liquidation", "outlet": "liquidation"}
    assert len(held) == 36 and held["date"].iloc[1] == pd.Timestamp("2026-12-01")
    assert held["cash"].iloc[0] == pytest.approx(8 * 20 - 296 * 0.14 * 2.40 - (300 - 8 * 14 / 30) * 0.14 * 1.00)
    assert cash_flow(slow(8), ClearanceParams(), NOVEMBER, "B", "fba-us").empty


def test_what_the_seller_agreed_opens_more_ways_out():
    """300 units at a landed cost of 8, removed at $2.27: the supplier pays half; abroad they fetch 60 % of $30, $5 of freight each, all of it in a month."""
    abroad = {"elsewhere_price_share": 0.6, "elsewhere_cost_per_unit": 5.0, "elsewhere_units_month": 300.0}
    deal = {"offsite_fee_share": 0.05, "offsite_lift": 2.0}
    found = options(slow(8), supplier_refund_share=0.5, donation_fee_per_unit=0.2, ad_lift=0.4, **abroad, **deal)
    at_once = 300 * (1 - 30 / MONTH)  # sold within the first month, after the 30 days on the way
    assert found["npv"][["supplier_return", "own_warehouse", "donation", "disposal"]].tolist() == pytest.approx(
        [300 * (4 - 2.27 - 5), 18 * (at_once + (300 - at_once) / 1.015) - 300 * 7.27, -60, -681]
    )
    assert found["npv"].drop(list(LEANING)).notna().all() and found["recommended"]["own_warehouse"]
    closed = options(slow(8))["reason"]
    wanted = {"supplier_return": "no_refund", "own_warehouse": "nowhere_else", "donation": "no_donation_fee", "promotion": "no_ad_lift"}
    wanted |= {"offsite_deal": "no_offsite_terms"}
    assert closed[list(wanted)].to_dict() == wanted
    assert options(slow(8), elsewhere_price_share=0.6)["reason"]["own_warehouse"] == "no_pace_elsewhere"


def test_an_own_warehouse_sells_at_its_pace_and_pays_its_storage():
    """A horizon of a year at 20 a month, nothing left unsaid: 240 less what the first 30 days did not sell; the ft3 there cost 0.50 a month."""
    given = {"elsewhere_price_share": 0.5, "elsewhere_units_month": 20.0, "horizon_months": 12, "capital_rate_month": 0}
    place = {"node": "3pl-us", "kind": "3pl", "currency": "USD", "storage_rate_per_ft3_month": 0.5}
    free, kept = options(slow(8), **given), options(slow(8, nodes=place), **given)
    sold = 20 * (12 - 30 / MONTH)
    assert free["npv"]["own_warehouse"] == pytest.approx(15 * sold - 300 * 2.27) and pd.isna(free["end_date"]["own_warehouse"])
    assert free["units_per_month"]["own_warehouse"] == 20 and free["npv_low"]["own_warehouse"] < free["npv"]["own_warehouse"]
    mean_there = [300 - 20 * (t + 0.5 - 30 / MONTH) for t in range(1, 12)]
    assert kept["fees_storage"]["own_warehouse"] - free["fees_storage"]["own_warehouse"] == pytest.approx(0.14 * 0.5 * sum(mean_there), rel=0.01)


def test_a_deal_on_a_deal_site_by_hand():
    """Seven days at three times the units of 30 % off, elasticity 2, for 5 % of the sales; then as usual."""
    terms = {"offsite_discount": 0.3, "offsite_fee_share": 0.05, "offsite_lift": 2.0, "offsite_days": 7, "promotion_discount": 0.5, "ad_days": 60}
    found = options(slow(40), **terms, horizon_months=1, leave_later=False, capital_rate_month=0, elasticity=2.0).loc["offsite_deal"]
    share = 7 / MONTH
    reduced, usual = 40 * share * 3 / 0.49, 40 * (1 - share)
    assert found["cash_in"] == pytest.approx(21 * reduced + 30 * usual) and found["fees_other"] == pytest.approx(0.05 * 21 * reduced)
    assert [found["basis"], found["discount"], found["price"]] == ["given", 0.3, pytest.approx(21)]


def test_a_promotion_by_hand():
    """A month at 40 units, 20 % off at elasticity 2 and half more by ads: 93.75 sold at $24 less $9.10 of fees and 10 % for the ads."""
    found = options(slow(40), ad_lift=0.5, ad_cost_share=0.1, ad_days=30, horizon_months=1, leave_later=False, capital_rate_month=0)
    share = 30 / MONTH
    reduced, usual = 40 * share * 1.5 / 0.64, 40 * (1 - share)
    assert found["fees_other"]["promotion"] == pytest.approx(reduced * 24 * 0.1)
    assert found["cash_in"]["promotion"] == pytest.approx(reduced * 24 + usual * 30)
    assert found["fees_selling"]["promotion"] == pytest.approx(reduced * 9.10 + usual * 10)


@pytest.mark.parametrize(("units", "age", "reason"), [(300, 200, "below_best"), (300, 60, "outlet_too_young"), (9, 200, "outlet_too_young")])
def test_an_outlet_deal_takes_more_than_ten_units_of_90_days(units, age, reason):
    received = {"sku": "A", "node": "fba-us", "date": NOVEMBER - dt.timedelta(days=age), "starting": 0.0, "receipts": units, "ending": units}
    found = options(slow(8, on_hand=units, movements=[received]))
    assert found["reason"]["outlet"] == reason


@pytest.mark.parametrize(
    ("limit", "broken"),
    [
        ({"floor_price_share": 0.95}, {"outlet": "floor_price"}),
        ({"cash_limit": 600}, {"removal": "cash", "disposal": "cash"}),
        ({"deadline_days": 90, "leave_later": False}, {"hold": "deadline", "markdown": "deadline"}),
    ],
)
def test_what_breaks_a_limit_is_not_recommended(limit, broken):
    found = options(slow(8), **limit)
    assert found["limit_broken"][list(broken)].to_dict() == broken and (found["reason"][list(broken)] == "breaks_limit").all()
    assert pd.isna(found["limit_broken"][found["recommended"]]).all() and found["recommended"].sum() == 1


def test_stock_to_keep_is_not_cleared():
    assert options(slow(8), minimum_stock_units=120)["units"]["hold"] == 180 and options(slow(8), minimum_stock_units=300).empty


def test_by_a_deadline_the_rest_leaves():
    found = options(slow(8), deadline_days=183)
    assert found["exit"]["hold"] == "liquidation" and found["end_date"]["hold"] <= pd.Timestamp(NOVEMBER) + pd.Timedelta(days=183 + 31)
    assert found["npv"]["hold"] <= options(slow(8))["npv"]["hold"] + 1e-6


def test_runner_up_and_the_pace_at_which_holding_wins():
    found = options(slow(8), markdowns=(0.3,))
    best = found[found["recommended"]].iloc[0]
    rest = found["npv"].drop(best.name)
    assert best["runner_up"] == rest.idxmax() and found["runner_up"].notna().sum() == 1
    pace = best["break_even_units_month"]
    assert 8 < pace < 40
    wins = [options(slow(k * pace), markdowns=(0.3,))["npv"][["hold", "markdown", "liquidation"]].idxmax() for k in (0.85, 1.15)]
    assert wins == ["markdown", "hold"]


def test_turnover_by_hand():
    """40 a month of 300: 300 left, 260, ... 20, and none after eight months; sent away at once there is nothing to turn."""
    found = options(slow(40))
    assert found["turnover_before"]["hold"] == pytest.approx(300 / (sum(300 - 40 * t for t in range(8)) / 12))
    assert np.isnan(found["turnover_after"]["removal"]) and found["turnover_after"]["markdown"] > found["turnover_before"]["markdown"]


def test_no_excess_no_rows():
    assert options(slow(40, excess=0.0)).empty and compare({}, ClearanceParams(), NOVEMBER).empty


def test_blocks_of_rows_give_the_same_as_one_at_a_time(monkeypatch):
    tables = slow(8)
    copies = [f"S{i}" for i in range(7)]
    many = {name: frame.loc[frame.index.repeat(7)].assign(sku=copies) if "sku" in frame else frame for name, frame in tables.items()}
    monkeypatch.setattr("workbench.clearance.options.BLOCK", 3)
    found = compare(many, ClearanceParams(markdowns=(0.3,)), NOVEMBER)
    assert len(found) == 7 * len(OPTIONS) and np.allclose(found.loc[found["option"] == "markdown", "npv"], options(tables, markdowns=(0.3,))["npv"]["markdown"])


def test_the_result_is_the_table():
    stamped = compare(slow(8), ClearanceParams(), NOVEMBER).assign(known_at=pd.Timestamp(NOVEMBER), source_file="run:test", source_line=0)
    assert len(schema.validate("clearance", stamped)) == len(OPTIONS)


def test_more_and_less_demand_than_expected_average_to_what_is_expected():
    from workbench.clearance.branches import Case

    none = np.zeros((1, 1))
    one = Case(pd.DataFrame(), none[0], np.array([[6.0, 3.0]]), none, None, none[0], (), ())
    states = one.states(0.45)
    assert sum(chance for _, chance in states) == pytest.approx(1) and states[0][0] is one
    assert np.allclose(sum(chance * case.demand for case, chance in states), one.demand)
    assert one.states(0.0) == ((one, 1.0),)


def test_the_pace_ahead_is_what_slow_stock_sells_at():
    tables = slow(40)
    tables["health"] = tables["health"].assign(daily_demand_ahead=8 / MONTH, pace_ahead_date=pd.Timestamp("2026-12-16"))
    fell, slower = options(tables), options(slow(8))
    assert np.allclose(fell["npv"], slower["npv"], equal_nan=True) and fell["units_per_month"]["hold"] == pytest.approx(8)


@pytest.mark.parametrize("ahead_days", [1, 60, 120, 180])
def test_the_pace_ahead_is_freed_of_the_season_of_its_own_day(ahead_days):
    """Whichever day health looks ahead to, a level of 8 in the mean month stays a level of 8."""
    from workbench.clearance.options import _demand

    pace = np.array([[1.4, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 0.6, 0.5, 1.3, 0.9, 1.6]])
    day = pd.Timestamp(NOVEMBER) + pd.Timedelta(days=max(ahead_days, 30) - 15)
    rows = pd.DataFrame({"daily_demand": [40 / MONTH], "daily_demand_ahead": [8 / MONTH * pace[0, day.month - 1]], "pace_ahead_date": [day]})
    rows["daily_sales_90"] = np.nan
    found = _demand(rows, pace, ClearanceParams(horizon_months=12), NOVEMBER)
    assert found[0] == pytest.approx(8 * np.roll(pace[0], -10))


@pytest.mark.parametrize(("sold", "pace"), [(0.5, 8), (0.0, 0), (np.nan, 0)])
def test_what_has_just_sold_is_not_dead_because_the_forecast_of_a_new_listing_is_zero(sold, pace):
    tables = slow(0)
    pace_ahead = {"daily_demand_ahead": 8 / MONTH, "pace_ahead_date": pd.Timestamp("2026-12-16"), "daily_sales_90": sold}
    tables["health"] = tables["health"].assign(**pace_ahead)
    assert options(tables)["units_per_month"]["hold"] == pytest.approx(pace)


def test_each_category_has_its_own_season():
    days = pd.date_range("2025-11-01", "2026-10-31")
    rows = pd.DataFrame({"channel": "amazon-us", "date": days, "censored": False, "imputed": False})
    toys, rest = (rows.assign(sku=sku, demand=np.where(days.month == month, 900.0, 90.0)) for sku, month in (("T", 12), ("R", 6)))
    history = shaped("history", pd.concat([toys, rest]).to_dict("records"))
    items = shaped("items", [{"sku": "T", "category": "Toys"}, {"sku": "R", "category": "Rest"}])
    found = profiles(history, items, pd.Series(["Toys", "Rest", "new"]), NOVEMBER)
    assert found.argmax(axis=1).tolist()[:2] == [11, 5] and np.allclose(found.mean(axis=1), 1)
    assert found[2, 11] == pytest.approx(found[2, 5], rel=0.05) and found[0, 11] > found[2, 11] > found[1, 11]
    behind = profiles(history, items, pd.Series(["Toys", "Rest", "new"]), NOVEMBER + dt.timedelta(days=60))
    assert np.allclose(behind, found), "a shop behind on its imports keeps its season"
