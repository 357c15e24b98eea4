"""Shopify's orders export: cells of the order on its first line, money spread to the cent, no buyers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import sources
from workbench.errors import InvalidTable
from workbench.sources.shops.shares import spread

ORDER = {
    "Name": "#1001",
    "Email": "ann@example.com",
    "Financial Status": "paid",
    "Fulfillment Status": "fulfilled",
    "Currency": "USD",
    "Subtotal": "29.98",
    "Shipping": "5.00",
    "Taxes": "0.00",
    "Total": "34.98",
    "Discount Amount": "0.00",
    "Created at": "2024-05-01 22:58:12 -0400",
    "Lineitem quantity": "2",
    "Lineitem name": "Crew Tee - Black / S",
    "Lineitem price": "9.99",
    "Lineitem sku": "TEE-BLK-S",
    "Lineitem requires shipping": "true",
    "Lineitem taxable": "true",
    "Lineitem fulfillment status": "fulfilled",
    "Lineitem discount": "0.00",
    "Billing Name": "Ann Example",
    "Shipping Street": "1 Main St",
    "Notes": "leave at door",
    "Cancelled at": "",
    "Payment Method": "Shopify Payments",
    "Source": "web",
    "Vendor": "Acme",
}
OF_LINE = ("Name", "Vendor", *(name for name in ORDER if name.startswith("Lineitem")))


def first(**changes):
    return ORDER | {name.replace("_", " "): value for name, value in changes.items()}


def later(**changes):
    """A further line of an order: its own cells and the order's name."""
    line = {name: ORDER[name] if name in OF_LINE else "" for name in ORDER}
    return line | {"Lineitem name": "Mug", "Lineitem sku": "MUG", "Lineitem quantity": "1", "Lineitem price": "10.00"} | {
        name.replace("_", " "): value for name, value in changes.items()
    }  # fmt: skip


@pytest.fixture
def orders(report):
    return lambda *lines: report(*lines, delimiter=",")


def test_the_first_line_speaks_for_the_order(orders):
    parsed = orders(first(), later())
    found = parsed.tables()["orders"]
    assert parsed.report == "SHOPIFY_ORDERS"
    assert found[["channel", "order_id", "sku", "line", "units", "revenue", "discount", "currency", "status", "kind", "fulfilment"]].to_numpy().tolist() == [
        ["shop", "#1001", "TEE-BLK-S", 0, 2.0, 19.98, 0.0, "USD", "shipped", "normal", "merchant"],
        ["shop", "#1001", "MUG", 0, 1.0, 10.0, 0.0, "USD", "shipped", "normal", "merchant"],
    ]
    assert found["date"].tolist() == [pd.Timestamp("2024-05-01")] * 2, "the shop's own day, not that of UTC"
    assert found["ordered_at"].tolist() == [pd.Timestamp("2024-05-02 02:58:12")] * 2
    assert parsed.tables()["items"][["sku", "title", "brand"]].to_numpy().tolist() == [["TEE-BLK-S", "Crew Tee - Black / S", "Acme"], ["MUG", "Mug", "Acme"]]
    assert parsed.tables()["channels"][["channel", "kind", "currency"]].to_numpy().tolist() == [["shop", "shop", "USD"]]
    assert (parsed.answer.rows, parsed.answer.kept, parsed.answer.dropped, parsed.answer.notes) == (2, 2, {}, [])


@pytest.mark.real
def test_the_export_as_shopify_writes_it(shared_data, parse):
    parsed = parse(shared_data / "amazon_reports" / "fixtures" / "SHOPIFY_orders_export__v1.csv")
    found = parsed.tables()["orders"]
    assert found[["order_id", "sku", "units", "revenue", "status"]].to_numpy().tolist() == [
        ["#1001", "TEE-BLK-S", 2.0, 19.98, "shipped"],
        ["#1001", "MUG", 1.0, 10.0, "shipped"],
    ]
    assert parsed.answer.drift == []


