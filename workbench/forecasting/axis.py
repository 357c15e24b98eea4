"""The time index of an sktime container as whole steps, and as the engine's calendar."""

from dataclasses import dataclass
from math import gcd

import numpy as np
import pandas as pd

from workbench.forecasting.engine.periods import Periods, dated, dateless

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

    @property
    def offset(self) -> pd.DateOffset | None:
        """The step of an axis of dates, None of any other."""
        if self.kind == "month":
            ends = pd.Timestamp(self.start).is_month_end  # type: ignore[arg-type]
            return pd.offsets.MonthEnd(self.step) if ends else pd.offsets.MonthBegin(self.step)
        return pd.tseries.frequencies.to_offset(pd.Timedelta(self.step, "ns")) if self.kind == "even" else None

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


def regular_grid(index: pd.Index) -> tuple[pd.Index, pd.Index] | None:
    """Return the series and the time stamps of an index where every series has the same ascending stamps, series by series; else None."""
    if not isinstance(index, pd.MultiIndex) or not len(index):
        return None
    *instance, stamp = (np.asarray(code) for code in index.codes)
    change = np.minimum.reduce([int((code != code[0]).argmax()) or len(code) for code in instance])
    if len(index) % change or not (np.diff(stamp[:change]) > 0).all():
        return None
    heads = np.arange(0, len(index), change)
    square = (len(heads), change)
    same = all((code.reshape(square) == code[heads, None]).all() for code in instance) and (stamp.reshape(square) == stamp[:change]).all()
    series = index.take(heads).droplevel(-1)
    if not same or not series.is_unique or not index.levels[-1].is_monotonic_increasing:
        return None
    return series, index.levels[-1].take(stamp[:change])


def instance_rows(index: pd.MultiIndex) -> tuple[np.ndarray, pd.Index]:
    """Return the number of the series that each row belongs to, in the order in which series first appear, and the series."""
    flat = np.zeros(len(index), np.int64)
    for codes, level in zip(index.codes[:-1], index.levels[:-1], strict=True):
        flat = flat * len(level) + np.asarray(codes)
    row, _ = pd.factorize(flat)
    first = np.full(int(row.max()) + 1, len(index), np.int64)
    np.minimum.at(first, row, np.arange(len(index)))
    return row, index.take(first).droplevel(-1)


def stamps_of(index: pd.MultiIndex) -> tuple[pd.Index, np.ndarray]:
    """Return the time stamps in use, and the number of each row's."""
    code = np.asarray(index.codes[-1])
    used = np.bincount(code, minlength=len(index.levels[-1])) > 0
    return index.levels[-1][used], (np.cumsum(used) - 1)[code]
