"""Lines of an order are seen together, however a big file is cut into blocks."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import adjacent
from workbench.sources.reading import delimited
from workbench.sources.reading.block import Block
from workbench.sources.report import joined

values = st.lists(st.sampled_from(["a", "b", None]), max_size=12)


def blocks_of(parts):
    line = 1
    for part in parts:
        lines = np.arange(line + 1, line + 1 + len(part))
        line += len(part)
        yield Block(pa.table({"0": pa.chunked_array([pa.array(part, pa.string())])}), lines)


@given(st.lists(values, min_size=1, max_size=6))
def test_runs_are_never_parted_and_nothing_is_lost(parts):
    found = list(adjacent.whole(blocks_of(parts), "0", joined))
    cells = [block.table.column("0").to_pylist() for block in found]
    assert [cell for part in cells for cell in part] == [cell for part in parts for cell in part]
    assert np.concatenate([block.lines for block in found]).tolist() == list(range(2, 2 + sum(map(len, parts))))
    filled = [part for part in cells if part]
    assert all(one[-1] != other[0] for one, other in itertools.pairwise(filled))


def test_a_file_of_one_value_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(adjacent, "MOST_ROWS", 10)
    found = list(adjacent.whole(blocks_of([["a"] * 4] * 6), "0", joined))
    assert sum(len(block.lines) for block in found) == 24 and max(len(block.lines) for block in found) < 14


@pytest.mark.parametrize("lines_each", [2, 3])
def test_orders_of_a_big_file(tmp_path, parse, monkeypatch, lines_each):
    """The discount of an order is spread over all its lines and their day comes from the first, in whatever block they stand."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1 << 10)
    header = ["Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Currency", "Subtotal", "Discount Amount"]
    rows = [",".join(header)]
    for order in range(200):
        rows.append(f"#{order},2026-06-01 10:00:00 -0400,1,Mug,10.00,MUG,USD,{10 * lines_each - 1}.00,1.00")
        rows += [f"#{order},,1,Mug,10.00,MUG{n},,," for n in range(1, lines_each)]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(rows) + "\n")
    found = parse(file).tables()["orders"]
    assert len(found) == 200 * lines_each and found["currency"].eq("USD").all()
    assert found.groupby("order_id")["discount"].sum().round(2).eq(1.0).all()
