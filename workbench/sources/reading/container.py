"""Archives: each report in a ZIP is a file of its own, unpacked under a name that we give it.

No member is ever written under its own name, so that a name such as ../../x reaches nothing; links, encrypted members and
archives within archives are not opened. A workbook is a ZIP too, and is no archive.
"""

import datetime as dt
import errno
import shutil
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from workbench.errors import UnreadableFile
from workbench.sources.reading.content import MAX_UNPACKED, check_unpacked

MAX_MEMBERS = 1000
"""Files that an archive may hold: a report a day for two and a half years."""
_ZIP = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
_OFFICE = ("[Content_Types].xml", "mimetype")
_SYSTEM = ("__MACOSX/", ".")
_ENCRYPTED, _TIMES = 0x1, 0x5455
_FIRST = dt.datetime(2000, 1, 1)
"""A member saved before this day was given no time by the program that packed it."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: `archive.zip/its name`, where it was unpacked to, and when it was saved (UTC, None if unknown)."""

    name: str
    path: Path
    saved: dt.datetime | None


def is_archive(file: Path) -> bool:
    """Say whether a file is an archive of reports, and not a report itself.

    Raises
    ------
    UnreadableFile
        If it starts as a ZIP file but is none.
    """
    with file.open("rb") as opened:
        start = opened.read(4)
    if start == _EMPTY:
        return True
    if start != _ZIP:
        return False
    with _opened(file) as archive:
        return not any(name in archive.namelist() for name in _OFFICE)


def members(file: Path, room: Path) -> Iterator[Member]:
    """Return the files of an archive, each unpacked into a folder when its turn comes; folders and what systems add are left out.

    Parameters
    ----------
    file
        The archive.
    room
        Folder that they are unpacked into, as 0, 1, 2 ….

    Raises
    ------
    UnreadableFile
        If the archive is cut, damaged, encrypted, holds a link or another archive, or more than any archive of reports.
    """
    with _opened(file) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir() and not PurePosixPath(part.filename).name.startswith(_SYSTEM)]
        parts = [part for part in parts if not part.filename.startswith(_SYSTEM[0])]
        _check(file, parts)
        for number, part in enumerate(parts):
            place = room / str(number)
            _unpack(file, archive, part, place)
            yield Member(f"{file.name}/{_plain(part.filename)}", place, _saved(part))


def _opened(file: Path) -> ZipFile:
    try:
        return ZipFile(file)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise UnreadableFile(file.name, "a whole ZIP file", f"one that breaks off or is damaged ({fault})") from None


def _check(file: Path, parts: list[ZipInfo]) -> None:
    if len(parts) > MAX_MEMBERS:
        raise UnreadableFile(file.name, f"an archive of at most {MAX_MEMBERS} files", str(len(parts)))
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile(file.name, f"at most {MAX_UNPACKED >> 30} GB unpacked", "more")
    check_unpacked(file.name, file.stat().st_size, sum(part.file_size for part in parts))
    for part in parts:
        if stat.S_ISLNK(part.external_attr >> 16):
            raise UnreadableFile(file.name, "files", f"a link, {part.filename[:60]!r}")
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableFile(file.name, "an archive without a password", f"{part.filename[:60]!r}, which needs one")


def _unpack(file: Path, archive: ZipFile, part: ZipInfo, place: Path) -> None:
    """Write a member; the reading ends at the size that the archive states, which was checked."""
    try:
        with archive.open(part) as stream, place.open("wb") as written:
            shutil.copyfileobj(stream, written, _CHUNK)
    except Exception as fault:  # the library names a damaged member in a dozen ways
        place.unlink(missing_ok=True)
        if isinstance(fault, OSError) and fault.errno not in (None, errno.EINVAL):  # which a false place in the archive gives
            raise  # no room on the disk
        raise UnreadableFile(file.name, "a whole ZIP file", f"{part.filename[:60]!r} breaks off or is damaged ({fault})") from None
    if is_archive(place):
        place.unlink()
        raise UnreadableFile(file.name, "reports", f"another archive in it, {part.filename[:60]!r}: unpack that first")


def _plain(name: str) -> str:
    """The last part of a name, as a name: it is shown, and never a place to write to."""
    return "".join(sign for sign in PurePosixPath(name.replace("\\", "/")).name if sign.isprintable())[:120]


def _saved(part: ZipInfo) -> dt.datetime | None:
    """The instant that the archive notes in UTC, where it does; its other clock has no zone and is not used."""
    extra = part.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _TIMES and size >= 5 and extra[4] & 1:
            found = dt.datetime.fromtimestamp(struct.unpack("<i", extra[5:9])[0], dt.UTC).replace(tzinfo=None)
            return found if found >= _FIRST else None
        extra = extra[4 + size :]
    return None
