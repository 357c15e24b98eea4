"""One SKU's forecast by an sktime forecaster, within a time budget."""

import datetime as dt
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from workbench.forecasting.sktime_models.naming import make

TOO_SLOW, FAILED, NO_HISTORY = "forecaster_too_slow", "forecaster_failed", "forecaster_no_history"
"""Why a SKU was left to the fallback."""
_LOAD_SECONDS = 60.0


@dataclass(frozen=True)
class Task:
    """What is asked of a forecaster: demand (T,) with NaN for unknown days, its first day, days ahead, quantiles, seconds it may take."""

    forecaster: str
    values: np.ndarray
    first_day: dt.date
    horizon: int
    quantiles: tuple[float, ...]
    budget_seconds: float


@dataclass(frozen=True)
class Answer:
    """Mean (h,) and quantiles (h, q) of the days ahead; without a mean, the code of what went wrong and what was said.

    `quantiles` is None where the forecaster has none to give.
    """

    mean: np.ndarray | None = None
    quantiles: np.ndarray | None = None
    seconds: float = 0.0
    fault: str = ""
    said: str = ""


class _OutOfTime(BaseException):
    """Raised by the clock; no forecaster catches it by catching Exception."""


def answer(task: Task, ready: Callable[[], None] = lambda: None) -> Answer:
    """Return what a forecaster says of one SKU; whatever it throws, and an answer that is no number, is a fault of the answer.

    Parameters
    ----------
    ready : called when everything is loaded and the time begins to count
    """
    known = np.flatnonzero(np.isfinite(task.values))
    try:
        model = make(task.forecaster)
    except Exception as fault:
        ready()
        return Answer(fault=FAILED, said=_said(fault))
    _warm(task.forecaster)
    ready()
    if not len(known):
        return Answer(fault=NO_HISTORY)
    start = time.monotonic()
    try:
        with _clock(task.budget_seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _foretold(model, _series(task, int(known[0]), bool(model.get_tag("capability:missing_values"))), task)
    except _OutOfTime:
        found = Answer(fault=TOO_SLOW)
    except Exception as fault:
        found = Answer(fault=FAILED, said=_said(fault))
    seconds = time.monotonic() - start
    late = not found.fault and seconds > task.budget_seconds  # where the clock could not ring
    return replace(Answer(fault=TOO_SLOW) if late else found, seconds=seconds)


@cache
def _warm(forecaster: str) -> None:
    """Let a forecaster work once on made-up days: what it loads then is loaded before the clock runs.

    A clock that rings while a module is being loaded leaves half a module behind, on which every later SKU would fail.
    """
    days = pd.period_range("2026-01-01", periods=56, freq="D")
    with suppress(Exception, _OutOfTime), warnings.catch_warnings(), _clock(_LOAD_SECONDS):
        warnings.simplefilter("ignore")
        model = make(forecaster).fit(pd.Series(5.0 + np.arange(56) % 7, index=days), fh=[1])
        model.predict(fh=[1])
        if model.get_tag("capability:pred_int"):
            model.predict_quantiles(fh=[1], alpha=[0.5])


def _said(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}".strip()[:500]


def _series(task: Task, first: int, takes_missing: bool) -> pd.Series:
    """Demand from the first known day on; unknown days lie on the line between their neighbours where the forecaster takes no missing values."""
    days = pd.period_range(pd.Period(task.first_day, freq="D") + first, periods=len(task.values) - first, freq="D")
    values = pd.Series(np.asarray(task.values[first:], float), index=days, name="demand")
    return values if takes_missing else values.interpolate(limit_direction="both")


def _foretold(model: Any, y: pd.Series, task: Task) -> Answer:
    fh = np.arange(1, task.horizon + 1)
    model.fit(y, fh=fh)
    mean = np.asarray(model.predict(fh=fh), float).reshape(-1)
    if mean.shape != (task.horizon,) or not np.isfinite(mean).all():
        return Answer(fault=FAILED, said=f"{int((~np.isfinite(mean)).sum())} of {task.horizon} days without a number")
    return Answer(np.maximum(mean, 0.0), _bounds(model, fh, task))


def _bounds(model: Any, fh: np.ndarray, task: Task) -> np.ndarray | None:
    """Quantiles (h, q) at or above 0 and in order; None where the forecaster has none, or none that are numbers."""
    if not model.get_tag("capability:pred_int"):
        return None
    try:
        found = np.asarray(model.predict_quantiles(fh=fh, alpha=list(task.quantiles)), float)
    except Exception:
        return None
    return np.sort(np.maximum(found, 0.0), axis=1) if found.shape == (len(fh), len(task.quantiles)) and np.isfinite(found).all() else None


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """Raise _OutOfTime when the time is up, where the system has such a clock and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
