"""SQL over the Parquet parts of a table: rows with one key become one row, the newest known value of each column."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from workbench.store.contested import Window, is_dated, windows
from workbench.store.manifest import Part, place_column, shape
from workbench.tables import RESULTS, schema

_SQL_TYPES = {"text": "VARCHAR", "number": "DOUBLE", "count": "BIGINT", "flag": "BOOLEAN", "time": "TIMESTAMP"}
_NEWEST = "epoch_us(known_at)::HUGEINT * 9223372036854775807 + (hash(source_file) >> 1)::HUGEINT"
"""Rank of a row: by when it became known, then by its file, so that every reader breaks a tie alike."""


def connect() -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that never asks the network for an extension."""
    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})


def frame(sql: str) -> pd.DataFrame:
    """Return what a query finds."""
    with connect() as con:
        return con.sql(sql).to_arrow_table().to_pandas()


def select(table: str, parts: Sequence[Part], root: Path, columns: Sequence[str] | None = None, as_of: dt.date | None = None) -> str:
    """Return the SQL that reads a table's parts as known at the end of a day.

    Parts that cannot share a key are read as they are. Where two may, each column takes the newest known value
    that is not blank, so that a later blank never erases.
    """
    known = [part for part in parts if _may_hold(table, part, as_of)]
    names = list(columns or (column.name for column in schema.columns(table)))
    if not known:
        return f"SELECT {_list(names)} FROM ({_nothing(table)})"
    if table in RESULTS or len(known) == 1:
        return f"SELECT {_list(names)} FROM {_scan(table, known, root)} WHERE {_as_of(table, as_of)}"
    if not is_dated(table):
        return _merged(table, names, _scan(table, known, root), _as_of(table, as_of))
    return _where_contested(table, known, root, names, as_of)


def _where_contested(table: str, parts: list[Part], root: Path, names: list[str], as_of: dt.date | None) -> str:
    found = windows(table, parts)
    plain = f"SELECT {_list(names)} FROM {_scan(table, parts, root)} WHERE {_as_of(table, as_of)}"
    if not found:
        return plain
    here = " OR ".join(_inside(table, window) for window in found)
    involved = [part for part in parts if any(window.covers(part) for window in found)]
    return f"{plain} AND NOT ({here}) UNION ALL {_merged(table, names, _scan(table, involved, root), f'{_as_of(table, as_of)} AND ({here})')}"


def _merged(table: str, names: list[str], scan: str, condition: str) -> str:
    key = schema.key(table)
    values = [f"arg_max({_name(name)}, newest) AS {_name(name)}" for name in names if name not in key]
    rows = f"SELECT *, {_NEWEST} AS newest FROM {scan} WHERE {condition}"
    return f"SELECT {_list(names)} FROM (SELECT {', '.join([_list(key), *values])} FROM ({rows}) GROUP BY {_list(key)} ORDER BY {_list(key)})"


def _scan(table: str, parts: Sequence[Part], root: Path) -> str:
    """Parts of today's form are read directly; older ones are matched by name, a column they lack is blank."""
    files = ", ".join(_text(str(root / part.file)) for part in parts)
    if all(part.columns == shape(column.name for column in schema.columns(table)) for part in parts):
        return f"read_parquet([{files}])"
    return f"({_nothing(table)} UNION ALL BY NAME SELECT * FROM read_parquet([{files}], union_by_name = true))"


def _nothing(table: str) -> str:
    typed = ", ".join(f"NULL::{_SQL_TYPES[column.kind]} AS {_name(column.name)}" for column in schema.columns(table))
    return f"SELECT {typed} WHERE false"


def _may_hold(table: str, part: Part, as_of: dt.date | None) -> bool:
    if as_of is None:
        return True
    early = table in RESULTS or part.first_date is None or part.first_date <= as_of
    return early and part.known_first.date() <= as_of


def _as_of(table: str, as_of: dt.date | None) -> str:
    """What was known at the end of the day; the dates of results may lie ahead, those of facts may not."""
    if as_of is None:
        return "true"
    known = f"known_at < {_moment(as_of + dt.timedelta(days=1))}"
    dated = table not in RESULTS and any(column.name == "date" for column in schema.columns(table))
    return f"{known} AND date <= {_moment(as_of)}" if dated else known


def _inside(table: str, window: Window) -> str:
    days = f"date BETWEEN {_moment(window.first)} AND {_moment(window.last)}"
    return f"({place_column(table)} = {_text(window.place)} AND {days})" if window.place else f"({days})"


def _list(names: Sequence[str]) -> str:
    return ", ".join(_name(name) for name in names)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _moment(day: dt.date) -> str:
    return f"TIMESTAMP '{day:%Y-%m-%d}'"
