"""All filtered rows as a file: CSV that Excel opens in the right letters, XLSX with its filters written down, Parquet."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.i18n import t
from workbench.ui.columns import ColumnSpec

if TYPE_CHECKING:
    import xlsxwriter

XLSX_ROWS = 100_000
MIMES = {
    "csv": "text/csv;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class File:
    """A file made in memory, ready to be handed to a browser."""

    name: str
    mime: str
    data: bytes


def export(frame: pd.DataFrame, kind: str, name: str, columns: Sequence[ColumnSpec], notes: Mapping[str, str]) -> File:
    """Return a frame as a file of kind csv, xlsx or parquet.

    Parameters
    ----------
    name : file name without ending: view and as-of date
    columns : how each column of the frame is called and written
    notes : what sheet 1 of a workbook says: view, as-of, filters, rows
    """
    data = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[kind](frame if kind == "parquet" else _worded(frame, columns), columns, notes)
    return File(f"{name}.{kind}", MIMES[kind], data)


def _worded(frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> pd.DataFrame:
    """The frame with codes in the reader's words."""
    coded = {c.name: c.codes for c in columns if c.codes and c.name in frame}
    return frame.assign(**{name: frame[name].map(lambda code, words=words: words.get(code, code)) for name, words in coded.items()})


def _csv(frame: pd.DataFrame, columns: Sequence[ColumnSpec], _notes: Mapping[str, str]) -> bytes:
    titled = frame.rename(columns={c.name: c.title for c in columns})
    return titled.to_csv(index=False, date_format="%Y-%m-%d").encode("utf-8-sig")


def _parquet(frame: pd.DataFrame, _columns: Sequence[ColumnSpec], _notes: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _xlsx(frame: pd.DataFrame, columns: Sequence[ColumnSpec], notes: Mapping[str, str]) -> bytes:
    import xlsxwriter  # here, for no reader should wait for it who exports nothing

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    book = xlsxwriter.Workbook(buffer, options)
    about, rows = book.add_worksheet(t("ui.sheet_about")), book.add_worksheet(t("ui.sheet_rows"))
    bold = book.add_format({"bold": True})
    for line, (label, text) in enumerate(notes.items()):
        about.write_string(line, 0, label, bold)
        about.write_string(line, 1, text)
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 80)
    _fill(book, rows, frame, columns)
    _explain(book.add_worksheet(t("ui.sheet_columns")), bold, [spec for spec in columns if spec.name in frame])
    book.close()
    return buffer.getvalue()


def _explain(sheet: "xlsxwriter.worksheet.Worksheet", bold: "xlsxwriter.format.Format", columns: Sequence[ColumnSpec]) -> None:
    """One line a column: what it is called, and what it means and how it is computed."""
    for line, spec in enumerate(columns):
        sheet.write_string(line, 0, spec.title, bold)
        sheet.write_string(line, 1, spec.help)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 120)


def _fill(book: "xlsxwriter.Workbook", sheet: "xlsxwriter.worksheet.Worksheet", frame: pd.DataFrame, columns: Sequence[ColumnSpec]) -> None:
    known = {c.name: c for c in columns}
    bold = book.add_format({"bold": True, "bottom": 1})
    for at, name in enumerate(frame.columns):
        spec = known[name]
        sheet.write_string(0, at, spec.title, bold)
        sheet.set_column(at, at, 12 if spec.kind == "number" else 18, book.add_format({"num_format": spec.excel_format}))
        sheet.write_column(1, at, [None if v is None or v != v else v for v in _plain(frame[name], spec)])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    sheet.activate()


def _plain(column: pd.Series, spec: ColumnSpec) -> list:
    """Values as Excel takes them; days become day numbers, which the column's format shows as dates."""
    if spec.kind == "time":
        return ((column - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)).tolist()
    return column.tolist()
