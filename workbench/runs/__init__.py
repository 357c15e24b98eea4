"""Runs: typed parameters, papermill, one record a run, one publish for all steps."""

from workbench.runs.execute import Report, decision_day, execute
from workbench.runs.ingest import Imported, import_inbox
from workbench.runs.parameters import DAILY, NOTEBOOKS, check

__all__ = ["DAILY", "NOTEBOOKS", "Imported", "Report", "check", "decision_day", "execute", "import_inbox"]
