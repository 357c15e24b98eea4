"""The order plan: published and worked numbers through plan() itself, and the traps of the trade."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.replenishment import PlanParams, plan
from workbench.tables import schema

TODAY = dt.date(2026, 11, 2)


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows if isinstance(rows, list) else [rows]).assign(known_at=pd.Timestamp(TODAY)))


def shop(on_hand=0.0, demand=50.0, sd=0.0, lead=7.0, lead_sd=0.0, review=7.0, days=90, item=None, **more):
    """One SKU at one node with a forecast (a number, or one a day)."""
    daily = np.broadcast_to(np.asarray(demand, float), (days,))
    tables = {
        "forecast": shaped(
            "forecast",
            [
                {"sku": "A", "channel": "amazon-us", "cutoff": "2026-11-01", "date": TODAY + dt.timedelta(days=k), "mean": daily[k], "sd": sd}
                for k in range(days)
            ],
        ),
        "serves": shaped("serves", {"channel": "amazon-us", "node": "fba-us", "priority": 1}),
        "stock": shaped("stock", {"sku": "A", "node": "fba-us", "date": "2026-11-01", "available": on_hand, "reserved_customer_order": 999.0}),
        "suppliers": shaped(
            "suppliers",
            {"supplier": "S", "production_days": lead, "transit_days": 0.0, "receiving_days": 0.0, "lead_time_sd_days": lead_sd, "review_period_days": review},
        ),
        "items": shaped("items", {"sku": "A", "supplier": "S", "unit_cost": 4.0, "currency": "USD", **(item or {})}),
    }
    return tables | {name: shaped(name, rows) for name, rows in more.items()}


def planned(tables, **params):
    return plan(tables, PlanParams(**params), TODAY).iloc[0]


def order(units, ordered="2026-10-20", promised="2026-11-12", **more):
    return {
        "purchase_order": "P1", "sku": "A", "supplier": "S", "node": "fba-us", "ordered_date": ordered,
        "promised_date": promised, "units_ordered": units, "status": "sent", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "buffer_days", "lead_time_demand", "safety", "reorder_point"),
    [(7, 1, 350, 50, 400), (18, 0, 900, 0, 900), (18, 2, 900, 100, 1000), (18, 6, 900, 300, 1200), (14, 7, 700, 350, 1050)],
)
def test_worked_numbers(lead, buffer_days, lead_time_demand, safety, reorder_point):
    row = planned(shop(lead=lead), buffer_days=buffer_days)
    assert (row["lead_time_demand"], row["safety_stock"], row["reorder_point"]) == (lead_time_demand, safety, reorder_point)
    assert row["order_up_to"] == reorder_point + 50 * 7


def test_variable_lead_time_by_the_book():
    row = planned(shop(sd=15, lead=18, lead_sd=3))
    assert (round(row["safety_stock"]), round(row["reorder_point"])) == (268, 1168)


@pytest.mark.parametrize(("demand", "sd", "lead", "review", "level", "order_up_to"), [(50, 15, 18, 7, 0.95, 1373.4), (2500, 500, 2, 4, 0.90, 16569.6)])
def test_periodic_review_protects_lead_time_and_review(demand, sd, lead, review, level, order_up_to):
    row = planned(shop(demand=demand, sd=sd, lead=lead, review=review), cycle_service_level=level)
    assert row["order_up_to"] == pytest.approx(order_up_to, abs=0.05)


@pytest.mark.parametrize(("lead_sd", "safety"), [(7, 22491), (6, 19298), (5, 16109), (4, 12927), (3, 9760), (2, 6628), (1, 3625), (0, 1695)])
def test_safety_stock_of_the_textbook(lead_sd, safety):
    assert round(planned(shop(demand=2500, sd=500, lead=7, lead_sd=lead_sd), cycle_service_level=0.90)["safety_stock"]) == safety


def test_position_decides_not_the_stock_on_hand():
    bare, with_order = shop(on_hand=100), shop(on_hand=100, purchase_orders=order(500.0))
    assert planned(bare)["reason"] == "order_due" and planned(bare)["order_date"] == pd.Timestamp(TODAY)
    row = planned(with_order)
    assert (row["on_hand"], row["on_order"], row["inventory_position"]) == (100, 500, 600)
    assert row["reason"] == "order_later" and row["order_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=5)  # 600 - 5 x 50 = 350


def test_units_reserved_for_customers_are_not_on_hand():
    assert planned(shop(on_hand=120))["on_hand"] == 120


@pytest.mark.parametrize(
    ("on_hand", "minimum", "carton", "units"),
    [(0, np.nan, np.nan, 700), (350, np.nan, np.nan, 350), (300, 500, np.nan, 500), (300, 500, 48, 528), (310, np.nan, 100, 400)],
)
def test_minimum_and_carton_after_netting(on_hand, minimum, carton, units):
    row = planned(shop(on_hand=on_hand, item={"minimum_order_units": minimum, "case_pack_units": carton}))
    assert row["order_units"] == units and row["order_value"] == units * 4


def test_a_covered_sku_is_not_ordered_for_its_minimum():
    row = planned(shop(on_hand=20_000, item={"minimum_order_units": 500}))
    assert row["order_units"] == 0 and pd.isna(row["order_date"])
    assert (row["reason"], row["reason_value"], row["reason_limit"]) == ("enough_stock", 393, 90)


def test_zero_velocity_orders_nothing_and_divides_by_nothing():
    row = planned(shop(on_hand=80, demand=0))
    assert row["order_units"] == 0 and pd.isna(row["order_date"]) and pd.isna(row["cover_days"]) and pd.isna(row["stockout_date"])
    assert (row["reason"], row["reason_value"]) == ("no_demand", 80)


def test_negative_forecasts_count_as_none():
    tables = shop(on_hand=80)
    tables["forecast"] = tables["forecast"].assign(mean=np.where(np.arange(90) % 2, -50.0, 50.0))
    row = planned(tables)
    assert row["daily_demand"] == pytest.approx(25) and row["lead_time_demand"] == 200


@pytest.mark.parametrize(("on_hand", "first_short"), [(0, 0), (100, 2), (120, 2), (149, 2), (150, 3), (50 * 90, None)])
def test_day_the_stock_runs_out(on_hand, first_short):
    row = planned(shop(on_hand=on_hand))
    assert row["cover_days"] == pytest.approx(on_hand / 50)
    assert pd.isna(row["stockout_date"]) if first_short is None else row["stockout_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=first_short)


def test_known_arrivals_put_the_stockout_off_only_if_they_come_in_time():
    in_time = planned(shop(on_hand=250, purchase_orders=order(500.0, promised="2026-11-05")))
    too_late = planned(shop(on_hand=250, purchase_orders=order(500.0, promised="2026-11-12")))
    assert in_time["stockout_date"] == pd.Timestamp("2026-11-17") and too_late["stockout_date"] == pd.Timestamp("2026-11-07")


def test_an_overdue_delivery_is_not_sold_before_it_is_there():
    row = planned(shop(on_hand=100, purchase_orders=order(500.0, promised="2026-10-30")), overdue_arrival_days=5)
    assert row["stockout_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=2)


def test_a_shipment_of_an_order_is_counted_once():
    sent = {
        "shipment_id": "F1",
        "sku": "A",
        "node": "fba-us",
        "purchase_order": "P1",
        "units_shipped": 500.0,
        "status": "shipped",
        "expected_date": "2026-11-04",
    }
    row = planned(shop(on_hand=100, purchase_orders=order(500.0, promised="2026-12-31"), inbound=sent))
    assert row["on_order"] == 500 and row["stockout_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=12)


def test_rising_demand_orders_earlier_than_the_mean_would():
    row = planned(shop(on_hand=450, demand=np.r_[np.full(5, 10.0), np.full(85, 200.0)]))
    assert row["order_date"] == pd.Timestamp(TODAY)  # 45 days at today's pace, but the lead time ends in the rise
    later = planned(shop(on_hand=450, demand=10.0))
    assert later["order_date"] == pd.Timestamp(TODAY) + pd.Timedelta(days=38)


def test_a_review_is_at_most_daily_so_that_every_order_due_has_units():
    row = planned(shop(on_hand=350, review=0))
    assert row[["reason", "review_period_days", "order_units"]].tolist() == ["order_due", 1, 50]


def test_order_date_and_arrival():
    row = planned(shop(on_hand=600))
    assert row["order_date"] == pd.Timestamp("2026-11-07") and row["arrival_date"] == pd.Timestamp("2026-11-14")
    assert row["order_units"] == 350  # position 350 then, filled up to 700


@pytest.mark.parametrize(
    ("change", "reason", "unknown"),
    [
        ({"suppliers": []}, "no_lead_time", ["reorder_point", "order_units", "order_value", "safety_stock"]),
        ({"forecast": []}, "no_forecast", ["daily_demand", "order_units", "cover_days"]),
        ({"items": [{"sku": "A", "supplier": "S"}]}, "order_due_no_cost", ["order_value"]),
        ({"stock": [{"sku": "B", "node": "fba-us", "date": "2026-11-01", "available": 1.0}]}, "no_stock", ["on_hand", "order_units", "inventory_position"]),
    ],
)
def test_unknown_stays_unknown_and_says_why(change, reason, unknown):
    tables = shop() | {name: shaped(name, rows) if rows else schema.empty(name) for name, rows in change.items()}
    row = plan(tables, PlanParams(), TODAY).set_index("sku").loc["A"]
    assert row["reason"] == reason and row[unknown].isna().all()


def test_nothing_known_later_counts():
    tables = shop(on_hand=100)
    newer = tables["stock"].assign(available=9999.0, date=pd.Timestamp(TODAY), known_at=pd.Timestamp("2026-11-03 08:00"))
    assert planned(tables | {"stock": pd.concat([tables["stock"], newer])})["on_hand"] == 100


def test_without_any_stock_there_is_no_plan():
    tables = shop()
    del tables["stock"]
    assert plan(tables, PlanParams(), TODAY).empty


def test_the_result_is_the_table():
    result = plan(shop(on_hand=100), PlanParams(), TODAY)
    stamped = result.assign(known_at=pd.Timestamp(TODAY), source_file="run:test", source_line=0)
    assert len(schema.validate("plan", stamped)) == 1


@settings(max_examples=15, deadline=None)
@given(
    on_hand=st.integers(0, 3000), demand=st.floats(0.1, 80), sd=st.floats(0, 40), lead=st.integers(1, 60), review=st.integers(1, 30), carton=st.integers(1, 60)
)
def test_an_order_brings_the_position_up_to_the_level(on_hand, demand, sd, lead, review, carton):
    row = planned(shop(on_hand=on_hand, demand=demand, sd=sd, lead=lead, review=review, item={"case_pack_units": carton}))
    assert row["order_units"] % carton == 0
    if row["order_date"] == pd.Timestamp(TODAY):
        assert row["inventory_position"] <= row["reorder_point"]
        assert row["order_up_to"] - 1e-6 <= row["inventory_position"] + row["order_units"] < row["order_up_to"] + carton + 1e-6


SEASON = [["A", 90, 150, "2026-11-10", "2027-03-31"]]


@pytest.mark.parametrize(
    ("lead", "covered"),
    [(5.0, 90), (8.0, 150), (30.0, 150), (160.0, 90)],
    ids=["arrives before the season", "on its first day", "in it", "after it"],
)
def test_what_is_ordered_lasts_for_the_target_cover_of_the_day_it_arrives(lead, covered):
    row = planned(shop(lead=lead), season_cover=SEASON)
    assert (row["order_units"], row["order_up_to"]) == (50 * (lead + covered), 50 * (lead + covered))
    plain = planned(shop(lead=lead))
    assert row["reorder_point"] == plain["reorder_point"] and row["order_date"] == plain["order_date"] and plain["order_units"] == 50 * (lead + 7)


def test_target_cover_is_that_of_the_day_of_a_later_order_and_never_less_than_the_review_period():
    row = planned(shop(on_hand=50 * 12, lead=4.0), season_cover=SEASON)
    assert row["arrival_date"] == pd.Timestamp("2026-11-14") and row["order_units"] == 50 * 150
    assert planned(shop(review=120.0), season_cover=[["A", 90, 100, "2026-11-01", "2027-03-31"]])["order_units"] == 50 * 127
    assert planned(shop(), season_cover=[["B", 90, 150, "2026-11-01", "2027-03-31"]])["order_units"] == 50 * 14
