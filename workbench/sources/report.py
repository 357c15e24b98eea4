"""What a report is: the columns that tell it, those it needs, and the function that makes tables of its rows."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.errors import InvalidTable, MissingColumns
from workbench.sources.reading.headers import locate, normal
from workbench.sources.reading.sheet import Sheet
from workbench.sources.rows import Fault, Rows, gather
from workbench.tables import schema

ALWAYS_KNOWN = dt.datetime(1970, 1, 1)
"""When built-in rows became known: before anything that a seller says, so that every file overrules them."""
MAX_FAULTS = 1000
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says: which report it is, canonical tables with lineage, and notes on what was left out or assumed."""

    report: str
    tables: Tables
    notes: list[str]


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
        Whether to report columns that are unknown.
    """

    name: str
    needed: Mapping[str, Sequence[str]]
    optional: Mapping[str, Sequence[str]]
    telling: frozenset[str]
    make: Callable[[Rows], Tables]
    filled: tuple[str, ...] = ()
    silent: frozenset[str] = field(default_factory=frozenset)
    strict: bool = True

    def spellings(self) -> dict[str, Sequence[str]]:
        """Return every column that we read and its spellings."""
        return {**self.needed, **self.optional}

    def recognises(self, header: Sequence[str]) -> bool:
        """Say whether a header has all columns that tell this report."""
        return all(locate(header, self.needed[name]) is not None for name in self.telling)

    def share(self, header: Sequence[str]) -> float:
        """Return which share of the needed columns a header has, 0-1."""
        return sum(locate(header, names) is not None for names in self.needed.values()) / max(len(self.needed), 1)

    def parse(self, sheet: Sheet, source: str, known_at: dt.datetime, items: pd.DataFrame | None = None) -> Parsed:
        """Return the tables of a file.

        Raises
        ------
        MissingColumns
            If a needed column is not there.
        InvalidTable
            With every fault of the file.
        """
        found = {name: locate(sheet.header, names) for name, names in self.spellings().items()}
        missing = [self.needed[name][0] for name in self.needed if found[name] is None]
        if missing:
            raise MissingColumns(source, self.name, missing, sheet.header)
        rows = gather(sheet, {name: place for name, place in found.items() if place is not None}, source, known_at)
        rows.items = items
        for name in self.filled:
            rows.blank(name)
        self._report_drift(sheet.header, rows)
        return Parsed(self.name, finished(self.name, rows, self.make(rows)), rows.notes)

    def _report_drift(self, header: Sequence[str], rows: Rows) -> None:
        known = {normal(name) for names in self.spellings().values() for name in names} | self.silent
        new = [name for name in header if normal(name) and normal(name) not in known]
        if new and self.strict:
            rows.note("new_columns", count=len(new), columns=", ".join(new))


def silent(columns: str) -> frozenset[str]:
    """Return the normal form of column names, written one a line or separated by commas."""
    return frozenset(normal(name) for name in columns.replace("\n", ",").split(",") if name.strip())


def finished(report: str, rows: Rows, tables: Tables) -> Tables:
    """Return valid tables with lineage.

    Raises
    ------
    InvalidTable
        With every fault of the cells and, in the lines without one, of the tables; if the file as a whole is at fault
        (line 0), its tables are not looked at.
    """
    faulty, faults = rows.faulty(), list(rows.faults)
    valid: Tables = {}
    for table, frame in tables.items() if all(fault.line for fault in faults) else ():
        traced = _traced(frame[~_at(faulty, frame)] if len(rows.faults) else frame, rows)
        try:
            ours = (frame.index < 0).all()  # no rows, or built-in ones
            valid[table] = schema.conform(table, traced) if ours else schema.validate(table, traced, rows.source)
        except InvalidTable as fault:
            faults += [Fault(_line(text), text) for text in fault.faults]
    if faults:
        raise InvalidTable(report, _listed(faults), rows.source)
    return valid


def _at(mask: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
    places = frame.index.to_numpy(dtype="int64")
    return np.append(mask, False)[places]  # -1, a built-in row, is never faulty


def _traced(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    places = frame.index.to_numpy(dtype="int64")
    known_at = frame["known_at"] if "known_at" in frame else np.where(places < 0, np.datetime64(ALWAYS_KNOWN, "us"), np.datetime64(rows.known_at, "us"))
    lines = np.append(rows.lines, 0)[places].astype("int64")
    return frame.assign(known_at=known_at, source_file=pd.Series(rows.source, index=frame.index, dtype="str"), source_line=lines).reset_index(drop=True)


def _line(text: str) -> int:
    number = text.removeprefix("line ").partition(",")[0]
    return int(number) if number.isdigit() else 0


def _listed(faults: Sequence[Fault]) -> list[str]:
    texts = list(dict.fromkeys(fault.text for fault in sorted(faults, key=lambda fault: fault.line)))
    more = len(texts) - MAX_FAULTS
    return texts if more <= 0 else [*texts[:MAX_FAULTS], f"and {more} more"]
