"""Files that overlap: the newer of a report replaces exactly its days, other reports are merged, earlier versions stay readable."""

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.store import Workspace, coverage, manifest, query
from workbench.store.part import Part, Span

JUNE = [dt.datetime(2026, 6, day) for day in range(1, 31)]


def sale(sku="A", day=1, channel="shop", **values):
    return {"sku": sku, "channel": channel, "date": f"2026-06-{day:02d}", **values}


def stock(sku, day, on_hand, node="fba-us"):
    return {"sku": sku, "node": node, "date": f"2026-06-{day:02d}", "on_hand": on_hand}


def seen(workspace, table="sales", **given):
    found = workspace.read(table, **given)
    value = {"sales": "units", "stock": "on_hand"}[table]
    return sorted((row.sku, row.date.day, getattr(row, value)) for row in found.itertuples())


def order(number, moment, day, units=1.0, channel="amazon-us"):
    moment = pd.Timestamp(moment)
    return {"channel": channel, "order_id": f"o{number}", "sku": "A", "line": 0, "date": f"2026-06-{day:02d}", "ordered_at": moment, "units": units}


def test_a_newer_file_of_a_report_replaces_exactly_its_days(workspace, fill):
    fill("sales", [sale(day=day, units=1) for day in (1, 2, 3)] + [sale("B", day=2, units=5)], JUNE[3], "daily")
    fill("sales", [sale(day=2, units=7), sale(day=3, units=8)], JUNE[5], "daily")
    assert seen(workspace) == [("A", 1, 1), ("A", 2, 7), ("A", 3, 8)], "B of day 2 is gone"
    assert seen(workspace, as_of=dt.date(2026, 6, 5)) == [("A", 1, 1), ("A", 2, 1), ("A", 3, 1), ("B", 2, 5)], "as it was known before"


def test_an_older_file_that_comes_late_replaces_nothing(workspace, fill):
    fill("sales", [sale(day=2, units=7)], JUNE[5], "daily")
    fill("sales", [sale(day=1, units=1), sale(day=2, units=2), sale("B", day=2, units=5)], JUNE[3], "daily")
    assert seen(workspace) == [("A", 1, 1), ("A", 2, 7)]


def test_only_the_places_of_a_file_are_replaced(workspace, fill):
    fill("sales", [sale(day=1, units=1), sale(day=1, units=2, channel="amazon-us")], JUNE[3], "daily")
    fill("sales", [sale("C", day=1, units=9)], JUNE[5], "daily")
    assert seen(workspace) == [("A", 1, 2), ("C", 1, 9)]


def test_another_report_is_merged_column_by_column(workspace, fill):
    fill("sales", [sale(day=1, units=1, price=5.0), sale("B", day=1, units=2)], JUNE[3], "one")
    fill("sales", [sale(day=1, units=3)], JUNE[5], "other")
    found = workspace.read("sales").set_index("sku")
    assert found.loc["A", ["units", "price"]].tolist() == [3, 5.0]
    assert found.loc["B", "units"] == 2


def test_blanks_of_a_newer_file_of_the_same_report_count(workspace, fill):
    """The report does not say it any more: what it said of the same day before does not come through."""
    fill("sales", [sale(day=1, units=1, price=5.0)], JUNE[3], "daily")
    fill("sales", [sale(day=1, units=1)], JUNE[5], "daily")
    assert workspace.read("sales")["price"].isna().all()


@pytest.mark.parametrize("report", ["FORM:stock", "sparse"])
def test_what_only_names_keys_replaces_no_days(workspace, drop, facts, report):
    first, second = drop("a", "a", JUNE[3]), drop("b", "b", JUNE[5])
    workspace.add({"stock": facts("stock", [stock("A", 1, 4), stock("B", 1, 6)], first)}, first, report)
    with workspace.staging(second, report, "keys") as staging:
        staging.write({"stock": facts("stock", [stock("A", 1, 5)], second)})
        staging.close()
        workspace.take(staging)
    assert seen(workspace, "stock") == [("A", 1, 5), ("B", 1, 6)]


