"""Broken files go through a real import into a real workspace; what must hold, whatever they are, is held against it."""

import contextlib
import datetime as dt
import json
import logging
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import fuzz_account
import fuzz_mutations
import numpy as np
import pandas as pd

from workbench.i18n import t
from workbench.runs import import_files
from workbench.store import Workspace
from workbench.store.staging import Staging
from workbench.tables import FACTS

NOW = dt.datetime(2026, 11, 1, 6)
BATCH = 100
MAX_SECONDS = 5.0
STATUSES = {"imported", "quarantined", "refused", "unchanged"}
INTERNAL = re.compile(
    r"Traceback|File \"|\.py\b|object at 0x|site-packages|<class '|\b(Key|Index|Type|Attribute|Assertion|Value|Overflow|Memory|Recursion)Error\b"
)


@dataclass
class Found:
    """What an attack found: cases by status, reports that got in, and every invariant that broke."""

    statuses: Counter = field(default_factory=Counter)
    imported: Counter = field(default_factory=Counter)
    accounted: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


class _Records(logging.Handler):
    """Keeps what is logged as an error: something that no reader foresaw."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextlib.contextmanager
def _watched() -> Iterator[tuple[dict[str, dict[str, list[pd.DataFrame]]], list[str]]]:
    """Frames that are staged, by file and table, and errors that are logged."""
    staged: dict[str, dict[str, list[pd.DataFrame]]] = {}
    write, log, records = Staging.write, logging.getLogger("workbench"), _Records()

    def spy(self, tables):
        for table, frame in tables.items():
            staged.setdefault(self.raw.name, {}).setdefault(table, []).append(frame)
        return write(self, tables)

    Staging.write = spy
    log.addHandler(records)
    try:
        yield staged, records.texts
    finally:
        Staging.write = write
        log.removeHandler(records)


def attack(numbers: Sequence[int], seed: int, files, folder: Path) -> Found:
    """Import the cases of these numbers in batches, and return what was found."""
    found = Found()
    for start in range(0, len(numbers), BATCH):
        cases = [fuzz_mutations.case(number, seed, files) for number in numbers[start : start + BATCH]]
        batch(cases, folder / str(start), found)
        shutil.rmtree(folder / str(start))
    return found


def batch(cases: Sequence[fuzz_mutations.Case], folder: Path, found: Found) -> None:
    """Import these cases into a workspace of their own, and add to what was found."""
    (folder / "given").mkdir(parents=True)
    paths = [folder / "given" / case.name for case in cases]
    for path, case in zip(paths, cases, strict=True):
        path.write_bytes(case.content)
    workspace = Workspace.create(folder / "shop")
    clock = [time.process_time()]

    def progress(stage: str, done: int, total: int) -> None:
        now = time.process_time()
        if done and now - clock[0] > MAX_SECONDS:
            found.broken.append(f"{_told(cases[done - 1])}: {now - clock[0]:.1f} s")
        found.slowest = max(found.slowest, now - clock[0]) if done else found.slowest
        clock[0] = time.process_time()

    with _watched() as (staged, errors):
        try:
            outcome = import_files(workspace, paths, NOW, progress)
        except Exception as fault:
            found.broken.append(f"{[_told(case) for case in cases]}: {type(fault).__name__} escapes: {fault}")
            return
    found.broken += [f"unforeseen: {text}" for text in errors]
    by_name = {case.name: case for case in cases}
    for each in outcome.files:
        _hold(each, by_name[each.file.split("/")[0]], staged.get(each.file, {}), found)
    _hold_tables(workspace, {each.file for each in outcome.files if each.status == "imported"}, by_name, found)


def _told(case: fuzz_mutations.Case) -> str:
    return f"{case.name} ({case.kind}: {', '.join(case.done)})"


def _hold(outcome, case: fuzz_mutations.Case, tables: dict[str, list[pd.DataFrame]], found: Found) -> None:
    """What must hold for every file."""
    told = _told(case)
    said = json.dumps(outcome.as_json(), ensure_ascii=False)
    checks = {
        f"status {outcome.status}": outcome.status in STATUSES,
        f"{outcome.rows} rows, {outcome.kept} kept, {outcome.dropped} dropped": outcome.rows == outcome.kept + sum(outcome.dropped.values()),
        f"a count below zero: {outcome.dropped}": min([outcome.rows, outcome.kept, *outcome.dropped.values()]) >= 0,
        f"refused without a fault: {said[:300]}": outcome.status not in ("refused", "quarantined") or bool(outcome.faults),
        f"a fault that says too little: {said[:600]}": all(fault.expected.strip() and fault.got.strip() for fault in outcome.faults),
        f"a fault from inside: {_inside(outcome)}": not _inside(outcome),
        f"no UTF-8: {said[:300]!a}": _is_text(said),
        f"a long word: {max(map(len, _faults(outcome)), default=0)} characters": max(map(len, _faults(outcome)), default=0) < 2000,
        "a reason without a name": all(t(f"sources.dropped.{code}") for code in outcome.dropped if code != "quarantined"),
    }
    found.broken += [f"{told}: {what}" for what, holds in checks.items() if not holds]
    found.statuses[outcome.status] += 1
    if outcome.status == "imported":
        found.imported[outcome.report] += 1
        if case.plain:
            wrong = fuzz_account.difference(case.content, case.delimiter, outcome, tables)
            found.accounted += outcome.report in fuzz_account.UNITS
            found.broken += [f"{told}: {wrong}"] * bool(wrong)


def _faults(outcome) -> list[str]:
    return [f"{fault.column} {fault.expected} {fault.got}" for fault in outcome.faults]


def _inside(outcome) -> str:
    """Words that only a program says; what a cell of the file says stands in quotes."""
    return next((text for text in _faults(outcome) if INTERNAL.search(re.sub(r"'[^']*'", "", text))), "")


def _is_text(said: str) -> bool:
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True


def _hold_tables(workspace: Workspace, imported: set[str], by_name: dict[str, fuzz_mutations.Case], found: Found) -> None:
    """Only imported files are in tables, and no number there is without end."""
    for table in FACTS:
        frame = workspace.read(table)
        strangers = sorted(set(frame["source_file"]) - imported)
        found.broken += [f"{_told(by_name[name.split('/')[0]])}: in table {table}, but not imported" for name in strangers]
        numbers = frame.select_dtypes("number").to_numpy(dtype="float64")
        endless = np.isinf(numbers).any(axis=1) if numbers.size else np.zeros(0, dtype=bool)
        found.broken += (
            [f"{_told(by_name[name.split('/')[0]])}: infinite in {table}" for name in sorted(set(frame.loc[endless, "source_file"]))] if len(endless) else []
        )
