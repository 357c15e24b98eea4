"""Seasonal index, peaks, order dates counted back, target cover; accuracy by month and reliability."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameters
from workbench.forecasting import (
    ForecastParams,
    accuracy_by_month,
    backtest,
    first_stock,
    latest_order_date,
    peaks,
    reliability,
    season_matrix,
    seasonal_index,
    target_cover_days,
)
from workbench.forecasting.evaluation import classed
from workbench.tables import schema

INDEX = np.array([0.6, 0.6, 0.7, 0.9, 1.1, 1.5, 1.9, 1.4, 0.9, 0.8, 0.8, 0.8])
INDEX = INDEX / INDEX.mean()


def history(years=3, growth=1.0, end="2026-10-31", skus=("BBQ",)):
    days = pd.date_range(end=end, periods=365 * years + 20)
    age = (days - days[0]).days / 365
    demand = 10 * INDEX[days.month - 1] * growth**age
    parts = [pd.DataFrame({"sku": sku, "channel": "shop", "date": days, "demand": demand}) for sku in skus]
    return schema.conform("history", pd.concat(parts, ignore_index=True), lineage=False)


@pytest.mark.parametrize(("years", "growth"), [(1, 1.0), (2, 1.0), (3, 1.0), (3, 1.6), (3, 0.6)])
def test_the_index_is_found_with_and_without_growth(years, growth):
    made = seasonal_index(history(years, growth))
    np.testing.assert_allclose(made["index"], INDEX, rtol=0.03)
    assert made["years"].unique().tolist() == [years] and made["index"].mean() == pytest.approx(1)
    assert (made["low"] <= made["index"] * 1.02).all() and (made["high"] >= made["index"] * 0.98).all()


def test_less_than_a_year_has_no_index():
    assert seasonal_index(history(1).tail(200)).empty and seasonal_index(schema.empty("history")).empty


def test_unknown_days_do_not_lower_a_month():
    table = history(2)
    table.loc[(table["date"].dt.month == 7) & (table["date"].dt.day > 15), "demand"] = np.nan
    np.testing.assert_allclose(seasonal_index(table)["index"], INDEX, rtol=0.03)


def test_the_matrix_has_a_row_a_category():
    items = pd.DataFrame({"sku": ["A", "B", "C"], "category": ["grill", "grill", "toy"]})
    made = season_matrix(history(2, skus=("A", "B", "C")), items)
    assert made.index.tolist() == ["grill", "toy"] and made.columns.tolist() == list(range(1, 13))
    np.testing.assert_allclose(made.loc["grill"], INDEX, rtol=0.03)


def test_a_grill_climbs_in_may_peaks_in_july_and_falls_in_september():
    row = peaks(seasonal_index(history())).iloc[0]
    assert (row["climb_month"], row["peak_month"], row["fall_month"], row["duration_months"]) == (5, 7, 9, 3)
    assert row["peak_multiple"] == pytest.approx(INDEX.max(), rel=0.03)


def test_a_season_over_the_turn_of_the_year_and_none_at_all():
    winter = pd.DataFrame({"sku": "X", "month": range(1, 13), "index": [1.6, 1.1, 0.8, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.0, 1.3, 1.7]})
    row = peaks(winter).iloc[0]
    assert (row["climb_month"], row["peak_month"], row["fall_month"], row["duration_months"]) == (11, 12, 3, 3)
    flat = peaks(winter.assign(index=1.0)).iloc[0]
    assert (flat["duration_months"], flat["fall_month"]) == (0, 2)


def test_first_stock_is_scheduled_back_from_the_climb():
    peak = pd.DataFrame({"sku": ["decor", "flat"], "climb_month": [9, 3], "peak_month": [12, 3], "peak_multiple": [3.0, 1.05]})
    lead = pd.DataFrame({"sku": ["decor", "decor", "flat"], "lead_time_days": [71.2, np.nan, 72.0]})
    made = first_stock(peak, lead, dt.date(2026, 5, 1))
    assert made["sku"].tolist() == ["decor"] and made.loc[0, "order_by"] == pd.Timestamp("2026-06-21") and made.loc[0, "days_left"] == 51
    assert latest_order_date(dt.date(2026, 12, 1), 30.5, 35, 7) == dt.date(2026, 9, 19)


@pytest.mark.parametrize(
    ("as_of", "climb", "peak", "left"),
    [
        ("2026-05-01", "2026-11-01", "2027-01-01", 140),
        ("2026-11-01", "2026-11-01", "2027-01-01", -44),  # on since today: too late for the climb, in time for the peak
        ("2027-01-31", "2026-11-01", "2027-01-01", -135),
        ("2027-02-01", "2027-11-01", "2028-01-01", 229),
    ],
)
def test_a_season_is_on_until_the_month_of_its_peak_is_over(as_of, climb, peak, left):
    winter = pd.DataFrame({"sku": ["coat"], "climb_month": [11], "peak_month": [1], "peak_multiple": [3.0]})
    row = first_stock(winter, pd.DataFrame({"sku": ["coat"], "lead_time_days": [44.0]}), dt.date.fromisoformat(as_of)).iloc[0]
    assert (row["climb_date"], row["peak_date"], row["days_left"]) == (pd.Timestamp(climb), pd.Timestamp(peak), left)
    assert row["peak_order_by"] == pd.Timestamp(peak) - pd.Timedelta(days=44)


@pytest.mark.parametrize("days", [float("nan"), -5.0, float("inf")])
def test_a_lead_time_that_is_none_is_refused(days):
    with pytest.raises(BadParameters, match="production_days must be 0 or more days"):
        latest_order_date(dt.date(2026, 12, 1), days)


def test_target_cover_rises_from_90_to_150():
    days = pd.date_range("2026-03-01", "2026-10-31")
    made = pd.Series(target_cover_days(days, 90, 150, dt.date(2026, 4, 1), dt.date(2026, 8, 31), ramp_days=30), days)
    assert made["2026-03-01"] == 90 and made["2026-03-17"] == pytest.approx(120) and made["2026-04-01":"2026-08-31"].eq(150).all() and made["2026-09-01"] == 90
    assert made["2026-03-02":"2026-04-01"].is_monotonic_increasing


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(2)
    days = pd.date_range(end="2026-10-31", periods=260).as_unit("us")
    units = rng.poisson(np.geomspace(0.3, 20, 40)[:, None] * np.ones(len(days))).astype(float)
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(40)], len(days)), "channel": "shop", "date": np.tile(days, 40), "units": units.ravel()})
    table = schema.conform("history", frame.assign(demand=units.ravel(), price=1.0, event=""), lineage=False)
    return backtest(table, ForecastParams(), dt.date(2026, 10, 31), origins=3), table


def test_bounds_of_slow_movers_are_reliable_where_counts_step_over_them(scored):
    made = reliability(*scored)
    assert set(made["sales_class"]) == {"all", "A", "B", "C"} and made.groupby("sales_class").size().eq(7).all()
    whole = made[made["sales_class"] == "all"]
    assert whole["observed"].is_monotonic_increasing and whole["days"].unique().tolist() == [40 * 28 * 3]
    assert (whole["observed"] - whole["level"]).abs().max() < 0.04  # 3,360 days that are Poisson


def test_accuracy_has_a_row_a_class_month_and_method(scored):
    made = accuracy_by_month(*scored)
    assert set(made["sales_class"]) == {"A", "B", "C"} and made["month"].nunique() == 3
    assert not made.duplicated(["sales_class", "month", "method"]).any() and len(made) == 3 * 3 * 3
    assert made.loc[made["method"] == "engine", "sum_error_share_28"].notna().all()


def test_a_sku_that_stops_selling_keeps_the_class_it_had_at_the_cutoff():
    days = pd.date_range("2026-01-01", periods=120)
    rows = [("dies", day, 20.0 if day < days[60] else 0.0) for day in days] + [("lives", day, 5.0) for day in days]
    history = pd.DataFrame(rows, columns=["sku", "date", "units"]).assign(channel="shop", price=10.0)
    scores = pd.DataFrame({"sku": ["dies", "lives"], "channel": "shop", "cutoff": days[59]})
    assert classed(scores, history).set_index("sku")["sales_class"].to_dict() == {"dies": "A", "lives": "B"}
    late = history.assign(units=history["units"].where(history["date"] < days[60], history["units"] * 40))
    assert classed(scores, late)["sales_class"].tolist() == ["A", "B"]