def test_tables_without_a_place_are_merged_by_key(workspace, fill):
    row = {"order_id": "1", "sku": "A", "date": "2026-06-01", "line": 0, "units": 1}
    fill("returns", [row, {**row, "order_id": "2"}], JUNE[3], "returns")
    fill("returns", [{**row, "units": 2}], JUNE[5], "returns")
    assert sorted(workspace.read("returns")["units"]) == [1, 2]


def test_three_snapshots_become_a_history(workspace, fill):
    for day, (a, b) in enumerate([(4, 6), (3, 0), (9, 2)], start=1):
        fill("stock", [stock("A", day, a), stock("B", day, b)], JUNE[day], "planning")
    assert seen(workspace, "stock") == [("A", 1, 4), ("A", 2, 3), ("A", 3, 9), ("B", 1, 6), ("B", 2, 0), ("B", 3, 2)]
    assert len(workspace.read("stock", as_of=dt.date(2026, 6, 3))) == 4
    assert "GROUP BY" not in query.select("stock", manifest.load(workspace.root).tables["stock"], workspace.root)


def test_an_orders_file_cut_at_midnight_utc_keeps_the_rest_of_that_day(workspace, fill):
    """A day in Los Angeles begins at 7:00 UTC: a file from 00:00 UTC on holds only the evening of its first day."""
    fill("orders", [order(1, "2026-06-02 18:00", 2), order(2, "2026-06-03 02:00", 2), order(3, "2026-06-03 18:00", 3)], JUNE[4], "orders")
    fill("orders", [order(2, "2026-06-03 02:00", 2, 5.0), order(4, "2026-06-03 19:00", 3)], JUNE[6], "orders")
    found = workspace.read("orders").sort_values("order_id")
    assert found["order_id"].tolist() == ["o1", "o2", "o4"]
    assert found["units"].tolist() == [1, 5, 1]


def test_an_orders_file_cut_in_the_middle_of_a_day_keeps_its_morning(workspace, fill):
    hours = [(day, hour) for day in (1, 2, 3) for hour in range(8, 24)]
    fill("orders", [order(f"{d}-{h}", f"2026-06-{d:02d} {h:02d}:30", d) for d, h in hours], JUNE[4], "orders")
    fill("orders", [order(f"{d}-{h}", f"2026-06-{d:02d} {h:02d}:30", d, 2.0) for d, h in hours if (d, h) >= (2, 16)], JUNE[6], "orders")
    found = workspace.read("orders").set_index("order_id")["units"]
    assert len(found) == len(hours)
    assert found["o2-15"] == 1 and found["o2-16"] == 2 and found["o1-23"] == 1


def test_many_downloads_of_the_last_month_are_read_without_merging(workspace, fill):
    for end in range(10, 30):
        fill("stock", [stock("A", day, end * 100 + day) for day in range(end - 9, end + 1)], JUNE[end], "ledger")
    found = workspace.read("stock").sort_values("date")
    assert found["on_hand"].tolist() == [
        *((day + 9) * 100 + day for day in range(1, 20)),
        *(2900 + day for day in range(20, 30)),
    ]
    assert "GROUP BY" not in query.select("stock", manifest.load(workspace.root).tables["stock"], workspace.root)


def part(first, last, *places, report="daily", covers="days", known=0) -> Part:
    first, last = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    spans = tuple(Span(place=place, first=first, last=last) for place in places)
    given = {"rows": 1, "source": "", "columns": "", "known_first": JUNE[known], "known_last": JUNE[known], "first_date": first, "last_date": last}
    return Part(file=f"{first}-{places}-{known}", places=places, report=report, covers=covers, spans=spans, **given)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([part("2026-01-01", "2026-01-31", "a"), part("2026-02-01", "2026-02-28", "a", report="x")], []),
        ([part("2026-01-01", "2026-01-31", "a"), part("2026-01-01", "2026-01-31", "b", report="x")], []),
        ([part("2026-01-01", "2026-01-31", "a"), part("2026-01-01", "2026-01-31", "a", known=1)], []),
        (
            [part("2026-01-01", "2026-01-31", "a"), part("2026-01-31", "2026-02-28", "a", "b", report="x")],
            [("a", "2026-01-31", "2026-02-01")],
        ),
        (
            [part("2026-01-01", "2026-01-02", "a", covers="keys")] * 2 + [part("2026-01-03", "2026-01-04", "a", covers="keys")] * 2,
            [("a", "2026-01-01", "2026-01-05")],
        ),
    ],
)
def test_parts_collide_only_on_shared_days_of_a_shared_place(parts, expected):
    found = coverage.joint(coverage.pieces("sales", parts))
    assert [(place, *(str(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=at))[:10] for at in bounds)) for place, *bounds in found] == expected


