"""The rows of one file, column by column under our names; what cannot be read is remembered, not raised."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import Fault
from workbench.sources.answer import MAX_FAULTS, Answer, Context
from workbench.sources.carry import Carry
from workbench.sources.damage import Known
from workbench.sources.reading import dates
from workbench.sources.reading.block import Block, Sheet
from workbench.sources.reading.dates import Moments, local_days, moments
from workbench.sources.reading.numbers import has_decimal_comma, numbers

_FLAGS = {"true": True, "yes": True, "y": True, "1": True, "x": True, "false": False, "no": False, "n": False, "0": False}
_SHOWN = 60
_NAMED = 3
_SKU = "sku"
_LOST = "\ufffd"
"""What programs write for a sign that they could not read."""
NUMBER, DAY, FLAG = "a number", "a date", "yes or no"


@dataclass(slots=True)
class Rows:
    """Rows of a file, or of one block of it: accessors return whole columns, blank where the file has no such column.

    The index of every column is the position of its row; `lines` holds the line in the file.
    """

    context: Context
    names: Mapping[str, str]
    table: pa.Table
    lines: np.ndarray
    answer: Answer
    carry: Carry = field(default_factory=Carry)
    decimal_comma: bool = False
    elsewhere: Callable[[str], Iterator[pa.Array]] | None = None
    """A column in all blocks of the file; None where this block is the whole file."""
    summed: int = 0
    """Rows that were added to others, as a matter of course; `note("summed", rows=n)` counts and tells."""
    _read: dict[str, pa.Array] = field(default_factory=dict)
    _moments: dict[str, Moments] = field(default_factory=dict)
    _bad: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _gone: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    _calls: int = 0

    def __post_init__(self) -> None:
        self._bad, self._gone = (np.zeros(self.table.num_rows, dtype=bool) for _ in range(2))

    @property
    def source(self) -> str:
        """Return the name that rows are traced to."""
        return self.context.source

    @property
    def known_at(self) -> dt.datetime:
        """Return when the file was saved, UTC."""
        return self.context.known_at

    @property
    def items(self) -> pd.DataFrame | None:
        """Return table items as known so far."""
        return self.context.items

    def home(self) -> str:
        """Return the country code of the seller's home marketplace, for a report that names none."""
        if len(self):
            self.note("home_marketplace", rows=len(self), marketplace=self.context.home)
        return self.context.home

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
            self._read[name] = self._told(name, _trimmed(values)) if pa.types.is_string(values.type) else values
        return self._read[name]

    def _told(self, name: str, values: pa.Array) -> pa.Array:
        """Text as it is; signs that some program could not read and lost are told of."""
        lost = pc.sum(pc.match_substring(values, _LOST)).as_py()
        if lost:
            self.note("lost_signs", rows=lost, column=self.names[name])
        return values

    def text(self, name: str) -> pd.Series:
        """Return a column of text."""
        return pd.Series(_as_text(self.column(name)).to_pandas(), dtype="str")

    def each(self, name: str, say: Callable[[str], str | None]) -> pd.Series:
        """Return a column of text, every distinct value in other words; blank stays blank."""
        coded = _as_text(self.column(name)).dictionary_encode()
        words = pa.array([*(say(value) for value in coded.dictionary.to_pylist()), None], pa.string())
        return pd.Series(words.take(coded.indices.fill_null(len(words) - 1)).to_pandas(), dtype="str")

    def holds(self, name: str, part: str) -> np.ndarray:
        """Return which cells of a column hold a text, whatever its case."""
        return pc.match_substring(self.column(name), part, ignore_case=True).fill_null(False).to_numpy(zero_copy_only=False)

    def number(self, name: str, open_ended: bool = False) -> pd.Series:
        """Return a column of numbers; NaN where blank."""
        found, bad = numbers(self.column(name), lambda told: self._decimal_comma(name, told), open_ended)
        self.blame(name, bad, NUMBER)
        return pd.Series(found)

    def moments(self, name: str, day_first: bool = False) -> Moments:
        """Return a column of days or instants."""
        if name in self._moments:
            return self._moments[name]
        values = self.column(name)
        timely = pa.types.is_temporal(values.type) or pa.types.is_string(values.type)
        found = moments(values if timely else _as_text(values), day_first, lambda told: self._day_first(name, told))
        self.blame(name, found.bad, DAY)
        if found.ambiguous:
            self.note("ambiguous_dates", column=self.names[name])
        self._moments[name] = found
        return found

    def _day_first(self, name: str, told: bool | None) -> bool | None:
        """As an earlier block told, else this one, else any other of the file."""
        known = self.carry.day_first
        if name not in known:
            others = self.elsewhere(name) if told is None and self.elsewhere else ()
            known[name] = told if told is not None else next((said for said in map(dates.day_first, others) if said is not None), None)
        return known[name]

    def _decimal_comma(self, name: str, told: bool | None) -> bool:
        known = self.carry.decimal_comma
        if name not in known:
            others = self.elsewhere(name) if told is None and self.elsewhere else ()
            known[name] = told if told is not None else next((said for said in map(has_decimal_comma, others) if said is not None), None)
        said = known[name]
        return self.decimal_comma if said is None else said

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
        """Remember a fault for each cell of a column that is bad; `expected` says what should be there, such as "a number"."""
        places = np.flatnonzero(bad)
        if not len(places):
            return
        self._bad[places] = True
        shown, column = self.names.get(name, name), self.table.column(name) if name in self.names else None
        listed = places[: max(MAX_FAULTS - len(self.answer.faults), 0)]
        cells = [column[int(at)].as_py() if column is not None else None for at in listed]
        told = expected.removeprefix("expected ")
        faults = [Fault(int(self.lines[at]), shown, told, _shown(cell)) for at, cell in zip(listed, cells, strict=True)]
        self.answer.blame(faults, len(places))

    def blank(self, name: str) -> None:
        """Remember a fault for each blank cell of a column that must be filled."""
        self.blame(name, self.column(name).is_null().to_numpy(zero_copy_only=False), "a value")

    def fault(self, column: str, expected: str, got: str) -> None:
        """Remember a fault of the file as a whole."""
        self.answer.blame([Fault(0, column, expected, got)])

    def note(self, code: str, /, **values: object) -> None:
        """Tell what was assumed: a code of `sources.note` and its values; `summed` says how many rows went into others."""
        if code == "summed":
            self.summed += int(values["rows"])  # type: ignore[call-overload]
        self.answer.note(code, {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()})

    def drop(self, gone: np.ndarray | pd.Series, reason: str) -> np.ndarray:
        """Return which rows stay; those that go into no table are counted under a code of `sources.dropped`, each once."""
        which = np.asarray(gone, dtype=bool)
        new = int(np.count_nonzero(which & ~self._gone & ~self._bad))
        self._gone |= which
        if new:
            self.answer.drop(reason, new)
        return ~which

    def line_numbers(self, *key: pd.Series) -> np.ndarray:
        """Return the number of each row among the rows of the file with the same key, from 0 in the order of the file.

        Each call of `make` counts for itself, so that a reader makes the same calls for every block.
        """
        self._calls += 1
        return self.carry.line_numbers(self._calls - 1, *key)

    def numbered(self) -> bool:
        """Say whether rows of equal keys were told apart by their numbers."""
        return self._calls > 0

    def dropped(self) -> np.ndarray:
        """Return which rows go into no table."""
        return self._gone

    def mark(self, bad: np.ndarray) -> None:
        """Mark rows as faulty whose faults are listed already."""
        self._bad |= bad

    def faulty(self) -> np.ndarray:
        """Return which rows have a fault."""
        return self._bad


