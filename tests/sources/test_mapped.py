"""Files of other systems by a mapping: tills and invoices, web shops, UCI Online Retail."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameters, InvalidTable
from workbench.settings import Mapping
from workbench.sources import forms, mapped
from workbench.store.words import note_text

TILL = Mapping(
    name="till",
    table="orders",
    columns={"order_id": "InvoiceNo", "sku": "StockCode", "units": "Quantity", "date": "InvoiceDate", "unit_price": "UnitPrice", "title": "Description"},
    constants={"channel": "shop", "currency": "GBP"},
    known_at="row",
    time_zone="Europe/London",
    drop_skus=["POST", "DOT", "M", "m", "D", "S", "C2", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "gift_*"],
)
HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "Country"]


def line(invoice="536365", sku="85123A", units="6", price="2.55", at="7/18/2011 8:26", title="T-LIGHT HOLDER"):
    return [invoice, sku, title, units, at, price, "United Kingdom"]


@pytest.fixture
def till(write, parse):
    return lambda *lines, mapping=TILL: parse(write(HEADER, *lines, delimiter=","), [mapping])


def test_an_invoice_line(till):
    parsed = till(line())
    found = parsed.tables()["orders"].iloc[0]
    assert found[["channel", "order_id", "sku", "line", "units", "revenue", "currency", "status", "kind"]].tolist() == [
        "shop", "536365", "85123A", 0, 6, pytest.approx(15.3), "GBP", "shipped", "normal",
    ]  # fmt: skip
    assert (found["date"], found["ordered_at"]) == (pd.Timestamp("2011-07-18"), pd.Timestamp("2011-07-18 07:26"))
    assert found["known_at"] == pd.Timestamp("2011-07-18")
    assert parsed.report == "GENERIC:till"
    assert [note_text(note) for note in parsed.answer.notes] == []


def test_known_when_the_file_was_saved(till):
    found = till(line(), mapping=TILL.model_copy(update={"known_at": "file"})).tables()["orders"]
    assert found["known_at"].tolist() == [pd.Timestamp("2026-07-01 06:00")]


def test_what_is_no_article_is_left_out_and_counted(till):
    parsed = till(line(), line(sku="POST"), line(sku="POST"), line(sku="gift_0001_20"), line(sku="m"), line(sku="PADSX"))
    assert parsed.tables()["orders"]["sku"].tolist() == ["85123A", "PADSX"]
    assert [note_text(note) for note in parsed.answer.notes] == ["4 line(s) left out, their SKU is no article: POST (2), gift_0001_20 (1), m (1)"]


@pytest.mark.parametrize(
    ("change", "kept", "notes"),
    [
        ({"invoice": "C1", "units": "-6"}, [(-6, "cancelled", "normal")], ["1 line(s) with 6 units are negative"]),
        ({"units": "-6", "price": "0"}, [], ["1 line(s) with 6 units left out: negative and without price"]),
        ({"units": "1", "price": "-11062.06"}, [], ["1 line(s) with 1 units left out: negative price"]),
        ({"units": "6", "price": "0"}, [(6, "shipped", "free")], ["1 line(s) with 6 units have a price of zero"]),
        ({"units": "-6", "price": ""}, [(-6, "cancelled", "normal")], ["1 line(s) with 6 units are negative"]),
    ],
    ids=["cancellation", "write-off", "bad debt", "given away", "negative, price unknown"],
)
def test_lines_that_are_no_sales(till, change, kept, notes):
    parsed = till(line(**change))
    assert list(parsed.tables()["orders"][["units", "status", "kind"]].itertuples(index=False, name=None)) == kept
    assert [note[: len(start)] for note, start in zip([note_text(note) for note in parsed.answer.notes], notes, strict=True)] == notes


def test_equal_lines_of_an_invoice_stay(till):
    parsed = till(line(), line(), line(units="1"))
    assert parsed.tables()["orders"]["line"].tolist() == [0, 1, 2]
    assert note_text(parsed.answer.notes[0]).startswith("1 line(s) equal another line")


def test_an_order_taken_back_on_its_day_vanishes_in_the_sum(till):
    orders = till(line(units="80995"), line(invoice="C2", units="-80995", at="7/18/2011 8:38")).tables()["orders"]
    assert orders.groupby("date")["units"].sum().tolist() == [0]


def test_an_article_is_named_by_its_last_sale(till):
    parsed = till(line(title="OLD"), line(title="NEW", at="7/19/2011 9:00"), line(invoice="C3", units="-1", title="damages", at="7/20/2011 9:00"))
    assert parsed.tables()["items"][["sku", "title"]].to_numpy().tolist() == [["85123A", "NEW"]]
    assert parsed.tables()["items"]["known_at"].tolist() == [pd.Timestamp("2011-07-19")]


def test_faults_are_in_the_words_of_the_file(till):
    with pytest.raises(InvalidTable) as caught:
        till(line(units="six"), line(at="someday"), line(at=""), line(sku=""))
    assert caught.value.table == "GENERIC:till"
    assert list(map(str, caught.value.faults)) == [
        "line 2, column Quantity: expected a number, got 'six'",
        "line 3, column InvoiceDate: expected a date, got 'someday'",
        "line 5, column StockCode: expected a value, got a blank",
    ]


@pytest.mark.real
def test_uci_online_retail_whole(shared_data, parse):
    """Counts as the data's own description tells them; sums recomputed here with plain pandas."""
    file = shared_data / "online_retail" / "online_retail_2010_2011.parquet"
    raw = pd.read_parquet(file)
    parsed = parse(file, [TILL])
    orders = parsed.tables()["orders"]
    goods = ~raw["StockCode"].isin(TILL.drop_skus) & ~raw["StockCode"].str.startswith("gift_")
    write_off = (raw["Quantity"] < 0) & (raw["UnitPrice"] == 0)
    kept = raw[goods & ~write_off]
    assert len(raw) == 541_909
    assert (write_off & goods).sum() == 1336
    assert len(orders) == len(kept)
    assert orders["units"].sum() == kept["Quantity"].sum()
    assert orders["revenue"].sum() == pytest.approx((kept["Quantity"] * kept["UnitPrice"]).sum())
    assert (orders["status"] == "cancelled").sum() == kept["InvoiceNo"].str.startswith("C").sum()
    assert (orders["kind"] == "free").sum() == ((kept["Quantity"] > 0) & (kept["UnitPrice"] == 0)).sum()
    assert orders["source_line"].tolist() == (kept.index + 1).tolist()
    assert orders["known_at"].max() == pd.Timestamp("2011-12-09")
    assert not (orders["date"].dt.dayofweek == 5).any()
    assert len([note_text(note) for note in parsed.answer.notes]) == 5


