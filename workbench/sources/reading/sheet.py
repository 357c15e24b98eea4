"""Any file of rows, opened by what it is and never by its name: delimited text, Excel workbook or Parquet."""

import datetime as dt
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import UnknownReport
from workbench.sources.reading.block import Block, Sheet
from workbench.sources.reading.delimited import Delimited


class Workbook:
    """The first filled sheet of an Excel workbook, its cells as text."""

    decimal_comma = False

    def __init__(self, file: Path):
        with warnings.catch_warnings(), file.open("rb") as opened:  # opened here, for openpyxl goes by the file's name
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
            self._rows = next((rows for sheet in book.worksheets if (rows := _filled(sheet))), [])
            book.close()
        self.header = [_cell(value) or "" for value in self._rows[0][1]] if self._rows else []

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """Return the columns at the given places."""
        body = self._rows[1:]
        table = {str(place): pa.array([_cell(values[place]) if place < len(values) else None for _, values in body], pa.string()) for place in places}
        yield Block(pa.table(table), np.array([line for line, _ in body], dtype="int64"))


def _filled(sheet: Any) -> list[tuple[int, tuple[Any, ...]]]:
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    return [(line, values) for line, values in rows if any(value is not None for value in values)]


def _cell(value: Any) -> str | None:
    """A whole number that a spreadsheet shows as 3 stands in the file as 3.0."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)


class ParquetRows:
    """A Parquet file, its columns in their own types."""

    decimal_comma = False

    def __init__(self, file: Path):
        self._file = pq.ParquetFile(file)
        self.header = self._file.schema_arrow.names

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """Return the columns at the given places; a row's line is its number."""
        table = self._file.read(columns=[self.header[place] for place in places], use_threads=False)
        ordered = table.select([self.header[place] for place in places]).rename_columns([str(place) for place in places])
        yield Block(ordered, np.arange(1, table.num_rows + 1))


def open_sheet(file: Path) -> Sheet:
    """Return the rows of a file.

    Raises
    ------
    UnknownReport
        If it is no file of rows.
    """
    with file.open("rb") as opened:
        start = opened.read(4096)
    try:
        if start[:4] == b"PAR1":
            return ParquetRows(file)
        if start[:4] == b"PK\x03\x04":
            return Workbook(file)
    except Exception as fault:  # the libraries name a broken file in a dozen ways
        raise UnknownReport(file.name, [f"{type(fault).__name__}: {fault}"]) from fault
    binary = b"\x00" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff")
    if binary or not start.strip():
        raise UnknownReport(file.name, [])
    return Delimited(file)
