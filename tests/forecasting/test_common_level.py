"""What series rise and fall by together is found, is not mistaken for chance, and is not known before it happens."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import forecast_panel
from workbench.forecasting.engine import common_level
from workbench.forecasting.engine.periods import dated

WEEKS = 13
ROSE = np.array([1, 1, 1, 1, 1, 1.6, 1.6, 1.6, 1.6, 1, 1, 1, 1.0])


def shares(seed: int, n: int, path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sales in shares of each series' mean, and what is expected of them."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(2.0, 5.0, n)[:, None]
    units = rng.poisson(level * path).astype(np.float32)
    units = units[units.sum(1) > 0]
    return units / units.mean(1, keepdims=True), np.ones(units.shape, np.float32)


def test_a_path_that_all_share_is_found() -> None:
    sales, expected = shares(1, 2000, ROSE)
    found = common_level.learn(sales, expected, np.ones(len(sales)))
    assert found is not None
    assert found.path == pytest.approx(ROSE / ROSE.mean(), abs=0.02)


@pytest.mark.parametrize("n", [1, 4])
def test_chance_of_a_few_series_is_hardly_taken_for_a_path(n: int) -> None:
    kept, seen = [], []
    for seed in range(30):
        sales, expected = shares(seed, n, np.ones(WEEKS))
        found = common_level.learn(sales, expected, np.ones(len(sales)))
        kept.append(0.0 if found is None else float(found.path.var()))
        seen.append(float(sales.mean(0).var()))
    assert np.mean(kept) < 0.2 * np.mean(seen)
    assert n > 1 or max(kept) == 0


def test_what_lies_ahead_is_between_the_mean_and_the_newest_week() -> None:
    sales, expected = shares(3, 1000, np.linspace(1, 0.5, WEEKS))
    found = common_level.learn(sales, expected, np.ones(len(sales)))
    assert found is not None
    assert found.path[-1] < found.before[-1] < 1
    assert found.multipliers(WEEKS + 4)[0, WEEKS:] == pytest.approx(found.before[-1])


def test_totals_of_the_past_are_foretold_without_what_came_later() -> None:
    sales, expected = shares(4, 1000, ROSE)
    found = common_level.learn(sales, expected, np.ones(len(sales)))
    assert found is not None
    periods = dated(pd.date_range("2026-01-05", periods=WEEKS, freq="7D"), 4)
    ratio = found.foretold(periods, np.array([4]), 1, WEEKS)[0, :, 0]
    four_weeks_of_peak = WEEKS - 5 - 1
    assert ratio[four_weeks_of_peak] == pytest.approx(1 / 1.6, rel=0.05)
    assert (ratio[:3] == 1).all()  # no four weeks are left after those origins


def test_a_short_panel_is_not_forecast_at_its_peak() -> None:
    rng = np.random.default_rng(5)
    units = rng.poisson(rng.gamma(2.0, 3.0, 1500)[:, None] * ROSE).astype(np.float32)
    made = forecast_panel(units, np.ones(units.shape, bool), pd.date_range("2026-01-05", periods=WEEKS, freq="7D"), 4, [0.5])
    level = units[:, [0, 1, 2, 3, 4, 9, 10, 11, 12]].mean()
    assert abs(made.mean.mean() / level - 1) < 0.6 * (units.mean() / level - 1)
