"""Inventory planning, ledger summary, customer returns, storage fees."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InvalidTable

SNAPSHOT = {
    "snapshot-date": "2026-06-30",
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "product-name": "Kettle, 1.7 l",
    "available": "40",
    "fc-transfer": "5",
    "pending-removal-quantity": "1",
    "inv-age-0-to-90-days": "30",
    "inv-age-91-to-180-days": "10",
    "inv-age-181-to-270-days": "5",
    "inv-age-271-to-365-days": "0",
    "inv-age-366-to-455-days": "2",
    "inv-age-456-plus-days": "1",
    "currency": "USD",
    "your-price": "25.00",
    "sales-price": "22.50",
    "item-volume": "0.05",
    "volume-unit-measurement": "cubic feet",
    "marketplace": "US",
    "product-group": "Kitchen",
    "days-of-supply": "365+",
    "inbound-working": "7",
    "inbound-shipped": "8",
    "inbound-received": "9",
    "Total Reserved Quantity": "11",
    "unfulfillable-quantity": "3",
    "quantity-to-be-charged-ais-181-210-days": "2",
    "estimated-ais-181-210-days": "0.50",
    "quantity-to-be-charged-ais-211-240-days": "1",
    "estimated-ais-211-240-days": "0.25",
    "estimated-ais-241-270-days": "",
    "quantity-to-be-charged-ais-456-plus-days": "1",
    "estimated-ais-456-plus-days": "7.90",
    "Recommended ship-in quantity": "60",
    "Reserved FC Processing": "4",
    "Reserved Customer Order": "2",
    "Reserved Staging": "0",
    "supplier": "Acme",
}


def one(parsed, table):
    frame = parsed.tables()[table]
    assert len(frame) == 1
    return frame.iloc[0]


def test_planning_tells_where_units_are(report):
    stock = one(report(SNAPSHOT), "stock")
    assert (stock["sku"], stock["node"], str(stock["date"].date())) == ("A", "fba-us", "2026-06-30")
    assert stock["on_hand"] == 40 + 11
    told = "available reserved_customer_order reserved_transfer reserved_processing reserved_staging unfulfillable inbound_working inbound_shipped"
    assert stock[told.split()].tolist() == [40, 2, 5, 4, 0, 3, 7, 8]
    assert stock[["inbound_receiving", "pending_removal", "days_of_supply_reported", "order_units_reported"]].tolist() == [9, 1, 365, 60]


@pytest.mark.parametrize(
    ("left_out", "on_hand"),
    [(["Total Reserved Quantity"], 40 + 2 + 5 + 4), (["Total Reserved Quantity", "Reserved FC Processing"], np.nan), (["available"], None)],
)
def test_stock_on_hand_is_never_guessed(report, left_out, on_hand):
    kept = {name: value for name, value in SNAPSHOT.items() if name not in left_out}
    if on_hand is None:
        kept["available"], on_hand = "", np.nan
    assert one(report(kept), "stock")["on_hand"] == pytest.approx(on_hand, nan_ok=True)


def test_planning_tells_age_and_surcharge(report):
    ages = report(SNAPSHOT).tables()["stock_age"]
    assert ages[["age_from_days", "units"]].to_numpy().tolist() == [[0, 30], [91, 10], [181, 5], [271, 0], [366, 2], [456, 1]]
    assert ages["age_to_days"].tolist() == pytest.approx([90, 180, 270, 365, 455, np.nan], nan_ok=True)
    assert ages["surcharge_units"].tolist() == pytest.approx([np.nan, np.nan, 3, np.nan, np.nan, 1], nan_ok=True)
    assert ages["surcharge_estimated"].tolist() == pytest.approx([np.nan, np.nan, 0.75, np.nan, np.nan, 7.9], nan_ok=True)


def test_the_old_last_tier_is_read(report):
    old = {name: value for name, value in SNAPSHOT.items() if "366" not in name and "456" not in name}
    ages = report({**old, "inv-age-365-plus-days": "3", "estimated-ais-365-plus-days": "6.90"}).tables()["stock_age"]
    assert ages[["age_from_days", "units"]].to_numpy().tolist()[-1] == [366, 3]
    assert np.isnan(ages["age_to_days"].iloc[-1])
    assert ages["surcharge_estimated"].iloc[-1] == 6.9


def test_other_spellings_of_the_header(report):
    renamed = {name.replace("inv-age", "inventory-age").replace("-", "_").title(): value for name, value in SNAPSHOT.items()}
    assert report(renamed).tables()["stock_age"]["units"].tolist() == [30, 10, 5, 0, 2, 1]


def test_planning_tells_offer_and_item(report):
    parsed = report(SNAPSHOT)
    offer, item = one(parsed, "listings"), one(parsed, "items")
    assert offer[["channel", "product_id", "price", "currency", "fulfilment"]].tolist() == ["amazon-us", "B001", 22.5, "USD", "fba"]
    assert item[["sku", "title", "product_id", "fulfilment_id", "category", "supplier"]].tolist() == ["A", "Kettle, 1.7 l", "B001", "X001", "Kitchen", "Acme"]
    assert item["volume_ft3"] == 0.05


@pytest.mark.parametrize(("sale", "price"), [("", 25.0), ("0", 25.0), ("19.99", 19.99)])
def test_the_asking_price(report, sale, price):
    assert one(report({**SNAPSHOT, "sales-price": sale}), "listings")["price"] == price


@pytest.mark.parametrize(("unit", "cubic_feet"), [("cubic feet", 2.0), ("cubic inches", 2 / 1728), ("Cubic Centimeters", 2 * 3.53146667e-5)])
def test_volumes_in_cubic_feet(report, unit, cubic_feet):
    assert one(report({**SNAPSHOT, "item-volume": "2", "volume-unit-measurement": unit}), "items")["volume_ft3"] == pytest.approx(cubic_feet)


@pytest.mark.parametrize(
    ("marketplace", "currency", "node"),
    [("GB", "GBP", "fba-uk"), ("UK", "", "fba-uk"), ("Amazon.de", "EUR", "fba-de"), ("", "GBP", "fba-uk"), ("", "EUR", "fba-de")],
)
def test_the_pool_of_a_row(report, marketplace, currency, node):
    parsed = report({**SNAPSHOT, "marketplace": marketplace, "currency": currency})
    assert one(parsed, "stock")["node"] == node
    assert one(parsed, "serves")[["channel", "node", "priority"]].tolist() == [node.replace("fba", "amazon"), node, 1]
    assert len(parsed.answer.notes) == (not marketplace)


def test_one_item_in_two_marketplaces(report):
    parsed = report(SNAPSHOT, {**SNAPSHOT, "marketplace": "GB", "currency": "GBP", "product-name": "Kettle UK"})
    assert parsed.tables()["stock"]["node"].tolist() == ["fba-us", "fba-uk"]
    assert one(parsed, "items")["title"] == "Kettle, 1.7 l"


LEDGER = {
    "Date": "05/13/2026",
    "FNSKU": "X001",
    "ASIN": "B001",
    "MSKU": "A",
    "Title": "Kettle",
    "Disposition": "SELLABLE",
    "Starting Warehouse Balance": "10",
    "In Transit Between Warehouses": "4",
    "Receipts": "2",
    "Customer Shipments": "-3",
    "Customer Returns": "1",
    "Vendor Returns": "0",
    "Warehouse Transfer In/Out": "-2",
    "Found": "1",
    "Lost": "-1",
    "Damaged": "0",
    "Disposed": "0",
    "Other Events": "0",
    "Ending Warehouse Balance": "8",
    "Unknown Events": "0",
    "Location": "US",
    "Store": "",
}


def test_the_ledger_tells_what_moved(report):
    moved = one(report(LEDGER), "movements")
    assert (moved["sku"], moved["node"], str(moved["date"].date())) == ("A", "fba-us", "2026-05-13")
    assert moved[["starting", "receipts", "shipments", "returns", "adjustments", "ending"]].tolist() == [10, 2, -3, 1, -2, 8]


def test_the_ledger_tells_sellable_and_unfulfillable_stock(report):
    damaged = {**LEDGER, **dict.fromkeys(("Receipts", "Customer Shipments", "Warehouse Transfer In/Out", "Found", "Lost"), "0")}
    damaged |= {"Disposition": "CUSTOMER_DAMAGED", "Starting Warehouse Balance": "0", "Ending Warehouse Balance": "1"}
    parsed = report(
        LEDGER, damaged, {**damaged, "Disposition": "DEFECTIVE", "Ending Warehouse Balance": "1"}, {**damaged, "MSKU": "B"}, {**LEDGER, "MSKU": "C"}
    )
    stock = parsed.tables()["stock"].set_index("sku")
    assert stock["on_hand"].tolist() == pytest.approx([8, np.nan, 8], nan_ok=True)
    assert stock["unfulfillable"].tolist() == pytest.approx([2, 1, np.nan], nan_ok=True)
    assert parsed.tables()["movements"]["sku"].tolist() == ["A", "C"]


def test_labels_and_centres_of_a_sku_are_summed(report):
    parsed = report(LEDGER, {**LEDGER, "FNSKU": "X002", "Location": "PHX7", "Store": "US"})
    assert one(parsed, "movements")[["starting", "receipts", "ending"]].tolist() == [20, 4, 16]
    assert one(parsed, "stock")["on_hand"] == 16


@pytest.mark.parametrize(("ending", "unknown", "adjustments"), [("8", "0", -2), ("8", "5", -2), ("7", "-1", -3), ("9", "1", -1)])
def test_unknown_events_may_stand_in_the_balance_or_beside_it(report, ending, unknown, adjustments):
    moved = one(report({**LEDGER, "Ending Warehouse Balance": ending, "Unknown Events": unknown}), "movements")
    assert moved["adjustments"] == adjustments
    assert moved["starting"] + moved[["receipts", "shipments", "returns", "adjustments"]].sum() == moved["ending"]


def test_a_ledger_that_does_not_add_up_is_refused(report):
    with pytest.raises(InvalidTable) as caught:
        report(LEDGER, {**LEDGER, "MSKU": "B", "Ending Warehouse Balance": "80"}, {**LEDGER, "Location": "Narnia"})
    assert list(map(str, caught.value.faults)) == [
        "line 3, column Ending Warehouse Balance: expected 8 (10 at the start and events of -2), got '80'",
        "line 4, column Location: expected a country such as US, UK or DE, got 'Narnia'",
    ]


RETURN = {
    "return-date": "2026-06-05T03:07:37+00:00",
    "order-id": "111-1",
    "sku": "A",
    "asin": "B001",
    "quantity": "1",
    "detailed-disposition": "CUSTOMER_DAMAGED",
    "reason": "DEFECTIVE",
    "license-plate-number": "LPN000123",
    "customer-comments": "Anna says it leaks",
}


def test_returns(report):
    found = report(RETURN, RETURN, {**RETURN, "sku": "B", "reason": ""}).tables()["returns"]
    assert found["line"].tolist() == [0, 1, 0]
    assert found.iloc[0][["order_id", "sku", "date", "units", "reason", "disposition"]].tolist() == [
        "111-1", "A", pd.Timestamp("2026-06-05"), 1, "DEFECTIVE", "CUSTOMER_DAMAGED",
    ]  # fmt: skip
    assert not any("Anna" in str(cell) or "LPN" in str(cell) for cell in found.to_numpy().ravel())


FEE = {
    "asin": "B001",
    "fnsku": "X001",
    "product_name": "Kettle",
    "fulfillment_center": "PHX7",
    "country_code": "US",
    "longest_side": "25.4",
    "median_side": "20.32",
    "shortest_side": "12.7",
    "measurement_units": "centimeters",
    "weight": "16",
    "weight_units": "ounces",
    "item_volume": "0.23",
    "volume_units": "cubic feet",
    "product_size_tier": "Standard-Size",
    "average_quantity_on_hand": "100",
    "estimated_total_item_volume": "5",
    "month_of_charge": "2026-05",
    "base_rate": "0.78",
    "currency": "USD",
    "estimated_monthly_storage_fee": "3.90",
}


def test_storage_fees_by_sku(report):
    parsed = report({**FEE, "sku": "A"}, {**FEE, "sku": "A", "fulfillment_center": "FTW1"})
    fees = parsed.tables()["fees_charged"]
    assert fees["line"].tolist() == [0, 1]
    assert fees.iloc[0][["sku", "node", "kind", "units", "volume_ft3", "rate", "amount", "currency"]].tolist() == [
        "A",
        "fba-us",
        "storage",
        100,
        5,
        0.78,
        3.9,
        "USD",
    ]
    item = one(parsed, "items")
    assert item[["length_in", "width_in", "height_in", "weight_lb", "volume_ft3"]].tolist() == pytest.approx([10, 8, 5, 1, 0.23])
    assert item["size_tier"] == "Standard-Size"


@pytest.mark.parametrize(
    ("said", "first_day"), [("2026-05", "2026-05-01"), ("2026-05-01", "2026-05-01"), ("05/2026", "2026-05-01"), ("2026-05-31", "2026-05-01")]
)
def test_the_month_of_charge(report, said, first_day):
    assert report({**FEE, "sku": "A", "month_of_charge": said}).tables()["fees_charged"]["date"].tolist() == [pd.Timestamp(first_day)]


def test_fees_by_label_find_their_sku_now_or_later(report):
    items = pd.DataFrame({"sku": ["A", "B", "C"], "fulfilment_id": ["X001", "X009", "X009"], "product_id": [None, "B002", None]})
    known = report(FEE, items=items)
    assert known.tables()["fees_charged"]["sku"].tolist() == ["A"]
    assert known.answer.notes == []
    unknown = report(FEE, {**FEE, "fnsku": "X009"})
    assert unknown.tables()["fees_charged"]["sku"].tolist() == ["fnsku:X001", "fnsku:X009"]
    assert unknown.tables()["items"].empty
    assert len(unknown.answer.notes) == 1


def test_an_unknown_unit_is_a_fault(report):
    with pytest.raises(InvalidTable, match="line 2, column measurement_units: expected a unit such as inches, inch, got 'cubits'"):
        report({**FEE, "measurement_units": "cubits"})
