"""Tables of a workspace are read one by one, when somebody asks for one."""

import datetime as dt

import pandas as pd
import pytest

from workbench.store import Tables, Workspace
from workbench.tables.selection import some_of


@pytest.fixture
def tables(tmp_path):
    return Tables(Workspace.create(tmp_path / "shop"), dt.date(2026, 11, 1))


def test_comparing_and_keeping_them_reads_nothing(tables):
    other = Tables(tables._workspace, tables._as_of)
    assert tables == tables, "as widgets do when they are given what they have"
    assert tables != other
    assert len({tables, other}) == 2
    assert tables._read == {}


def test_one_table_is_read_when_asked_for(tables):
    assert tables["items"].empty
    assert list(tables._read) == ["items"]
    assert "no such table" not in tables
    with pytest.raises(KeyError):
        tables["no such table"]


def test_a_part_of_a_table_leaves_the_rest_on_disk(workspace_of_days):
    tables = Tables(workspace_of_days, dt.date(2026, 6, 30))
    asked = {"columns": ("date", "units"), "since": dt.date(2026, 6, 2), "sku": ["A", "it's"]}
    found = tables.part("sales", **asked)
    assert found["units"].tolist() == [2.0, 5.0]
    assert list(found) == ["date", "units"]
    assert tables._read == {}
    pd.testing.assert_frame_equal(some_of(tables["sales"], **asked).reset_index(drop=True), found)
    pd.testing.assert_frame_equal(tables.part("sales", **asked).reset_index(drop=True), found)
    assert tables.part("sales", sku=[]).empty


@pytest.fixture
def workspace_of_days(workspace, fill):
    days = [("A", 1, 1.0), ("A", 2, 2.0), ("B", 2, 3.0), ("it's", 1, 4.0), ("it's", 2, 5.0)]
    fill("sales", [{"sku": sku, "channel": "shop", "date": f"2026-06-0{day}", "units": units} for sku, day, units in days])
    return workspace
