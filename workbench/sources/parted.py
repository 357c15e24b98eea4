"""Rows of one SKU or order are seen in one block, wherever in a file they stand, and the memory stays bounded.

A file of usual size is one block. A bigger one is parted by the key into scratch files without a name, which the system
takes back when they are closed; each block then is a part of the keys, its rows in the order of the file.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import IO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.keys import hashes
from workbench.sources.reading.block import Block, Fault, joined

MOST_ROWS = 100_000
"""Rows that are seen at once; a part of a bigger file has about as many."""
PARTS = 64
_LINE = "line of the file"


def whole(blocks: Iterable[Block], place: str) -> Iterator[Block]:
    """Return the rows of blocks, put together so that all rows that are equal in the column named `place` stand in one block."""
    coming, head, count = iter(blocks), [], 0
    for block in coming:
        head.append(block)
        count += len(block.lines)
        if count > MOST_ROWS:
            yield from _parted(chain(head, coming), place)
            return
    yield joined(head)


def _parted(blocks: Iterable[Block], place: str) -> Iterator[Block]:
    with ExitStack() as scratch:
        rooms = [scratch.enter_context(tempfile.TemporaryFile()) for _ in range(PARTS)]
        writers: list[pa.RecordBatchStreamWriter] = []
        faults: list[Fault] = []
        ends_at, counts = 0, np.zeros(PARTS, dtype=np.int64)
        for block in blocks:
            table = block.table.append_column(_LINE, pa.array(block.lines))
            writers = writers or [pa.ipc.new_stream(room, table.schema) for room in rooms]
            counts += _spread(table, place, writers)
            faults, ends_at = faults + block.faults, block.ends_at
        for writer in writers:
            writer.close()
        for part in _of_size(counts):
            read = joined([_read(rooms[at]) for at in part])
            last = part[-1] == PARTS - 1
            yield Block(read.table, read.lines, faults if part[0] == 0 else [], ends_at if last else 0)


def _spread(table: pa.Table, place: str, writers: Sequence[pa.RecordBatchStreamWriter]) -> np.ndarray:
    """Write each row to the part of its key; return how many went to each."""
    key = pc.utf8_trim_whitespace(table.column(place).cast(pa.string())).combine_chunks()
    part = (hashes(pd.Series(key.to_pandas(), dtype="str")) % np.uint64(PARTS)).astype(np.int64)
    counts = np.bincount(part, minlength=PARTS)
    ordered, ends = table.take(pa.array(np.argsort(part, kind="stable"))), np.cumsum(counts).tolist()
    for at in np.flatnonzero(counts).tolist():
        writers[at].write_table(ordered.slice(ends[at] - int(counts[at]), int(counts[at])))
    return counts


def _read(room: IO[bytes]) -> Block:
    room.seek(0)
    table = pa.ipc.open_stream(room).read_all()
    return Block(table.drop_columns([_LINE]), table.column(_LINE).to_numpy())


def _of_size(counts: np.ndarray) -> list[list[int]]:
    """Parts side by side, as many together as make a block.

    >>> _of_size(np.array([90_000, 60_000, 20_000, 10]))
    [[0], [1, 2, 3]]
    """
    found: list[list[int]] = [[]]
    rows = 0
    for at, count in enumerate(counts.tolist()):
        if rows and rows + count > MOST_ROWS:
            found.append([])
            rows = 0
        found[-1].append(at)
        rows += count
    return found
