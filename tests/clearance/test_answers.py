"""Whose elasticity counts: the user's own for a SKU goes before what prices tell, and one number for all before both."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams, compare
from workbench.clearance.answers import with_elasticity
from workbench.clearance.elasticity import Z90
from workbench.tables import schema

NOVEMBER = dt.date(2026, 11, 1)
ROWS = pd.DataFrame({"sku": ["A", "B", "A"], "location": ["fba-us", "fba-us", "3pl-us"]})


def given(elasticity=1.2, known_at=NOVEMBER, prices=True):
    """SKU A has an elasticity typed on a day; both sold three prices at an elasticity of about two."""
    items = pd.DataFrame({"sku": ["A", "B"], "category": "kitchen", "own_elasticity": [elasticity, np.nan], "known_at": pd.Timestamp(known_at)})
    days = pd.date_range(end="2026-10-31", periods=240)
    price = np.select([np.arange(240) // 30 % 4 == at for at in range(4)], [20.0, 18.0, 16.0, 22.0])
    sold = pd.DataFrame({"date": days, "price": price, "demand": np.round(10 * (price / 20) ** -2.0, 2), "exposure": 1.0, "channel": "amazon-us"})
    history = pd.concat([sold.assign(sku=sku) for sku in ("A", "B")]).assign(units=lambda frame: frame["demand"])
    table = schema.conform("history", history, lineage=False) if prices else schema.empty("history")
    return {"items": schema.conform("items", items), "history": table}


def answers(tables, **params):
    found = with_elasticity(ROWS, tables, ClearanceParams(**params), NOVEMBER)
    return list(zip(found["elasticity"].round(6), found["elasticity_reason"], strict=True))


def test_the_users_own_goes_before_what_prices_tell():
    (own, why), (learned, _), elsewhere = answers(given())
    assert (own, why) == (1.2, "typed") == elsewhere and learned != 1.2
    assert answers(given(elasticity=np.nan))[0][1] != "typed"


def test_it_is_as_unsure_as_the_user_says():
    found = with_elasticity(ROWS, given(), ClearanceParams(elasticity_sd=0.3), NOVEMBER).iloc[0]
    assert found[["elasticity_sd", "elasticity_low", "elasticity_high"]].tolist() == pytest.approx([0.3, 1.2 - Z90 * 0.3, 1.2 + Z90 * 0.3])
    assert with_elasticity(ROWS, given(0.2), ClearanceParams(), NOVEMBER)["elasticity_low"].iloc[0] == 0


def test_without_prices_the_others_are_assumed():
    assert answers(given(prices=False)) == [(1.2, "typed"), (2.0, "assumed"), (1.2, "typed")]


def test_one_number_for_all_goes_before_both():
    assert answers(given(), elasticity_learned=False, elasticity=3.0) == [(3.0, "given")] * 3


def test_what_was_typed_after_the_day_is_not_known_yet():
    assert answers(given(known_at=dt.date(2026, 11, 2)), elasticity=2.5)[0][1] != "typed"


def test_the_ways_out_go_by_it():
    """A cut of 20 % sells 0.8^-e times as many."""
    health = {"sku": "A", "location": "fba-us", "currency": "USD", "on_hand": 300.0, "excess_units": 300.0, "stock_value": 2400.0}
    health |= {"daily_demand": 8 * 12 / 365.25, "price": 30.0, "selling_fees_per_unit": 10.0, "referral_share": 0.15, "known_at": pd.Timestamp(NOVEMBER)}
    moved = {"sku": "A", "node": "fba-us", "date": NOVEMBER - dt.timedelta(days=200), "starting": 0.0, "receipts": 300.0, "ending": 300.0}
    measures = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5, "own_elasticity": 3.0}
    frames = {"health": health, "items": measures, "movements": moved}
    tables = {name: schema.conform(name, pd.DataFrame([row | {"known_at": pd.Timestamp(NOVEMBER)}])) for name, row in frames.items()}
    found = compare(tables, ClearanceParams(markdowns=(0.2,)), NOVEMBER).set_index("option")
    assert found["units_per_month"]["markdown"] == pytest.approx(8 * 0.8**-3.0) and set(found["elasticity_reason"]) == {"typed"}
