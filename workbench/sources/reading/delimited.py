"""Delimited text: tab, comma, semicolon or upright line, in any encoding, the header below lines of title or not."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from workbench.errors import UnreadableFile
from workbench.sources.reading.block import HEAD_ROWS, MAX_COLUMNS, Block, Fault, Watch, ranges, too_long
from workbench.sources.reading.content import Content
from workbench.sources.reading.encoding import Utf8, encoding_of

PIECE_BYTES = 2 << 20
"""Bytes of text that are parsed at a time; a line must be shorter. The parser reads up to 32 pieces ahead."""
BLOCK_ROWS = 64_000
"""Rows of a block, give or take a piece."""
_DELIMITERS = "\t;,|"
_STATED = "sep="
_LOOKED_UP = 3
"""Rows of a block that are read anew and whole, for they look like a header."""


@dataclass(frozen=True)
class TextFile:
    """A delimited text file: its encoding, and the first lines."""

    content: Content
    encoding: str
    head: str

    @classmethod
    def of(cls, content: Content) -> "TextFile":
        """Return a file as text.

        Raises
        ------
        UnreadableFile
            If it is no text.
        """
        encoding = encoding_of(content)
        with Utf8(content, encoding) as stream:
            head = stream.read(len(content.head)).decode(errors="ignore")
        return cls(content, encoding, head)

    def sheets(self) -> Iterator["TextSheet"]:
        """Return every way to see a header in the first lines, the likeliest first."""
        lines = self.head.splitlines(keepends=True)[: HEAD_ROWS + 1]
        first = lines[0].strip().lower() if lines else ""
        stated = first[len(_STATED)] if first.startswith(_STATED) and len(first) > len(_STATED) else ""
        most = {mark: max((line.count(mark) for line in lines[:1] if not stated), default=0) for mark in _DELIMITERS}
        for delimiter in [stated] if stated else sorted(_DELIMITERS, key=lambda mark: -most[mark]):
            yield from self._sheets(delimiter, lines)

    def _sheets(self, delimiter: str, lines: Sequence[str]) -> Iterator["TextSheet"]:
        rows = csv.reader(lines, delimiter=delimiter)
        try:
            for cells in islice(rows, HEAD_ROWS):
                if any(cell.strip() for cell in cells):
                    yield self.sheet(delimiter, "".join(lines[rows.line_num - 1 : rows.line_num]), cells, rows.line_num)
        except csv.Error:  # an absurdly long cell: no header
            return

    def sheet(self, delimiter: str, line: str, cells: Sequence[str], number: int) -> "TextSheet":
        """Return the rows under a header in a line."""
        if len(cells) > MAX_COLUMNS:
            raise UnreadableFile(self.content.file.name, f"at most {MAX_COLUMNS} columns", str(len(cells)), number)
        plain = line.rstrip("\r\n").split(delimiter)
        quoted = delimiter != "\t" or all(cell.strip().startswith('"') for cell in plain)
        return TextSheet(self, delimiter, quoted, [cell.strip() for cell in (cells if quoted else plain)], number)

    def rows(self, delimiter: str, quoted: bool, above: int) -> Iterator[tuple[int, list[str], int]]:
        """Return each row below a line: its number, its cells, and the last line of the file that it reaches to."""
        with io.TextIOWrapper(io.BufferedReader(_Raw(Utf8(self.content, self.encoding))), encoding="utf-8", newline="") as text:
            for _ in range(above):
                text.readline()
            found = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
            for number, cells in enumerate(found, start=above + 1):
                yield number, cells, above + found.line_num


class _Raw(io.RawIOBase):
    """A stream of UTF-8 as the text layer wants it."""

    def __init__(self, stream: Utf8):
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


@dataclass(frozen=True)
class TextSheet:
    """The rows of a text file under the header in one of its lines, or under a part of that header."""

    file: TextFile
    delimiter: str
    quoted: bool
    header: list[str]
    line: int
    first: int = 0
    """Place of the first column, where other tables stand beside it."""
    width: int = 0
    """Cells in a line, where they are more than the header's."""

    @property
    def decimal_comma(self) -> bool:
        """Say whether a lone comma in a number is a decimal comma."""
        return self.delimiter == ";"

    def parts(self) -> list["TextSheet"]:
        """Return the tables that stand side by side under this line."""
        return [
            TextSheet(self.file, self.delimiter, self.quoted, self.header[part], self.line, self.first + part.start, self.width or len(self.header))
            for part in ranges(self.header)
        ]

    def below(self, line: int) -> Iterator["TextSheet"]:
        """Return the sheet whose header stands in a line."""
        cells, last = self._row(line)
        yield TextSheet(self.file, self.delimiter, self.quoted, [cell.strip() for cell in cells], last)

    def _row(self, line: int) -> tuple[list[str], int]:
        return next((cells, last) for number, cells, last in self.file.rows(self.delimiter, self.quoted, self.line) if number == line)

    def blocks(self, places: Sequence[int], least: int = 0, watch: Watch | None = None) -> Iterator[Block]:
        """Return the columns at the given places as text."""
        names = [str(place) for place in places]
        with Utf8(self.file.content, self.file.encoding) as stream:
            yield from self._blocks(stream, names, _OddRows(self, self.first + least, watch), watch)

    def _blocks(self, stream: Utf8, names: Sequence[str], odd: "_OddRows", watch: Watch | None) -> Iterator[Block]:
        at = self.line + 1
        for table in self._tables(stream, [self.first + int(name) for name in names], odd):
            block, at = odd.merged(table.rename_columns(names), at)
            ends_at = odd.ends_at or self._next_header(block, watch)
            if ends_at:
                yield _cut(block, ends_at)
                return
            yield block
        ended = stream.last in (b"\n", b"\r", b"")
        last = odd.rest(names, at, ended)
        if last is not None:
            yield last
        if odd.records(at) != stream.line_ends + (not ended):
            faults = list(self._open_quotes())
            if faults:
                yield Block(_nothing(names), np.zeros(0, dtype=np.int64), faults)

    def _tables(self, stream: Utf8, places: Sequence[int], odd: "_OddRows") -> Iterator[pa.Table]:
        names = [str(place) for place in range(max(self.width, len(self.header)))]
        wanted = [names[place] for place in places]
        try:
            reader = arrow_csv.open_csv(
                pa.PythonFile(stream, mode="r"),
                read_options=arrow_csv.ReadOptions(use_threads=False, block_size=PIECE_BYTES, column_names=names, skip_rows=self.line),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char='"' if self.quoted else False,
                    newlines_in_values=self.quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=odd.take,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=True, null_values=[""], check_utf8=False
                ),
            )
            for batches in _gathered(reader):
                table = pa.Table.from_batches(batches).select(wanted)
                yield table if self.quoted else pa.table({name: _unquoted(table.column(name)) for name in wanted})
        except pa.ArrowInvalid as fault:
            if "Could not skip initial" not in str(fault) and "Empty CSV" not in str(fault):
                raise UnreadableFile(self.file.content.file.name, f"lines of at most {PIECE_BYTES >> 20} MB", str(fault)) from None
            yield _nothing(wanted)

    def _next_header(self, block: Block, watch: Watch | None) -> int:
        if watch is None:
            return 0
        for at in watch.suspects(block.table)[:_LOOKED_UP]:
            line = int(block.lines[at])
            if watch.is_header(self._row(line)[0]):
                return line
        return 0

    def _open_quotes(self) -> Iterator[Fault]:
        """Cells that swallowed whole lines, for a quote before them is not closed."""
        width = max(self.width, len(self.header))
        try:
            for line, cells, _ in self.file.rows(self.delimiter, True, self.line):
                swallowed = (part for cell in cells if "\n" in cell for part in cell.split("\n")[1:])
                if width > 1 and any(part.count(self.delimiter) >= width - 1 for part in swallowed):
                    yield line, "a closing quote", "a cell that swallows the lines below"
        except csv.Error as fault:
            yield 0, "a closing quote", str(fault)


