"""What a notebook imports: `import workbench.notebook as wb`, then `page = wb.open_page(...)`, `page.step()`, `page.show()`.

One notebook has three masters. In a run the step computes and stages its tables; on a dashboard it reads what was
published; in JupyterLab it reads what was published while the parameters are the defaults, and computes otherwise.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qs

import pandas as pd

from workbench.i18n import catalogue
from workbench.runs import NOTEBOOKS, check, decision_day
from workbench.runs.parameters import RunParams
from workbench.settings import find_workspace
from workbench.store import Tables, Workspace
from workbench.ui import screens
from workbench.ui.meta import Meta

Master = Literal["run", "dashboard", "lab"]


def master() -> Master:
    """Return who executes this notebook: a run, a dashboard, or an analyst in JupyterLab."""
    if os.environ.get("WORKBENCH_RUN"):
        return "run"
    return "dashboard" if os.environ.get("SERVER_SOFTWARE", "").startswith("voila") else "lab"


def log_to_output() -> None:
    """Let what steps log stand among a cell's output, from where a run writes it into its own log."""
    log = logging.getLogger("workbench")
    log.setLevel(logging.INFO)
    if not log.handlers:
        log.addHandler(logging.StreamHandler(sys.stdout))


def query() -> dict[str, str]:
    """Return what the dashboard's address asks for, such as the SKU and the language."""
    return {name: values[-1] for name, values in parse_qs(os.environ.get("QUERY_STRING", "")).items()}


class Page:
    """One notebook at work: its checked parameters, its tables, its screen."""

    def __init__(self, name: str, given: Mapping[str, Any]):
        self.notebook = NOTEBOOKS[name]
        self.params = check(name, {field: given[field] for field in self.notebook.model.model_fields if field in given})
        self.workspace = Workspace(find_workspace())
        self.params = self._as_set(self.params)
        self.as_of = self.params.as_of or decision_day(self.workspace)
        self.run_id = os.environ.get("WORKBENCH_RUN") or None
        self.tables = Tables(self.workspace, self.as_of, self.run_id)
        self.query = query()
        catalogue.choose(self.query.get("lang") or self.params.language or self.workspace.settings.language)

    def step(self) -> Mapping[str, pd.DataFrame]:
        """Return the step's tables: computed and staged in a run, published ones on a dashboard, read when asked for."""
        step = self.notebook.step
        if not self._computes():
            return self.tables
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
        defaults = self._as_set(self.notebook.model())
        mine = self.params.model_copy(update={field: getattr(defaults, field) for field in ("interactive", "language")})
        return mine != defaults or any(self.tables[name].empty for name in self.notebook.step.writes)

    def _as_set(self, params: RunParams) -> RunParams:
        """The parameters with the forecaster and the season covers of workbench.toml where they name none."""
        chosen, settings = dict(params), self.workspace.settings
        unset = {"forecaster": "forecaster" in chosen and not chosen["forecaster"].name, "season_cover": chosen.get("season_cover") == ()}
        given = {"forecaster": settings.forecaster, "season_cover": settings.plan.season_cover}
        return params.model_copy(update={name: given[name] for name in given if unset[name]})

    def _desk(self) -> Any:
        """What an analyst may do with files and corrections; only JupyterLab has it, and only there the readers of files are loaded."""
        if master() != "lab":
            return None
        from workbench.runs.analyst_desk import AnalystDesk

        return AnalystDesk(self.workspace, self.as_of)

    def show(self) -> None:
        """Show the step's screen: widgets when interactive, else figures and a table."""
        screens.show(
            self.notebook.step.name,
            self.tables,
            self.params,
            Meta.of(self.workspace, self.as_of, self.run_id or ""),
            interactive=self.params.interactive,
            query=self.query,
            desk=self._desk(),
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
    if master() == "run":
        log_to_output()
    return Page(name, given)
