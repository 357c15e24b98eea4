"""Files of other systems (tills, ERP, Walmart, UCI Online Retail), read by a mapping: whose columns mean what.

Mappings of the workspace come first, then those that ship ready in templates/mappings. For table orders a mapping may also
name `unit_price` (revenue is units times unit price), and for orders and stock what names the article (`title`, `category`,
`brand`, `product_id`; they go to table items). A snapshot without a day is of the day its file was saved.
"""

import tomllib
from collections.abc import Sequence
from functools import cache, partial

import pandas as pd

from workbench import settings
from workbench.errors import BadParameters
from workbench.settings import Mapping
from workbench.sources import canonical
from workbench.sources.mapped_orders import ABOUT_ITEM, order_tables
from workbench.sources.mapped_rows import frame
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows
from workbench.sources.skus import without_non_goods
from workbench.tables import FACTS, schema

EXTRA = {"orders": ("unit_price", *ABOUT_ITEM), "stock": ABOUT_ITEM}
SNAPSHOTS = frozenset({"stock", "stock_age", "listings", "capacity", "inventory_index"})
"""Tables of what is so on a day: a file that names no day tells of the one it was saved on."""
_FILLED_LATER = {"orders": {"date", "channel"}}
"""A later line of an order may leave these to the first."""
_NEAR = 0.5


@cache
def shipped() -> tuple[Report, ...]:
    """Return the readers by the mappings that ship ready, such as `walmart_orders`."""
    files = sorted(settings.shipped("templates/mappings").glob("*.toml"))
    return tuple(report(Mapping(**table)) for file in files for table in tomllib.loads(file.read_text(encoding="utf-8"))["mapping"])


def find(header: Sequence[str], mappings: Sequence[Mapping], known: Report | None = None) -> Report | None:
    """Return the reader by a mapping all of whose columns a header has: one of the workspace before one that ships.

    Parameters
    ----------
    header
        Column names of the file.
    mappings
        Mappings of the workspace.
    known
        The report that the file is known as; then only a mapping counts that says it reads that report instead.
    """
    own = [made for mapping, made in zip(mappings, map(report, mappings), strict=True) if known is None or mapping.instead_of == known.name]
    for room in (own, shipped() if known is None else ()):
        whole = [made for made in room if made.recognises(header)]
        if whole:
            return max(whole, key=lambda made: len(made.needed))
    return None


def nearly(header: Sequence[str], mappings: Sequence[Mapping]) -> Report | None:
    """Return the reader by a mapping most of whose columns a header has: it will say which are missing."""
    best = max((*map(report, mappings), *shipped()), key=lambda made: made.share(header), default=None)
    return best if best is not None and best.share(header) > _NEAR else None


def report(mapping: Mapping) -> Report:
    """Return the reader that a mapping describes.

    Raises
    ------
    BadParameters
        If the mapping names a table or column that does not exist, or leaves a key column open; lists every fault.
    """
    faults = _faults(mapping)
    if faults:
        raise BadParameters(f"mapping {mapping.name}", faults)
    later = _FILLED_LATER.get(mapping.table, set())
    filled = tuple(name for name in canonical.must_fill(mapping.table) if name in mapping.columns and name not in later)
    needed, optional = _spelled(mapping.columns), _spelled(mapping.optional)
    return Report(
        f"GENERIC:{mapping.name}",
        needed,
        optional,
        frozenset(needed),
        partial(_make, mapping),
        filled,
        strict=False,
        adjacent="order_id" if mapping.table == "orders" and "order_id" in needed else "",
        about={"items": "last"},
    )


def _spelled(columns: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {ours: [theirs] if isinstance(theirs, str) else theirs for ours, theirs in columns.items()}


def offered(table: str) -> list[str]:
    """Return the columns of a table that a mapping may fill."""
    return [*(column.name for column in canonical.own_columns(table)), *EXTRA.get(table, ())]


def still_open(mapping: Mapping) -> list[str]:
    """Return the columns that the table cannot do without and the mapping does not give."""
    sure = {*mapping.columns, *mapping.constants} | _made(mapping)
    return [name for name in canonical.must_fill(mapping.table) if name not in sure]


def _faults(mapping: Mapping) -> list[str]:
    if mapping.table not in FACTS:
        return [f"table: expected one of {', '.join(FACTS)}, got {mapping.table!r}"]
    known = {*offered(mapping.table)}
    given = {*mapping.columns, *mapping.optional, *mapping.constants}
    open_keys = still_open(mapping)
    return (
        [f"columns.{name}: table {mapping.table} has no such column" for name in sorted((given | {*mapping.words}) - known)]
        + [f"columns.{name}: table {mapping.table} cannot do without it" for name in open_keys]
        + [fault for table, rows in mapping.also.items() for fault in _faults_of_rows(table, rows)]
    )


def _faults_of_rows(table: str, rows: Sequence[dict[str, object]]) -> list[str]:
    if table not in FACTS:
        return [f"also.{table}: expected one of {', '.join(FACTS)}"]
    known, wanted = {column.name for column in canonical.own_columns(table)}, set(canonical.must_fill(table))
    strange = sorted({name for row in rows for name in row} - known)
    missing = sorted({name for row in rows for name in wanted - row.keys()})
    return [f"also.{table}.{name}: table {table} has no such column" for name in strange] + [
        f"also.{table}.{name}: table {table} cannot do without it" for name in missing
    ]


def _made(mapping: Mapping) -> set[str]:
    """Columns that need not be given: a line is counted, the day is that of the instant, a snapshot's day is the file's."""
    if mapping.table in SNAPSHOTS:
        return {"date"}
    if mapping.table != "orders":
        return set()
    return {"line", "date"} if "ordered_at" in mapping.columns else {"line"}


def _make(mapping: Mapping, rows: Rows) -> Tables:
    tables = order_tables(mapping, rows) if mapping.table == "orders" else _rows_of(mapping, rows)
    return tables | {table: _standing(table, found) for table, found in mapping.also.items()}


def _rows_of(mapping: Mapping, rows: Rows) -> Tables:
    table = frame(mapping, rows)
    if mapping.table in SNAPSHOTS and "date" not in table:
        table = table.assign(date=pd.Timestamp(rows.known_at).normalize())
    if "sku" in table:
        table = without_non_goods(rows, table, mapping.drop_skus)
    if mapping.known_at == "row" and "date" in table:
        table = table.assign(known_at=table["date"])
    named = [name for name in ABOUT_ITEM if rows.has(name)] if mapping.table == "stock" else []
    if not named:
        return {mapping.table: table}
    about = table[["sku"]].assign(**{name: rows.text(name).reindex(table.index) for name in named})
    return {mapping.table: table, "items": about.dropna(subset="sku").drop_duplicates("sku", keep="last")}


def _standing(table: str, found: Sequence[dict[str, object]]) -> pd.DataFrame:
    given = pd.DataFrame(found, index=pd.Index([-1] * len(found), dtype="int64"))
    kinds = {column.name: column.kind for column in schema.columns(table)}
    return given.assign(**{name: pd.to_datetime(given[name]) for name in given if kinds[name] == "time"})
