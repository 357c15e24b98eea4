"""The quick check of a table never lets in what its model refuses, and lets in by itself what is in order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from workbench.errors import InvalidTable
from workbench.tables import TABLES, schema

ODD = (np.nan, -1, 0, 1, 1e300, -1e-9, np.inf, "", "no such code", pd.NaT, True, pd.Timestamp("1700-01-01"))


def filled(table: str, rows: int = 3) -> pd.DataFrame:
    """Return rows of a table with every cell filled and valid."""
    frame = {}
    for column in schema.columns(table):
        cells = {
            "text": [column.codes[0] if column.codes else f"{column.name} {i}" for i in range(rows)],
            "number": [1.0] * rows,
            "count": [1 + i for i in range(rows)],
            "flag": [True] * rows,
            "time": [pd.Timestamp("2026-01-01") + pd.Timedelta(days=i) for i in range(rows)],
        }
        frame[column.name] = cells[column.kind]
    return schema.conform(table, pd.DataFrame(frame))


def accepted(table: str, frame: pd.DataFrame) -> bool:
    try:
        TABLES[table].validate(frame, lazy=True)
    except SchemaErrors:
        return False
    return True


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_in_order_needs_no_second_look(table):
    frame = filled(table)
    assert accepted(table, frame)
    assert schema._sound(table, frame)


@settings(deadline=None)
@given(st.data())
def test_the_quick_check_agrees_with_the_model(data):
    table = data.draw(st.sampled_from(sorted(TABLES)))
    frame = filled(table)
    for _ in range(data.draw(st.integers(1, 3))):
        column, row = data.draw(st.sampled_from(list(frame.columns))), data.draw(st.integers(0, len(frame) - 1))
        cells = frame[column].astype(object)
        cells[row] = data.draw(st.sampled_from(ODD) | st.just(cells[0]))
        frame[column] = cells
    shaped = schema.conform(table, frame)
    assert schema._sound(table, shaped) == accepted(table, shaped)


def test_what_is_wrong_is_named_by_line_and_column():
    frame = filled("stock").assign(on_hand=[1.0, -2.0, 3.0], source_line=[2, 3, 4])
    with pytest.raises(InvalidTable) as caught:
        schema.validate("stock", frame, "a.csv")
    assert [(fault.row, fault.column, fault.got) for fault in caught.value.faults] == [(3, "on_hand", "-2.0")]