WEB = Mapping(
    name="web shop",
    table="orders",
    columns={
        "order_id": "Order",
        "ordered_at": "Placed",
        "sku": "Article",
        "units": "Qty",
        "unit_price": "Price",
        "discount": "Rebate",
        "currency": "Currency",
        "status": "State",
        "title": "Article name",
    },
    constants={"channel": "shop", "fulfilment": "merchant"},
    time_zone="America/New_York",
)
WEB_HEADER = list(WEB.columns.values())


def test_later_lines_of_an_order_may_leave_its_cells_blank(write, parse):
    lines = [["#1001", "2024-05-01 09:58:12 +0000", "TEE", "2", "9.99", "", "USD", "fulfilled", "Tee"], ["#1001", "", "MUG", "1", "10.00", "", "", "", "Mug"]]
    found = parse(write(WEB_HEADER, *lines, delimiter=","), [WEB]).tables()["orders"]
    assert found[["order_id", "sku", "units", "revenue", "currency", "status", "fulfilment"]].to_numpy().tolist() == [
        ["#1001", "TEE", 2.0, 19.98, "USD", "shipped", "merchant"],
        ["#1001", "MUG", 1.0, 10.0, "USD", "shipped", "merchant"],
    ]
    assert found["date"].tolist() == [pd.Timestamp("2024-05-01")] * 2
    assert found["ordered_at"].tolist() == [pd.Timestamp("2024-05-01 09:58:12")] * 2


def test_the_day_of_an_instant_is_that_of_the_mapping(write, parse):
    row = ["#1", "2026-06-02 03:30:00 +0000", "A", "1", "9.99", "", "USD", "fulfilled", "Mug"]
    assert parse(write(WEB_HEADER, row, delimiter=","), [WEB]).tables()["orders"]["date"].tolist() == [pd.Timestamp("2026-06-01")]


