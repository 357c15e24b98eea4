"""Health of a row: metrics against numbers worked out by hand, unknowns that stay unknown."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.health import HealthParams, score
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows if isinstance(rows, list) else [rows]).assign(known_at=pd.Timestamp(TODAY)))


def shop(on_hand=300.0, demand=2.0, sd=0.0, lead=30.0, node="fba-us", channel="amazon-us", ages=None, item=None, price=30.0, **more):
    days = [TODAY + dt.timedelta(days=k) for k in range(90)]
    here = {"sku": "A", "node": node, "date": "2026-10-31"}
    cover = on_hand / demand if demand else np.nan
    dims = {"size_tier": "large_standard", "volume_ft3": 0.14, "referral_rate": 0.15, "fulfilment_fee_per_unit": 5.0}
    tiers = ages or [(0, 90, on_hand)]
    tables = {
        "forecast": shaped("forecast", [{"sku": "A", "channel": channel, "cutoff": "2026-10-31", "date": d, "mean": demand, "sd": sd} for d in days]),
        "serves": shaped("serves", {"channel": channel, "node": node, "priority": 1}),
        "stock": shaped("stock", {**here, "available": on_hand}),
        "plan": shaped("plan", {"sku": "A", "location": node, "cover_days": cover, "lead_time_days": lead, "lead_time_sd_days": 0.0}),
        "items": shaped("items", {"sku": "A", "unit_cost": 10.0, "currency": "USD", **dims, **(item or {})}),
        "listings": shaped("listings", {"sku": "A", "channel": channel, "date": "2026-10-31", "price": price, "currency": "USD"}),
        "stock_age": shaped("stock_age", [{**here, "age_from_days": low, "age_to_days": high, "units": units} for low, high, units in tiers]),
    }
    return tables | {name: shaped(name, rows) if isinstance(rows, dict) or rows else schema.empty(name) for name, rows in more.items()}


def assessed(tables, **params):
    return score(tables, HealthParams(**params), TODAY).iloc[0]


def test_money_of_a_row():
    row = assessed(shop())
    assert row["margin_per_unit"] == pytest.approx(30 - 10 - 4.5 - 5.0 * 1.035)  # fulfilment with the fuel surcharge of 2026
    assert (row["stock_value"], row["excess_units"], row["excess_value"]) == (3000, 120, 1200)
    assert row["storage_month"] == pytest.approx((300 - 30) * 0.14 * 2.40)
    assert row["storage_share"] == pytest.approx(row["storage_month"] / (row["margin_per_unit"] * 60))
    assert (row["daily_demand"], row["cover_days"], row["currency"]) == (2, 150, "USD")


@pytest.mark.parametrize(
    ("age", "rate"), [(150, 0), (166, 0), (167, 0.5), (196, 0.5), (197, 1.0), (227, 1.5), (257, 5.45), (316, 5.70), (317, 5.90), (400, 6.90), (460, 7.90)]
)
def test_surcharge_at_the_next_fifteenth_by_exact_age_from_the_ledger(age, rate):
    """No demand: all 100 units are 14 days older on November 15; at 0.14 ft3 the floor per unit does not bind."""
    ledger = {"sku": "A", "node": "fba-us", "date": TODAY - dt.timedelta(days=age), "starting": 0.0, "receipts": 100.0, "ending": 100.0}
    row = assessed(shop(on_hand=100.0, demand=0.0, stock_age=[], movements=ledger))
    assert row["surcharge_month"] == pytest.approx(100 * 0.14 * rate)


def test_reported_tiers_are_spread_and_the_oldest_leave_first():
    row = assessed(shop(on_hand=400, demand=0.0, ages=[(0, 90, 310.0), (181, 270, 90.0)]))
    # 30 units each of 210, 240 and 270 days are 224, 254 and 284 on the 15th
    assert row["surcharge_month"] == pytest.approx(30 * 0.14 * (1.00 + 1.50 + 5.45))
    selling = assessed(shop(on_hand=400, demand=3.0, ages=[(0, 90, 310.0), (181, 270, 90.0)]))
    assert selling["surcharge_month"] == pytest.approx(0.14 * (18 * 1.50 + 30 * 1.00))  # 42 sold until then: all of 270, 12 of 240


def test_oldest_units_take_the_floor_per_unit():
    row = assessed(shop(on_hand=10, demand=0.0, ages=[(366, np.nan, 10.0)], item={"volume_ft3": 0.02}))
    assert row["surcharge_month"] == pytest.approx(10 * 0.30)


def test_excess_counts_on_the_forecast_not_on_the_past():
    assert assessed(shop(on_hand=300, demand=2.0), excess_cover_days=120)["excess_units"] == 60
    assert assessed(shop(on_hand=300, demand=0.0))["excess_units"] == 300


@pytest.mark.parametrize(
    ("on_hand", "demand", "sd", "orders", "risk"),
    [
        (0, 2.0, 0.0, [], 1.0),
        (59, 2.0, 0.0, [], 1.0),
        (60, 2.0, 0.0, [], 0.0),
        (6000, 2500 / 15, 500 / np.sqrt(15), [], 1 - 0.9214),  # two weeks of N(2500, 500): lead time 30 days of a fifteenth each
        (30, 2.0, 0.0, [("2026-11-11", 40.0)], 0.0),
        (30, 2.0, 0.0, [("2026-11-20", 40.0)], 1.0),
        (30, 2.0, 0.0, [("2026-11-11", 20.0)], 1.0),
    ],
)
def test_stockout_risk_within_the_lead_time(on_hand, demand, sd, orders, risk):
    rows = [
        {"purchase_order": f"P{i}", "sku": "A", "node": "fba-us", "ordered_date": "2026-10-01", "promised_date": due, "units_ordered": units, "status": "sent"}
        for i, (due, units) in enumerate(orders)
    ]
    assert assessed(shop(on_hand=on_hand, demand=demand, sd=sd, purchase_orders=rows))["stockout_risk"] == pytest.approx(risk, abs=5e-5)


def test_margin_lost_to_a_stockout_counts_the_days_without_stock():
    row = assessed(shop(on_hand=20, demand=2.0))
    assert row["lost_margin_30"] == pytest.approx(40 * row["margin_per_unit"])
    order = {
        "purchase_order": "P",
        "sku": "A",
        "node": "fba-us",
        "ordered_date": "2026-10-01",
        "promised_date": "2026-11-16",
        "units_ordered": 99.0,
        "status": "sent",
    }
    assert assessed(shop(on_hand=20, demand=2.0, purchase_orders=order))["lost_margin_30"] == pytest.approx(10 * row["margin_per_unit"])


def test_every_delivery_is_waited_for_in_its_turn():
    """40 units cover 20 days, 20 more on day 10 and 40 on day 29 the rest of the lead time; that all come on their mean day would be too late."""
    rows = [
        {"purchase_order": due, "sku": "A", "node": "fba-us", "ordered_date": "2026-10-01", "promised_date": due, "units_ordered": units, "status": "sent"}
        for due, units in (("2026-11-11", 20.0), ("2026-11-30", 40.0))
    ]
    row = assessed(shop(on_hand=40, demand=2.0, purchase_orders=rows))
    assert row["stockout_risk"] == 0 and row["lost_margin_30"] == 0
    short = assessed(shop(on_hand=30, demand=2.0, purchase_orders=rows))  # 50 units for the 29 days until the second
    assert short["stockout_risk"] == 1 and short["lost_margin_30"] == pytest.approx(8 * short["margin_per_unit"])


def test_main_reasons():
    assert assessed(shop(on_hand=100))["reason"] == "healthy"
    row = assessed(shop(on_hand=1000))
    assert (row["reason"], row["reason_value"], row["reason_limit"], row["light"]) == ("cover_above", 500, 60, "red")
    assert assessed(shop(on_hand=0))[["reason", "light"]].tolist() == ["out_of_stock", "red"]
    assert assessed(shop(on_hand=100, demand=0.0))["reason"] == "no_demand"
    assert assessed(shop(on_hand=0, demand=0.0))[["reason", "light"]].tolist() == ["inactive", "grey"]
    assert assessed(shop(on_hand=30))[["reason", "light"]].tolist() == ["stockout_risk_above", "red"]


@pytest.mark.parametrize(
    ("change", "unknown", "light"),
    [
        ({"forecast": []}, ["score", "daily_demand", "excess_units", "stockout_risk"], "grey"),
        ({"items": [{"sku": "A"}]}, ["margin_per_unit", "stock_value", "storage_month", "loss_storage", "lost_margin_30"], "amber"),
        ({"listings": []}, ["margin_per_unit", "storage_share", "loss_storage"], "amber"),
        ({"stock_age": []}, ["age_0_90", "surcharge_month", "loss_age"], "amber"),
        ({"plan": []}, ["cover_days", "loss_cover"], "green"),
        ({"stock": [{"sku": "B", "node": "fba-us", "date": "2026-10-31", "available": 1.0}]}, ["on_hand", "score", "stock_value"], "grey"),
    ],
)
def test_unknown_stays_unknown(change, unknown, light):
    row = score(shop() | {n: shaped(n, rows) if rows else schema.empty(n) for n, rows in change.items()}, HealthParams(), TODAY).set_index("sku").loc["A"]
    assert row[unknown].isna().all(), row[unknown]
    assert row["light"] == light
    assert np.isnan(row["score"]) or row["score"] == pytest.approx(100 - np.nansum(row.filter(like="loss_").astype(float)))


def test_without_a_lead_time_the_next_days_count():
    unplanned = {"plan": schema.empty("plan")}
    assert assessed(shop(on_hand=50) | unplanned)[["stockout_risk", "light"]].tolist() == [1.0, "red"]
    assert assessed(shop(on_hand=50) | unplanned, lookahead_days=20)["stockout_risk"] == 0


def test_cost_in_another_currency_needs_a_rate():
    abroad = {"item": {"currency": "CNY"}, "price": 30.0}
    assert np.isnan(assessed(shop(**abroad))["margin_per_unit"])
    rates = [{"date": "2026-10-01", "currency": "CNY", "base": "USD", "rate": 0.2}, {"date": "2026-10-30", "currency": "CNY", "base": "USD", "rate": 0.14},
             {"date": "2026-11-05", "currency": "CNY", "base": "USD", "rate": 9.9}]  # fmt: skip
    row = assessed(shop(**abroad, exchange_rates=rates))
    assert row["stock_value"] == pytest.approx(300 * 10 * 0.14)
    assert np.isnan(row["margin_per_unit"])  # its fulfilment fee is previewed in yuan: not this pool's


def previewed(**more):
    return {"sku": "A", "channel": "amazon-us", "date": "2026-10-31", "price": 20.0, "referral_fee": 2.4, "fulfilment_fee": 6.0, "currency": "USD", **more}


def test_the_marketplaces_preview_goes_before_charge_and_type():
    charged = {"sku": "A", "node": "fba-us", "date": "2026-09-30", "kind": "fulfilment", "line": 0, "units": 10.0, "amount": 70.0, "currency": "USD"}
    by_preview = assessed(shop(fee_previews=previewed(), fees_charged=charged))
    assert by_preview["selling_fees_per_unit"] == pytest.approx(30 * 0.12 + 6.0)  # the share of its own price, at today's; the fee as stated
    assert by_preview["margin_per_unit"] == pytest.approx(30 - 10 - 3.6 - 6.0)
    assert by_preview[["fee_source", "referral_share", "price"]].tolist() == ["preview", pytest.approx(0.12), 30]
    assert by_preview[["storage_source", "surcharge_source"]].tolist() == ["card", "card"]
    by_charge = assessed(shop(fees_charged=charged))
    assert by_charge["selling_fees_per_unit"] == pytest.approx(4.5 + 7.0) and by_charge["fee_source"] == "typed"  # the commission is
    assert assessed(shop(item={"referral_rate": np.nan}))["fee_source"] == "card"


def test_the_newest_preview_known_on_the_day_counts():
    rows = [previewed(date="2026-09-30", fulfilment_fee=9.0), previewed(), previewed(date="2026-11-02", fulfilment_fee=99.0)]
    assert assessed(shop(fee_previews=rows))["selling_fees_per_unit"] == pytest.approx(3.6 + 6.0)
    learned_later = shaped("fee_previews", previewed()).assign(known_at=pd.Timestamp("2026-11-02 08:00"))
    assert assessed(shop() | {"fee_previews": learned_later})["fee_source"] == "typed"


@pytest.mark.parametrize(
    ("change", "fees", "source"),
    [
        ({"closing_fee": 1.8}, 3.6 + 7.8, "preview"),
        ({"fulfilment_fee": np.nan}, 3.6 + 5.175, "typed"),
        ({"referral_fee": np.nan}, 4.5 + 6.0, "typed"),
        ({"price": 0.0}, 4.5 + 6.0, "typed"),
        ({"currency": "CAD"}, 3.6 + 5.175, "typed"),
        ({"channel": "amazon-ca"}, 4.5 + 5.175, "typed"),
    ],
)
def test_what_a_preview_leaves_open_comes_from_elsewhere(change, fees, source):
    assert assessed(shop(fee_previews=previewed(**change)))[["selling_fees_per_unit", "fee_source"]].tolist() == [pytest.approx(fees), source]


def british(**more):
    charged = [
        {"sku": "A", "node": "fba-uk", "date": "2026-09-30", "kind": kind, "line": 0, "units": 100.0, "amount": amount, "currency": "GBP"}
        for kind, amount in (("storage", 12.0), ("fulfilment", 300.0))
    ]
    tables = shop(node="fba-uk", channel="amazon-uk", item={"currency": "GBP"}, fees_charged=charged, **more)
    return tables | {"listings": tables["listings"].assign(currency="GBP")}


def test_a_marketplace_without_a_card_goes_by_what_was_charged():
    row = assessed(british())
    assert row["storage_month"] == pytest.approx(270 * 0.12) and row["margin_per_unit"] == pytest.approx(30 - 10 - 4.5 - 3.0)
    assert np.isnan(row["surcharge_month"]) and row["currency"] == "GBP"
    assert row[["fee_source", "storage_source"]].tolist() == ["typed", "charged"] and pd.isna(row["surcharge_source"])


def test_without_a_card_the_preview_makes_the_margin_and_estimates_the_surcharge():
    """90 units of 181-270 days are estimated to be charged 18 for age: 1.43 a ft3. They leave the oldest first, 28 until the 15th."""
    young, old = {"age_from_days": 0, "age_to_days": 90, "units": 210.0}, {"age_from_days": 181, "age_to_days": 270, "units": 90.0, "surcharge_estimated": 18.0}
    ages = [{"sku": "A", "node": "fba-uk", "date": "2026-10-31", "currency": "GBP", **tier} for tier in (young, old)]
    row = assessed(british(fee_previews=previewed(channel="amazon-uk", currency="GBP")) | {"stock_age": shaped("stock_age", ages)})
    assert row[["fee_source", "surcharge_source"]].tolist() == ["preview", "preview"]
    assert row["margin_per_unit"] == pytest.approx(30 - 10 - 3.6 - 6.0)
    assert row["surcharge_month"] == pytest.approx((90 - 28) * 18 / 90)


def test_an_own_warehouse_pays_its_own_rate_and_no_marketplace_fees():
    own = shop(
        node="3pl-us", channel="shop", nodes={"node": "3pl-us", "kind": "3pl", "marketplace": "US", "currency": "USD", "storage_rate_per_ft3_month": 0.5}
    )
    row = assessed(own)
    assert row["margin_per_unit"] == 20 and row["storage_month"] == pytest.approx(270 * 0.14 * 0.5) and row["surcharge_month"] == 0


def test_sales_and_sell_through():
    days = pd.date_range("2026-08-03", "2026-10-31")
    history = [{"sku": "A", "channel": "amazon-us", "date": d, "units": 3.0, "price": 30.0} for d in days]
    ledger = [{"sku": "A", "node": "fba-us", "date": d, "starting": 93.0, "receipts": 3.0, "shipments": -3.0, "ending": 90.0} for d in days]
    row = assessed(shop(history=history, movements=ledger))
    assert row["daily_sales"] == 3 and row["sell_through"] == pytest.approx(270 / 90)


def test_the_result_is_the_table():
    stamped = score(shop(), HealthParams(), TODAY).assign(known_at=pd.Timestamp(TODAY), source_file="run:test", source_line=0)
    assert len(schema.validate("health", stamped)) == 1
    assert score({}, HealthParams(), TODAY).empty
