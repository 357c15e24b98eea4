"""What a report is: the columns that tell it, those it needs, and the function that makes tables of its rows."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import Fault, InvalidTable, MissingColumns
from workbench.sources import adjacent, parted
from workbench.sources.answer import Answer, Context
from workbench.sources.carry import Carry
from workbench.sources.damage import Known
from workbench.sources.reading.block import Block, Sheet, Watch
from workbench.sources.reading.headers import locate, normal
from workbench.sources.rows import Rows, gather
from workbench.tables import schema

ALWAYS_KNOWN = dt.datetime(1970, 1, 1)
"""When built-in rows became known: before anything that a seller says, so that every file overrules them."""
_NUMBER = "line"
"""Column of keys that tells rows of the same key apart; `rows.line_numbers` gives it."""
Tables = dict[str, pd.DataFrame]


class Parsed:
    """What a file says: which report it is, its canonical tables with lineage block by block, and the answer on it.

    Reading the blocks to the end completes the answer, and raises InvalidTable with every fault if there were any: what
    was read before must then not be used.
    """

    def __init__(self, report: str, blocks: Iterable[Tables], answer: Answer, source: str = ""):
        self.report, self.answer = report, answer
        self.blocks: Iterator[Tables] = self._checked(blocks, source)
        self._joined: Tables | None = None

    def _checked(self, blocks: Iterable[Tables], source: str) -> Iterator[Tables]:
        yield from blocks
        if self.answer.fatal:
            self.answer.refuse()
            raise InvalidTable(self.report, self.answer.all_faults(), source)

    def tables(self) -> Tables:
        """Return all blocks joined, for files that fit into memory.

        Raises
        ------
        InvalidTable
            With every fault of the file.
        """
        if self._joined is None:
            found: dict[str, list[pd.DataFrame]] = {}
            for block in self.blocks:
                for table, frame in block.items():
                    found.setdefault(table, []).append(frame)
            filled = {table: [frame for frame in frames if len(frame)] or frames[:1] for table, frames in found.items()}
            self._joined = {table: pd.concat(frames, ignore_index=True) for table, frames in filled.items()}
        return self._joined


class Unaccounted(AssertionError):
    """Rows that a reader neither put into a table, nor summed, nor dropped: the reader is wrong, not the file."""


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of file of rows.

    Attributes
    ----------
    name
        Code of the report.
    needed, optional
        Our name of a column and how files spell it.
    telling
        Needed columns that no other report has together.
    filled
        Columns that every row must fill.
    make
        Makes tables of the rows; the index of a row is its position in the file, -1 for a built-in row.
    silent
        Columns known to hold nothing for us; any other is reported as new.
    strict
        Whether to report columns that are new or missing.
    former
        Optional columns that only some generations of the report have: no drift where they are missing.
    together
        Columns of the file (our names) whose equal rows must be seen in one block, for a reader that sums them; rows are
        put together by the first of them, a needed one.
    adjacent
        Column of the file whose equal neighbours must be seen in one block, such as the lines of an order.
    about
        Tables that only describe what other rows name, and whether the first or the last row of a key counts where it
        comes again in another block.
    """

    name: str
    needed: Mapping[str, Sequence[str]]
    optional: Mapping[str, Sequence[str]]
    telling: frozenset[str]
    make: Callable[[Rows], Tables]
    filled: tuple[str, ...] = ()
    silent: frozenset[str] = field(default_factory=frozenset)
    strict: bool = True
    former: frozenset[str] = field(default_factory=frozenset)
    together: tuple[str, ...] = ()
    adjacent: str = ""
    about: Mapping[str, str] = field(default_factory=lambda: {"items": "first"})

    def spellings(self) -> dict[str, Sequence[str]]:
        """Return every column that we read and its spellings."""
        return {**self.needed, **self.optional}

    def recognises(self, header: Sequence[str]) -> bool:
        """Say whether a header has all columns that tell this report."""
        return all(locate(header, self.needed[name]) is not None for name in self.telling)

    def share(self, header: Sequence[str]) -> float:
        """Return which share of the needed columns a header has, 0-1."""
        return sum(locate(header, names) is not None for names in self.needed.values()) / max(len(self.needed), 1)

    def read(self, sheet: Sheet, context: Context) -> Parsed:
        """Return what a sheet says.

        Raises
        ------
        MissingColumns
            If a needed column is not there.
        """
        answer = Answer(self.name)
        return Parsed(self.name, self.blocks(sheet, context, answer), answer, context.source)

    def blocks(self, sheet: Sheet, context: Context, answer: Answer, carry: Carry | None = None, watch: Watch | None = None) -> Iterator[Tables]:
        """Return the tables of a sheet block by block, and say in the answer what there is to say.

        Where `watch` finds the header of another table among the rows, they end above it and `carry.next_header` has its line.

        Raises
        ------
        MissingColumns
            If a needed column is not there.
        """
        found = {name: locate(sheet.header, names) for name, names in self.spellings().items()}
        missing = [self.needed[name][0] for name in self.needed if found[name] is None]
        if missing:
            raise MissingColumns(context.source, self.name, missing, sheet.header)
        if self.strict:
            answer.drift += [told for told in self._drift(sheet.header, found) if told not in answer.drift]
        carry = carry or Carry()
        carry.known = Known(context.known_skus())
        return self._read(sheet, {name: place for name, place in found.items() if place is not None}, context, answer, carry, watch)

    def _read(self, sheet: Sheet, places: dict[str, int], context: Context, answer: Answer, carry: Carry, watch: Watch | None) -> Iterator[Tables]:
        def elsewhere(name: str) -> Iterator[pa.Array]:
            for block in sheet.blocks([places[name]]):
                yield block.table.column(0).combine_chunks()

        carry.next_header = 0
        blocks = sheet.blocks(list(dict.fromkeys(places.values())), 1 + max((places[name] for name in self.needed), default=0), watch)
        if self.together:
            blocks = parted.whole(blocks, str(places[self.together[0]]))
        elif self.adjacent in places:
            blocks = adjacent.whole(blocks, str(places[self.adjacent]))
        for block, more in ahead(blocks):
            rows = gather(block, sheet, places, context, answer, carry)
            rows.elsewhere = elsewhere if more or carry.blocks else None
            for name in self.filled:
                rows.blank(name)
            tables = finished(rows, self.make(rows), self.about, more)
            carry.blocks += 1
            carry.next_header = block.ends_at
            if answer.fatal and watch is not None and (line := _stray_header(block, sheet, watch, answer)):
                carry.next_header = line
                break
            if not answer.fatal:
                yield tables
        if carry.held() and not answer.fatal:
            yield carry.held()

    def _drift(self, header: Sequence[str], found: Mapping[str, int | None]) -> list[dict[str, str]]:
        known = {normal(name) for names in self.spellings().values() for name in names} | self.silent
        new = [name.strip() for name in header if _named(name) and normal(name) not in known]
        missing = [names[0] for name, names in self.optional.items() if found[name] is None and name not in self.former]
        return [{"column": name, "change": "new"} for name in new] + [{"column": name, "change": "missing"} for name in missing]


