"""A workspace folder: made once, files kept exactly, imported once, rejected with reasons."""

import datetime as dt
import hashlib
import os

import pandas as pd
import pytest

from workbench.errors import Fault, InvalidTable, NotAWorkspace
from workbench.store import Workspace, manifest
from workbench.tables.account import Account

NOW = dt.datetime(2026, 6, 30, 12)
SALE = {"sku": "A", "channel": "shop", "date": "2026-06-01", "units": 3}


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(NotAWorkspace, match="workbench init"):
        Workspace(tmp_path)


def test_create_writes_settings_that_are_read_back(tmp_path):
    mapping = {"name": "till", "table": "orders", "columns": {"sku": "Stock Code", "order_id": 'No. "x"'}, "constants": {"channel": "shop", "line": 0}}
    made = Workspace.create(tmp_path / "a", shop='Tea "& Co"', as_of=dt.date(2026, 5, 1), mapping=[{**mapping, "drop_skus": ["POST", "gift_*"]}])
    assert (made.settings.shop, made.settings.as_of, made.settings.currency) == ('Tea "& Co"', dt.date(2026, 5, 1), "USD")
    assert made.settings.mapping[0].columns == mapping["columns"]
    assert made.settings.mapping[0].constants == {"channel": "shop", "line": 0}
    assert made.settings.mapping[0].drop_skus == ["POST", "gift_*"]
    assert all(folder.is_dir() for folder in (made.inbox, made.raw, made.runs))


def test_create_never_overwrites(tmp_path):
    Workspace.create(tmp_path, shop="First")
    assert Workspace.create(tmp_path, shop="Second").settings.shop == "First"


def test_keep_is_byte_exact_and_happens_once(workspace, drop):
    raw = drop("a.csv", "sku,units\r\nA,1\r\n", dt.datetime(2026, 6, 3, 7, 8, 9))
    assert raw.path.read_bytes() == (workspace.inbox / "a.csv").read_bytes()
    assert raw.sha256 == hashlib.sha256(raw.path.read_bytes()).hexdigest()
    assert raw.path == workspace.raw / raw.sha256[:16] / "a.csv"
    assert (raw.known_at, raw.size, raw.name) == (dt.datetime(2026, 6, 3, 7, 8, 9), 16, "a.csv")
    assert drop("other name.csv", "sku,units\r\nA,1\r\n") == raw
    assert len(list(workspace.raw.rglob("*.csv"))) == 1


def test_a_file_is_never_known_before_now(workspace, drop):
    assert drop("a.csv", "x", saved=NOW + dt.timedelta(days=3)).known_at == NOW


def test_importing_twice_changes_nothing(workspace, drop, facts):
    raw = drop("a.csv", "x")
    workspace.add({"sales": facts("sales", [SALE], raw)}, raw, "daily")
    before, version = (workspace.root / manifest.FILE).read_bytes(), workspace.version()
    again = Workspace(workspace.root)
    raw = again.keep(again.look(workspace.inbox / "a.csv", NOW + dt.timedelta(days=9)))
    assert again.has(raw.sha256)
    again.add({"sales": facts("sales", [{**SALE, "units": 9}], raw)}, raw, "daily")
    again.refuse(raw, "daily", Account(faults=[Fault(got="late doubts")]))
    assert (workspace.root / manifest.FILE).read_bytes() == before
    assert again.version() == version
    assert again.read("sales")["units"].tolist() == [3]


