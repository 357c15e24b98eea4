"""The manifest: which Parquet parts make up each table and what became of each file; replaced last, at once."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench.store.durable import write_bytes
from workbench.tables import RESULTS, schema

FILE = Path("tables") / "manifest.json"
FEW_ROWS = 20
Status = Literal["imported", "quarantined", "duplicate", "ignored"]


class Part(BaseModel):
    """One Parquet file of a table: what it holds and where it came from."""

    model_config = ConfigDict(frozen=True)

    file: str
    rows: int
    source: str
    columns: str
    known_first: dt.datetime
    known_last: dt.datetime
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    places: tuple[str, ...] = ()
    content: str = ""


class Kept(BaseModel):
    """What became of one raw file."""

    model_config = ConfigDict(frozen=True)

    name: str
    report: str
    known_at: dt.datetime
    status: Status
    rows: int = 0
    faults: tuple[str, ...] = ()
    first_date: dt.date | None = None
    last_date: dt.date | None = None


class Manifest(BaseModel):
    """Everything that a reader may see, and nothing else."""

    format: Literal[1] = 1
    tables: dict[str, tuple[Part, ...]] = Field(default_factory=dict)
    files: dict[str, Kept] = Field(default_factory=dict)

    def with_file(self, sha256: str, kept: Kept, parts: dict[str, Part]) -> "Manifest":
        """Return a manifest that also has a file and its parts of fact tables."""
        tables = dict(self.tables)
        for table, part in parts.items():
            tables[table] = tuple(sorted((*tables.get(table, ()), part), key=lambda p: (p.first_date or dt.date.min, p.file)))
        return Manifest(tables=tables, files={**self.files, sha256: kept})

    def with_results(self, parts: dict[str, Part]) -> "Manifest":
        """Return a manifest whose result tables are these; others stay."""
        return Manifest(tables={**self.tables, **{table: (part,) for table, part in parts.items()}}, files=self.files)

    def holds(self, table: str, content: str) -> bool:
        """Say whether a part with the same few rows is there already."""
        return bool(content) and any(part.content == content for part in self.tables.get(table, ()))

    def listed(self) -> set[str]:
        """Return every part file that the manifest names."""
        return {part.file for parts in self.tables.values() for part in parts}

    def newest_known(self) -> dt.datetime | None:
        """Return when the newest fact became known."""
        return max((part.known_last for table, parts in self.tables.items() if table not in RESULTS for part in parts), default=None)


def load(root: Path) -> Manifest:
    """Return the manifest as it stands now; empty before the first import."""
    text = text_of(root)
    return Manifest.model_validate_json(text) if text else Manifest()


def text_of(root: Path) -> bytes:
    """Return the bytes of the manifest, empty if there is none."""
    try:
        return (root / FILE).read_bytes()
    except FileNotFoundError:
        return b""


def stamp(root: Path) -> tuple[int, int, int] | None:
    """Return what tells one manifest file from the next without reading it."""
    try:
        status = (root / FILE).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def save(root: Path, manifest: Manifest) -> None:
    """Put a new manifest in the place of the old one; only to be called by who holds the lock."""
    write_bytes(root, root / FILE, (manifest.model_dump_json(indent=1, exclude_none=True) + "\n").encode())


def version(root: Path) -> str:
    """Return a short hash that changes whenever anything becomes visible."""
    return hashlib.sha256(text_of(root)).hexdigest()[:16]


def shape(names: Iterable[str]) -> str:
    """Return a short fingerprint of column names, to tell parts of an older form."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]


def describe(table: str, frame: pd.DataFrame, source: str, file: str) -> Part:
    """Return the manifest's line for a part: rows, days and places that it covers."""
    place = place_column(table)
    first, last = days(frame)
    return Part(
        file=file,
        rows=len(frame),
        source=source,
        columns=shape(frame.columns),
        known_first=frame["known_at"].min().to_pydatetime(),
        known_last=frame["known_at"].max().to_pydatetime(),
        first_date=first,
        last_date=last,
        places=tuple(sorted(frame[place].dropna().unique())) if place else (),
        content=content_of(frame),
    )


def content_of(frame: pd.DataFrame) -> str:
    """Return a hash of a few rows and when they became known, whatever file brought them; empty for many rows.

    Most files bring the same built-in rows of channels and nodes, which need to be kept once.
    """
    if len(frame) > FEW_ROWS:
        return ""
    return hashlib.sha256(frame.drop(columns=["source_file", "source_line"]).to_csv(index=False).encode()).hexdigest()[:32]


def days(frame: pd.DataFrame) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of a frame, None where it has no dates."""
    if "date" not in frame or frame["date"].isna().all():
        return None, None
    return frame["date"].min().date(), frame["date"].max().date()


def place_column(table: str) -> str:
    """Return the key column that says where: channel or node; empty if the key has none."""
    return next((name for name in ("channel", "node") if name in schema.key(table)), "")
