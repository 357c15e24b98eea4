"""Any file of rows, opened by what it is and never by its name: delimited text, Excel workbook or Parquet."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import UnknownReport, UnreadableFile
from workbench.sources.reading.block import Block, Sheet, Watch, too_long
from workbench.sources.reading.content import Content
from workbench.sources.reading.delimited import TextFile
from workbench.sources.reading.workbook import Book

BLOCK_ROWS = 100_000
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook of before 2007: save it as .xlsx or CSV",
    b"%PDF": "a PDF document",
    b"7z\xbc\xaf": "a 7-Zip archive: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
}


class ParquetSheet:
    """A Parquet file, its columns in their own types; the line of a row is its number."""

    decimal_comma = False

    def __init__(self, file: Path):
        self._file = pq.ParquetFile(file)
        self.header = self._file.schema_arrow.names

    def blocks(self, places: Sequence[int], least: int = 0, watch: Watch | None = None) -> Iterator[Block]:
        """Return the columns at the given places."""
        wanted, at = [self.header[place] for place in places], 1
        for batch in self._file.iter_batches(BLOCK_ROWS, columns=wanted, use_threads=False):
            table = pa.Table.from_batches([batch]).select(wanted).rename_columns([str(place) for place in places])
            lines = np.arange(at, at + table.num_rows)
            at += table.num_rows
            yield Block(table, lines, too_long(table, lines))
        if at == 1:
            empty = self._file.schema_arrow.empty_table().select(wanted).rename_columns([str(place) for place in places])
            yield Block(empty, np.zeros(0, dtype=np.int64))

    def below(self, line: int) -> Iterator["ParquetSheet"]:
        """Return nothing: no other table stands under this one."""
        yield from ()

    def parts(self) -> list["ParquetSheet"]:
        """Return the one table of the file."""
        return [self]


def open_sheets(content: Content) -> Iterator[Iterable[Sheet]]:
    """Return the sheets of a file, for each of them every way to see a header in its first rows, the likeliest first.

    Raises
    ------
    UnknownReport
        If the file is empty.
    UnreadableFile
        If it is no file of rows, or a broken one.
    """
    name, start = content.file.name, content.head[:4]
    if not content.head.strip():
        raise UnknownReport(name, [])
    if start == b"PAR1":
        yield [_parquet(content)]
    elif start == b"PK\x03\x04":
        yield from Book(content).sheets()
    elif start in _FOREIGN:
        raise UnreadableFile(name, "a text file, an Excel workbook or a Parquet file", _FOREIGN[start])
    else:
        yield TextFile.of(content).sheets()


def _parquet(content: Content) -> ParquetSheet:
    try:
        return ParquetSheet(content.file)
    except Exception as fault:  # the library names a broken file in a dozen ways
        raise UnreadableFile(content.file.name, "a whole Parquet file", f"one that breaks off or is damaged ({str(fault)[:200]})") from None
