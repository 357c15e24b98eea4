"""What lies in FBA pools and AWD: reserved, restock, manage inventory, amazon-fulfilled, stranded, daily history, recommended removals."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench import sources
from workbench.errors import InvalidTable
from workbench.stock import positions
from workbench.tables import schema

TODAY = pd.Timestamp("2026-06-30")
"""The file is of the first of July, six o'clock UTC: still the day before in Los Angeles."""
PARTS = ["available", "reserved_customer_order", "reserved_transfer", "reserved_processing", "reserved_staging"]
RESERVED = {
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "product-name": "Kettle",
    "reserved_qty": "15",
    "reserved_customerorders": "1",
    "reserved_fc-transfers": "2",
    "reserved_fc-processing": "4",
    "reserved_staging": "8",
    "program": "FBA",
}


def one(parsed, table):
    frame = parsed.tables()[table]
    assert len(frame) == 1
    return frame.iloc[0]


def codes(parsed):
    return [note.code for note in parsed.answer.notes]


def filled(row):
    """The columns that a row knows, lineage and key left out."""
    return {name: row[name] for name in row.index[row.notna()] if name not in {"sku", "node", "date", "known_at", "source_file", "source_line"}}


def test_reserved_units_are_told_by_kind_and_nothing_else_is(report):
    parsed = report(RESERVED)
    stock = one(parsed, "stock")
    assert (stock["sku"], stock["node"], stock["date"]) == ("A", "fba-us", TODAY)
    assert filled(stock) == {"reserved_customer_order": 1, "reserved_transfer": 2, "reserved_processing": 4, "reserved_staging": 8}
    assert one(parsed, "items")[["title", "product_id", "fulfilment_id"]].tolist() == ["Kettle", "B001", "X001"]
    assert codes(parsed) == ["home_marketplace"]
    assert parsed.answer.drift == []


def test_reserved_before_staging_was_told(report):
    old = {name: cell for name, cell in RESERVED.items() if name not in {"reserved_staging", "program"}}
    parsed = report({**old, "reserved_qty": "7"})
    assert np.isnan(one(parsed, "stock")["reserved_staging"])
    assert (codes(parsed), parsed.answer.drift) == (["home_marketplace"], [])


def test_reserved_units_that_no_kind_explains_are_told_and_not_sellable_soon(report):
    parsed = report({**RESERVED, "reserved_qty": "20"})
    note = next(note for note in parsed.answer.notes if note.code == "reserved_unsplit")
    assert note.values == {"rows": 1, "units": 5}
    assert one(parsed, "stock")[PARTS[1:]].sum() == 15


def test_rows_of_one_sku_are_summed(report):
    parsed = report(RESERVED, {**RESERVED, "fnsku": "X002", "program": "SFP"}, {**RESERVED, "sku": "B"})
    stock = parsed.tables()["stock"]
    assert stock[["sku", "reserved_processing", "source_line"]].to_numpy().tolist() == [["A", 8, 2], ["B", 4, 4]]
    assert parsed.answer.kept == parsed.answer.rows == 3
    assert next(note.values["rows"] for note in parsed.answer.notes if note.code == "summed") == 1


@pytest.mark.parametrize(("home", "node", "day"), [("US", "fba-us", "2026-06-30"), ("DE", "fba-de", "2026-07-01"), ("JP", "fba-jp", "2026-07-01")])
def test_a_report_without_day_and_marketplace_is_of_today_at_home(write, parse, home, node, day):
    stock = one(parse(write(list(RESERVED), list(RESERVED.values())), home=home), "stock")
    assert (stock["node"], str(stock["date"].date())) == (node, day)


def test_no_row_lies_after_the_day_its_file_was_known(write):
    """At eight in the evening UTC it is tomorrow in Tokyo: a row of tomorrow would not be seen today."""
    file = write(list(RESERVED), list(RESERVED.values()))
    parsed = sources.parse(file, sources.Context("download.txt", dt.datetime(2026, 7, 1, 20), home="JP"))
    assert str(one(parsed, "stock")["date"].date()) == "2026-07-01"


