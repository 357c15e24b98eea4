"""One Parquet file of a table: what it holds, where it came from, and which days of which place it speaks for."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workbench.tables import schema

DATED_BY_KEY = {"orders": "ordered_at"}
"""Tables whose key has no day but fixes it, and the instant of a row: an order keeps when it was bought."""
_BY_HAND = frozenset({"market", "indicators", "availability", "capacity", "inventory_index", "benchmarks", "listing_texts"})
"""Tables that hold single observations: a file of them says nothing of what it does not name."""
_FORM = "FORM:"
_DAY = 86400
SHORT = 16
"""Signs of a SHA-256 that name a file among others."""
Covers = Literal["days", "keys"]


class Span(BaseModel):
    """Days of one place that a part speaks for; of the first and last day only what lies between two instants, where known.

    `sure` is the position from which on the part holds all there is, so that it replaces older rows; None from its first.
    """

    model_config = ConfigDict(frozen=True)

    place: str
    first: dt.date
    last: dt.date
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    sure: int | None = None

    def bounds(self, table: str) -> tuple[int, int]:
        """Return the first position that the span covers and the first beyond it (see `position`)."""
        start, end = _seconds(self.first), _seconds(self.last)
        if table not in DATED_BY_KEY:
            return start, end + _DAY
        low = 3 * start - _DAY if self.since is None else place_in_time(self.first, self.since)
        return low, 3 * end + 2 * _DAY if self.until is None else 2 * end + _seconds(self.until)


class Part(BaseModel):
    """The manifest's line for a part.

    `covers`: "days" if the file holds all that there is for its days and places, so that it replaces what an older file
    of the same report said of them; "keys" if it only adds rows and changes those that it names.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    rows: int
    source: str
    columns: str
    known_first: dt.datetime
    known_last: dt.datetime
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    places: tuple[str, ...] = ()
    content: str = ""
    report: str = ""
    known_at: dt.datetime | None = None
    covers: Covers = "keys"
    spans: tuple[Span, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def age(self) -> tuple[dt.datetime, dt.date, str]:
        """What puts parts in order: when the file became known; of files known at once, the one that reaches further is newer."""
        return self.known_at or self.known_last, self.last_date or dt.date.min, self.file

    def owners(self) -> set[str]:
        """Return the start of the SHA-256 of every file that brought these rows."""
        return {self.source[:SHORT], *self.also}

    def covered(self) -> tuple[Span, ...]:
        """Return the days of each place; a part of an older manifest knows them only as a whole."""
        if self.spans or self.first_date is None or self.last_date is None:
            return self.spans
        return tuple(Span(place=place, first=self.first_date, last=self.last_date) for place in self.places or ("",))


def place_column(table: str) -> str:
    """Return the key column that says where: channel or node; empty if the key has none."""
    return next((name for name in ("channel", "node") if name in schema.key(table)), "")


def is_dated(table: str) -> bool:
    """Say whether a key of the table belongs to one day."""
    return "date" in schema.key(table) or table in DATED_BY_KEY


def covers(table: str, report: str, said: Covers = "days") -> Covers:
    """Return what a file of a report covers in a table: its days, or only the keys that it names."""
    whole = said == "days" and is_dated(table) and place_column(table) and table not in _BY_HAND and not report.startswith(_FORM)
    return "days" if whole else "keys"


def position(table: str) -> str:
    """Return the SQL of a row's place in time, in seconds: by day, or by day and then by instant where the table knows it.

    A day of a channel spans less than three days of UTC, so twice the day plus the instant orders by day first.
    """
    instant = DATED_BY_KEY.get(table)
    return f"2 * epoch(date) + epoch(coalesce({instant}, date + INTERVAL 12 HOUR))" if instant else "epoch(date)"


def place_in_time(day: dt.date, instant: dt.datetime) -> int:
    """Return the position of a row of a day and an instant."""
    return 2 * _seconds(day) + _seconds(instant)


def at(position: int) -> dt.date:
    """Return the day of a position that counts days alone."""
    return dt.date(1970, 1, 1) + dt.timedelta(seconds=position)


def _seconds(moment: dt.date | dt.datetime) -> int:
    exact = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    return (exact - dt.datetime(1970, 1, 1)) // dt.timedelta(seconds=1)
