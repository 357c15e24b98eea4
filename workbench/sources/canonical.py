"""Rows whose columns carry our own names, or were given them by a mapping, as a canonical table."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from workbench.sources.order_words import status
from workbench.sources.rows import Rows
from workbench.tables import LINEAGE, schema
from workbench.tables.schema import Column

_MOST = 2**53
"""Whole numbers beyond are not exact."""


@cache
def own_columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table that a file may fill: all but lineage."""
    return tuple(column for column in schema.columns(table) if column.name not in LINEAGE)


@cache
def must_fill(table: str) -> tuple[str, ...]:
    """Return the columns that no row may leave blank."""
    return tuple(column.name for column in own_columns(table) if not column.nullable and column.kind != "flag")


def frame(rows: Rows, table: str, names: Iterable[str], zone: str = "UTC", day_first: bool = False) -> pd.DataFrame:
    """Return the named columns in the table's kinds; instants of a zone's clock become UTC, days are the zone's."""
    wanted = set(names)
    return pd.DataFrame({column.name: _values(rows, column, zone, day_first) for column in own_columns(table) if column.name in wanted}, index=range(len(rows)))


def _values(rows: Rows, column: Column, zone: str, day_first: bool) -> pd.Series:
    name = column.name
    if column.kind == "number":
        return rows.number(name)
    if column.kind == "count":
        return _whole(rows, name)
    if column.kind == "flag":
        return rows.flag(name)
    if column.kind == "time":
        return pd.Series(rows.moments(name, day_first).utc(zone)) if column.unit == "UTC" else rows.day_in(name, zone, day_first)
    return rows.each(name, lambda text: coded(text, column)) if column.codes else rows.text(name)


def with_constants(frame: pd.DataFrame, table: str, constants: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table with the values that are the same in every row."""
    kinds = {column.name: column.kind for column in own_columns(table)}
    return frame.assign(**{name: pd.Timestamp(value) if kinds.get(name) == "time" else value for name, value in constants.items()})


def coded(text: str, column: Column) -> str:
    """Return the code that a text means: the same word in any case, or a known word for an order's state."""
    said = text.strip().lower().replace(" ", "_")
    if said in column.codes:
        return said
    meant = status(text) if column.name == "status" else None
    return meant if meant in column.codes else text


def _whole(rows: Rows, name: str) -> pd.Series:
    found = rows.number(name).where(np.isfinite)
    whole = found.abs().le(_MOST) & (found % 1 == 0)
    rows.blame(name, (found.notna() & ~whole).to_numpy(), "expected a whole number")
    return pd.Series(np.where(whole, found, 0).astype("int64"))
