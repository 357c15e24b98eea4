"""What changed since the run before, and why."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import changes
from workbench.tables import schema

BEFORE, NOW = pd.Timestamp("2026-10-31"), pd.Timestamp("2026-11-03")


def forecast(cutoff, **means):
    days = pd.date_range(cutoff + pd.Timedelta(days=1), periods=30)
    parts = [
        pd.DataFrame({"sku": sku, "channel": "shop", "cutoff": cutoff, "date": days, "mean": mean, "sd": 1.0, "model": "ets"}) for sku, mean in means.items()
    ]
    return schema.conform("forecast", pd.concat(parts, ignore_index=True), lineage=False)


def history(**units):
    days = pd.date_range(end=NOW, periods=93)
    parts = [
        pd.DataFrame({"sku": sku, "channel": "shop", "date": days, "demand": np.r_[np.full(90, past), np.full(3, late)]}) for sku, (past, late) in units.items()
    ]
    return schema.conform("history", pd.concat(parts, ignore_index=True), lineage=False)


def told(now, before, table, **more):
    return changes(now, before, table, **more).set_index("sku")


def test_sums_are_over_the_days_that_both_cover_and_the_largest_change_comes_first():
    made = changes(forecast(NOW, A=3.0, B=9.0, C=2.0), forecast(BEFORE, A=2.0, B=4.0, C=2.0), history(A=(2, 9), B=(4, 20), C=(2, 2)))
    assert made["sku"].tolist() == ["B", "A", "C"]
    assert made["now_units"].tolist() == [9 * 27, 3 * 27, 2 * 27] and made["change_units"].tolist() == [5 * 27, 27, 0]
    assert made["change_share"].tolist() == [1.25, 0.5, 0.0]
    assert made["first"].unique() == [pd.Timestamp("2026-11-04")] and made["last"].unique() == [pd.Timestamp("2026-11-30")]


@pytest.mark.parametrize(
    ("now", "late", "reason", "value", "limit"),
    [
        (3.0, 9, "forecast_sold_more", 27, 6),
        (1.0, 0, "forecast_sold_less", 0, 6),
        (3.0, 0, "forecast_others", np.nan, np.nan),
        (2.0, 2, "forecast_others", np.nan, np.nan),
    ],
)
def test_sales_since_explain_a_change_in_their_own_direction(now, late, reason, value, limit):
    row = told(forecast(NOW, A=now), forecast(BEFORE, A=2.0), history(A=(2, late))).loc["A"]
    assert row["reason"] == reason
    np.testing.assert_equal([row["reason_value"], row["reason_limit"]], [value, limit])


def test_days_that_were_estimated_are_no_sales():
    table = history(A=(2, 9)).assign(imputed=lambda f: f["date"] > BEFORE)
    assert told(forecast(NOW, A=3.0), forecast(BEFORE, A=2.0), table).loc["A", "reason"] == "forecast_others"


def test_a_corrected_past_goes_first():
    row = told(forecast(NOW, A=3.0), forecast(BEFORE, A=2.0), history(A=(3, 9)), history_before=history(A=(2, 0))).loc["A"]
    assert row["reason"] == "forecast_history_changed" and (row["reason_value"], row["reason_limit"]) == (270, 180)


def test_a_moved_event_and_another_model():
    now, before = forecast(NOW, A=2.0, B=2.0), forecast(BEFORE, A=2.0, B=2.0)
    day = now["date"] == "2026-11-27"
    now.loc[day & (now["sku"] == "A"), "mean"] = 12.0
    now.loc[now["sku"] == "B", ["mean", "model"]] = [2.1, "tsb"]
    event = pd.DataFrame({"channel": ["all"], "start_date": [pd.Timestamp("2026-11-27")], "end_date": [pd.Timestamp("2026-11-28")]})
    made = told(now, before, history(A=(2, 2), B=(2, 2)), events=event)
    assert made.loc["A", ["reason", "reason_value", "reason_limit"]].tolist() == ["forecast_event", 10, 10]
    assert made.loc["B", "reason"] == "forecast_model"


def test_new_and_gone():
    made = told(forecast(NOW, A=2.0, N=5.0), forecast(BEFORE, A=2.0, G=1.0), history(A=(2, 2), N=(5, 5)))
    assert made.loc["N", "reason"] == "forecast_new" and made.loc["N", "change_units"] == 150 and np.isnan(made.loc["N", "before_units"])
    assert made.loc["G", "reason"] == "forecast_gone" and made.loc["G", "change_units"] == -30 and np.isnan(made.loc["G", "now_units"])


def test_nothing_before_is_all_new_and_nothing_at_all_is_nothing():
    empty = schema.empty("forecast")
    assert told(forecast(NOW, A=2.0), empty, history(A=(2, 2)))["reason"].tolist() == ["forecast_new"]
    assert changes(empty, empty, history(A=(2, 2))).empty
