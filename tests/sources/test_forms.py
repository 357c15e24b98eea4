"""Forms: every fact table can be filled by hand, and comes back as it was written."""

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench import sources
from workbench.errors import InvalidTable
from workbench.sources import canonical, forms
from workbench.tables import FACTS, schema

text = st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1, max_size=8).filter(lambda s: s == s.strip() and s == s.strip('"'))
CELLS = {
    "number": st.integers(1, 99).map(lambda n: n / 100),
    "count": st.integers(1, 9),
    "flag": st.booleans(),
    "time": st.datetimes(pd.Timestamp("2000-01-01"), pd.Timestamp("2030-01-01")).map(lambda d: pd.Timestamp(d).normalize()),
}


def rows_of(table):
    columns = {c.name: st.sampled_from(c.codes) if c.codes else CELLS.get(c.kind, text) for c in canonical.own_columns(table)}
    columns |= {"organic_rank": st.integers(1, 50)} if table == "market" else {}
    may_be_blank = {name: cell if name in canonical.must_fill(table) else cell | st.none() for name, cell in columns.items()}
    key = schema.key(table)
    return st.lists(st.fixed_dictionaries(may_be_blank), min_size=1, max_size=4, unique_by=lambda row: tuple(str(row[name]) for name in key))


@pytest.mark.parametrize("table", FACTS)
def test_the_shipped_forms_are_current(table, tmp_path):
    shipped = Path(__file__).resolve().parents[2] / "templates" / "inbox" / f"{table}.csv"
    sources.write_forms(tmp_path)
    assert shipped.read_bytes() == (tmp_path / f"{table}.csv").read_bytes()


@pytest.mark.parametrize("table", FACTS)
def test_an_empty_form_is_recognised(table, write, parse):
    columns = forms.header(table)
    random.Random(1).shuffle(columns)
    file = write([name.replace("_", " ").title() for name in columns], delimiter=",")
    assert sources.recognise(file).report == f"FORM:{table}"
    assert parse(file).tables[table].empty


@pytest.mark.parametrize("table", FACTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_filled_form_comes_back(table, tmp_path, parse, data):
    rows = data.draw(rows_of(table))
    columns = data.draw(st.permutations(forms.header(table)))
    written = pd.DataFrame(rows)[columns]
    file = tmp_path / "form"
    written.to_csv(file, index=False)
    found = parse(file)
    expected = schema.conform(table, pd.DataFrame(rows), lineage=False)
    pd.testing.assert_frame_equal(found.tables[table][list(expected.columns)], expected)
    assert found.notes == []


@pytest.mark.parametrize(
    ("columns", "tables"),
    [
        (["sku", "unit_cost", "supplier"], ["items"]),
        (["SKU", "Unit Cost", "Colour"], ["items"]),
        (["supplier", "production_days"], ["suppliers"]),
        (["channel", "node", "priority"], ["serves"]),
        (["channel", "node"], []),
        (["sku", "channel", "date", "units"], ["sales"]),
        (["sku", "channel", "date", "search volume"], ["market"]),
        (["sku", "node", "date", "available"], ["stock"]),
        (["sku", "channel", "date", "price"], ["listings", "sales"]),
        (["purchase_order", "sku", "node", "units_ordered"], ["purchase_orders"]),
        (["event", "channel", "start_date", "end_date"], ["events"]),
        (["sku", "colour", "mood", "weather"], []),
        (["first name", "last name"], []),
    ],
)
def test_which_table_a_header_fits(columns, tables):
    assert forms.candidates(columns) == tables


def test_unknown_columns_of_a_form_are_told(write, parse):
    parsed = parse(write(["sku", "title", "Colour"], ["A", "Kettle", "red"], delimiter=","))
    assert parsed.tables["items"]["title"].tolist() == ["Kettle"]
    assert parsed.notes == ["1 column(s) that this report did not have before, left out: Colour"]


def test_an_exported_table_may_come_back(write, parse):
    """Its lineage is that of the new file."""
    parsed = parse(write(["sku", "title", "known_at", "source_file", "source_line"], ["A", "Kettle", "2020-01-01", "old.csv", "7"], delimiter=","))
    assert parsed.tables["items"][["source_file", "source_line"]].to_numpy().tolist() == [["download.txt", 2]]
    assert parsed.notes == []


def test_whole_numbers_must_be_whole(write, parse):
    with pytest.raises(InvalidTable, match=r"line 2, column priority: expected a whole number, got '1\.5'"):
        parse(write(["channel", "node", "priority"], ["shop", "3pl-us", "1.5"], delimiter=","))
