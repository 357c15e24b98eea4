"""Tables of a workspace are read one by one, when somebody asks for one."""

import datetime as dt

import pytest

from workbench.store import Tables, Workspace


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
