"""Files of a choice for a person to check and upload: each reads back to the rows it was made of."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.handover import hand_over, price_changes, promotion_list, removal_orders
from workbench.tables import schema

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
    return schema.conform("clearance", rows, lineage=False)


def test_new_prices_are_patches_of_the_offer_by_marketplace(chosen):
    files = {file.name: json.loads(file.text) for file in price_changes(chosen, PLACES, "SELLER")}
    assert sorted(files) == ["price-changes-fba-uk.json", "price-changes-fba-us.json"]
    us = files["price-changes-fba-us.json"]
    assert us["header"] == {"sellerId": "SELLER", "version": "2.0", "issueLocale": "en_US"}
    (message,) = us["messages"]
    assert (message["messageId"], message["sku"], message["operationType"]) == (1, "A", "PATCH")
    (patch,) = message["patches"]
    assert (patch["op"], patch["path"]) == ("replace", "/attributes/purchasable_offer")
    assert patch["value"] == [{"marketplace_id": "ATVPDKIKX0DER", "currency": "USD", "our_price": [{"schedule": [{"value_with_tax": 17.5}]}]}]


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
        {"sku": "E", "location": "fba-us", "option": "promotion", "price": "20.00", "currency": "USD", "units": "9", "start_date": "", "end_date": "2026-12-31"}
    ]


def test_only_files_with_rows_are_handed_over(chosen):
    names = {file.name: file.rows for file in hand_over(chosen, PLACES, "WB")}
    assert names == {"price-changes-fba-uk.json": 1, "price-changes-fba-us.json": 1, "removal-fba-us-return.txt": 1, "promotions.csv": 1}
    assert hand_over(chosen[chosen["option"] == "hold"], PLACES, "WB") == []
