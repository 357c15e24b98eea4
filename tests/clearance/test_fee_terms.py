"""Every fee line of a position: rate, whose word it is, how sure and from when; or unknown with the field for the seller's own."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams
from workbench.clearance.fee_terms import OWN_RATES, TERMS, fee_terms
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def table(name, *rows):
    return schema.conform(name, pd.DataFrame([{"known_at": pd.Timestamp("2026-10-31"), **row} for row in rows]))


def shop(location="fba-us", currency="USD", category="Kitchen", **more):
    position = {"sku": "A", "location": location, "date": "2026-11-01", "on_hand": 100.0, "stock_value": 500.0, "price": 30.0, "currency": currency}
    item = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5, "category": category}
    health = schema.conform("health", pd.DataFrame([position | {"excess_units": 50.0}]), lineage=False)
    return {"health": health, "items": table("items", item | {"fulfilment_fee_per_unit": 5.5, "currency": "USD"}), **more}


def lines(tables=None, params=None, location="fba-us"):
    return fee_terms(shop() if tables is None else tables, params or ClearanceParams(), TODAY, "A", location)


def of(found, kind):
    return found[found["kind"] == kind].to_dict("records")


def test_every_known_line_has_a_source_a_confidence_and_a_day_from_which_it_holds():
    found = lines()
    known = found[found["rate"].notna() & (found["source"] != "typed") & (found["kind"] != "liquidation_processing")]
    assert list(found) == list(TERMS) and known[["source", "confidence", "card"]].ne("").all(axis=None) and known["since"].notna().all()
    unknown = found[found["rate"].isna()]
    assert set(unknown["kind"]) == {"donation", "storage_utilisation"} and (unknown["reason"] != "").all() and set(unknown["own"]) <= set(OWN_RATES)


@pytest.mark.parametrize(
    ("kind", "applies", "rate", "source", "confidence", "since"),
    [
        ("storage", "months:10,11,12", 2.40, "F2", "M", "2024-04-01"),
        ("storage", "months:1,2,3,4,5,6,7,8,9", 0.78, "F2", "M", "2024-04-01"),
        ("aged_inventory", "ages:271-300", 5.45, "AIS1-3", "M", "2026-01-16"),
        ("aged_inventory", "ages:456-", 7.90, "AIS1-3", "H", "2026-01-16"),
        ("removal", "", 2.27, "RM", "M", "2026-01-15"),
        ("fuel_surcharge", "on_fulfilment", 0.035, "FU", "M", "2026-04-17"),
        ("overage", "", 10.0, "OV", "H", "2023-04-01"),
        ("low_inventory", "supply:14-21", 0.70, "LI1-4", "M", "2024-04-01"),
        ("awd_storage", "awd:smart", 0.43, "AWD", "M", "2026-01-15"),
        ("awd_transport", "awd:managed", 1.26, "AWD", "M", "2026-01-15"),
    ],
)
def test_published_rates(kind, applies, rate, source, confidence, since):
    row = next(row for row in of(lines(), kind) if row["applies"] == applies)
    assert [row["rate"], row["source"], row["confidence"], row["since"]] == [rate, source, confidence, pd.Timestamp(since)]


def test_what_only_a_range_is_published_of_is_a_range():
    row = of(lines(), "liquidation_recovery")[0]
    assert [row["rate"], row["rate_high"]] == [0.05, 0.10]


def test_exempt_categories_pay_nothing_until_271_days_and_the_tiers_are_one_line():
    first = of(lines(shop(category="Apparel")), "aged_inventory")[0]
    assert [first["applies"], first["rate"]] == ["ages:181-270", 0.0]


@pytest.mark.parametrize("name", ["removal_fee_per_unit", "donation_fee_per_unit", "grade_fee_per_unit"])
def test_the_sellers_own_rate_wins(name):
    row = next(row for row in lines(params=ClearanceParams(**{name: 3.21})).to_dict("records") if row["own"] == name)
    assert [row["rate"], row["source"], row["confidence"]] == [3.21, "parameter", "given"]


def test_his_own_ratio_prices_the_surcharge_on_utilisation():
    row = of(lines(params=ClearanceParams(utilisation_ratio_weeks=30.0)), "storage_utilisation")[0]
    assert [row["rate"], row["used"]] == [0.76, "storage"]


def test_the_marketplaces_own_preview_wins_over_what_was_typed():
    preview = {"sku": "A", "channel": "amazon-us", "date": "2026-10-20", "price": 30.0, "referral_fee": 3.0, "fulfilment_fee": 4.4, "currency": "USD"}
    found = lines(shop(fee_previews=table("fee_previews", preview)))
    assert [(row["rate"], row["source"], row["since"]) for kind in ("referral", "fulfilment") for row in of(found, kind)] == [
        (pytest.approx(0.1), "preview", pd.Timestamp("2026-10-20")),
        (4.4, "preview", pd.Timestamp("2026-10-20")),
    ]


def test_where_no_card_is_known_the_bill_is_the_rate_and_the_rest_is_unknown():
    bill = {"sku": "A", "node": "fba-uk", "date": "2026-09-01", "kind": "storage", "line": 0, "units": 10.0, "amount": 0.9, "currency": "GBP"}
    found = lines(shop("fba-uk", "GBP", fees_charged=table("fees_charged", bill)), location="fba-uk")
    assert [(row["rate"], row["source"]) for row in of(found, "storage")] == [(pytest.approx(0.09), "charged")]
    assert set(found.loc[found["rate"].isna(), "reason"]) == {"no_card"} and np.isnan(of(found, "removal")[0]["rate"])


def test_an_unknown_position_has_no_lines():
    assert fee_terms(shop(), ClearanceParams(), TODAY, "B", "fba-us").empty
