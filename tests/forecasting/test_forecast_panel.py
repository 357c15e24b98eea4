"""The engine: its contract, its answers to bad input, and that it beats rules anyone can follow."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.errors import BadParameters
from workbench.forecasting import forecast_panel
from workbench.forecasting.evaluation import recent_mean, seasonal_naive

LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]


def days(length, start="2024-01-01"):
    return pd.date_range(start, periods=length)


def shop_panel(n=200, length=800, seed=1):
    """Counts with a week, a year shared by two families, and a scatter beyond Poisson; returns counts, means and family."""
    rng = np.random.default_rng(seed)
    family, day = np.arange(n) % 2, np.arange(length)
    week = np.array([0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.2])[day % 7]
    year = 1 + np.where(family[:, None] == 0, 0.6, -0.4) * np.cos(2 * np.pi * (day - 350) / 365.25)
    mean = np.exp(rng.normal(0.3, 0.9, n))[:, None] * week * year
    return rng.negative_binomial(2, 2 / (2 + mean)).astype(np.float32), mean, family


def is_sound(result):
    arrays = (result.mean, result.sd, result.quantiles, result.sum_quantiles)
    assert all(np.isfinite(a).all() and (a >= 0).all() for a in arrays)
    assert (np.diff(result.quantiles, axis=2) >= 0).all()
    assert (np.diff(result.sum_quantiles, axis=2) >= 0).all()


def test_shapes_types_and_order():
    y, _, _ = shop_panel(5, 100)
    result = forecast_panel(y, np.ones(y.shape, bool), days(100), 14, LEVELS, sum_horizons=[7, 14])
    assert result.mean.shape == result.sd.shape == (5, 14)
    assert result.quantiles.shape == (5, 14, 7)
    assert result.sum_quantiles.shape == (5, 2, 7)
    assert result.model.shape == (5,)
    is_sound(result)


def test_better_than_simple_rules_with_the_year_that_is_coming():
    y, mean, family = shop_panel()
    past, ahead = np.ascontiguousarray(y[:, :710]), mean[:, 710:]
    seen = np.ones(past.shape, bool)
    result = forecast_panel(past, seen, days(710), 90, LEVELS, groups=family)
    error = {
        "engine": np.abs(result.mean.sum(1) - ahead.sum(1)).sum(),
        "naive": np.abs(seasonal_naive(past, seen, 90).sum(1) - ahead.sum(1)).sum(),
        "mean30": np.abs(recent_mean(past, seen, 90).sum(1) - ahead.sum(1)).sum(),
    }
    assert error["engine"] < 0.55 * min(error["naive"], error["mean30"])
    # the weekday: Saturday over Monday is 1.86 in truth
    by_day = result.mean[:, :84].reshape(len(y), 12, 7).sum((0, 1))
    place = (710 + np.arange(7)) % 7
    assert by_day[place == 5][0] / by_day[place == 0][0] == pytest.approx(1.3 / 0.7, rel=0.1)


def test_quantiles_cover_what_they_say():
    y, _, family = shop_panel(600, 620, seed=4)
    past = np.ascontiguousarray(y[:, :590])
    result = forecast_panel(past, np.ones(past.shape, bool), days(590), 30, LEVELS, groups=family, sum_horizons=[7, 30])
    ahead = y[:, 590:]
    for k, level in ((5, 0.9), (6, 0.95)):
        assert (ahead <= result.quantiles[:, :, k]).mean() == pytest.approx(level, abs=0.04)  # whole units cover a little more
        for h, length in enumerate((7, 30)):
            assert (ahead[:, :length].sum(1) <= result.sum_quantiles[:, h, k]).mean() == pytest.approx(level, abs=0.04)


def test_unknown_days_are_not_zeros():
    y = np.random.default_rng(0).poisson(6, (20, 200)).astype(np.float32)
    seen = np.ones(y.shape, bool)
    seen[:, 150:] = False
    hidden = np.where(seen, y, np.nan).astype(np.float32)
    result = forecast_panel(hidden, seen, days(200), 7, [0.5])
    assert result.mean.mean(1) == pytest.approx(6, rel=0.15)
    zeros = forecast_panel(np.where(seen, y, 0), np.ones(y.shape, bool), days(200), 7, [0.5])
    assert zeros.mean.mean() < 1


def test_values_under_the_mask_have_no_effect():
    y, _, _ = shop_panel(20, 150)
    seen = np.random.default_rng(0).random(y.shape) < 0.7
    one = forecast_panel(np.where(seen, y, np.nan), seen, days(150), 10, LEVELS)
    two = forecast_panel(np.where(seen, y, 1e9), seen, days(150), 10, LEVELS)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    np.testing.assert_array_equal(one.mean, two.mean)


def test_equal_input_gives_bit_equal_output_and_input_is_left_alone():
    y, _, family = shop_panel(150, 420)
    seen = np.ones(y.shape, bool)
    copy = y.copy()
    one, two = (forecast_panel(y, seen, days(420), 30, LEVELS, groups=family, sum_horizons=[30]) for _ in range(2))
    for name in ("mean", "sd", "quantiles", "sum_quantiles", "model"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(y, copy)


def test_hopeless_series_have_a_defined_answer():
    y = np.zeros((5, 60), np.float32)
    seen = np.ones(y.shape, bool)
    y[1], seen[1] = np.nan, False
    y[2], y[3], y[4, -1] = 4, 1e9, 3
    result = forecast_panel(y, seen, days(60), 5, LEVELS, sum_horizons=[5])
    is_sound(result)
    assert result.model[0] == "zero"
    assert (result.mean[0] == 0).all()
    assert result.model[1] == "pooled"
    assert result.mean[2] == pytest.approx(4, rel=0.02)
    assert result.mean[3] == pytest.approx(1e9, rel=0.02)
    assert 0 < result.mean[4].mean() <= 3


def test_nothing_known_at_all():
    result = forecast_panel(np.full((2, 3), np.nan, np.float32), np.zeros((2, 3), bool), days(3), 2, [0.5])
    assert (result.mean == 0).all()
    assert result.model.tolist() == ["unknown", "unknown"]


@pytest.mark.parametrize("length", [1, 2, 3, 8, 15])
def test_short_series(length):
    y = np.arange(2 * length, dtype=np.float32).reshape(2, length)
    is_sound(forecast_panel(y, np.ones(y.shape, bool), days(length), 30, LEVELS, sum_horizons=[1, 30]))


@pytest.mark.parametrize(
    ("calendar", "season"),
    [
        (pd.date_range("2020-01-03", periods=156, freq="W-FRI"), 52),
        (pd.date_range("2016-01-01", periods=60, freq="MS"), 12),
        (pd.date_range("2016-01-31", periods=60, freq="ME"), 12),
    ],
)
def test_other_calendars_find_their_year(calendar, season):
    rng = np.random.default_rng(2)
    t = np.arange(len(calendar) + season)
    mean = rng.uniform(50, 500, (30, 1)) * (1 + 0.5 * np.sin(2 * np.pi * t / season))
    y = rng.poisson(mean[:, : len(calendar)]).astype(np.float32)
    result = forecast_panel(y, np.ones(y.shape, bool), calendar, season, [0.5])
    assert np.abs(result.mean / mean[:, len(calendar) :] - 1).mean() < 0.08


def test_drivers_lift_what_is_ahead():
    rng = np.random.default_rng(3)
    X = np.zeros((60, 320, 2), np.float32)
    X[:, :, 0] = rng.random((60, 320)) < 0.1
    X[:, :, 1] = np.repeat(rng.normal(20, 3, (60, 32)), 10, axis=1)
    mean = rng.uniform(1, 6, (60, 1)) * np.exp(0.8 * X[:, :, 0] - 0.1 * (X[:, :, 1] - 20))
    y = rng.poisson(mean[:, :290]).astype(np.float32)
    seen = np.ones(y.shape, bool)
    told, untold = (forecast_panel(y, seen, days(290), 30, [0.5], X=x) for x in (X, None))
    assert np.abs(told.mean - mean[:, 290:]).mean() < 0.4 * np.abs(untold.mean - mean[:, 290:]).mean()
    lost = X.copy()
    lost[:, 300:, 0] = np.nan
    is_sound(forecast_panel(y, seen, days(290), 30, [0.5], X=lost))


@settings(max_examples=25, deadline=None)
@given(
    arrays(np.float32, (4, 40), elements=st.floats(-50, 1e6, width=32) | st.just(np.nan) | st.just(0.0)),
    arrays(bool, (4, 40)),
)
def test_no_input_gives_nan_negatives_or_crossed_quantiles(values, observed):
    is_sound(forecast_panel(values, observed, days(40), 9, LEVELS, sum_horizons=[3, 9]))


def test_every_fault_of_the_arguments_is_named():
    y = np.ones((2, 10), np.float32)
    with pytest.raises(BadParameters) as caught:
        forecast_panel(y, np.ones((2, 9), bool), days(11), 0, [0.9, 0.1, 1.5], sum_horizons=[4])
    assert len(caught.value.faults) == 6


@pytest.mark.parametrize("calendar", [["2026-01-01", "2026-01-01", "2026-01-03"], ["2026-01-01", "2026-01-02", "2026-01-05"]])
def test_irregular_calendar_is_refused(calendar):
    with pytest.raises(BadParameters):
        forecast_panel(np.ones((1, 3), np.float32), np.ones((1, 3), bool), np.array(calendar, "datetime64[D]"), 2, [0.5])


def test_the_number_of_threads_does_not_change_a_bit():
    from threadpoolctl import threadpool_limits

    y = np.random.default_rng(4).poisson(2.0, (60, 730)).astype(np.float32)
    made = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            made.append(forecast_panel(y, np.ones(y.shape, bool), pd.date_range("2024-01-01", periods=730), 30, [0.5, 0.9]))
    assert (made[0].mean == made[1].mean).all()
    assert (made[0].sd == made[1].sd).all()


def test_a_panel_of_several_blocks_is_that_of_its_rows():
    """Quantiles are made block by block; a row must not notice where its block ends."""
    y = np.tile(np.random.default_rng(5).poisson(1.5, (1, 120)).astype(np.float32), (4100, 1))
    made = forecast_panel(y, np.ones(y.shape, bool), pd.date_range("2024-01-01", periods=120), 3, [0.1, 0.9])
    assert np.ptp(made.quantiles, axis=0).max() == 0
    assert np.ptp(made.sd, axis=0).max() < 1e-5


@pytest.mark.parametrize("days", [5, 20])
def test_bounds_of_a_new_sku_know_how_little_it_has_told(days):
    rng = np.random.default_rng(4)
    mean = 3 * rng.lognormal(0, 1, (600, 1))
    y = rng.negative_binomial(4, 4 / (4 + mean), (600, 328)).astype(np.float32)
    observed = np.ones((600, 300), bool)
    observed[:200, : 300 - days] = False
    made = forecast_panel(y[:, :300], observed, pd.date_range("2025-01-01", periods=300), 28, [0.8, 0.95], sum_horizons=[28])
    held = (y[:200, 300:].sum(1)[:, None] <= made.sum_quantiles[:200, 0]).mean(0)
    assert held[0] == pytest.approx(0.8, abs=0.08)  # .64 and .77 after five days when the panel's long series told how well a level is known
    assert held[1] == pytest.approx(0.95, abs=0.05)
