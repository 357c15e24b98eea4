"""Own promotions: past days freed of them, as many ahead as usual, one that runs goes on as such have."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, components, forecast
from workbench.forecasting.channel_panel import one_channel
from workbench.forecasting.drivers.promotions import lifts_with_days_ahead, past_lifts
from workbench.tables import schema

END = dt.date(2026, 10, 31)
DAYS, LIFT = 300, 3.0


def history(on, skus=20, event=None):
    """SKUs of ten a day, three times as many on promotion; `on` (DAYS,) for all."""
    rng = np.random.default_rng(5)
    days = pd.date_range(end=pd.Timestamp(END), periods=DAYS).as_unit("us")
    units = rng.poisson(np.where(on, 10 * LIFT, 10.0), (skus, DAYS)).astype(float)
    frame = pd.DataFrame({"sku": np.repeat([f"S{number:02d}" for number in range(skus)], DAYS), "channel": "shop", "date": np.tile(days, skus)})
    told = np.tile(on, skus)
    frame = frame.assign(units=units.ravel(), demand=units.ravel(), exposure=1.0, imputed=False, event=np.tile(event, skus) if event is not None else "")
    frame = frame.assign(promotion=np.where(told, "price_cut", ""), base_demand=np.where(told, units.ravel() / LIFT, units.ravel()))
    return schema.conform("history", frame, lineage=False)


def runs(*pairs):
    on = np.zeros(DAYS, bool)
    for first, last in pairs:
        on[first:last] = True
    return on


def mean_ahead(on, **params):
    return forecast(history(on), ForecastParams(horizon_days=28, **params), END).groupby("date")["mean"].mean()


SPELLS = [(start, start + 7) for start in range(20, 270, 50)]


def test_a_promotion_that_has_just_ended_is_not_carried_on():
    on = runs(*SPELLS, (DAYS - 14, DAYS))
    on[-1] = False
    usual = 1 + on.mean() * (LIFT - 1)
    assert mean_ahead(on).mean() == pytest.approx(10 * usual, rel=0.08)
    assert mean_ahead(on, use_promotions=False).mean() > 1.1 * mean_ahead(on).mean()


def test_one_that_runs_goes_on_as_long_as_such_have():
    ahead = mean_ahead(runs(*SPELLS, (DAYS - 2, DAYS)))
    assert ahead.iloc[0] > 1.5 * ahead.iloc[-1] and ahead.iloc[-1] == pytest.approx(12, rel=0.12)
    assert (ahead.diff().dropna() < 0.5).all()


def test_without_promotions_nothing_changes():
    table = history(np.zeros(DAYS, bool))
    panels = [one_channel(frame, ForecastParams(horizon_days=28), END, "shop") for frame in (table, table.drop(columns="base_demand"))]
    assert all(panel.promoted is None and panel.given is None for panel in panels)
    pd.testing.assert_frame_equal(forecast(table, ForecastParams(), END), forecast(table, ForecastParams(use_promotions=False), END))


def test_days_of_events_are_left_to_events_and_days_without_sales_tell_nothing():
    table = history(runs((100, 107)), skus=1, event=np.where(np.arange(DAYS) == 100, "prime_day", ""))
    table.loc[101, ["demand", "base_demand"]] = 0.0
    place = (np.zeros(DAYS, int), np.arange(DAYS))
    lifts = past_lifts(table, place, (1, DAYS))
    assert np.flatnonzero(lifts[0] != 1).tolist() == [102, 103, 104, 105, 106] and lifts[0, 102] == pytest.approx(LIFT)


def test_what_came_after_a_cutoff_is_not_known_at_it():
    table = history(runs(*SPELLS, (250, 257)))
    then = one_channel(table, ForecastParams(horizon_days=28), END, "shop").until(200, 14)
    assert then.promoted.shape == (20, 200) and then.promotions.shape == (20, 214)
    day = table["date"].rank(method="dense")
    later = table.assign(demand=table["demand"].where(day <= 200, 5.0), base_demand=table["base_demand"] * np.where(table["promotion"] == "", 1, 0.5))
    other = one_channel(later, ForecastParams(horizon_days=28), END, "shop").until(200, 14)
    np.testing.assert_array_equal(then.promotions, other.promotions)


def test_parts_multiply_to_the_mean_and_a_sku_leans_to_all():
    made = components(history(runs(*SPELLS)), ForecastParams(horizon_days=28, global_model=False), END, "shop").of("S03")
    assert (made["promotion"] > 1.1).all() and (made["promotion"] < 1.4).all()
    names = ["level", "weekday", "season", "event", "promotion", "rival", "driver"]
    np.testing.assert_allclose(made[names].prod(axis=1), made["mean"])
    table = forecast(history(runs(*SPELLS)), ForecastParams(horizon_days=28, global_model=False), END)
    np.testing.assert_allclose(table[table["sku"] == "S03"]["mean"], made["mean"], rtol=1e-5)
    past = np.ones((3, 365), np.float32)
    past[0, :73] = 2.0
    ahead = lifts_with_days_ahead(past, past > 0, 1)[:, -1]
    assert 1 < ahead[1] == ahead[2] < 1.03 < ahead[0] < 1.2


def test_a_planned_promotion_is_expected_on_its_days_alone():
    rng, days, ahead = np.random.default_rng(2), 300, 28
    on = rng.random((20, days)) < 0.1
    demand = rng.poisson(5 * np.where(on, 3.0, 1.0)).astype(float)
    frame = pd.DataFrame(
        {"sku": np.repeat([f"S{i:02d}" for i in range(20)], days), "channel": "shop", "date": np.tile(pd.date_range("2026-01-01", periods=days), 20)}
    )
    frame = frame.assign(demand=demand.ravel(), exposure=1.0, event="", imputed=False, promotion=np.where(on, "coupon", "").ravel())
    history = schema.conform("history", frame.assign(base_demand=(demand / np.where(on, 3.0, 1.0)).ravel()), lineage=False)
    last = frame["date"].max()
    plan = {"sku": ["S03"], "channel": "shop", "start_date": last + pd.Timedelta(days=8), "end_date": last + pd.Timedelta(days=14), "promotion": "coupon"}
    params = ForecastParams(horizon_days=ahead, use_events=False)
    without, given = (
        forecast(history, params, last.date(), offer_plan=table)["mean"].to_numpy().reshape(20, ahead)
        for table in (None, schema.conform("offer_plan", pd.DataFrame(plan), lineage=False))
    )
    assert given[3, 7:14].mean() / given[3, 14:].mean() > 2.5 and given[3, 14:].mean() < without[3, 14:].mean()
    assert (np.delete(given, 3, 0) == np.delete(without, 3, 0)).all()
