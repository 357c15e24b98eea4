"""What every kind of file gives: some of its rows, and a sheet that gives them in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file in its order: columns named by their place, the line of each row, and what is wrong by line."""

    table: pa.Table
    lines: np.ndarray
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    """Line, what was expected, what was found."""


class Sheet(Protocol):
    """Rows under a header; columns are read when asked for."""

    header: list[str]

    @property
    def decimal_comma(self) -> bool:
        """Say whether a lone comma in a number is a decimal comma."""

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """Return the columns at the given places, block by block; at least one, if without rows."""