def gather(block: Block, sheet: Sheet, places: Mapping[str, int], context: Context, answer: Answer, carry: Carry) -> Rows:
    """Return the rows of a block with the columns that are wanted, lines that hold none of them left out."""
    table, lines = pa.table({name: block.table.column(str(place)) for name, place in places.items()}), block.lines
    filled = ~_empty_rows(table)
    if not filled.all():
        table, lines = table.filter(pa.array(filled)), lines[filled]
    answer.rows += len(lines) + len(block.faults)
    answer.blame([Fault(line, "", expected, got) for line, expected, got in block.faults])
    names = {name: sheet.header[place] for name, place in places.items()}
    if _SKU in names:
        whole = ~_damaged(table.column(_SKU), lines, names[_SKU], carry.known, answer)
        if not whole.all():
            table, lines = table.filter(pa.array(whole)), lines[whole]
    return Rows(context, names, table, lines, answer, carry, sheet.decimal_comma)


def _damaged(column: pa.ChunkedArray, lines: np.ndarray, shown: str, known: Known, answer: Answer) -> np.ndarray:
    """Rows whose SKU a spreadsheet damaged: dropped, and each of them named."""
    if not pa.types.is_string(column.type):
        return np.zeros(len(lines), dtype=bool)
    skus = pc.utf8_trim_whitespace(column.combine_chunks())
    bad = known.damaged(skus)
    places = np.flatnonzero(bad)
    if len(places):
        listed = [(int(lines[at]), skus[int(at)].as_py()) for at in places[: max(MAX_FAULTS - len(answer.faults), 0)]]
        answer.blame([Fault(line, shown, _undamaged(known.originals(sku)), _shown(sku)) for line, sku in listed], len(places), fatal=False)
        answer.drop("damaged_sku", len(places))
    return bad


def _undamaged(originals: Sequence[str]) -> str:
    return f"a SKU that no spreadsheet changed, perhaps {' or '.join(map(repr, originals[:_NAMED]))}" if originals else "a SKU that no spreadsheet changed"


def _empty_rows(table: pa.Table) -> np.ndarray:
    empty = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if column.null_count == 0:
            return np.zeros(table.num_rows, dtype=bool)
        empty &= column.combine_chunks().is_null().to_numpy(zero_copy_only=False)
    return empty


def _shown(cell: object) -> str:
    return "a blank" if cell is None or not str(cell).strip() else repr(str(cell)[:_SHOWN])


def _as_text(values: pa.Array) -> pa.Array:
    """A whole number that a program stored as 3.0 is the text 3."""
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    whole = pc.equal(pc.floor(values), values)
    plain = pc.cast(pc.if_else(whole, values, None), pa.int64(), safe=False).cast(pa.string())
    return pc.if_else(whole, plain, values.cast(pa.string()))


def _trimmed(values: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)


def pick(words: Sequence[str], at: np.ndarray) -> pd.Series:
    """Return a column of text from positions in a short list of words."""
    return pd.Series(pa.array(list(words), pa.string()).take(pa.array(at)).to_pandas(), dtype="str")
