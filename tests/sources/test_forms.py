"""Forms: every fact table has one, and comes back as it was written."""

import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench import sources
from workbench.errors import InvalidTable
from workbench.sources import canonical, forms
from workbench.sources.forms import cells
from workbench.stock import lead_times
from workbench.tables import FACTS, schema

# the sign of a lost sign is told as one, so it does not come back in silence
text = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\ufffd") | st.just(" "), min_size=1, max_size=8).filter(
    lambda s: s == s.strip() and s == s.strip('"')
)
CELLS = {
    "number": st.integers(1, 99).map(lambda n: n / 100),
    "count": st.integers(1, 9),
    "flag": st.booleans(),
    "time": st.datetimes(pd.Timestamp("2000-01-01"), pd.Timestamp("2030-01-01")).map(lambda d: pd.Timestamp(d).normalize()),
}


def rows_of(table):
    columns = {c.name: st.sampled_from(c.codes) if c.codes else CELLS.get(c.kind, text) for c in canonical.own_columns(table)}
    columns |= {name: st.integers(1, 50) for name in ("organic_rank", "best_seller_rank", "days") if name in columns}
    may_be_blank = {name: cell if name in canonical.must_fill(table) else cell | st.none() for name, cell in columns.items()}
    key = schema.key(table)
    says = st.fixed_dictionaries(may_be_blank).filter(lambda row: any(row[name] is not None for name in row if name not in key) or not set(row) - set(key))
    return st.lists(says, min_size=1, max_size=4, unique_by=lambda row: tuple(str(row[name]) for name in key))


@pytest.mark.parametrize("table", FACTS)
def test_an_empty_form_is_recognised(table, write, parse):
    columns = forms.header(table)
    random.Random(1).shuffle(columns)
    file = write([name.replace("_", " ").title() for name in columns], delimiter=",")
    assert sources.recognise(file).report == f"FORM:{table}"
    assert parse(file).tables()[table].empty


@pytest.mark.parametrize("table", FACTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_filled_form_comes_back(table, tmp_path, parse, data):
    rows = data.draw(rows_of(table))
    columns = data.draw(st.permutations(forms.header(table)))
    written = pd.DataFrame(rows)[columns]
    texts = [column.name for column in canonical.own_columns(table) if column.kind == "text"]
    written[texts] = written[texts].map(lambda text: cells.escaped(text) if isinstance(text, str) else text)
    file = tmp_path / "form"
    written.to_csv(file, index=False)
    found = parse(file)
    expected = schema.conform(table, pd.DataFrame(rows), lineage=False)
    pd.testing.assert_frame_equal(found.tables()[table][list(expected.columns)], expected)
    assert found.answer.notes == []


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
        (["sku", "channel", "date", "hour", "on_sale"], ["availability"]),
        (["sku", "channel", "date", "price"], ["listings", "sales", "fee_previews"]),
        (["purchase_order", "sku", "node", "units_ordered"], ["purchase_orders"]),
        (["event", "channel", "start_date", "end_date"], ["events"]),
        (["sku", "colour", "mood", "weather"], []),
        (["first name", "last name"], []),
        (["sku", "Length cm", "width_cm", "height (cm)", "weight kg"], ["items"]),
        (["sku", "length", "width", "height", "weight", "unit"], ["items"]),
        (["node", "storage_type", "date", "limit_m3"], ["capacity"]),
        (["sku", "component", "units"], ["bundles"]),
        (["node", "date", "ipi"], ["inventory_index"]),
        (["category", "date", "turnover_year"], ["benchmarks"]),
        (["sku", "channel", "date", "bullets", "keywords"], ["listing_texts"]),
        (["sku", "channel", "start_date", "end_date", "spend_day"], ["offer_plan"]),
        (["series", "date", "value"], ["indicators"]),
    ],
)
def test_which_table_a_header_fits(columns, tables):
    assert forms.candidates(columns) == tables