@dataclass
class _OddRows:
    """Rows with more or fewer cells than the header: kept where what they lack or have more is blank, else a fault."""

    sheet: TextSheet
    least: int
    watch: Watch | None
    ends_at: int = 0
    _skipped: list[int] = field(default_factory=list)
    _kept: list[tuple[int, list[str]]] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)

    def take(self, row: arrow_csv.InvalidRow) -> str:
        """Look at a row that Arrow cannot place."""
        self._skipped.append(row.number)
        if not row.text.strip():
            return "skip"
        cells = _split(row.text, self.sheet.delimiter, self.sheet.quoted)
        width = max(self.sheet.width, len(self.sheet.header))
        if self.watch is not None and not self.ends_at and self.watch.is_header(cells):
            self.ends_at = row.number
        elif len(cells) >= self.least and not any(cell.strip() for cell in cells[width:]):
            self._kept.append((row.number, cells))
        elif self.watch is not None and not self.ends_at and self.watch.resembles(cells):
            self.ends_at = row.number
        else:
            self._faults.append((row.number, f"{row.expected_columns} cells", str(row.actual_columns)))
        return "skip"

    def merged(self, table: pa.Table, at: int) -> tuple[Block, int]:
        """Return the rows of a block from line `at` on with the odd ones among them, and the line after them."""
        lines = at + np.arange(table.num_rows + len(self._skipped))
        lines = lines[~np.isin(lines, self._skipped)][: table.num_rows]
        after = int(lines[-1]) + 1 if len(lines) else at
        self._skipped = [line for line in self._skipped if line >= after]
        kept = [row for row in self._kept if row[0] < after]
        self._kept = [row for row in self._kept if row[0] >= after]
        faults = [fault for fault in self._faults if fault[0] < after]
        self._faults = [fault for fault in self._faults if fault[0] >= after]
        if kept:
            table, lines = self._among(table, lines, kept)
        return Block(table, lines, faults + too_long(table, lines)), after

    def _among(self, table: pa.Table, lines: np.ndarray, kept: list[tuple[int, list[str]]]) -> tuple[pa.Table, np.ndarray]:
        more = pa.table({name: pa.array([_cell(cells, self.sheet.first + int(name)) for _, cells in kept], pa.string()) for name in table.column_names})
        every = np.append(lines, [line for line, _ in kept]).astype(np.int64)
        order = np.argsort(every, kind="stable")
        return pa.concat_tables([table, more]).take(order).combine_chunks(), every[order]

    def rest(self, names: Sequence[str], at: int, ended: bool) -> Block | None:
        """Return what stands below the last whole row; a last line that is cut short is a fault."""
        width = max(self.sheet.width, len(self.sheet.header))
        if self._kept and not ended and len(self._kept[-1][1]) < width and self._kept[-1][0] == self.records(at):
            line, cells = self._kept.pop()
            self._faults.append((line, f"{width} cells", f"{len(cells)} and no line end: the file may be cut short"))
        if not self._kept and not self._faults:
            return None
        table, lines = _nothing(names), np.zeros(0, dtype=np.int64)
        if self._kept:
            table, lines = self._among(table, lines, self._kept)
        return Block(table, lines, self._faults + too_long(table, lines))

    def records(self, at: int) -> int:
        """Return how many lines there were from the first of the file on, were none of them broken inside a cell."""
        return max([at - 1, *self._skipped])


