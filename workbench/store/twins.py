"""Whether another file brought the very same rows already: a report saved in another form, or packed."""

from collections.abc import Sequence
from pathlib import Path

from workbench.store.manifest import Manifest
from workbench.store.part import Part
from workbench.store.query import columns_of, frame, text_of
from workbench.store.staging import Staging
from workbench.tables import LINEAGE, schema

_BUILT_IN = 1970


def find(staging: Staging, now: Manifest, root: Path) -> str:
    """Return the name of an imported file with the same rows; empty if there is none.

    Contents are compared only with files of the same report that have as many rows for the same days and places.
    """
    described = {table: part for table, part in staging.all_described().items() if part.known_last.year > _BUILT_IN}
    staged = {table: _on_disk(part, now.tables.get(table, ())) for table, part in described.items()}
    found: list[set[str]] = []
    for table, part in staged.items():
        alike = [other for other in now.tables.get(table, ()) if _alike(part, other)]
        found.append({sha256 for other in alike for sha256 in other.owners()})
    for sha256 in sorted(set.intersection(*found)) if found else []:
        parts = {table: next(part for part in now.tables[table] if sha256 in part.owners()) for table in staged}
        if all(_same(table, part, parts[table], root) for table, part in staged.items()):
            return next((kept.name for known, kept in now.files.items() if known.startswith(sha256)), "")
    return ""


def _on_disk(part: Part, others: Sequence[Part]) -> Part:
    """A staged part whose rows are held already was not written: the part that holds them stands for it."""
    return next((part.model_copy(update={"file": other.file}) for other in others if _held(part, other)), part)


def _alike(one: Part, other: Part) -> bool:
    return _held(one, other) or (one.report, one.rows, one.columns, one.places, one.first_date, one.last_date) == (
        other.report,
        other.rows,
        other.columns,
        other.places,
        other.first_date,
        other.last_date,
    )


def _held(one: Part, other: Part) -> bool:
    return bool(one.content) and one.content == other.content


def _same(table: str, one: Part, other: Part, root: Path) -> bool:
    if _held(one, other):
        return True
    names = columns_of(column.name for column in schema.columns(table) if column.name not in LINEAGE)
    first, second = (f"SELECT {names} FROM read_parquet({text_of(str(root / part.file))})" for part in (one, other))
    return bool(frame(f"SELECT count(*) AS rows FROM ({first} EXCEPT ALL {second})")["rows"].iloc[0] == 0)
