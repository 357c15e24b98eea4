"""What is said of a file, in words: the name of its report, why rows were dropped, notes, and why it is held back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.i18n import catalogue, number, t
from workbench.store.account import Reason
from workbench.tables.account import Note

SHOWN = 20
"""Names that a line tells before it only counts."""
_NAMED = {"FORM": "form", "GENERIC": "mapping"}


def report_name(code: str) -> str:
    """Return what a report is called, with its code; a form or mapping by its own name."""
    kind, _, name = code.partition(":")
    if name and kind in _NAMED:
        return t(f"sources.report.{_NAMED[kind]}", table=name, name=name)
    return f"{t(f'sources.report.{code}')} ({code})" if catalogue.has(f"sources.report.{code}") else code


def dropped_name(code: str) -> str:
    """Return why rows go into no table."""
    return t(f"imports.dropped.{code}") if catalogue.has(f"imports.dropped.{code}") else t(f"sources.dropped.{code}")


def note_text(note: Note) -> str:
    """Return a note as a sentence."""
    area = "imports" if catalogue.has(f"imports.note.{note.code}") else "sources"
    return t(f"{area}.note.{note.code}", **{name: _shown(value) for name, value in note.values.items()})


def reason_text(reason: Reason) -> str:
    """Return why a file is held back, as a sentence."""
    figures = {name: number(getattr(reason, name)) for name in ("value", "limit", "before")}
    return t(f"imports.reason.{reason.code}", **figures, table=reason.table, place=reason.place)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        most = sorted(value.items(), key=lambda pair: -pair[1])
        return listed([f"{name} ({number(count)})" for name, count in most])
    if isinstance(value, dt.datetime | str):
        return str(value)
    return number(value) if isinstance(value, int | float) else str(value)


def listed(names: Sequence[str]) -> str:
    """Return names in a line, the first ones told and the others counted."""
    return ", ".join(names[:SHOWN]) + (f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else "")
