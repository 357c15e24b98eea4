"""Files of other systems (tills, ERP, Shopify, Walmart, UCI Online Retail), read by a mapping of the workspace.

A mapping says whose columns mean what. For table orders it may also map `unit_price` (revenue is units times unit
price) and what names the article (`title`, `category`, `brand`, `product_id`; they go to table items).
"""

from functools import partial

from workbench.errors import BadParameters
from workbench.settings import Mapping
from workbench.sources import canonical
from workbench.sources.mapped_orders import ABOUT_ITEM, order_tables
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows
from workbench.sources.skus import without_non_goods
from workbench.tables import FACTS

EXTRA = {"orders": ("unit_price", *ABOUT_ITEM)}
_FILLED_LATER = {"orders": {"date", "channel"}}
"""A later line of an order may leave these to the first."""


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
    columns = {ours: [theirs] for ours, theirs in mapping.columns.items()}
    return Report(f"GENERIC:{mapping.name}", columns, {}, frozenset(columns), partial(_make, mapping), filled, strict=False)


def _faults(mapping: Mapping) -> list[str]:
    if mapping.table not in FACTS:
        return [f"table: expected one of {', '.join(FACTS)}, got {mapping.table!r}"]
    own = [column.name for column in canonical.own_columns(mapping.table)]
    known = {*own, *EXTRA.get(mapping.table, ())}
    given = {*mapping.columns, *mapping.constants}
    open_keys = [name for name in canonical.must_fill(mapping.table) if name not in given | _made(mapping)]
    return [f"columns.{name}: table {mapping.table} has no such column" for name in sorted(given - known)] + [
        f"columns.{name}: table {mapping.table} cannot do without it" for name in open_keys
    ]


def _made(mapping: Mapping) -> set[str]:
    """Columns that need not be given: the line is counted, the day is that of the instant."""
    if mapping.table != "orders":
        return set()
    return {"line", "date"} if "ordered_at" in mapping.columns else {"line"}


def _make(mapping: Mapping, rows: Rows) -> Tables:
    if mapping.table == "orders":
        return order_tables(mapping, rows)
    read = canonical.frame(rows, mapping.table, mapping.columns, mapping.time_zone or "UTC", mapping.day_first)
    table = canonical.with_constants(read, mapping.table, mapping.constants)
    if "sku" in table:
        table = without_non_goods(rows, table, mapping.drop_skus)
    if mapping.known_at == "row" and "date" in table:
        table = table.assign(known_at=table["date"])
    return {mapping.table: table}
