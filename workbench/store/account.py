"""What became of a file: its rows counted, what was noted and what was wrong, told again whenever somebody asks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Status = Literal["imported", "quarantined", "refused", "duplicate", "ignored", "undone"]
MAX_FAULTS = 100
"""Faults that the manifest keeps of one file; every reader of a table reads the manifest."""


class Fault(BaseModel):
    """What is wrong in one cell or row; row 0 is the file as a whole."""

    model_config = ConfigDict(frozen=True)

    row: int = 0
    column: str = ""
    expected: str = ""
    got: str = ""

    def __str__(self) -> str:
        where = ", ".join(([f"line {self.row}"] if self.row else []) + ([f"column {self.column}"] if self.column else []))
        said = f"expected {self.expected}, got {self.got}" if self.expected else self.got
        return f"{where}: {said}" if where else said


class Note(BaseModel):
    """What was assumed or left out, as a code and its values."""

    model_config = ConfigDict(frozen=True)

    code: str
    values: dict[str, Any] = Field(default_factory=dict)


class Reason(BaseModel):
    """Why a file that can be read is held back: what was found, the limit, and what the last good file had."""

    model_config = ConfigDict(frozen=True)

    code: str
    value: float
    limit: float
    before: float
    table: str = ""
    place: str = ""


class Account(BaseModel):
    """What a reader says of the rows of a file; rows == kept + sum(dropped)."""

    model_config = ConfigDict(frozen=True)

    rows: int = 0
    kept: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    drift: tuple[dict[str, str], ...] = ()
    notes: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0

    @field_validator("faults", mode="before")
    @classmethod
    def _as_sentences(cls, given: Sequence[Any]) -> list[Any]:
        """A manifest of the version before holds each fault as a sentence."""
        return [{"got": fault} if isinstance(fault, str) else fault for fault in given]


class Kept(Account):
    """What became of one file."""

    name: str
    report: str
    known_at: dt.datetime
    status: Status
    reasons: tuple[Reason, ...] = ()
    first_date: dt.date | None = None
    last_date: dt.date | None = None