def test_many_windows_become_one():
    year = [str(dt.date(2026, 1, 1) + dt.timedelta(days=2 * n)) for n in range(coverage.MAX_INTERVALS + 1)]
    parts = [part(day, day, "a", report=report) for day in year for report in "xy"]
    assert len(coverage.joint(coverage.pieces("sales", parts))) == 1


intervals = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda pair: (pair[0], sum(pair))), max_size=12)


@given(intervals)
def test_covered_is_a_set_of_positions(given_intervals):
    covered, plain = coverage.Covered(), set()
    for low, high in given_intervals:
        assert {at for a, b in covered.free(low, high) for at in range(a, b)} == set(range(low, high)) - plain
        covered.add(low, high)
        plain |= set(range(low, high))
    assert set(range(50)) - plain == {at for a, b in covered.free(0, 50) for at in range(a, b)}


cells = st.tuples(st.sampled_from("AB"), st.integers(1, 5), st.sampled_from(["shop", "amazon-us"]), st.sampled_from([None, 1.0, 2.0, 3.0]))
files = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["one", "other"]), st.lists(cells, min_size=1, max_size=6, unique_by=lambda c: c[:3])), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(files=files, until=st.none() | st.integers(1, 8))
def test_reading_equals_the_plain_definition(facts, files, until):
    """Oracle: file by file as they became known, first strike the report's rows of its days, then fill column by column."""
    last = pd.Timestamp("2026-06-30" if until is None else f"2026-06-{until:02d}") + pd.Timedelta(days=1)
    held: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder))
        for number, (known, report, rows) in enumerate(files):
            file = workspace.inbox / f"{number}.csv"
            file.write_text(f"{number}")
            raw = workspace.keep(workspace.look(file, JUNE[known] + dt.timedelta(minutes=number)))
            rows = [sale(sku, day, channel, units=units) for sku, day, channel, units in rows]
            workspace.add({"sales": facts("sales", rows, raw)}, raw, report)
            held.append({"known": raw.known_at, "report": report, "rows": rows})
        found = workspace.read("sales", as_of=None if until is None else dt.date(2026, 6, until))
        workspace.state.engine.dispose()
    facts_now: dict[str, dict] = {}
    for file in sorted((file for file in held if file["known"] < last), key=lambda file: file["known"]):
        mine = facts_now.setdefault(file["report"], {})
        for channel in {row["channel"] for row in file["rows"]}:
            days = [row["date"] for row in file["rows"] if row["channel"] == channel]
            for key in [key for key in mine if key[1] == channel and min(days) <= key[2] <= max(days)]:
                del mine[key]
        mine.update({(row["sku"], row["channel"], row["date"]): (file["known"], row["units"]) for row in file["rows"]})
    versions: dict[tuple, list] = {}
    for mine in facts_now.values():
        for key, version in mine.items():
            if pd.Timestamp(key[2]) < last:
                versions.setdefault(key, []).append(version)
    expected = {
        key: next((units for _, units in sorted(told, reverse=True, key=lambda v: v[0]) if units is not None), np.nan) for key, told in versions.items()
    }
    got = {(row.sku, row.channel, f"{row.date:%Y-%m-%d}"): row.units for row in found.itertuples()}
    assert got.keys() == expected.keys()
    assert all(np.isclose(got[key], value, equal_nan=True) for key, value in expected.items())
