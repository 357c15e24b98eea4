"""What is wrong with this installation or workspace, and what to do about it."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from jupyter_core.paths import jupyter_path
from packaging.requirements import Requirement

from workbench.errors import WorkbenchError
from workbench.i18n import day, number, t
from workbench.runs.outcome import BAD
from workbench.stock import unbalanced
from workbench.stock.ledger import EVENTS
from workbench.store import Workspace

LEAST_FREE_GB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is fine, and what to do if not."""

    ok: bool
    what: str
    todo: str = ""


def examine(folder: Path) -> list[Finding]:
    """Return one finding for each thing that a working installation and workspace need."""
    return [_python(), *_packages(), *_shared_files(), *_workspace(folder), _disk(folder)]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), t("cli.doctor.python", found=found), t("cli.doctor.python_todo"))


def _packages() -> Iterator[Finding]:
    """Declared requirements against what is installed; silent about those that fit, for there are thirty."""
    try:
        declared = [Requirement(text) for text in requires("inventory-workbench") or []]
    except PackageNotFoundError:
        return
    for need in declared:
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(need.name)
        except PackageNotFoundError:
            found = "–"
        if found == "–" or not need.specifier.contains(found, prereleases=True):
            todo = t("cli.doctor.package_todo", package=need.name, wanted=need.specifier, found=found)
            yield Finding(False, t("cli.doctor.package", package=need.name, found=found), todo)


def _shared_files() -> Iterator[Finding]:
    wanted = {
        "extension": jupyter_path("labextensions", "inventory-workbench", "package.json"),
        "template": jupyter_path("voila", "templates", "workbench", "index.html.j2"),
        "kernel": jupyter_path("kernels", "python3", "kernel.json"),
    }
    for name, places in wanted.items():
        yield Finding(any(Path(place).exists() for place in places), t(f"cli.doctor.{name}"), t(f"cli.doctor.{name}_todo"))


def _workspace(folder: Path) -> Iterator[Finding]:
    try:
        workspace = Workspace(folder)
    except WorkbenchError as fault:
        yield Finding(False, str(fault), t("cli.doctor.workspace_todo", folder=folder))
        return
    files = workspace.files()
    bad = int(files["status"].isin(BAD).sum())
    yield Finding(True, t("cli.doctor.workspace", folder=folder, files=int((files["status"] == "imported").sum()), bad=bad))
    newest = workspace.newest_known()
    yield Finding(newest is not None, t("cli.doctor.fresh", day=day(newest)), t("cli.doctor.fresh_todo", inbox=workspace.inbox))
    yield from _ledger(workspace)
    for last in workspace.state.runs()[:1]:
        what = t("cli.doctor.runs", status=last["status"], when=last["started"])
        todo = t("cli.doctor.runs_todo", status=last["status"], message=last["message"])
        yield Finding(last["status"] in ("ok", "running"), what, todo)


def _ledger(workspace: Workspace) -> Iterator[Finding]:
    """Days on which two reports of the same stock do not fit together, where there is a ledger at all."""
    movements = workspace.read("movements", ["sku", "node", "date", "starting", *EVENTS, "ending", "source_file"])
    if movements.empty:
        return
    wrong = unbalanced(movements)
    told: dict[str, str | int] = {"days": len(wrong), "of": len(movements)}
    if len(wrong):
        worst = wrong.iloc[0]
        told |= {"sku": worst["sku"], "node": worst["node"], "day": day(worst["date"]), "file": worst["source_file"]}
        told |= {name: number(worst[name]) for name in ("expected", "ending")}
    yield Finding(wrong.empty, t("cli.doctor.ledger", **told), t("cli.doctor.ledger_todo", **told) if len(wrong) else "")


def _disk(folder: Path) -> Finding:
    place = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(place).free / 1e9
    shown = number(free, 1)
    return Finding(free >= LEAST_FREE_GB, t("cli.doctor.disk", free=shown), t("cli.doctor.disk_todo", free=shown))
