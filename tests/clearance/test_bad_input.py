"""Bad input: what does not fit is refused by name, with what was expected, what was given and what to do; what is missing of one SKU is said on its rows."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams, compare
from workbench.clearance.portfolio import PortfolioParams, portfolio
from workbench.clearance.pricing import clearing_price
from workbench.errors import BadParameters
from workbench.runs.parameters import check
from workbench.tables import schema

NOVEMBER = dt.date(2026, 11, 1)


def shaped(name, row):
    return schema.conform(name, pd.DataFrame([{"sku": "A", "known_at": pd.Timestamp(NOVEMBER), **row}]))


def compared(price=30.0, fees=10.0, pace=8.0, **item):
    """300 units, all of them excess, received 200 days ago."""
    measures = {"size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5} | item
    moved = {"node": "fba-us", "date": NOVEMBER - dt.timedelta(days=200), "starting": 0.0, "receipts": 300.0, "ending": 300.0}
    held = {"location": "fba-us", "currency": "USD", "on_hand": 300.0, "excess_units": 300.0, "stock_value": 2400.0, "daily_demand": pace / 30}
    sold = {"price": price, "selling_fees_per_unit": fees, "referral_share": 0.15}
    tables = {"health": shaped("health", held | sold), "items": shaped("items", measures), "movements": shaped("movements", moved)}
    return compare(tables, ClearanceParams(), NOVEMBER).set_index("option")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"elasticity": -1.5}, ["elasticity", "greater than or equal to 0", "got -1.5", "without a minus sign"]),
        ({"elasticity": "-1.5"}, ["elasticity", "greater than or equal to 0", "got '-1.5'", "without a minus sign"]),
        ({"markdowns": [0.3, 1.2]}, ["markdowns", "over 0 and under 1", "got 1.2", "0.3 for 30 % off"]),
        ({"markdowns": []}, ["markdowns", "at least one price cut", "got none"]),
        ({"promotion_discount": 30}, ["promotion_discount", "less than or equal to 0.8", "got 30", "0.3 for 30 % off"]),
        ({"offsite_discount": 1.5}, ["offsite_discount", "less than or equal to 0.8", "got 1.5", "0.3 for 30 % off"]),
        ({"floor_price_share": 1.1}, ["floor_price_share", "less than or equal to 1", "got 1.1", "0.7 for 70 %"]),
        ({"deadline_days": -3}, ["deadline_days", "greater than or equal to 0", "got -3", "0 sets none"]),
        ({"liquidation_share": 1.2}, ["liquidation_share", "less than or equal to 1", "got 1.2"]),
    ],
)
def test_a_parameter_that_does_not_fit_is_named_with_what_to_do(given, said):
    with pytest.raises(BadParameters) as caught:
        check("04_clearance", given)
    assert not [word for word in said if word not in str(caught.value)], str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"elasticity": -2}, "elasticity: expected over 0, got -2; write it without a minus sign"),
        ({"months": -1}, "months: expected over 0, got -1; the deadline has passed"),
        ({"price": 0}, "price: expected over 0, got 0"),
    ],
)
def test_a_clearing_price_needs_numbers_that_make_sense(given, said):
    with pytest.raises(BadParameters) as caught:
        clearing_price(**{"price": 30, "pace": 40, "units": 300, "months": 5, "elasticity": 2} | given)
    assert caught.value.faults == [said]


@pytest.mark.parametrize("name", ["cash", "space"])
def test_a_deadline_of_the_portfolio_in_the_past_is_refused(name):
    amount = {"cash": "cash", "space": "space_ft3"}[name]
    with pytest.raises(BadParameters, match=f"{name}_by: expected 2026-11-01 or later, got 2026-10-31; a deadline that has passed cannot be kept"):
        portfolio({}, PortfolioParams(**{amount: 5.0, f"{name}_by": dt.date(2026, 10, 31)}), NOVEMBER)


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        ({"volume_ft3": np.nan}, {"hold": "no_size", "liquidation": "no_size"}),
        ({"size_tier": np.nan}, {"hold": "no_size", "removal": "no_size", "disposal": "no_size"}),
        ({"weight_lb": np.nan}, {"removal": "no_weight", "disposal": "no_weight"}),
    ],
)
def test_a_missing_size_or_weight_is_named_on_what_needs_it(item, codes):
    found = compared(**item)
    assert found["reason"][list(codes)].to_dict() == codes and found["npv"][list(codes)].isna().all()


def test_a_price_below_the_fees_of_a_sale_is_said_with_both():
    found = compared(price=6.0, fees=9.0, pace=200.0)
    told = found[found["reason"] == "price_below_fees"]
    assert {"hold", "markdown"} - set(found.index[found["recommended"]]) <= set(told.index)
    assert not told["recommended"].any() and (told["reason_value"] < told["reason_limit"]).all()
    assert told.loc["hold", ["reason_value", "reason_limit"]].tolist() == [6.0, 9.0]
    assert "price_below_fees" not in set(compared()["reason"])
