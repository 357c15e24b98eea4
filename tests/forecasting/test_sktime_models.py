"""sktime's forecasters in place of ours, really run: by name, under a budget, with a fallback that is told."""

import datetime as dt
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from workbench.errors import BadParameters
from workbench.forecasting import ForecastParams, backtest, forecast, summary
from workbench.forecasting.sktime_models import crew, naming, registry
from workbench.forecasting.sktime_models.crew import answers
from workbench.forecasting.sktime_models.single import FAILED, NO_HISTORY, TOO_SLOW, Task, answer
from workbench.settings import Forecaster
from workbench.tables import schema

END = dt.date(2026, 10, 31)
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def history(n=3, length=120):
    rng = np.random.default_rng(4)
    dates = pd.date_range(end=pd.Timestamp(END), periods=length).as_unit("us")
    units = rng.poisson(np.linspace(20, 40, n)[:, None] * np.where(dates.dayofweek >= 5, 1.5, 0.8)).astype(float)
    frame = pd.DataFrame(
        {"sku": np.repeat([f"S{i}" for i in range(n)], length), "channel": "shop", "date": np.tile(dates, n), "units": units.ravel(), "event": ""}
    )
    return schema.conform("history", frame.assign(demand=units.ravel(), exposure=1.0), lineage=False)


def task(forecaster="NaiveForecaster(sp=7)", values=None, budget_seconds=30.0, horizon=7):
    day = np.arange(60) % 7 + 1.0
    return Task(forecaster, day if values is None else np.asarray(values, float), dt.date(2026, 9, 1), horizon, LEVELS, budget_seconds)


def chosen(name, horizon=7, **how):
    return ForecastParams(horizon_days=horizon, forecaster=Forecaster(name=name, backend="here", **how))


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ("NaiveForecaster(", "must be written as a name"),
        ("NaiveForecaster(7)", "must be written as a name"),
        ("__import__('os').system('true')", "must be written as a name"),
        ("NaiveForecaster(sp=print())", "has no forecaster 'print'"),
        ("NoSuchForecaster", "has no forecaster 'NoSuchForecaster'"),
        ("NaiveForecaster(season=7)", "has no setting 'season'"),
        ("EnsembleForecaster", "needs the setting 'forecasters'"),
    ],
)
def test_what_is_no_forecaster_is_said(asked, fault):
    with pytest.raises(BadParameters, match=fault):
        naming.make(asked)


def test_a_forecaster_may_be_built_of_others():
    assert naming.make("UpdateRefitsEvery(forecaster=NaiveForecaster(sp=7))").forecaster.sp == 7


@pytest.mark.parametrize("name", ["NaiveForecaster(sp=7)", "ThetaForecaster(sp=7)", "ExponentialSmoothing(seasonal='add', sp=7)"])
def test_its_numbers_are_those_of_sktime_itself(name):
    from sktime.forecasting.exp_smoothing import ExponentialSmoothing
    from sktime.forecasting.naive import NaiveForecaster
    from sktime.forecasting.theta import ThetaForecaster

    kinds = {"NaiveForecaster": NaiveForecaster(sp=7), "ThetaForecaster": ThetaForecaster(sp=7)}
    model = kinds.get(naming.short(name), ExponentialSmoothing(seasonal="add", sp=7))
    table = history()
    made = forecast(table, chosen(name), END)
    mine = table[table["sku"] == "S1"].set_index("date")["demand"]
    series = pd.Series(mine.to_numpy(float), index=pd.PeriodIndex(mine.index, freq="D"))
    expected = model.fit(series, fh=np.arange(1, 8)).predict()
    np.testing.assert_allclose(made[made["sku"] == "S1"]["mean"], np.maximum(expected, 0), rtol=1e-5)
    assert set(made["model"]) == {naming.short(name)}
    assert (made["reason"] == "").all() and made["reason_value"].isna().all()
    bounds = made[[f"q{round(100 * q):02d}" for q in LEVELS]].to_numpy()
    assert (np.diff(bounds, axis=1) >= -1e-6).all() and np.isfinite(bounds).all() and (bounds >= 0).all() and np.isfinite(made["sd"]).all()
    schema.validate("forecast", made.assign(known_at=pd.Timestamp(END), source_file="run:t", source_line=0))