RESTOCK = {
    "Country": "US",
    "Product Name": "Kettle",
    "FNSKU": "X001",
    "Merchant SKU": "A",
    "ASIN": "B001",
    "Condition": "New",
    "Supplier": "unassigned",
    "Supplier part no.": "",
    "Currency code": "USD",
    "Price": "25.00",
    "Sales last 30 days": "100.50",
    "Units Sold Last 30 Days": "4",
    "Total Units": "20",
    "Inbound": "6",
    "Available": "8",
    "FC transfer": "1",
    "FC Processing": "3",
    "Customer Order": "2",
    "Unfulfillable": "5",
    "Working": "1",
    "Shipped": "2",
    "Receiving": "3",
    "Fulfilled by": "Amazon",
    "Total Days of Supply (including units from open shipments)": "365+",
    "Days of Supply at Amazon Fulfillment Network": "30",
    "Alert": "out_of_stock",
    "Recommended replenishment qty": "6",
    "Recommended ship date": "none",
    "Recommended action": "Create shipment",
    "Unit storage size": "0.0356 ft3",
}


def test_restock_tells_stock_offer_and_item(report):
    parsed = report(RESTOCK)
    assert filled(one(parsed, "stock")) == {
        "on_hand": 14,
        "available": 8,
        "reserved_customer_order": 2,
        "reserved_transfer": 1,
        "reserved_processing": 3,
        "unfulfillable": 5,
        "inbound_working": 1,
        "inbound_shipped": 2,
        "inbound_receiving": 3,
        "days_of_supply_reported": 30,
        "order_units_reported": 6,
    }
    assert one(parsed, "listings")[["channel", "product_id", "price", "currency"]].tolist() == ["amazon-us", "B001", 25, "USD"]
    item = one(parsed, "items")
    assert item["volume_ft3"] == 0.0356
    assert pd.isna(item["supplier"])
    assert (codes(parsed), parsed.answer.drift) == ([], [])


@pytest.mark.parametrize(
    ("column", "cell", "field", "found"),
    [
        ("Days of Supply at Amazon Fulfillment Network", "365+", "days_of_supply_reported", 365),
        ("Days of Supply at Amazon Fulfillment Network", "", "days_of_supply_reported", 365),
        ("Recommended replenishment qty", "none", "order_units_reported", np.nan),
        ("Recommended replenishment qty", "--", "order_units_reported", np.nan),
        ("Recommended replenishment qty", "1,200", "order_units_reported", 1200),
        ("FC Processing", "", "on_hand", np.nan),
    ],
)
def test_restock_has_words_where_numbers_should_be(report, column, cell, field, found):
    assert one(report({**RESTOCK, column: cell}), "stock")[field] == pytest.approx(found, nan_ok=True)


@pytest.mark.parametrize(("cell", "volume"), [("Small", np.nan), ("1.23", np.nan), ("0,5 m3", 0.5 * 35.3146667), ("172.8 cubic inches", 0.1), ("", np.nan)])
def test_a_storage_size_is_a_volume_only_with_its_unit(report, cell, volume):
    assert one(report({**RESTOCK, "Unit storage size": cell}), "items")["volume_ft3"] == pytest.approx(volume, nan_ok=True)


@pytest.mark.parametrize(("country", "node"), [("GB", "fba-uk"), ("United Kingdom", "fba-uk"), ("日本", "fba-jp"), ("Deutschland", "fba-de"), ("", "fba-us")])
def test_restock_names_countries_in_words(report, country, node):
    assert one(report({**RESTOCK, "Country": country}), "stock")["node"] == node


def test_a_country_that_nobody_knows_is_a_fault(report):
    with pytest.raises(InvalidTable, match="line 3, column Country: expected a country such as US, UK or DE, got 'Narnia'"):
        report(RESTOCK, {**RESTOCK, "Country": "Narnia"})


def test_restock_of_the_seller_himself_lies_in_no_pool(report):
    parsed = report(RESTOCK, {**RESTOCK, "Merchant SKU": "B", "Fulfilled by": "Merchant"})
    assert parsed.answer.dropped == {"merchant_fulfilled": 1}
    assert one(parsed, "stock")["sku"] == one(parsed, "listings")["sku"] == one(parsed, "items")["sku"] == "A"