def test_nothing_about_the_buyer_is_kept(orders):
    parsed = orders(first(), later())
    said = {str(cell) for frame in parsed.tables().values() for cell in frame.to_numpy().ravel()}
    assert not said & {"ann@example.com", "Ann Example", "1 Main St", "leave at door"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "shipped"),
        ({"Financial Status": "pending", "Lineitem fulfillment status": "unfulfilled"}, "pending"),
        ({"Financial Status": "authorized", "Lineitem fulfillment status": "pending"}, "pending"),
        ({"Lineitem fulfillment status": "", "Fulfillment Status": ""}, "pending"),
        ({"Lineitem fulfillment status": "partial"}, "shipped"),
        ({"Cancelled at": "2024-05-02 08:00:00 -0400"}, "cancelled"),
        ({"Financial Status": "voided", "Lineitem fulfillment status": "unfulfilled"}, "cancelled"),
        ({"Financial Status": "expired"}, "cancelled"),
        ({"Financial Status": "refunded"}, "returned"),
        ({"Financial Status": "refunded", "Lineitem fulfillment status": "unfulfilled"}, "cancelled"),
        ({"Lineitem fulfillment status": "restocked"}, "cancelled"),
        ({"Financial Status": "partially_refunded"}, "shipped"),
    ],
)
def test_what_became_of_a_line(orders, changes, status):
    assert orders(first() | changes).tables()["orders"]["status"].tolist() == [status]


def test_partial_refunds_and_drafts_are_told(orders):
    parsed = orders(first() | {"Financial Status": "partially_refunded", "Refunded Amount": "10.00"}, later(), first(Name="#2", Source="shopify_draft_order"))
    assert [(note.code, note.values) for note in parsed.answer.notes] == [("partly_refunded", {"rows": 2, "count": 1}), ("drafts", {"rows": 1})]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Payment Method": "bogus"}, "test_order"),
        ({"Payment Method": "(for testing) Bogus Gateway"}, "test_order"),
        ({"Source": "amazon"}, "copied_order"),
        ({"Source": "Walmart Marketplace"}, "copied_order"),
        ({"Lineitem name": "$50 Gift Card", "Lineitem sku": "GC50", "Lineitem requires shipping": "false"}, "no_goods"),
        ({"Lineitem name": "Tip", "Lineitem sku": "", "Lineitem requires shipping": "false"}, "no_goods"),
        ({"Lineitem name": "Setup service", "Lineitem sku": "", "Lineitem requires shipping": "false"}, "no_goods"),
        ({"Lineitem name": "", "Lineitem sku": "", "Lineitem quantity": "", "Lineitem price": ""}, "no_line"),
    ],
)
def test_what_is_no_demand_for_goods_is_counted(orders, changes, reason):
    parsed = orders(first(Name="#7"), first() | changes)
    assert parsed.tables()["orders"]["order_id"].tolist() == ["#7"]
    assert (parsed.answer.rows, parsed.answer.kept, parsed.answer.dropped) == (2, 1, {reason: 1})


def test_a_test_order_is_left_out_with_all_its_lines(orders):
    parsed = orders(first() | {"Payment Method": "bogus"}, later(), first(Name="#2"))
    assert parsed.tables()["orders"]["order_id"].tolist() == ["#2"]
    assert parsed.answer.dropped == {"test_order": 2}


def test_articles_without_sku_go_by_their_name(orders):
    parsed = orders(first() | {"Lineitem sku": ""}, later() | {"Lineitem sku": "-"}, later(Lineitem_sku="X"))
    assert parsed.tables()["orders"]["sku"].tolist() == ["name:Crew Tee - Black / S", "name:Mug", "X"]
    assert parsed.answer.notes[0].values == {"rows": 2, "count": 2, "prefix": "name"}


