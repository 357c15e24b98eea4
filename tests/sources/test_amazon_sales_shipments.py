"""Orders, shipments and returns: what each kind means, the day it falls on, and that nothing about people is read."""

import pandas as pd
import pytest

SECRETS = ["Anna Müller", "anna@example.com", "+1 555 0100", "1 Elm Street", "TRACK123", "LPN000123", "she says it leaks"]

SHIPPED = {
    "amazon-order-id": "111-1",
    "shipment-id": "S1",
    "purchase-date": "2026-03-07T20:00:00+00:00",
    "shipment-date": "2026-03-09T06:30:00+00:00",
    "buyer-email": SECRETS[1],
    "buyer-name": SECRETS[0],
    "buyer-phone-number": SECRETS[2],
    "sku": "A",
    "quantity-shipped": "2",
    "currency": "USD",
    "item-price": "50.00",
    "item-tax": "4.00",
    "ship-address-1": SECRETS[3],
    "item-promotion-discount": "-5.00",
    "tracking-number": SECRETS[4],
    "fulfillment-center-id": "PHX7",
    "fulfillment-channel": "AFN",
    "sales-channel": "Amazon.com",
}


def values(frames):
    return {str(cell) for frame in frames.values() for cell in frame.to_numpy().ravel()}


def test_shipments(report):
    british = {**SHIPPED, "sales-channel": "Amazon.co.uk", "currency": "GBP", "item-price": "60.00", "item-tax": "10.00"}
    outside = {**SHIPPED, "sales-channel": "Non-Amazon US", "currency": "", "item-price": "", "item-tax": "", "item-promotion-discount": ""}
    parsed = report(SHIPPED, SHIPPED, british, outside)
    found = parsed.tables()["shipments"]
    assert found[["channel", "node", "kind", "line"]].to_numpy().tolist() == [
        ["amazon-us", "fba-us", "normal", 0],
        ["amazon-us", "fba-us", "normal", 1],
        ["amazon-uk", "fba-uk", "normal", 0],
        ["non-amazon-us", "fba-us", "multichannel", 2],
    ]
    assert found["date"].dt.day.tolist() == [8, 8, 9, 8]  # half past six in UTC is before midnight in Los Angeles
    assert found["revenue"].tolist()[:3] == [50, 50, 50]
    assert found["discount"].tolist()[:3] == [5, 5, 5]
    assert found["units"].sum() == 8
    assert not any(secret in cell for secret in SECRETS for cell in values(parsed.tables()))


@pytest.mark.parametrize(("home", "currency", "node"), [("US", "", "fba-us"), ("UK", "", "fba-uk"), ("US", "EUR", "fba-de")])
def test_a_parcel_of_an_outside_shop_leaves_the_pool_of_its_money_or_of_home(report, home, currency, node):
    row = {**SHIPPED, "sales-channel": "Non-Amazon", "currency": currency}
    assert report(row, home=home).tables()["shipments"]["node"].tolist() == [node]


SOLD = {
    "shipment-date": "2026-03-09T06:30:00+00:00",
    "sku": "A",
    "fulfillment-center-id": "PHX7",
    "quantity": "3",
    "amazon-order-id": "111-1",
    "currency": "USD",
    "item-price-per-unit": "12.50",
    "ship-city": "Reno",
}


def test_shipment_sales(report):
    parsed = report(SOLD, {**SOLD, "currency": "GBP"})
    found = parsed.tables()["shipments"]
    assert found[["node", "units", "revenue"]].to_numpy().tolist() == [["fba-us", 3, 37.5], ["fba-uk", 3, 37.5]]
    assert [note.values for note in parsed.answer.notes if note.code == "tax_unknown"] == [{"rows": 1}]
    assert not any("Reno" in cell for cell in values(parsed.tables()))


REPLACED = {
    "shipment-date": "2026-03-09T06:30:00+00:00",
    "sku": "A",
    "asin": "B001",
    "fulfillment-center-id": "PHX7",
    "original-fulfillment-center-id": "LAX9",
    "quantity": "1",
    "replacement-reason-code": "3",
    "replacement-amazon-order-id": "111-9",
    "original-amazon-order-id": "111-1",
}


@pytest.mark.parametrize(("home", "node", "day"), [("US", "fba-us", 8), ("DE", "fba-de", 9)])
def test_replacements_are_nobodys_purchase(report, home, node, day):
    found = report(REPLACED, home=home).tables()["shipments"].iloc[0]
    assert found[["order_id", "kind", "units", "node"]].tolist() == ["111-9", "replacement", 1, node]
    assert (found["date"].day, pd.isna(found["revenue"])) == (day, True)


ASKED = {
    "Order ID": "111-1",
    "Order date": "01-Jun-2026",
    "Return request date": "03-Jun-2026",
    "Return request status": "Approved",
    "Amazon RMA ID": "D1",
    "Label cost": "4.00",
    "Currency code": "USD",
    "Return carrier": "UPS",
    "Tracking ID": SECRETS[4],
    "Merchant SKU": "A",
    "Item Name": "Kettle",
    "Return quantity": "2",
    "Return Reason": "CR-DEFECTIVE",
    "Refunded Amount": "50.00",
    "Order Item ID": "9",
}


def test_returns_of_orders_that_the_seller_ships(report):
    parsed = report(ASKED, ASKED, {**ASKED, "Return request status": "Denied"}, {**ASKED, "Return request status": "CancelledByBuyer"})
    found = parsed.tables()["returns"]
    assert found[["order_id", "sku", "line", "units", "reason"]].to_numpy().tolist() == [["111-1", "A", n, 2, "CR-DEFECTIVE"] for n in (0, 1)]
    assert set(found["date"]) == {pd.Timestamp("2026-06-03")}
    assert parsed.answer.dropped == {"cancelled_request": 2}
    assert not any(secret in cell for secret in SECRETS for cell in values(parsed.tables()))


