"""Each header that Amazon, Shopify and others write is claimed by one reader, however the export shuffles, spells or cuts it."""

import json
import random

import pytest

from workbench.sources import recognition, shops
from workbench.sources.reading.headers import normal

REPORTS = (*recognition.REPORTS, *shops.REPORTS)
OF_STOCK = {
    "GET_FBA_INVENTORY_PLANNING_DATA": 3,
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT": 2,
    "GET_LEDGER_SUMMARY_VIEW_DATA": 1,
    "GET_LEDGER_DETAIL_VIEW_DATA": 1,
    "GET_RESERVED_INVENTORY_DATA": 2,
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA": 1,
    "GET_AFN_INVENTORY_DATA": 1,
    "GET_AFN_INVENTORY_DATA_BY_COUNTRY": 1,
    "GET_STRANDED_INVENTORY_UI_DATA": 2,
    "GET_FBA_FULFILLMENT_CURRENT_INVENTORY_DATA": 1,
    "GET_FBA_FULFILLMENT_INVENTORY_SUMMARY_DATA": 1,
    "GET_FBA_FULFILLMENT_INVENTORY_RECEIPTS_DATA": 1,
    "GET_FBA_FULFILLMENT_INVENTORY_ADJUSTMENTS_DATA": 1,
    "GET_FBA_FULFILLMENT_INBOUND_NONCOMPLIANCE_DATA": 1,
    "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA": 1,
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": 1,
    "GET_FBA_RECOMMENDED_REMOVAL_DATA": 1,
    "AWD_INVENTORY": 1,
    "GET_PAN_EU_OFFER_STATUS": 1,
}
"""Reports about stock, and how many headers of each are known."""
HOW = random.Random(20260701)


def claims(header):
    return [report.name for report in REPORTS if report.recognises(header)]


def meant(name):
    """The report that a name of headers.json means: a generation or part of a report has its name and more."""
    found = [report.name for report in REPORTS if f"{name}_".lower().startswith(f"{report.name}_".lower())]
    return max(found, key=len, default=None)


@pytest.fixture(scope="module")
def headers(shared_data):
    known = json.loads((shared_data / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))
    return [(name, form["columns"]) for name, forms in known.items() for form in forms if "columns" in form]


@pytest.mark.real
def test_every_stock_report_has_its_headers(headers):
    found = [report for name, _ in headers if (report := meant(name)) in OF_STOCK]
    assert {name: found.count(name) for name in OF_STOCK} == OF_STOCK


@pytest.mark.real
def test_one_reader_claims_a_header_and_no_other_does(headers):
    assert [(name, claims(columns)) for name, columns in headers if claims(columns) != [each for each in [meant(name)] if each]] == []


@pytest.mark.real
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda columns: HOW.sample(columns, len(columns)), id="shuffled"),
        pytest.param(lambda columns: [name.upper() for name in columns], id="upper"),
        pytest.param(lambda columns: [name.title() for name in columns], id="title"),
        pytest.param(lambda columns: [f"{name}  " for name in columns], id="blanks"),
        pytest.param(lambda columns: [name.replace("-", "_").replace(" ", "-") for name in columns], id="separators"),
        pytest.param(lambda columns: [*columns[:1], "colour-of-box", *columns[1:], "Moon phase"], id="two-more"),
    ],
)
def test_a_changed_header_is_claimed_by_the_same_reader(headers, change):
    assert [(name, claims(change(columns))) for name, columns in headers if claims(change(columns)) != claims(columns)] == []


@pytest.mark.real
def test_a_header_without_one_of_its_columns_is_claimed_by_the_same_reader(headers):
    """Only without a column that tells the report may it be none any more, or another (listings with and without status)."""
    for name, columns in headers:
        report = next((report for report in REPORTS if report.name == meant(name)), None)
        telling = {normal(each) for our in report.telling for each in report.needed[our]} if report else set()
        for gone in columns:
            left = claims([each for each in columns if each != gone])
            assert left == claims(columns) or (len(left) <= 1 and normal(gone) in telling), (name, gone)


@pytest.mark.real
def test_localised_names_lead_to_one_reader(shared_data):
    known = json.loads((shared_data / "amazon_reports" / "localized_headers.json").read_text(encoding="utf-8"))
    assert claims(known["ja_other"]["FBA inventory"]) == ["GET_AFN_INVENTORY_DATA"]
    planning = [
        spelled for names in known["zh_planning_report"].values() for spelled in ([names] if isinstance(names, str) else names) if isinstance(spelled, str)
    ]
    assert claims(["快照日期", "SKU", "可用库存", *planning]) == ["GET_FBA_INVENTORY_PLANNING_DATA"]


@pytest.mark.parametrize("name", OF_STOCK)
def test_no_spelling_of_a_report_is_claimed_by_two(name):
    """Every combination of the first and the last spelling that a reader takes for the columns that tell it."""
    report = next(report for report in REPORTS if report.name == name)
    for pick in (0, -1):
        assert claims([names[pick] for names in report.spellings().values()]) == [name]
        assert claims([names[pick] for names in report.needed.values()]) == [name]


@pytest.mark.parametrize("name", OF_STOCK)
def test_the_columns_of_a_report_are_spelled_once(name):
    """A name that two of our columns take would be read twice, and its units counted twice."""
    report = next(report for report in REPORTS if report.name == name)
    spelled = [(normal(each), our) for our, names in report.spellings().items() for each in {normal(each) for each in names}]
    assert len({each for each, _ in spelled}) == len(spelled)
    assert not {each for each, _ in spelled} & report.silent
