"""A lift stated for a coming event is used as it stands; without one, what the history showed is, and what that rests on is told."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, backtest, coming_events, components, forecast
from workbench.tables import schema

END = dt.date(2026, 10, 31)
PARAMS = ForecastParams(horizon_days=60)


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(4)
    dates = pd.date_range(end=pd.Timestamp(END), periods=400).as_unit("us")
    event = np.where((dates.month.isin((3, 6))) & (dates.day <= 4), "sale_days", "")
    units = rng.poisson(np.where(event != "", 12.0, 4.0), (12, len(dates))).astype(float)
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(12)], len(dates)), "channel": "shop", "date": np.tile(dates, 12)})
    return schema.conform("history", frame.assign(units=units.ravel(), demand=units.ravel(), exposure=1.0, event=np.tile(event, 12)), lineage=False)


def known(**lift):
    rows = [("sale_days", f"2026-{month:02d}-01", f"2026-{month:02d}-04") for month in (3, 6, 12)]
    rows += [("new_days", "2026-11-20", "2026-11-21"), ("sale_days", "2026-11-10", "2026-11-11")]
    made = pd.DataFrame(rows, columns=["event", "start_date", "end_date"]).assign(channel="all", kind="sale")
    made["lift"] = [lift.get(f"{row.event}_{row.start_date[5:7]}", np.nan) for row in made.itertuples()]
    return schema.conform("events", made.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"}), lineage=False)


def means(history, events, params=PARAMS):
    return forecast(history, params, END, events=events).set_index(["sku", "date"])["mean"].unstack("sku").mean(axis=1)


def test_a_stated_lift_of_a_coming_event_moves_its_days_and_hardly_others(history):
    plain, set_to = means(history, known()), means(history, known(sale_days_12=1.5))
    on = slice("2026-12-01", "2026-12-04")
    measured = components(history, PARAMS, END, "shop", events=known()).of("S03").set_index("date").loc[on, "event"].iloc[0]
    assert measured == pytest.approx(3.0, rel=0.1)
    np.testing.assert_allclose(set_to.loc[on] / plain.loc[on], 1.5 / measured, rtol=0.01)
    rest = plain.index.difference(plain.loc[on].index)
    np.testing.assert_allclose(set_to[rest], plain[rest], rtol=0.01)


def test_parts_say_the_stated_lift_itself(history):
    parts = components(history, PARAMS, END, "shop", events=known(sale_days_12=1.5, new_days_11=2.0)).of("S03").set_index("date")
    assert parts.loc["2026-12-02", "event"] == pytest.approx(1.5, rel=1e-5) and parts.loc["2026-11-21", "event"] == pytest.approx(2.0, rel=1e-5)
    assert parts.loc["2026-11-10", "event"] == pytest.approx(3.0, rel=0.1) and parts.loc["2026-11-25", "event"] == 1


def test_the_mean_of_the_table_holds_the_stated_lift_with_the_global_model_too(history):
    params = ForecastParams(horizon_days=45, global_model=True)
    plain, set_to = means(history, known(), params), means(history, known(sale_days_12=1.5), params)
    assert set_to.loc["2026-12-02"] / plain.loc["2026-12-02"] == pytest.approx(0.5, rel=0.15)


def test_a_back_test_does_not_see_what_is_stated_for_later(history):
    before, after = (backtest(history, PARAMS, END, events=events, origins=2).query("method == 'engine'") for events in (known(), known(sale_days_11=5.0)))
    np.testing.assert_allclose(after["bias"], before["bias"], atol=0.02)


def test_coming_events_tell_what_they_rest_on(history):
    events = known(sale_days_12=1.5)
    parts = components(history, PARAMS, END, "shop", events=events).of("S03")
    told = coming_events(parts, events, "shop", history["date"].min()).set_index("start_date")
    assert told.index.tolist() == [pd.Timestamp("2026-11-10"), pd.Timestamp("2026-11-20"), pd.Timestamp("2026-12-01")]
    assert told["stated"].tolist() == [False, False, True] and told["past_times"].tolist() == [2, 0, 2] and told["past_days"].tolist() == [8, 0, 8]
    assert told["lift"].iloc[1] == 1 and told["lift"].iloc[2] == pytest.approx(1.5, rel=1e-5)
    assert told["end_date"].iloc[2] == pd.Timestamp("2026-12-04")
    assert coming_events(parts.iloc[:0], events, "shop", history["date"].min()).empty
