"""Which reader knows a file: by the names of its columns, never by the file's name or the columns' order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from pathlib import Path

from workbench.errors import Fault, InvalidTable, MissingColumns, UnknownReport, UnreadableFile
from workbench.settings import Mapping
from workbench.sources import forms, mapped, shops
from workbench.sources.amazon import NEEDS_ITEMS, REPORTS, sales_and_traffic
from workbench.sources.answer import Answer, Context
from workbench.sources.carry import Carry
from workbench.sources.reading.block import Sheet, Watch
from workbench.sources.reading.content import Content
from workbench.sources.reading.headers import normal
from workbench.sources.reading.sheet import open_sheets
from workbench.sources.report import Parsed, Report, Tables
from workbench.tables import FACTS

_NEAR = 0.5
_HEADER = "a header that a report, a mapping or a form has"
_SHOWN = 200
"""Characters that are shown of a header among rows."""
_FEW = 2
"""Named columns that a row must have to be shown as the header of a file that nobody knows."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A file and the report that it is; `read` takes the context and returns what the file says.

    A file of several tables (sheets of a workbook, tables under or beside one another) is read as one: its report is
    named after all of them, joined by a plus.
    """

    report: str
    read: Callable[[Context], Parsed]
    sheets: list[Sheet] = field(default_factory=list)
    """Tables that were found in the file; those below others only once its blocks are read."""

    @property
    def needs_items(self) -> bool:
        """Say whether the file is better read when the items are known."""
        return not NEEDS_ITEMS.isdisjoint(self.report.split("+"))


def recognise(file: Path, mappings: Sequence[Mapping] = ()) -> Reader | None:
    """Return the reader of a file, None if no reader knows it.

    Reports of Amazon and of shops come first, unless a mapping of the workspace says that it reads one of them instead;
    then the workspace's mappings, those that ship ready, and forms.
    """
    try:
        return _reader(file, mappings)
    except (UnknownReport, UnreadableFile):
        return None


def parse(file: Path, context: Context) -> Parsed:
    """Return what a file says, as canonical tables with lineage, block by block.

    Parameters
    ----------
    file
        The file, no archive (see `members`); its name does not matter.
    context
        The name that rows are traced to, when the file was saved, and what else is known.

    Raises
    ------
    UnknownReport
        If no reader knows the header.
    UnreadableFile
        If the file is damaged or no report at all by its size or bytes; of a packed file perhaps only while its blocks are read.
    MissingColumns
        If the report lacks columns that it cannot do without.
    InvalidTable
        With every fault of the file, once its blocks are read.
    """
    return _reader(file, context.mappings).read(context)


def _reader(file: Path, mappings: Sequence[Mapping]) -> Reader:
    content = Content(file)
    document = sales_and_traffic.load(content)
    if document is not None:
        return Reader(sales_and_traffic.NAME, partial(sales_and_traffic.parse, document))
    first: Sheet | None = None
    parts: list[tuple[Report, Sheet]] = []
    for views in open_sheets(content):
        seen = list(islice(views, 1))
        first = first or _likeliest(seen)
        parts += _known(_chained(seen, views), mappings)
    header = first.header if first else []
    near = mapped.nearly(header, mappings) if first and not parts else None
    if near is not None and first is not None:
        parts = [(near, first)]
    if not parts:
        raise UnknownReport(file.name, header, _nearest(header))
    sheets = [sheet for _, sheet in parts]
    return Reader("+".join(dict.fromkeys(report.name for report, _ in parts)), partial(_read, parts, mappings, sheets), sheets)


def _chained(seen: list[Sheet], others: Iterable[Sheet]) -> Iterator[Sheet]:
    yield from seen
    yield from others


def _likeliest(views: Sequence[Sheet]) -> Sheet | None:
    return next((view for view in views if sum(bool(name) for name in view.header) >= _FEW), views[0] if views else None)


def _known(views: Iterable[Sheet], mappings: Sequence[Mapping]) -> list[tuple[Report, Sheet]]:
    """The tables under the first header that a reader knows: several where they stand side by side."""
    for view in views:
        parts = view.parts()
        beside = [(report, part) for part in parts if (report := _find(part.header, mappings))] if len(parts) > 1 else []
        whole = _find(view.header, mappings)
        if len(beside) > 1 or (beside and whole is None):
            return beside
        if whole is not None:
            return [(whole, view)]
    return []


def refusal(fault: Exception) -> list[Fault]:
    """Return what is wrong with a file that was refused, as faults; none for an error that is not about a file."""
    if isinstance(fault, UnreadableFile):
        return [Fault(fault.row, "", fault.expected, fault.got)]
    if isinstance(fault, MissingColumns):
        return [Fault(0, name, "this column", "none") for name in fault.missing]
    if isinstance(fault, UnknownReport):
        return [Fault(0, "", _HEADER, str(fault))]
    return list(fault.faults) if isinstance(fault, InvalidTable) else []


def _read(parts: Sequence[tuple[Report, Sheet]], mappings: Sequence[Mapping], sheets: list[Sheet], context: Context) -> Parsed:
    answer = Answer("+".join(dict.fromkeys(report.name for report, _ in parts)))
    carries = {report.name: Carry() for report, _ in parts}
    words = _words(mappings)
    telling = _every_word() | {normal(word) for word in words}
    watch = Watch(words, lambda cells: not telling.isdisjoint(map(normal, cells)) and _find(cells, mappings) is not None)
    started = [(report, sheet, report.blocks(sheet, context, answer, carries[report.name], watch)) for report, sheet in parts]

    def blocks() -> Iterator[Tables]:
        for first, top, found in started:
            report, sheet, tables = first, top, found
            while True:
                yield from tables
                line = carries[report.name].next_header
                below = list(sheet.below(line)) if line else []
                under = _known(below, mappings) if answer.faults or not answer.fatal else []
                if not under:
                    answer.blame([Fault(line, "", _HEADER, f"another ({', '.join(filter(None, view.header))[:_SHOWN]})") for view in below])
                    break
                report, sheet = under[0]
                sheets.append(sheet)
                if report.name not in answer.report.split("+"):
                    answer.report += f"+{report.name}"
                tables = report.blocks(sheet, context, answer, carries.setdefault(report.name, Carry()), watch)

    return Parsed(answer.report, blocks(), answer, context.source)


def _words(mappings: Sequence[Mapping]) -> frozenset[str]:
    """Every word of the headers that reports and mappings of the workspace know."""
    known = [report.spellings() for report in (*REPORTS, *shops.REPORTS)]
    spelled = {name for columns in known for names in columns.values() for name in names}
    theirs = {name for mapping in mappings for said in mapping.columns.values() for name in ([said] if isinstance(said, str) else said)}
    return frozenset(spelled | theirs)


@cache
def _every_word() -> frozenset[str]:
    """The words that stand in headers of forms and of mappings that ship: a row without any word of headers is none, and soon told."""
    own = {name for table in FACTS for name in forms.header(table)}
    shipped = {name for report in mapped.shipped() for names in report.spellings().values() for name in names}
    return frozenset(map(normal, own | shipped))


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
