"""The days of a made-up shop, its sale days with their moving dates, and when a local day begins in UTC."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

LAST_DAY = dt.date(2026, 10, 31)
WARM_UP_DAYS = 400
SAVED_AT_SECOND = 6 * 3600
"""reports are saved at six in the morning, UTC"""

# first day and number of days; the 2026 autumn event has no published date, so this shop has none in 2026
PRIME_DAY = {2021: ("06-21", 2), 2022: ("07-12", 2), 2023: ("07-11", 2), 2024: ("07-16", 2), 2025: ("07-08", 4), 2026: ("06-23", 4)}
FALL_PRIME = {2022: ("10-11", 2), 2023: ("10-10", 2), 2024: ("10-08", 2), 2025: ("10-07", 2)}
LUNAR_NEW_YEAR = ("2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17")


@dataclass(frozen=True)
class Calendar:
    """The days that are simulated: a warm-up that nobody sees, then the days that the reports tell of."""

    days: int
    warm_up: int = WARM_UP_DAYS
    last: dt.date = LAST_DAY

    @property
    def length(self) -> int:
        """Number of simulated days, warm-up included."""
        return self.warm_up + self.days

    @cached_property
    def dates(self) -> NDArray[np.datetime64]:
        """Every simulated day."""
        return np.datetime64(self.last, "D") - np.arange(self.length)[::-1]

    @property
    def shown(self) -> slice:
        """The days that the reports tell of."""
        return slice(self.warm_up, self.length)

    def index(self, date: np.datetime64 | str | dt.date) -> int:
        """Return the place of a date on the simulated axis; it may lie outside."""
        return int((np.asarray(date, "datetime64[D]") - self.dates[0]).astype(int))

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """Weekday of every simulated day, Monday 0."""
        return (self.dates.astype("datetime64[D]").astype(np.int64) + 3) % 7

    @cached_property
    def day_of_year(self) -> NDArray[np.int64]:
        """Day of the year of every simulated day, from 0."""
        return (self.dates - self.dates.astype("datetime64[Y]")).astype(np.int64)

    def midnights(self, zone: str) -> NDArray[np.int64]:
        """Return the second, since 1970 in UTC, at which each simulated day begins in a zone; one more ends the last day."""
        place = ZoneInfo(zone)
        first = self.dates[0].astype(dt.date)
        days = (first + dt.timedelta(days=i) for i in range(self.length + 1))
        return np.array([int(dt.datetime.combine(day, dt.time(), place).timestamp()) for day in days], dtype=np.int64)

    def saved_at(self, day: int, delay_days: int = 2) -> int:
        """Return when a report through a day is saved, in seconds since 1970; never later than the morning after the last day."""
        known = min(day + delay_days, self.length)
        return (int(self.dates[0].astype(np.int64)) + known) * 86_400 + SAVED_AT_SECOND


def months_before(last: dt.date, months: int) -> dt.date:
    """Return the first day of a span of whole months that ends on `last`.

    >>> months_before(dt.date(2026, 10, 31), 48)
    datetime.date(2022, 11, 1)
    """
    ends = np.datetime64(last + dt.timedelta(days=1), "M") - months
    return ends.astype("datetime64[D]").astype(dt.date)


def black_friday(year: int) -> dt.date:
    """Return the day after the fourth Thursday of November.

    >>> black_friday(2026)
    datetime.date(2026, 11, 27)
    """
    november = dt.date(year, 11, 1)
    return november + dt.timedelta(days=(3 - november.weekday()) % 7 + 22)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A dated sale: which one, first and last day."""

    event: str
    start: np.datetime64
    end: np.datetime64


def occasions(calendar: Calendar) -> list[Occasion]:
    """Return every sale event that begins within the simulated days, by date."""
    found = [_dated("prime_day", year, *when) for year, when in PRIME_DAY.items()]
    found += [_dated("fall_prime", year, *when) for year, when in FALL_PRIME.items()]
    years = range(int(str(calendar.dates[0])[:4]), calendar.last.year + 1)
    for year in years:
        friday = np.datetime64(black_friday(year), "D")
        found += [Occasion("black_friday", friday, friday + 2), Occasion("cyber_monday", friday + 3, friday + 3)]
    inside = [o for o in found if calendar.dates[0] <= o.start <= calendar.dates[-1]]
    return sorted(inside, key=lambda o: o.start)


def _dated(event: str, year: int, first: str, days: int) -> Occasion:
    start = np.datetime64(f"{year}-{first}", "D")
    return Occasion(event, start, start + np.timedelta64(days - 1, "D"))
