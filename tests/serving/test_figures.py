"""The key figures, each held against a computation of its own."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.fees.exchange import Exchange, add
from workbench.i18n import use
from workbench.tables import schema
from workbench.ui.meta import Meta
from workbench.ui.overview import lines, summary

DAY = dt.date(2026, 11, 22)
META = Meta("Shop", DAY, "USD")
GBP = {"base": "USD", "currency": "GBP"}


def rates(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "currency", "base", "rate"])
    return schema.conform("exchange_rates", frame.assign(date=pd.to_datetime(frame["date"])), lineage=False)


def table(name: str, **columns: object) -> pd.DataFrame:
    return schema.conform(name, pd.DataFrame(columns), lineage=False)


@pytest.mark.parametrize(
    ("rows", "currency", "expected"),
    [
        ([("2026-11-01", "GBP", "USD", 1.2), ("2026-11-20", "GBP", "USD", 1.25)], "GBP", 1.25),
        ([("2026-11-20", "GBP", "USD", 1.25), ("2026-11-23", "GBP", "USD", 9.0)], "GBP", 1.25),
        ([("2026-11-20", "USD", "EUR", 0.8)], "EUR", 1.25),
        ([("2026-11-20", "USD", "GBP", 0.5), ("2026-11-01", "GBP", "USD", 1.25)], "GBP", 1.25),
        ([], "USD", 1.0),
        ([("2026-11-20", "GBP", "EUR", 1.1)], "GBP", math.nan),
    ],
)
def test_rate_is_the_newest_known_on_the_day(rows, currency, expected):
    found = Exchange(rates(*rows), "USD", DAY).convert(pd.Series([1.0]), pd.Series([currency])).iloc[0]
    assert found == pytest.approx(expected, nan_ok=True)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=30))
def test_a_total_counts_every_row_once(amounts):
    total = add(pd.Series(amounts, dtype="float64"))
    known = [a for a in amounts if a is not None]
    assert total.left_out + len(known) == len(amounts)
    assert math.isnan(total.value) if not known else total.value == pytest.approx(sum(known), abs=1e-6)


@pytest.fixture(scope="module")
def found(shop, meta) -> dict:
    return summary(shop, meta)


def test_money_is_summed_in_one_currency(shop, found):
    expected, left_out = 0.0, 0
    for row in shop["health"].itertuples():
        if math.isnan(row.stock_value):
            left_out += 1
        else:
            expected += row.stock_value * (1.25 if row.currency == "GBP" else 1.0)
    assert found["stock_value"] == pytest.approx(expected)
    assert found["stock_value_left_out"] == left_out == 2


def test_aged_value_is_the_aged_part_of_the_stock_value(shop, found):
    expected = 0.0
    for row in shop["health"].itertuples():
        old = row.age_181_270 + row.age_271_365 + row.age_366_plus
        known = old + row.age_0_90 + row.age_91_180
        if known > 0 and not math.isnan(row.stock_value):
            expected += row.stock_value * old / known * (1.25 if row.currency == "GBP" else 1.0)
    assert found["aged_value"] == pytest.approx(expected)


def test_in_stock_rate_weighs_days_by_their_demand(shop, found):
    history = shop["history"]
    last = history[history["date"] > history["date"].max() - pd.Timedelta(days=30)]
    assert found["in_stock_rate"] == pytest.approx((last["demand"] * last["exposure"]).sum() / last["demand"].sum())
    assert 0.85 < found["in_stock_rate"] < 1


def test_demand_before_and_after_the_cutoff(shop, found):
    history, forecast = shop["history"], shop["forecast"]
    last = history["date"] > history["date"].max() - pd.Timedelta(days=30)
    assert found["sold_30"] == pytest.approx(history.loc[last, "units"].sum())
    assert found["forecast_30"] == pytest.approx(forecast.loc[forecast["date"] <= forecast["cutoff"] + pd.Timedelta(days=30), "mean"].sum())


def test_reports_that_end_on_different_days_all_count():
    def part(channel: str, cutoff: str) -> pd.DataFrame:
        dates = pd.date_range(pd.Timestamp(cutoff) + pd.Timedelta(days=1), periods=40)
        return pd.DataFrame({"sku": "A", "channel": channel, "cutoff": pd.Timestamp(cutoff), "date": dates, "mean": 2.0})

    ahead = schema.conform(
        "forecast", pd.concat([part("amazon-us", "2026-11-21"), part("amazon-uk", "2026-11-20"), part("amazon-us", "2026-10-21")]), lineage=False
    )
    assert summary({"forecast": ahead}, META)["forecast_30"] == pytest.approx(2 * 30 * 2.0)


def test_lights_are_counted_by_position(shop, found):
    assert sum(found[light] for light in ("red", "amber", "green", "grey")) == found["positions"] == len(shop["health"])
    assert found["grey"] == 2


def test_clearing_is_held_against_holding(shop, found):
    options = shop["clearance"].set_index(["sku", "location", "option"])
    gain, count = 0.0, 0
    for (sku, place, option), row in options[options["recommended"]].iterrows():
        if option != "hold":
            gain += (row["npv"] - options.loc[(sku, place, "hold"), "npv"]) * (1.25 if row["currency"] == "GBP" else 1.0)
            count += 1
    assert found["clearance_gain"] == pytest.approx(gain)
    assert found["clearance_skus"] == count


def test_positions_without_advice_are_left_out_of_the_gain():
    options = table(
        "clearance",
        sku=["A", "A", "B", "B"],
        location=["fba-us"] * 4,
        option=["hold", "markdown"] * 2,
        npv=[10.0, 25.0, np.nan, np.nan],
        recommended=[False, True, False, False],
        irrevocable=[False] * 4,
        currency=["USD"] * 4,
    )
    found = summary({"clearance": options}, META)
    assert (found["clearance_skus"], found["clearance_gain"], found["clearance_gain_left_out"]) == (1, 15.0, 1)


@pytest.mark.parametrize(
    ("column", "values", "figure", "expected"),
    [
        ("on_hand", [90.0, 30.0], "cover_days", 20.0),
        ("on_hand", [90.0, np.nan], "cover_days", 30.0),
        ("lost_margin_30", [10.0, 5.0], "lost_margin_30", 15.0),
        ("lost_margin_30", [np.nan, np.nan], "lost_margin_30", math.nan),
        ("excess_value", [7.0, np.nan], "excess_value", 7.0),
    ],
)
def test_unknown_rows_are_left_out_never_counted_as_zero(column, values, figure, expected):
    columns = {"sku": ["A", "B"], "location": ["fba-us"] * 2, "daily_demand": [3.0, 3.0], "currency": ["USD"] * 2, "light": ["green"] * 2}
    health = table("health", **{**columns, column: values})
    assert summary({"health": health}, META)[figure] == pytest.approx(expected, nan_ok=True)


def test_storage_share_is_storage_over_margin_of_thirty_days():
    columns = {"sku": ["A", "B"], "location": ["fba-us"] * 2, "currency": ["USD"] * 2, "storage_month": [10.0, 5.0], "surcharge_month": [5.0, 0.0]}
    health = table("health", **columns, margin_per_unit=[2.0, 3.0], daily_sales=[1.0, 0.0])
    assert summary({"health": health}, META)["storage_share"] == pytest.approx(20 / 60)


def test_orders_due_are_those_of_today_or_before():
    plan = table(
        "plan",
        sku=list("ABCD"),
        location=["fba-us"] * 4,
        order_units=[10.0, 20.0, 0.0, 40.0],
        order_value=[100.0, np.nan, 0.0, 400.0],
        currency=["USD"] * 4,
        order_date=pd.to_datetime(["2026-11-20", "2026-11-22", "2026-11-20", "2026-11-23"]),
    )
    found = summary({"plan": plan}, META)
    assert (found["orders_due"], found["order_units"], found["order_value"], found["order_value_left_out"]) == (2, 30.0, 100.0, 1)


def test_nothing_known_is_unknown_not_zero():
    found = summary({}, META)
    assert found["positions"] == found["orders_due"] == 0
    assert all(math.isnan(found[name]) for name in ("stock_value", "in_stock_rate", "cover_days", "aged_share", "forecast_30"))


def test_later_facts_change_nothing(shop, meta):
    later = shop["history"].assign(date=lambda f: f["date"] + pd.Timedelta(days=400), demand=99.0, units=99.0)
    ahead = shop["forecast"].assign(cutoff=pd.Timestamp("2027-05-01"), mean=1e6)
    more = {**shop, "history": pd.concat([shop["history"], later]), "forecast": pd.concat([shop["forecast"], ahead])}
    names = ("sold_30", "demand_30", "forecast_30", "in_stock_rate")
    assert {name: summary(more, meta)[name] for name in names} == pytest.approx({name: summary(shop, meta)[name] for name in names})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lines_name_every_figure(shop, meta, language):
    with use(language):
        shown = lines(summary(shop, meta))
    assert len(shown) == 19
    assert not [text for pair in shown for text in pair if not text or text.startswith("[")]
