"""Import of an inbox: good files go in, bad ones are set aside with their faults, twice is once."""

import datetime as dt
import os
import subprocess
import sys
from zipfile import ZipFile

import pytest

from workbench import runs
from workbench.errors import NoSuchFile
from workbench.runs import import_files, import_inbox
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


def drop(workspace, name, content, saved=NOW):
    file = workspace.inbox / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    stamp = (saved - dt.datetime(1970, 1, 1)).total_seconds()
    os.utime(file, (stamp, stamp))
    return file


def statuses(outcome):
    return {file.file: file.status for file in outcome.files}


def reserved(skus):
    lines = [f"SKU-{n}\tX{n}\tB{n}\tLamp\t5\t1\t2\t2\tx" for n in skus]
    return "\n".join(["sku\tfnsku\tasin\tproduct-name\treserved_qty\treserved_customerorders\treserved_fc-transfers\treserved_fc-processing\tprogram", *lines])


def orders(*lines):
    names = ["amazon-order-id", "purchase-date", "last-updated-date", "order-status", "sales-channel"]
    names += ["sku", "quantity", "currency", "item-price", "item-status"]
    same = ["A", "1", "USD", "9", "Shipped"]
    rows = [[number, f"2026-10-{bought}:00Z", f"2026-10-{updated}:00Z", "Shipped", channel, *same] for number, bought, updated, channel in lines]
    return "\n".join("\t".join(row) for row in (names, *rows)) + "\n"


@pytest.mark.parametrize("channel", ["Amazon.com", "Amazon.de", "Amazon.co.jp"])
def test_orders_of_the_last_days_replace_only_what_was_bought_since_their_first_update(workspace, channel):
    """An export by last update looks the same as one by purchase: what it leaves out of its first hours may be there all the same."""
    first = [("1", "01T05:00", "01T06:00"), ("2", "02T16:00", "02T17:00"), ("3", "02T17:00", "02T23:30"), ("4", "04T12:00", "04T12:30")]
    drop(workspace, "by purchase.txt", orders(*((*line, channel) for line in first)), dt.datetime(2026, 10, 20))
    newer = [("3", "02T17:00", "02T23:30"), ("5", "04T10:00", "04T12:00"), ("6", "05T20:00", "05T21:00")]
    drop(workspace, "by update.txt", orders(*((*line, channel) for line in newer)), dt.datetime(2026, 10, 21))
    assert set(statuses(import_inbox(workspace, NOW)).values()) == {"imported"}
    assert sorted(workspace.read("orders")["order_id"]) == ["1", "2", "3", "5", "6"], "2 was bought before the first update, 4 after it"


def test_a_bad_file_does_not_stop_the_others(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    drop(workspace, "b.txt", RETURNS + LINE.format(day=2, units="two") + LINE.format(day=3, units="many"))
    drop(workspace, "c.bin", bytes(range(256)) * 40)
    drop(workspace, "d.txt", "")
    outcome = import_inbox(workspace, NOW)
    assert statuses(outcome) == {"a.txt": "imported", "b.txt": "refused", "c.bin": "refused", "d.txt": "refused"}
    b = next(file for file in outcome.files if file.file == "b.txt")
    assert [(fault.row, fault.column, fault.got) for fault in b.faults] == [(2, "quantity", "'two'"), (3, "quantity", "'many'")]
    assert (b.rows, b.kept, b.dropped, b.report) == (2, 0, {"refused": 2}, "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA")
    assert len(workspace.read("returns")) == 1
    assert {folder.name for folder in workspace.raw.iterdir()} == {file.sha256[:16] for file in outcome.files if file.report}, "junk is not kept"


def test_twice_is_once(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    import_inbox(workspace, NOW)
    before = workspace.version()
    outcome = import_inbox(workspace, NOW + dt.timedelta(days=1))
    assert (statuses(outcome), workspace.version(), outcome.files[0].rows) == ({"a.txt": "unchanged"}, before, 1)


def test_the_same_bytes_under_two_names_are_one_file(workspace):
    for name in ("a.txt", "b.txt"):
        drop(workspace, name, RETURNS + LINE.format(day=1, units=1))
    outcome = import_inbox(workspace, NOW)
    assert (statuses(outcome), outcome.rows) == ({"a.txt": "imported", "b.txt": "unchanged"}, 1)
    assert (outcome.files[1].notes[0].code, outcome.files[1].notes[0].values) == ("same_bytes", {"file": "a.txt"})


def test_the_same_rows_in_another_form_count_once(workspace):
    text = RETURNS + LINE.format(day=1, units=1) + LINE.format(day=2, units=3)
    drop(workspace, "a.txt", text)
    drop(workspace, "b.txt", text.replace("\n", "\r\n"))
    outcome = import_inbox(workspace, NOW)
    assert [note.values for file in outcome.files for note in file.notes if note.code == "same_rows"] == [{"file": "a.txt"}]
    assert sorted(workspace.read("returns")["units"]) == [1, 3]


def test_each_file_of_an_archive_goes_its_own_way(workspace):
    good, bad = RETURNS + LINE.format(day=1, units=1), RETURNS + LINE.format(day=2, units="two")
    drop(workspace, "loose.txt", good, NOW - dt.timedelta(hours=1))
    packed = drop(workspace, "all.zip", "")
    with ZipFile(packed, "w") as archive:
        for name, text in {"good.txt": good, "sub/bad.txt": bad, "new.txt": RETURNS + LINE.format(day=3, units=2)}.items():
            archive.writestr(name, text)
    outcome = import_inbox(workspace, NOW)
    assert statuses(outcome) == {"loose.txt": "imported", "all.zip/good.txt": "unchanged", "all.zip/bad.txt": "refused", "all.zip/new.txt": "imported"}
    assert set(workspace.read("returns")["source_file"]) == {"loose.txt", "all.zip/new.txt"}
    assert not [file for file in (workspace.root / ".partial").rglob("*") if file.is_file()]


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"PK\x05\x06" + bytes(18)])
def test_a_broken_or_empty_archive_is_refused(workspace, content):
    drop(workspace, "all.zip", content)
    assert statuses(import_inbox(workspace, NOW)) == {"all.zip": "refused"}


