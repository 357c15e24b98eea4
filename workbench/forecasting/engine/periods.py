"""Where each period stands in the week and in the year, for the history and the days after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.errors import BadParameters

DAYS_PER_YEAR = 365.25
_WEEK = 7


@dataclass(frozen=True)
class Periods:
    """The time axis of a panel: history and horizon on one count.

    Attributes
    ----------
    length : number of periods of history, T
    horizon : number of periods ahead, H
    days : length of one period in days, 0 where the axis has no dates
    phase : (T + H,) place in the short cycle (0-6 for the weekday of daily data, else 0)
    n_phase : length of the short cycle, in periods
    bin : (T + H,) number of the season bin that a period falls in
    year_position : (n_bins,) place of the bin's middle in the year, 0-1
    dates : (T,) days of the history, None where the axis has none
    """

    length: int
    horizon: int
    days: float
    phase: np.ndarray
    n_phase: int
    bin: np.ndarray
    year_position: np.ndarray
    dates: pd.DatetimeIndex | None = None

    def until(self, length: int) -> "Periods":
        """Return the axis as it stood after `length` periods, with the same horizon."""
        return dateless(length, self.horizon) if self.dates is None else dated(self.dates[:length], self.horizon)

    @property
    def years(self) -> float:
        """Length of the history in years, 0 where the axis has no dates."""
        return self.length * self.days / DAYS_PER_YEAR

    @property
    def month(self) -> int:
        """Number of periods in about a month (four weeks of daily data, one of monthly), at least 1."""
        return max(1, round(28 / self.days)) if self.days else 4


def dateless(length: int, horizon: int) -> Periods:
    """Return an axis that is only counted: no weekday, no season."""
    zeros = np.zeros(length + horizon, np.int64)
    return Periods(length, horizon, 0.0, zeros, 1, zeros, np.zeros(1))


def dated(calendar: object, horizon: int) -> Periods:
    """Return the axis of a regular calendar: daily, weekly on any weekday, monthly, or any even spacing of days.

    Raises
    ------
    BadParameters
        If the dates are not ascending, repeat, or are not evenly spaced.
    """
    history = pd.DatetimeIndex(np.asarray(calendar))
    days = spacing(history)
    whole = history.append(future(history, horizon)).to_numpy().astype("datetime64[D]")
    middle = (whole + np.timedelta64(int(days // 2), "D")).astype("datetime64[D]")
    if days == 1:
        weekday = (whole.astype(np.int64) + 3) % _WEEK  # 1970-01-01 was a Thursday; Monday is 0
        # bins are weeks counted back from the cutoff, so that the newest bin is always whole
        bins = np.floor_divide(np.arange(len(whole)) - len(history), _WEEK)
        bins -= bins[0]
        centre = np.minimum(np.searchsorted(bins, np.arange(bins[-1] + 1)) + _WEEK // 2, len(whole) - 1)
        return Periods(len(history), horizon, days, weekday, _WEEK, bins, _year_position(middle[centre]), history)
    steps = np.arange(len(whole))
    return Periods(len(history), horizon, days, np.zeros(len(whole), np.int64), 1, steps, _year_position(middle), history)


def _year_position(dates: np.ndarray) -> np.ndarray:
    start = dates.astype("datetime64[Y]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(float)
    return (dates - start.astype("datetime64[D]")).astype(float) / length


def spacing(history: pd.DatetimeIndex) -> float:
    """Return the length of one period in days: 1, 7, 30.4 (months), 91.3 (quarters), 365.25, or any even number."""
    if len(history) < 2:
        return 1.0
    gaps = np.diff(history.to_numpy().astype("datetime64[D]").astype(np.int64))
    least, most = int(gaps.min()), int(gaps.max())
    if least <= 0:
        raise BadParameters("calendar", [f"dates must ascend without repeats; found a step of {least} days"])
    if least == most and least < 28:
        return float(least)
    for months, low, high in ((1, 28, 31), (3, 89, 92), (12, 365, 366)):
        if low <= least and most <= high:
            return DAYS_PER_YEAR / 12 * months
    if least == most:
        return float(least)
    raise BadParameters("calendar", [f"dates must be evenly spaced (daily, weekly, monthly); found steps of {least} to {most} days"])


def future(history: pd.DatetimeIndex, horizon: int) -> pd.DatetimeIndex:
    """Return the `horizon` dates that continue a regular calendar."""
    days = spacing(history)
    steps = np.arange(1, horizon + 1)
    last = history[-1]
    if days == int(days):
        return pd.DatetimeIndex(last.to_numpy() + steps * np.timedelta64(int(days), "D"))
    months = steps * round(days * 12 / DAYS_PER_YEAR)
    at_end = (last + pd.Timedelta(days=1)).day == 1
    ahead = [last + pd.DateOffset(months=int(m)) for m in months]
    return pd.DatetimeIndex([d + pd.offsets.MonthEnd(0) for d in ahead] if at_end else ahead)
