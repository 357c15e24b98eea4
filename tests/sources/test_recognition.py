"""A file is known by the names of its columns, never by its own name or their order."""

import json
import random

import pytest

from workbench import sources
from workbench.errors import BadParameters, DataRejected, MissingColumns, UnknownReport
from workbench.i18n import LANGUAGES, catalogue
from workbench.settings import Mapping
from workbench.sources import recognition, shops
from workbench.sources.amazon import sales_and_traffic

TILL = Mapping(name="till", table="sales", columns={"sku": "Article", "date": "Day", "units": "Sold"}, constants={"channel": "shop"})


def reader(file, mappings=()):
    found = sources.recognise(file, list(mappings))
    return found and found.report


def headers(shared_data):
    known = json.loads((shared_data / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))
    return [(name, form["columns"], "\t" if form["delimiter"] == "tab" else ",") for name, forms in known.items() for form in forms if "columns" in form]


def expected(name):
    """The report that a name of headers.json means: a generation or part of a report has its name and more."""
    reports = (*recognition.REPORTS, *shops.REPORTS)
    found = [report.name for report in reports if f"{name}_".lower().startswith(f"{report.name}_".lower())]
    return max(found, key=len, default=None)


@pytest.mark.real
def test_every_header_that_amazon_writes_is_known_or_left_alone(shared_data, write):
    found = [(name, reader(write(columns, delimiter=delimiter))) for name, columns, delimiter in headers(shared_data)]
    assert len(found) > 45
    assert [(name, report) for name, report in found if report != expected(name)] == []


@pytest.mark.real
def test_known_headers_hold_nothing_new(shared_data, write, parse):
    """The union of all generations that were seen is known, so that drift means something."""
    for name, columns, delimiter in headers(shared_data):
        if expected(name):
            answer = parse(write(columns, delimiter=delimiter)).answer
            assert (name, [each for each in answer.drift if each["change"] == "new"], answer.notes) == (name, [], [])


@pytest.mark.real
def test_fixtures_of_other_people_are_valid(shared_data, parse):
    """Header-only files are valid, empty reports."""
    rows = {}
    for file in sorted((shared_data / "amazon_reports" / "fixtures").iterdir()):
        report = reader(file)
        if report is not None:
            answer = parse(file).answer
            rows[file.name] = answer.rows
            assert (file.name, answer.kept, answer.faults) == (file.name, answer.rows, [])
            assert len(file.read_bytes().decode("utf-8-sig").splitlines()) - 1 == answer.rows
    assert len(rows) >= 8
    assert sum(rows.values()) >= 2


@pytest.mark.parametrize("report", recognition.REPORTS, ids=lambda report: report.name)
def test_order_case_and_separators_do_not_matter(report, write, parse):
    columns = [names[0] for names in report.spellings().values()]
    random.Random(7).shuffle(columns)
    spelled = [name.upper().replace("-", "_").replace(" ", "_") + "  " for name in columns]
    file = write(spelled)
    assert reader(file) == report.name
    assert all(frame.empty for frame in parse(file).tables().values())


@pytest.mark.parametrize("report", recognition.REPORTS, ids=lambda report: report.name)
def test_a_known_report_without_a_needed_column_says_which(report, write, parse):
    for name, spelled in report.needed.items():
        if name in report.telling:
            continue
        file = write([names[0] for other, names in report.spellings().items() if other != name])
        with pytest.raises(MissingColumns, match="Export the report again") as caught:
            parse(file)
        assert caught.value.missing == [spelled[0]]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x00\x01\x02binary", b"PK\x03\x04 no workbook", b"PAR1 no parquet", b'{"a": 1}', b'{"broken'])
def test_what_nobody_knows_is_not_mine(tmp_path, parse, content):
    file = tmp_path / "all-orders.txt"
    file.write_bytes(content)
    assert sources.recognise(file, []) is None
    with pytest.raises(DataRejected, match=r"workbench forms|nothing readable|expected (text|a whole)"):
        parse(file)


def test_an_unknown_header_names_what_is_nearest(write, parse):
    with pytest.raises(UnknownReport, match=r"amazon-order-id, purchase-date.*nearest is GET_FLAT_FILE_ALL_ORDERS_DATA"):
        parse(write(["amazon-order-id", "purchase-date", "sku", "quantity", "item-price", "buyer-mood"]))


def test_a_header_that_fits_two_forms_is_refused(write, parse):
    with pytest.raises(UnknownReport, match="nearest is FORM:listings, FORM:sales"):
        parse(write(["sku", "channel", "date", "price", "currency"]))


def test_a_mapping_knows_its_columns(write, parse):
    assert reader(write(["day", "ARTICLE ", "sold", "weather"], delimiter=";"), [TILL]) == "GENERIC:till"
    assert reader(write(["day", "article", "sold"])) is None


def test_the_mapping_with_most_columns_wins(write):
    wide = TILL.model_copy(update={"name": "wide", "columns": {**TILL.columns, "revenue": "Taken"}})
    file = write(["Day", "Article", "Sold", "Taken"])
    assert reader(file, [TILL, wide]) == reader(file, [wide, TILL]) == "GENERIC:wide"


def test_a_mapping_whose_file_lacks_a_column_says_so(write, parse):
    with pytest.raises(MissingColumns, match=r"till needs column.*Sold"):
        parse(write(["Day", "Article"]), [TILL])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"table": "tills"}, "table: expected one of items"),
        ({"columns": {**TILL.columns, "colour": "Colour"}}, "columns.colour: table sales has no such column"),
        ({"columns": {"sku": "Article", "units": "Sold"}}, "columns.date: table sales cannot do without it"),
    ],
)
def test_a_mapping_that_cannot_work_says_why(write, parse, change, fault):
    with pytest.raises(BadParameters, match=fault):
        parse(write(["Day", "Article", "Sold"]), [TILL.model_copy(update=change)])


def test_reports_by_label_are_told_from_those_by_sku(write):
    storage = next(report for report in recognition.REPORTS if report.name == "GET_FBA_STORAGE_FEE_CHARGES_DATA")
    assert sources.recognise(write([names[0] for names in storage.needed.values()])).needs_items
    assert not sources.recognise(write(["channel", "node", "priority"])).needs_items


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_has_a_name_that_people_know(language):
    for name in (*(report.name for report in recognition.REPORTS), sales_and_traffic.NAME):
        assert catalogue.has(f"sources.report.{name}", language)
