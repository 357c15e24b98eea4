"""What `workbench doctor` finds, and what it says to do about it."""

import datetime as dt
import os
from types import SimpleNamespace

import pytest

from workbench.runs import doctor, import_inbox
from workbench.store import Workspace

SUMMARY = (
    "Date,FNSKU,ASIN,MSKU,Title,Disposition,Starting Warehouse Balance,In Transit Between Warehouses,Receipts,Customer Shipments,Customer Returns,"
    "Vendor Returns,Warehouse Transfer In/Out,Found,Lost,Damaged,Disposed,Other Events,Ending Warehouse Balance,Unknown Events,Location\n"
    "10/01/2026,X1,B1,SKU-1,Lamp,SELLABLE,10,0,0,-3,0,0,0,0,0,0,0,0,7,0,US\n"
)
DETAIL = "Date,FNSKU,ASIN,MSKU,Title,Event Type,Reference ID,Quantity,Fulfillment Center,Disposition,Reason,Country\n" + (
    "10/01/2026,X1,B1,SKU-1,Lamp,Shipments,1,{shipped},PHX7,SELLABLE,,US\n"
)


def findings(folder):
    return {finding.what: finding for finding in doctor.examine(folder)}


def of(folder, word):
    return next(finding for what, finding in findings(folder).items() if word in what)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop")


def drop(workspace, name, text, day):
    file = workspace.inbox / name
    file.write_text(text)
    os.utime(file, (day.timestamp(), day.timestamp()))


def test_a_folder_that_is_no_workspace(tmp_path):
    finding = of(tmp_path, str(tmp_path))
    assert not finding.ok
    assert f"workbench init {tmp_path}" in finding.todo


def test_an_empty_workspace_asks_for_reports(workspace):
    assert str(workspace.inbox) in of(workspace.root, "Data to").todo
    assert not of(workspace.root, "Data to").ok


def test_a_full_disk(workspace, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=2e8))
    assert not of(workspace.root, "GB of disk").ok


@pytest.mark.parametrize(("shipped", "ok"), [(-3, True), (-1, False)])
def test_two_views_of_one_ledger_are_held_against_each_other(workspace, shipped, ok):
    drop(workspace, "summary.csv", SUMMARY, dt.datetime(2026, 10, 3, tzinfo=dt.UTC))
    drop(workspace, "detail.csv", DETAIL.format(shipped=shipped), dt.datetime(2026, 10, 4, tzinfo=dt.UTC))
    assert {file.status for file in import_inbox(workspace, dt.datetime(2026, 10, 5)).files} == {"imported"}
    finding = of(workspace.root, "Stock ledger")
    assert finding.ok is ok
    assert all(word in finding.todo for word in ("SKU-1", "fba-us", "9", "7", "detail.csv")) or ok
