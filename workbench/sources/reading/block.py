"""What every kind of file gives: sheets, each a header and rows under it, and the rows block by block."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.sources.reading.headers import normal

MAX_COLUMNS = 2000
"""Columns that a file may have: the widest report has 110."""
MAX_CELL = 32_767
"""Characters that a cell may have: what a spreadsheet holds, ten times the longest seen."""
HEAD_ROWS = 30
"""Rows in which a header is looked for: exports write a few lines of title above it."""
_WATCHED = 6
"""Columns that are looked at for headers among the rows."""
_ALIKE = 2
"""Of them, so many must hold a word of headers, or all that are not blank: data hold one now and then, such as Shipped."""
_NAMELESS = "Unnamed: "
"""How programs name a column that has no name."""
_MANY = 20
"""Rows of a block that look so: with more they are data."""
Fault = tuple[int, str, str]
"""Line, what was expected, what was found."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file in its order: columns named by their place, the line of each row, and what is wrong by line."""

    table: pa.Table
    lines: np.ndarray
    faults: list[Fault] = field(default_factory=list)
    ends_at: int = 0
    """Line of another table's header that stands under these rows; 0 where none does."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells the header of another table among the rows of one: words that stand in headers, and who knows whole headers."""

    words: frozenset[str]
    knows: Callable[[Sequence[str]], bool]

    def suspects(self, table: pa.Table) -> np.ndarray:
        """Return the rows of which a cell is such a word; a few columns are looked at."""
        found, blank = np.zeros(table.num_rows, dtype=np.int8), np.zeros(table.num_rows, dtype=np.int8)
        words, watched = _spelled(self.words), [column for column in table.columns if pa.types.is_string(column.type)][:_WATCHED]
        for column in watched:
            found += pc.is_in(column, value_set=words).to_numpy().astype(np.int8)
            blank += pc.starts_with(column, _NAMELESS).fill_null(True).to_numpy().astype(np.int8)
        alike = np.flatnonzero((found > 0) & ((found >= _ALIKE) | (found + blank >= len(watched))))
        return alike if len(alike) <= _MANY else alike[:0]

    def is_header(self, cells: Sequence[str]) -> bool:
        """Say whether cells are a header that a reader knows."""
        return any(normal(cell) for cell in cells) and self.knows(cells)

    def resembles(self, cells: Sequence[str]) -> bool:
        """Say whether cells look like a header, be it one that nobody knows: of several words in them a third stand in headers."""
        said = {normal(cell) for cell in cells if not cell.startswith(_NAMELESS)}
        texts = {word for word in said if word and not word.isdigit()}
        return len(texts) >= _ALIKE and 3 * len(texts & _normal(self.words)) >= len(texts)


@lru_cache(maxsize=8)
def _spelled(words: frozenset[str]) -> pa.Array:
    """Words as files spell them."""
    return pa.array(sorted({form for word in words for form in (word, word.lower(), word.upper(), word.title(), word.capitalize())}), pa.string())


@lru_cache(maxsize=8)
def _normal(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(normal, words))


def joined(blocks: Iterable[Block]) -> Block:
    """Return all blocks as one."""
    every = list(blocks)
    tables = pa.concat_tables([block.table for block in every])
    faults = [fault for block in every for fault in block.faults]
    return Block(tables, np.concatenate([block.lines for block in every]), faults, every[-1].ends_at)


class Sheet(Protocol):
    """Rows under a header; columns are read when asked for."""

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""

    @property
    def decimal_comma(self) -> bool:
        """Say whether a lone comma in a number is a decimal comma."""

    def blocks(self, places: Sequence[int], least: int = 0, watch: Watch | None = None) -> Iterator[Block]:
        """Return the columns at the given places, block by block; at least one, if without rows.

        A row needs at least `least` cells; where a header that `watch` knows stands among the rows, they end above it.
        """

    def parts(self) -> Sequence["Sheet"]:
        """Return the tables that stand side by side under the header, between columns without a name."""

    def below(self, line: int) -> Iterable["Sheet"]:
        """Return the sheet whose header stands in a line of this one."""


def too_long(table: pa.Table, lines: np.ndarray) -> list[Fault]:
    """Return a fault for each row with a cell longer than any report's."""
    faults: list[Fault] = []
    for column in table.columns:
        if pa.types.is_string(column.type) and (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_CELL:
            which = pc.greater(pc.binary_length(column), MAX_CELL).fill_null(False).to_numpy()
            faults += [(int(line), f"cells of at most {MAX_CELL} characters", "a longer one") for line in lines[which]]
    return faults


def ranges(header: Sequence[str]) -> list[slice]:
    """Return where tables that stand side by side may lie: between columns without a name."""
    named = [bool(normal(name)) for name in header]
    starts = [at for at, is_named in enumerate(named) if is_named and not (at and named[at - 1])]
    return [slice(start, next((at for at in range(start, len(named)) if not named[at]), len(named))) for start in starts]
