"""What one block of a file leaves to the next: how often keys came, how a column writes its days and numbers, what was told already."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.sources.damage import Known
from workbench.sources.keys import KeyCounts, hashes
from workbench.tables import schema


@dataclass(slots=True)
class Carry:
    """What is known from the blocks before.

    Attributes
    ----------
    day_first, decimal_comma
        How a column writes days and numbers, once one of its cells has told; None where none of the whole file does.
    next_header
        Line of another table's header below the last block, 0 if there is none.
    known
        The SKUs that are known from other files.
    bounds
        First and last instant of a column so far.
    """

    day_first: dict[str, bool | None] = field(default_factory=dict)
    decimal_comma: dict[str, bool | None] = field(default_factory=dict)
    blocks: int = 0
    known: Known = field(default_factory=Known)
    next_header: int = 0
    bounds: dict[str, tuple[np.datetime64, np.datetime64]] = field(default_factory=dict)
    _numbers: list[KeyCounts] = field(default_factory=list)
    _seen: dict[str, KeyCounts] = field(default_factory=dict)
    _latest: dict[str, pd.DataFrame] = field(default_factory=dict)

    def line_numbers(self, call: int, *key: pd.Series) -> np.ndarray:
        """Return the number of each row among those with the same key; each call of a block has a count of its own."""
        while len(self._numbers) <= call:
            self._numbers.append(KeyCounts())
        return self._numbers[call].numbers(hashes(*key))

    def widen(self, name: str, instants: np.ndarray) -> tuple[np.datetime64, np.datetime64] | None:
        """Return the first and the last instant of a column over all blocks so far, None while it has none."""
        told = instants[~np.isnat(instants)]
        if len(told):
            first, last = self.bounds.get(name, (told.min(), told.max()))
            self.bounds[name] = min(first, told.min()), max(last, told.max())
        return self.bounds.get(name)

    def again(self, table: str, frame: pd.DataFrame) -> np.ndarray:
        """Return which rows have a key that came in an earlier row of the file."""
        counts = self._seen.setdefault(table, KeyCounts())
        return counts.numbers(hashes(*(frame[name] for name in schema.key(table)))) > 0

    def hold(self, table: str, frame: pd.DataFrame) -> None:
        """Keep the last row of each key until the end of the file."""
        held = pd.concat([self._latest[table], frame]) if table in self._latest else frame
        self._latest[table] = held.drop_duplicates(list(schema.key(table)), keep="last")

    def held(self) -> dict[str, pd.DataFrame]:
        """Return what was kept until the end."""
        return {table: frame.reset_index(drop=True) for table, frame in self._latest.items()}