def silent(columns: str) -> frozenset[str]:
    """Return the normal form of column names, written one a line or separated by commas."""
    return frozenset(normal(name) for name in columns.replace("\n", ",").split(",") if name.strip())


def alone(report: str, make: Callable[[Rows], Tables], rows: Rows) -> Parsed:
    """Return what rows say that were read all at once, such as those of a JSON document."""

    def blocks() -> Iterator[Tables]:
        rows.answer.rows += len(rows)
        tables = finished(rows, make(rows), {}, False)
        if not rows.answer.fatal:
            yield tables

    return Parsed(report, blocks(), rows.answer, rows.source)


def finished(rows: Rows, tables: Tables, about: Mapping[str, str], more: bool) -> Tables:
    """Return valid tables with lineage; faults go to the answer, and every row is accounted for.

    If the file as a whole is at fault (row 0), its tables are not looked at.
    """
    valid: Tables = {}
    cells = rows.faulty().copy()
    for table, frame in tables.items() if not any(fault.row == 0 for fault in rows.answer.faults) else ():
        traced = _traced(frame[~_at(cells, frame)] if cells.any() else frame, rows)
        ours = (frame.index < 0).all()  # no rows, or built-in ones
        try:
            valid[table] = schema.conform(table, traced) if ours else schema.validate(table, traced, rows.source)
        except InvalidTable as fault:
            _blame(rows, fault.faults)
            continue
        if more or rows.carry.blocks:
            valid[table] = _without_known(rows, table, valid[table], "first" if ours else about.get(table), more)
    if not rows.answer.fatal:
        _account(rows, tables)
    return valid


