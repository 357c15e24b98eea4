"""Inventory planning through its generations, and the account of units: what comes in is kept or dropped for a reason."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.sources import recognition

BASE = {
    "snapshot-date": "2026-06-30",
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "product-name": "Kettle",
    "available": "40",
    "unfulfillable-quantity": "3",
    "currency": "USD",
    "your-price": "25",
    "marketplace": "US",
    "inv-age-0-to-90-days": "30",
    "inv-age-91-to-180-days": "10",
    "inv-age-181-to-270-days": "5",
    "inv-age-271-to-365-days": "4",
}
NEWEST = {"inv-age-366-to-455-days": "2", "inv-age-456-plus-days": "1"}
TIERS = [[0, 30], [91, 10], [181, 5], [271, 4]]


def one(parsed, table):
    frame = parsed.tables()[table]
    assert len(frame) == 1
    return frame.iloc[0]


def renamed(row, change):
    return {change(name): cell for name, cell in row.items()}


@pytest.mark.parametrize(
    ("row", "last"),
    [
        pytest.param({**BASE, "inv-age-365-plus-days": "3", "qty-to-be-charged-ltsf-6-mo": "1", "projected-ltsf-6-mo": "0.5"}, [[366, 3]], id="2021"),
        pytest.param({**BASE, "inv-age-365-plus-days": "3", "estimated-ais-365-plus-days": "6.9"}, [[366, 3]], id="2023"),
        pytest.param({**BASE, **NEWEST, "inv-age-181-to-330-days": "8", "inv-age-331-to-365-days": "1"}, [[366, 2], [456, 1]], id="2026"),
        pytest.param({**BASE, **NEWEST, "DEPRECATED inv-age-365-plus-days": ""}, [[366, 2], [456, 1]], id="given-up"),
        pytest.param({**BASE, "DEPRECATED inv-age-365-plus-days": "3"}, [[366, 3]], id="given-up-but-filled"),
        pytest.param(renamed({**BASE, **NEWEST}, lambda name: name.replace("inv-age", "inventory-age")), [[366, 2], [456, 1]], id="help-page"),
        pytest.param(renamed({**BASE, **NEWEST}, lambda name: name.replace("-", "_").upper() + " "), [[366, 2], [456, 1]], id="shouting"),
        pytest.param(renamed({**BASE, **NEWEST}, lambda name: name.replace("-", " ").title()), [[366, 2], [456, 1]], id="title-case"),
        pytest.param(renamed({**BASE, **NEWEST}, lambda name: name.replace("-plus-", "+-").replace("456+", "456-plus")), [[366, 2], [456, 1]], id="mixed"),
    ],
)
def test_age_in_every_generation(report, row, last):
    parsed = report(row)
    assert parsed.tables()["stock_age"][["age_from_days", "units"]].to_numpy().tolist() == TIERS + last
    assert [each for each in parsed.answer.drift if each["change"] == "new"] == []
    assert one(parsed, "stock")["available"] == 40


def test_three_months_make_the_youngest_tier(report):
    row = {name: cell for name, cell in BASE.items() if "0-to-90" not in name}
    months = {"inv-age-0-to-30-days": "10", "inv-age-31-to-60-days": "12", "inv-age-61-to-90-days": "8"}
    assert report({**row, **months, **NEWEST}).tables()["stock_age"]["units"].tolist() == [30, 10, 5, 4, 2, 1]
    unknown = report({**row, **months, "inv-age-61-to-90-days": ""}).tables()["stock_age"]
    assert unknown["age_from_days"].tolist() == [91, 181, 271]


def test_an_export_without_age_tells_the_stock(report):
    parsed = report({name: cell for name, cell in BASE.items() if "age" not in name} | {"Total Reserved Quantity": "2", "Inventory Supply at FBA": "42"})
    assert one(parsed, "stock")["on_hand"] == 42
    assert parsed.tables()["stock_age"].empty
    missing = [each["column"] for each in parsed.answer.drift if each["change"] == "missing"]
    assert missing == ["inv-age-0-to-90-days", "inv-age-91-to-180-days", "inv-age-181-to-270-days", "inv-age-271-to-365-days"]


@pytest.mark.parametrize(
    ("marketplace", "currency", "home", "node", "notes"),
    [
        ("", "", "CA", "fba-ca", ["home_marketplace"]),
        ("", "EUR", "FR", "fba-fr", ["marketplace_by_currency"]),
        ("", "EUR", "US", "fba-de", ["marketplace_by_currency"]),
        ("IT", "EUR", "FR", "fba-it", []),
    ],
)
def test_the_pool_of_a_snapshot(report, marketplace, currency, home, node, notes):
    parsed = report({**BASE, "marketplace": marketplace, "currency": currency}, home=home)
    assert one(parsed, "stock")["node"] == node
    assert [note.code for note in parsed.answer.notes] == notes


def test_a_snapshot_of_three_columns(report):
    stock = one(report({"snapshot-date": "2026-06-30", "sku": "A", "available": "5"}), "stock")
    assert stock[["node", "available"]].tolist() == ["fba-us", 5]
    assert np.isnan(stock["on_hand"])


def test_what_nobody_has_seen_is_drift_and_what_is_known_to_come_and_go_is_not(report):
    parsed = report({**BASE, "Reserved for Mars": "1", "Unnamed: 22": ""})
    assert parsed.answer.drift == [{"column": "Reserved for Mars", "change": "new"}]


def test_reserved_split_of_the_header_with_fc_transfer(report):
    split = {"fc-transfer": "5", "Reserved FC Processing": "4", "Reserved Customer Order": "2", "Reserved Staging": "1", "recommended-removal-quantity": "6"}
    stock = one(report({**BASE, **split}), "stock")
    names = ["reserved_transfer", "reserved_processing", "reserved_customer_order", "reserved_staging", "removal_units_reported", "on_hand"]
    assert stock[names].tolist() == [5, 4, 2, 1, 6, 40 + 12]


def test_the_chinese_header(report):
    chinese = {
        "快照日期": "2026-06-30",
        "SKU": "A",
        "FNSKU": "X001",
        "ASIN": "B001",
        "产品名称": "水壶",
        "可用库存": "40",
        "库存龄 0-90 天": "30",
        "库存龄 91-180 天": "10",
        "库存龄 181-270 天": "5",
        "库存龄 271-365 天": "4",
        "库存龄 365 天以上": "3",
        "货币": "AUD",
        "AIS 271-300 天将收取费用数量": "2",
        "AIS 271-300 天预估费用": "1.5",
        "站点": "AU",
        "供应天数": "365+",
        "入库-已发货": "7",
        "预留库存总计": "2",
        "不可售库存": "1",
    }
    parsed = report(chinese)
    stock = one(parsed, "stock")
    assert stock[["node", "on_hand", "unfulfillable", "inbound_shipped", "days_of_supply_reported"]].tolist() == ["fba-au", 42, 1, 7, 365]
    ages = parsed.tables()["stock_age"]
    assert ages[["age_from_days", "units"]].to_numpy().tolist() == [*TIERS, [366, 3]]
    assert ages["surcharge_units"].tolist() == pytest.approx([np.nan, np.nan, np.nan, 2, np.nan], nan_ok=True)


def test_a_sku_that_comes_twice_is_summed(report):
    parsed = report({**BASE, **NEWEST}, {**BASE, **NEWEST, "fnsku": "X002"}, {**BASE, **NEWEST, "marketplace": "CA", "currency": "CAD"})
    assert parsed.tables()["stock"][["node", "available"]].to_numpy().tolist() == [["fba-us", 80], ["fba-ca", 40]]
    assert parsed.tables()["stock_age"].groupby("node")["units"].sum().to_dict() == {"fba-us": 104, "fba-ca": 52}
    assert parsed.tables()["listings"]["channel"].tolist() == ["amazon-us", "amazon-ca"]
    assert (parsed.answer.rows, parsed.answer.kept) == (3, 3)


@pytest.mark.real
def test_every_generation_of_the_folder_keeps_what_is_in_it(shared_data, report):
    """All number columns filled with their place: what a generation has is read, and what it lacks stays unknown."""
    known = json.loads((shared_data / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))
    forms = [form["columns"] for name in known if name.startswith("GET_FBA_INVENTORY_PLANNING_DATA") for form in known[name] if "columns" in form]
    assert len(forms) == 3
    for columns in forms:
        words = {"snapshot-date": "2026-06-30", "sku": "A", "currency": "USD", "marketplace": "US", "volume-unit-measurement": "cubic feet"}
        row = {name: words.get(name, str(at)) for at, name in enumerate(columns, start=100)}
        parsed = report(row)
        stock, ages = one(parsed, "stock"), parsed.tables()["stock_age"]
        assert stock["available"] == int(row["available"])
        assert stock["pending_removal"] == int(row["pending-removal-quantity"])
        for name, ours in {"unfulfillable-quantity": "unfulfillable", "inbound-shipped": "inbound_shipped", "Reserved Staging": "reserved_staging"}.items():
            assert stock[ours] == int(row[name]) if name in row else np.isnan(stock[ours])
        tiers = [name for name in columns if name in {*BASE, *NEWEST, "inv-age-365-plus-days"} and name.startswith("inv-age")]
        assert ages["units"].tolist() == [int(row[name]) for name in tiers]


def units_of(parsed, table, columns):
    return float(np.nansum(parsed.tables()[table][columns].to_numpy(dtype="float64")))


SKUS, NUMBERS, SIGNED = ["A", "B", "C"], range(100), range(-9, 100)
DISPOSITIONS = ["SELLABLE", "sellable", "DEFECTIVE", "CUSTOMER_DAMAGED"]
PLACES = ["US", "GB", "DE", "CZ", ""]
ACCOUNTS = {
    "GET_RESERVED_INVENTORY_DATA": (
        {
            "sku": SKUS,
            "fnsku": SKUS,
            "reserved_qty": [0],
            "reserved_customerorders": NUMBERS,
            "reserved_fc-transfers": NUMBERS,
            "reserved_fc-processing": NUMBERS,
        },
        ["reserved_customerorders", "reserved_fc-transfers", "reserved_fc-processing"],
        "stock",
        ["reserved_customer_order", "reserved_transfer", "reserved_processing"],
    ),
    "GET_AFN_INVENTORY_DATA": (
        {"seller-sku": SKUS, "Warehouse-Condition-code": DISPOSITIONS, "Quantity Available": NUMBERS},
        ["Quantity Available"],
        "stock",
        ["available", "unfulfillable"],
    ),
    "GET_AFN_INVENTORY_DATA_BY_COUNTRY": (
        {"seller-sku": SKUS, "country": ["US", "GB", "DE", "CZ"], "quantity-for-local-fulfillment": NUMBERS},
        ["quantity-for-local-fulfillment"],
        "stock",
        ["available"],
    ),
    "GET_FBA_FULFILLMENT_CURRENT_INVENTORY_DATA": (
        {
            "snapshot-date": ["2026-06-01", "2026-06-02"],
            "sku": SKUS,
            "quantity": NUMBERS,
            "detailed-disposition": DISPOSITIONS,
            "country": PLACES,
        },
        ["quantity"],
        "stock",
        ["on_hand", "unfulfillable"],
    ),
    "GET_LEDGER_DETAIL_VIEW_DATA": (
        {
            "Date": ["05/13/2026", "05/14/2026"],
            "MSKU": SKUS,
            "Event Type": ["Shipments", "Receipts", "CustomerReturns", "WhseTransfers", "New kind"],
            "Quantity": SIGNED,
            "Disposition": DISPOSITIONS,
            "Country": PLACES,
        },
        ["Quantity"],
        "movements",
        ["receipts", "shipments", "returns", "adjustments"],
    ),
    "GET_FBA_FULFILLMENT_INVENTORY_RECEIPTS_DATA": (
        {"received-date": ["2026-06-01", "2026-06-02"], "sku": SKUS, "quantity": NUMBERS, "fba-shipment-id": SKUS},
        ["quantity"],
        "movements",
        ["receipts"],
    ),
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": (
        {"order-id": SKUS, "shipment-date": ["2026-06-01"], "sku": SKUS, "disposition": DISPOSITIONS, "shipped-quantity": NUMBERS},
        ["shipped-quantity"],
        "removals",
        ["units_shipped"],
    ),
    "GET_FBA_INVENTORY_PLANNING_DATA": (
        {
            "snapshot-date": ["2026-06-30"],
            "sku": SKUS,
            "marketplace": ["US", "CA"],
            "available": NUMBERS,
            "unfulfillable-quantity": NUMBERS,
        },
        ["available", "unfulfillable-quantity"],
        "stock",
        ["available", "unfulfillable"],
    ),
    "AWD_INVENTORY": (
        {"SKU": SKUS, "Available in AWD (units)": NUMBERS, "Reserved in AWD (units)": NUMBERS, "Customer Order (units)": NUMBERS},
        ["Available in AWD (units)", "Reserved in AWD (units)", "Customer Order (units)"],
        "stock",
        ["available", "reserved_customer_order"],
    ),
}


@pytest.mark.parametrize("name", ACCOUNTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_units_in_are_units_kept_and_units_dropped(name, data, report):
    columns, counted, table, ours = ACCOUNTS[name]
    row = st.fixed_dictionaries({column: st.sampled_from(values) for column, values in columns.items()})
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    parsed = report(*rows)
    assert parsed.report == name
    gone = [row for row in rows if "not_sellable" in parsed.answer.dropped and row.get("Disposition", "").upper() != "SELLABLE"]
    assert sum(parsed.answer.dropped.values()) == len(gone)
    brought = sum(row[column] for row in rows for column in counted)
    left_out = sum(row[column] for row in gone for column in counted)
    assert units_of(parsed, table, ours) == brought - left_out


@pytest.mark.parametrize("name", ACCOUNTS)
def test_rows_that_are_summed_are_seen_together(name):
    """Rows of one key may stand far apart in a big file; the columns that keep them together are all part of the key."""
    report = next(each for each in recognition.REPORTS if each.name == name)
    assert report.together
    assert set(report.together) <= {"sku", "date", "snapshot_date", "order_id"}


def test_rows_of_one_sku_far_apart_are_one_row(report):
    rows = [{**BASE, "sku": f"S{at % 7}", "marketplace": ""} for at in range(700)]
    parsed = report(*rows)
    assert parsed.tables()["stock"][["sku", "available"]].to_numpy().tolist() == [[f"S{at}", 4000] for at in range(7)]
