"""SQL over the Parquet parts of a table: rows with one key become one row, the newest known value of each column."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from workbench.store.coverage import Piece, joint, pieces
from workbench.store.manifest import shape
from workbench.store.part import DATED_BY_KEY, Part, at, is_dated, place_column, position
from workbench.tables import RESULTS, schema

_SQL_TYPES = {"text": "VARCHAR", "number": "DOUBLE", "count": "BIGINT", "flag": "BOOLEAN", "time": "TIMESTAMP"}
_NEWEST = "epoch_us(known_at)::HUGEINT * 9223372036854775807 + (hash(source_file) >> 1)::HUGEINT"
"""Rank of a row: by when it became known, then by its file, so that every reader breaks a tie alike."""
_AHEAD = frozenset(RESULTS) | {"capacity"}
"""Tables whose days may lie ahead of the day they are read for: results, and limits that are announced."""


def connect() -> duckdb.DuckDBPyConnection:
    """Return an in-memory DuckDB that never asks the network for an extension."""
    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})


def frame(sql: str) -> pd.DataFrame:
    """Return what a query finds."""
    with connect() as con:
        return con.sql(sql).to_arrow_table().to_pandas()


def select(table: str, parts: Sequence[Part], root: Path, columns: Sequence[str] | None = None, as_of: dt.date | None = None) -> str:
    """Return the SQL that reads a table's parts as known at the end of a day.

    Days that a newer file of the same report covers are read from that file alone. Parts that then cannot share a key
    are read as they are. Where two may, each column takes the newest known value that is not blank, so that a later
    blank never erases.
    """
    known = [part for part in parts if _may_hold(table, part, as_of)]
    names = list(columns or (column.name for column in schema.columns(table)))
    if not known:
        return f"SELECT {columns_of(names)} FROM ({_nothing(table)})"
    if table in RESULTS or len(known) == 1:
        return f"SELECT {columns_of(names)} FROM {_scan(table, known, root)} WHERE {_as_of(table, as_of)}"
    if not is_dated(table):
        return _merged(table, names, _scan(table, known, root), _as_of(table, as_of))
    return _where_contested(table, known, root, names, as_of)


def part_of(sql: str, columns: Sequence[str] | None, since: dt.date | None, among: Mapping[str, Sequence[str]]) -> str:
    """Return the SQL of some rows and columns of what another query finds: on or after a day, with one of some values in a column."""
    held = [f"{_name(name)} IN ({', '.join(map(text_of, values)) or 'NULL'})" for name, values in among.items()]
    held += [f"date >= {_moment(since)}"] if since else []
    return f"SELECT {columns_of(columns) if columns else '*'} FROM ({sql}) WHERE {' AND '.join(held) or 'true'}"


def _where_contested(table: str, parts: list[Part], root: Path, names: list[str], as_of: dt.date | None) -> str:
    found = pieces(table, parts)
    shared = joint(found)
    plain = f"SELECT {columns_of(names)} FROM {shown(table, found, root)} WHERE {_as_of(table, as_of)}"
    if not shared:
        return plain
    here = " OR ".join(_inside(table, *interval) for interval in shared)
    parts_here = {piece.part.file for piece in found if any(_meets(piece, *interval) for interval in shared)}
    involved = [piece for piece in found if piece.part.file in parts_here]
    return f"{plain} AND NOT ({here}) UNION ALL {_merged(table, names, shown(table, involved, root), f'{_as_of(table, as_of)} AND ({here})')}"


def _merged(table: str, names: list[str], scan: str, condition: str) -> str:
    key = schema.key(table)
    values = [f"arg_max({_name(name)}, newest) AS {_name(name)}" for name in names if name not in key]
    rows = f"SELECT *, {_NEWEST} AS newest FROM {scan} WHERE {condition}"
    return (
        f"SELECT {columns_of(names)} FROM (SELECT {', '.join([columns_of(key), *values])} FROM ({rows}) GROUP BY {columns_of(key)} ORDER BY {columns_of(key)})"
    )


def shown(table: str, found: Sequence[Piece], root: Path) -> str:
    """Return the SQL source of the rows that parts show: whole files read at once, and of the others what is left of them."""
    whole = list({piece.part.file: piece.part for piece in found if piece.whole}.values())
    cut = [piece for piece in found if not piece.whole]
    if not cut:
        return _scan(table, whole, root)
    parts = list({piece.part.file: piece.part for piece in cut}.values())
    number = {part.file: at for at, part in enumerate(parts)}
    place = place_column(table)
    left = ", ".join(f"({number[piece.part.file]}, {text_of(piece.place)}, {piece.low}, {piece.high})" for piece in cut)
    match = f"left_over.part = rows.part AND left_over.place = rows.{place} AND {position(table)} >= low AND {position(table)} < high"
    rows = f"SELECT * EXCLUDE (part) FROM {_scan(table, parts, root, numbered=True)} rows"
    rows += f" WHERE EXISTS (SELECT 1 FROM (VALUES {left}) left_over (part, place, low, high) WHERE {match})"
    return f"({rows} UNION ALL BY NAME SELECT * FROM {_scan(table, whole, root)})" if whole else f"({rows})"


def _scan(table: str, parts: Sequence[Part], root: Path, numbered: bool = False) -> str:
    """Parts of today's form are read directly; older ones are matched by name, a column they lack is blank."""
    files = ", ".join(text_of(str(root / part.file)) for part in parts)
    number = ", file_index AS part" if numbered else ""
    if all(part.columns == shape(column.name for column in schema.columns(table)) for part in parts):
        return f"(SELECT *{number} FROM read_parquet([{files}]))" if numbered else f"read_parquet([{files}])"
    return f"({_nothing(table)} UNION ALL BY NAME SELECT *{number} FROM read_parquet([{files}], union_by_name = true))"


def _nothing(table: str) -> str:
    typed = ", ".join(f"NULL::{_SQL_TYPES[column.kind]} AS {_name(column.name)}" for column in schema.columns(table))
    return f"SELECT {typed} WHERE false"


def _may_hold(table: str, part: Part, as_of: dt.date | None) -> bool:
    if as_of is None:
        return True
    early = table in _AHEAD or part.first_date is None or part.first_date <= as_of
    return early and part.known_first.date() <= as_of


def _as_of(table: str, as_of: dt.date | None) -> str:
    """What was known at the end of the day; the dates of tables that look ahead may lie later, those of facts may not."""
    if as_of is None:
        return "true"
    known = f"known_at < {_moment(as_of + dt.timedelta(days=1))}"
    dated = table not in _AHEAD and any(column.name == "date" for column in schema.columns(table))
    return f"{known} AND date <= {_moment(as_of)}" if dated else known


def _inside(table: str, place: str, low: int, high: int) -> str:
    """Where rows need no instant, days as they stand, for then whole blocks of a file are passed over."""
    if table in DATED_BY_KEY:
        within = f"{position(table)} >= {low} AND {position(table)} < {high}"
    else:
        within = f"date >= {_moment(at(low))} AND date < {_moment(at(high))}"
    return f"({place_column(table)} = {text_of(place)} AND {within})" if place else f"({within})"


def _meets(piece: Piece, place: str, low: int, high: int) -> bool:
    return piece.place == place and piece.low < high and piece.high > low


def columns_of(names: Iterable[str]) -> str:
    """Return names as a list of columns in SQL."""
    return ", ".join(_name(name) for name in names)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def text_of(value: str) -> str:
    """Return a text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def _moment(day: dt.date) -> str:
    return f"TIMESTAMP '{day:%Y-%m-%d}'"
