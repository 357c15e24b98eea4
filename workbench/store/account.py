"""What became of a file: the account of its rows, and why it was held back; told again whenever somebody asks."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict

from workbench.tables.account import Account

Status = Literal["imported", "quarantined", "refused", "undone"]
MAX_FAULTS = 100
"""Faults that the manifest keeps of one file; every reader of a table reads the manifest."""


class Reason(BaseModel):
    """Why a file that can be read is held back: what was found, the limit, and what the last good file had."""

    model_config = ConfigDict(frozen=True)

    code: str
    value: float
    limit: float
    before: float
    table: str = ""
    place: str = ""


class Kept(Account):
    """What became of one file."""

    name: str
    report: str
    known_at: dt.datetime
    status: Status
    reasons: tuple[Reason, ...] = ()
    first_date: dt.date | None = None
    last_date: dt.date | None = None