@pytest.mark.parametrize(
    ("order", "prices", "own", "revenue", "discount"),
    [
        pytest.param({"Subtotal": "27.00", "Discount Amount": "3.00"}, ["10", "20"], ["0", "0"], [10, 20], [1, 2], id="by value"),
        pytest.param({"Subtotal": "20.00", "Discount Amount": "10.00"}, ["10", "10", "10"], ["0"] * 3, [10] * 3, [3.34, 3.33, 3.33], id="to the cent"),
        pytest.param({"Subtotal": "25.00", "Discount Amount": "5.00"}, ["10", "20"], ["5", "0"], [10, 20], [5, 0], id="stated on the line and in the sum"),
        pytest.param({"Subtotal": "22.00", "Discount Amount": "3.00"}, ["10", "20"], ["5", "0"], [10, 20], [5.6, 2.4], id="on the line and beyond"),
        pytest.param({"Subtotal": "30.00", "Discount Amount": "5.00"}, ["10", "20"], ["0", "0"], [10, 20], [0, 0], id="shipping waived"),
        pytest.param({"Subtotal": "", "Discount Amount": "3.00"}, ["10", "20"], ["0", "0"], [10, 20], [1, 2], id="no subtotal"),
        pytest.param({"Subtotal": "10.00", "Discount Amount": "0.00"}, ["10", "20"], ["0", "0"], [10, 20], [0, 0], id="a line was removed later"),
        pytest.param({"Subtotal": "0.00", "Discount Amount": "30.00"}, ["10", "20"], ["0", "0"], [10, 20], [10, 20], id="given away"),
        pytest.param({"Subtotal": "90", "Discount Amount": "10", "Currency": "JPY"}, ["33", "67"], ["0", "0"], [33, 67], [3, 7], id="whole yen"),
    ],
)  # fmt: skip
def test_discounts_of_the_order(orders, order, prices, own, revenue, discount):
    lines = [(later if n else first)(Lineitem_price=p, Lineitem_discount=d, Lineitem_quantity="1") for n, (p, d) in enumerate(zip(prices, own, strict=True))]
    found = orders(first() | lines[0] | {"Shipping": "", "Total": ""} | order, *lines[1:]).tables()["orders"]
    assert found["revenue"].tolist() == pytest.approx(revenue)
    assert found["discount"].tolist() == pytest.approx(discount)


def test_a_discount_on_goods_is_told_from_a_gift_card_beside_them(orders):
    """20.00 of goods at 10 % off and a gift card of 50.00: the card bears none of the discount that stands on the line."""
    card = later(Lineitem_price="50.00", Lineitem_sku="") | {"Lineitem name": "Gift Card", "Lineitem requires shipping": "false"}
    parsed = orders(first(Subtotal="68.00", Discount_Amount="2.00", Lineitem_price="20", Lineitem_quantity="1", Lineitem_discount="2.00"), card)
    assert parsed.tables()["orders"][["revenue", "discount"]].to_numpy().tolist() == [[20.0, 2.0]]
    assert parsed.answer.dropped == {"no_goods": 1}


def test_what_costs_nothing_was_given_away(orders):
    assert orders(first(Subtotal="0.00", Discount_Amount="19.98")).tables()["orders"]["kind"].tolist() == ["free"]


@pytest.mark.parametrize(
    ("total", "revenue"),
    [
        pytest.param("35.70", [10.0, 20.0], id="taxes come on top"),
        pytest.param("30.00", [8.1, 16.2], id="prices hold the tax"),
    ],
)
def test_tax(orders, total, revenue):
    lines = (first(Lineitem_price="10", Lineitem_quantity="1", Subtotal="30.00", Shipping="0.00", Taxes="5.70", Total=total), later(Lineitem_price="20"))
    assert orders(*lines).tables()["orders"]["revenue"].tolist() == pytest.approx(revenue)


def test_tax_that_shipping_bears_is_not_taken_off_the_goods(orders):
    """119.00 of goods and 11.90 of shipping at 19 %: 20.90 of tax, of which 19.00 in the goods."""
    found = orders(first(Lineitem_price="119", Lineitem_quantity="1", Subtotal="119.00", Shipping="11.90", Taxes="20.90", Total="130.90")).tables()["orders"]
    assert found["revenue"].tolist() == [100.0]


