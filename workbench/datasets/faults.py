"""What goes wrong with the files of a hard shop; every fault is written down in the truth."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.datasets.order_lines import CANCELLED, PENDING
from workbench.datasets.places import DE, PLACES, UK, US, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.reports.orders import order_file, order_table
from workbench.datasets.reports.planning import planning_table
from workbench.datasets.world import World

Record = dict[str, Any]
MISSING_LEDGER = DE
MISSING_DAYS = 3
LATE_SHARE = 0.4


def missing_reports(world: World, inbox: Path) -> list[Record]:
    """Take away the ledger of one marketplace; a hard shop has no traffic and no advertising reports either."""
    files = sorted(inbox.glob(f"ledger-summary_{MISSING_LEDGER.channel}_*"))
    for file in files:
        file.unlink()
    gone = [{"fault": "missing_report", "report": "ledger_summary", "channel": MISSING_LEDGER.channel, "files": len(files)}]
    return gone + [{"fault": "missing_report", "report": report, "channel": "all"} for report in ("sales_and_traffic", "sponsored_products")]


def missing_days(world: World, inbox: Path) -> list[Record]:
    """Leave some days out of the first marketplace's orders, as an export that broke off does."""
    first = _quiet_day(world)
    span = _span_of(world, first)
    lines = _lines(world, US)
    lines = lines[(lines["day"] >= span[0]) & (lines["day"] <= span[1])]
    gone = (lines["day"] >= first) & (lines["day"] < first + MISSING_DAYS)
    file = inbox / order_file(world, US, *span)
    if not file.exists():
        return []
    _rewrite(file, text.delimited(order_table(world, US, lines[~gone])))
    dates = [str(d) for d in world.calendar.dates[first : first + MISSING_DAYS]]
    return [{"fault": "missing_days", "file": file.name, "channel": US.channel, "dates": dates, "order_lines": int(gone.sum())}]


def overlapping_export(world: World, inbox: Path) -> list[Record]:
    """Add an earlier export that overlaps the monthly ones; what was pending in it has since shipped or been called off."""
    first, last = _overlap(world)
    lines = _lines(world, US)
    lines = lines[(lines["day"] >= first) & (lines["day"] <= last)]
    if not len(lines):
        return []
    status, recent = lines["status"].to_numpy().copy(), lines["day"].to_numpy() >= last - 1
    late = recent & ((world.seeds.of("late corrections").random(len(lines)) < LATE_SHARE) | (status == CANCELLED))
    corrected = {"shipped": int((late & (status != CANCELLED)).sum()), "cancelled": int((late & (status == CANCELLED)).sum())}
    status[late] = PENDING
    file = inbox / f"all-orders_{US.channel}_overlap_{world.calendar.dates[first]}_{world.calendar.dates[last]}.txt"
    text.save(file, text.delimited(order_table(world, US, lines, status)), world.calendar.saved_at(last, delay_days=1))
    span = {"dates": [str(world.calendar.dates[first]), str(world.calendar.dates[last])]}
    duplicate = {"fault": "duplicated_lines", "file": file.name, "channel": US.channel, "order_lines": len(lines), **span}
    return [duplicate, {"fault": "late_corrections", "file": file.name, "channel": US.channel, **corrected}]


def corrupted_files(world: World, inbox: Path) -> list[Record]:
    """Add a planning report that a spreadsheet has spoiled, and a file that is no report at all."""
    day = max(world.calendar.length - 3, world.calendar.warm_up)
    table = planning_table(world, US, day)
    spoiled = inbox / f"inventory-planning_{US.node}_{world.calendar.dates[day]}_spoiled.txt"
    available = ["#REF!" if k % 3 == 0 else value for k, value in enumerate(table["available"].to_pylist())]
    dates = ["2026-13-45" if k % 5 == 0 else value for k, value in enumerate(table["snapshot-date"].to_pylist())]
    table = _replaced(_replaced(table, "available", available), "snapshot-date", dates)
    text.save(spoiled, text.delimited(table), world.calendar.saved_at(day, delay_days=1))
    noise = inbox / "export.txt"
    text.save(noise, b"PK\x03\x04" + world.seeds.of("no report").bytes(2048), world.calendar.saved_at(day, delay_days=1))
    broken = {"fault": "corrupted", "file": spoiled.name, "expect": "quarantined", "rows": table.num_rows}
    return [broken, {"fault": "not_a_report", "file": noise.name, "expect": "quarantined"}]


