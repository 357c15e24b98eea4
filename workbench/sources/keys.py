"""How often a key came before, over all blocks of a file: hashes of keys are kept, never the keys themselves.

Two different keys have the same 64-bit hash once in 10^5 files of 20 million rows.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

_RUN = 1 << 22
"""Hashes in the largest sorted run: runs are merged up to this size, so that a merge never needs much room."""
_SLICE = 1 << 16
"""Texts hashed at a time, which bounds the room for their bytes."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0x5851F42D4C957F2D)
_BLANK = np.uint64(0x2545F4914F6CDD1D)


class KeyCounts:
    """How often each key was seen so far."""

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def numbers(self, hashes: np.ndarray) -> np.ndarray:
        """Return the number of each key among equal ones, from 0, counted on from the calls before."""
        keys = np.sort(hashes)
        if len(keys) and (keys[1:] == keys[:-1]).any():
            keys, counts = np.unique(hashes, return_counts=True)
        else:
            counts = np.ones(len(keys), dtype=np.uint8)
        before = self._before(keys)
        self._remember(keys, counts)
        if not before.any() and len(keys) == len(hashes):
            return np.zeros(len(hashes), dtype=np.int64)
        order = np.argsort(hashes, kind="stable")
        starts = np.cumsum(counts, dtype=np.int64) - counts
        result = np.empty(len(hashes), dtype=np.int64)
        result[order] = np.arange(len(hashes)) - np.repeat(starts - before, counts)
        return result

    def _before(self, keys: np.ndarray) -> np.ndarray:
        total = np.zeros(len(keys), dtype=np.int64)
        for run, counts in self._runs:
            at = np.searchsorted(run, keys)
            at[at == len(run)] = 0
            total += np.where(run[at] == keys, counts[at], 0)
        return total

    def _remember(self, keys: np.ndarray, counts: np.ndarray) -> None:
        if not len(keys):
            return
        self._runs.append((keys, counts.astype(np.min_scalar_type(counts.max()))))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]) <= _RUN:
            self._runs[-2:] = [_merged(*self._runs[-2:])]


def _merged(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    keys, counts = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    first = np.append(True, keys[1:] != keys[:-1])
    if first.all():
        return keys, counts
    sums = np.add.reduceat(counts.astype(np.int64), np.flatnonzero(first))
    return keys[first], sums.astype(np.min_scalar_type(sums.max()))


def hashes(*columns: pd.Series | np.ndarray) -> np.ndarray:
    """Return a 64-bit hash of each row of some columns; blank equals blank.

    >>> first, again, other = hashes(pd.Series(["a", "a", "b"]), np.array([1, 1, 1]))
    >>> bool(first == again), bool(first == other)
    (True, False)
    """
    total = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        total = _mixed(total * _MIX + _of_column(column))
    return total


def _of_column(column: pd.Series | np.ndarray) -> np.ndarray:
    plain = column.to_numpy() if isinstance(column, pd.Series) and isinstance(column.dtype, np.dtype) else column
    if isinstance(plain, np.ndarray) and plain.dtype.kind in "iufbmM":
        if plain.dtype.kind == "f":
            return np.where(np.isnan(plain), _BLANK, _mixed((plain + 0.0).astype(np.float64).view(np.uint64)))
        return _mixed(plain.astype(np.int64).view(np.uint64))
    texts = pa.array(plain, from_pandas=True)
    parts = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    found = [_of_texts(part.slice(start, _SLICE).cast(pa.large_string())) for part in parts for start in range(0, len(part), _SLICE)]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def _of_texts(texts: pa.Array) -> np.ndarray:
    """The bytes of each text as a polynomial, from sums over all bytes at once."""
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    at, start = at - at[0], int(at[0])
    codes = np.frombuffer(data, dtype=np.uint8)[start : start + int(at[-1])] if at[-1] else np.zeros(0, dtype=np.uint8)
    powers, inverse = _powers(1 << int(at[-1] + 1).bit_length())
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers[: len(codes)], out=sums[1:])
    length = (at[1:] - at[:-1]).astype(np.uint64)
    found = _mixed((sums[at[1:]] - sums[at[:-1]]) * inverse[at[:-1]] + length * _MIX)
    return np.where(texts.is_null().to_numpy(zero_copy_only=False), _BLANK, found) if texts.null_count else found


@lru_cache(maxsize=2)
def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Powers of an odd number modulo 2^64, and of its inverse."""
    inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))
    return _cumulated(_BASE, count), _cumulated(inverse, count)


def _cumulated(base: np.uint64, count: int) -> np.ndarray:
    return np.cumprod(np.append(np.uint64(1), np.full(count - 1, base, dtype=np.uint64)))


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
