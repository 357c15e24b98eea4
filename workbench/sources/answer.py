"""What a file is asked with and what is said of it: context, notes, faults, and the count of its rows."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from workbench.errors import Fault
from workbench.settings import Mapping
from workbench.tables.account import Account, Note

MAX_FAULTS = 1000
"""Faults that are kept with their words; the others are counted. More than a thousand nobody reads."""
MAX_NOTES = 100
"""Different notes that are kept; a file with more of them is no report that a note could explain."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader is told besides the file.

    Attributes
    ----------
    source
        Name that rows are traced to.
    known_at
        When the file was saved, UTC.
    mappings
        Readers of the workspace for files of other systems.
    items
        Table items as known so far, to find the SKU where a report tells only the marketplace's number.
    home
        Country code of the seller's home marketplace.
    skus
        Tells the SKUs that are known from other files, so that a damaged one is told from a strange one; asked once a file.
    """

    source: str
    known_at: dt.datetime
    mappings: Sequence[Mapping] = ()
    items: pd.DataFrame | None = None
    home: str = "US"
    skus: Callable[[], Collection[str]] | None = None

    def known_skus(self) -> frozenset[str]:
        """Return the SKUs that are known from other files."""
        if self.skus is not None:
            return frozenset(self.skus())
        return frozenset(self.items["sku"].dropna()) if self.items is not None else frozenset()


@dataclass(slots=True)
class Answer:
    """What is said of a file; complete once its blocks are read to the end.

    Every row is kept (traced in a table, or summed into one that is) or dropped for a reason: rows == kept + sum(dropped).
    `drift` lists columns that are new to the report and optional ones that are missing: {"column": …, "change": "new" | "missing"}.
    `faults` are why the file is refused (`fatal`), or name rows that were dropped, such as those with a damaged SKU;
    `fault_count` counts those beyond the first thousand too.
    `covers` says whether the file holds all that there is for its days ("days"), or only rows that changed ("keys");
    `since` the instant (UTC) from which on it surely does, None if from its first row.
    """

    report: str
    rows: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    drift: list[dict[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    fatal: bool = False
    covers: Literal["days", "keys"] = "days"
    since: dt.datetime | None = None

    def note(self, code: str, values: dict[str, Any]) -> None:
        """Add a note; one that says the same of other rows is added up."""
        for at, note in enumerate(self.notes):
            if note.code == code and _words(note.values) == _words(values):
                self.notes[at] = Note(code, {name: _sum(value, values[name]) for name, value in note.values.items()})
                return
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(code, values))

    def drop(self, reason: str, count: int) -> None:
        """Count rows that go into no table."""
        self.dropped[reason] = self.dropped.get(reason, 0) + count

    def blame(self, faults: Sequence[Fault], count: int | None = None, fatal: bool = True) -> None:
        """Remember faults; `count` says how many there are if not all are given, `fatal` that the file is refused for them."""
        self.faults += faults[: max(MAX_FAULTS - len(self.faults), 0)]
        found = len(faults) if count is None else count
        self.fault_count += found
        self.fatal |= fatal and found > 0

    def refuse(self) -> None:
        """Count every row as dropped, for the file has faults."""
        self.faults.sort(key=lambda fault: fault.row)
        self.kept, self.dropped = 0, {"refused": self.rows} if self.rows else {}

    def account(self, most: int = MAX_FAULTS) -> Account:
        """Return what is said of the rows in plain types, at most so many faults with their words."""
        return Account(
            rows=self.rows,
            kept=self.kept,
            dropped={code: int(count) for code, count in self.dropped.items()},
            drift=tuple(self.drift),
            notes=tuple(Note(note.code, json.loads(json.dumps(note.values, default=str))) for note in self.notes),
            faults=tuple(Fault(int(fault.row), str(fault.column), str(fault.expected), str(fault.got)) for fault in self.faults[:most]),
            fault_count=self.fault_count,
        )

    def all_faults(self) -> list[Fault]:
        """Return the faults, those that are only counted as the last."""
        more = self.fault_count - len(self.faults)
        return self.faults + ([Fault(got=f"and {more} more")] if more > 0 else [])


def _words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if isinstance(value, int | float | dict) else value for name, value in values.items()}


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {name: one.get(name, 0) + other.get(name, 0) for name in [*one, *(name for name in other if name not in one)]}
    return one + other if isinstance(one, int | float) else one
