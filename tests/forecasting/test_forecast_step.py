"""The forecast step and its back-test on tables."""

import datetime as dt
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import NotEnoughHistory
from workbench.forecasting import ForecastParams, backtest, forecast, summary
from workbench.forecasting.channel_panel import in_units
from workbench.tables import schema

END = dt.date(2026, 10, 31)


def history(n=30, length=200, channel="amazon-us", seed=0, end=END):
    rng = np.random.default_rng(seed)
    dates = pd.date_range(end=pd.Timestamp(end), periods=length).as_unit("us")
    mean = np.exp(rng.normal(0.5, 0.8, n))[:, None] * np.where(dates.dayofweek >= 5, 1.4, 0.85)
    units = rng.poisson(mean).astype(float)
    frame = pd.DataFrame(
        {
            "sku": np.repeat([f"S{i:03d}" for i in range(n)], length),
            "channel": channel,
            "date": np.tile(dates, n),
            "units": units.ravel(),
            "demand": units.ravel(),
            "exposure": 1.0,
            "event": "",
        }
    )
    return schema.conform("history", frame, lineage=False)


def with_lineage(frame):
    return frame.assign(known_at=pd.Timestamp(END), source_file="run:t", source_line=0)


def test_table_is_valid_complete_and_starts_after_the_cutoff():
    made = forecast(pd.concat([history(), history(channel="shop", end=dt.date(2026, 10, 25))]), ForecastParams(horizon_days=20), END)
    schema.validate("forecast", with_lineage(made))
    assert made.groupby(["sku", "channel"]).size().eq(20).all()
    first = made.groupby("channel").agg(cutoff=("cutoff", "first"), first=("date", "min"))
    assert first.loc["shop"].tolist() == [pd.Timestamp("2026-10-25"), pd.Timestamp("2026-10-26")]
    assert first.loc["amazon-us"].tolist() == [pd.Timestamp("2026-10-31"), pd.Timestamp("2026-11-01")]


def test_order_of_rows_does_not_matter_and_input_is_left_alone():
    table = history(10, 90)
    copy = table.copy()
    one = forecast(table, ForecastParams(horizon_days=5), END)
    two = forecast(table.sample(frac=1, random_state=1), ForecastParams(horizon_days=5), END)
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(table, copy)


def test_nothing_later_than_as_of_counts():
    table = history(10, 120)
    early = dt.date(2026, 9, 30)
    cut = forecast(table[table["date"] <= pd.Timestamp(early)], ForecastParams(horizon_days=5), early)
    pd.testing.assert_frame_equal(cut, forecast(table, ForecastParams(horizon_days=5), early))
    late = with_lineage(table).assign(known_at=pd.Timestamp("2026-11-02"))
    assert forecast(late, ForecastParams(), END).empty


def test_estimated_demand_of_empty_days_is_no_evidence():
    table = history(5, 150)
    gone = table["date"] > pd.Timestamp("2026-10-01")
    out = table.assign(
        units=table["units"].mask(gone, 0), demand=table["demand"].mask(gone, 500.0), exposure=table["exposure"].mask(gone, 0.0), imputed=gone, censored=gone
    )
    made = forecast(out, ForecastParams(horizon_days=7), END)
    assert made["mean"].max() < 60


def test_estimates_of_stocked_demand_are_learned_from_and_stay_whole():
    table = history(5, 150)
    gone = table["date"].between(pd.Timestamp("2026-09-01"), pd.Timestamp("2026-10-31"))
    out = table.assign(demand=table["demand"].mask(gone, 500.0), imputed=gone)
    told = out.assign(stocked_demand=table["demand"].mask(gone, table["demand"] * 0 + 7.3))
    unknown, learned = (forecast(rows, ForecastParams(horizon_days=28), END) for rows in (out, told))
    by_sku = learned.groupby("sku")["mean"].mean()
    assert (by_sku.between(5.5, 8.5)).all()
    assert unknown["mean"].max() < 60
    assert (learned["q95"] == learned["q95"].round()).all()
    scores = backtest(told, ForecastParams(), END, origins=2, stride_days=28, horizon_days=28)
    pd.testing.assert_frame_equal(scores, backtest(out, ForecastParams(), END, origins=2, stride_days=28, horizon_days=28))


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_whole_estimates_keep_their_total(seed):
    rng = np.random.default_rng(seed)
    estimated = rng.random((4, 60)) < 0.3
    values = np.where(estimated, rng.gamma(0.5, 1.0, (4, 60)), rng.poisson(1.0, (4, 60)).astype(float))
    made = in_units(values, estimated, ~estimated)
    assert (made[~estimated] == values[~estimated]).all()
    assert (made[estimated] == np.floor(made[estimated])).all()
    assert (made >= 0).all()
    assert (np.abs((made - values).sum(1)) <= 0.5 + 1e-9).all()