def _without_known(rows: Rows, table: str, frame: pd.DataFrame, which: str | None, more: bool) -> pd.DataFrame:
    """Rows of a key that came in an earlier block: left out where they only describe, else a fault."""
    if which == "last":
        rows.carry.hold(table, frame)
        return frame.iloc[:0]
    if which is None and _NUMBER in schema.key(table) and rows.numbered() and not rows.has(_NUMBER):
        return frame
    again = rows.carry.again(table, frame) if len(frame) else np.zeros(0, dtype=bool)
    if which is None and again.any():
        key = schema.key(table)
        lines = frame.loc[again, "source_line"]
        _blame(rows, [Fault(int(line), ", ".join(key), "one row per key", "one more") for line in lines])
    return frame[~again].reset_index(drop=True) if again.any() else frame


def _blame(rows: Rows, faults: Sequence[Fault]) -> None:
    rows.answer.blame(faults)
    rows.mark(np.isin(rows.lines, [fault.row for fault in faults]))


def _account(rows: Rows, tables: Tables) -> None:
    """Every row is traced in a table, summed into one that is, or dropped for a reason."""
    traced = np.zeros(len(rows) + 1, dtype=bool)
    for frame in tables.values():
        traced[frame.index.to_numpy(dtype="int64")] = True
    dropped = rows.dropped()
    lost = np.flatnonzero(~traced[:-1] & ~dropped)
    if len(lost) > rows.summed or (traced[:-1] & dropped).any():
        wrong = lost if len(lost) > rows.summed else np.flatnonzero(traced[:-1] & dropped)
        raise Unaccounted(f"{rows.answer.report}: {len(wrong)} row(s) neither traced, summed nor dropped, or both; first is line {rows.lines[wrong[0]]}")
    rows.answer.kept += len(rows) - int(np.count_nonzero(dropped))


def ahead(blocks: Iterator[Block]) -> Iterator[tuple[Block, bool]]:
    """Return each block and whether another follows."""
    now = next(blocks, None)
    while now is not None:
        then = next(blocks, None)
        yield now, then is not None
        now = then


def _stray_header(block: Block, sheet: Sheet, watch: Watch, answer: Answer) -> int:
    """The line of a header that nobody knows among faulty rows, 0 if there is none; from there on faults are not those of this table."""
    faulty = {fault.row for fault in answer.faults}
    suspects = [line for line in block.lines[watch.suspects(block.table)].tolist() if line in faulty]
    line = next((line for line in suspects for found in sheet.below(line) if watch.resembles(found.header) and not watch.is_header(found.header)), 0)
    if line:
        answer.faults = [fault for fault in answer.faults if fault.row < line]
        answer.fault_count = len(answer.faults)
    return line


def _named(name: str) -> bool:
    """A column that a program named for want of a name (Unnamed: 22) has none."""
    return bool(normal(name)) and not normal(name).startswith("unnamed")


def _at(mask: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    places = frame.index.to_numpy(dtype="int64")
    return np.append(mask, False)[places]  # -1, a built-in row, is never faulty


def _traced(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    places = frame.index.to_numpy(dtype="int64")
    known_at = frame["known_at"] if "known_at" in frame else np.where(places < 0, np.datetime64(ALWAYS_KNOWN, "us"), np.datetime64(rows.known_at, "us"))
    lines = np.append(rows.lines, 0)[places].astype("int64")
    return frame.assign(known_at=known_at, source_file=pd.Series(rows.source, index=frame.index, dtype="str"), source_line=lines).reset_index(drop=True)
