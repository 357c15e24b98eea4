"""Which rows of a part are seen: a newer file of the same report replaces exactly the days that it covers.

Each part speaks for days of places. Seen from the newest part back, a part shows what no newer one of the same report
and place speaks for; the rest of its rows stay in the file, for whoever asks as of an earlier day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from workbench.store.part import Part

MAX_INTERVALS = 40
"""More than these become one wide interval, for a long condition costs more than the merge."""
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Positions of one place that a part shows (see `part.position`), from `low` up to, not including, `high`."""

    part: Part
    place: str
    low: int
    high: int
    whole: bool
    """Whether the part shows all that it holds, at every place."""


class Covered:
    """Positions that are spoken for, as intervals that neither touch nor overlap."""

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []

    def free(self, low: int, high: int) -> list[Interval]:
        """Return what is not yet spoken for between two positions."""
        first, last = bisect_right(self._highs, low), bisect_left(self._lows, high)
        edges = [low, *(edge for at in range(first, last) for edge in (self._lows[at], self._highs[at])), high]
        return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]

    def add(self, low: int, high: int) -> None:
        """Speak for the positions between two."""
        first, last = bisect_left(self._highs, low), bisect_right(self._lows, high)
        if first < last:
            low, high = min(low, self._lows[first]), max(high, self._highs[last - 1])
        self._lows[first:last], self._highs[first:last] = [low], [high]


def pieces(table: str, parts: Iterable[Part]) -> list[Piece]:
    """Return what each part of a dated table shows; a part that newer ones replace altogether has no piece."""
    spoken: dict[tuple[str, str], Covered] = {}
    found: list[Piece] = []
    for part in sorted(parts, key=lambda part: part.age, reverse=True):
        bounds = {span.place: span.bounds(table) for span in part.covered()}
        if part.covers == "keys":
            found += [Piece(part, place, low, high, True) for place, (low, high) in bounds.items()]
            continue
        free = {place: spoken.setdefault((part.report, place), Covered()).free(*given) for place, given in bounds.items()}
        whole = all(free[place] == [given] for place, given in bounds.items())
        found += [Piece(part, place, low, high, whole) for place, left in free.items() for low, high in left]
        for span in part.covered():
            low, high = bounds[span.place]
            if span.sure is None or span.sure < high:
                spoken[part.report, span.place].add(low if span.sure is None else span.sure, high)
    return found


def joint(found: Iterable[Piece]) -> list[tuple[str, int, int]]:
    """Return the places and positions that more than one part shows: only there may rows share a key."""
    places: dict[str, list[Piece]] = {}
    for piece in found:
        places.setdefault(piece.place, []).append(piece)
    return [(place, low, high) for place, here in sorted(places.items()) for low, high in _overlaps(here)]


def _overlaps(found: Iterable[Piece]) -> list[Interval]:
    steps: dict[int, int] = {}
    for piece in found:
        steps[piece.low] = steps.get(piece.low, 0) + 1
        steps[piece.high] = steps.get(piece.high, 0) - 1
    depth = 0
    joined: list[Interval] = []
    for position, after in pairwise(sorted(steps)):
        depth += steps[position]
        if depth >= 2:
            low = joined.pop()[0] if joined and joined[-1][1] == position else position
            joined.append((low, after))
    return joined if len(joined) <= MAX_INTERVALS else [(joined[0][0], joined[-1][1])]
