"""Shopify's inventory exports of all generations: stock of each location of the shop."""

import numpy as np
import pandas as pd
import pytest

from workbench import sources
from workbench.errors import InvalidTable
from workbench.settings import Mapping

NEW = ["Incoming (not editable)", "Unavailable (not editable)", "Committed (not editable)", "Available (not editable)", "On hand (current)", "On hand (new)"]
OLD = ["Incoming", "Unavailable", "Committed", "Available", "On hand"]


def row(sku="TEE-S", location="Main Warehouse", states=("2", "1", "3", "8", "12", ""), names=NEW, **changes):
    cells = {"Handle": "crew-tee", "Title": "Crew Tee", "Option1 Name": "Size", "Option1 Value": "S", "Option2 Name": "", "Option2 Value": ""}
    cells |= {"SKU": sku, "HS Code": "6109.10", "COO": "PT", "Location": location, "Bin name": "A-1"}
    return cells | dict(zip(names, states, strict=True)) | {name.replace("_", " "): value for name, value in changes.items()}


@pytest.fixture
def inventory(report):
    return lambda *rows: report(*rows, delimiter=",")


@pytest.mark.parametrize(("names", "states"), [(NEW, ("2", "1", "3", "8", "12", "99")), (OLD, ("2", "1", "3", "8", "12"))], ids=["since 2024", "before"])
def test_states_of_a_variant_at_a_location(inventory, names, states):
    parsed = inventory(row(states=states, names=names))
    found = parsed.tables()
    stock = found["stock"].iloc[0]
    assert parsed.report == "SHOPIFY_INVENTORY" and parsed.answer.drift == []
    assert stock[["sku", "node", "date"]].tolist() == ["TEE-S", "shop-main-warehouse", pd.Timestamp("2026-07-01")]
    assert stock[["on_hand", "available", "reserved_customer_order", "unfulfillable", "inbound_shipped"]].tolist() == [12, 8, 3, 1, 2]
    assert found["items"][["sku", "title", "parent"]].to_numpy().tolist() == [["TEE-S", "Crew Tee - S", "crew-tee"]]
    assert found["nodes"][["node", "name", "kind"]].to_numpy().tolist() == [["shop-main-warehouse", "Main Warehouse", "store"]]
    assert found["serves"][["channel", "node", "priority"]].to_numpy().tolist() == [["shop", "shop-main-warehouse", 1]]
    assert found["channels"][["channel", "kind"]].to_numpy().tolist() == [["shop", "shop"]]
    assert found["nodes"]["known_at"].tolist() == [pd.Timestamp("1970-01-01")], "every form overrules what is built in"


def test_locations_serve_in_the_order_of_the_file(inventory):
    found = inventory(row(location="Front Shop"), row(), row(sku="TEE-M")).tables()
    assert found["serves"][["node", "priority"]].to_numpy().tolist() == [["shop-front-shop", 1], ["shop-main-warehouse", 2]]


def test_where_nothing_is_stocked_there_is_no_row(inventory):
    parsed = inventory(row(), row(location="Front Shop", states=("0", "not stocked", "not stocked", "Not stocked", "not stocked", "not stocked")))
    assert parsed.tables()["stock"]["node"].tolist() == ["shop-main-warehouse"]
    assert parsed.answer.dropped == {"not_stocked": 1}


def test_what_lies_at_amazon_is_told_by_amazon(inventory):
    parsed = inventory(row(), row(location="Amazon Marketplace Web"))
    assert parsed.tables()["stock"]["node"].tolist() == ["shop-main-warehouse"]
    assert parsed.answer.dropped == {"pool_of_amazon": 1}


def test_oversold_is_none(inventory):
    parsed = inventory(row(states=("0", "0", "5", "-3", "2", "")))
    assert parsed.tables()["stock"][["available", "on_hand"]].to_numpy().tolist() == [[0.0, 2.0]]
    assert [(note.code, note.values) for note in parsed.answer.notes] == [("oversold", {"rows": 1, "units": 3.0, "column": "Available (not editable)"})]