def extra_columns(world: World, inbox: Path) -> list[Record]:
    """Give a planning report unannounced columns, and its columns another order."""
    file = max(inbox.glob(f"inventory-planning_{UK.node}_*"), default=None)
    if file is None:
        return []
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    names = ("Reserved FC Transfer Next Gen", "inbound-awd")
    wide = [row[::-1] + (list(names) if k == 0 else ["0"] * len(names)) for k, row in enumerate(rows)]
    _rewrite(file, ("\n".join("\t".join(row) for row in wide) + "\n").encode())
    return [{"fault": "extra_columns", "file": file.name, "columns": list(names), "order": "reversed", "expect": "imported"}]


def trailing_blanks(world: World, inbox: Path) -> list[Record]:
    """End header names, and some SKUs, with a blank."""
    file = max(inbox.glob(f"all-orders_{UK.channel}_*"), default=None)
    if file is None:
        return []
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    at, blank = rows[0].index("sku"), 0
    rows[0] = [name + " " for name in rows[0]]
    for row in rows[1::7]:
        row[at] += " "
        blank += 1
    _rewrite(file, ("\n".join("\t".join(row) for row in rows) + "\n").encode())
    return [{"fault": "trailing_blanks", "file": file.name, "skus": blank, "expect": "imported"}]


def old_encodings(world: World, inbox: Path) -> list[Record]:
    """Save a report in the encoding of Western Windows, and a form with the mark that spreadsheets put first."""
    found: list[Record] = []
    file = max(inbox.glob(f"all-orders_{DE.channel}_*"), default=None)
    if file is not None:
        _rewrite(file, file.read_text(encoding="utf-8").encode("cp1252"))
        found.append({"fault": "encoding", "file": file.name, "encoding": "cp1252", "expect": "imported"})
    form = inbox / "suppliers.csv"
    _rewrite(form, b"\xef\xbb\xbf" + form.read_bytes().replace(b"\n", b"\r\n"))
    return [*found, {"fault": "encoding", "file": form.name, "encoding": "utf-8-sig", "expect": "imported"}]


FAULTS: tuple[Callable[[World, Path], list[Record]], ...] = (
    missing_reports,
    missing_days,
    overlapping_export,
    corrupted_files,
    extra_columns,
    trailing_blanks,
    old_encodings,
)


def spoil(world: World, inbox: Path) -> list[Record]:
    """Spoil the reports in an inbox, and return what was done to which file."""
    return [record for fault in FAULTS for record in fault(world, inbox)]


def _overlap(world: World) -> tuple[int, int]:
    """First and last day of the overlapping export: five weeks of the quarter before last, less in a young shop."""
    start, end = world.calendar.warm_up, world.calendar.length
    first = max(end - 76, start)
    return first, max(end - 41, min(first + 9, end - 2))


def _quiet_day(world: World) -> int:
    """A day that no other export tells of."""
    day = world.calendar.length - 111
    return day if day >= world.calendar.warm_up else min(_overlap(world)[1] + 3, world.calendar.length - MISSING_DAYS - 1)


def _span_of(world: World, day: int) -> tuple[int, int]:
    return next(span for span in text.spans(world.calendar, months_each=3, recent_months=6) if span[0] <= day <= span[1])


def _lines(world: World, place: Place) -> Any:
    lines = world.orders.lines
    return lines[lines["place"] == PLACES.index(place)]


def _replaced(table: pa.Table, name: str, values: list[str]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, pa.string()))


def _rewrite(file: Path, content: bytes) -> None:
    text.save(file, content, int(file.stat().st_mtime))
