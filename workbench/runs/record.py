"""The record of a run: who, what, with which inputs and versions, how far, how it ended."""

import datetime as dt
import hashlib
import json
import os
import platform
import secrets
import socket
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from workbench.store import Workspace

Status = Literal["running", "ok", "bad_parameters", "rejected", "failed", "timeout", "cancelled", "died"]
EXIT_CODES: dict[str, int] = {"ok": 0, "bad_parameters": 2, "rejected": 3, "failed": 4, "timeout": 5, "cancelled": 4}
PACKAGES = ("inventory-workbench", "pandas", "numpy", "sktime", "papermill", "duckdb", "pyarrow", "plotly", "scikit-learn")


@dataclass(slots=True)
class Run:
    """One run; every change is written to the state database and to run.json in the run's folder."""

    id: str
    name: str
    params: dict[str, Any]
    started: str
    finished: str | None = None
    status: Status = "running"
    exit_code: int | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)

    def folder(self, workspace: Workspace) -> Path:
        """Return the run's own folder, made if missing."""
        path = workspace.runs / self.id
        path.mkdir(parents=True, exist_ok=True)
        return path

    def save(self, workspace: Workspace) -> None:
        """Write the record where everybody looks: the state database, and run.json for people."""
        record = asdict(self)
        workspace.state.save_run(record)
        path = self.folder(workspace) / "run.json"
        partial = path.with_suffix(".json.tmp")
        partial.write_text(json.dumps(record, indent=1, default=str), encoding="utf-8")
        partial.replace(path)


def begin(name: str, params: dict[str, Any], workspace: Workspace, now: dt.datetime) -> Run:
    """Return a new running record, saved; an earlier run whose process is gone is marked died by the store."""
    workspace.state.runs()
    run = Run(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        name=name,
        params=params,
        started=now.isoformat(timespec="seconds"),
        inputs=inputs(workspace),
        versions=_versions(),
    )
    run.save(workspace)
    return run


def inputs(workspace: Workspace) -> dict[str, str]:
    """Return the SHA-256 and name of every file that the tables were made from."""
    files = workspace.files().query("status == 'imported'")
    return dict(zip(files["sha256"], files["name"], strict=True))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def fingerprint(run: Run) -> str:
    """Return one hash of what decides a run's numbers: its inputs, parameters and versions."""
    text = json.dumps([run.inputs, run.params, run.versions], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
