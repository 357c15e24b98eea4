"""Files as they came: looked at where they lie, kept as raw/<start of SHA-256>/<name>, known from the moment they were saved."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.errors import ChangedWhileRead
from workbench.store.durable import Partial, copy, digest, room

_EPOCH = dt.datetime(1970, 1, 1)
_SHORT = 16
Copy = Callable[[Path, Path], str]
"""Writes what is to be kept of a file to a path, and returns the SHA-256 of the file that was read."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file: name, where it lies, SHA-256 as it came, size in bytes, and when we knew it (UTC)."""

    name: str
    path: Path
    sha256: str
    size: int
    known_at: dt.datetime


def look(file: Path, now: dt.datetime, name: str = "", saved: dt.datetime | None = None) -> RawFile:
    """Return what is to be known of a file where it lies; `name` and `saved` if it came in an archive."""
    status = file.stat()
    known_at = saved or _EPOCH + dt.timedelta(microseconds=status.st_mtime_ns // 1000)
    return RawFile(name or file.name, file, digest(file), status.st_size, max(min(known_at, now), _EPOCH))


def keep(root: Path, raw: RawFile, write: Copy = copy) -> RawFile:
    """Return the kept copy of a file; bytes that were kept before are not copied again.

    Raises
    ------
    ChangedWhileRead
        If the file is not what it was when it was looked at.
    DiskFull
        If there is no room.
    """
    known = find(root, raw.sha256)
    if known:
        return known
    place = _folder(root, raw.sha256) / raw.name.replace("/", "_")
    with Partial(root) as partial:
        with room(str(place)):
            if write(raw.path, partial.path) != raw.sha256:
                raise ChangedWhileRead(raw.name)
            partial.sync()
        saved = (raw.known_at - _EPOCH) // dt.timedelta(microseconds=1)
        os.utime(partial.path, ns=(saved * 1000, saved * 1000))
        partial.place(place)
    return replace(raw, path=place)


def find(root: Path, sha256: str) -> RawFile | None:
    """Return the kept file that came with these bytes, if there is one."""
    names = sorted(_folder(root, sha256).glob("*"))
    return _kept(names[0], sha256) if names else None


def _folder(root: Path, sha256: str) -> Path:
    return root / "raw" / sha256[:_SHORT]


def _kept(path: Path, sha256: str) -> RawFile:
    status = path.stat()
    known_at = _EPOCH + dt.timedelta(microseconds=status.st_mtime_ns // 1000)
    return RawFile(path.name, path, sha256, status.st_size, known_at)
