"""The manifest: which Parquet parts make up each table and what became of each file; replaced last, at once."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from workbench.store.account import Kept, Reason, Status
from workbench.store.durable import write_bytes
from workbench.store.part import SHORT, Part
from workbench.tables import RESULTS

__all__ = ["FILE", "Kept", "Manifest", "Part", "Reason", "Status", "load", "save", "shape", "stamp", "text_of", "version"]
FILE = Path("tables") / "manifest.json"


class Manifest(BaseModel):
    """Everything that a reader may see, and nothing else."""

    format: Literal[1] = 1
    tables: dict[str, tuple[Part, ...]] = Field(default_factory=dict)
    files: dict[str, Kept] = Field(default_factory=dict)

    def with_file(self, sha256: str, kept: Kept, parts: Mapping[str, Part]) -> "Manifest":
        """Return a manifest that also has a file and its parts of fact tables; what other files brought alike stands once."""
        tables = dict(self.tables)
        for table, part in parts.items():
            others = tables.get(table, ())
            same = next((other for other in others if part.content and other.content == part.content), None)
            if same is None:
                tables[table] = tuple(sorted((*others, part), key=lambda p: (p.first_date or dt.date.min, p.file)))
            else:
                shared = same.model_copy(update={"also": (*same.also, sha256[:SHORT])})
                tables[table] = tuple(shared if other is same else other for other in others)
        return Manifest(tables=tables, files={**self.files, sha256: kept})

    def without_file(self, sha256: str, kept: Kept) -> "Manifest":
        """Return a manifest without the parts of a file; those that another file brought as well stay."""
        tables = {table: tuple(left for part in parts if (left := _without(part, sha256))) for table, parts in self.tables.items()}
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


def _without(part: Part, sha256: str) -> Part | None:
    """The part as it stays when a file is taken back, None if nobody else brought it.

    Few rows of a manifest that did not count yet who brought them may be anybody's and stay.
    """
    if sha256[:SHORT] in part.also:
        return part.model_copy(update={"also": tuple(other for other in part.also if other != sha256[:SHORT])})
    if part.source[:SHORT] != sha256[:SHORT]:
        return part
    if part.also:
        return part.model_copy(update={"source": part.also[0], "also": part.also[1:]})
    return part if part.content and not part.report else None


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
    write_bytes(root, root / FILE, (manifest.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode())


def version(root: Path) -> str:
    """Return a short hash that changes whenever anything becomes visible."""
    return hashlib.sha256(text_of(root)).hexdigest()[:16]


def shape(names: Iterable[str]) -> str:
    """Return a short fingerprint of column names, to tell parts of an older form."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]
