"""Files of a choice for a person to check and upload: each reads back to the rows it was made of."""

import csv
import datetime as dt
import io
import json

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.handover import hand_over, orders_of_choice, orders_of_plans, price_changes, promotion_list, removal_orders
from workbench.clearance.timeline import STEPS
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)

PLACES = {"fba-us": "ATVPDKIKX0DER", "fba-uk": "A1F83G8C2ARO7P"}


@pytest.fixture
def chosen():
    rows = pd.DataFrame(
        {
            "sku": ["A", "B", "C<1>", "D", "E", "F", "G"], "location": ["fba-us", "fba-uk", "fba-us", "3pl-us", "fba-us", "fba-us", "fba-us"],
            "option": ["markdown", "markdown", "removal", "removal", "promotion", "hold", "disposal"], "units": [10.0, 20.0, 7.6, 4.0, 9.0, 5.0, 0.5],
            "price": [17.499, 12.0, np.nan, np.nan, 20.0, 30.0, np.nan], "currency": ["USD", "GBP", "USD", "USD", "USD", "USD", "USD"],
            "end_date": pd.Timestamp("2026-12-31"), "recommended": True, "irrevocable": False,
        }
    )  # fmt: skip
    return orders_of_choice(schema.conform("clearance", rows, lineage=False), TODAY)


def plan(*steps):
    """Steps of one plan as (option, first day, last day, units then, units at its end, price)."""
    rows = [
        dict(zip(STEPS, ("A", "fba-us", at, option, pd.Timestamp(first), pd.Timestamp(last), units, left, left, False, price, "USD"), strict=True))
        for at, (option, first, last, units, left, price) in enumerate(steps, 1)
    ]
    return pd.DataFrame(rows)


def test_new_prices_are_patches_of_the_offer_by_marketplace(chosen):
    files = {file.name: json.loads(file.text) for file in price_changes(chosen, PLACES, TODAY, "SELLER")}
    assert sorted(files) == ["price-changes-fba-uk.json", "price-changes-fba-us.json"]
    us = files["price-changes-fba-us.json"]
    assert us["header"] == {"sellerId": "SELLER", "version": "2.0", "issueLocale": "en_US"}
    (message,) = us["messages"]
    assert (message["messageId"], message["sku"], message["operationType"]) == (1, "A", "PATCH")
    (patch,) = message["patches"]
    assert (patch["op"], patch["path"]) == ("merge", "/attributes/purchasable_offer")
    assert patch["value"] == [
        {"marketplace_id": "ATVPDKIKX0DER", "audience": "ALL", "currency": "USD", "our_price": [{"schedule": [{"value_with_tax": 17.5}]}]}
    ]


PATCHED = {"messageId", "sku", "operationType", "productType", "patches"}
"""What a message of the listings feed v2 must hold where its operation is PATCH; requirements and attributes may not be there."""


def test_the_price_file_holds_what_the_schema_of_the_feed_asks_for(chosen):
    """By the schema that Amazon publishes of the feed: header with seller and version, 1 to 10,000 messages, each with its own number."""
    for file in price_changes(chosen, PLACES, TODAY, "SELLER"):
        feed = json.loads(file.text)
        assert set(feed) == {"header", "messages"} and {"sellerId", "version"} <= set(feed["header"]) and feed["header"]["version"] == "2.0"
        numbers = [message["messageId"] for message in feed["messages"]]
        assert numbers == list(range(1, len(numbers) + 1)) and 1 <= len(numbers) <= 10_000
        for message in feed["messages"]:
            assert set(message) == PATCHED and message["operationType"] == "PATCH" and message["sku"]
            assert all(set(patch) == {"op", "path", "value"} and patch["op"] in ("add", "replace", "merge", "delete") for patch in message["patches"])


REMOVAL_HEAD = [
    "MerchantRemovalOrderID", "RemovalDisposition", "AddressName", "AddressFieldOne", "AddressFieldTwo", "AddressFieldThree", "AddressCity",
    "AddressCountryCode", "AddressStateOrRegion", "AddressPostalCode", "ContactPhoneNumber", "ShippingNotes",
]  # fmt: skip


def test_a_removal_file_has_its_fields_in_the_order_of_the_feed(chosen):
    back, away = (next(file for file in removal_orders(chosen, PLACES, "WB") if fate in file.name) for fate in ("return", "disposal"))
    for file, head in ((back, REMOVAL_HEAD), (away, [*REMOVAL_HEAD[:2], REMOVAL_HEAD[-1]])):
        told, _, body = file.text.partition("\n\n")
        assert [line.split("\t")[0] for line in told.split("\n")] == head and {line.count("\t") for line in told.split("\n")} == {1}
        assert body.split("\n")[0].split("\t") == ["MerchantSKU", "SellableQuantity", "UnsellableQuantity"]


