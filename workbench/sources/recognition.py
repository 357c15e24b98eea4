"""Which reader knows a file: by the names of its columns, never by the file's name or the columns' order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.errors import UnknownReport
from workbench.settings import Mapping
from workbench.sources import forms, mapped, shops
from workbench.sources.amazon import NEEDS_ITEMS, REPORTS, sales_and_traffic
from workbench.sources.answer import Context
from workbench.sources.reading.sheet import open_sheet
from workbench.sources.report import Parsed, Report

_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Reader:
    """A file and the report that it is; `read` takes the context and returns what the file says."""

    report: str
    read: Callable[[Context], Parsed]

    @property
    def needs_items(self) -> bool:
        """Say whether the file is better read when the items are known."""
        return self.report in NEEDS_ITEMS


def recognise(file: Path, mappings: Sequence[Mapping] = ()) -> Reader | None:
    """Return the reader of a file, None if no reader knows it.

    Reports of Amazon and of shops come first, unless a mapping of the workspace says that it reads one of them instead;
    then the workspace's mappings, those that ship ready, and forms.
    """
    try:
        return _reader(file, mappings)
    except UnknownReport:
        return None


def parse(file: Path, context: Context) -> Parsed:
    """Return what a file says, as canonical tables with lineage, block by block.

    Parameters
    ----------
    file
        The file; its name does not matter.
    context
        The name that rows are traced to, when the file was saved, and what else is known.

    Raises
    ------
    UnknownReport
        If no reader knows the header.
    MissingColumns
        If the report lacks columns that it cannot do without.
    InvalidTable
        With every fault of the file, once its blocks are read.
    """
    return _reader(file, context.mappings).read(context)


def _reader(file: Path, mappings: Sequence[Mapping]) -> Reader:
    content = sales_and_traffic.load(file)
    if content is not None:
        return Reader(sales_and_traffic.NAME, partial(sales_and_traffic.parse, content))
    sheet = open_sheet(file)
    report = _find(sheet.header, mappings)
    if report is None:
        raise UnknownReport(file.name, sheet.header, _nearest(sheet.header))
    return Reader(report.name, partial(report.read, sheet))


def _find(header: Sequence[str], mappings: Sequence[Mapping]) -> Report | None:
    known = next((report for report in REPORTS if report.recognises(header)), None) or shops.report(header)
    if known is not None:
        return mapped.find(header, mappings, known) or known
    return mapped.find(header, mappings) or forms.report(header) or mapped.nearly(header, mappings)


def _nearest(header: Sequence[str]) -> str:
    tables = forms.candidates(header)
    if tables:
        return ", ".join(f"FORM:{table}" for table in tables)
    best = max(REPORTS, key=lambda report: report.share(header))
    return best.name if best.share(header) >= _NEAR else ""
