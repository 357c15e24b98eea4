"""Delimited text: tab, comma or semicolon; UTF-8, UTF-16 with a mark, or Windows-1252."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from workbench.sources.reading.block import Block

_BLOCK = 1 << 23
_HEAD = 1 << 16
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = "\t;,"


class Delimited:
    """A delimited text file: its header now, the columns that are asked for later."""

    def __init__(self, file: Path):
        self.file = file
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
        self._encoding = "utf-16" if head[:2] in _UTF16 else "utf-8-sig" if _is_utf8(head) else "cp1252"
        line = _first_line(head.decode(self._encoding, errors="replace"))
        self.delimiter = max(_DELIMITERS, key=lambda d: (line.count(d), -_DELIMITERS.index(d)))
        cells = line.split(self.delimiter)
        self.quoted = self.delimiter != "\t" or all(cell.strip().startswith('"') for cell in cells)
        self.header = _cells(line, self.delimiter) if self.quoted else [cell.strip() for cell in cells]

    @property
    def decimal_comma(self) -> bool:
        """Say whether a lone comma in a number is a decimal comma."""
        return self.delimiter == ";"

    def blocks(self, places: Sequence[int]) -> Iterator[Block]:
        """Return the columns at the given places as text."""
        faults: list[tuple[int, str, str]] = []
        if self._encoding != "utf-8-sig":
            yield self._parse(self._recoded(self._encoding), places, faults)
            return
        try:
            yield self._parse(self.file, places, faults)
            return
        except pa.ArrowInvalid as fault:
            if "UTF8" not in str(fault):
                raise
        faults.clear()
        yield self._parse(self._recoded("cp1252"), places, faults)

    def _recoded(self, encoding: str) -> io.BytesIO:
        return io.BytesIO(self.file.read_bytes().decode(encoding, errors="replace").encode())

    def _parse(self, source: Path | io.BytesIO, places: Sequence[int], faults: list[tuple[int, str, str]]) -> Block:
        skipped: list[int] = []
        names = [str(place) for place in range(len(self.header))]
        wanted = [names[place] for place in places]
        try:
            table = arrow_csv.read_csv(
                source,
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names, skip_rows=1),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char='"' if self.quoted else False,
                    newlines_in_values=self.quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=_refuse(skipped, faults),
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            )
        except pa.ArrowInvalid as fault:
            if "Could not skip initial" not in str(fault):
                raise
            table = pa.table({name: pa.array([], pa.string()) for name in wanted})
        if not self.quoted:
            table = pa.table({name: _unquoted(table.column(name)) for name in wanted})
        return Block(table, np.delete(np.arange(2, table.num_rows + len(skipped) + 2), np.array(skipped, dtype="int64") - 2), faults)


def _unquoted(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without the quotes that a spreadsheet puts around some when it saves tab-delimited text."""
    opened = pc.starts_with(cells, '"')
    if not pc.any(opened).as_py():
        return cells
    inner = pc.replace_substring(pc.utf8_slice_codeunits(cells, 1, -1), '""', '"')
    closed = pc.and_(pc.ends_with(cells, '"'), pc.greater(pc.binary_length(cells), 1))
    return pc.if_else(pc.and_(opened, closed), inner, cells)


def _refuse(skipped: list[int], faults: list[tuple[int, str, str]]) -> Callable[[arrow_csv.InvalidRow], str]:
    def refuse(row: arrow_csv.InvalidRow) -> str:
        skipped.append(row.number)
        if row.text.strip():
            faults.append((row.number, f"{row.expected_columns} cells", str(row.actual_columns)))
        return "skip"

    return refuse


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as fault:
        return len(head) - fault.start < 4 and len(head) == _HEAD
    return True


def _first_line(text: str) -> str:
    return text.lstrip("\ufeff").split("\n", 1)[0].split("\r", 1)[0]


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
