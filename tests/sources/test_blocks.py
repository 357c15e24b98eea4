"""A file read in many small blocks says what it says as one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InvalidTable
from workbench.settings import Mapping
from workbench.sources.keys import KeyCounts, hashes
from workbench.sources.reading import delimited
from workbench.tables import schema

ORDERS = ["amazon-order-id", "purchase-date", "order-status", "sales-channel", "sku", "quantity", "item-price", "currency"]


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of about twenty rows."""
    monkeypatch.setattr(delimited, "PIECE_BYTES", 600)
    monkeypatch.setattr(delimited, "BLOCK_ROWS", 20)


def order(number, **cells):
    line = {"order": f"111-{number}", "date": "2026-05-01T00:00:00+00:00", "state": "Shipped", "channel": "Amazon.com", "sku": "A", "quantity": "1"}
    return [*{**line, "price": "9.99", "currency": "USD", **cells}.values()]


def blocks_of(file, parse):
    parsed = parse(file)
    return parsed, parsed.tables()


def test_many_blocks_make_the_tables_of_one(write, parse, monkeypatch):
    rows = [order(n // 3, sku=f"S{n % 2}", channel="Amazon.de" if n % 5 else "Amazon.com") for n in range(400)]
    rows[37], rows[211] = [], ["", *[""] * 7]
    file = write(ORDERS, *rows)
    whole = parse(file)
    monkeypatch.setattr(delimited, "PIECE_BYTES", 600)
    monkeypatch.setattr(delimited, "BLOCK_ROWS", 20)
    pieces = parse(file)
    for table, frame in whole.tables().items():
        pd.testing.assert_frame_equal(pieces.tables()[table], frame)
    assert (pieces.answer.rows, pieces.answer.kept) == (whole.answer.rows, whole.answer.kept) == (398, 398)


def test_lines_of_an_order_are_numbered_over_blocks(small_blocks, write, parse):
    found = parse(write(ORDERS, *[order(n % 50) for n in range(200)])).tables()["orders"]
    assert found["line"].tolist() == [n // 50 for n in range(200)]


def test_a_key_that_comes_again_in_another_block_is_a_fault(small_blocks, write, parse):
    rows = [[f"S{n}", "3pl-us", "2026-06-01", "1"] for n in range(100)]
    with pytest.raises(InvalidTable) as caught:
        parse(write(["sku", "node", "date", "available"], *rows, ["S3", "3pl-us", "2026-06-01", "2"]))
    assert list(map(str, caught.value.faults)) == ["line 102, column sku, node, date: expected one row per key, got one more"]


def test_faults_of_all_blocks_are_listed_and_counted(write, parse, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_ROWS", 700)
    rows = [order(n, quantity="x" if n % 2 else "1") for n in range(3000)]
    with pytest.raises(InvalidTable) as caught:
        parse(write(ORDERS, *rows))
    assert len(caught.value.faults) == 1001
    assert str(caught.value.faults[-1]) == "and 500 more"


@pytest.mark.parametrize(("told_by", "first"), [("13/05/2026", "2026-05-03"), ("05/13/2026", "2026-03-05"), ("03/05/2026", "2026-03-05")])
def test_the_order_of_day_and_month_is_that_of_the_whole_file(small_blocks, write, parse, told_by, first):
    rows = [[f"S{n}", "3pl-us", "03/05/2026", "1"] for n in range(100)]
    parsed = parse(write(["sku", "node", "date", "available"], *rows, ["Z", "3pl-us", told_by, "1"]))
    assert parsed.tables()["stock"]["date"].iloc[0] == pd.Timestamp(first)
    assert [note.code for note in parsed.answer.notes] == ["ambiguous_dates"] * (told_by == "03/05/2026")


@pytest.mark.parametrize(("told_by", "first"), [("5,5", 1234.0), ("5.5", 1.234), ("7", 1.234)])
def test_the_decimal_mark_is_that_of_the_whole_column(small_blocks, write, parse, told_by, first):
    rows = [[f"S{n}", "1.234"] for n in range(100)]
    found = parse(write(["supplier", "order_cost"], *rows, ["Z", told_by], delimiter="\t")).tables()["suppliers"]
    assert found["order_cost"].iloc[0] == first


def test_lines_of_an_order_are_completed_from_its_first_in_another_block(small_blocks, write, parse):
    mapping = Mapping(
        name="shop", table="orders", columns={"order_id": "No", "sku": "Art", "units": "Qty", "date": "Day"}, constants={"channel": "shop", "currency": "USD"}
    )
    rows = [[f"{n // 7}", f"S{n}", "1", "2026-06-01" if n % 7 == 0 else ""] for n in range(140)]
    found = parse(write(["No", "Art", "Qty", "Day"], *rows, delimiter=","), [mapping]).tables()["orders"]
    assert len(found) == 140 and found["date"].notna().all()


@pytest.mark.parametrize("report", ["sales", "orders"])
def test_without_rows_there_is_one_empty_block(small_blocks, write, parse, report):
    header = ORDERS if report == "orders" else [c.name for c in schema.columns("sales")][:6]
    parsed = parse(write(header))
    assert parsed.answer.rows == 0 and all(frame.empty for frame in parsed.tables().values())


@given(st.lists(st.lists(st.integers(0, 9), max_size=20), max_size=8))
def test_numbers_of_keys_are_those_of_one_long_list(parts):
    counts, every = KeyCounts(), pd.Series([key for part in parts for key in part], dtype="int64")
    found = [number for part in parts for number in counts.numbers(hashes(np.array(part, dtype="int64")))]
    assert found == every.groupby(every).cumcount().tolist()


@given(st.lists(st.tuples(st.text(max_size=6) | st.none(), st.text(max_size=3)), max_size=30))
def test_equal_keys_have_equal_hashes_and_others_not(rows):
    one, other = (pd.Series([row[place] for row in rows], dtype="str") for place in (0, 1))
    found = hashes(one, other)
    for a, row in zip(found, rows, strict=True):
        assert [b == a for b in found] == [row == again for again in rows]
