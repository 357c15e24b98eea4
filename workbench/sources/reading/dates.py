"""Days and instants as reports write them. A numeric day is read by what the whole column allows, never cell by cell."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.reading.numbers import BLANKS

_CLOCKS = {"GMT": 0, "UTC": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60, "MEZ": 60, "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180}
_CLOCKS |= {"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420}
_CLOCKS |= {"IST": 330, "SGT": 480, "JST": 540, "AEST": 600, "AEDT": 660}
"""Clocks by the names that Amazon's reports write behind a time, in minutes from UTC."""
_PROBED = 64
_NAMES = (  # of each month in English, German, French, Spanish, Italian; a name may be cut to its first letters
    "january januar janvier enero gennaio jänner",
    "february februar février febrero febbraio feber",
    "march märz mars marzo mrz",
    "april avril abril aprile",
    "may mai mayo maggio",
    "june juni juin junio giugno",
    "july juli juillet julio luglio",
    "august août agosto",
    "september septembre septiembre settembre setiembre sept",
    "october oktober octobre octubre ottobre",
    "november novembre noviembre",
    "december dezember décembre diciembre dicembre",
)
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "JST": 9}
_ZONES |= {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AEST": 10, "AEDT": 11}
"""Hours before UTC of the names of zones that reports write; CST is that of North America."""
_HALF = r"[AaPp]\.?\s?[Mm]\b\.?|上午|下午|午前|午後"
_SECOND = r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,6})\d*)?)?"
_TIME = (
    rf"(?:[T ,]+(?:um |at |à |a las |alle )?(?P<early>{_HALF})?\s*(?P<hour>\d{{1,2}})[:h](?P<minute>\d{{2}}){_SECOND}"
    rf"\s*(?P<half>{_HALF})?\s*(?P<zone>{'|'.join(_ZONES)}|(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?)?)?"
)
_WORD = r"(?P<word>[^\W\d_]{3,})\.?"
_SHAPES = [
    re.compile(shape + _TIME + r"\s*")
    for shape in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
        _WORD + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        r"(?P<day>\d{1,2})(?:er|\.)?(?:\s+de)?[-\s]*" + _WORD + r"(?:\s+de)?[-,\s]+(?P<year>\d{4}|\d{2})",
    )
]


@cache
def _months() -> dict[str, int]:
    """Every way to write the name of a month: whole, or cut to three letters or more where that is no other month's."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(_NAMES, start=1):
        for name in map(_unaccented, names.split()):
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _unaccented(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@dataclass(slots=True)
class Moments:
    """A column of days or instants: time as written, offset from UTC in minutes where written, which cells are no dates."""

    written: np.ndarray
    offset: np.ndarray
    bad: np.ndarray
    ambiguous: bool = False

    def days(self) -> np.ndarray:
        """Return the day as written, without time."""
        return self.written.astype("datetime64[D]").astype("datetime64[us]")

    def utc(self, zone: str) -> np.ndarray:
        """Return instants in UTC; a time without offset is one of the zone's clock."""
        known = ~np.isnan(self.offset)
        minutes = np.where(known, self.offset, 0).astype("timedelta64[m]")
        return np.where(known, self.written - minutes, to_utc(self.written, zone) if not known.all() else self.written)


def to_utc(written: np.ndarray, zone: str) -> np.ndarray:
    """Return the UTC of clock times in a zone; an hour that occurs twice is taken as the later one."""
    clock = pd.DatetimeIndex(written)
    local = clock.tz_localize(zone, ambiguous=np.zeros(len(clock), dtype=bool), nonexistent="shift_forward")
    return local.tz_convert("UTC").tz_localize(None).as_unit("us").to_numpy()


def local_days(utc: np.ndarray, zone: str) -> np.ndarray:
    """Return the calendar day of instants in a zone, summer time and all."""
    stamps = pa.array(utc.astype("datetime64[us]")).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    return pc.local_timestamp(stamps).to_numpy(zero_copy_only=False).astype("datetime64[D]").astype("datetime64[us]")


Decide = Callable[[bool | None], bool | None]
"""Says whether the day comes first in the whole file (None: no cell tells), given what the cells at hand tell."""


def moments(values: pa.Array, day_first: bool = False, decide: Decide = lambda told: told) -> Moments:
    """Return the days or instants of a column of text or time.

    Parameters
    ----------
    values
        Text as written, or times; blank stays blank, and so does a word for it (n/a, none).
    day_first
        How to read 03/04/2026 where no other day of the column tells.
    decide
        Asked where days are written so; the column may be a part of a longer one.
    """
    quick = _quick(values)
    if quick is not None:
        return quick
    coded = values.dictionary_encode()
    distinct = _parse([value or "" for value in coded.dictionary.to_pylist()], day_first, decide)
    at = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    if not len(coded.dictionary):
        return _blank(len(values))
    blank = np.array([*((value or "").strip().lower() in BLANKS for value in coded.dictionary.to_pylist()), True])[at]
    written = np.where(blank, np.datetime64("NaT", "us"), distinct.written[at])
    return Moments(written, np.where(blank, np.nan, distinct.offset[at]), ~blank & distinct.bad[at], distinct.ambiguous)


