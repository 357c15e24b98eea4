"""Which table a header is the form of, and what its rows say.

A form may leave out optional columns and bring more than we know; it is taken for the table whose columns it fits
best, and for none where two fit alike. Lengths, weights and volumes may be in other units than ours.
"""

from collections.abc import Sequence
from functools import cache, partial

import pandas as pd

from workbench.sources import canonical
from workbench.sources.forms import receipts, sizes
from workbench.sources.forms.cells import unescaped
from workbench.sources.reading.headers import normal
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows
from workbench.tables import FACTS, LINEAGE, schema

_LINEAGE = frozenset(normal(name) for name in LINEAGE)
_IN_PARTS = {"purchase_orders": receipts.KEY}
"""Tables of whose rows several lines of a form may be one."""


_FEWEST = 2
"""A lone column is no form: it names things and says nothing of them."""


def header(table: str) -> list[str]:
    """Return the column names of a table's form.

    >>> header("serves")
    ['channel', 'node', 'priority']
    """
    return [column.name for column in canonical.own_columns(table)]


def candidates(columns: Sequence[str]) -> list[str]:
    """Return the tables that a header fits best; more than one where it does not tell."""
    given = {normal(name) for name in columns if normal(name)} - _LINEAGE
    fits: dict[str, int] = {}
    for table in FACTS:
        own, needed = _words(table)
        if needed <= given:
            names = own | {normal(name) for name in sizes.names(table, given)}
            strange = given - names
            if len(strange) * 2 <= len(given & names) >= _FEWEST:
                fits[table] = len(strange)
    fewest = min(fits.values(), default=0)
    return [table for table, strange in fits.items() if strange == fewest]


@cache
def _words(table: str) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of a table's form, and those that no row may leave blank."""
    return frozenset(map(normal, header(table))), frozenset(map(normal, canonical.must_fill(table)))


def report(columns: Sequence[str]) -> Report | None:
    """Return the reader of a form with these columns, None if it is no form or fits two tables alike."""
    tables = candidates(columns)
    return form(tables[0], columns) if len(tables) == 1 else None


def form(table: str, columns: Sequence[str]) -> Report:
    """Return the reader of a form of a table."""
    given = {normal(name) for name in columns}
    needed = {name: [name] for name in canonical.must_fill(table)}
    own = [name for name in header(table) if normal(name) in given]
    optional = {name: [name] for name in (*own, *sizes.names(table, given)) if name not in needed}
    return Report(
        f"FORM:{table}",
        needed,
        optional,
        frozenset(needed),
        partial(_make, table, list(dict.fromkeys([*needed, *own]))),
        tuple(needed),
        silent=_LINEAGE,
        former=frozenset(optional),
        together=_IN_PARTS.get(table, ()),
        about={},
    )


def _make(table: str, names: Sequence[str], rows: Rows) -> Tables:
    read = canonical.frame(rows, table, names)
    read = read.assign(**{column.name: read[column.name].map(unescaped, na_action="ignore").astype("str") for column in _texts(table) if column.name in read})
    read = sizes.converted(rows, table, read)
    told = _told(rows, table, read)
    return {table: receipts.summed(rows, told) if table in _IN_PARTS else told}


def _texts(table: str) -> list[canonical.Column]:
    return [column for column in canonical.own_columns(table) if column.kind == "text" and not column.codes]


def _told(rows: Rows, table: str, read: pd.DataFrame) -> pd.DataFrame:
    """Rows that say something of what they name: a prefilled form lists also what nothing is known of yet."""
    says = [column.name for column in canonical.own_columns(table) if column.name in read and column.name not in schema.key(table) and column.kind != "flag"]
    if not says:
        return read
    stays = rows.drop(read[says].isna().all(axis=1).to_numpy() & ~rows.faulty(), "says_nothing")
    return read[stays]
