"""Whatever lines a report holds, units and money that come in are kept or dropped, and every row is accounted for."""

from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench import sources


@dataclass(frozen=True)
class Case:
    """A report: cells that are alike in every row, the column that may be blank, and where units and money go."""

    report: str
    same: dict[str, str]
    article: str
    units: str
    money: str
    table: str
    kept_units: str
    kept_money: str
    blank_is_dropped: bool = False


CASES = [
    Case(
        "GET_FBA_REIMBURSEMENTS_DATA",
        {"approval-date": "2026-05-12", "reimbursement-id": "R1", "currency-unit": "USD", "quantity-reimbursed-inventory": "0"},
        *("sku", "quantity-reimbursed-cash", "amount-total", "reimbursements", "units_cash", "amount", True),
    ),
    Case(
        "SP_ADVERTISED_PRODUCT_REPORT",
        {"Date": "2026-06-11", "Campaign Name": "c", "Impressions": "1", "Clicks": "1", "Currency": "USD"},
        *("Advertised SKU", "7 Day Total Units (#)", "Spend", "ads", "attributed_units", "spend", True),
    ),
    Case(
        "SP_SEARCH_TERM_REPORT",
        {"Start Date": "2026-06-01", "End Date": "2026-06-30", "Campaign Name": "c", "Impressions": "1", "Clicks": "1", "Currency": "USD"},
        *("Customer Search Term", "7 Day Total Units (#)", "Spend", "search_terms", "attributed_units", "spend", True),
    ),
    Case(
        "GET_FBA_FULFILLMENT_LONGTERM_STORAGE_FEE_CHARGES_DATA",
        {"snapshot-date": "2026-06-15", "fnsku": "X1", "per-unit-volume": "1", "currency": "USD", "country": "US"},
        *("sku", "qty-charged", "amount-charged", "fees_charged", "units", "amount"),
    ),
    Case(
        "GET_FBA_STORAGE_FEE_CHARGES_DATA",
        {"fnsku": "X1", "month_of_charge": "2026-06", "country_code": "US", "estimated_total_item_volume": "1", "currency": "USD"},
        *("sku", "average_quantity_on_hand", "estimated_monthly_storage_fee", "fees_charged", "units", "amount"),
    ),
    Case(
        "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",
        {"amazon-order-id": "1", "shipment-date": "2026-06-11T08:00:00+00:00", "currency": "USD", "sku": "A"},
        *("sales-channel", "quantity-shipped", "item-price", "shipments", "units", "revenue"),
    ),
    Case(
        "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE",
        {"settlement-id": "7", "total-amount": "", "currency": "USD", "transaction-type": "Order", "posted-date": "2026-06-11", "price-type": "Principal"},
        *("sku", "quantity-purchased", "price-amount", "settlements", "units", "amount"),
    ),
    Case(
        "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
        {
            **{"settlement-id": "7", "total-amount": "", "currency": "USD", "transaction-type": "Order", "posted-date": "2026-06-11"},
            **{"amount-type": "ItemPrice", "amount-description": "Principal"},
        },
        *("sku", "quantity-purchased", "amount", "settlements", "units", "amount"),
    ),
]
LINES = st.lists(st.tuples(st.sampled_from(["A", "B", ""]), st.integers(0, 9), st.integers(0, 99999)), max_size=6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.report)
@given(lines=LINES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_comes_in_is_kept_or_dropped(case, lines, tmp_path):
    header = [*case.same, case.article, case.units, case.money]
    rows = [[*case.same.values(), article, str(units), f"{cents / 100:.2f}"] for article, units, cents in lines]
    file = tmp_path / "download"
    file.write_text("".join("\t".join(row) + "\n" for row in [header, *rows]))
    parsed = sources.parse(file, sources.Context("download.txt", pd.Timestamp("2026-07-01").to_pydatetime()))
    found, answer = parsed.tables()[case.table], parsed.answer
    gone = [line for line in lines if case.blank_is_dropped and not line[0]]
    assert parsed.report == case.report
    assert (answer.rows, answer.kept, sum(answer.dropped.values())) == (len(lines), len(lines) - len(gone), len(gone))
    assert found[case.kept_units].sum() == sum(units for _, units, _ in lines) - sum(units for _, units, _ in gone)
    assert found[case.kept_money].sum() == pytest.approx(sum(cents for *_, cents in lines) / 100 - sum(cents for *_, cents in gone) / 100)
