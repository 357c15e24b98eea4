"""What a notebook imports: `import workbench.notebook as wb`, then `page = wb.open_page(...)`, `page.step()`, `page.show()`.

One notebook has three masters. In a run the step computes and stages its tables; on a dashboard it reads what was
published; in JupyterLab it reads what was published while the parameters are the defaults, and computes otherwise.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import parse_qs

import pandas as pd

from workbench.i18n import catalogue
from workbench.runs import NOTEBOOKS, check, decision_day
from workbench.settings import find_workspace
from workbench.store import Workspace
from workbench.tables import TABLES
from workbench.ui import screens
from workbench.ui.meta import Meta

Master = Literal["run", "dashboard", "lab"]


def master() -> Master:
    """Return who executes this notebook: a run, a dashboard, or an analyst in JupyterLab."""
    if os.environ.get("WORKBENCH_RUN"):
        return "run"
    return "dashboard" if os.environ.get("SERVER_SOFTWARE", "").startswith("voila") else "lab"


def query() -> dict[str, str]:
    """Return what the dashboard's address asks for, such as the SKU and the language."""
    return {name: values[-1] for name, values in parse_qs(os.environ.get("QUERY_STRING", "")).items()}


class Tables(Mapping[str, pd.DataFrame]):
    """The workspace's tables by name, each read when first asked for."""

    def __init__(self, workspace: Workspace, as_of: dt.date, run_id: str | None = None):
        self._workspace, self._as_of, self._run_id = workspace, as_of, run_id
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._workspace.read(name, as_of=self._as_of, run_id=self._run_id)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def put(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Let computed tables stand in for those on disk."""
        self._read.update(tables)


class Page:
    """One notebook at work: its checked parameters, its tables, its screen."""

    def __init__(self, name: str, given: Mapping[str, Any]):
        self.notebook = NOTEBOOKS[name]
        self.params = check(name, {field: given[field] for field in self.notebook.model.model_fields if field in given})
        self.workspace = Workspace(find_workspace())
        self.as_of = self.params.as_of or decision_day(self.workspace)
        self.run_id = os.environ.get("WORKBENCH_RUN") or None
        self.tables = Tables(self.workspace, self.as_of, self.run_id)
        self.query = query()
        catalogue.choose(self.query.get("lang") or self.params.language or self.workspace.settings.language)

    def step(self) -> dict[str, pd.DataFrame]:
        """Return the step's tables: computed and staged in a run, published ones on a dashboard."""
        step = self.notebook.step
        if not self._computes():
            return {name: self.tables[name] for name in step.writes}
        made = step.run(self.tables, self.params, self.as_of)
        self.tables.put(made)
        if self.run_id:
            for name, table in made.items():
                self.workspace.stage(self.run_id, name, table, as_of=self.as_of)
        return made

    def _computes(self) -> bool:
        who = master()
        if who != "lab":
            return who == "run"
        defaults = self.notebook.model()
        mine = self.params.model_copy(update={field: getattr(defaults, field) for field in ("interactive", "language")})
        return mine != defaults or any(self.tables[name].empty for name in self.notebook.step.writes)

    def show(self) -> None:
        """Show the step's screen: widgets when interactive, else figures and a table."""
        screens.show(self.notebook.step.name, self.tables, self.params, self.meta(), interactive=self.params.interactive, query=self.query)

    def meta(self) -> Meta:
        """Return what every screen's header says."""
        settings, newest = self.workspace.settings, self.workspace.newest_known()
        return Meta(
            shop=settings.shop,
            as_of=self.as_of,
            currency=settings.currency,
            language=catalogue.language(),
            watermark=settings.watermark,
            version=self.workspace.version(),
            run_id=self.run_id or "",
            freshness_days=(self.as_of - newest.date()).days if newest else None,
        )


def open_page(name: str, given: Mapping[str, Any]) -> Page:
    """Return the page of a notebook, its parameters taken from `given` (a notebook passes `globals()`) and checked.

    Raises
    ------
    BadParameters
        If a parameter does not fit; lists every fault.
    NotAWorkspace
        If neither $WORKBENCH_WORKSPACE nor the current folder is a workspace.
    """
    return Page(name, given)
