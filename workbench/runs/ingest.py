"""Import: every file of the inbox is kept as found, read by the reader that knows it, and added or quarantined."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench import sources
from workbench.errors import DataRejected, InvalidTable
from workbench.store import Workspace

Progress = Callable[[str, int, int], None]
"""Called with stage, items done and items in all."""


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
    for done, file in enumerate(files):
        progress("import", done, len(files))
        _import_file(workspace, file, now, outcome)
    progress("import", len(files), len(files))
    return outcome


def _import_file(workspace: Workspace, file: Path, now: dt.datetime, outcome: Imported) -> None:
    raw = workspace.keep(file, now)
    if workspace.has(raw.sha256):
        outcome.known.append(raw.name)
        return
    try:
        parsed = sources.parse(raw.path, raw.name, raw.known_at, workspace.settings.mapping)
    except DataRejected as fault:
        faults = fault.faults if isinstance(fault, InvalidTable) else [str(fault)]
        workspace.reject(raw, type(fault).__name__, faults)
        outcome.quarantined[raw.name] = faults
        return
    workspace.add(parsed.tables, raw, parsed.report)
    outcome.added.append(raw.name)
    outcome.rows += sum(len(table) for table in parsed.tables.values())
    if parsed.notes:
        outcome.notes[raw.name] = parsed.notes
