"""Neighbours that belong together, such as the lines of an order, are seen in one block whatever the size of the file."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.reading.block import Block, joined

MOST_ROWS = 200_000
"""Rows held back at most: no order has as many lines, and a file that repeats one value must not fill the memory."""


def whole(blocks: Iterable[Block], place: str) -> Iterator[Block]:
    """Return the rows of blocks in their order, cut anew so that equal neighbours in the column named `place` are never parted."""
    held: Block | None = None
    for block in blocks:
        now = block if held is None else joined([held, block])
        start = last_run(now.table.column(place))
        if start == 0 and now.table.num_rows < MOST_ROWS:
            held = now
            continue
        cut = start or now.table.num_rows
        yield Block(now.table.slice(0, cut), now.lines[:cut], now.faults)
        held = Block(now.table.slice(cut), now.lines[cut:], [], now.ends_at)
    if held is not None:
        yield held


def last_run(column: pa.ChunkedArray) -> int:
    """Return where the last run of equal values begins.

    >>> last_run(pa.chunked_array([["a", "b"], ["b", "b"]])), last_run(pa.chunked_array([["a", "a"]])), last_run(pa.chunked_array([["a", None]]))
    (1, 0, 1)
    """
    if not len(column):
        return 0
    last = column[-1]
    same = pc.equal(column, last).fill_null(False) if last.is_valid else column.is_null()
    others = np.flatnonzero(~same.to_numpy())
    return int(others[-1]) + 1 if len(others) else 0
