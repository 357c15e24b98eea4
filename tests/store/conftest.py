"""A workspace and small fact frames for the tests of the store."""

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pytest

from workbench.store import RawFile, Workspace
from workbench.tables import schema

NOW = dt.datetime(2026, 6, 30, 12)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "shop")


@pytest.fixture
def drop(workspace):
    """Drop a file into the inbox, saved at a given moment, and keep it."""

    def keep(name: str, content: str, saved: dt.datetime = NOW) -> RawFile:
        file = workspace.inbox / name
        file.write_text(content)
        stamp = (saved - dt.datetime(1970, 1, 1)).total_seconds()
        os.utime(file, (stamp, stamp))
        return workspace.keep(workspace.look(file, NOW))

    return keep


@pytest.fixture(scope="session")
def facts():
    """Make fact rows with the lineage of a kept file."""

    def make(table: str, rows: list[dict], raw: RawFile) -> pd.DataFrame:
        frame = pd.DataFrame(rows)
        for name in frame.columns.intersection(["date"]):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
        lines = range(2, len(rows) + 2)
        return schema.conform(table, frame.assign(known_at=pd.Timestamp(raw.known_at), source_file=raw.name, source_line=lines))

    return make


@pytest.fixture
def fill(workspace, drop, facts):
    """Add rows to a table as if a file had brought them, each a report of its own unless one is named."""
    count = iter(range(1_000_000))

    def add(table: str, rows: list[dict], saved: dt.datetime = NOW, report: str = "") -> RawFile:
        number = next(count)
        raw = drop(f"file-{number}.csv", f"content {number}", saved)
        workspace.add({table: facts(table, rows, raw)}, raw, report or f"report-{number}")
        return raw

    return add
