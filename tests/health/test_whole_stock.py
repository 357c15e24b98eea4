"""The whole stock over past runs, and its categories beside the industry."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.health import SAID, HealthParams, by_category, trend
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
RATES = schema.empty("exchange_rates")


def stood(score, light=("red", "green"), **columns):
    plain = {"score": score, "light": light, "stock_value": [600.0, 400.0], "slow_risk": [80.0, 10.0], "in_stock_rate": [1.0, 0.8], "on_hand": [20.0, 99.0]}
    money = {"storage_month": 10.0, "surcharge_month": 0.0, "margin_per_unit": 5.0, "daily_demand": 1.0, "turnover_year": [2.0, 12.0], "excess_value": 0.0}
    rest = {"sell_through": 0.5, "stranded_units": np.nan, "currency": "USD", "location": "fba-us", "sku": ["A", "B"]}
    return pd.DataFrame({**plain, **money, **rest, **columns})


def test_the_trend_has_a_row_a_day_oldest_first():
    days = [(dt.date(2026, 10, 31), stood([40.0, 60.0])[list(SAID)]), (dt.date(2026, 10, 24), stood([80.0, np.nan], light=("amber", "grey"))[list(SAID)])]
    found = trend(days, HealthParams(), "USD", RATES)
    assert found["date"].tolist() == [pd.Timestamp("2026-10-24"), pd.Timestamp("2026-10-31")]
    assert found["score"].tolist() == [80, 50] and found["red"].tolist() == [0, 1] and found["positions"].tolist() == [2, 2]
    assert found.loc[1, ["score_low", "score_high"]].tolist() == [45, 55]
    assert found["slow_share"].tolist() == [0.6, 0.6] and found["turnover_year"].tolist() == pytest.approx([6, 6])
    assert trend(days, HealthParams(slow_risk_limit=90), "USD", RATES)["slow_share"].tolist() == [0, 0], "all days are measured by today's parameters"


def test_rows_of_an_older_run_without_a_column_leave_its_figures_unknown_and_no_runs_are_no_rows():
    old = stood([40.0, 60.0]).drop(columns=["in_stock_rate", "light"]).reindex(columns=list(SAID))
    found = trend([(TODAY, old)], HealthParams(), "USD", RATES)
    assert np.isnan(found.loc[0, "stockout_share"]) and found.loc[0, "score"] == 50 and found.loc[0, "red"] == 0
    assert trend([], HealthParams(), "USD", RATES).empty


def test_categories_stand_beside_what_is_usual_where_somebody_said_so():
    items = pd.DataFrame({"sku": ["A", "B"], "category": ["Toys", "Pets"]})
    told = pd.DataFrame({"category": "Toys", "date": pd.to_datetime(["2026-01-01", "2026-12-01"]), "turnover_year": [5.0, 99.0], "source": "a study"})
    given = schema.conform("benchmarks", told.assign(known_at=pd.Timestamp(TODAY)))
    found = by_category(stood([40.0, 60.0]), items, given, HealthParams(), "USD", RATES, TODAY).set_index("category")
    assert found["turnover_year"].to_dict() == {"Pets": 12, "Toys": 2} and found["positions"].tolist() == [1, 1]
    assert found.loc["Toys", ["turnover_year_industry", "source"]].tolist() == [5, "a study"]
    assert found.loc[["Pets"], [name for name in found if name.endswith("_industry")]].isna().all(axis=None)
    assert np.isnan(found.loc["Toys", "in_stock_rate_industry"]), "what the source does not say stays unknown"
    none = by_category(stood([40.0, 60.0]), items, schema.empty("benchmarks"), HealthParams(), "USD", RATES, TODAY)
    assert none[[name for name in none if name.endswith("_industry")]].isna().all(axis=None)