def test_unknown_columns_of_a_form_are_told(write, parse):
    parsed = parse(write(["sku", "title", "Colour"], ["A", "Kettle", "red"], delimiter=","))
    assert parsed.tables()["items"]["title"].tolist() == ["Kettle"]
    assert parsed.answer.drift == [{"column": "Colour", "change": "new"}]


def test_an_exported_table_may_come_back(write, parse):
    """Its lineage is that of the new file."""
    parsed = parse(write(["sku", "title", "known_at", "source_file", "source_line"], ["A", "Kettle", "2020-01-01", "old.csv", "7"], delimiter=","))
    assert parsed.tables()["items"][["source_file", "source_line"]].to_numpy().tolist() == [["download.txt", 2]]
    assert parsed.answer.notes == []


@pytest.mark.parametrize("beyond", ["1e400", "99999999999999999999", "inf"])
def test_numbers_beyond_all_measure_are_faults(write, parse, beyond):
    with pytest.raises(InvalidTable, match=r"line 2, column priority: expected a"):
        parse(write(["channel", "node", "priority"], ["shop", "3pl-us", beyond], delimiter=","))


def test_whole_numbers_must_be_whole(write, parse):
    with pytest.raises(InvalidTable, match=r"line 2, column priority: expected a whole number, got '1\.5'"):
        parse(write(["channel", "node", "priority"], ["shop", "3pl-us", "1.5"], delimiter=","))


def sizes(parsed):
    return parsed.tables()["items"][["length_in", "width_in", "weight_lb", "volume_ft3"]].to_numpy().tolist()[0]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"length_cm": "25.4", "width_mm": "50.8", "weight_kg": "0.45359237", "volume_l": "28.316846592"}, [10, 2, 1, 1], id="in the header"),
        pytest.param({"Length (cm)": "25,4", "Width (m)": "0,0508", "Weight (g)": "453,59237", "Volume (m3)": ""}, [10, 2, 1, None], id="with commas"),
        pytest.param({"length": "25.4", "width": "5.08", "length_unit": "cm", "weight": "16", "weight_unit": "ounces"}, [10, 2, 1, None], id="in columns"),
        pytest.param({"length": "25.4", "width": "5.08", "weight": "0.45359237", "unit": "metric"}, [10, 2, 1, None], id="metric"),
        pytest.param({"length": "10", "width": "2", "weight": "1", "unit": "imperial"}, [10, 2, 1, None], id="imperial"),
        pytest.param({"length_in": "", "length_cm": "25.4", "width_in": "3", "width_cm": "99"}, [10, 3, None, None], id="ours goes first"),
    ],
)
def test_sizes_in_other_units(write, parse, cells, expected):
    parsed = parse(write(["sku", *cells], ["A", *cells.values()], delimiter=";" if "," in "".join(cells.values()) else ","))
    assert parsed.report == "FORM:items" and parsed.answer.drift == []
    assert sizes(parsed) == [pytest.approx(value) if value is not None else pytest.approx(float("nan"), nan_ok=True) for value in expected]


def test_a_unit_that_is_none_is_a_fault(write, parse):
    with pytest.raises(InvalidTable, match=r"line 2, column length_unit: expected a unit such as in, cm, mm, got 'bananas'"):
        parse(write(["sku", "length", "length_unit"], ["A", "4", "bananas"], ["B", "", ""], delimiter=","))


def test_a_row_that_names_and_says_nothing(write, parse):
    parsed = parse(write(["sku", "title", "unit_cost"], ["A", "Kettle", "2"], ["B", "", ""], delimiter=","))
    assert parsed.tables()["items"]["sku"].tolist() == ["A"]
    assert (parsed.answer.rows, parsed.answer.dropped) == (2, {"says_nothing": 1})


PO = ["purchase_order", "sku", "node", "ordered_date", "units_ordered", "units_received", "received_date", "status"]


def delivered(parse, write, *lines):
    return parse(write(PO, *lines, delimiter=","))


