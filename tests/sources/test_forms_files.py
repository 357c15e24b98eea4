"""Form files: what ships, what is written filled, and that it comes back as it was."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench import sources
from workbench.i18n import LANGUAGES
from workbench.settings import shipped
from workbench.sources import canonical, forms
from workbench.sources.forms import cells, contents, files
from workbench.tables import FACTS, schema

TEMPLATES = shipped("templates/inbox")
ENDINGS = ("csv", "xlsx")


def sheets(file):
    book = openpyxl.load_workbook(file)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def formats(sheet):
    """The number format of each column; neighbours of the same one stand as one range."""
    ranges = [(part.min, part.max, part.number_format) for part in sheet.column_dimensions.values()]
    return {at: shown for first, last, shown in ranges for at in range(first, last + 1)}


def test_only_forms_that_people_fill_ship():
    assert {file.name for file in TEMPLATES.iterdir()} == {f"{table}.{ending}" for table in forms.BY_HAND for ending in ENDINGS}


@pytest.mark.parametrize("table", forms.BY_HAND)
def test_the_shipped_forms_are_current(table, tmp_path):
    """To write them anew: python -c "from pathlib import Path; from workbench import sources; sources.write_forms(Path('templates/inbox'))"."""
    csv, xlsx = (forms.write(tmp_path / f"{table}.{ending}", table) for ending in ENDINGS)
    assert (TEMPLATES / csv.name).read_bytes() == csv.read_bytes()
    assert sheets(TEMPLATES / xlsx.name) == sheets(xlsx)


@pytest.mark.parametrize("table", forms.BY_HAND)
def test_a_workbook_explains_itself(table):
    book = openpyxl.load_workbook(TEMPLATES / f"{table}.xlsx")
    sheet, explained = book.worksheets
    columns = canonical.own_columns(table)
    assert [cell.value for cell in sheet[1]] == forms.header(table) and sheet.title == table
    assert sheet.freeze_panes == "A2"
    rows = [[cell.value or "" for cell in row] for row in explained.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == forms.header(table)
    assert [row[4] for row in rows] == [column.meaning for column in columns]
    assert all(row[5] and not row[5].startswith("[") and any(ord(c) > 0x2E80 for c in row[5]) for row in rows), "every column in Chinese"
    assert [row[6] for row in rows] == [", ".join(column.codes) or "none / 无" for column in columns]
    assert all(cell for row in rows for cell in row), "what stands between blank columns would be a table of its own"
    texts = [column.name for at, column in enumerate(columns, start=1) if formats(sheet).get(at) == "@"]
    assert texts == [column.name for column in columns if column.kind == "text"], "SKUs stay text, never dates"
    chosen = {str(check.sqref).split(":")[0]: check.formula1 for check in sheet.data_validations.dataValidation}
    assert chosen == {f"{chr(65 + at)}2": f'"{",".join(column.codes)}"' for at, column in enumerate(columns) if column.codes}


@pytest.mark.parametrize("table", forms.BY_HAND)
def test_the_catalogue_says_in_english_what_the_table_says(table):
    from workbench.i18n import t

    for column in canonical.own_columns(table):
        own = f"forms.column.{table}.{column.name}"
        said = [text for text in (t(own), t(f"forms.any.{column.name}")) if not text.startswith("[")]
        assert said[0] == column.meaning
    assert LANGUAGES == ("en", "zh")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("table", forms.BY_HAND)
def test_an_empty_form_is_imported_with_no_rows(table, ending, parse):
    parsed = parse(TEMPLATES / f"{table}.{ending}")
    assert (parsed.report, parsed.answer.rows, parsed.answer.drift) == (f"FORM:{table}", 0, [])


ODD = ["=1+1", "+4912", "-5", "@SUM(A1)", "'=x", "''", "'plain", "007", "1E5", "23-Jan", "2026-01-05", "true", 'say "so"', "a,b;c", "名称", "#REF!", '5" pipe']


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_comes_back(tmp_path, parse, ending):
    rows = pd.DataFrame({"sku": ODD, "title": ODD[::-1], "unit_cost": np.linspace(0.1, 1e6, len(ODD)), "launch_date": pd.Timestamp("2026-03-04")})
    rows.loc[0, "launch_date"] = pd.NaT
    expected = schema.conform("items", rows, lineage=False)
    found = parse(forms.write(tmp_path / f"items.{ending}", "items", rows), items=rows).tables()["items"]
    pd.testing.assert_frame_equal(found[list(expected.columns)], expected)


def test_a_spreadsheet_runs_nothing_of_a_csv(tmp_path):
    file = forms.write(tmp_path / "items.csv", "items", pd.DataFrame({"sku": ODD}))
    written = pd.read_csv(file, dtype=str, encoding="utf-8-sig")["sku"]
    assert not written.str.startswith(("=", "+", "-", "@", "\t", "\r")).any()


@given(st.text(max_size=8) | st.sampled_from(ODD))
def test_escaping_is_undone(text):
    assert cells.unescaped(cells.escaped(text)) == text == cells.unescaped(cells.quoted(text))
    assert cells.escaped(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


numbers = st.floats(0, 1e9, allow_nan=False) | st.just(float("nan"))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(numbers, min_size=1, max_size=5), st.sampled_from(ENDINGS))
def test_numbers_come_back_to_the_last_digit(tmp_path, parse, values, ending):
    rows = pd.DataFrame({"sku": [f"S{n}" for n in range(len(values))], "title": "x", "unit_cost": values})
    found = parse(forms.write(tmp_path / f"n.{ending}", "items", rows)).tables()["items"]
    np.testing.assert_array_equal(found["unit_cost"], values)


class Known:
    """Tables of a workspace, as a form is filled from them."""

    def __init__(self, **tables):
        self.tables = {name: schema.conform(name, pd.DataFrame(rows)) for name, rows in tables.items()}

    def __call__(self, table, columns=None):
        frame = self.tables.get(table, schema.empty(table))
        return frame if columns is None else frame[list(columns)]


def test_items_are_the_universe():
    read = Known(
        items=[{"sku": "B", "title": "Kettle"}], listings=[{"sku": "D"}], orders=[{"sku": "A"}], stock=[{"sku": "C"}, {"sku": "B"}], movements=[{"sku": "E"}]
    )  # fmt: skip
    rows = contents.rows("items", read)
    assert rows["sku"].tolist() == list("ABCDE")
    assert rows["title"].dropna().tolist() == ["Kettle"]


def test_suppliers_also_those_that_orders_name():
    read = Known(
        suppliers=[{"supplier": "S2", "production_days": 20.0}], items=[{"sku": "A", "supplier": "S1"}], purchase_orders=[{"sku": "A", "supplier": "S3"}]
    )
    assert contents.rows("suppliers", read)[["supplier", "production_days"]].fillna(0).to_numpy().tolist() == [["S1", 0], ["S2", 20.0], ["S3", 0]]


def test_purchase_orders_are_those_that_are_open():
    day = pd.Timestamp("2026-01-01")
    states = [("1", "sent", None), ("2", "received", day), ("3", "cancelled", None), ("4", None, None), ("5", None, day)]
    read = Known(purchase_orders=[{"purchase_order": n, "sku": "A", "node": "x", "status": s, "received_date": d} for n, s, d in states])
    assert contents.rows("purchase_orders", read)["purchase_order"].tolist() == ["1", "4"]


def test_what_is_dated_is_the_newest():
    days = pd.to_datetime(["2026-01-01", "2026-01-03", "2026-01-02"])
    read = Known(exchange_rates=[{"date": d, "currency": "EUR", "base": "USD", "rate": r} for d, r in zip(days, (1.0, 1.2, 1.1), strict=True)])
    assert contents.rows("exchange_rates", read)["rate"].tolist() == [1.2]


@pytest.mark.parametrize("table", ["sales", "stock", "movements", "listings", "market"])
def test_long_histories_stay_empty(table):
    assert contents.rows(table, Known(**{table: [{"sku": "A"}]})).empty


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("table", forms.BY_HAND)
def test_a_prefilled_form_says_what_was_known(table, ending, tmp_path, parse):
    """Whatever the table: rows that go in come out."""
    row = {
        c.name: c.codes[0] if c.codes else {"text": "-x", "number": 0.5, "count": 1, "time": pd.Timestamp("2026-05-06")}[c.kind]
        for c in canonical.own_columns(table)
    }
    row |= {"organic_rank": 3.0} if table == "market" else {"received_date": pd.NaT} if table in ("purchase_orders", "inbound") else {}
    read = Known(**{table: [row]})
    parsed = parse(forms.write(tmp_path / f"form.{ending}", table, contents.rows(table, read)))
    expected = schema.conform(table, contents.rows(table, read), lineage=False).reset_index(drop=True)
    pd.testing.assert_frame_equal(parsed.tables()[table][list(expected.columns)].reset_index(drop=True), expected)


def test_every_form_is_of_a_table():
    assert set(forms.BY_HAND) <= set(FACTS) and files.BY_HAND == forms.BY_HAND
    assert sources.write_forms is forms.write_templates
