"""SKUs that a spreadsheet damaged are dropped and named, with what they may have been."""

import pandas as pd
import pyarrow as pa
import pytest

from workbench.sources.damage import Known

KNOWN = {"JAN-23", "23-JAN", "1-23", "00123", "12E11", "1200000000000", "MAR-4-2026", "5-Dec", "OCT-12", "2-2026", "77"}


@pytest.mark.parametrize(
    ("damaged", "originals"),
    [
        ("23-Jan", ["1-23", "23-JAN", "JAN-23"]),
        ("Jan-23", ["1-23", "23-JAN", "JAN-23"]),
        ("12-Okt", ["OCT-12"]),
        ("12. Okt", []),
        ("Feb-26", ["2-2026"]),
        ("2026-03-04 00:00:00", ["MAR-4-2026"]),
        ("1.2E+12", ["1200000000000", "12E11"]),
        ("1,2E+12", ["1200000000000", "12E11"]),
        ("123", ["00123"]),
        ("#REF!", []),
        ("#NAME?", []),
        ("########", []),
        ("M\ufffdller", []),
        ("03/04/2026", []),
    ],
)
def test_what_a_spreadsheet_makes_of_a_sku(damaged, originals):
    known = Known(KNOWN)
    assert known.damaged(pa.array([damaged, None])).tolist() == [damaged != "12. Okt", False]
    assert known.originals(damaged) == originals


@pytest.mark.parametrize("sku", ["A-1", "5-Dec", "SET389-KR-NP-S", "12-345", "1E5", "JAN-24", "jan-23", "1-24", "124", "23-Janus", "77", "E+12"])
def test_what_is_a_sku(sku):
    assert not Known(KNOWN).damaged(pa.array([sku]))[0]


def test_rows_are_dropped_and_named(write, parse):
    items = pd.DataFrame({"sku": ["JAN-23", "A"]})
    rows = [["A", "3pl-us", "2026-06-01", "1"], ["23-Jan", "3pl-us", "2026-06-01", "2"], ["#REF!", "3pl-us", "2026-06-01", "3"]]
    parsed = parse(write(["sku", "node", "date", "available"], *rows), items=items)
    assert parsed.tables()["stock"]["sku"].tolist() == ["A"]
    assert (parsed.answer.rows, parsed.answer.kept, parsed.answer.dropped) == (3, 1, {"damaged_sku": 2})
    assert [str(fault) for fault in parsed.answer.faults] == [
        "line 3, column sku: expected a SKU that no spreadsheet changed, perhaps 'JAN-23', got '23-Jan'",
        "line 4, column sku: expected a SKU that no spreadsheet changed, got '#REF!'",
    ]
    assert not parsed.answer.fatal


def test_a_known_sku_is_not_damaged(write, parse):
    parsed = parse(write(["sku", "node", "date", "available"], ["23-Jan", "3pl-us", "2026-06-01", "1"]), items=pd.DataFrame({"sku": ["23-Jan"]}))
    assert parsed.tables()["stock"]["sku"].tolist() == ["23-Jan"]
