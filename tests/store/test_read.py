"""Reading facts: one row a key, newest known value of each column, nothing known later than the as-of day."""

import datetime as dt
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.store import Workspace, manifest, query
from workbench.tables import FACTS, schema

JUNE = [dt.datetime(2026, 6, day) for day in range(1, 31)]


def sale(sku="A", date="2026-06-01", channel="shop", **values):
    return {"sku": sku, "channel": channel, "date": date, **values}


@pytest.mark.parametrize("table", FACTS)
def test_a_table_without_data_is_empty_with_its_dtypes(workspace, table):
    pd.testing.assert_frame_equal(workspace.read(table), schema.empty(table))


def test_the_value_known_last_wins_column_by_column(workspace, fill):
    fill("sales", [sale(units=2, revenue=20.0), sale("B", units=1)], JUNE[4])
    fill("sales", [sale(units=3, price=7.0)], JUNE[2])
    found = workspace.read("sales").set_index("sku")
    assert found.loc["A", ["units", "revenue", "price"]].tolist() == [2, 20.0, 7.0]
    assert found.loc["A", "known_at"] == JUNE[4]
    assert found.loc["A", "source_file"] == "file-0.csv"
    assert found.loc["B", "units"] == 1


def test_a_later_blank_never_erases(workspace, fill):
    fill("items", [{"sku": "A", "title": "Kettle", "unit_cost": 4.0}], JUNE[0])
    fill("items", [{"sku": "A", "unit_cost": 5.0}], JUNE[1])
    assert workspace.read("items", ["title", "unit_cost"]).to_numpy().tolist() == [["Kettle", 5.0]]


def test_as_of_takes_neither_later_knowledge_nor_later_days(workspace, fill):
    fill("sales", [sale(units=1), sale(date="2026-06-05", units=2)], JUNE[1])
    fill("sales", [sale(units=9), sale(date="2026-06-02", units=3)], JUNE[9].replace(hour=23))
    assert workspace.read("sales", as_of=dt.date(2026, 5, 31)).empty
    assert workspace.read("sales", ["date", "units"], as_of=dt.date(2026, 6, 2))["units"].tolist() == [1]
    assert workspace.read("sales", as_of=dt.date(2026, 6, 9)).sort_values("date")["units"].tolist() == [1, 2]
    assert workspace.read("sales", as_of=dt.date(2026, 6, 10)).sort_values("date")["units"].tolist() == [9, 3, 2]


def test_dates_ahead_count_in_tables_without_a_day_of_their_own(workspace, fill):
    fill("events", [{"event": "prime_day", "channel": "all", "start_date": pd.Timestamp("2026-12-01"), "end_date": pd.Timestamp("2026-12-02")}], JUNE[0])
    assert len(workspace.read("events", as_of=dt.date(2026, 6, 10))) == 1


def test_an_announced_limit_is_known_before_its_day(workspace, fill):
    fill("capacity", [{"node": "fba-us", "storage_type": "standard", "date": pd.Timestamp("2026-12-01"), "limit_ft3": 40.0}], JUNE[3])
    assert [len(workspace.read("capacity", as_of=dt.date(2026, 6, day))) for day in (3, 4)] == [0, 1]


def test_an_order_exported_twice_stands_once(workspace, fill):
    line = {"channel": "amazon-us", "order_id": "1", "sku": "A", "line": 0, "date": "2026-06-01", "units": 1}
    fill("orders", [{**line, "status": "pending"}, {**line, "line": 1, "status": "shipped"}], JUNE[2])
    fill("orders", [{**line, "status": "shipped", "revenue": 9.0}, {**line, "order_id": "2", "date": "2026-06-02"}], JUNE[3])
    found = workspace.read("orders").sort_values(["order_id", "line"])
    assert found["status"].tolist()[:2] == ["shipped", "shipped"]
    assert found["order_id"].tolist() == ["1", "1", "2"]


