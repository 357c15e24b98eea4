"""What was charged and paid: storage, aged inventory, overage, reimbursements, settlements."""

import numpy as np
import pandas as pd
import pytest

STORAGE = {
    "asin": "B001",
    "fnsku": "X001",
    "country_code": "US",
    "month_of_charge": "2026-05",
    "average_quantity_on_hand": "10",
    "estimated_total_item_volume": "5",
    "estimated_monthly_storage_fee": "6.10",
    "currency": "USD",
    "base_rate": "0.78",
}


def codes(parsed):
    return {note.code for note in parsed.answer.notes}


@pytest.mark.parametrize(("base", "surcharge", "told"), [("3.90", "2.20", "storage_fee_agrees"), ("3.90", "2.30", "storage_fee_differs"), ("", "", None)])
def test_a_storage_fee_is_held_against_its_parts(report, base, surcharge, told):
    parsed = report({**STORAGE, "est_base_msf": base, "est_sus": surcharge})
    assert {code for code in codes(parsed) if code.startswith("storage_fee")} == ({told} if told else set())
    assert parsed.tables()["fees_charged"]["amount"].tolist() == [6.10]


@pytest.mark.parametrize(("ratio", "unit", "weeks"), [("28.57", "weeks", 28.57), ("28.57", "", 28.57), ("--", "weeks", np.nan), ("200", "days", np.nan)])
def test_the_surcharge_on_utilisation_is_kept_with_what_it_goes_by(report, ratio, unit, weeks):
    parts = {"est_base_msf": "3.90", "est_sus": "2.20", "est_vol_for_sus": "4.5", "volume_units": "cubic feet"}
    row = report({**STORAGE, **parts, "storage_utilization_ratio": ratio, "storage_utilization_ratio_units": unit}).tables()["fees_charged"].iloc[0]
    assert [row["surcharge"], row["surcharge_volume_ft3"]] == [2.20, 4.5] and row["utilisation_ratio_weeks"] == pytest.approx(weeks, nan_ok=True)


def test_figures_of_the_identity_are_told(report):
    good = {**STORAGE, "est_base_msf": "3.90", "est_sus": "2.20"}
    parsed = report(good, {**good, "est_sus": "2.00"})
    note = next(note for note in parsed.answer.notes if note.code == "storage_fee_differs")
    assert (note.values["rows"], note.values["differing"]) == (2, 1)
    assert (note.values["fee"], note.values["parts"]) == pytest.approx((12.20, 12.00))


AGED = {
    "snapshot-date": "2026-08-15",
    "sku": "A",
    "fnsku": "X001",
    "per-unit-volume": "0.14",
    "currency": "USD",
    "volume-unit": "cubic feet",
    "country": "US",
    "qty-charged": "10",
    "amount-charged": "0.70",
    "surcharge-age-tier": "181-210 days",
    "rate-surcharge": "0.50",
}


def test_each_age_tier_is_a_line_of_its_own(report):
    older = {**AGED, "surcharge-age-tier": "366-455 days", "qty-charged": "", "amount-charged": "3.00", "rate-surcharge": "0.30"}
    fees = report(AGED, older, {**AGED, "sku": "", "country": "GB", "currency": "GBP"}).tables()["fees_charged"]
    assert fees[["sku", "node", "line", "kind"]].to_numpy().tolist() == [
        ["A", "fba-us", 0, "aged_inventory"],
        ["A", "fba-us", 1, "aged_inventory"],
        ["fnsku:X001", "fba-uk", 0, "aged_inventory"],
    ]
    assert fees["units"].tolist() == pytest.approx([10, np.nan, 10], nan_ok=True)
    assert fees["volume_ft3"].tolist() == pytest.approx([1.4, np.nan, 1.4], nan_ok=True)
    assert fees["amount"].sum() == pytest.approx(0.70 + 3.00 + 0.70)
    assert fees["date"].tolist() == [pd.Timestamp("2026-08-15")] * 3