def test_removals_are_an_order_a_pool_in_whole_units(chosen):
    made = removal_orders(chosen, PLACES, "WB-20261101")
    back = next(file for file in made if file.name == "removal-fba-us-return.txt")
    head, _, body = back.text.partition("\n\n")
    fields = dict(line.split("\t") for line in head.split("\n"))
    assert (fields["MerchantRemovalOrderID"], fields["RemovalDisposition"], fields["AddressName"]) == ("WB-20261101-fba-us-return", "Return", "")
    rows = list(csv.DictReader(io.StringIO(body), delimiter="\t"))
    assert rows == [{"MerchantSKU": "C<1>", "SellableQuantity": "7", "UnsellableQuantity": "0"}]
    away = next(file for file in made if file.name == "removal-fba-us-disposal.txt")
    assert "Address" not in away.text and (away.rows, away.left_out) == (0, ("G",))
    assert not [file for file in made if "3pl" in file.name]  # not a marketplace's pool


def test_promotions_are_a_plain_list(chosen):
    made = promotion_list(chosen)
    assert list(csv.DictReader(io.StringIO(made.text))) == [
        {
            "sku": "E",
            "location": "fba-us",
            "option": "promotion",
            "price": "20.00",
            "currency": "USD",
            "units": "9",
            "start_date": "2026-11-01",
            "end_date": "2026-12-31",
        }
    ]


def test_only_files_with_rows_are_handed_over(chosen):
    names = {file.name: file.rows for file in hand_over(chosen, PLACES, "WB", TODAY)}
    assert names == {"price-changes-fba-uk.json": 1, "price-changes-fba-us.json": 1, "removal-fba-us-return.txt": 1, "promotions.csv": 1}
    assert hand_over(chosen[chosen["option"] == "hold"], PLACES, "WB", TODAY) == []


def prices(orders, on=TODAY):
    found = {file.name: json.loads(file.text)["messages"] for file in price_changes(orders, PLACES, on)}
    return {name: one["patches"][0]["value"][0]["our_price"][0]["schedule"][0]["value_with_tax"] for name, (one,) in found.items()}


STEPWISE = {"price-changes-fba-us.json": 14.0, "price-changes-fba-us-2026-12-01.json": 17.5, "price-changes-fba-us-2027-03-01.json": 20.0}


def test_a_markdown_in_steps_has_a_price_file_for_each_day_of_change(chosen):
    row = {
        "sku": "A", "location": "fba-us", "option": "markdown_steps", "units": 90.0, "price": 14.0,
        "price_steps": "2026-11-01=14.00,2026-12-01=17.50,2027-03-01=20.00",
        "currency": "USD", "end_date": pd.Timestamp("2027-06-01"), "recommended": True, "irrevocable": False,
    }  # fmt: skip
    assert prices(orders_of_choice(schema.conform("clearance", pd.DataFrame([row]), lineage=False), TODAY)) == STEPWISE


def test_a_plan_taken_on_hands_over_what_is_still_to_be_done():
    steps = plan(
        ("markdown_steps", "2026-11-01", "2026-12-01", 120, 100, 14.0), ("markdown_steps", "2026-12-01", "2027-02-01", 100, 80, 17.5),
        ("markdown_steps", "2027-02-01", "2027-03-01", 80, 70, 17.5), ("markdown_steps", "2027-03-01", "2027-06-01", 70, 50, 20.0),
        ("removal", "2027-06-01", "2027-07-01", 50, 30, np.nan),
    )  # fmt: skip
    assert prices(orders_of_plans(steps, TODAY)) == STEPWISE
    later = dt.date(2027, 1, 5)
    assert prices(orders_of_plans(steps, later), later) == {"price-changes-fba-us.json": 17.5, "price-changes-fba-us-2027-03-01.json": 20.0}
    assert "removal" not in set(orders_of_plans(steps, later)["option"])
    due = orders_of_plans(steps, dt.date(2027, 6, 2))
    assert due[["option", "units"]].to_numpy().tolist() == [["removal", 20.0]]
    assert orders_of_plans(steps.assign(if_needed=True), dt.date(2027, 6, 2)).empty and orders_of_plans(steps, dt.date(2027, 8, 1)).empty


DEAL = {
    "sku": "A",
    "location": "fba-us",
    "option": "outlet",
    "price": "16.00",
    "currency": "USD",
    "units": "90",
    "start_date": "2026-11-27",
    "end_date": "2026-12-11",
}


def listed(orders):
    return list(csv.DictReader(io.StringIO(promotion_list(orders).text)))


def test_a_dated_deal_starts_and_ends_with_the_deal():
    """It was listed until the day on which the excess is gone, a year and a half later."""
    row = {
        "sku": "A", "location": "fba-us", "option": "outlet", "units": 90.0, "price": 16.0, "price_steps": "2026-11-01=20.00,2026-11-27=16.00,2026-12-11=20.00",
        "start_date": pd.Timestamp("2026-11-27"), "currency": "USD", "end_date": pd.Timestamp("2028-06-27"), "recommended": True, "irrevocable": False,
    }  # fmt: skip
    assert listed(orders_of_choice(schema.conform("clearance", pd.DataFrame([row]), lineage=False), TODAY)) == [DEAL]
    taken = plan(
        ("hold", "2026-11-01", "2026-11-27", 120, 110, 20.0), ("outlet", "2026-11-27", "2026-12-11", 110, 95, 16.0),
        ("hold", "2026-12-11", "2028-06-27", 95, 30, 20.0),
    )  # fmt: skip
    assert listed(orders_of_plans(taken, TODAY)) == [DEAL] and listed(orders_of_plans(taken, dt.date(2027, 1, 1))) == []