def test_only_the_skus_it_was_chosen_for():
    table = history()
    made = forecast(table, chosen("NaiveForecaster(sp=7)", skus=("S1", "gone")), END)
    ours = forecast(table, ForecastParams(horizon_days=7), END)
    other = made["sku"] != "S1"
    pd.testing.assert_frame_equal(made[other][ours.columns], ours[other])
    assert (made[~other]["model"] == "NaiveForecaster").all()


def test_one_that_fails_leaves_ours_and_the_result_says_so():
    table = history()
    made = forecast(table, chosen("ExponentialSmoothing(seasonal='mul', sp=400)"), END)
    ours = forecast(table, ForecastParams(horizon_days=7), END)
    assert (made["reason"] == FAILED).all() and made["reason_value"].notna().all()
    pd.testing.assert_series_equal(made["mean"], ours["mean"])
    assert set(made["model"]) == set(ours["model"])


def test_the_fallback_may_be_another_forecaster():
    made = forecast(history(), chosen("ExponentialSmoothing(seasonal='mul', sp=400)", fallback="NaiveForecaster(strategy='mean')"), END)
    assert set(made["model"]) == {"NaiveForecaster"} and (made["reason"] == FAILED).all()
    assert made.groupby("sku")["mean"].nunique().eq(1).all()
    with pytest.raises(BadParameters, match="has no forecaster 'Nothing'"):
        forecast(history(), chosen("NaiveForecaster", fallback="Nothing"), END)


def test_one_that_is_too_slow_is_stopped():
    found = answer(task("ExponentialSmoothing(trend='add', seasonal='add', sp=7)", np.random.default_rng(0).poisson(5, 700), budget_seconds=0.0005))
    assert found.fault == TOO_SLOW and found.mean is None and found.seconds < 10  # what it loads first is not counted
    made = forecast(history(1), chosen("ExponentialSmoothing(trend='add', seasonal='add', sp=7)", budget_seconds=0.0005), END)
    assert (made["reason"] == TOO_SLOW).all() and (made["reason_limit"] == 0.0005).all() and (made["reason_value"] >= 0.0005).all()


def test_processes_answer_as_this_one_does_and_survive_what_will_not_stop():
    tasks = [
        task(),
        task("ThetaForecaster(sp=7)"),
        task("NaiveForecaster(sp=7)", [np.nan] * 60),
        task("ExponentialSmoothing(trend='add', seasonal='add', sp=7)", budget_seconds=0.0005),
        task(),
    ]
    seen = []
    found = answers(tasks, workers=1, told=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 5) for n in range(1, 6)]
    assert [one.fault for one in found] == ["", "", NO_HISTORY, TOO_SLOW, ""]
    [again] = answers([task()], workers=1)
    assert not again.fault and len(crew._IDLE) == 1  # the process that waited took it
    crew.rest()
    assert not crew._IDLE
    for one, alone in zip(found, map(answer, tasks), strict=True):
        assert one.fault == alone.fault
        if one.mean is not None:
            np.testing.assert_array_equal(one.mean, alone.mean)


def test_a_process_that_hangs_is_ended(monkeypatch):
    """The clock inside cannot ring while a forecaster sits in one long call; the process around it is ended."""
    monkeypatch.setattr(crew, "GRACE_SECONDS", 0.1)
    stuck = "import sys; sys.stdin.buffer.read(1); import pickle, time; sys.stdout.buffer.write(pickle.dumps('ready')); sys.stdout.flush(); time.sleep(60)"
    started = subprocess.Popen
    monkeypatch.setattr(crew.subprocess, "Popen", lambda command, **how: started([sys.executable, "-c", stuck], **how))
    crew.rest()
    start = time.monotonic()
    [found] = answers([task(budget_seconds=0.1)], workers=1)
    crew.rest()
    assert found.fault == TOO_SLOW and time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("values", "fault"),
    [([np.nan] * 60, NO_HISTORY), ([np.nan] * 30 + [4.0] * 30, ""), ([0.0] * 60, ""), ([5.0, np.nan] * 30, ""), ([np.nan] * 59 + [3.0], "")],
)
def test_bad_series(values, fault):
    found = answer(task("NaiveForecaster(strategy='mean')", values))
    assert found.fault == fault
    if not fault:
        assert np.isfinite(found.mean).all() and (found.mean >= 0).all()


