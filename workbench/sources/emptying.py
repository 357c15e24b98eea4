"""Cells of delimited text emptied where they stand, a block of bytes at a time.

Line ends, separators and quotes are the same bytes in UTF-8, Windows-1252, Shift-JIS and GB 18030, and no other sign
contains them; UTF-16 is worked on by its units of two bytes.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

BLOCK = 1 << 23
_LF, _CR, _QUOTE = 10, 13, 34


class StrayQuote(Exception):
    """A quote in the middle of a cell, which opens nothing: whether a separator counts can then not be told from afar."""


class Cells:
    """Text from the start of a line on, of which the cells of some columns are left out."""

    def __init__(self, delimiter: str, quoted: bool, unit: np.dtype, gone: Sequence[int]):
        self._delimiter, self._quoted, self._unit = ord(delimiter), quoted, unit
        self._gone = np.zeros(max(gone, default=0) + 2, dtype=bool)
        self._gone[list(gone)] = True
        self._rest = b""

    def feed(self, data: bytes, last: bool = False) -> bytes:
        """Return the whole lines of what came so far, emptied; with `last` all that is left.

        Raises
        ------
        StrayQuote
            If a quote opens in the middle of a cell.
        """
        data = self._rest + data
        whole = len(data) - len(data) % self._unit.itemsize
        signs = np.frombuffer(data[:whole], dtype=self._unit)
        ends, separators = self._marks(signs)
        end = len(signs) if last else _after_last(ends)
        self._rest = data[end * self._unit.itemsize :]
        return self._emptied(signs[:end], ends[:end], separators[:end]) + (self._rest if last else b"")

    def _marks(self, signs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ends = (signs == _LF) | (signs == _CR)
        separators = signs == self._delimiter
        quotes = signs == _QUOTE
        if self._quoted and quotes.any():
            inside = np.logical_xor.accumulate(quotes)
            before = np.append(self._unit.type(_LF), signs[:-1])[quotes & inside]
            if not np.isin(before, (_LF, _CR, self._delimiter, _QUOTE)).all():
                raise StrayQuote
            ends &= ~inside
            separators &= ~inside
        return ends, separators

    def _emptied(self, signs: np.ndarray, ends: np.ndarray, separators: np.ndarray) -> bytes:
        stops = np.flatnonzero(ends | separators)
        first_of_line = np.append(True, ends[stops])
        starts, stops = np.append(0, stops + 1), np.append(stops, len(signs))
        number = np.arange(len(starts))
        column = number - np.maximum.accumulate(np.where(first_of_line, number, 0))
        empty = self._gone[np.minimum(column, len(self._gone) - 1)] & (stops > starts)
        if not empty.any():
            return signs.tobytes()
        change = np.zeros(len(signs) + 1, dtype=np.int8)
        change[starts[empty]] += 1
        change[stops[empty]] -= 1
        return signs[np.cumsum(change[:-1], dtype=np.int8) == 0].tobytes()


def _after_last(ends: np.ndarray) -> int:
    found = np.flatnonzero(ends[::-1])
    return len(ends) - int(found[0]) if len(found) else 0


def offsets(stream: BinaryIO, unit: np.dtype, lines: Sequence[int]) -> dict[int, int]:
    """Return for some lines, counted from 1, how many bytes stand before the line after them."""
    found: dict[int, int] = {}
    wanted, seen, base, rest = sorted(lines), 0, 0, b""
    while wanted and (data := stream.read(BLOCK)):
        data = rest + data
        whole = len(data) - len(data) % unit.itemsize
        signs = np.frombuffer(data[:whole], dtype=unit)
        used = len(signs) - (len(signs) > 0 and signs[-1] == _CR)
        breaks = np.flatnonzero((signs[:used] == _LF) | ((signs[:used] == _CR) & (np.append(signs[1:], 0)[:used] != _LF)))
        while wanted and wanted[0] - seen <= len(breaks):
            line = wanted.pop(0)
            found[line] = base + (int(breaks[line - seen - 1]) + 1) * unit.itemsize if line > seen else base
        seen, base, rest = seen + len(breaks), base + used * unit.itemsize, data[used * unit.itemsize :]
    return found | dict.fromkeys(wanted, base + len(rest))


def between(stream: BinaryIO, size: int | None) -> Iterator[bytes]:
    """Return the next bytes of a stream in blocks, all that follow if `size` is None."""
    while size is None or size > 0:
        data = stream.read(BLOCK if size is None else min(BLOCK, size))
        if not data:
            return
        size = None if size is None else size - len(data)
        yield data
