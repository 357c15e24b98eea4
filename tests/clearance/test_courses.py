"""How a way out goes by the day: its price and the stock it should leave, against what the options promise."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams, compare, flows
from workbench.clearance.courses import read
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
MONTH = 365.25 / 12
SURE = {"demand_level_cv": 0.0, "demand_dispersion": 0.0}


def shaped(name, row):
    return schema.conform(name, pd.DataFrame([row]).assign(known_at=pd.Timestamp(TODAY)))


def tables(per_month=20.0, on_hand=300.0, excess=260.0, **event):
    here = {"sku": "A", "location": "fba-us", "currency": "USD", "on_hand": on_hand, "excess_units": excess, "revenue_year": 900.0}
    worth = {"daily_demand": per_month / MONTH, "stock_value": 8 * on_hand, "price": 30.0, "selling_fees_per_unit": 10.0, "referral_share": 0.15}
    received = {"sku": "A", "node": "fba-us", "date": TODAY - dt.timedelta(days=200), "starting": 0.0, "receipts": on_hand, "ending": on_hand}
    given = {
        "health": shaped("health", here | worth),
        "items": shaped("items", {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5}),
        "movements": shaped("movements", received),
    }
    return given | ({"event_lifts": pd.DataFrame([event])} if event else {})


def told(given, **params):
    asked = ClearanceParams(**params)
    every = compare(given, asked, TODAY).set_index("option")
    _, course = flows(given, asked, TODAY, "A", "fba-us")
    return every, {str(name): part.reset_index(drop=True) for name, part in course.groupby("option")}


def test_the_stock_begins_with_what_is_there_and_ends_on_the_last_day_with_what_stays():
    every, course = told(tables(), leave_later=False)
    for name, left in (("hold", 0.0), ("markdown", 40.0), ("markdown_steps", 40.0)):
        found = course[name]
        assert found["units"].iloc[0] == 300.0 and found["units"].iloc[-1] == left
        assert found["date"].iloc[-1] == every["end_date"][name] and found["units"].is_monotonic_decreasing
    assert course["removal"]["units"].tolist()[0] == 300.0 and course["removal"]["units"].iloc[-1] == pytest.approx(40 - 20 * 30 / 30, abs=0.8)


def test_an_exit_at_the_end_takes_the_rest_of_the_excess():
    every, course = told(tables(per_month=2.0, excess=290.0))
    found = course["hold"]
    assert every["exit"]["hold"] == "liquidation" and found["date"].iloc[-1] == every["end_date"]["hold"]
    assert found["price"].isna().tolist() == [False] * (len(found) - 1) + [True] and found["units"].iloc[-1] < 10 < found["units"].iloc[-2]


def test_a_deal_of_some_days_sells_more_on_those_days_alone():
    """Half a month at 20 % off, elasticity 2: 20 x 1.25^2 a month, then 20 again."""
    every, course = told(tables(), ad_lift=0.0001, ad_days=14, promotion_discount=0.2, elasticity=2.0, leave_later=False, **SURE)
    found = course["promotion"].set_index("date")
    over = pd.Timestamp(TODAY) + pd.Timedelta(days=14)
    assert read(every["price_steps"]["promotion"]) == [(pd.Timestamp(TODAY), 24.0), (over, 30.0)]
    assert 300 - found["units"][over] == pytest.approx(20 * 14 / MONTH * 1.25**2, rel=0.02)
    assert found["price"][over] == 30.0 and found["price"].iloc[0] == 24.0


def test_the_steps_of_a_markdown_are_told_with_their_days():
    every, course = told(tables(per_month=8.0))
    asked = read(every["price_steps"]["markdown_steps"])
    assert len(asked) > 1 and asked[0] == (pd.Timestamp(TODAY), pytest.approx(every["price"]["markdown_steps"]))
    turns = course["markdown_steps"].dropna(subset="price")
    changed = turns[turns["price"].round(2) != turns["price"].round(2).shift()]
    assert list(zip(changed["date"], changed["price"].round(2), strict=True)) == [(day, round(price, 2)) for day, price in asked]
    assert every["price_steps"][["hold", "markdown", "removal"]].isna().all()


def test_what_has_no_price_has_no_steps():
    given = tables()
    given["health"] = given["health"].assign(price=np.nan)
    assert compare(given, ClearanceParams(), TODAY)["price_steps"].isna().all()
