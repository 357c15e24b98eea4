"""Import of an inbox: good files go in, bad ones are set aside with their faults, twice is once."""

import datetime as dt
import os

import pytest

from workbench.runs import import_inbox
from workbench.runs.workspaces import furnish
from workbench.store import Workspace

NOW = dt.datetime(2026, 11, 1, 6)
RETURNS = (
    "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\t"
    "detailed-disposition\treason\tstatus\tlicense-plate-number\tcustomer-comments\n"
)
LINE = "2026-10-0{day}T00:00:00+00:00\t111-{day}\tSKU-1\tB0\tX0\tLamp\t{units}\tPHX7\tSELLABLE\tUNWANTED_ITEM\tUnit returned\tLPN{day}\tcall me at 555\n"


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop")


def drop(workspace, name, content):
    file = workspace.inbox / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))


def test_a_bad_file_does_not_stop_the_others(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    drop(workspace, "b.txt", RETURNS + LINE.format(day=2, units="two") + LINE.format(day=3, units="many"))
    drop(workspace, "c.bin", bytes(range(256)) * 40)
    drop(workspace, "d.txt", "")
    outcome = import_inbox(workspace, NOW)
    assert outcome.added == ["a.txt"]
    assert sorted(outcome.quarantined) == ["b.txt", "c.bin", "d.txt"]
    assert len(outcome.quarantined["b.txt"]) == 2
    assert "two" in outcome.quarantined["b.txt"][0] and "line 2" in outcome.quarantined["b.txt"][0]
    assert len(workspace.read("returns")) == 1


def test_twice_is_once(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    import_inbox(workspace, NOW)
    before = workspace.version()
    outcome = import_inbox(workspace, NOW + dt.timedelta(days=1))
    assert (outcome.added, outcome.known, workspace.version()) == ([], ["a.txt"], before)


def test_the_same_bytes_under_two_names_are_one_file(workspace):
    for name in ("a.txt", "b.txt"):
        drop(workspace, name, RETURNS + LINE.format(day=1, units=1))
    outcome = import_inbox(workspace, NOW)
    assert (len(outcome.added), len(outcome.known), outcome.rows) == (1, 1, 1)


def test_what_a_buyer_wrote_is_not_stored(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    import_inbox(workspace, NOW)
    stored = b"".join(p.read_bytes() for p in (workspace.root / "tables").rglob("*.parquet"))
    assert b"555" not in stored and "call me" not in workspace.read("returns").to_csv()


def test_progress_ends_at_all(workspace):
    for day in (1, 2, 3):
        drop(workspace, f"{day}.txt", RETURNS + LINE.format(day=day, units=day))
    told = []
    import_inbox(workspace, NOW, lambda *report: told.append(report))
    assert told[0] == ("import", 0, 3) and told[-1] == ("import", 3, 3)


def test_a_workspace_is_furnished_without_touching_what_is_there(workspace):
    own = workspace.root / "notebooks" / "03_health.ipynb"
    own.parent.mkdir()
    own.write_text("mine")
    furnish(workspace)
    assert own.read_text() == "mine"
    assert (workspace.root / "notebooks" / "04_clearance.ipynb").exists() and (workspace.root / "forms" / "items.csv").exists()