def _quick(values: pa.Array) -> Moments | None:
    """Columns that Arrow reads by itself: times, ISO instants with offset, ISO days."""
    n = len(values)
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        aware = getattr(values.type, "tz", None) is not None
        plain = values.cast(pa.timestamp("us", "UTC" if aware else None), safe=False)
        return Moments(_times(plain), np.full(n, 0.0 if aware else np.nan), np.zeros(n, dtype=bool))
    if not pa.types.is_string(values.type):
        return None
    for aware in (True, False):
        kind = pa.timestamp("us", "UTC" if aware else None)
        try:
            values.slice(0, _PROBED).cast(kind)
            stamps = values.cast(kind)
        except pa.ArrowInvalid:
            continue
        return Moments(_times(stamps), np.full(n, 0.0 if aware else np.nan), np.zeros(n, dtype=bool))
    return None


def _times(stamps: pa.Array) -> np.ndarray:
    return stamps.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def _blank(n: int) -> Moments:
    return Moments(np.full(n, np.datetime64("NaT", "us")), np.full(n, np.nan), np.zeros(n, dtype=bool))


def day_first(values: pa.Array) -> bool | None:
    """Say whether a column writes the day before the month, None where no cell tells."""
    texts = values.dictionary_encode().dictionary.to_pylist() if pa.types.is_string(values.type) else []
    return _told(_numeric([_match(text) for text in texts]))


def _parse(texts: Sequence[str], day_first: bool, decide: Decide) -> Moments:
    """Every distinct text once."""
    found = [_match(text) for text in texts]
    numeric = _numeric(found)
    told = decide(_told(numeric)) if numeric else None
    result = _blank(len(texts))
    result.ambiguous = told is None and not day_first and any(first != second for first, second, _ in numeric)
    for at, match in enumerate(found):
        moment = _moment(match, day_first if told is None else told) if match else None
        result.bad[at] = moment is None
        if moment is not None:
            result.written[at] = np.datetime64(moment.replace(tzinfo=None), "us")
            result.offset[at] = np.nan if moment.tzinfo is None else moment.utcoffset().total_seconds() / 60  # type: ignore[union-attr]
    return result


def _match(text: str) -> re.Match[str] | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    return next((m for shape in _SHAPES if (m := shape.fullmatch(plain))), None)


def _numeric(found: Sequence[re.Match[str] | None]) -> list[tuple[int, int, str]]:
    return [(int(m["first"]), int(m["second_"]), m["mark"]) for m in found if m and "first" in m.re.groupindex]


def _told(numeric: Sequence[tuple[int, int, str]]) -> bool | None:
    """Whether the first number is the day; None where the column leaves that open."""
    if any(first > 12 for first, _, _ in numeric):
        return True
    if any(second > 12 for _, second, _ in numeric):
        return False
    return True if numeric and all(mark == "." for *_, mark in numeric) else None


def _moment(match: re.Match[str], first_is_day: bool) -> dt.datetime | None:
    cells = match.groupdict()
    year = int(cells["year"]) + (2000 if len(cells["year"]) == 2 else 0)
    if "first" in cells:
        day, month = (cells["first"], cells["second_"]) if first_is_day else (cells["second_"], cells["first"])
    else:
        day, month = cells["day"], cells.get("month") or _months().get(_unaccented(cells["word"]), 0)
    try:
        return dt.datetime(year, int(month), int(day), *_clock(cells), tzinfo=_zone(cells["zone"]))
    except ValueError:
        return None


def _clock(cells: dict[str, str | None]) -> tuple[int, int, int, int]:
    hour, half = int(cells["hour"] or 0), (cells["early"] or cells["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half[0] == "p" or half in ("下午", "午後") else 0)
    return hour, int(cells["minute"] or 0), int(cells["second"] or 0), int((cells["part"] or "0").ljust(6, "0"))


def _zone(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text in _ZONES:
        return dt.timezone(dt.timedelta(hours=_ZONES[text]))
    digits = text.lstrip("UTCGM")
    hours, _, rest = digits[1:].partition(":")
    minutes = int(hours[:2]) * 60 + int(rest or hours[2:] or 0)
    return dt.timezone(dt.timedelta(minutes=-minutes if digits[0] == "-" else minutes))
