"""Which days the imported files tell of: how fresh each report is, what days are missing, what was told more than once."""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workbench.store.part import Part, is_dated
from workbench.tables import FACTS

COLUMNS = ("table", "report", "place", "files", "first_date", "last_date", "rhythm_days", "missing_days", "repeated_days")
_BEYOND = 1.5
"""Steps longer than so many usual ones leave days out."""


def reported_days(tables: Mapping[str, Sequence[Part]]) -> pd.DataFrame:
    """Return what the files of each report tell of each place, one row a table, report and place.

    Returns
    -------
    table, report, place, files, first_date, last_date; rhythm_days (usual number of days from one told day to the next: 1 of a
    report of every day, 7 of a weekly snapshot; unknown of a single day), missing_days (days that this rhythm would have told between first and last and that
    no file tells), repeated_days (days that more than one file tells, of which the newest counts; unknown where files add rows to a day).
    """
    told: dict[tuple[str, str, str], list[tuple[dt.date, dt.date]]] = {}
    adding: set[tuple[str, str, str]] = set()
    for table, parts in tables.items():
        for part in parts if table in FACTS and is_dated(table) else ():
            for span in part.covered():
                key = (table, part.report, span.place)
                told.setdefault(key, []).append((span.first, span.last))
                adding |= {key} if part.covers == "keys" else set()
    rows = [(*key, len(spans), *_rhythm(spans, key in adding)) for key, spans in told.items()]
    return (
        pd.DataFrame(rows, columns=list(COLUMNS))
        .sort_values(["table", "report", "place"], ignore_index=True)
        .astype(
            {"first_date": "datetime64[us]", "last_date": "datetime64[us]"}
            | dict.fromkeys(("files", "rhythm_days", "missing_days", "repeated_days"), "float64")
        )
    )


def _rhythm(spans: Sequence[tuple[dt.date, dt.date]], adding: bool) -> tuple[dt.date, dt.date, float, float, float]:
    """Return first and last day told, the usual step, days left out, and days told again.

    Examples
    --------
    Two weeks day by day, then two days later another one:

    >>> told = [(dt.date(2026, 1, 1), dt.date(2026, 1, 14)), (dt.date(2026, 1, 14), dt.date(2026, 1, 14)), (dt.date(2026, 1, 17), dt.date(2026, 1, 17))]
    >>> _rhythm(told, adding=False)[2:]
    (1.0, 2.0, 1.0)
    """
    origin = min(first for first, _ in spans)
    times = np.zeros((max(last for _, last in spans) - origin).days + 2, np.int64)
    for first, last in spans:
        times[(first - origin).days] += 1
        times[(last - origin).days + 1] -= 1
    count = np.cumsum(times)[:-1]
    days = np.flatnonzero(count)
    steps = np.diff(days)
    usual = float(np.median(steps)) if len(steps) else np.nan
    missing = np.where(steps > _BEYOND * usual, np.ceil(steps / usual) - 1, 0).sum()
    return origin, origin + dt.timedelta(days=int(days[-1])), usual, float(missing), np.nan if adding else float((count > 1).sum())