def test_reading_does_not_depend_on_the_order_of_import(tmp_path, facts):
    rows = {"x.csv": [sale(units=1, price=2.0)], "y.csv": [sale(units=5)], "z.csv": [sale(units=7, revenue=1.0)]}
    found = []
    for names in (["x.csv", "y.csv", "z.csv"], ["z.csv", "x.csv", "y.csv"]):
        workspace = Workspace.create(tmp_path / names[0])
        for name in names:
            file = workspace.inbox / name
            file.write_text(name)
            raw = workspace.keep(workspace.look(file, dt.datetime(2026, 1, 1)))
            workspace.add({"sales": facts("sales", rows[name], raw)}, raw, name)
        found.append(workspace.read("sales"))
    pd.testing.assert_frame_equal(found[0], found[1])


def test_columns_come_as_asked(workspace, fill):
    fill("sales", [sale(units=1)])
    fill("sales", [sale(units=2)], JUNE[0])
    assert workspace.read("sales", ["units", "sku"]).columns.tolist() == ["units", "sku"]


def test_a_relation_pages_without_reading_all(workspace, fill):
    fill("sales", [sale(f"S{n}", units=n) for n in range(20)])
    with duckdb.connect() as con:
        page = workspace.relation(con, "sales").filter("units >= 5").order("units DESC").limit(3).df()
    assert page["units"].tolist() == [19, 18, 17]


def test_a_part_of_an_older_form_is_read_with_blanks(workspace, fill):
    fill("items", [{"sku": "A", "title": "Kettle", "brand": "Hot"}], JUNE[0])
    now = manifest.load(workspace.root)
    part = now.tables["items"][0]
    old = pq.read_table(workspace.root / part.file).drop_columns(["brand", "unit_cost"])
    pq.write_table(old.append_column("colour", pa.array(["red"])), workspace.root / part.file)
    older = part.model_copy(update={"columns": manifest.shape([*old.column_names, "colour"])})
    manifest.save(workspace.root, manifest.Manifest(tables={"items": (older,)}, files=now.files))
    fill("items", [{"sku": "B", "unit_cost": 2.0}], JUNE[1])
    found = workspace.read("items").sort_values("sku")
    assert found.columns.tolist() == schema.empty("items").columns.tolist()
    assert found["title"].tolist()[0] == "Kettle"
    assert found["brand"].isna().all()
    assert found["unit_cost"].tolist()[1] == 2.0


def test_parts_that_cannot_collide_are_not_merged(workspace, fill):
    fill("sales", [sale(date="2026-06-01", units=1)])
    fill("sales", [sale(date="2026-06-02", units=1)])
    assert "GROUP BY" not in query.select("sales", manifest.load(workspace.root).tables["sales"], workspace.root)


cells = st.tuples(
    st.sampled_from("AB"), st.integers(1, 4), st.sampled_from(["shop", "amazon-us"]), st.sampled_from([None, 1.0, 2.0]), st.sampled_from([None, 5.0, 6.0])
)
files = st.lists(st.tuples(st.integers(0, 5), st.lists(cells, min_size=1, max_size=6, unique_by=lambda c: c[:3])), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(files=files, until=st.none() | st.integers(1, 8))
def test_reading_equals_the_plain_definition(facts, files, until):
    """Oracle: sort all rows by when they were known and fill each key's columns forward."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder))
        frames = []
        for number, (known, rows) in enumerate(files):
            file = workspace.inbox / f"{number}.csv"
            file.write_text(f"{number}")
            raw = workspace.keep(workspace.look(file, JUNE[known] + dt.timedelta(minutes=number)))
            frame = facts("sales", [sale(sku, f"2026-06-0{day}", channel, units=units, price=price) for sku, day, channel, units, price in rows], raw)
            workspace.add({"sales": frame}, raw, f"report {number}")
            frames.append(frame)
        as_of = None if until is None else dt.date(2026, 6, until)
        found = workspace.read("sales", as_of=as_of)
        workspace.state.engine.dispose()
    together = pd.concat(frames).sort_values("known_at", kind="stable")
    if as_of:
        together = together[(together["known_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)) & (together["date"] <= pd.Timestamp(as_of))]
    key = ["sku", "channel", "date"]
    expected = together.groupby(key)[["units", "price", "known_at"]].last()
    assert np.array_equal(found.sort_values(key)[["units", "price"]].to_numpy(), expected[["units", "price"]].to_numpy(), equal_nan=True)
    assert found.sort_values(key)["known_at"].tolist() == expected["known_at"].tolist()
