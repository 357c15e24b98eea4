"""Losses, count quantiles, shrinkage and slow-mover rules against published and recomputed numbers."""

import numpy as np
import pytest
from scipy import stats

from workbench.forecasting import losses
from workbench.forecasting.engine.counts import quantiles_of
from workbench.forecasting.engine.shrinkage import shrunk
from workbench.forecasting.engine.smoothing import SPEEDS, lanes
from workbench.forecasting.intermittent import classify, croston, tsb

ONE = np.ones((1, 1), bool)


@pytest.mark.parametrize(("level", "actual", "quantile", "loss"), [(0.9, 100, 80, 18), (0.9, 100, 120, 2), (0.5, 10, 4, 3), (0.1, 10, 12, 1.8)])
def test_pinball(level, actual, quantile, loss):
    assert losses.pinball(np.array([[actual]]), np.array([[quantile]]), level, ONE)[0] == pytest.approx(loss)


def test_unknown_days_are_not_scored():
    actual, forecast = np.array([[1.0, np.nan, 5.0]]), np.array([[2.0, 9.0, 3.0]])
    known = np.isfinite(actual)
    assert losses.bias(actual, forecast, known)[0] == pytest.approx(-0.5)
    assert losses.absolute_error(actual, forecast, known)[0] == pytest.approx(1.5)
    assert losses.root_square_error(actual, forecast, known)[0] == pytest.approx(np.sqrt(2.5))
    assert losses.sum_error(actual, forecast, known)[0] == pytest.approx(-1)
    assert np.isnan(losses.bias(actual, forecast, np.zeros((1, 3), bool))[0])


@pytest.mark.parametrize("mean", [0.05, 0.7, 3.0, 40.0, 150.0])
@pytest.mark.parametrize("over", [1.3, 3.0])
def test_count_quantiles_are_the_negative_binomials(mean, over):
    levels = np.array([0.05, 0.5, 0.9, 0.99])
    size = mean / (over - 1)
    expected = stats.nbinom.ppf(levels, size, size / (size + mean))
    got = quantiles_of(np.array([[mean]]), np.array([[mean * over]]), np.array([True]), levels)[0, 0]
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(("mean", "variance"), [(0.4, 0.3), (7.0, 20.0), (5e5, 1e9)])
def test_amount_quantiles_are_the_gammas(mean, variance):
    levels = np.array([0.05, 0.5, 0.9, 0.99])
    expected = stats.gamma.ppf(levels, mean**2 / variance, scale=variance / mean)
    got = quantiles_of(np.array([[mean]]), np.array([[variance]]), np.array([False]), levels)[0, 0]
    np.testing.assert_allclose(got, expected, rtol=2e-3, atol=1e-4 * mean)


def test_large_counts_are_whole_and_near_the_negative_binomial():
    levels, mean, over = np.array([0.05, 0.5, 0.95]), 2000.0, 4.0
    size = mean / (over - 1)
    got = quantiles_of(np.array([[mean]]), np.array([[mean * over]]), np.array([True]), levels)[0, 0]
    assert (got == np.floor(got)).all()
    np.testing.assert_allclose(got, stats.nbinom.ppf(levels, size, size / (size + mean)), rtol=2e-3)


def test_croston_and_tsb_on_the_worked_series():
    y = np.array([0, 0, 3, 0, 2, 0, 0, 4, 0, 5.0])
    assert croston(y) == pytest.approx(1.13835, abs=5e-6)
    assert croston(y, correction="sba") == pytest.approx(1.08143, abs=5e-6)
    assert croston(y, correction="sbj") == pytest.approx(1.07843, abs=5e-6)
    assert tsb(y, size=3, chance=0.4) == pytest.approx(1.37137, abs=5e-6)
    assert croston(np.zeros(4)) == tsb(np.zeros(4)) == 0


@pytest.mark.parametrize(
    ("series", "kind"),
    [([3, 3, 4, 3], "smooth"), ([1, 9, 1, 12], "erratic"), ([0, 0, 3, 0, 2, 0, 0, 4, 0, 5], "intermittent"), ([0, 0, 1, 0, 0, 20], "lumpy"), ([0, 0], "none")],
)
def test_classes(series, kind):
    y = np.array([series], float)
    assert classify(y, np.ones(y.shape, bool))[0][0] == kind


def test_shrinkage_keeps_what_repeats_and_drops_what_does_not():
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 0.3, (400, 1, 5))
    told = truth + rng.normal(0, 0.1, (400, 2, 5))
    real, flattered = shrunk(told, np.ones((400, 2), bool))
    noise, _ = shrunk(rng.normal(0, 0.3, (400, 2, 5)), np.ones((400, 2), bool))
    assert np.mean((real - truth[:, 0]) ** 2) < 0.1**2 / 2 * 1.05
    assert np.mean(noise**2) < 0.15 * 0.3**2 / 2
    assert (shrunk(np.ones((3, 1, 2)), np.ones((3, 1), bool))[0] == 0).all()
    # what errors grow by from the data learned from to data not seen yet
    unseen = truth[:, 0] + rng.normal(0, 0.1, (400, 5))
    grows = np.mean((unseen - real) ** 2) - np.mean((told - real[:, None]) ** 2)
    assert flattered.mean() == pytest.approx(grows, rel=0.25)


def test_grid_is_what_its_description_says():
    grid = lanes(1.0)
    assert ((grid[:, 0] > 0) & (grid[:, 0] < 1)).all()
    assert (grid[: len(SPEEDS), 2] == 0).all()
    assert (grid[len(SPEEDS) :, 2] > 0).all()