def test_a_line_that_is_not_taxed_holds_no_tax(orders):
    lines = (first(Lineitem_price="11.90", Lineitem_quantity="1", Subtotal="21.90", Shipping="0", Taxes="1.90", Total="21.90"), later(Lineitem_taxable="false"))
    assert orders(*lines).tables()["orders"]["revenue"].tolist() == pytest.approx([10.0, 10.0])


amounts = st.integers(1, 20_000)


@given(st.lists(st.tuples(amounts, st.integers(1, 5)), min_size=1, max_size=5), st.integers(0, 60), st.integers(0, 25), st.booleans())
def test_lines_add_up_to_their_order(lines, percent_off, percent_tax, included):
    """Revenue less discount over all lines is what was paid for goods without tax, to the cent."""
    from workbench.sources.shops import shopify_orders

    gross = sum(price * units for price, units in lines)
    off = gross * percent_off // 100
    subtotal = gross - off
    taxes = round(subtotal * percent_tax / (100 + percent_tax)) if included else round(subtotal * percent_tax / 100)
    frame = pd.DataFrame({"units": [float(u) for _, u in lines], "price": [p / 100 for p, _ in lines]}).assign(
        order=0, currency="USD", line_discount=0.0, order_discount=off / 100, subtotal=subtotal / 100, shipping=0.0, taxes=taxes / 100,
        total=(subtotal if included else subtotal + taxes) / 100, taxable=True,
    )  # fmt: skip
    money = shopify_orders._with_money(frame)
    expected = (subtotal - (taxes if included else 0)) / 100
    assert (money["revenue"] - money["discount"]).sum() == pytest.approx(expected, abs=1e-6)
    assert (money["discount"] >= 0).all() and (money["revenue"] >= money["discount"] - 1e-9).all()
    if not included:
        assert money["discount"].sum() == pytest.approx(off / 100, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1000)), min_size=1, max_size=30), st.integers(0, 100_000))
def test_what_is_spread_adds_up(lines, cents):
    order = pd.factorize(np.array([number for number, _ in lines]))[0]
    weight = np.array([round(value, 2) for _, value in lines])
    found = spread(np.full(len(lines), cents / 100), weight, order, np.full(len(lines), 0.01))
    total = np.bincount(order, found)
    assert total == pytest.approx(np.where(np.bincount(order, weight) > 0, cents / 100, 0.0), abs=1e-6)
    assert (found >= 0).all() and (found[weight == 0] <= 0.01 + 1e-9).all()


def test_equal_lines_of_an_order_are_counted(orders):
    assert orders(first(), later(), later()).tables()["orders"]["line"].tolist() == [0, 0, 1]


def test_an_older_export_with_fewer_columns(write, parse):
    names = ["Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Canceled at"]
    row = ["#1", "2019-03-10 03:30:00 -0500", "1", "Mug", "9.00", "MUG", "2019-03-11 00:00:00 -0400"]
    parsed = parse(write(names, row, delimiter=","))
    assert parsed.tables()["orders"][["revenue", "status"]].to_numpy().tolist() == [[9.0, "cancelled"]]
    assert {"column": "Financial Status", "change": "missing"} in parsed.answer.drift


def test_an_order_whose_first_line_is_cut_off_is_refused(orders):
    with pytest.raises(InvalidTable, match=r"line 2, column Created at: expected a date on the first line of the order"):
        orders(later(), first(Name="#2")).tables()


@pytest.mark.parametrize("column", ["Taxes", "Subtotal", "Discount Amount", "Lineitem price", "Lineitem quantity", "Lineitem discount"])
def test_a_sum_beyond_all_measure_is_a_fault(orders, column):
    with pytest.raises(InvalidTable, match=f"line 2, column {column}: expected a number, got '1e400'"):
        orders(first() | {column: "1e400"}, later())


def test_an_export_without_prices_is_refused(write):
    file = write(["Name", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem sku"], delimiter=",")
    assert sources.recognise(file) is None


def test_headers_only_is_an_empty_export(orders, write, parse):
    parsed = parse(write(list(ORDER), delimiter=","))
    assert parsed.tables()["orders"].empty and parsed.answer.rows == 0
