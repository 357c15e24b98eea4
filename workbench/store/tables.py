"""All tables of a workspace by name, each read when first asked for."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from workbench.store.past import past
from workbench.store.workspace import Workspace
from workbench.tables import TABLES
from workbench.tables.selection import some_of

BESIDE: dict[str, Callable[[Workspace], pd.DataFrame]] = {
    "files": lambda workspace: workspace.files(),
    "reported_days": lambda workspace: workspace.reported_days(),
    "decisions": lambda workspace: workspace.state.correction_decisions(),
    "event_lifts": lambda workspace: workspace.state.event_lifts(),
    "clearance_plans": lambda workspace: workspace.state.clearance_plans(),
    "saved_views": lambda workspace: workspace.state.saved_views(),
    "forecast_before": lambda workspace: workspace.earlier("forecast"),
    "history_before": lambda workspace: workspace.earlier("history"),
}
"""What is read like a table and says how the tables came to be."""


class Tables(Mapping[str, pd.DataFrame]):
    """The canonical tables of a workspace as known on a day, and those `BESIDE` them that say how they came to be.

    `files` is what became of each imported file, `reported_days` which days each report tells of, `decisions` what analysts decided
    about corrections of demand, `event_lifts` about what coming events do to it, `clearance_plans` the steps of every plan taken on,
    `saved_views` the views of lists that somebody keeps, `forecast_before` and `history_before` what the run before the published one
    had said.

    Parameters
    ----------
    workspace
        Where the tables lie.
    as_of
        Nothing known later is seen.
    run_id
        Run whose own staged results go before the published ones.
    """

    def __init__(self, workspace: Workspace, as_of: dt.date, run_id: str | None = None):
        self._workspace, self._as_of, self._run_id = workspace, as_of, run_id
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _load(self, name: str) -> pd.DataFrame:
        return BESIDE[name](self._workspace) if name in BESIDE else self._workspace.read(name, as_of=self._as_of, run_id=self._run_id)

    __eq__ = object.__eq__  # a mapping's own would read every table to compare it
    __hash__ = object.__hash__

    def __contains__(self, name: object) -> bool:
        return name in TABLES or name in BESIDE

    def __iter__(self) -> Iterator[str]:
        return iter((*TABLES, *BESIDE))

    def __len__(self) -> int:
        return len(TABLES) + len(BESIDE)

    def part(self, name: str, columns: Sequence[str] | None = None, since: dt.date | None = None, **among: Sequence[str]) -> pd.DataFrame:
        """Return some rows and columns of a table, without reading the rest of one that was not read yet.

        Parameters
        ----------
        columns
            Columns wanted; all if None.
        since
            Rows of an earlier date are left out.
        among
            Values that a text column must have one of, such as ``sku=["A", "B"]``.
        """
        if name in self._read or name in BESIDE:
            return some_of(self[name], columns, since, **among)
        return self._workspace.read(name, columns, self._as_of, self._run_id, since, **among)

    def past(
        self, name: str, columns: Sequence[str], wanted: Callable[[dt.date], bool] | None = None, **among: Sequence[str]
    ) -> Iterator[tuple[dt.date, pd.DataFrame]]:
        """Yield what runs of earlier decision days said in a result table, newest first; see `store.past`."""
        return past(self._workspace, name, self._as_of, columns, wanted, **among)

    def put(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Let computed tables stand in for those on disk."""
        self._read.update(tables)