def test_a_stated_lift_and_a_seen_event_are_expected_again():
    table = history(30, 300)
    days = pd.Series(table["date"])
    sale = days.between(pd.Timestamp("2026-06-23"), pd.Timestamp("2026-06-26"))
    table = table.assign(demand=table["demand"] * np.where(sale, 3.0, 1.0), units=table["units"] * np.where(sale, 3.0, 1.0))
    rows = [
        ("prime_day", "all", "2026-06-23", "2026-06-26", "sale", np.nan),
        ("prime_day", "all", "2026-11-10", "2026-11-11", "sale", np.nan),
        ("own_promotion", "amazon-us", "2026-11-20", "2026-11-21", "promotion", 2.0),
    ]
    events = pd.DataFrame(rows, columns=["event", "channel", "start_date", "end_date", "kind", "lift"])
    events = schema.conform("events", events.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"}), lineage=False)
    made = forecast(table, ForecastParams(horizon_days=28), END, events=events).groupby("date")["mean"].sum()
    plain = forecast(table, ForecastParams(horizon_days=28, use_events=False), END, events=events).groupby("date")["mean"].sum()
    lift = made / plain
    usual = lift.loc["2026-11-01":"2026-11-09"].mean()
    assert lift.loc["2026-11-10"] / usual == pytest.approx(3.0, rel=0.12)
    assert lift.loc["2026-11-20"] / usual == pytest.approx(2.0, rel=0.12)


def test_empty_history_gives_an_empty_table():
    made = forecast(schema.conform("history", schema.empty("history"), lineage=False), ForecastParams(), END)
    assert made.empty
    assert list(made.columns) == [c.name for c in schema.columns("forecast") if c.name not in ("known_at", "source_file", "source_line")]


def test_backtest_scores_three_methods_at_every_cutoff_without_looking_ahead():
    table = history(20, 200)
    scores = backtest(table, ForecastParams(), END, origins=2, stride_days=28, horizon_days=28)
    assert scores.groupby("method").size().to_dict() == {"engine": 40, "mean_30": 40, "seasonal_naive": 40}
    assert scores["cutoff"].nunique() == 2
    total = summary(scores).set_index("method")
    assert total.loc["engine", "mase"] < total.loc["seasonal_naive", "mase"]
    assert total.loc["engine", "rmsse"] < total.loc["mean_30", "rmsse"]
    # what happens after a cutoff changes the actuals there, never the forecast: bias moves by exactly what was added
    newest = scores["cutoff"].max()
    raised = table.assign(demand=table["demand"] + np.where(table["date"] > newest, 2.0, 0.0))
    again = backtest(raised, ForecastParams(), END, origins=2, stride_days=28, horizon_days=28)
    change = (again["bias"] - scores["bias"])[scores["cutoff"] == newest]
    np.testing.assert_allclose(change, -2.0, atol=1e-5)


def test_backtest_needs_a_cutoff():
    with pytest.raises(NotEnoughHistory):
        backtest(history(2, 40), ForecastParams(), END)


def test_importing_the_package_loads_neither_sktime_nor_numba():
    code = "import sys, workbench.forecasting, workbench.cleaning; print({'sktime', 'numba', 'sklearn', 'scipy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
    code = "import sys; from workbench.forecasting import forecast, ForecastParams, backtest; print('sktime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
