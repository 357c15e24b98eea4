"""Bad input: a clear error, or a defined answer with a code; never NaN, a negative mean or crossed quantiles."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameters, InvalidTable
from workbench.forecasting import DemandForecaster, ForecastParams, forecast, forecast_panel
from workbench.tables import schema

LEVELS = [0.05, 0.5, 0.95]
LENGTH = 120


def days(length=LENGTH):
    return pd.date_range("2025-01-01", periods=length)


def one_of(row):
    """A series among nine that sell four a day: what is wrong with one must not spoil the others."""
    y = np.random.default_rng(3).poisson(4, (10, LENGTH)).astype(np.float32)
    y[0] = row
    return y


STRANGE = {
    "all unknown": np.full(LENGTH, np.nan),
    "all zero": np.zeros(LENGTH),
    "one observation": np.where(np.arange(LENGTH) == 60, 5.0, np.nan),
    "one sale": np.where(np.arange(LENGTH) == LENGTH - 1, 1.0, 0.0),
    "constant": np.full(LENGTH, 7.0),
    "a billion": np.full(LENGTH, 1e9),
    "a billion once": np.where(np.arange(LENGTH) == 50, 1e9, 3.0),
    "returns only": np.full(LENGTH, -3.0),
    "some returns": np.where(np.arange(LENGTH) % 9 == 0, -2.0, 3.0),
    "infinite days": np.where(np.arange(LENGTH) % 5 == 0, np.inf, 2.0),
    "tiny amounts": np.full(LENGTH, 1e-20),
    "explodes": 1.2 ** np.arange(LENGTH),
    "dies": np.where(np.arange(LENGTH) < 60, 50.0, 0.0),
}


@pytest.mark.parametrize("name", list(STRANGE))
@pytest.mark.parametrize("alone", [True, False])
def test_strange_series_have_a_sound_answer(name, alone):
    y = one_of(STRANGE[name])[: 1 if alone else 10]
    made = forecast_panel(y, ~np.isnan(y), days(), 30, LEVELS, sum_horizons=[1, 7, 30])
    for part in (made.mean, made.sd, made.quantiles, made.sum_quantiles):
        assert np.isfinite(part).all()
        assert (part >= 0).all()
    assert (np.diff(made.quantiles, axis=2) >= 0).all()
    assert (np.diff(made.sum_quantiles, axis=2) >= 0).all()
    if not alone:
        assert made.mean[1:].mean(1) == pytest.approx(4, abs=1.3)


@pytest.mark.parametrize(
    ("name", "code", "low", "high"),
    [
        ("all unknown", "pooled", 3, 5),
        ("all zero", "zero", 0, 0),
        ("returns only", "zero", 0, 0),
        ("constant", "ets", 6.8, 7.2),
        ("a billion", "ets", 0.97e9, 1.03e9),
        ("dies", "ets", 0, 1),
    ],
)
def test_what_the_answer_is(name, code, low, high):
    y = one_of(STRANGE[name])
    made = forecast_panel(y, ~np.isnan(y), days(), 28, LEVELS)
    assert low <= made.mean[0].mean() <= high
    assert made.model[0] == code


def test_growth_does_not_explode():
    y = one_of(1.2 ** np.arange(LENGTH))
    made = forecast_panel(y, np.ones(y.shape, bool), days(), 90, LEVELS)
    assert made.mean[0].max() < 10 * y[0].max()


@pytest.mark.parametrize("levels", [[0.0, 0.5], [0.5, 1.0], [0.9, 0.1], [], [0.5, 0.5], [np.nan]])
def test_quantiles_that_cannot_be(levels):
    y = one_of(np.zeros(LENGTH))
    with pytest.raises(BadParameters, match="quantiles"):
        forecast_panel(y, np.ones(y.shape, bool), days(), 7, levels)


@pytest.mark.parametrize("horizon", [0, -3])
def test_no_horizon(horizon):
    y = one_of(np.zeros(LENGTH))
    with pytest.raises(BadParameters, match="horizon"):
        forecast_panel(y, np.ones(y.shape, bool), days(), horizon, LEVELS)


def test_drivers_missing_in_the_horizon_count_as_usual():
    y = one_of(np.full(LENGTH, 4.0))
    X = np.zeros((10, LENGTH + 14, 2), np.float32)
    X[:, ::10, 0] = 1
    X[:, LENGTH:] = np.nan
    X[:, :, 1] = np.nan  # a driver that is never known
    made = forecast_panel(y, np.ones(y.shape, bool), days(), 14, LEVELS, X=X)
    assert made.mean.mean() == pytest.approx(4, abs=0.5)


def long(rows):
    return pd.DataFrame(rows, columns=["sku", "date", "demand"]).set_index(["sku", "date"])


def test_duplicate_dates_are_refused():
    y = long([("A", d, 1.0) for d in days(20)] + [("A", days(1)[0], 2.0)]).sort_index()
    with pytest.raises(BadParameters, match="1 rows"):
        DemandForecaster().fit(y)


def test_a_day_told_twice_in_the_table_is_refused():
    day = pd.Timestamp("2026-10-31")
    rows = [("A", "shop", day - pd.Timedelta(days=n), 1.0) for n in range(20)] + [("A", "shop", day, 2.0)]
    table = schema.conform("history", pd.DataFrame(rows, columns=["sku", "channel", "date", "demand"]), lineage=False)
    with pytest.raises(InvalidTable, match="1 more in shop: A on 2026-10-31; add them up or drop them"):
        forecast(table, ForecastParams(), day.date())


def test_gaps_and_mixed_frequencies_are_days_not_known():
    daily = [("A", d, 2.0) for d in days(56)]
    weekly = [("B", d, 14.0) for d in days(56)[6::7]]
    gappy = [("C", d, 3.0) for d in days(56) if d.day not in (5, 6, 7)]
    fitted = DemandForecaster().fit(long(daily + weekly + gappy))
    assert fitted.flags_["flag"].to_dict() == {"A": "", "B": "totals_told_as_days", "C": ""}
    made = fitted.predict(fh=[1, 2, 3])["demand"].groupby("sku").mean()
    assert made["A"] == pytest.approx(2, rel=0.1)
    assert made["B"] == pytest.approx(14, rel=0.1)  # of the days that were told; a week's total has to be told as a week's
    assert made["C"] == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (days(60).delete(30), days(63)[60:]),
        (pd.date_range("2024-01-01", periods=60, freq="7D").delete(20), pd.date_range("2024-01-01", periods=63, freq="7D")[60:]),
        (pd.date_range("2022-01-01", periods=40, freq="MS").delete(13), pd.date_range("2022-01-01", periods=43, freq="MS")[40:]),
        (pd.date_range("2022-01-31", periods=40, freq="ME").delete(13), pd.date_range("2022-01-31", periods=43, freq="ME")[40:]),
    ],
    ids=["day", "week", "month", "end of month"],
)
@pytest.mark.parametrize("panel", [False, True])
def test_a_date_that_is_missing_for_all_is_a_gap(times, expected, panel):
    told = pd.Series(4.0, times, name="demand")
    y = pd.concat({name: told.to_frame() for name in "AB"}, names=["sku", "date"]) if panel else told
    made = DemandForecaster().fit(y).predict(fh=[1, 2, 3])
    stamps = made.index.get_level_values(-1).unique()
    assert stamps.tolist() == expected.tolist() and np.allclose(made, 4, rtol=0.05)


@pytest.mark.parametrize("groups", [[0, 10**9, 0], ["a", "b", "a"]])
def test_groups_are_any_names_or_numbers(groups):
    y = np.random.default_rng(0).poisson(3, (3, 400)).astype(np.float32)
    one, two = (forecast_panel(y, np.ones(y.shape, bool), days(400), 3, LEVELS, groups=np.array(g)) for g in (groups, [0, 1, 0]))
    np.testing.assert_array_equal(one.mean, two.mean)


def test_a_horizon_that_is_no_whole_number_is_refused():
    with pytest.raises(BadParameters, match="whole number"):
        forecast_panel(np.ones((1, 9), np.float32), np.ones((1, 9), bool), days(9), 1.5, LEVELS)


def test_repeats_are_bit_identical():
    y = np.random.default_rng(0).negative_binomial(1, 0.3, (300, 400)).astype(np.float32)
    one, two = (forecast_panel(y, np.ones(y.shape, bool), days(400), 14, LEVELS, sum_horizons=[14]) for _ in range(2))
    for name in ("mean", "sd", "quantiles", "sum_quantiles", "model"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
