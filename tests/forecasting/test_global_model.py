"""The global model: it helps where the panel has something in common that the engine cannot see, and stays out otherwise."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import DemandForecaster, forecast_panel
from workbench.forecasting.engine.boosting import _origin_lengths
from workbench.forecasting.engine.periods import dated


def days(length):
    return pd.date_range("2025-01-01", periods=length)


@pytest.fixture(scope="module")
def bursts():
    """Series that run at three times their rate for four weeks and then fall back: a smoother expects the burst to go on."""
    rng = np.random.default_rng(0)
    n, length = 200, 330
    begin = rng.integers(0, 56, n)[:, None]
    on = ((np.arange(length) - begin) % 112) < 28
    mean = rng.uniform(2, 6, (n, 1)) * np.where(on, 3.0, 1.0)
    return rng.poisson(mean).astype(np.float32), mean


def test_learns_what_series_have_in_common(bursts):
    y, mean = bursts
    past, ahead = np.ascontiguousarray(y[:, :300]), mean[:, 300:328]
    seen = np.ones(past.shape, bool)
    plain, blended = (forecast_panel(past, seen, days(300), 28, [0.1, 0.5, 0.9], global_model=g, sum_horizons=[28]) for g in (False, True))
    assert ((blended.mean - ahead) ** 2).mean() < 0.9 * ((plain.mean - ahead) ** 2).mean()
    assert np.isfinite(blended.quantiles).all()
    assert (np.diff(blended.quantiles, axis=2) >= 0).all()
    assert (blended.mean >= 0).all()


def test_the_seed_fixes_every_bit(bursts):
    y, _ = bursts
    past = np.ascontiguousarray(y[:80, :200])
    one, two = (forecast_panel(past, np.ones(past.shape, bool), days(200), 14, [0.5], global_model=True, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.mean, two.mean)


@pytest.mark.parametrize("length", [1, 20, 60])
def test_with_nothing_to_learn_from_the_engine_stands(bursts, length):
    y = np.ascontiguousarray(bursts[0][:5, :length])
    seen = np.ones(y.shape, bool)
    plain, blended = (forecast_panel(y, seen, days(length), 30, [0.5], global_model=g) for g in (False, True))
    np.testing.assert_array_equal(plain.mean, blended.mean)


def test_origins_know_as_many_years_as_today():
    weekly = pd.date_range("2022-01-07", periods=112, freq="W-FRI")
    assert _origin_lengths(dated(weekly, 13)) == [99]  # 99 weeks pass as two years, the origin before it does not
    assert len(_origin_lengths(dated(days(200), 14))) == 6


def test_runs_through_sktime(bursts):
    frame = (
        pd.DataFrame(bursts[0][:60, :120].T, index=days(120)).melt(ignore_index=False, var_name="sku").set_index("sku", append=True).swaplevel().sort_index()
    )
    assert DemandForecaster(global_model=True).fit(frame).predict(fh=[1, 2]).notna().all().all()
