"""The time index of an sktime container as whole steps, and as the engine's calendar."""

from dataclasses import dataclass
from math import gcd

import numpy as np
import pandas as pd

from workbench.forecasting.periods import Periods, dated, dateless

_DAY_NS = 86_400_000_000_000


@dataclass(frozen=True)
class TimeAxis:
    """A regular axis through all time stamps of a container.

    Attributes
    ----------
    kind : number, period, month (dates a whole number of months apart) or even (dates a fixed time apart)
    first, step : of the stamps as integers: the number itself, period ordinal, months, or nanoseconds
    start : the first stamp
    """

    kind: str
    first: int
    step: int
    start: object

    @classmethod
    def through(cls, times: pd.Index) -> "TimeAxis":
        """Return the axis through these stamps, at the widest step that meets them all."""
        kind = _kind(times)
        numbers = np.unique(_numbers(times, kind))
        gaps = np.diff(numbers)
        step = gcd(*gaps.tolist()) if len(gaps) and kind in ("month", "even") else 1
        if kind == "period":
            step = max(int(getattr(times.freq, "n", 1)), 1)
        if kind == "even" and not len(gaps):
            step = _DAY_NS
        return cls(kind, int(numbers[0]), max(step, 1), times.min())

    def position(self, times: pd.Index) -> np.ndarray:
        """Return how many steps each stamp lies after the first."""
        return (_numbers(times, self.kind) - self.first) // self.step

    def periods(self, length: int, horizon: int) -> Periods:
        """Return the engine's time axis; weekday and season are known only where stamps are dates."""
        start = self.start
        if self.kind == "number":
            return dateless(length, horizon)
        if self.kind == "period":
            stamps = pd.period_range(start, periods=length, freq=start.freq).to_timestamp()  # type: ignore[attr-defined]
            days = float(np.median(np.diff(stamps.to_numpy().astype("datetime64[s]").astype(np.int64)))) / 86400 if length > 1 else 1.0
            return dated(stamps, horizon) if days >= 1 else dateless(length, horizon)
        if self.kind == "month":
            return dated(pd.date_range(start, periods=length, freq=pd.DateOffset(months=self.step)), horizon)  # type: ignore[call-overload]
        if self.step % _DAY_NS:
            return dateless(length, horizon)
        return dated(pd.Timestamp(start) + np.arange(length) * pd.Timedelta(days=self.step // _DAY_NS), horizon)  # type: ignore[arg-type]


def _kind(times: pd.Index) -> str:
    if isinstance(times, pd.PeriodIndex):
        return "period"
    if not isinstance(times, pd.DatetimeIndex):
        return "number"
    unique = times.unique().sort_values()
    gaps = np.diff(unique.as_unit("ns").asi8)
    whole_months = len(gaps) > 0 and gaps.min() >= 28 * _DAY_NS and bool(unique.is_month_start.all() or unique.is_month_end.all())
    return "month" if whole_months else "even"


def _numbers(times: pd.Index, kind: str) -> np.ndarray:
    if kind == "number":
        return np.asarray(times, np.int64)
    if kind == "period":
        return times.asi8  # type: ignore[attr-defined]
    if kind == "month":
        return (times.year * 12 + times.month).to_numpy().astype(np.int64)  # type: ignore[attr-defined]
    return times.as_unit("ns").asi8  # type: ignore[attr-defined]
