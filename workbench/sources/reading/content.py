"""The bytes of a file, unpacked as they are read where it is gzip, and never more of them than a report can have."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from workbench.errors import UnreadableFile

HEAD = 1 << 20
"""Bytes that are looked at to tell what a file is; no header of a report is longer."""
MAX_UNPACKED = 32 << 30
"""Bytes that a packed file may unpack to: four times a report of 20 million order lines."""
MAX_RATIO = 250
"""How often the packed size a file may unpack to: reports pack to a twentieth, a bomb to a thousandth."""
FREE = 64 << 20
"""Bytes that may be unpacked whatever the ratio: a small report of equal lines packs very well."""
_GZIP = b"\x1f\x8b"


class Content:
    """The bytes of a file, from the start each time they are opened."""

    def __init__(self, file: Path):
        self.file = file
        with file.open("rb") as opened:
            self.packed = opened.read(2) == _GZIP
        with self.open() as stream:
            self.head = stream.read(HEAD)

    def open(self) -> BinaryIO:
        """Return the bytes as a stream.

        Raises
        ------
        UnreadableFile
            While reading, if a packed file breaks off or unpacks to more than any report has.
        """
        if not self.packed:
            return self.file.open("rb")
        return io.BufferedReader(Unpacked(self.file), buffer_size=HEAD)

    def whole(self, limit: int, what: str) -> bytes:
        """Return all bytes of a file that can only be read as a whole.

        Raises
        ------
        UnreadableFile
            If there are more than `limit`.
        """
        with self.open() as stream:
            found = stream.read(limit + 1)
        if len(found) > limit:
            raise UnreadableFile(self.file.name, f"{what} of at most {limit >> 20} MB", f"more than {limit >> 20} MB")
        return found


class Unpacked(io.RawIOBase):
    """What a gzip file holds, as long as it stays within the limits."""

    def __init__(self, file: Path):
        self._file, self._size, self._read = file, file.stat().st_size, 0
        self._stream = gzip.open(file)  # noqa: SIM115 - closed with this stream

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer."""
        try:
            found = self._stream.read(len(buffer))
        except (EOFError, OSError, zlib.error) as fault:
            raise UnreadableFile(self._file.name, "a whole gzip file", f"one that breaks off or is damaged ({fault})") from None
        self._read += len(found)
        check_unpacked(self._file.name, self._size, self._read)
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Close the file too."""
        self._stream.close()
        super().close()


def check_unpacked(name: str, packed: int, unpacked: int) -> None:
    """Pass if a packed file may unpack to so many bytes.

    Raises
    ------
    UnreadableFile
        If no report unpacks like that.
    """
    if unpacked > MAX_UNPACKED:
        raise UnreadableFile(name, f"at most {MAX_UNPACKED >> 30} GB unpacked", "more")
    if unpacked > max(FREE, MAX_RATIO * packed):
        raise UnreadableFile(name, f"at most {MAX_RATIO} times its packed size", "more: it may be made to fill the disk")
