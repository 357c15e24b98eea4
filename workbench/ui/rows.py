"""Rows that stay in Python: one page at a time, sorted, searched and filtered by DuckDB."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

MAX_PAGE = 500
_FLOATS = ("DOUBLE", "FLOAT")


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asked of a grid."""

    search: str = ""
    filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sort: Sequence[tuple[str, str]] = ()
    offset: int = 0
    limit: int = 50

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Query":
        """Return the query of a browser's message, page size held to 1-500."""
        sort = [(str(name), "asc" if way == "asc" else "desc") for name, way in asked.get("sort", ())]
        limit = min(max(int(asked.get("limit", 50)), 1), MAX_PAGE)
        return cls(str(asked.get("search", "")), dict(asked.get("filters", {})), sort, max(int(asked.get("offset", 0)), 0), limit)


class Rows:
    """A table that is asked for pages; `source` is a DataFrame, Parquet file(s), or a DuckDB relation."""

    def __init__(self, source: "pd.DataFrame | duckdb.DuckDBPyRelation | Path | Sequence[Path]", *, key: Sequence[str] = ()):
        self.relation = _relation(source)
        self.types = {name: str(kind) for name, kind in zip(self.relation.columns, self.relation.types, strict=True)}
        self.key = tuple(name for name in key if name in self.types)
        self.count = self._number("")

    def page(self, query: Query, names: Sequence[str]) -> tuple[pd.DataFrame, int]:
        """Return the rows of one page (the named columns) and how many rows the filters leave."""
        where = self._where(query)
        total = self._number(where) if where else self.count
        tail = f"{self._order(query)} LIMIT {query.limit} OFFSET {query.offset}"
        return self._select(names, where, tail), total

    def frame(self, query: Query, names: Sequence[str]) -> pd.DataFrame:
        """Return all filtered rows, in the order asked for."""
        return self._select(names, self._where(query), self._order(query))

    def _select(self, names: Sequence[str], where: str, tail: str) -> pd.DataFrame:
        wanted = ", ".join(_name(n) for n in dict.fromkeys(names) if n in self.types)
        return self._ask(f"SELECT {wanted} FROM rows {where} {tail}").df()

    def _number(self, where: str) -> int:
        return int(self._ask(f"SELECT count(*) FROM rows {where}").fetchall()[0][0])

    def _ask(self, sql: str) -> Any:
        return self.relation.query("rows", sql)

    def _where(self, query: Query) -> str:
        asked = [self._filter(name, wanted) for name, wanted in query.filters.items() if name in self.types]
        if query.search:
            word = _text(query.search.lower())
            texts = [f"contains(lower({_name(n)}), {word})" for n, kind in self.types.items() if kind == "VARCHAR"]
            asked.append("(" + (" OR ".join(texts) or "false") + ")")
        asked = [a for a in asked if a]
        return f"WHERE {' AND '.join(asked)}" if asked else ""

    def _filter(self, name: str, wanted: Mapping[str, Any]) -> str:
        value, parts = self._value(name), []
        if wanted.get("in"):
            parts.append(f"cast({value} AS varchar) IN ({', '.join(_text(v) for v in wanted['in'])})")
        if wanted.get("contains"):
            parts.append(f"contains(lower(cast({value} AS varchar)), {_text(str(wanted['contains']).lower())})")
        for bound, sign in (("min", ">="), ("max", "<=")):
            if wanted.get(bound) not in (None, ""):
                parts.append(f"{value} {sign} {_literal(wanted[bound])}")
        return " AND ".join(parts)

    def _order(self, query: Query) -> str:
        """The asked order, then the key, so that pages neither repeat nor skip a row."""
        sort = [(name, way) for name, way in query.sort if name in self.types]
        if not sort:
            return ""
        ties = [(name, "asc") for name in self.key if name not in dict(sort)]
        return "ORDER BY " + ", ".join(f"{self._value(name)} {way} NULLS LAST" for name, way in [*sort, *ties])

    def _value(self, name: str) -> str:
        """A column with NaN as unknown: DuckDB ranks NaN above every number."""
        return f"nullif({_name(name)}, 'nan')" if self.types[name] in _FLOATS else _name(name)


def _relation(source: Any) -> duckdb.DuckDBPyRelation:
    if isinstance(source, duckdb.DuckDBPyRelation):
        return source
    con = duckdb.connect()
    if isinstance(source, pd.DataFrame):
        return con.from_arrow(pa.Table.from_pandas(source, preserve_index=False))
    # A Parquet file's statistics leave NaN out, and from them DuckDB concludes that there is none.
    con.sql("SET disabled_optimizers = 'statistics_propagation'")
    paths = [source] if isinstance(source, str | Path) else list(source)
    return con.read_parquet([str(p) for p in paths])


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _literal(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return repr(value)
    return _text(value)
