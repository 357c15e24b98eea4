"""The sktime adapter: sktime's own checks, and the same numbers as the engine."""

import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import DemandForecaster, forecast_panel


def panel(n=4, length=60, end="2026-03-01"):
    rng = np.random.default_rng(0)
    dates = pd.date_range(end=end, periods=length)
    index = pd.MultiIndex.from_product([[f"S{i}" for i in range(n)], dates], names=["sku", "date"])
    return pd.DataFrame({"demand": rng.poisson(3.0, n * length).astype(float)}, index=index)


def test_same_numbers_as_the_engine():
    y = panel()
    forecaster = DemandForecaster().fit(y)
    values = y["demand"].to_numpy().reshape(4, 60).astype(np.float32)
    engine = forecast_panel(values, np.ones(values.shape, bool), y.index.levels[1], 10, [0.1, 0.9])
    np.testing.assert_allclose(forecaster.predict(fh=[1, 4, 10])["demand"].to_numpy().reshape(4, 3), engine.mean[:, [0, 3, 9]], rtol=1e-6)
    quantiles = forecaster.predict_quantiles(fh=[1, 4, 10], alpha=[0.9, 0.1])
    np.testing.assert_array_equal(quantiles[("demand", 0.9)].to_numpy().reshape(4, 3), engine.quantiles[:, [0, 3, 9], 1])
    assert forecaster.predict(fh=[1]).index.names == ["sku", "date"]


def test_unequal_lengths_gaps_and_nan_are_unknown_days():
    y = panel()
    ragged = y.drop(y.loc[["S1"]].index[-20:]).drop(y.loc[["S2"]].index[10:15])
    ragged.loc[("S3", slice("2026-01-20", "2026-01-25")), "demand"] = np.nan
    made = DemandForecaster().fit(ragged).predict(fh=[1, 2])
    assert made.notna().all().all()
    assert made.index.get_level_values("date").unique().tolist() == [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-03")]


def test_update_is_a_fit_on_all_that_was_seen():
    y = panel()
    dates = y.index.get_level_values("date")
    early, late = y[dates < "2026-02-20"], y[dates >= "2026-02-20"]
    whole = DemandForecaster().fit(y).predict(fh=[1, 2, 3])
    updated = DemandForecaster().fit(early).update(late).predict(fh=[1, 2, 3])
    pd.testing.assert_frame_equal(whole, updated)


@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(40),
        pd.date_range("2024-01-05", periods=40, freq="W-FRI"),
        pd.date_range("2020-01-01", periods=40, freq="MS"),
        pd.period_range("2020-01", periods=40, freq="M"),
        pd.period_range("2026-01-01", periods=40, freq="D"),
        pd.date_range("2026-01-01", periods=40, freq="h"),
    ],
)
def test_any_regular_index(index):
    y = pd.Series(np.tile([3.0, 5.0], 20), index=index)
    made = DemandForecaster().fit(y, fh=[1, 2, 3]).predict()
    assert made.shape == (3,)
    assert made.to_numpy() == pytest.approx(4, abs=1.2)


def test_drivers_of_the_horizon_count():
    y = panel(1, 80).droplevel(0)["demand"]
    flag = pd.DataFrame({"promotion": (np.arange(90) % 11 == 0).astype(float)}, index=pd.date_range(y.index[0], periods=90))
    y = y * np.where(flag["promotion"][:80] > 0, 4.0, 1.0)
    made = DemandForecaster().fit(y, X=flag.iloc[:80]).predict(fh=np.arange(1, 11), X=flag.iloc[80:])
    on = flag["promotion"].iloc[80:].to_numpy() > 0
    assert made.to_numpy()[on].mean() > 2 * made.to_numpy()[~on].mean()


def test_passes_every_check_of_sktime():
    from sktime.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(DemandForecaster, raise_exceptions=False, verbose=False)
    failed = {name: outcome for name, outcome in results.items() if outcome != "PASSED"}
    assert not failed
    assert len(results) > 500
