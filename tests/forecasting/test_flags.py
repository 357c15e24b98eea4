"""What was answered by rule is flagged, series by series, in the engine and in the table."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, forecast, forecast_panel

DAYS = pd.date_range("2026-01-01", periods=112)


def steady(**changed):
    y, seen = np.full((2, 112), 5, np.float32), np.ones((2, 112), bool)
    for place, value in changed.get("values", {}).items():
        y[0, place] = value
    seen[0] = changed.get("seen", seen[0])
    return y, seen


def made(y, seen, X=None):
    return forecast_panel(y, seen, DAYS, 7, [0.1, 0.5, 0.9], X=X)


@pytest.mark.parametrize(
    ("given", "code", "periods"),
    [
        (steady(), "", 0),
        (steady(values={3: -4, 9: -1}), "returns_counted_as_none", 2),
        (steady(values={3: np.inf, 4: np.nan}), "not_finite", 2),
        (steady(values={3: np.inf, 4: -2}), "not_finite", 1),
        (steady(seen=np.arange(112) < 2), "few_days_known", 2),
        (steady(seen=np.arange(112) < 0), "few_days_known", 0),
        (steady(seen=np.arange(112) % 7 == 0), "totals_told_as_days", 16),
        (steady(values={day: 0 for day in range(112) if day % 7}), "totals_told_as_days", 16),
        (steady(values={day: 0 for day in range(112) if day % 7 or day > 40}), "", 0),
        (steady(values={day: 0 for day in range(112) if day % 7 and day % 5}), "", 0),
    ],
)
def test_what_is_answered_by_rule_is_flagged(given, code, periods):
    result = made(*given)
    assert (result.flag[0], result.flag[1]) == (code, "")
    assert result.flag_periods[0] == periods
    assert np.isfinite(result.mean).all() and (result.mean >= 0).all() and (np.diff(result.quantiles, axis=2) >= 0).all()


@pytest.mark.parametrize("shared", [False, True])
def test_a_driver_that_is_not_told_ahead_is_flagged(shared):
    y, seen = steady()
    X = np.zeros((1 if shared else 2, 119, 1), np.float32)
    X[:, ::5] = 1
    X[0, 115:] = np.nan
    result = made(y, seen, np.broadcast_to(X, (2, 119, 1)))
    assert result.flag.tolist() == (["driver_not_told_ahead"] * 2 if shared else ["driver_not_told_ahead", ""])
    assert result.flag_periods[0] == 4


def test_totals_of_months_told_as_days_are_flagged():
    days = pd.date_range("2025-01-01", periods=300)
    y = np.where(days.day == 1, 120, 0).astype(np.float32)[None].repeat(2, 0)
    y[1] = np.arange(300) % 40 == 0  # a slow mover is none
    result = forecast_panel(y, np.ones(y.shape, bool), days, 7, [0.5])
    assert result.flag.tolist() == ["totals_told_as_days", ""] and result.flag_periods[0] == 10


def test_weekly_totals_told_as_days_are_flagged_in_the_table():
    weekly = pd.DataFrame({"sku": "W", "channel": "shop", "date": DAYS[::7], "demand": 35.0})
    daily = pd.DataFrame({"sku": "D", "channel": "shop", "date": DAYS, "demand": 5.0})
    history = pd.concat([weekly, daily], ignore_index=True).assign(imputed=False, event="", promotion="")
    table = forecast(history, ForecastParams(horizon_days=3, global_model=False), dt.date(2026, 4, 23))
    told = table.groupby("sku")[["reason", "reason_value"]].first()
    assert told.loc["W"].tolist() == ["totals_told_as_days", 16]
    assert told.loc["D", "reason"] == "" and np.isnan(told.loc["D", "reason_value"])
