"""Import: every file of the inbox is kept as found, read by the reader that knows it, and added or quarantined."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from workbench import sources
from workbench.errors import BadParameters, DataRejected, InvalidTable
from workbench.store import Account, Fault, RawFile, Workspace

Progress = Callable[[str, int, int], None]
"""Called with stage, items done and items in all."""
STAGE = "import"
logger = logging.getLogger(__name__)


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(slots=True)
class Imported:
    """What an import did with the files that lay in the inbox."""

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    quarantined: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0
    notes: dict[str, list[str]] = field(default_factory=dict)


def import_inbox(workspace: Workspace, now: dt.datetime, progress: Progress = silent) -> Imported:
    """Return what became of each file in the inbox; a file that was imported before changes nothing.

    A bad file is quarantined with every fault listed and the others go on.
    """
    files = sorted(p for p in workspace.inbox.rglob("*") if p.is_file() and not p.name.startswith((".", "~")))
    outcome = Imported()
    progress(STAGE, 0, len(files))
    first, later = _in_order(workspace, files, now, outcome)
    items = None
    for done, raw in enumerate([*first, *later], start=1 + len(outcome.known)):
        if raw in later and items is None:
            items = workspace.read("items")
        _import_file(workspace, raw, items, outcome)
        progress(STAGE, done, len(files))
    progress(STAGE, len(files), len(files))
    return outcome


def _in_order(workspace: Workspace, files: list[Path], now: dt.datetime, outcome: Imported) -> tuple[list[RawFile], list[RawFile]]:
    """New files, and apart those that may name articles by the marketplace's number alone: read after the files that tell the SKU."""
    first: list[RawFile] = []
    later: list[RawFile] = []
    seen: set[str] = set()
    for file in files:
        raw = workspace.keep(file, now)
        if workspace.has(raw.sha256) or raw.sha256 in seen:
            outcome.known.append(raw.name)
            continue
        seen.add(raw.sha256)
        (later if _needs_items(workspace, raw) else first).append(raw)
    return first, later


def _needs_items(workspace: Workspace, raw: RawFile) -> bool:
    try:
        reader = sources.recognise(raw.path, workspace.settings.mapping)
    except Exception:  # whatever is wrong with the file is said when it is read
        return False
    return reader is not None and reader.needs_items


def _import_file(workspace: Workspace, raw: RawFile, items: pd.DataFrame | None, outcome: Imported) -> None:
    try:
        context = sources.Context(raw.name, raw.known_at, workspace.settings.mapping, items, workspace.settings.marketplace)
        parsed = sources.parse(raw.path, context)
        tables = parsed.tables()
    except BadParameters:
        raise  # the mapping is wrong, not the file
    except Exception as fault:
        faults = fault.faults if isinstance(fault, InvalidTable) else [str(fault)]
        if not isinstance(fault, DataRejected):
            logger.exception("%s cannot be read", raw.name)
            faults = [f"{type(fault).__name__}: {fault}"]
        workspace.refuse(raw, type(fault).__name__, Account(faults=[Fault(got=text) for text in faults[:100]], fault_count=len(faults)))
        outcome.quarantined[raw.name] = faults
        return
    workspace.add(tables, raw, parsed.report)
    outcome.added.append(raw.name)
    outcome.rows += sum(len(table) for table in tables.values())
    if parsed.answer.notes:
        outcome.notes[raw.name] = parsed.answer.sentences()