def test_restock_in_japanese(write, parse):
    header = ["国", "商品名", "FNSKU", "Merchant SKU", "ASIN", "通貨コード", "価格", "在庫あり", "FC移管中", "入出荷作業中 - FC処理中"]
    header += ["入出荷作業中 - 出荷待ち", "販売不可", "進行中", "出荷済み", "受領中", "推奨される在庫補充数"]
    file = write(header, ["JP", "やかん", "X001", "A", "B001", "JPY", '"￥2,980"', 8, 1, 3, 2, 5, 1, 2, 3, 6], delimiter=",")
    parsed = parse(file)
    assert one(parsed, "stock")[["node", "on_hand", "unfulfillable", "inbound_receiving", "order_units_reported"]].tolist() == ["fba-jp", 14, 5, 3, 6]
    assert one(parsed, "listings")[["price", "currency", "title"]].tolist() == [2980, "JPY", "やかん"]


MINE = {
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "product-name": "Kettle",
    "condition": "New",
    "your-price": "25.00",
    "mfn-listing-exists": "No",
    "mfn-fulfillable-quantity": "",
    "afn-listing-exists": "Yes",
    "afn-warehouse-quantity": "23",
    "afn-fulfillable-quantity": "20",
    "afn-unsellable-quantity": "1",
    "afn-reserved-quantity": "2",
    "afn-total-quantity": "29",
    "per-unit-volume": "0.10",
    "afn-inbound-working-quantity": "1",
    "afn-inbound-shipped-quantity": "2",
    "afn-inbound-receiving-quantity": "3",
    "afn-researching-quantity": "0",
    "afn-reserved-future-supply": "0",
    "afn-future-supply-buyable": "0",
    "afn-fc-transfer-quantity": "2",
    "afn-onhand-buyable-quantity": "22",
    "store": "",
    "afn-fulfillable-quantity-local": "20",
    "afn-fulfillable-quantity-remote": "0",
}


def test_my_inventory_tells_stock_offer_and_item(report):
    parsed = report(MINE)
    assert filled(one(parsed, "stock")) == {
        "on_hand": 22,
        "available": 20,
        "reserved_transfer": 2,
        "unfulfillable": 1,
        "inbound_working": 1,
        "inbound_shipped": 2,
        "inbound_receiving": 3,
    }
    assert one(parsed, "listings")[["channel", "price", "currency", "fulfilment"]].tolist() == ["amazon-us", 25, "USD", "fba"]
    assert one(parsed, "items")["volume_ft3"] == 0.1
    assert parsed.answer.drift == []


def test_my_inventory_of_eighteen_columns(report):
    parsed = report(dict(list(MINE.items())[:18]))
    assert parsed.answer.drift == []
    assert np.isnan(one(parsed, "stock")["reserved_transfer"])


@pytest.mark.parametrize(
    ("store", "node", "currency", "volume"), [("Amazon.de", "fba-de", "EUR", None), ("GB", "fba-uk", "GBP", None), ("US", "fba-us", "USD", 0.1)]
)
def test_my_inventory_of_a_store(report, store, node, currency, volume):
    parsed = report({**MINE, "store": store})
    assert one(parsed, "stock")["node"] == node
    assert one(parsed, "listings")["currency"] == currency
    assert one(parsed, "items")["volume_ft3"] == pytest.approx(volume or np.nan, nan_ok=True)


def test_what_the_seller_ships_is_no_stock_of_the_pool(report):
    parsed = report(MINE, {**MINE, "sku": "B", "afn-listing-exists": "No", "afn-fulfillable-quantity": "0"})
    assert [parsed.tables()[table]["sku"].tolist() for table in ("stock", "listings", "items")] == [["A"], ["A"], ["A", "B"]]
    assert parsed.answer.kept == 2


def test_fulfilled_inventory_by_condition(report):
    row = {"seller-sku": "A", "fulfillment-channel-sku": "X001", "asin": "B001", "condition-type": "NewItem", "Warehouse-Condition-code": "SELLABLE"}
    bad = {**row, "Warehouse-Condition-code": "UNSELLABLE", "Quantity Available": "3"}
    parsed = report({**row, "Quantity Available": "8"}, bad, {**bad, "seller-sku": "B"})
    assert [filled(row) for _, row in parsed.tables()["stock"].iterrows()] == [{"available": 8, "unfulfillable": 3}, {"unfulfillable": 3}]
    assert parsed.tables()["items"]["fulfilment_id"].tolist() == ["X001", "X001"]
    assert parsed.answer.drift == []