def test_one_column_may_be_read_twice(write, parse):
    columns = {"order_id": "No", "sku": "Art", "units": "Qty", "date": "At", "ordered_at": "At"}
    mapping = Mapping(name="erp", table="orders", columns=columns, constants={"channel": "shop"}, time_zone="America/New_York")
    found = parse(write(["No", "Art", "Qty", "At"], ["1", "A", "1", "2026-06-02T03:30:00Z"], delimiter=","), [mapping]).tables()["orders"].iloc[0]
    assert (found["date"], found["ordered_at"]) == (pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-02 03:30"))


def test_a_first_line_without_a_day_is_a_fault(write, parse):
    with pytest.raises(InvalidTable, match="line 2, column Placed: expected a value"):
        parse(write(WEB_HEADER, ["#1", "", "A", "1", "9.99", "", "USD", "fulfilled", "Mug"], delimiter=","), [WEB])


def test_a_column_goes_by_any_of_its_names_and_may_be_missing(write, parse):
    mapping = Mapping(
        name="erp", table="items", columns={"sku": ["Artikel", "Article", "Art."]}, optional={"unit_cost": ["EK", "Cost"], "brand": "Marke"}
    )  # fmt: skip
    for header in (["Artikel", "EK"], ["article", "cost"]):
        assert parse(write(header, ["A", "4.50"], delimiter=","), [mapping]).tables()["items"][["sku", "unit_cost"]].to_numpy().tolist() == [["A", 4.5]]


def test_words_of_a_file_stand_for_codes(write, parse):
    words = {"status": {"Neu": "pending", "Raus": "shipped"}, "fulfilment": {"*": "merchant"}, "channel": {"Laden": "shop"}}
    columns = {"order_id": "Nr", "sku": "Art", "units": "Menge", "date": "Tag", "status": "Stand", "fulfilment": "Versand", "channel": "Wo"}
    mapping = Mapping(name="till", table="orders", columns=columns, words=words)
    lines = [["1", "A", "1", "2026-06-01", "neu", "DHL", "laden"], ["2", "A", "1", "2026-06-01", "cancelled", "fba", "web"]]
    found = parse(write(list(columns.values()), *lines, delimiter=","), [mapping]).tables()["orders"]
    assert found[["status", "fulfilment", "channel"]].to_numpy().tolist() == [["pending", "merchant", "shop"], ["cancelled", "fba", "web"]]


def test_rows_that_come_with_a_file(write, parse):
    also = {"channels": [{"channel": "shop", "currency": "EUR"}], "bundles": [{"sku": "SET", "component": "A", "units": 2}]}
    mapping = Mapping(name="erp", table="items", columns={"sku": "Art"}, also=also)
    found = parse(write(["Art", "EK"], ["A", "1"], delimiter=","), [mapping]).tables()
    assert found["channels"][["channel", "currency"]].to_numpy().tolist() == [["shop", "EUR"]]
    assert found["bundles"][["sku", "component", "units", "source_line"]].to_numpy().tolist() == [["SET", "A", 2, 0]]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"table": "socks"}, "table: expected one of"),
        ({"columns": {"sku": "S", "mood": "M"}}, "columns.mood: table items has no such column"),
        ({"columns": {"title": "T"}}, "columns.sku: table items cannot do without it"),
        ({"columns": {"title": "T"}, "optional": {"sku": "S"}}, "columns.sku: table items cannot do without it"),
        ({"words": {"mood": {"a": "b"}}}, "columns.mood: table items has no such column"),
        ({"also": {"socks": [{}]}}, "also.socks: expected one of"),
        ({"also": {"serves": [{"channel": "shop", "node": "x"}]}}, "also.serves.priority: table serves cannot do without it"),
        ({"also": {"channels": [{"channel": "shop", "mood": "good"}]}}, "also.channels.mood: table channels has no such column"),
    ],
)
def test_a_mapping_that_cannot_work_is_told(changes, fault):
    with pytest.raises(BadParameters) as caught:
        mapped.report(Mapping(**{"name": "m", "table": "items", "columns": {"sku": "S"}} | changes))
    assert any(fault in str(found) for found in caught.value.faults), caught.value.faults


def test_stock_into_another_table(write, parse):
    mapping = Mapping(
        name="walmart",
        table="stock",
        columns={"sku": "SKU", "available": "Available To Sell", "date": "Snapshot"},
        constants={"node": "3pl-us"},
        drop_skus=["TEST*"],
        day_first=True,
    )
    parsed = parse(write(["SKU", "Available To Sell", "Snapshot"], ["A", "12", "03/05/2026"], ["TEST-1", "1", "04/05/2026"], delimiter=","), [mapping])
    found = parsed.tables()["stock"]
    assert found[["sku", "node", "date", "available"]].to_numpy().tolist() == [["A", "3pl-us", pd.Timestamp("2026-05-03"), 12.0]]
    assert np.isnan(found["on_hand"].iloc[0])
    assert len([note_text(note) for note in parsed.answer.notes]) == 1


def test_an_erp_that_gives_dates_as_constants(write, parse):
    mapping = Mapping(name="erp", table="items", columns={"sku": "Art", "unit_cost": "EK"}, constants={"currency": "EUR", "launch_date": "2026-01-15"})
    found = parse(write(["Art", "EK"], ["A", "4,50"], delimiter=";"), [mapping]).tables()["items"].iloc[0]
    assert (found["unit_cost"], found["currency"], found["launch_date"]) == (4.5, "EUR", pd.Timestamp("2026-01-15"))


@pytest.mark.parametrize("page", ["README.md", "docs/forms.md"])
def test_the_mappings_that_we_show_work(page):
    text = (Path(__file__).resolve().parents[2] / page).read_text(encoding="utf-8")
    shown = [Mapping(**given) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) for given in tomllib.loads(block).get("mapping", [])]
    assert shown and all(mapped.report(mapping).name == f"GENERIC:{mapping.name}" for mapping in shown)


def test_every_setting_of_a_mapping_and_every_form_is_explained():
    text = (Path(__file__).resolve().parents[2] / "docs/forms.md").read_text(encoding="utf-8")
    assert [name for name in (*Mapping.model_fields, *forms.BY_HAND) if f"`{name}`" not in text] == []
