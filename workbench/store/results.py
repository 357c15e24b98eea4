"""Result tables: staged in a run's folder, then linked beside the facts and listed by the manifest."""

import datetime as dt
import os
import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.store.durable import Partial, room, sync_folder, write_parquet
from workbench.store.manifest import shape
from workbench.store.part import Part
from workbench.tables import RESULTS

_KNOWN_AT = b"workbench.known_at"


def staged(root: Path, run_id: str, table: str) -> Path:
    """Return where a run lays a result table ready."""
    return root / "runs" / run_id / "tables" / f"{table}.parquet"


def all_staged(root: Path, run_id: str) -> dict[str, Path]:
    """Return the tables that a run has laid ready."""
    return {table: staged(root, run_id, table) for table in RESULTS if staged(root, run_id, table).exists()}


def stage(root: Path, run_id: str, table: str, frame: pd.DataFrame, as_of: dt.date) -> None:
    """Write a result table into the run's folder; the day it is known from stands in the file, for it may have no rows."""
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    stamped = rows.replace_schema_metadata({**(rows.schema.metadata or {}), _KNOWN_AT: as_of.isoformat().encode()})
    with Partial(root) as partial:
        write_parquet(partial, stamped)
        partial.place(staged(root, run_id, table))


def part(root: Path, run_id: str, file: Path) -> Part:
    """Return the manifest's line for a result file."""
    meta = pq.read_metadata(file)
    names = meta.schema.to_arrow_schema().names
    known_at = dt.datetime.fromisoformat((meta.metadata or {})[_KNOWN_AT].decode())
    return Part(file=file.relative_to(root).as_posix(), rows=meta.num_rows, source=run_id, columns=shape(names), known_first=known_at, known_last=known_at)


def link(root: Path, run_id: str, table: str, file: Path) -> Part:
    """Return the line of a published table; the file stays even if the run's folder is thrown away."""
    folder = root / "tables" / table
    folder.mkdir(parents=True, exist_ok=True)
    names = (folder / f"{run_id}{suffix}.parquet" for suffix in _suffixes())
    target = next(name for name in names if not name.exists() or name.samefile(file))
    if not target.exists():
        _link(root, file, target)
    return part(root, run_id, target)


def _suffixes() -> Iterable[str]:
    """A run that publishes again must not change a file that somebody may be reading."""
    yield ""
    for number in count(2):
        yield f"-{number}"


def _link(root: Path, file: Path, target: Path) -> None:
    try:
        os.link(file, target)
        sync_folder(target.parent)
    except OSError:
        with room(str(target)), Partial(root) as partial:
            shutil.copyfile(file, partial.path)
            partial.sync()
            partial.place(target)


def sweep(root: Path, wanted: set[str]) -> None:
    """Remove published files that neither the manifest nor the one before it names."""
    for table in RESULTS:
        for file in (root / "tables" / table).glob("*.parquet"):
            if file.relative_to(root).as_posix() not in wanted:
                file.unlink(missing_ok=True)