RETURN = {
    "return-date": "2026-06-05T03:07:37+00:00",
    "order-id": "111-1",
    "sku": "A",
    "quantity": "1",
    "detailed-disposition": "DEFECTIVE",
    "reason": "DEFECTIVE",
    "license-plate-number": SECRETS[5],
    "customer-comments": SECRETS[6],
}


def test_returns_by_reason_and_batch(report):
    rows = [{**RETURN, "reason": reason, "Lot number": batch} for reason, batch in (("DEFECTIVE", "L7"), ("DEFECTIVE", "L7"), ("UNWANTED_ITEM", "L8"))]
    parsed = report(*rows, home="UK")
    found = parsed.tables()["returns"]
    assert found.groupby(["reason", "batch"])["units"].sum().to_dict() == {("DEFECTIVE", "L7"): 2, ("UNWANTED_ITEM", "L8"): 1}
    assert set(found["node"]) == {"fba-uk"}
    assert parsed.tables()["nodes"]["node"].tolist() == ["fba-uk"]
    assert not any(secret in cell for secret in SECRETS for cell in values(parsed.tables()))
    assert report(RETURN).tables()["returns"]["batch"].isna().all()


ORDER = {
    "amazon-order-id": "111-1",
    "purchase-date": "2026-06-10T10:00:00+00:00",
    "last-updated-date": "2026-06-11T10:00:00+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Amazon",
    "sales-channel": "Amazon.com",
    "sku": "A",
    "item-status": "Shipped",
    "quantity": "1",
    "currency": "USD",
    "item-price": "10.00",
    "item-tax": "1.00",
}


@pytest.mark.parametrize(
    ("changes", "status", "kind", "revenue"),
    [
        ({}, "shipped", "normal", 10),
        ({"order-status": "Pending", "item-status": "Unshipped", "item-price": "", "currency": ""}, "pending", "normal", None),
        ({"order-status": "Cancelled", "item-status": "Cancelled", "quantity": "0", "item-price": ""}, "cancelled", "normal", None),
        ({"order-status": "Shipped", "item-status": "Cancelled", "quantity": "0"}, "cancelled", "normal", 10),
        ({"item-price": "0"}, "shipped", "free", 0),
        ({"item-price": "10", "promotion-ids": "vine.enrollment.1234"}, "shipped", "vine", 10),
        ({"item-price": "0", "is-replacement-order": "true"}, "shipped", "replacement", 0),
        ({"sales-channel": "Non-Amazon", "item-price": "0"}, "shipped", "multichannel", 0),
        ({"sales-channel": "Amazon.co.uk", "currency": "GBP"}, "shipped", "normal", 9),
    ],
)
def test_what_an_order_line_means(report, changes, status, kind, revenue):
    line = report({**ORDER, **changes}).tables()["orders"].iloc[0]
    assert line[["status", "kind"]].tolist() == [status, kind]
    assert pd.isna(line["revenue"]) if revenue is None else line["revenue"] == revenue


@pytest.mark.parametrize(
    ("channel", "bought", "day"),
    [
        ("Amazon.com", "2026-03-08T07:59:59+00:00", "2026-03-07"),  # still winter time, UTC-8
        ("Amazon.com", "2026-03-09T06:59:59+00:00", "2026-03-08"),  # summer time since that morning, UTC-7
        ("Amazon.com", "2026-03-09T07:00:00+00:00", "2026-03-09"),
        ("Amazon.com", "2026-11-02T07:59:59Z", "2026-11-01"),
        ("Amazon.co.uk", "2026-03-29T23:30:00+00:00", "2026-03-30"),
        ("Amazon.co.uk", "2026-03-28T23:30:00+00:00", "2026-03-28"),
        ("Amazon.co.jp", "2026-06-10T15:00:00+00:00", "2026-06-11"),
        ("Non-Amazon US", "2026-06-10T05:00:00+00:00", "2026-06-09"),
        ("Non-Amazon", "2026-06-10T05:00:00+00:00", "2026-06-10"),
    ],
)
def test_a_day_is_one_of_the_channels_clock(report, channel, bought, day):
    assert str(report({**ORDER, "sales-channel": channel, "purchase-date": bought}).tables()["orders"]["date"].iloc[0].date()) == day


def lines(*pairs):
    return [
        {**ORDER, "amazon-order-id": f"111-{n}", "purchase-date": f"2026-{bought}:00+00:00", "last-updated-date": f"2026-{updated}:00+00:00"}
        for n, (bought, updated) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("pairs", "covers"),
    [
        ([("06-01T10:00", "06-01T11:00"), ("06-03T10:00", "06-03T11:00")], "days"),
        ([("06-01T10:00", "06-02T11:00"), ("06-02T10:00", "06-04T11:00"), ("06-03T10:00", "06-09T08:00")], "days"),
        ([("05-01T10:00", "06-09T01:00"), ("06-07T10:00", "06-09T11:00"), ("06-09T20:00", "06-09T21:00")], "keys"),
        ([("06-01T10:00", ""), ("06-03T10:00", "")], "days"),
    ],
)
def test_a_file_by_last_update_holds_only_what_changed(report, pairs, covers):
    rows = lines(*pairs)
    for row, (_, updated) in zip(rows, pairs, strict=True):
        row["last-updated-date"] = row["last-updated-date"] if updated else ""
    assert report(*rows).answer.covers == covers
