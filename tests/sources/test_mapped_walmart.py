"""Walmart's exports are read out of the box, and a mapping of the seller's own goes first."""

import pandas as pd
import pytest

from workbench import sources
from workbench.errors import MissingColumns
from workbench.settings import Mapping
from workbench.sources import mapped

ORDERS = """PO#,Order#,Order Date,Ship By,Delivery Date,Customer Name,Customer Shipping Address,Customer Phone Number,Ship to Address 1,Ship to Address 2,
City,State,Zip,Segment,FLIDS,Line#,UPC,Status,Item Description,Shipping Method,Shipping Tier,Shipping SLA,Shipping Config SOurce,Qty,SKU,Item Cost,
Shipping Cost,Tax,Update Status,Update Qty,Carrier,Tracking Number,Tracking Url,Seller Order NO,Fulfillment Entity,Replacement Order,
Original Customer Order Id""".replace("\n", "").split(",")
"""As four public programs that read or write the download name them."""


def order(**changes):
    cells = dict.fromkeys(ORDERS, "") | {"PO#": "108901", "Order#": "200012", "Order Date": "2026-06-01", "Line#": "1", "Qty": "2", "SKU": "MUG"}
    cells |= {"Item Cost": "12.50", "Status": "Delivered", "Customer Name": "Ann Example", "Item Description": "Mug", "Zip": "01234"}
    return cells | changes


def test_orders(report):
    lines = [order(), order(**{"Line#": "2", "Status": "Acknowledged", "Fulfillment Entity": "WFS Fulfilled", "Replacement Order": "No"})]
    lines += [order(**{"PO#": "2", "Status": status, "Replacement Order": "Yes"}) for status in ("Cancelled",)]
    parsed = report(*lines, delimiter=",")
    tables = parsed.tables()
    assert parsed.report == "GENERIC:walmart_orders"
    names = ["channel", "order_id", "sku", "line", "date", "units", "revenue", "currency", "status", "kind"]
    assert tables["orders"][names].to_numpy().tolist() == [
        ["walmart-us", "108901", "MUG", 1, pd.Timestamp("2026-06-01"), 2.0, 25.0, "USD", "shipped", "normal"],
        ["walmart-us", "108901", "MUG", 2, pd.Timestamp("2026-06-01"), 2.0, 25.0, "USD", "pending", "normal"],
        ["walmart-us", "2", "MUG", 1, pd.Timestamp("2026-06-01"), 2.0, 25.0, "USD", "cancelled", "replacement"],
    ]
    assert tables["orders"]["fulfilment"].dropna().tolist() == ["wfs"]
    assert tables["items"][["sku", "title"]].to_numpy().tolist() == [["MUG", "Mug"]]
    assert tables["channels"][["channel", "kind"]].to_numpy().tolist() == [["walmart-us", "walmart"]]
    assert not any("Ann" in str(cell) for frame in tables.values() for cell in frame.to_numpy().ravel())


def test_inventory_of_ship_nodes(write, parse):
    header = ["SKU", "Item ID", "Product Name", "Ship Node ID", "Ship Node Name", "Input Quantity", "AvailToSell Quantity"]
    parsed = parse(write(header, ["MUG", "600450733", "Mug", "1001", "TwoDay_WestCoast", "12", "9"], delimiter=","))
    found = parsed.tables()
    assert parsed.report == "GENERIC:walmart_inventory"
    assert found["stock"][["sku", "node", "date", "on_hand", "available"]].to_numpy().tolist() == [
        ["MUG", "TwoDay_WestCoast", pd.Timestamp("2026-07-01"), 12.0, 9.0]
    ]
    assert found["items"][["sku", "title", "product_id"]].to_numpy().tolist() == [["MUG", "Mug", "600450733"]]


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"Available Units": "10", "Reserved Units": "2", "Inventory Movement": "1", "Days of supply": "40", "Suggested Units": "5"}, id="2025"),
        pytest.param({"Available to Sell Units (ATS)": "10", "Damaged units": "1", "Days of supply based on last 30 days sales": "40"}, id="before"),
    ],
)
def test_inventory_at_walmart(report, columns):
    parsed = report({"GTIN": "00842978102337", "Vendor (Seller) SKU": "MUG", "Product Name": "Mug", "Inbound Units": "3"} | columns, delimiter=",")
    stock = parsed.tables()["stock"].iloc[0]
    assert parsed.report == "GENERIC:walmart_wfs_inventory"
    assert stock[["node", "available", "inbound_shipped", "days_of_supply_reported"]].tolist() == ["wfs-us", 10, 3, 40]
    assert parsed.tables()["serves"][["channel", "node"]].to_numpy().tolist() == [["walmart-us", "wfs-us"]]


def test_a_mapping_of_the_workspace_goes_first(report):
    mine = Mapping(
        name="mine", table="orders", columns={"order_id": "Order#", "sku": "SKU", "units": "Qty", "date": "Order Date"}, constants={"channel": "w"}
    )  # fmt: skip
    cells = order()
    assert report(cells, delimiter=",", mappings=[mine]).report == "GENERIC:mine"
    assert report(cells, delimiter=",").report == "GENERIC:walmart_orders"


def test_an_upload_form_is_no_export(write):
    file = write(["PO#", "Line#", "Update Status", "Update Qty", "Carrier", "Tracking Number", "Tracking Url"], delimiter=",")
    assert sources.recognise(file) is None


def test_orders_without_prices_say_what_is_missing(write, parse):
    with pytest.raises(MissingColumns, match="Item Cost"):
        parse(write([name for name in ORDERS if name != "Item Cost"], delimiter=","))


def test_every_mapping_that_ships_is_a_report_by_its_name():
    assert [report.name for report in mapped.shipped()] == ["GENERIC:walmart_orders", "GENERIC:walmart_inventory", "GENERIC:walmart_wfs_inventory"]