def test_fulfilled_inventory_in_japanese(report):
    stock = one(report({"出品者SKU": "A", "ASIN": "B001", "販売できる数量": "12"}, home="JP"), "stock")
    assert (stock["node"], filled(stock)) == ("fba-jp", {"available": 12})


def test_fulfilled_inventory_by_country(report):
    row = {"seller-sku": "A", "fulfillment-channel-sku": "X001", "asin": "B001", "condition-type": "NewItem"}
    parsed = report(*({**row, "country": country, "quantity-for-local-fulfillment": units} for country, units in (("GB", 4), ("DE", 5), ("CZ", 6))))
    stock = parsed.tables()["stock"]
    assert stock[["node", "available"]].to_numpy().tolist() == [["fba-uk", 4], ["fba-de", 11]]  # Czech centres hold stock of the German pool
    assert set(parsed.tables()["nodes"]["node"]) == {"fba-uk", "fba-de"}


def test_stranded_units(report):
    row = {
        "primary-action": "Relist",
        "date-stranded": "2026-05-20",
        "Date-to-take-auto-removal": "2026-07-20",
        "error-message": "Anna Smith complained",
        "stranded-reason": "Listing closed",
        "asin": "B001",
        "sku": "A",
        "fnsku": "X001",
        "product-name": "Kettle",
        "fulfilled-by": "Amazon",
        "fulfillable-qty": "7",
        "unfulfillable-qty": "2",
        "reserved-quantity": "1",
        "program": "FBA",
    }
    parsed = report(row, {**row, "fnsku": "X002", "fulfillable-qty": "1", "unfulfillable-qty": ""})
    stranded = one(parsed, "stranded")
    assert stranded[["node", "date", "stranded_date", "reason", "units", "unfulfillable", "removal_date"]].tolist() == [
        "fba-us",
        TODAY,
        pd.Timestamp("2026-05-20"),
        "Listing closed",
        8,
        2,
        pd.Timestamp("2026-07-20"),
    ]
    assert "stock" not in parsed.tables()  # units that nobody can buy are not available
    assert not any("Anna" in str(cell) for frame in parsed.tables().values() for cell in frame.to_numpy().ravel())


@pytest.mark.parametrize(
    ("since", "day"), [("2026-05-20 23:30:00 PDT", "2026-05-20"), ("2026-05-21T05:00:00+00:00", "2026-05-20"), ("05/20/2026", "2026-05-20"), ("N/A", None)]
)
def test_the_day_since_which_units_are_stranded(report, since, day):
    row = {"stranded-reason": "Listing closed", "sku": "A", "fulfillable-qty": "7", "date-stranded": since, "Date-to-take-auto-removal": "none"}
    stranded = one(report(row), "stranded")
    assert (None if pd.isna(stranded["stranded_date"]) else str(stranded["stranded_date"].date())) == day
    assert pd.isna(stranded["removal_date"])


DAILY = {"snapshot-date": "2026-06-01T00:00:00-07:00", "fnsku": "X001", "sku": "A", "product-name": "Kettle", "country": "US"}


def test_daily_history_is_summed_over_centres(report):
    parsed = report(
        {**DAILY, "quantity": 5, "fulfillment-center-id": "PHX7", "detailed-disposition": "SELLABLE"},
        {**DAILY, "quantity": 6, "fulfillment-center-id": "LAX9", "detailed-disposition": "SELLABLE"},
        {**DAILY, "quantity": 2, "fulfillment-center-id": "LAX9", "detailed-disposition": "DEFECTIVE"},
        {**DAILY, "quantity": 1, "fulfillment-center-id": "LAX9", "detailed-disposition": "WAREHOUSE_DAMAGED"},
        {**DAILY, "quantity": 9, "country": "GB", "detailed-disposition": "SELLABLE"},
    )
    stock = parsed.tables()["stock"]
    assert stock["node"].tolist() == ["fba-us", "fba-uk"]
    assert [filled(row) for _, row in stock.iterrows()] == [{"on_hand": 11, "unfulfillable": 3}, {"on_hand": 9}]
    assert set(stock["date"]) == {pd.Timestamp("2026-06-01")}  # midnight is a day, not an instant that falls on another day elsewhere


