"""Where two parts of a table may hold the same key: only there must rows be held against each other.

Keys hold a day and mostly a place (channel or node), so parts collide only on days of a place that both cover.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.store.manifest import Part, place_column
from workbench.tables import schema

MAX_WINDOWS = 40
_DAY = dt.timedelta(days=1)
_DATED_BY_KEY = {"orders"}
"""Tables whose key has no day but fixes it: an order keeps its day of purchase."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of one place that more than one part covers."""

    place: str
    first: dt.date
    last: dt.date

    def covers(self, part: Part) -> bool:
        """Say whether a part has rows that may lie in the window."""
        here = not self.place or self.place in part.places
        return here and part.first_date is not None and part.last_date is not None and part.first_date <= self.last and part.last_date >= self.first


def is_dated(table: str) -> bool:
    """Say whether a key of the table belongs to one day."""
    return "date" in schema.key(table) or table in _DATED_BY_KEY


def windows(table: str, parts: Sequence[Part]) -> list[Window]:
    """Return the days and places that more than one part of a dated table covers."""
    placed = bool(place_column(table))
    places = sorted({place for part in parts for place in part.places}) if placed else [""]
    return [window for place in places for window in _overlaps(place, [p for p in parts if not placed or place in p.places])]


def _overlaps(place: str, parts: Iterable[Part]) -> list[Window]:
    spans = [(part.first_date, part.last_date) for part in parts if part.first_date and part.last_date]
    steps = sorted([(first, 1) for first, _ in spans] + [(last + _DAY, -1) for _, last in spans])
    found: list[Window] = []
    depth, start = 0, dt.date.min
    for day, step in steps:
        if depth < 2 <= depth + step:
            start = day
        elif depth >= 2 > depth + step and start < day:
            found.append(Window(place, start, day - _DAY))
        depth += step
    return _joined(found)


def _joined(found: list[Window]) -> list[Window]:
    """Neighbours become one window; very many become a single wide one, for a long condition costs more than the merge."""
    joined: list[Window] = []
    for window in found:
        if joined and joined[-1].last + _DAY >= window.first:
            joined[-1] = Window(window.place, joined[-1].first, window.last)
        else:
            joined.append(window)
    return joined if len(joined) <= MAX_WINDOWS else [Window(joined[0].place, joined[0].first, joined[-1].last)]
