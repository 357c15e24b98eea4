"""Files kept exactly as found: raw/<start of SHA-256>/<name>, known from the moment they were saved."""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from workbench.store.durable import Partial, copy, digest

_EPOCH = dt.datetime(1970, 1, 1)
_SHORT = 16


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it was kept: name, place, SHA-256, size in bytes, and when we knew it (UTC)."""

    name: str
    path: Path
    sha256: str
    size: int
    known_at: dt.datetime


def keep(root: Path, file: Path, now: dt.datetime) -> RawFile:
    """Return the kept copy of a file; bytes that were kept before are not copied again."""
    known = find(root, digest(file))
    if known:
        return known
    saved = min(file.stat().st_mtime_ns // 1000, (now - _EPOCH) // dt.timedelta(microseconds=1))
    with Partial(root) as partial:
        sha256 = copy(file, partial)
        os.utime(partial.path, ns=(saved * 1000, saved * 1000))
        partial.place(_folder(root, sha256) / file.name)
    return _kept(_folder(root, sha256) / file.name, sha256)


def find(root: Path, sha256: str) -> RawFile | None:
    """Return the kept file with these bytes, if there is one."""
    names = sorted(_folder(root, sha256).glob("*"))
    return _kept(names[0], sha256) if names else None


def _folder(root: Path, sha256: str) -> Path:
    return root / "raw" / sha256[:_SHORT]


def _kept(path: Path, sha256: str) -> RawFile:
    status = path.stat()
    known_at = _EPOCH + dt.timedelta(microseconds=status.st_mtime_ns // 1000)
    return RawFile(path.name, path, sha256, status.st_size, known_at)
