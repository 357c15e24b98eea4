"""Runs: typed parameters, papermill, one record a run, one publish for all steps."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.runs.decision import decision_day
from workbench.runs.parameters import DAILY, NOTEBOOKS, check

if TYPE_CHECKING:
    from workbench.runs.ingest import Imported, import_files, import_inbox, release, undo
    from workbench.runs.job import execute
    from workbench.runs.outcome import Outcome

__all__ = [
    "DAILY",
    "NOTEBOOKS",
    "Imported",
    "Outcome",
    "check",
    "decision_day",
    "execute",
    "import_files",
    "import_inbox",
    "release",
    "undo",
]


_LATE = {"execute": "job", "Outcome": "outcome", **dict.fromkeys(("Imported", "import_files", "import_inbox", "release", "undo"), "ingest")}


def __getattr__(name: str) -> Any:
    """Load papermill and the readers of files only where something is executed or imported: a dashboard starts without them."""
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(import_module(f"workbench.runs.{_LATE[name]}"), name)
