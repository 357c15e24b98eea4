"""Form files: CSV for programs, workbooks for people, empty or filled with what is known."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from workbench.i18n import catalogue, t
from workbench.i18n.catalogue import LANGUAGES
from workbench.sources import canonical
from workbench.sources.forms.cells import escaped, quoted
from workbench.sources.forms.reader import header
from workbench.tables.schema import Column

BY_HAND = (
    "items",
    "suppliers",
    "purchase_orders",
    "inbound",
    "listings",
    "listing_texts",
    "sales",
    "stock",
    "availability",
    "movements",
    "bundles",
    "capacity",
    "inventory_index",
    "benchmarks",
    "channels",
    "nodes",
    "serves",
    "events",
    "offer_plan",
    "market",
    "indicators",
    "exchange_rates",
)
"""Tables that a seller fills by hand or from another system; the others come from reports alone."""
_ROWS_CHECKED = 20_000
_MADE = dt.datetime(2026, 1, 1)
"""Date inside every workbook, so that the same form is the same file."""
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "time": {"num_format": "yyyy-mm-dd"},
    "number": {},
    "count": {"num_format": "0"},
    "flag": {},
}


def write_templates(folder: Path) -> list[Path]:
    """Write the empty forms that ship, as CSV and as workbook, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write(folder / f"{table}.{ending}", table) for table in BY_HAND for ending in ("csv", "xlsx")]


def write(file: Path, table: str, rows: pd.DataFrame | None = None) -> Path:
    """Write the form of a table, its name ending in .csv or .xlsx, and return it; without rows it is empty."""
    filled = pd.DataFrame(columns=header(table)) if rows is None else rows
    content = _workbook(table, filled) if file.suffix == ".xlsx" else _delimited(table, filled)
    file.write_bytes(content)
    return file


def _delimited(table: str, rows: pd.DataFrame) -> bytes:
    """With a mark of its encoding where there are rows, so that a spreadsheet program reads names in any script."""
    columns = canonical.own_columns(table)
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    writer.writerows([_text(column, value) for column, value in zip(columns, row, strict=True)] for row in _values(columns, rows))
    return sink.getvalue().encode("utf-8-sig" if len(rows) else "utf-8")


def _values(columns: Sequence[Column], rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    shown = pd.DataFrame({column.name: rows[column.name].astype(object) if column.name in rows else None for column in columns}, index=rows.index)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "text":
        return escaped(str(value))
    if column.kind == "time":
        return pd.Timestamp(value).isoformat(" ") if column.unit == "UTC" else str(pd.Timestamp(value).date())
    if column.kind == "flag":
        return "true" if value else "false"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _workbook(table: str, rows: pd.DataFrame) -> bytes:
    """A sheet to fill, and one that says what each column means."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": _MADE})
    columns = canonical.own_columns(table)
    _fill(book, book.add_worksheet(table), columns, _values(columns, rows))
    _explain(book, book.add_worksheet(_both("forms.sheet").replace(" / ", " ")), table, columns)
    book.close()
    return sink.getvalue()


def _fill(book: xlsxwriter.Workbook, sheet: Any, columns: Sequence[Column], values: Sequence[tuple[Any, ...]]) -> None:
    formats = {kind: book.add_format({**how, "align": "left"} if kind == "text" else how) for kind, how in _FORMATS.items()}
    heads = {must: book.add_format({"bold": True, "bottom": 1, "bg_color": "#FCE5CD" if must else "#E8EEF4"}) for must in (True, False)}
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(12, min(40, len(column.name) + 2)), formats[column.kind])
        sheet.write_string(0, place, column.name, heads[not column.nullable and column.kind != "flag"])
        if column.codes:
            sheet.data_validation(1, place, _ROWS_CHECKED, place, {"validate": "list", "source": list(column.codes), "error_type": "warning"})
    for line, row in enumerate(values, start=1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, line, place, column, value, formats[column.kind])
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, line: int, place: int, column: Column, value: Any, how: Any) -> None:
    if value is None:
        return
    if column.kind == "text":
        sheet.write_string(line, place, quoted(str(value)), how)
    elif column.kind == "time" and column.unit != "UTC":
        sheet.write_datetime(line, place, pd.Timestamp(value).to_pydatetime(), how)
    elif column.kind == "flag":
        sheet.write_boolean(line, place, bool(value))
    elif column.kind == "time":
        sheet.write_string(line, place, _text(column, value))
    elif float(f"{value:.16G}") == value:
        sheet.write_number(line, place, float(value), how)
    else:  # a workbook keeps sixteen digits; one more is kept as text, so that what goes out comes back
        sheet.write_string(line, place, repr(float(value)))


def _explain(book: xlsxwriter.Workbook, sheet: Any, table: str, columns: Sequence[Column]) -> None:
    """One line a column: whether it must be filled, what it means in each language, its unit and the codes it takes."""
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    titles = [_both("forms.head.column"), _both("forms.head.must"), _both("forms.head.kind"), _both("forms.head.unit")]
    titles += [_in(language, "forms.head.meaning") for language in LANGUAGES] + [_both("forms.head.codes")]
    for place, (title, width) in enumerate(zip(titles, (28, 14, 18, 12, 48, 36, 44), strict=True)):
        sheet.set_column(place, place, width, wrapped)
        sheet.write_string(0, place, title, head)
    for line, column in enumerate(columns, start=1):
        for place, text in enumerate(_explained(table, column)):
            sheet.write_string(line, place, text)
    sheet.freeze_panes(1, 1)


def _explained(table: str, column: Column) -> list[str]:
    """No cell is blank: a reader takes what stands between blank columns for a table of its own."""
    none = _both("forms.none")
    must = _both("forms.must" if not column.nullable and column.kind != "flag" else "forms.need_not")
    said = [meaning(table, column, language) for language in LANGUAGES]
    return [column.name, must, _both(f"forms.kind.{column.kind}"), column.unit or none, *said, ", ".join(column.codes) or none]


def meaning(table: str, column: Column, language: str) -> str:
    """Return what a column means: in English as its table says it, else in the words of the language's catalogue."""
    own = f"forms.column.{table}.{column.name}"
    return column.meaning if language == "en" else _in(language, own if catalogue.has(own, language) else f"forms.any.{column.name}")


def _both(key: str) -> str:
    return " / ".join(_in(language, key) for language in LANGUAGES)


def _in(language: str, key: str) -> str:
    with catalogue.use(language):
        return t(key)
