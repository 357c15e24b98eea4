"""What is on disk is whole at every moment: killed writers, full disks, two writers at once."""

import datetime as dt
import errno
import signal
import subprocess
import sys
import textwrap

import pandas as pd
import pytest

from workbench.errors import DiskFull
from workbench.store import Workspace, durable, manifest, staging

SALE = {"sku": "A", "channel": "shop", "date": "2026-06-01", "units": 3}
NOW = dt.datetime(2026, 6, 30, 12)

WRITER = """
import datetime as dt, sys
from pathlib import Path
import pandas as pd
from workbench.store import Workspace, durable, manifest
from workbench.tables import schema

def say(word):
    print(word, flush=True)
    sys.stdin.readline()

def stop_before(owner, name, when=lambda *given: True):
    real = getattr(owner, name)
    def stopping(*given, **named):
        if when(*given):
            say("here")
        return real(*given, **named)
    setattr(owner, name, stopping)

def add(workspace, name):
    file = workspace.inbox / name
    file.write_text(name)
    raw = workspace.keep(workspace.look(file, dt.datetime(2026, 6, 30)))
    row = {"sku": name, "channel": "shop", "date": pd.Timestamp("2026-06-02"), "units": 1}
    row |= {"known_at": pd.Timestamp(raw.known_at), "source_file": name, "source_line": 2}
    workspace.add({"sales": schema.conform("sales", pd.DataFrame([row]))}, raw, f"report {name}")

def history():
    row = {"sku": "A", "channel": "shop", "date": pd.Timestamp("2026-06-02"), "units": 1.0, "censored": False, "imputed": False}
    return schema.conform("history", pd.DataFrame([row]), lineage=False)

workspace = Workspace(Path(sys.argv[1]))
"""


def writer(workspace: Workspace, script: str) -> subprocess.Popen:
    """Start another process that writes; it stops where it says a word and goes on when it gets a line."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER + textwrap.dedent(script), str(workspace.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def kill_at_its_stop(child: subprocess.Popen) -> None:
    assert child.stdout.readline() == "here\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("stop", "visible"),
    [
        ('stop_before(durable.Partial, "place", lambda partial, target: target.suffix == ".parquet")', False),
        ('stop_before(manifest, "save")', False),
        ('stop_before(durable, "sync_folder", lambda folder: (folder / "manifest.json").exists())', True),
    ],
    ids=["part written", "part in place, lock held", "manifest replaced, lock held"],
)
def test_a_killed_import_leaves_the_old_or_the_new(workspace, fill, stop, visible):
    fill("sales", [SALE])
    before = workspace.version()
    kill_at_its_stop(writer(workspace, f'{stop}\nadd(workspace, "late.csv")'))

    again = Workspace(workspace.root)
    assert again.read("sales")["sku"].tolist() == (["A", "late.csv"] if visible else ["A"])
    assert (again.version() != before) is visible
    assert list((workspace.root / durable.FOLDER).iterdir()) == []
    raw = again.keep(again.look(again.inbox / "late.csv", NOW))
    row = {**SALE, "sku": "late.csv", "date": pd.Timestamp("2026-06-02"), "known_at": raw.known_at, "source_file": raw.name, "source_line": 2}
    again.add({"sales": pd.DataFrame([row]).astype({"known_at": "datetime64[us]"})}, raw, "report late.csv")
    assert again.read("sales")["sku"].tolist() == ["A", "late.csv"]


def test_a_killed_publication_shows_nothing_and_the_run_has_died(workspace):
    script = """
    workspace.state.save_run({"id": "r1", "name": "daily", "started": "2026-06-30T08:00:00"})
    workspace.stage("r1", "history", history(), as_of=dt.date(2026, 6, 30))
    stop_before(manifest, "save")
    workspace.publish("r1")
    """
    kill_at_its_stop(writer(workspace, script))
    again = Workspace(workspace.root)
    assert again.read("history").empty
    assert again.state.run("r1")["status"] == "died"
    again.publish("r1")
    assert len(again.read("history")) == 1


def test_two_writers_lose_nothing(workspace):
    script = """
    say("here")
    for number in range(6):
        add(workspace, f"WHO-{number}.csv")
    """
    children = [writer(workspace, script.replace("WHO", who)) for who in ("one", "two")]
    for child in children:
        assert child.stdout.readline() == "here\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    assert [child.communicate()[1] for child in children] == [None, None]
    assert [child.returncode for child in children] == [0, 0]
    assert len(workspace.read("sales")) == 12
    assert len(manifest.load(workspace.root).tables["sales"]) == 12
    assert (workspace.files()["status"] == "imported").all()


@pytest.mark.parametrize("place", ["part", "manifest"])
def test_a_full_disk_loses_nothing(workspace, fill, monkeypatch, place):
    fill("sales", [SALE])
    before = (workspace.root / manifest.FILE).read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk, pytest.raises(DiskFull, match="Nothing was changed"):
        if place == "part":
            disk.setattr(staging.pq.ParquetWriter, "write_table", full)
        else:
            disk.setattr(durable.Path, "write_bytes", full)
        fill("sales", [{**SALE, "units": 9}])
    assert (workspace.root / manifest.FILE).read_bytes() == before
    assert list((workspace.root / durable.FOLDER).iterdir()) == []
    assert workspace.read("sales")["units"].tolist() == [3]
    fill("sales", [{**SALE, "date": "2026-06-02"}])
    assert len(workspace.read("sales")) == 2


def test_keeping_on_a_full_disk_leaves_no_half_file(workspace, monkeypatch):
    file = workspace.inbox / "a.csv"
    file.write_text("x" * 100)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk, pytest.raises(DiskFull):
        disk.setattr(durable.os, "fsync", full)
        workspace.keep(workspace.look(file, NOW))
    assert list(workspace.raw.iterdir()) == []
    assert workspace.keep(workspace.look(file, NOW)).path.read_text() == "x" * 100


def test_other_faults_of_the_disk_stay_what_they_are(workspace, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(durable.Path, "write_bytes", refused)
    with pytest.raises(PermissionError):
        durable.write_bytes(workspace.root, workspace.root / "x", b"")


def test_sweeping_spares_the_living(workspace):
    with durable.Partial(workspace.root) as mine:
        mine.path.write_bytes(b"at work")
        name = mine.path.name.split("_")
        dead = mine.path.with_name("_".join([name[0], "otherboot", *name[2:]]))
        dead.write_bytes(b"left behind")
        foreign = mine.path.with_name("_".join([*name[:3], "elsewhere"]))
        foreign.write_bytes(b"of another machine")
        Workspace(workspace.root)
        assert (mine.path.exists(), dead.exists(), foreign.exists()) == (True, False, True)


def test_a_reader_who_is_overtaken_reads_again(workspace, fill, monkeypatch):
    """The published file may be cleared away between the look at the manifest and the read."""
    fill("items", [{"sku": "A"}])
    real, calls = Workspace._sql, []

    def stale(self, *given):
        calls.append(given)
        sql = real(self, *given)
        return sql.replace("tables/items", "tables/gone") if len(calls) == 1 else sql

    monkeypatch.setattr(Workspace, "_sql", stale)
    assert workspace.read("items")["sku"].tolist() == ["A"]
    assert len(calls) == 2
