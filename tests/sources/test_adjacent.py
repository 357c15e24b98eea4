"""Lines of an order are seen together, however a big file is cut into blocks."""

import datetime as dt
import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import adjacent
from workbench.sources.answer import Context
from workbench.sources.reading.block import Block
from workbench.sources.shops import shopify_orders

values = st.lists(st.sampled_from(["a", "b", None]), max_size=12)


def blocks_of(parts):
    line = 1
    for part in parts:
        lines = np.arange(line + 1, line + 1 + len(part))
        line += len(part)
        yield Block(pa.table({"0": pa.chunked_array([pa.array(part, pa.string())])}), lines)


@given(st.lists(values, min_size=1, max_size=6))
def test_runs_are_never_parted_and_nothing_is_lost(parts):
    found = list(adjacent.whole(blocks_of(parts), "0"))
    cells = [block.table.column("0").to_pylist() for block in found]
    assert [cell for part in cells for cell in part] == [cell for part in parts for cell in part]
    assert np.concatenate([block.lines for block in found]).tolist() == list(range(2, 2 + sum(map(len, parts))))
    filled = [part for part in cells if part]
    assert all(one[-1] != other[0] for one, other in itertools.pairwise(filled))


def test_a_file_of_one_value_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(adjacent, "MOST_ROWS", 10)
    found = list(adjacent.whole(blocks_of([["a"] * 4] * 6), "0"))
    assert sum(len(block.lines) for block in found) == 24 and max(len(block.lines) for block in found) < 14


class Pieces:
    """A sheet that gives a few rows at a time."""

    decimal_comma = False

    def __init__(self, header, rows, size):
        self.header, self.rows, self.size = header, rows, size

    def blocks(self, places, least=0, watch=None):
        for start in range(0, len(self.rows), self.size):
            part = self.rows[start : start + self.size]
            columns = {str(place): pa.array([row[place] or None for row in part], pa.string()) for place in places}
            yield Block(pa.table(columns), np.arange(start + 2, start + 2 + len(part)))


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_orders_of_a_big_file(size):
    """The discount of an order is spread over all its lines and their day comes from the first, in whatever block they stand."""
    header = ["Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Currency", "Subtotal", "Discount Amount"]
    rows = []
    for order in range(20):
        rows.append([f"#{order}", "2026-06-01 10:00:00 -0400", "1", "Mug", "10.00", "MUG", "USD", "29.00", "1.00"])
        rows += [[f"#{order}", "", "1", "Mug", "10.00", f"MUG{n}", "", "", ""] for n in (1, 2)]
    found = shopify_orders.REPORT.read(Pieces(header, rows, size), Context("orders.csv", dt.datetime(2026, 7, 1))).tables()["orders"]
    assert len(found) == 60 and found["currency"].eq("USD").all()
    assert found.groupby("order_id")["discount"].sum().round(2).eq(1.0).all()