def test_deliveries_in_parts(write, parse):
    first = ["PO-1", "A", "fba-us", "2026-01-01", "100", "60", "2026-02-10", ""]
    later = ["PO-1", "A", "fba-us", "", "", "40", "2026-02-20", ""]
    other = ["PO-1", "B", "fba-us", "2026-01-01", "10", "", "", "sent"]
    parsed = delivered(parse, write, first, other, later)
    found = parsed.tables()["purchase_orders"]
    assert found[["sku", "units_ordered", "units_received", "received_date"]].to_numpy().tolist() == [
        ["A", 100.0, 100.0, pd.Timestamp("2026-02-20")],
        ["B", 10.0, pytest.approx(float("nan"), nan_ok=True), pd.NaT],
    ]
    assert found["source_line"].tolist() == [2, 3]
    assert parsed.answer.kept == 3 and [(note.code, note.values) for note in parsed.answer.notes] == [("summed", {"rows": 1})]


@pytest.mark.parametrize(
    ("second", "received", "date"),
    [
        pytest.param("20", 80, pd.NaT, id="some to come"),
        pytest.param("", 60, pd.NaT, id="none yet"),
        pytest.param("45", 105, pd.Timestamp("2026-02-20"), id="more than ordered"),
    ],
)
def test_an_order_is_open_until_all_units_are_there(write, parse, second, received, date):
    first = ["PO-1", "A", "fba-us", "2026-01-01", "100", "60", "2026-02-10", ""]
    found = delivered(parse, write, first, ["PO-1", "A", "fba-us", "", "100", second, "2026-02-20", ""]).tables()["purchase_orders"].iloc[0]
    assert found["units_received"] == received and (found["received_date"] == date or (found["received_date"] is pd.NaT and date is pd.NaT))


def test_the_rest_may_be_given_up(write, parse):
    first = ["PO-1", "A", "fba-us", "2026-01-01", "100", "60", "2026-02-10", "sent"]
    found = delivered(parse, write, first, ["PO-1", "A", "fba-us", "", "", "20", "2026-02-20", "received"]).tables()["purchase_orders"].iloc[0]
    assert (found["received_date"], found["status"]) == (pd.Timestamp("2026-02-20"), "received")


def test_receipts_that_contradict_their_order(write, parse):
    first = ["PO-1", "A", "fba-us", "2026-01-01", "100", "60", "2026-02-10", ""]
    with pytest.raises(InvalidTable) as caught:
        delivered(parse, write, first, ["PO-1", "A", "fba-uk", "", "90", "40", "2026-02-20", ""])
    assert list(map(str, caught.value.faults)) == [
        "line 3, column node: expected the same as on the first line of this order and SKU, got 'fba-uk'",
        "line 3, column units_ordered: expected the same as on the first line of this order and SKU, got '90'",
    ]


def test_lead_times_learn_from_deliveries_in_parts(write, parse):
    """Three orders, 40 days each from order to the last receipt; a fourth, of which half came, is still open and drags on."""
    lines = []
    for number, month in enumerate(("01", "02", "03")):
        ordered = pd.Timestamp(f"2026-{month}-01")
        for units, days in (("60", 30), ("40", 40)):
            came = str((ordered + pd.Timedelta(days=days)).date())
            lines.append([f"PO-{number}", "A", "fba-us", str(ordered.date()), "100", units, came, ""])
    orders = delivered(parse, write, *lines).tables()["purchase_orders"]
    items, suppliers = schema.empty("items"), schema.empty("suppliers")
    learned = lead_times(items, suppliers, orders, pd.Timestamp("2026-07-01").date()).iloc[0]
    assert learned[["lead_time_days", "n_receipts", "source"]].tolist() == [40, 3, "receipts"]
    still = [["PO-9", "A", "fba-us", "2026-05-01", "100", "50", "2026-06-01", ""], ["PO-9", "A", "fba-us", "2026-05-01", "100", "", "", ""]]
    late = delivered(parse, write, *lines, *still).tables()["purchase_orders"]
    assert lead_times(items, suppliers, late, pd.Timestamp("2026-07-01").date()).iloc[0]["lead_time_days"] > 40
