"""Forms: files whose headers are the columns of one canonical fact table, such as suppliers or purchase orders.

A form may leave out optional columns and bring more than we know; it is taken for the table whose columns it fits
best, and for none where two fit alike.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workbench.sources import canonical
from workbench.sources.reading.headers import normal
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows
from workbench.tables import FACTS, LINEAGE

_LINEAGE = frozenset(normal(name) for name in LINEAGE)


def header(table: str) -> list[str]:
    """Return the column names of a table's form.

    >>> header("serves")
    ['channel', 'node', 'priority']
    """
    return [column.name for column in canonical.own_columns(table)]


def write(folder: Path) -> list[Path]:
    """Write the empty form of every fact table and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{table}.csv" for table in FACTS]
    for file in files:
        file.write_text(",".join(header(file.stem)) + "\n", encoding="utf-8", newline="\n")
    return files


def candidates(columns: Sequence[str]) -> list[str]:
    """Return the tables that a header fits best; more than one where it does not tell."""
    given = {normal(name) for name in columns if normal(name)} - _LINEAGE
    fits: dict[str, int] = {}
    for table in FACTS:
        names = {normal(name) for name in header(table)}
        needed = {normal(name) for name in canonical.must_fill(table)}
        strange = given - names
        if needed <= given and len(strange) * 2 <= len(given & names):
            fits[table] = len(strange)
    fewest = min(fits.values(), default=0)
    return [table for table, strange in fits.items() if strange == fewest]


def report(columns: Sequence[str]) -> Report | None:
    """Return the reader of a form with these columns, None if it is no form or fits two tables alike."""
    tables = candidates(columns)
    return form(tables[0], columns) if len(tables) == 1 else None


def form(table: str, columns: Sequence[str]) -> Report:
    """Return the reader of a form of a table."""
    given = {normal(name) for name in columns}
    needed = {name: [name] for name in canonical.must_fill(table)}
    optional = {name: [name] for name in header(table) if name not in needed and normal(name) in given}
    make = partial(_make, table, [*needed, *optional])
    return Report(f"FORM:{table}", needed, optional, frozenset(needed), make, tuple(needed), silent=_LINEAGE)


def _make(table: str, names: Sequence[str], rows: Rows) -> Tables:
    return {table: canonical.frame(rows, table, names)}
