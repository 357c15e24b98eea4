"""Files that appear whole or not at all: written under `.partial`, made durable, then renamed."""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import DiskFull
from workbench.store.process import host, is_dead, mark_of

FOLDER = ".partial"
ROWS_PER_GROUP = 131_072
_CHUNK = 1 << 20


class Partial:
    """A file on its way: gone after the `with` block unless `place` moved it to where it belongs."""

    def __init__(self, root: Path):
        folder = root / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        pid = os.getpid()
        self.path = folder / f"{pid}_{mark_of(pid)}_{secrets.token_hex(6)}_{_plain(host())}"

    def __enter__(self) -> "Partial":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        _remove(self.path)

    def sync(self) -> None:
        """Make the content survive a power cut."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())

    def place(self, target: Path) -> None:
        """Move the finished file to its place, over what stood there."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def room(what: str) -> Iterator[None]:
    """Turn a full disk into an error that says so.

    Raises
    ------
    DiskFull
        If writing inside the block finds no space left.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(what) from fault
        raise


def write_bytes(root: Path, target: Path, content: bytes) -> None:
    """Replace a small file by new content."""
    with room(str(target)), Partial(root) as partial:
        partial.path.write_bytes(content)
        partial.sync()
        partial.place(target)


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """Give a folder for what is unpacked on the way; gone afterwards, and swept if the process dies."""
    with Partial(root) as partial:
        partial.path.mkdir()
        yield partial.path


def write_parquet(partial: Partial, table: pa.Table) -> None:
    """Write a table to a partial file, compressed and durable."""
    with room(str(partial.path)):
        pq.write_table(table, partial.path, compression="zstd", row_group_size=ROWS_PER_GROUP)
        partial.sync()


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def copy(source: Path, target: Path) -> str:
    """Copy a file byte by byte and return the SHA-256 of what was copied."""
    found = hashlib.sha256()
    with source.open("rb") as given, target.open("wb") as kept:
        while chunk := given.read(_CHUNK):
            found.update(chunk)
            kept.write(chunk)
    return found.hexdigest()


def sweep(root: Path) -> None:
    """Remove partial files whose writer is dead; those at work stay."""
    for file in (root / FOLDER).glob(f"*_*_*_{_plain(host())}"):
        pid, mark, _ = file.name.split("_", 2)
        if pid.isdigit() and is_dead(int(pid), host(), mark):
            _remove(file)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)
