"""Excel workbooks: every sheet row by row, its cells as text; formulas are not computed, their last values are read."""

import datetime as dt
import tempfile
import warnings
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import numpy as np
import openpyxl
import pyarrow as pa

from workbench.errors import UnreadableFile
from workbench.sources.reading.block import HEAD_ROWS, MAX_COLUMNS, Block, Watch, ranges, too_long
from workbench.sources.reading.content import Content, check_unpacked

MAX_SHEET = 4 << 30
"""Bytes of XML that a sheet may have: a full one, 1,048,576 rows of a hundred columns, has as many."""
MAX_TEXTS = 256 << 20
"""Bytes of XML for the shared texts of a workbook, which are held in memory."""
MAX_SHEETS = 100
"""Sheets that are looked at."""
MAX_ROWS = 1_048_576
"""Rows of a sheet, by the format's own limit."""
BLOCK_ROWS = 20_000
_TEXTS = "sharedStrings.xml"
Row = tuple[int, tuple[Any, ...]]


class Book:
    """An open workbook; its sheets are read from their start as often as asked."""

    def __init__(self, content: Content):
        self.name = content.file.name
        self._stream = _seekable(content)
        weakref.finalize(self, self._stream.close)
        _check_size(self.name, self._stream)
        with self.reading():
            self._book = openpyxl.load_workbook(self._stream, read_only=True, data_only=True)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Name a broken workbook as such: the libraries name it in a dozen ways."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # styles and extensions that do not matter here
                yield
        except (UnreadableFile, GeneratorExit):
            raise
        except Exception as fault:
            raise UnreadableFile(self.name, "a whole Excel workbook", f"one that breaks off or is damaged ({str(fault)[:200]})") from None

    def sheets(self) -> Iterator[list["WorkbookSheet"]]:
        """Return for every sheet each way to see a header in its first rows."""
        for sheet in self._book.worksheets[:MAX_SHEETS]:
            views = [WorkbookSheet(self, sheet, _header(values), line) for line, values in islice(self.rows(sheet), HEAD_ROWS)]
            if views:
                yield views

    def rows(self, sheet: Any, above: int = 0) -> Iterator[Row]:
        """Return number and cells of each filled row below one."""
        sheet.reset_dimensions()  # what a sheet says of its size may be false, and would fill rows up to it
        with self.reading():
            for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                if line > MAX_ROWS:
                    raise UnreadableFile(self.name, f"at most {MAX_ROWS} rows", "more", line)
                if line > above and any(value is not None for value in values):
                    if len(values) > MAX_COLUMNS:
                        raise UnreadableFile(self.name, f"at most {MAX_COLUMNS} columns", str(len(values)), line)
                    yield line, values


@dataclass(frozen=True)
class WorkbookSheet:
    """The rows of a sheet under the header in one of its rows, or under a part of that header."""

    book: Book
    sheet: Any
    header: list[str]
    line: int
    first: int = 0

    @property
    def decimal_comma(self) -> bool:
        """Say that a lone comma in a number of a workbook is no decimal comma."""
        return False

    def parts(self) -> list["WorkbookSheet"]:
        """Return the tables that stand side by side under this row."""
        return [WorkbookSheet(self.book, self.sheet, self.header[part], self.line, self.first + part.start) for part in ranges(self.header)]

    def below(self, line: int) -> Iterator["WorkbookSheet"]:
        """Return the sheet whose header stands in a row."""
        number, values = next(self.book.rows(self.sheet, line - 1))
        yield WorkbookSheet(self.book, self.sheet, _header(values), number)

    def blocks(self, places: Sequence[int], least: int = 0, watch: Watch | None = None) -> Iterator[Block]:
        """Return the columns at the given places as text."""
        some = False
        every = self.book.rows(self.sheet, self.line)
        while rows := list(islice(every, BLOCK_ROWS)):
            above = rows
            ends_at = self._next_header(rows, watch)
            if ends_at:
                above = [row for row in rows if row[0] < ends_at]
            yield self._block(above, places, ends_at)
            some = True
            if ends_at:
                return
        if not some:
            yield self._block([], places, 0)

    def _block(self, rows: Sequence[Row], places: Sequence[int], ends_at: int) -> Block:
        columns = {str(place): pa.array([_text(values, self.first + place) for _, values in rows], pa.string()) for place in places}
        table, lines = pa.table(columns), np.array([line for line, _ in rows], dtype=np.int64)
        return Block(table, lines, too_long(table, lines), ends_at)

    def _next_header(self, rows: Sequence[Row], watch: Watch | None) -> int:
        if watch is None:
            return 0
        words = watch.words
        suspects = (row for row in rows if sum(isinstance(value, str) and value.strip() in words for value in row[1]) > 1)
        return next((line for line, values in suspects if watch.is_header(_header(values))), 0)


def _seekable(content: Content) -> BinaryIO:
    """A workbook is read from its end; one that is packed again is laid into a file of its own first."""
    if not content.packed:
        return content.open()
    room = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the book
    with content.open() as stream:
        while chunk := stream.read(1 << 20):
            room.write(chunk)
    return room


def _check_size(name: str, stream: BinaryIO) -> None:
    """No part may unpack to more than a sheet can hold; what is said of the sizes binds the reading."""
    try:
        parts = ZipFile(stream).infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise UnreadableFile(name, "a whole Excel workbook", str(fault)) from None
    for part in parts:
        limit = MAX_TEXTS if part.filename.endswith(_TEXTS) else MAX_SHEET
        if part.file_size > limit:
            raise UnreadableFile(name, f"parts of at most {limit >> 20} MB", f"{part.file_size >> 20} MB in {part.filename[:60]!r}")
        check_unpacked(name, part.compress_size, part.file_size)
    stream.seek(0)


def _header(values: Sequence[Any]) -> list[str]:
    return [(_text(values, place) or "").strip() for place in range(len(values))]


def _text(values: Sequence[Any], place: int) -> str | None:
    """A whole number that a spreadsheet shows as 3 stands in the file as 3.0."""
    value = values[place] if place < len(values) else None
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)
