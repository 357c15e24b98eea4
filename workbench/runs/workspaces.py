"""Make a workspace: folders and settings by the store, notebooks and forms as shipped, a made-up shop if asked."""

import shutil
from pathlib import Path
from typing import Any

from workbench.settings import FILE, shipped
from workbench.store import Workspace

COPIED = {"notebooks": "notebooks", "forms": "templates/inbox"}


def create(folder: Path, sample: dict[str, Any] | None = None) -> Workspace:
    """Return a new workspace; `sample` holds arguments of `make_shop` and fills the inbox with its reports.

    What exists already is never overwritten.
    """
    settings: dict[str, Any] = {}
    if sample is not None and not (folder / FILE).exists():
        from workbench.datasets import make_shop

        settings = make_shop(folder=folder, **sample).settings
    return furnish(Workspace.create(folder, **settings))


def furnish(workspace: Workspace) -> Workspace:
    """Return the workspace with every notebook and form that ships; an analyst's own copies stay."""
    for target, source in COPIED.items():
        _copy_missing(shipped(source), workspace.root / target)
    return workspace


def _copy_missing(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.is_file() and not (target / file.name).exists():
            shutil.copyfile(file, target / file.name)
