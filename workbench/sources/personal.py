"""The copy of a file without what it says of people: their columns are emptied, everything else stays where it stands.

Rows and columns keep their places, so that a line of the copy is the line of the file. Text is worked on as bytes, a block
at a time; a file in which tables stand below one another, or whose quotes are not in order, goes row by row.
"""

import csv
import gzip
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from workbench.sources.emptying import Cells, StrayQuote, between, offsets
from workbench.sources.reading.block import Sheet
from workbench.sources.reading.content import Content
from workbench.sources.reading.delimited import TextSheet
from workbench.sources.reading.headers import normal
from workbench.sources.reading.sheet import ParquetSheet
from workbench.sources.reading.workbook import Book, WorkbookSheet

_PERSON = r"(buyer|recipient|customer|consignee|receiver|shipto|billto|ship|bill|shipping|billing|delivery|contact|deliverto)"
_WHAT = (
    r"(first|last|full|company|contact)?names?|(contact)?e?mails?(address)?|(tele|mobile|cell|day|evening)?phones?(numbers?|no)?|mobile(number)?|fax"
    r"|(street)?address(es)?(line|field)?\d*|street(name)?\d*|housenumber|city|town|suburb|county|postal(code)?|post(al)?code|zip(code)?|company"
    r"|taxid|vat(number|id)?|taxregistrationid|comments?|notes?|message|instructions?|attention|attn"
)
_ALONE = (
    r"(first|last|full|sur|family|given)name|e?mail(address)?|(tele|mobile|cell)?phone(number|no)?|mobile(number|phone)?|address(line)?\d*"
    r"|street(address|name)?\d*|city|town|zip(code)?|postal(code)?|postcode|note|notes|noteattributes|cpf|cpfcnpj|customer|attention"
    r"|(customer|buyer)(comments?|notes?|messages?|feedback)|comments?|gift(wrap)?(message|note)(text)?|delivery(instructions?|notes?)"
    r"|licen[cs]eplate(number)?|lpn(number)?|(carrier|shipment|package|parcel|return|customer)?tracking(id|ids|number|numbers|no|code|url)"
    r"|buyercpf|buyertaxregistrationid|buyeridentificationnumber|ipaddress|deviceid|dateofbirth"
)
_GERMAN = (
    r"(käufer|empfänger|kunden?|liefer|lieferungs|rechnungs|versand)(name|vorname|nachname|e?mail(adresse)?|telefon(nummer)?|adresse\d*|anschrift\d*|straße"
    r"|strasse|stadt|ort|plz|postleitzahl|kommentare?|notiz)|vorname|nachname|straße(undhausnummer)?|strasse|hausnummer|postleitzahl|plz|stadt|wohnort"
    r"|telefon(nummer)?|anschrift|adresse(nzeile)?\d*|(sendungs)?(verfolgungs|sendungs)(nummer|id)|sendungsverfolgungsnummer|kundenkommentare?"
)
_SIGNS = (
    "購入者名,購入者氏名,購入者の,受取人,お届け先,配送先住所,配送先名,宛名,宛先,電話番号,郵便番号,市区町村,住所,氏名,お客様名,お客様コメント,購入者コメント,追跡番号,伝票番号,お問い合わせ番号,"
    "買家,买家姓名,买家邮箱,买家电话,买家留言,买家评论,收件人,收货人,收件,收货地址,收貨,姓名,电话,電話,手机,手機,邮箱,郵箱,地址,邮编,邮政编码,郵遞區號,城市,客户评论,客户留言,顾客评论,跟踪号,跟踪编号,"
    "追踪编号,追蹤,运单号,快递单号,物流单号,メールアドレス,eメール"
)
_PLAIN = re.compile(rf"({_PERSON}{{1,3}}(to|s)?({_WHAT}))|({_ALONE})|({_GERMAN})")
_CONTAINED = tuple(sign for sign in _SIGNS.split(",") if sign)
_UNITS = {"utf-16-le": np.dtype("<u2"), "utf-16-be": np.dtype(">u2")}
_BYTE = np.dtype("u1")
_SURELY = 2
"""Such names in a row that make it a header where nobody knows the sheet."""
Table = tuple[int, list[int]]
"""Line of a header, and the places under it that tell of people."""


def is_personal(name: str) -> bool:
    """Say whether a column tells of a person: a buyer's name, address, mail, phone or words, or a parcel's number.

    >>> [is_personal(name) for name in ("buyer-email", "Shipping Address1", "ship-postal-code", "電話番号", "Name", "ship-country", "sku")]
    [True, True, True, True, False, False, False]
    """
    plain = normal(name)
    return bool(_PLAIN.fullmatch(plain)) or any(sign in plain for sign in _CONTAINED)


def places(header: Sequence[str]) -> list[int]:
    """Return the places of columns that tell of people."""
    return [place for place, name in enumerate(header) if is_personal(name)]


