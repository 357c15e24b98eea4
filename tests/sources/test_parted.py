"""Rows of one key are seen in one block, however big the file and wherever they stand."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import parted
from workbench.sources.reading.block import Block

KEYS = st.lists(st.sampled_from(["a", "b", " a ", "c", None]), max_size=12)


def blocks_of(parts):
    line = 1
    for at, part in enumerate(parts):
        lines = np.arange(line + 1, line + 1 + len(part))
        line += len(part) + 1  # one line of each block is at fault
        table = pa.table({"0": pa.array(part, pa.string()), "1": pa.array([str(each) for each in lines], pa.string())})
        yield Block(table, lines, [(line, "a", "b")], ends_at=99 if at == len(parts) - 1 else 0)


@pytest.mark.parametrize("most", [3, 1000])
@given(parts=st.lists(KEYS, min_size=1, max_size=6))
def test_no_key_is_in_two_blocks_and_nothing_is_lost(most, parts):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parted, "MOST_ROWS", most)
        found = list(parted.whole(blocks_of(parts), "0"))
    cells = [[str(cell).strip() for cell in block.table.column("0").to_pylist()] for block in found]
    assert all(not set(one) & set(other) for at, one in enumerate(cells) for other in cells[:at])
    assert sorted(cell for part in cells for cell in part) == sorted(str(cell).strip() for part in parts for cell in part)
    for block in found:
        assert block.table.column("1").to_pylist() == [str(line) for line in block.lines]
        assert (np.diff(block.lines) > 0).all() or len(found) > 1
    lines = [line for block in found for line in block.lines]
    assert sorted(lines) == [line for block in blocks_of(parts) for line in block.lines]
    assert [fault for block in found for fault in block.faults] == [fault for block in blocks_of(parts) for fault in block.faults]
    assert [block.ends_at for block in found] == [0] * (len(found) - 1) + [99]


def test_a_report_in_parts_says_what_it_says_at_once(write, parse, monkeypatch):
    header = ["Date", "MSKU", "Event Type", "Quantity", "Disposition", "Country"]
    rows = [
        [f"05/{1 + at % 28:02}/2026", f"S{at % 9}", ["Shipments", "Receipts"][at % 2], at % 7, "SELLABLE" if at % 5 else "DEFECTIVE", "US"]
        for at in range(3000)
    ]
    at_once = parse(write(header, *rows))
    monkeypatch.setattr(parted, "MOST_ROWS", 100)
    in_parts = parse(write(header, *rows))
    key = ["sku", "node", "date"]
    pd.testing.assert_frame_equal(
        *(parsed.tables()["movements"].sort_values(key, ignore_index=True) for parsed in (at_once, in_parts)),
    )
    assert in_parts.tables()["items"]["sku"].is_unique
    for name in ("rows", "kept", "dropped", "notes", "faults"):
        assert getattr(in_parts.answer, name) == getattr(at_once.answer, name)