def test_the_fee_of_before_2021_has_two_columns(report):
    old = {name: AGED[name] for name in ("snapshot-date", "sku", "fnsku", "per-unit-volume", "currency", "volume-unit", "country")}
    old |= {"qty-charged-12-mo-long-term-storage-fee": "3", "12-mo-long-terms-storage-fee": "2.90"}
    old |= {"qty-charged-6-mo-long-term-storage-fee": "2", "6-mo-long-terms-storage-fee": "1.10"}
    assert report(old).tables()["fees_charged"][["units", "amount"]].to_numpy().tolist() == [[5, 4.0]]


def test_aged_inventory_of_the_published_example(shared_data, parse):
    parsed = parse(shared_data / "amazon_reports" / "fixtures" / "GET_FBA_FULFILLMENT_LONGTERM_STORAGE_FEE_CHARGES_DATA__v1.txt")
    fees = parsed.tables()["fees_charged"]
    assert (parsed.answer.rows, parsed.answer.kept, fees["amount"].sum()) == (2, 2, 4)


OVERAGE = {
    "charged_date": "2026-07-15",
    "country_code": "US",
    "storage_type": "Standard Size",
    "charge_rate": "10",
    "storage_usage_volume": "1100",
    "storage_limit_volume": "1000",
    "overage_volume": "100",
    "volume_unit": "cubic feet",
    "charged_fee_amount": "1000",
    "currency_code": "USD",
}


def test_overage_is_of_the_account(report):
    parsed = report(OVERAGE)
    found = parsed.tables()["capacity"].iloc[0]
    told = ["node", "storage_type", "limit_ft3", "used_ft3", "overage_ft3", "overage_rate", "overage_fee", "currency"]
    assert found[told].tolist() == ["fba-us", "standard-size", 1000, 1100, 100, 10, 1000, "USD"]
    assert "fees_charged" not in parsed.tables()


def test_overage_in_cubic_metres_and_twice_a_day(report):
    metres = {**OVERAGE, "country_code": "DE", "currency_code": "EUR", "volume_unit": "cubic meters", "overage_volume": "1", "charge_rate": "353.146667"}
    found = report(metres, {**metres, "charged_fee_amount": "500"}).tables()["capacity"]
    assert found[["node", "overage_fee"]].to_numpy().tolist() == [["fba-de", 1500]]
    assert found["overage_ft3"].tolist() == pytest.approx([2 * 35.3146667])
    assert found["overage_rate"].tolist() == pytest.approx([10])


PAID = {
    "approval-date": "2026-05-13T03:59:13+00:00",
    "reimbursement-id": "R1",
    "case-id": "C1",
    "amazon-order-id": "111-1",
    "reason": "Lost_Warehouse",
    "sku": "A",
    "fnsku": "X001",
    "currency-unit": "USD",
    "amount-per-unit": "12.34",
    "amount-total": "24.68",
    "quantity-reimbursed-cash": "2",
    "quantity-reimbursed-inventory": "0",
    "quantity-reimbursed-total": "2",
}


def test_reimbursements(report):
    back = {**PAID, "amount-total": "-12.34", "quantity-reimbursed-cash": "-1", "reason": "Reimbursement_Reversal"}
    parsed = report(PAID, back, {**PAID, "sku": "", "fnsku": ""}, {**PAID, "sku": "", "reimbursement-id": "R2"})
    paid = parsed.tables()["reimbursements"]
    assert paid[["reimbursement_id", "sku", "line", "units_cash", "amount"]].to_numpy().tolist() == [
        ["R1", "A", 0, 2, 24.68],
        ["R1", "A", 1, -1, -12.34],
        ["R2", "fnsku:X001", 0, 2, 24.68],
    ]
    assert paid["date"].iloc[0] == pd.Timestamp("2026-05-12")  # in Los Angeles it was still evening
    assert (parsed.answer.kept, parsed.answer.dropped) == (3, {"without_sku": 1})


COMMON = {"settlement-id": "77", "settlement-start-date": "", "deposit-date": "", "total-amount": "", "currency": "", "transaction-type": "Order"}
COMMON |= {"order-id": "026-1", "marketplace-name": "Amazon.co.uk", "posted-date": "2026-03-29T23:30:00+00:00", "sku": "A", "quantity-purchased": ""}
HEAD = dict.fromkeys(COMMON, "") | {"settlement-id": "77", "settlement-start-date": "2026-03-15T00:00:00+00:00", "total-amount": "23.97", "currency": "GBP"}
BLANK = {f"{name}-{part}": "" for name in ("shipment-fee", "price", "item-related-fee", "promotion") for part in ("type", "amount")}
BLANK |= {"misc-fee-amount": "", "other-fee-amount": "", "other-fee-reason-description": "", "other-amount": ""}
V1 = {**COMMON, **BLANK}


