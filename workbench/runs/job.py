"""Run a notebook, or the daily job: import, every step's notebook, and one publish of all their tables."""

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from workbench import errors
from workbench.runs.decision import decision_day
from workbench.runs.ingest import import_inbox
from workbench.runs.kernel import run_notebook
from workbench.runs.parameters import DAILY, Notebook, RunParams, check, find
from workbench.runs.record import EXIT_CODES, Run, Status, begin, inputs
from workbench.settings import shipped
from workbench.store import Workspace

TIMEOUT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Report:
    """How far a run is: stage, items done of all, seconds since the start, seconds left where earlier runs tell."""

    stage: str
    done: int
    total: int
    elapsed: float
    left: float | None


Progress = Callable[[Report], None]


def silent(report: Report) -> None:
    """Report nothing."""


class Job:
    """One run at work: its record, its clock and who listens."""

    def __init__(self, run: Run, workspace: Workspace, timeout_seconds: float, progress: Progress):
        self.run, self.workspace, self.progress = run, workspace, progress
        self.start = time.monotonic()
        self.deadline = self.start + timeout_seconds
        self.expected = _earlier_stages(workspace, run.name)

    def stage(self, name: str) -> None:
        """Enter a stage; the record on disk says so before the work starts."""
        self.run.stage, self.run.done, self.run.total = name, 0, 0
        self.entered = time.monotonic()
        self.run.save(self.workspace)

    def count(self, stage: str, done: int, total: int) -> None:
        """Tell the listener how far the stage is."""
        self.run.done, self.run.total = done, total
        now = time.monotonic()
        self.run.stages[stage] = now - self.entered
        self.progress(Report(stage, done, total, now - self.start, self._left(stage, now)))

    def _left(self, stage: str, now: float) -> float | None:
        if not self.expected:
            return None
        names = list(self.expected)
        later = names[names.index(stage) + 1 :] if stage in names else []
        return max(0.0, self.expected.get(stage, 0.0) - (now - self.entered)) + sum(self.expected[name] for name in later)

    def end(self, status: Status, message: str = "") -> Run:
        """Write how the run ended."""
        self.run.status, self.run.exit_code, self.run.message = status, EXIT_CODES[status], message
        self.run.finished = _now().isoformat(timespec="seconds")
        self.run.save(self.workspace)
        return self.run


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _earlier_stages(workspace: Workspace, name: str) -> dict[str, float]:
    """Seconds by stage of the last good run of the same name."""
    return next((run.get("stages") or {} for run in workspace.state.runs() if run["name"] == name and run["status"] == "ok"), {})


def execute(
    name: str,
    params: Mapping[str, Any],
    workspace: Workspace | Path,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Return the record of a run of one notebook, or of `daily`: import, all notebooks, publish.

    Parameters are checked before a kernel starts. The tables of all steps become current at once, at the end;
    a run that fails, is cancelled or dies leaves what was published before.

    Raises
    ------
    BadParameters
        If a parameter is unknown, of a wrong type or out of range; no run is recorded.
    """
    place = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
    notebooks = find(name)
    checked = check(name, {"interactive": False, **params})
    job = Job(begin(name, checked.model_dump(mode="json"), place, _now()), place, timeout_seconds, progress)
    try:
        if name == DAILY:
            job.stage("import")
            import_inbox(place, _now(), job.count)
            job.run.inputs = inputs(place)
        dated = checked.model_copy(update={"as_of": checked.as_of or decision_day(place)})
        job.run.params = dated.model_dump(mode="json")
        for notebook in notebooks:
            _run_step(job, notebook, dated)
        job.stage("publish")
        place.publish(job.run.id)
        job.count("publish", 1, 1)
    except BaseException as fault:
        status, message = _ending(fault)
        job.end(status, message)
        if not isinstance(fault, Exception):
            raise
    else:
        job.end("ok")
    return asdict(job.run)


def _run_step(job: Job, notebook: Notebook, params: RunParams) -> None:
    """Execute one notebook of the run; its tables are staged under the run's id."""
    job.stage(notebook.name)
    folder = job.run.folder(job.workspace)
    given = params.model_dump(mode="json", include=set(notebook.model.model_fields))
    run_notebook(
        _source(job.workspace, notebook),
        folder / f"{notebook.name}.ipynb",
        given,
        folder=job.workspace.root,
        environment={
            "WORKBENCH_RUN": job.run.id,
            "WORKBENCH_WORKSPACE": str(job.workspace.root),
            "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR") or str(job.workspace.root / ".cache" / "numba"),
        },
        cell_done=lambda done, total: job.count(notebook.name, done, total),
        deadline=job.deadline,
        log=folder / "log.txt",
    )


def _source(workspace: Workspace, notebook: Notebook) -> Path:
    """The workspace's own copy of a notebook if the analyst has one, else the shipped one."""
    own = workspace.root / "notebooks" / f"{notebook.name}.ipynb"
    return own if own.exists() else shipped("notebooks") / f"{notebook.name}.ipynb"


def _ending(fault: BaseException) -> tuple[Status, str]:
    """How a run ends for a fault: status, and what the fault itself says."""
    if isinstance(fault, PapermillExecutionError):
        kind = getattr(errors, fault.ename, None)
        rejected = isinstance(kind, type) and issubclass(kind, errors.DataRejected)
        return ("rejected" if rejected else "failed"), f"{fault.ename}: {fault.evalue}"
    if isinstance(fault, errors.DataRejected):
        return "rejected", str(fault)
    if isinstance(fault, CellTimeoutError):
        return "timeout", ""
    if isinstance(fault, DeadKernelError):
        return "failed", "DeadKernelError"
    if isinstance(fault, KeyboardInterrupt):
        return "cancelled", ""
    return "failed", f"{type(fault).__name__}: {fault}"
