"""What past runs said: of each decision day what its newest run made of a result table."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import pandas as pd
import pyarrow.parquet as pq

from workbench.store import results
from workbench.store.workspace import Workspace

MOST_DAYS = 30


def past(
    workspace: Workspace, table: str, until: dt.date, columns: Sequence[str], wanted: Callable[[dt.date], bool] | None = None, **among: Sequence[str]
) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """Yield day and rows of the newest runs of the last decision days before a day, newest first; only the columns asked for are read.

    Parameters
    ----------
    until
        The first decision day that does not count.
    columns
        Columns wanted; unknown in rows of runs that did not have them yet.
    wanted
        Says of a decision day whether its run is read; all are if None.
    among
        Values that a text column must have one of, such as ``sku=["A", "B"]``.
    """
    met: set[dt.date] = set()
    ended = sorted((run["id"] for run in workspace.state.runs() if run["status"] == "ok"), reverse=True)
    for run_id in ended:
        file = results.staged(workspace.root, run_id, table)
        if len(met) == MOST_DAYS or not file.exists():
            continue
        part = results.part(workspace.root, run_id, file)
        day = part.known_first.date() if part.known_first and part.rows else until
        if day >= until or day in met:
            continue
        met.add(day)
        if wanted is not None and not wanted(day):
            continue
        there = [name for name in columns if name in pq.read_schema(file).names]
        rows = pd.read_parquet(file, columns=there, filters=[(name, "in", list(values)) for name, values in among.items()] or None)
        yield day, rows.reindex(columns=list(columns))
