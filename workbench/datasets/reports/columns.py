"""Columns of text, made whole columns at a time, and the files that they are written to."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from workbench.datasets.calendar import Calendar

Columns = Mapping[str, pa.Array]


def constant(text: str, n: int) -> pa.Array:
    """Return a column that says the same in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), n)


def picked(texts: Any, at: np.ndarray) -> pa.Array:
    """Return the texts at the given places."""
    return pa.array(texts, pa.string()).take(pa.array(at))


def each(values: np.ndarray, say: Callable[[Any], str]) -> pa.Array:
    """Return each value as text; every distinct value is put into words once."""
    distinct, at = np.unique(values, return_inverse=True)
    return picked([say(value) for value in distinct.tolist()], at)


def whole(values: np.ndarray) -> pa.Array:
    """Return whole numbers as text."""
    return pa.array(np.asarray(values, np.int64)).cast(pa.string())


def cents(values: np.ndarray) -> pa.Array:
    """Return amounts in cents as money with two decimals."""
    return each(np.asarray(values, np.int64), lambda c: f"{c / 100:.2f}")


def decimal(values: np.ndarray, digits: int) -> pa.Array:
    """Return numbers with a fixed number of decimals, nothing where unknown."""
    values = np.asarray(values, float)
    return each(np.where(np.isnan(values), np.nan, np.round(values, digits)), lambda v: "" if v != v else f"{v:.{digits}f}")


def money(values: np.ndarray) -> pa.Array:
    """Return amounts with two decimals, half a cent rounded up as a bill does, whatever the binary fraction; nothing where unknown.

    >>> money(np.array([0.825, 2.675, np.nan])).to_pylist()
    ['0.83', '2.68', '']
    """
    return decimal(np.floor(np.asarray(values, float) * 100 + 0.5 + 1e-7) / 100, 2)


def date_text(dates: np.ndarray, style: str = "%Y-%m-%d") -> pa.Array:
    """Return dates as text."""
    return each(np.asarray(dates, "datetime64[D]"), lambda day: day.strftime(style))


def instant(seconds: np.ndarray, style: str = "T+00:00") -> pa.Array:
    """Return seconds since 1970 as text in UTC; `style` is the separator and what follows the seconds."""
    text = pa.array(np.asarray(seconds, np.int64), pa.timestamp("s")).cast(pa.string())
    return joined(pc.replace_substring(text, " ", style[0]), constant(style[1:], len(text)))


def joined(*parts: pa.Array) -> pa.Array:
    """Return columns run together."""
    return pc.binary_join_element_wise(*parts, "")


def padded(values: np.ndarray, width: int) -> pa.Array:
    """Return whole numbers with leading zeros."""
    return pc.utf8_lpad(whole(values), width, "0")


def chosen(condition: np.ndarray, yes: pa.Array | str, no: pa.Array | str) -> pa.Array:
    """Return `yes` where the condition holds, else `no`."""
    return pc.if_else(pa.array(np.asarray(condition, bool)), yes, no)


def lines_of(header: tuple[str, ...], columns: Columns) -> pa.Table:
    """Return the columns in the order of a header; a column that is not given is blank."""
    n = len(next(iter(columns.values())))
    blank = constant("", n)
    unknown = set(columns) - set(header)
    if unknown:
        raise KeyError(f"not in the header: {sorted(unknown)}")
    return pa.table([columns.get(name, blank) for name in header], names=list(header))


def delimited(table: pa.Table, delimiter: str = "\t") -> bytes:
    """Return a header line and a line a row."""
    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="none"))
    return (delimiter.join(table.column_names) + "\n").encode() + sink.getvalue().to_pybytes()


def save(path: Path, content: bytes, saved: int) -> None:
    """Write a file that says it was saved at a given second."""
    path.write_bytes(content)
    os.utime(path, (saved, saved))


def spans(calendar: Calendar, months_each: int, recent_months: int = 0) -> list[tuple[int, int]]:
    """Return first and last day of the spans that reports are asked for: months lately, longer spans before."""
    month = calendar.dates[calendar.shown].astype("datetime64[M]").astype(np.int64)
    age = month[-1] - month
    group = np.where(age < recent_months, age, recent_months + (age - recent_months) // months_each)
    starts = np.flatnonzero(np.diff(group, prepend=group[0] + 1)) + calendar.warm_up
    return list(zip(starts.tolist(), [*(starts[1:] - 1).tolist(), calendar.length - 1], strict=True))
