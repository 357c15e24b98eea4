"""The rows of one file, column by column under our names; what cannot be read is remembered, not raised."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.i18n import t
from workbench.sources.reading.dates import Moments, local_days, moments
from workbench.sources.reading.numbers import numbers
from workbench.sources.reading.sheet import Sheet

_FLAGS = {"true": True, "yes": True, "y": True, "1": True, "x": True, "false": False, "no": False, "n": False, "0": False}
_SHOWN = 60
NUMBER, DAY, FLAG = "expected a number", "expected a date", "expected yes or no"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell or line."""

    line: int
    text: str


@dataclass(slots=True)
class Rows:
    """Rows of a file: accessors return whole columns, blank where the file has no such column.

    The index of every column is the position of its row; `lines` holds the line in the file.
    """

    source: str
    known_at: dt.datetime
    names: Mapping[str, str]
    table: pa.Table
    lines: np.ndarray
    decimal_comma: bool = False
    items: pd.DataFrame | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    _read: dict[str, pa.Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.table.num_rows

    def has(self, name: str) -> bool:
        """Say whether the file has the column."""
        return name in self.names

    def column(self, name: str) -> pa.Array:
        """Return a column as Arrow text without blanks around it, or in the file's own type; all blank where absent."""
        if name not in self.names:
            return pa.nulls(len(self), pa.string())
        if name not in self._read:
            values = self.table.column(name).combine_chunks()
            if pa.types.is_dictionary(values.type):
                values = values.dictionary_decode()
            if pa.types.is_large_string(values.type):
                values = values.cast(pa.string())
            self._read[name] = _trimmed(values) if pa.types.is_string(values.type) else values
        return self._read[name]

    def text(self, name: str) -> pd.Series:
        """Return a column of text."""
        values = self.column(name)
        if pa.types.is_floating(values.type) and bool(pc.all(pc.equal(pc.floor(values), values)).as_py()):
            values = values.cast(pa.int64())
        return pd.Series(values.cast(pa.string()).to_pandas(), dtype="str")

    def each(self, name: str, say: Callable[[str], str | None]) -> pd.Series:
        """Return a column of text, every distinct value in other words; blank stays blank."""
        coded = self.column(name).cast(pa.string()).dictionary_encode()
        words = pa.array([*(say(value) for value in coded.dictionary.to_pylist()), None], pa.string())
        return pd.Series(words.take(coded.indices.fill_null(len(words) - 1)).to_pandas(), dtype="str")

    def holds(self, name: str, part: str) -> np.ndarray:
        """Return which cells of a column hold a text, whatever its case."""
        return pc.match_substring(self.column(name), part, ignore_case=True).fill_null(False).to_numpy(zero_copy_only=False)

    def number(self, name: str, open_ended: bool = False) -> pd.Series:
        """Return a column of numbers; NaN where blank."""
        found, bad = numbers(self.column(name), self.decimal_comma, open_ended)
        self.blame(name, bad, NUMBER)
        return pd.Series(found)

    def moments(self, name: str, day_first: bool = False) -> Moments:
        """Return a column of days or instants."""
        values = self.column(name)
        timely = pa.types.is_temporal(values.type) or pa.types.is_string(values.type)
        found = moments(values if timely else values.cast(pa.string()), day_first)
        self.blame(name, found.bad, DAY)
        if found.ambiguous:
            self.note("ambiguous_dates", column=self.names[name])
        return found

    def day(self, name: str, day_first: bool = False) -> pd.Series:
        """Return a column of days as written."""
        return pd.Series(self.moments(name, day_first).days())

    def day_in(self, name: str, zone: str, day_first: bool = False) -> pd.Series:
        """Return a column of days in a zone; an instant with an offset falls on the zone's day."""
        found = self.moments(name, day_first)
        aware = ~np.isnan(found.offset)
        days = found.days()
        return pd.Series(np.where(aware, local_days(found.utc(zone), zone), days) if aware.any() else days)

    def flag(self, name: str) -> pd.Series:
        """Return a column of yes and no; no where blank."""
        said = self.text(name).str.lower()
        found = said.map(_FLAGS)
        self.blame(name, (found.isna() & said.notna()).to_numpy(), FLAG)
        return found.fillna(False).astype(bool)

    def blame(self, name: str, bad: np.ndarray, expected: str) -> None:
        """Remember a fault for each cell of a column that is bad."""
        if not bad.any():
            return
        cells = self.table.column(name)
        for at in np.flatnonzero(bad):
            line, got = int(self.lines[at]), str(cells[int(at)].as_py())[:_SHOWN]
            self.faults.append(Fault(line, f"line {line}, column {self.names[name]}: {expected}, got {got!r}"))

    def blank(self, name: str) -> None:
        """Remember a fault for each blank cell of a column that must be filled."""
        empty = self.column(name).is_null().to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(empty):
            line = int(self.lines[at])
            self.faults.append(Fault(line, f"line {line}, column {self.names[name]}: expected a value, got a blank"))

    def note(self, name: str, **values: object) -> None:
        """Tell the reader what was left out or assumed."""
        self.notes.append(t(f"sources.note.{name}", **values))

    def drop(self, gone: np.ndarray, reason: str) -> np.ndarray:
        """Return which rows stay; those that go into no table are counted under the reason's code."""
        count = int(np.count_nonzero(gone))
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + count
        return ~gone

    def line_numbers(self, *key: pd.Series) -> np.ndarray:
        """Return the number of each row among the rows of the file with the same key, from 0 in the order of the file."""
        return line_numbers(*key)

    def faulty(self) -> np.ndarray:
        """Return which rows have a fault."""
        return np.isin(self.lines, [fault.line for fault in self.faults])


def gather(sheet: Sheet, places: Mapping[str, int], source: str, known_at: dt.datetime) -> Rows:
    """Return the rows of a sheet with the columns that are wanted, lines that hold none of them left out."""
    names = list(places)
    table, lines, faults = sheet.read(sorted(set(places.values())))
    table = pa.table({name: table.column(str(places[name])) for name in names})
    filled = ~_empty_rows(table)
    if not filled.all():
        table, lines = table.filter(pa.array(filled)), lines[filled]
    rows = Rows(source, known_at, {name: sheet.header[places[name]] for name in names}, table, lines, sheet.decimal_comma)
    rows.faults += [Fault(line, f"line {line}: {text}") for line, text in faults]
    return rows


def _empty_rows(table: pa.Table) -> np.ndarray:
    empty = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if column.null_count == 0:
            return np.zeros(table.num_rows, dtype=bool)
        empty &= column.combine_chunks().is_null().to_numpy(zero_copy_only=False)
    return empty


def _trimmed(values: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)


def pick(words: Sequence[str], at: np.ndarray) -> pd.Series:
    """Return a column of text from positions in a short list of words."""
    return pd.Series(pa.array(list(words), pa.string()).take(pa.array(at)).to_pandas(), dtype="str")


def line_numbers(*key: pd.Series) -> np.ndarray:
    """Return the number of each row among the rows with the same key, from 0 in the order of the file.

    >>> line_numbers(pd.Series(["a", "b", "a", "a"])).tolist()
    [0, 0, 1, 2]
    """
    codes = np.zeros(len(key[0]), dtype="int64")
    for column in key:
        found, distinct = pd.factorize(column)
        codes = pd.factorize(codes)[0] * (len(distinct) + 1) + found
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[:1]] - 1))
    numbers_in_order = np.arange(len(codes)) - np.repeat(starts, np.diff(np.append(starts, len(codes))))
    result = np.empty(len(codes), dtype="int64")
    result[order] = numbers_in_order
    return result