def test_files_tell_what_became_of_each(workspace, drop, facts):
    good, bad, odd = drop("good.csv", "1", dt.datetime(2026, 6, 1)), drop("bad.csv", "2", dt.datetime(2026, 6, 2)), drop("odd.csv", "3")
    workspace.add({"sales": facts("sales", [SALE, {**SALE, "date": "2026-06-04"}], good), "items": facts("items", [], good)}, good, "daily")
    workspace.refuse(bad, "daily", Account(rows=1, dropped={"refused": 1}, faults=[Fault(row=2, column="units", expected="a number", got="'x'")]))
    workspace.quarantine(odd, "daily", Account(), [], {})
    files = workspace.files().set_index("name")
    assert files["status"].to_dict() == {"good.csv": "imported", "bad.csv": "refused", "odd.csv": "quarantined"}
    assert files["rows"].to_dict() == {"good.csv": 2, "bad.csv": 1, "odd.csv": 0}
    assert list(map(str, files.loc["bad.csv", "faults"])) == ["line 2, column units: expected a number, got 'x'"]
    assert (files.loc["good.csv", "first_date"], files.loc["good.csv", "last_date"]) == (pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-04"))
    assert [workspace.has(raw.sha256) for raw in (good, bad, odd)] == [True, False, False]


def test_a_refused_file_may_be_tried_again(workspace, drop, facts):
    raw = drop("a.csv", "x")
    workspace.refuse(raw, "", Account(faults=[Fault(got="no reader")]))
    workspace.add({"sales": facts("sales", [SALE], raw)}, raw, "mapped")
    assert workspace.files()[["status", "report"]].to_numpy().tolist() == [["imported", "mapped"]]
    assert len(workspace.read("sales")) == 1


def test_an_empty_report_is_imported_without_rows(workspace, drop, facts):
    raw = drop("empty.csv", "header only")
    workspace.add({"sales": facts("sales", [SALE], raw).iloc[:0]}, raw, "daily")
    assert workspace.files()["status"].tolist() == ["imported"]
    assert workspace.read("sales").empty
    assert workspace.newest_known() is None


def test_the_same_few_rows_are_kept_once(workspace, drop, facts):
    """Most files bring the same built-in rows; those that differ in a value or in when they were known are kept."""
    for name, change in (("a", {}), ("b", {}), ("c", {"name": "Amazon USA"}), ("d", {"known_at": pd.Timestamp("1990-01-01")})):
        raw = drop(f"{name}.csv", name)
        row = {"channel": "amazon-us", "name": "Amazon US"}
        workspace.add({"channels": facts("channels", [row], raw).assign(**{"known_at": pd.Timestamp("1970-01-01"), **change})}, raw, "orders")
    assert [part.rows for part in manifest.load(workspace.root).tables["channels"]] == [1, 1, 1]
    assert len(workspace.files()) == 4
    assert workspace.read("channels")["channel"].tolist() == ["amazon-us"]


def test_numbers_of_another_kind_are_brought_into_form(workspace, drop, facts):
    raw = drop("a.csv", "x")
    workspace.add({"sales": facts("sales", [SALE], raw).astype({"units": "int64"})}, raw, "daily")
    assert workspace.read("sales")["units"].dtype == "float64"


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        ("plan", {}, "expected one of items"),
        ("sales", {"units": "many"}, "column units: expected float64"),
        ("sales", {"sku": None}, "column sku: expected a value"),
        ("sales", {"known_at": pd.NaT}, "column known_at: expected a value"),
    ],
)
def test_add_refuses_what_would_be_unreadable(workspace, drop, facts, table, change, fault):
    raw = drop("a.csv", "x")
    with pytest.raises(InvalidTable, match=fault):
        workspace.add({table: facts("sales", [SALE], raw).assign(**change)}, raw, "daily")
    assert not workspace.has(raw.sha256)


def test_version_and_newest_known_follow_every_import(workspace, fill):
    versions = [workspace.version()]
    for saved in (dt.datetime(2026, 6, 3), dt.datetime(2026, 6, 2)):
        fill("sales", [SALE], saved)
        versions.append(workspace.version())
    assert len(set(versions)) == 3
    assert workspace.newest_known() == dt.datetime(2026, 6, 3)


def test_the_state_may_lie_elsewhere(tmp_path):
    other = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    made = Workspace.create(tmp_path / "shop", state_url=other)
    made.state.save_run({"id": "r1", "name": "daily", "started": "2026-06-30T07:00:00"})
    assert (tmp_path / "elsewhere.db").exists()
    assert not (made.root / "state.db").exists()


def test_names_that_need_quoting_are_read(tmp_path, facts):
    made = Workspace.create(tmp_path / 'Bob\'s shop, "spring"')
    file = made.inbox / "it's.csv"
    file.write_text("x")
    os.utime(file, (1, 1))
    raw = made.keep(made.look(file, NOW))
    made.add({"sales": facts("sales", [{**SALE, "channel": "bob's"}], raw)}, raw, "daily")
    assert made.read("sales")["channel"].tolist() == ["bob's"]