def write_copy(file: Path, target: Path, sheets: Sequence[Sheet] = ()) -> str:
    """Write a file without what it says of people, and return the SHA-256 of the file as it came.

    A file without such columns is copied byte by byte.

    Parameters
    ----------
    file
        The file.
    target
        Where the copy goes.
    sheets
        The tables that a reader found in it.
    """
    content = Content(file)
    texts = [sheet for sheet in sheets if isinstance(sheet, TextSheet)]
    books = [sheet for sheet in sheets if isinstance(sheet, WorkbookSheet)]
    if any(isinstance(sheet, ParquetSheet) for sheet in sheets):
        copied = _parquet(file, target)
    elif books:
        copied = _workbook(books, content, target)
    else:
        copied = bool(texts) and _text(texts, content, target)
    return _digest(file) if copied else _bytes(file, target)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _bytes(file: Path, target: Path) -> str:
    found = hashlib.sha256()
    with file.open("rb") as given, target.open("wb") as kept:
        for data in between(given, None):
            found.update(data)
            kept.write(data)
    return found.hexdigest()


@contextmanager
def _writing(content: Content, target: Path) -> Iterator[IO[bytes]]:
    """What was packed is packed again."""
    with target.open("wb") as kept:
        if not content.packed:
            yield kept
            return
        with gzip.GzipFile(fileobj=kept, mode="wb", filename="", mtime=0) as packed:
            yield cast("IO[bytes]", packed)


def _text(sheets: Sequence[TextSheet], content: Content, target: Path) -> bool:
    tables = _tables(sheets)
    if not any(gone for _, gone in tables):
        return False
    try:
        _blocks(sheets[0], tables, content, target)
    except StrayQuote:
        _rows(sheets[0], tables, content, target)
    return True


def _tables(sheets: Sequence[TextSheet]) -> list[Table]:
    """The header of each table with all that stands beside it, by line."""
    views = {(view.line, view.delimiter): view.header for view in sheets[0].file.sheets()}
    found = {sheet.line: views.get((sheet.line, sheet.delimiter), sheet.header) for sheet in sheets}
    return [(line, places(header)) for line, header in sorted(found.items())]


def _blocks(sheet: TextSheet, tables: Sequence[Table], content: Content, target: Path) -> None:
    unit = _UNITS.get(sheet.file.encoding, _BYTE)
    with content.open() as stream:
        starts = offsets(stream, unit, [line for line, _ in tables])
    bounds = [*(starts[line] for line, _ in tables), None]
    with content.open() as stream, _writing(content, target) as written:
        for data in between(stream, bounds[0]):
            written.write(data)
        for (_, gone), (start, end) in zip(tables, pairwise(bounds), strict=True):
            cells = Cells(sheet.delimiter, sheet.quoted, unit, gone)
            for data in between(stream, None if end is None else end - (start or 0)):
                written.write(cells.feed(data))
            written.write(cells.feed(b"", last=True))


def _rows(sheet: TextSheet, tables: Sequence[Table], content: Content, target: Path) -> None:
    """The slow way: each row is read and written anew, its line ends in cells as they were."""
    with _writing(content, target) as written, io.TextIOWrapper(written, encoding=sheet.file.encoding, newline="") as text:
        rows = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\n")
        for _, cells, last in sheet.file.rows(sheet.delimiter, sheet.quoted, 0):
            gone = next((gone for line, gone in reversed(tables) if last > line), [])
            rows.writerow(["" if place in gone else cell for place, cell in enumerate(cells)])


def _parquet(file: Path, target: Path) -> bool:
    given = pq.ParquetFile(file)
    form = given.schema_arrow
    gone = [form.names[place] for place in places(form.names)]
    if not gone:
        return False
    with pq.ParquetWriter(target, form) as written:
        for batch in given.iter_batches(use_threads=False):
            columns = [pa.nulls(batch.num_rows, field.type) if field.name in gone else batch.column(at) for at, field in enumerate(form)]
            written.write_table(pa.Table.from_arrays(columns, schema=form))
    return True


def _workbook(sheets: Sequence[WorkbookSheet], content: Content, target: Path) -> bool:
    """Every sheet as values; formulas are not kept, nor is how it looks."""
    book = Book(content)
    tables = {views[0].sheet.title: _tables_of(views, sheets) for views in book.sheets()}
    if not any(gone for found in tables.values() for _, gone in found):
        return False
    copy = openpyxl.Workbook(write_only=True)
    for views in book.sheets():
        kept, above = copy.create_sheet(views[0].sheet.title), 0
        for number, values in book.rows(views[0].sheet):
            for _ in range(above + 1, number):
                kept.append([])
            gone = next((gone for line, gone in reversed(tables[kept.title]) if number > line), [])
            kept.append([_cell(kept, None if place in gone else value) for place, value in enumerate(values)])
            above = number
    with tempfile.TemporaryFile(dir=target.parent) as whole:  # a ZIP is written to and fro, which a packed file does not allow
        copy.save(whole)
        whole.seek(0)
        with _writing(content, target) as written:
            shutil.copyfileobj(whole, written)
    return True


def _tables_of(views: Sequence[WorkbookSheet], sheets: Sequence[WorkbookSheet]) -> list[Table]:
    """The tables that a reader found in a sheet; in one that nobody reads, what stands below a row of such names."""
    lines = {sheet.line for sheet in sheets if sheet.sheet.title == views[0].sheet.title}
    headers = {view.line: view.header for view in views}
    headers |= {sheet.line: sheet.header for sheet in sheets if sheet.line in lines - headers.keys()}
    if lines:
        return [(line, places(headers[line])) for line in sorted(lines)]
    return [(line, places(header)) for line, header in headers.items() if len(places(header)) >= _SURELY][:1]


def _cell(sheet: Any, value: Any) -> Any:
    """A text that begins like a formula stays a text."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet)
    cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"
    return cell
