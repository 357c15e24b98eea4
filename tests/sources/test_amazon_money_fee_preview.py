"""Fee preview: the fees of one unit per SKU and channel, and the measures they go by."""

import numpy as np
import pandas as pd
import pytest

US = {
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "amazon-store": "US",
    "product-name": "Kettle",
    "product-group": "Kitchen",
    "brand": "Acme",
    "fulfilled-by": "Amazon",
    "your-price": "25.00",
    "sales-price": "22.50",
    "longest-side": "12",
    "median-side": "12",
    "shortest-side": "6",
    "length-and-girth": "48",
    "unit-of-dimension": "inches",
    "item-package-weight": "8",
    "unit-of-weight": "ounces",
    "product-size-tier": "Large standard-size",
    "currency": "USD",
    "estimated-fee-total": "7.64",
    "estimated-referral-fee-per-unit": "3.38",
    "estimated-variable-closing-fee": "0",
    "expected-fulfillment-fee-per-unit": "4.26",
}
DE = {
    **{name: value for name, value in US.items() if name not in ("product-size-tier", "expected-fulfillment-fee-per-unit")},
    "amazon-store": "DE",
    "has-local-inventory": "Yes",
    "unit-of-dimension": "centimeters",
    "longest-side": "25.4",
    "median-side": "20,32",
    "shortest-side": "12.7",
    "item-package-weight": "0.5",
    "unit-of-weight": "kilograms",
    "product-size-weight-band": "Standard-Paket 0,5 kg",
    "currency": "EUR",
    "your-price": "29,99",
    "sales-price": "",
    "expected-domestic-fulfilment-fee-per-unit": "3.92",
    "expected-efn-fulfilment-fee-per-unit-uk": "--",
    "expected-efn-fulfilment-fee-per-unit-de": "--",
    "expected-efn-fulfilment-fee-per-unit-fr": "7.10",
}


@pytest.fixture
def tables(report):
    """Parse rows and return the tables that they make."""

    def run(*rows: dict, **named) -> dict[str, pd.DataFrame]:
        return report(*rows, **named).tables()

    return run


def test_fees_of_a_unit(tables):
    found = tables(US)["fee_previews"].iloc[0]
    told = ["sku", "channel", "price", "referral_fee", "closing_fee", "fulfilment_fee", "total_fee", "size_tier", "currency"]
    assert found[told].tolist() == ["A", "amazon-us", 22.5, 3.38, 0, 4.26, 7.64, "Large standard-size", "USD"]
    assert found["date"] == pd.Timestamp("2026-07-01")  # the day the file was known
    assert found["referral_fee"] + found["closing_fee"] + found["fulfilment_fee"] == pytest.approx(found["total_fee"])


def test_measures_in_inches_and_pounds(tables):
    american, german = tables(US)["items"].iloc[0], tables({**DE, "median-side": "20.32"})["items"].iloc[0]
    sizes = ["length_in", "width_in", "height_in", "weight_lb", "volume_ft3"]
    assert american[sizes].tolist() == [12, 12, 6, 0.5, 0.5]
    assert german[sizes].tolist() == pytest.approx([10, 8, 5, 1.10231131, 400 / 1728])
    assert american[["title", "product_id", "fulfilment_id", "category", "brand", "size_tier"]].tolist() == [
        "Kettle", "B001", "X001", "Kitchen", "Acme", "Large standard-size",
    ]  # fmt: skip
    assert pd.isna(german["size_tier"])  # a European band of size and weight


@pytest.mark.parametrize(
    ("store", "domestic", "local", "fee"),
    [
        ("DE", "3.92", "Yes", 3.92),
        ("DE", "--", "Yes", np.nan),
        ("FR", "4.84", "Yes", 4.84),
        ("FR", "--", "No", 7.10),
        ("FR", "4.84", "No", 7.10),
        ("DE", "3.92", "No", 3.92),
        ("Amazon.it", "--", "No", np.nan),
    ],
)
def test_the_fee_of_a_store_without_own_stock_is_the_cross_border_one(tables, store, domestic, local, fee):
    row = {**DE, "amazon-store": store, "has-local-inventory": local, "expected-domestic-fulfilment-fee-per-unit": domestic}
    assert tables(row)["fee_previews"]["fulfilment_fee"].tolist() == pytest.approx([fee], nan_ok=True)


@pytest.mark.parametrize(
    "spelling", ["expected-fulfilment-fee-per-unit", "expected-domestic-fulfillment-fee-per-unit", "expected_future_fulfillment_fee_per_unit"]
)
def test_spellings_of_the_fulfilment_fee(tables, spelling):
    row = {spelling if name == "expected-fulfillment-fee-per-unit" else name: value for name, value in US.items()}
    assert tables(row)["fee_previews"]["fulfilment_fee"].tolist() == [4.26]


def test_one_sku_in_several_stores(report, tables):
    rows = [{**DE, **US, "amazon-store": store, "currency": money} for store, money in (("GB", "GBP"), ("DE", "EUR"), ("US", "USD"), ("DE", "EUR"))]
    found = tables(*rows)
    assert found["fee_previews"]["channel"].tolist() == ["amazon-uk", "amazon-de", "amazon-us"]
    assert found["fee_previews"]["source_line"].tolist() == [2, 3, 4]
    assert found["items"][["sku", "size_tier"]].to_numpy().tolist() == [["A", "Large standard-size"]]


def test_a_store_that_is_not_named_is_that_of_the_currency(tables):
    row = {name: value for name, value in DE.items() if name != "amazon-store"}
    assert tables({**row, "currency": "GBP"})["fee_previews"]["channel"].tolist() == ["amazon-uk"]


def test_the_published_example(shared_data, parse):
    found = parse(shared_data / "amazon_reports" / "fixtures" / "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA__v1.txt").tables()
    previews = found["fee_previews"]
    assert previews[["sku", "fulfilment_fee", "referral_fee", "total_fee"]].to_numpy().tolist() == [["SKU1", 4.26, 3.75, 8.01]]