def test_variants_that_share_a_sku_are_one(inventory):
    parsed = inventory(row(), row(**{"Option1_Value": "M"}), row(location="Front Shop"))
    assert parsed.tables()["stock"][["node", "on_hand", "available"]].to_numpy().tolist() == [
        ["shop-main-warehouse", 24.0, 16.0],
        ["shop-front-shop", 12.0, 8.0],
    ]
    assert parsed.answer.kept == 3 and parsed.answer.notes[0].code == "summed"


def test_a_variant_without_sku_goes_by_the_name_that_orders_show(inventory):
    parsed = inventory(row(sku="", Option2_Name="Colour", Option2_Value="Black"), row(sku="", Title="Mug", Option1_Value="Default Title"))
    assert parsed.tables()["stock"]["sku"].tolist() == ["name:Crew Tee - S / Black", "name:Mug"]


def test_a_row_without_location_is_a_fault(inventory):
    with pytest.raises(InvalidTable, match="line 3, column Location: expected a value, got a blank"):
        inventory(row(), row(location=""))


def test_no_number_is_a_fault(inventory):
    with pytest.raises(InvalidTable, match=r"line 2, column On hand \(current\): expected a number, got 'many'"):
        inventory(row(states=("0", "0", "0", "0", "many", ""))).tables()


WIDE = ["Handle", "Title", "Option1 Name", "Option1 Value", "SKU", "HS Code", "COO", "Main Warehouse", "Amazon Marketplace Web", "Front Shop"]


def test_a_column_a_location(write, parse):
    file = write(
        WIDE,
        ["tee", "Blue Tee", "Size", "S", "TEE-S", "6109", "US", "12", "40", "3"],
        ["tee", "Blue Tee", "Size", "M", "TEE-M", "6109", "US", "-4", "0", "not stocked"],
        ["mug", "Mug", "Title", "Default Title", "MUG", "", "", "not stocked", "7", ""],
        delimiter=",",
    )
    parsed = parse(file)
    stock = parsed.tables()["stock"].sort_values(["sku", "node"])
    assert parsed.report == "SHOPIFY_INVENTORY"
    assert stock[["sku", "node", "available"]].to_numpy().tolist() == [
        ["TEE-M", "shop-main-warehouse", 0.0],
        ["TEE-S", "shop-front-shop", 3.0],
        ["TEE-S", "shop-main-warehouse", 12.0],
    ]
    assert np.isnan(stock["on_hand"]).all(), "this layout tells what is available only"
    assert parsed.answer.dropped == {"not_stocked": 1}
    assert parsed.tables()["serves"]["node"].tolist() == ["shop-main-warehouse", "shop-front-shop"]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(WIDE[:7], id="no location"),
        pytest.param(["Handle", "Title", "Body (HTML)", "Vendor", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price"], id="products"),
    ],
)
def test_what_is_no_inventory(write, header):
    assert sources.recognise(write(header, delimiter=",")) is None


def test_a_mapping_may_read_it_instead(inventory, write, parse):
    """A location that is the 3PL of another file: its units must count once."""
    columns = {"sku": "SKU", "node": "Location", "available": "Available (not editable)"}
    named = {"name": "my shop", "table": "stock", "columns": columns, "words": {"node": {"Main Warehouse": "3pl-us"}}}
    cells = row()
    file = write(list(cells), list(cells.values()), delimiter=",")
    parsed = parse(file, [Mapping(**named, instead_of="SHOPIFY_INVENTORY")])
    assert parsed.report == "GENERIC:my shop"
    assert parsed.tables()["stock"][["node", "available"]].to_numpy().tolist() == [["3pl-us", 8.0]]
    assert parse(file, [Mapping(**named)]).report == "SHOPIFY_INVENTORY"


@pytest.mark.real
@pytest.mark.parametrize("generation", [0, 1])
def test_headers_as_seen_are_read_without_drift(shared_data, write, parse, generation):
    import json

    seen = json.loads((shared_data / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))["SHOPIFY_inventory_export"][generation]
    parsed = parse(write(seen["columns"], delimiter=","))
    assert (parsed.report, parsed.answer.rows, parsed.answer.drift) == ("SHOPIFY_INVENTORY", 0, [])
