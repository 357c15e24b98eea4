"""Runs: typed parameters, papermill, one record a run, one publish for all steps."""

from typing import Any

from workbench.runs.decision import decision_day
from workbench.runs.ingest import Imported, import_files, import_inbox, release, undo
from workbench.runs.outcome import Outcome
from workbench.runs.parameters import DAILY, NOTEBOOKS, check

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


def __getattr__(name: str) -> Any:
    """Load papermill only where something is executed: a dashboard reads in milliseconds."""
    if name == "execute":
        from workbench.runs.job import execute

        return execute
    raise AttributeError(name)