def test_links_in_the_inbox_are_not_followed(workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text(RETURNS + LINE.format(day=1, units=1))
    (workspace.inbox / "file.txt").symlink_to(outside / "a.txt")
    (workspace.inbox / "folder").symlink_to(outside)
    (workspace.inbox / "gone").symlink_to(tmp_path / "nowhere")
    outcome = import_inbox(workspace, NOW)
    assert statuses(outcome) == {"file.txt": "refused", "folder": "refused", "gone": "refused"}
    assert workspace.read("returns").empty
    assert statuses(import_files(workspace, [workspace.inbox / "file.txt"], NOW)) == {"file.txt": "imported"}, "asked for by name"


def test_named_files_and_folders_need_not_lie_in_the_inbox(workspace, tmp_path):
    elsewhere = tmp_path / "downloads"
    (elsewhere / "deep").mkdir(parents=True)
    (elsewhere / "deep" / "a.txt").write_text(RETURNS + LINE.format(day=1, units=1))
    (elsewhere / "b.txt").write_text(RETURNS + LINE.format(day=2, units=1))
    drop(workspace, "c.txt", RETURNS + LINE.format(day=3, units=1))
    outcome = import_files(workspace, [elsewhere / "b.txt", elsewhere / "deep"], NOW)
    assert statuses(outcome) == {"a.txt": "imported", "b.txt": "imported"}
    assert len(workspace.read("returns")) == 2


def test_a_suspicious_file_is_held_back_released_and_taken_back(workspace):
    drop(workspace, "monday.txt", reserved(range(100)), NOW - dt.timedelta(days=2))
    drop(workspace, "tuesday.txt", reserved(range(5)), NOW - dt.timedelta(days=1))
    outcome = import_inbox(workspace, NOW)
    assert statuses(outcome) == {"monday.txt": "imported", "tuesday.txt": "quarantined"}
    held = outcome.files[1]
    assert [(reason.code, reason.value, reason.before) for reason in held.reasons] == [("rows_fell", 5, 100), ("skus_lost", 95, 100)]
    assert (held.rows, held.kept, held.dropped) == (5, 0, {"quarantined": 5})
    assert len(workspace.read("stock")) == 100

    assert statuses(import_inbox(workspace, NOW))["tuesday.txt"] == "quarantined", "still"
    freed = runs.release(workspace, "tuesday.txt")
    assert (freed.status, freed.kept, freed.sha256) == ("imported", 5, held.sha256)
    assert len(workspace.read("stock")) == 105
    assert statuses(import_inbox(workspace, NOW)) == {"monday.txt": "unchanged", "tuesday.txt": "unchanged"}
    with pytest.raises(NoSuchFile):
        runs.release(workspace, "tuesday.txt")

    assert runs.undo(workspace, held.sha256[:12]).status == "undone"
    assert len(workspace.read("stock")) == 100
    assert statuses(import_inbox(workspace, NOW))["tuesday.txt"] == "unchanged", "the inbox does not bring it back by itself"
    again = import_files(workspace, [workspace.inbox / "tuesday.txt"], NOW)
    assert statuses(again) == {"tuesday.txt": "quarantined"}


def test_taking_a_file_back_shows_what_was_before(workspace):
    first, second = RETURNS + LINE.format(day=1, units=1), RETURNS + LINE.format(day=1, units=9)
    drop(workspace, "a.txt", first, NOW - dt.timedelta(days=1))
    drop(workspace, "b.txt", second)
    import_inbox(workspace, NOW)
    assert workspace.read("returns")["units"].tolist() == [9]
    runs.undo(workspace, "b.txt")
    assert workspace.read("returns")["units"].tolist() == [1]
    assert len(list((workspace.root / "tables" / "returns").glob("*.parquet"))) == 1
    import_files(workspace, [workspace.inbox / "b.txt"], NOW)
    assert workspace.read("returns")["units"].tolist() == [9]
    runs.undo(workspace, "a.txt")
    assert workspace.read("returns")["units"].tolist() == [9]


def test_built_in_rows_that_two_files_bring_stay_until_both_are_gone(workspace):
    drop(workspace, "a.txt", reserved(range(3)), NOW - dt.timedelta(days=1))
    drop(workspace, "b.txt", reserved(range(4)))
    import_inbox(workspace, NOW)
    nodes = workspace.read("nodes")["node"].tolist()
    runs.undo(workspace, "a.txt")
    assert workspace.read("nodes")["node"].tolist() == nodes == ["fba-us"]
    import_files(workspace, [workspace.inbox / "a.txt"], NOW)
    runs.undo(workspace, "b.txt")
    assert workspace.read("nodes")["node"].tolist() == nodes
    runs.undo(workspace, "a.txt")
    assert workspace.read("nodes").empty
    assert not list((workspace.root / "tables").rglob("*.parquet"))


def test_a_clock_set_back_loses_nothing_and_is_told(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    import_inbox(workspace, NOW)
    past = NOW - dt.timedelta(days=400)
    drop(workspace, "b.txt", RETURNS + LINE.format(day=2, units=1), saved=NOW)
    outcome = import_inbox(workspace, past)
    told = next(file for file in outcome.files if file.file == "b.txt")
    assert "clock_back" in [note.code for note in told.notes]
    assert len(workspace.read("returns")) == 2
    assert workspace.files().set_index("name").loc["b.txt", "known_at"] == past
    assert workspace.newest_known() == NOW


def test_a_header_without_rows_is_imported(workspace):
    drop(workspace, "a.txt", RETURNS)
    outcome = import_inbox(workspace, NOW).files[0]
    assert (outcome.status, outcome.rows, outcome.kept, outcome.faults) == ("imported", 0, 0, ())


def test_a_file_that_changes_while_it_is_read_is_refused(workspace, monkeypatch):
    file = drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    real = Workspace.staging

    def growing(self, *given):
        file.write_text(RETURNS + LINE.format(day=1, units=1) + LINE.format(day=2, units=1))
        return real(self, *given)

    monkeypatch.setattr(Workspace, "staging", growing)
    outcome = import_inbox(workspace, NOW).files[0]
    assert outcome.status == "refused" and "changed while it was read" in str(outcome.faults[0])
    assert workspace.read("returns").empty
    monkeypatch.undo()
    assert statuses(import_inbox(workspace, NOW)) == {"a.txt": "imported"}


def test_two_imports_at_once_lose_nothing(workspace):
    for day in range(1, 9):
        drop(workspace, f"{day}.txt", RETURNS + LINE.format(day=day, units=day))
    code = "import datetime as dt, sys; from workbench.runs import import_inbox; from workbench.store import Workspace; from pathlib import Path; "
    code += "print(len(import_inbox(Workspace(Path(sys.argv[1])), dt.datetime(2026, 11, 1, 6)).names('imported')))"
    children = [subprocess.Popen([sys.executable, "-c", code, str(workspace.root)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(child.communicate()[0]) for child in children) == 8
    assert sorted(workspace.read("returns")["units"]) == list(range(1, 9))
    assert len(list((workspace.root / "tables" / "returns").glob("*.parquet"))) == 8


def test_what_a_buyer_wrote_is_not_stored(workspace):
    drop(workspace, "a.txt", RETURNS + LINE.format(day=1, units=1))
    import_inbox(workspace, NOW)
    stored = b"".join(p.read_bytes() for folder in ("tables", "raw", ".partial") for p in (workspace.root / folder).rglob("*") if p.is_file())
    assert b"UNWANTED_ITEM" in stored
    assert b"555" not in stored and b"LPN1" not in stored and "call me" not in workspace.read("returns").to_csv()


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