def test_a_settlement_with_a_column_for_each_sort_of_amount(report):
    sold = {**V1, "quantity-purchased": "1", "price-type": "Principal", "price-amount": "29.99", "item-related-fee-type": "Commission"}
    sold |= {"item-related-fee-amount": "-4.50", "promotion-type": "Shipping", "promotion-amount": "-0.52"}
    storage = {**V1, "transaction-type": "Storage Fee", "sku": "", "order-id": "", "marketplace-name": "", "other-amount": "-1.00"}
    bare = {**V1, "quantity-purchased": "2"}
    parsed = report({**HEAD, **BLANK}, sold, storage, bare)
    lines = parsed.tables()["settlements"]
    assert lines[["line", "transaction", "kind"]].to_numpy().tolist()[:4] == [
        [0, "Order", "Principal"],
        [1, "Order", "Commission"],
        [2, "Order", "Promotion Shipping"],
        [3, "Storage Fee", "Storage Fee"],
    ]
    assert lines["amount"].tolist() == pytest.approx([29.99, -4.50, -0.52, -1.00, np.nan], nan_ok=True)
    assert lines["units"].tolist() == pytest.approx([1, np.nan, np.nan, np.nan, 2], nan_ok=True)  # 1 + 2 units of the file
    assert lines["channel"].tolist()[:3] == ["amazon-uk"] * 3
    assert lines["channel"].isna().tolist() == [False, False, False, True, False]
    assert set(lines["currency"]) == {"GBP"}
    assert lines["date"].iloc[0] == pd.Timestamp("2026-03-30")  # summer time began that night
    assert parsed.answer.dropped == {"summary_row": 1}
    note = next(note for note in parsed.answer.notes if note.code == "settlement_agrees")
    assert (note.values["total"], note.values["sum"]) == ("23.97", "23.97")


def test_a_settlement_with_a_row_for_each_amount(report):
    header = {"amount-type": "", "amount-description": "", "amount": "", "posted-date-time": ""}
    one = {**COMMON, **header, "posted-date": "26.03.2026", "posted-date-time": "26.03.2026 23:30:10 UTC", "marketplace-name": "Amazon.de"}
    price = {**one, "amount-type": "ItemPrice", "amount-description": "Principal", "amount": "29,99", "quantity-purchased": "1"}
    fee = {**one, "amount-type": "ItemFees", "amount-description": "Commission", "amount": "-4,50"}
    promotion = {**one, "amount-type": "Promotion", "amount-description": "Principal", "amount": "-1,00", "posted-date-time": ""}
    parsed = report({**HEAD, **header, "currency": "EUR", "total-amount": "25,00"}, price, fee, promotion)
    lines = parsed.tables()["settlements"]
    assert parsed.report == "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
    assert lines["kind"].tolist() == ["Principal", "Commission", "Promotion Principal"]
    assert lines["amount"].tolist() == pytest.approx([29.99, -4.50, -1.00])
    assert lines["date"].dt.day.tolist() == [27, 27, 26]  # half past midnight in Berlin; no time, the day as written
    note = next(note for note in parsed.answer.notes if note.code == "settlement_differs")
    assert (note.values["total"], note.values["sum"]) == ("25.00", "24.49")


def test_each_payout_of_a_file_is_held_against_its_own_total(report):
    one = {**V1, "price-type": "Principal", "price-amount": "23.97"}
    other = {**one, "settlement-id": "78", "price-amount": "5.00"}
    parsed = report({**HEAD, **BLANK}, one, {**HEAD, **BLANK, "settlement-id": "78", "total-amount": "6.00"}, other)
    assert [(note.code, note.values["payout"]) for note in parsed.answer.notes] == [("settlement_agrees", "77"), ("settlement_differs", "78")]
    assert parsed.tables()["settlements"][["settlement_id", "line"]].to_numpy().tolist() == [["77", 0], ["78", 0]]
