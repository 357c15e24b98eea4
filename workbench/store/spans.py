"""Which days of which place a file speaks for, gathered while its rows pass by.

A report is cut by instants, often at midnight UTC, while a day is that of the place: of its first and last day a file
then holds only a piece. Where rows have an instant, the span ends at the midnights in UTC around them; where the file
must have been cut in the middle of a day, because rows that every other day has are missing, it ends at its own rows.
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.store.part import Span, place_in_time

_EARLIEST, _HOURS = -24, 72
_EXPECTED = 5.0
"""Rows that other days have on average beyond the cut: by chance, one day in 150 has none of them."""


@dataclass(slots=True)
class _Days:
    """What was seen of one place: first and last day, first and last instant, and rows by hour since the day's midnight in UTC."""

    first: pd.Timestamp
    last: pd.Timestamp
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None
    hours: np.ndarray = field(default_factory=lambda: np.zeros(_HOURS))


class Spans:
    """The days of each place, from rows that come in blocks."""

    def __init__(self, place: str, instant: str, dated: bool):
        self._place, self._instant, self._dated = place, instant, dated
        self._days: dict[str, _Days] = {}

    def add(self, frame: pd.DataFrame) -> None:
        """Take note of a block of rows."""
        if not self._dated or not len(frame):
            return
        if not self._place:
            self._see("", frame)
            return
        codes, places = pd.factorize(frame[self._place])
        for code, place in enumerate(places):
            self._see(str(place), frame if len(places) == 1 else frame[codes == code])

    def _see(self, place: str, rows: pd.DataFrame) -> None:
        dates = rows["date"]
        first, last = dates.min(), dates.max()
        if pd.isna(first):
            return
        days = self._days.setdefault(place, _Days(first, last))
        days.first, days.last = min(days.first, first), max(days.last, last)
        if self._instant and rows[self._instant].notna().all():
            moments = rows[self._instant]
            days.since = min(moments.min(), days.since or moments.min())
            days.until = max(moments.max(), days.until or moments.max())
            hours = (moments - dates).to_numpy().astype("timedelta64[h]").astype("int64") - _EARLIEST
            days.hours += np.bincount(hours.clip(0, _HOURS - 1), minlength=_HOURS)
        elif self._instant:
            days.hours[:] = np.nan

    def found(self, since: dt.datetime | None = None) -> tuple[Span, ...]:
        """Return the span of each place; `since` is the instant from which on the file surely holds all there is."""
        return tuple(_sure(_span(place, days), days, since) for place, days in sorted(self._days.items()))


def _span(place: str, days: _Days) -> Span:
    first, last = days.first.date(), days.last.date()
    if days.since is None or days.until is None or np.isnan(days.hours).any():
        return Span(place=place, first=first, last=last)
    count = max((last - first).days, 1)
    before, after = _hour(days.since, first), _hour(days.until, last)
    since, until = days.since.to_pydatetime(), days.until.to_pydatetime() + dt.timedelta(seconds=1)
    if days.hours[:before].sum() / count < _EXPECTED:
        since = days.since.floor("D").to_pydatetime()
    if days.hours[after + 1 :].sum() / count < _EXPECTED:
        until = days.until.floor("D").to_pydatetime() + dt.timedelta(days=1)
    return Span(place=place, first=first, last=last, since=since, until=until)


def _sure(span: Span, days: _Days, since: dt.datetime | None) -> Span:
    """The span, sure from an instant on. Its local day is known by the last hour that days have; taken too late, fewer rows are replaced."""
    if since is None or span.since is None or since <= span.since:
        return span
    offset = int(np.flatnonzero(days.hours)[-1]) + _EARLIEST - (_HOURS // 3 - 1)
    return span.model_copy(update={"sure": place_in_time((since - dt.timedelta(hours=offset)).date(), since)})


def _hour(moment: pd.Timestamp, day: dt.date) -> int:
    hours = (moment - pd.Timestamp(day)) // pd.Timedelta(hours=1) - _EARLIEST
    return int(min(max(hours, 0), _HOURS - 1))
