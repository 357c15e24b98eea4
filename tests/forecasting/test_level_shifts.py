"""Levels that changed at once are believed within weeks; what did not change is left alone."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import forecast_panel
from workbench.forecasting.engine.level_shifts import Windows, moved

DAYS = pd.date_range("2024-01-01", periods=730)


def panel(mean, n=200, changed=None, days=28, factor=0.0, seed=3):
    """Return negative binomial sales of n series of which the first `changed` sell `factor` times as much for so many days."""
    rate = np.full((n, len(DAYS)), float(mean))
    rate[:changed, len(DAYS) - days :] *= factor
    return np.random.default_rng(seed).negative_binomial(3, 3 / (3 + rate)).astype(np.float32)


def share(y, rows, mean):
    """Return the forecast of four weeks over what was sold before."""
    return forecast_panel(y, np.ones_like(y, bool), DAYS, 28, [0.5]).mean[rows].mean() / mean


@pytest.mark.parametrize(
    ("mean", "days", "factor", "low", "high"),
    [
        (10, 14, 0, 0, 0.15),
        (10, 28, 0, 0, 0.05),
        (2, 28, 0, 0, 0.15),
        (10, 28, 0.3, 0.25, 0.6),
        (10, 14, 3, 1.7, 3.2),
        (2, 56, 3, 2.2, 3.4),
        (0.3, 120, 0, 0, 0.3),
    ],
)
def test_a_few_series_that_change_are_believed(mean, days, factor, low, high):
    y = panel(mean, changed=20, days=days, factor=factor)
    assert low <= share(y, slice(0, 20), mean) <= high
    assert share(y, slice(20, None), mean) == pytest.approx(1, abs=0.05)  # the others are not moved


def test_where_nothing_changed_nothing_is_gained_by_chance():
    y = panel(2.0, n=400, days=1, factor=1)
    made = forecast_panel(y, np.ones_like(y, bool), DAYS, 28, [0.5]).mean.mean(1)
    assert np.abs(made / 2.0 - 1).mean() < 0.12  # the mean of all days alone errs by .03, of four weeks by .15


@pytest.mark.parametrize(("lasted", "low", "high"), [(200.0, 0.0, 0.1), (0.0, 0.95, 1.0)])
def test_where_changes_have_passed_they_are_not_believed(lasted, low, high):
    windows = Windows.empty(1, 50)
    windows.surprise[:], windows.level[:] = 20, 0.03
    windows.turned[:], windows.lasted[:] = 200 / 50, lasted / 50
    rate, trend = moved(np.ones((2, 50), np.float32), np.full((2, 50), 0.1, np.float32), windows)
    assert ((rate >= low) & (rate <= high)).all()
    assert trend == pytest.approx(0.1 * rate, abs=0.005)


def test_growth_that_is_not_season_goes_on():
    t = np.arange(758)
    rate = 6 * np.random.default_rng(1).lognormal(0, 0.5, (300, 1)) * np.exp(-np.log(4) * t / 365)
    y = np.random.default_rng(2).negative_binomial(4, 4 / (4 + rate)).astype(np.float32)
    made = forecast_panel(y[:, :730], np.ones((300, 730), bool), DAYS, 28, [0.5]).mean
    assert made.sum() / rate[:, 730:].sum() == pytest.approx(1, abs=0.25)  # a yearly decline to a quarter, learned as a season, gave +50 %