def _gathered(reader: arrow_csv.CSVStreamingReader) -> Iterator[list[pa.RecordBatch]]:
    """Batches of enough rows together; at least one, if without rows."""
    batches = [pa.RecordBatch.from_pylist([], schema=reader.schema)]
    for batch in reader:
        batches.append(batch)
        if sum(each.num_rows for each in batches) >= BLOCK_ROWS:
            yield batches
            batches = []
    if batches:
        yield batches


def _nothing(names: Sequence[str]) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in names})


def _split(text: str, delimiter: str, quoted: bool) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE), [])
    except csv.Error:  # an absurdly long cell
        return []


def _cut(block: Block, line: int) -> Block:
    above = block.lines < line
    return Block(block.table.filter(pa.array(above)), block.lines[above], [fault for fault in block.faults if fault[0] < line], line)


def _cell(cells: Sequence[str], place: int) -> str | None:
    return (cells[place] or None) if place < len(cells) else None


def _unquoted(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without the quotes that a spreadsheet puts around some when it saves tab-delimited text."""
    opened = pc.starts_with(cells, '"')
    if not pc.any(opened).as_py():
        return cells
    inner = pc.replace_substring(pc.utf8_slice_codeunits(cells, 1, -1), '""', '"')
    closed = pc.and_(pc.ends_with(cells, '"'), pc.greater(pc.binary_length(cells), 1))
    return pc.if_else(pc.and_(opened, closed), inner, cells)