def test_recommended_removals(report):
    row = {"snapshot-date": "2026-06-15", "sku": "A", "fnsku": "X001", "asin": "B001", "product-name": "Kettle", "sellable-quantity": "40"}
    row |= {"sellable-365+-days": "9", "sellable-removal-quantity": "12", "unsellable-quantity": "3", "unsellable-0-7-days": "3"}
    parsed = report(row)
    stock = one(parsed, "stock")
    assert (stock["date"], filled(stock)) == (pd.Timestamp("2026-06-15"), {"on_hand": 40, "unfulfillable": 3, "removal_units_reported": 12})
    assert "stock_age" not in parsed.tables()


AWD = {
    "Product Name": "Kettle",
    "SKU": "A",
    "FNSKU": "X001",
    "ASIN": "B001",
    "Inbound to AWD (units)": "500",
    "Available in AWD (units)": "2000",
    "Available in AWD (cases)": "100",
    "Reserved in AWD (units)": "40",
    "Outbound to FBA (units)": "60",
}


def test_bulk_stock_lies_at_a_node_of_its_own(report):
    parsed = report(AWD)
    stock = one(parsed, "stock")
    assert (stock["node"], filled(stock)) == ("awd-us", {"on_hand": 2040, "available": 2000, "reserved_customer_order": 40, "inbound_shipped": 500})
    nodes = parsed.tables()["nodes"].set_index("node")
    assert nodes.loc["awd-us", ["kind", "marketplace", "currency"]].tolist() == ["awd", "US", "USD"]
    assert parsed.answer.drift == []


def test_bulk_stock_tells_the_split_of_the_pool(report):
    split = {"Available in FBA (units)": "5", "Customer Order (units)": "1", "FC Transfer (units)": "2", "FC Processing (units)": "3"}
    stock = report({**AWD, **split, "Days of Supply (days)": "365+"}).tables()["stock"].set_index("node")
    assert filled(stock.loc["fba-us"]) == {"available": 5, "reserved_customer_order": 1, "reserved_transfer": 2, "reserved_processing": 3}


def test_offers_all_over_europe(report):
    row = {"ASIN": "B001", "MerchantSKU": "A", "Enrol": "Yes", "FnSKU": "X001", "Pan EU Status": "Enrolled", "Title": "Kettle"}
    offers = {"UK Offer Status": "Active", "DE Offer Status": "inactive", "FR Offer Status": "No listing", "IT Offer Status": "", "ES Offer Status": "Odd"}
    parsed = report({**row, **offers}, {**row, **offers})
    listings = parsed.tables()["listings"].set_index("channel")
    assert listings["status"].fillna("?").to_dict() == {"amazon-uk": "active", "amazon-de": "inactive", "amazon-es": "?"}
    assert set(listings["fulfilment"]) == {"fba"}
    assert parsed.answer.dropped == {"repeated": 1}


def test_reports_of_one_day_fill_what_each_knows(report):
    """Available from one report and the reserved split from another give what can be sold soon; customers' orders never count."""
    frames = [report(row).tables()["stock"] for row in (MINE, RESERVED)]
    joint = pd.concat(frames).groupby(list(schema.key("stock")), as_index=False).last()
    sellable = positions(joint, schema.empty("inbound"), schema.empty("purchase_orders"), dt.date(2026, 7, 1)).iloc[0]
    assert (sellable["on_hand"], sellable["available"], sellable["unfulfillable"]) == (20 + 2 + 4, 20, 1)


@pytest.mark.parametrize("row", [RESERVED, MINE, RESTOCK, AWD, DAILY | {"quantity": "1", "detailed-disposition": "SELLABLE"}], ids=lambda row: next(iter(row)))
def test_a_row_without_sku_is_a_fault(report, row):
    name = next(name for name in row if name.lower() in {"sku", "merchant sku"})
    with pytest.raises(InvalidTable, match=f"line 3, column {name}: expected a value, got a blank"):
        report(row, {**row, name: ""})


@pytest.mark.parametrize(
    ("row", "column"), [(RESERVED, "reserved_qty"), (MINE, "afn-fulfillable-quantity"), (RESTOCK, "Available"), (AWD, "Available in AWD (units)")]
)
def test_units_that_are_no_number_are_a_fault(report, row, column):
    with pytest.raises(InvalidTable) as caught:
        report({**row, column: "many"})
    assert list(map(str, caught.value.faults)) == [f"line 2, column {column}: expected a number, got 'many'"]
