"""Rows as known on a day, and the newest row of each SKU and node, without a loop over SKUs."""

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def known(frame: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the rows that were known at the end of the as-of day: dated no later, learned no later.

    Parameters
    ----------
    frame : any table; `date` and `known_at` count where they are there
    as_of : last day that may be used
    """
    day = pd.Timestamp(as_of).normalize()
    keep = pd.Series(True, index=frame.index)
    if "known_at" in frame:
        keep &= frame["known_at"] < day + pd.Timedelta(days=1)
    if "date" in frame:
        keep &= frame["date"] <= day
    return frame if keep.all() else frame[keep]


def newest_versions(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return one row a key, the one learned last."""
    ordered = frame.sort_values("known_at", kind="stable") if "known_at" in frame else frame
    return ordered.drop_duplicates(key, keep="last")


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
