"""The newest row of each SKU and node, without a loop over SKUs."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Places:
    """The distinct SKUs and nodes of a table, and which of them each row is about."""

    def __init__(self, frame: pd.DataFrame):
        sku, skus = pd.factorize(frame["sku"])
        node, nodes = pd.factorize(frame["node"])
        self.of_row, pairs = pd.factorize(sku.astype("int64") * max(len(nodes), 1) + node)
        pairs = np.asarray(pairs, dtype="int64")
        self.table = pd.DataFrame({"sku": skus[pairs // max(len(nodes), 1)], "location": nodes[pairs % max(len(nodes), 1)]}).astype("str")

    def __len__(self) -> int:
        return len(self.table)

    def total(self, values: Any, rows: Any = slice(None)) -> Floats:
        """Return the sum of a column by place; empty cells count nothing."""
        weights = np.nan_to_num(np.asarray(values, dtype="float64"))[rows]
        return np.bincount(self.of_row[rows], weights, len(self)).astype("float64")

    def newest(self, frame: pd.DataFrame, rows: Any) -> Ints:
        """Return for each place the position of its newest row among `rows` (a mask), -1 where it has none."""
        day = day_numbers(frame["date"])
        latest = np.full(len(self), np.iinfo(np.int64).min)
        np.maximum.at(latest, self.of_row[rows], day[rows])
        at = np.flatnonzero(rows & (day == latest[self.of_row]))
        if "known_at" in frame:
            at = at[np.argsort(frame["known_at"].to_numpy()[at], kind="stable")]
        found = np.full(len(self), -1)
        found[self.of_row[at]] = at
        return found


def day_numbers(dates: pd.Series) -> Ints:
    """Return dates as whole days since 1970."""
    return dates.to_numpy().astype("datetime64[D]").astype("int64")


def pick(values: Any, at: Ints) -> Floats:
    """Return the values at positions, NaN at -1."""
    return np.append(np.asarray(values, dtype="float64"), np.nan)[at]