def test_negative_means_become_zero():
    found = answer(task("ExponentialSmoothing(trend='add')", np.linspace(30, 0, 60), horizon=20))
    assert found.fault == "" and (found.mean[1:] == 0).all()


def test_its_back_test_stands_beside_ours():
    scores = backtest(history(3, 200), chosen("NaiveForecaster(sp=7)", skus=("S0", "S2")), END, origins=2, horizon_days=14, lead_times=(14,))
    told = summary(scores).set_index("method")
    assert list(told.index) == ["engine", "seasonal_naive", "mean_30", "NaiveForecaster(sp=7)"]
    theirs, naive = scores[scores["method"] == "NaiveForecaster(sp=7)"], scores[scores["method"] == "seasonal_naive"]
    assert set(theirs["sku"]) == {"S0", "S2"}
    same = naive[naive["sku"].isin(["S0", "S2"])]
    np.testing.assert_allclose(theirs["mase"], same["mase"])  # both repeat the week before
    assert told.loc["NaiveForecaster(sp=7)", "fell_back_share"] == 0 and told.loc["NaiveForecaster(sp=7)", "pinball"] > 0
    assert told.loc["NaiveForecaster(sp=7)", "seconds"] > 0


def test_settings_are_checked():
    with pytest.raises(ValidationError):
        Forecaster(budget_seconds=0)
    with pytest.raises(ValidationError):
        Forecaster(backend="cloud")
    assert ForecastParams(forecaster={"name": "NaiveForecaster(sp=7)", "skus": ["A"]}).forecaster.skus == ("A",)


def test_ours_loads_no_sktime():
    code = "import sys; from workbench.forecasting import forecast, backtest; forecast, backtest; print('sktime' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_the_registry_knows_what_each_can_and_needs():
    known = registry.forecasters().set_index("name")
    assert len(known) > 100 and known.index.is_unique
    assert known.loc["NaiveForecaster", ["family", "gives_bounds", "ready", "needs"]].tolist() == ["repeats", True, True, ""]
    assert known.loc["EnsembleForecaster", "needs"] == "forecasters" and known.loc["Croston", "family"] == "intermittent"
    unready = known[~known["ready"]]
    assert len(unready) and (unready["packages"] != "").mean() > 0.8
    assert (known["about"] != "").all()
    assert known.index[:2].tolist() == list(registry.READY_MADE.values()) and known["ready"].iloc[:2].all()


def test_moving_average_and_stl_are_named_options():
    from sktime.forecasting.trend import STLForecaster

    values = np.random.default_rng(1).poisson(20, 120).astype(float)
    mean = answer(task("NaiveForecaster(strategy='mean', window_length=30)", values)).mean
    np.testing.assert_allclose(mean, values[-30:].mean())
    series = pd.Series(values, pd.period_range("2026-09-01", periods=120, freq="D"))
    expected = STLForecaster(sp=7).fit(series, fh=np.arange(1, 8)).predict()
    np.testing.assert_allclose(answer(task("STLForecaster(sp=7)", values)).mean, expected)


def test_one_stopped_in_the_middle_does_not_spoil_the_next():
    """A clock that rings while modules are loaded would leave halves of them: they are loaded before, and the process is replaced."""
    crew.rest()
    slow, quick = task("ExponentialSmoothing(trend='add', seasonal='add', sp=7)", budget_seconds=0.0005), task("ExponentialSmoothing(trend='add')")
    for backend in ("processes", "here"):
        found = answers([slow, quick, slow, quick], backend=backend, workers=1)
        assert [one.fault for one in found] == [TOO_SLOW, "", TOO_SLOW, ""], [one.said for one in found]
    crew.rest()
