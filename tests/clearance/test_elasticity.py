"""Elasticities from sales at each price: exact where demand is, drawn to the category where prices tell little, and never from the season alone."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance import ClearanceParams
from workbench.clearance.answers import with_elasticity
from workbench.clearance.elasticity import elasticities
from workbench.clearance.price_cells import PricedDays
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
DAYS = pd.date_range(end="2026-10-31", periods=56 * 12)
PRICES = np.array([10.0, 12.0, 15.0, 18.0, 20.0])


def sold(sku, price, units, channel="amazon-us", **more):
    rows = {"sku": sku, "channel": channel, "date": DAYS, "price": price, "units": units, "demand": units, "exposure": 1.0, "promotion": "", "event": ""}
    return pd.DataFrame(rows | more)


def history(*frames):
    return schema.conform("history", pd.concat(frames, ignore_index=True).assign(known_at=pd.Timestamp(TODAY)))


def items(*skus, category="Kitchen"):
    return schema.conform("items", pd.DataFrame({"sku": skus, "category": category, "known_at": pd.Timestamp(TODAY)}))


def steps(seed=5, days=14):
    """A price for every fortnight, in an order without trend or season."""
    return PRICES[np.random.default_rng(seed).integers(0, 5, len(DAYS) // days + 1)][np.arange(len(DAYS)) // days]


@pytest.fixture(scope="module")
def shop():
    """Ten SKUs of elasticity 1.8 with the published demand 1000 p^-1.8, five that never changed price, one whose price followed the season."""
    rng = np.random.default_rng(1)
    priced = [sold(f"P{k}", p := steps(k), 1000 * p**-1.8) for k in range(10)]
    flat = [sold(f"F{k}", 15.0, rng.poisson(4, len(DAYS)).astype(float)) for k in range(5)]
    season = np.exp(0.8 * np.sin(2 * np.pi * np.arange(len(DAYS)) / 365))
    follows = sold("S", np.round(15 * season**0.3, 2), 5 * season)
    return history(*priced, *flat, follows), items(*[f"P{k}" for k in range(10)], *[f"F{k}" for k in range(5)], "S")


@pytest.fixture(scope="module")
def found(shop):
    return elasticities(*shop, TODAY).set_index("sku")


def test_an_offer_that_sold_on_days_of_events_only_spoils_no_other(shop, found):
    rare = sold("E", 15.0, np.where(np.arange(len(DAYS)) % 7 == 0, 5.0, 0.0)).assign(event=np.where(np.arange(len(DAYS)) % 7 == 0, "deal", ""))
    days, goods = shop
    more = elasticities(pd.concat([days, history(rare)], ignore_index=True), pd.concat([goods, items("E")], ignore_index=True), TODAY).set_index("sku")
    assert more["elasticity"].notna().all() and more.loc["E", "reason"] == "few_prices"
    assert more.loc[found.index, "elasticity"].to_numpy() == pytest.approx(found["elasticity"].to_numpy(), abs=0.05)


def test_the_published_slope(found):
    """q = 1000 p^-1.8 has slope -1.8 exactly; the prior of 2.0 and the category's pace, which their own prices move, draw by a few hundredths."""
    own = found.loc[[f"P{k}" for k in range(10)]]
    assert own["elasticity"].tolist() == pytest.approx([1.8] * 10, abs=0.05)
    assert own["reason"].isna().all() and ((own["low"] < 1.8) & (own["high"] > 1.8)).all()


def test_the_briefs_example():
    """A price 12 % lower sold 23 % more: elasticity 1.62, ln 1.23 / -ln 0.88."""
    cut = (np.arange(len(DAYS)) // 14) % 2 == 1
    table = elasticities(history(sold("A", np.where(cut, 88.0, 100.0), np.where(cut, 1230.0, 1000.0))), items("A"), TODAY, usual=1.62)
    assert table["elasticity"].iloc[0] == pytest.approx(np.log(1.23) / -np.log(0.88), abs=0.01) and table["reason"].iloc[0] == "few_prices"


def test_a_price_that_never_moved_takes_the_categorys(found):
    still = found.loc[[f"F{k}" for k in range(5)]]
    assert (still["reason"] == "few_prices").all() and (still["prices"] == 1).all()
    assert still["elasticity"].between(1.6, 2.0).all() and (still["sd"] > found.loc["P0", "sd"]).all()


def test_a_price_that_moved_with_the_season_says_so(found):
    assert found.loc["S", "reason"] == "price_moved_with_season"


def test_stock_and_coupons_do_not_pass_for_price():
    """Half of the dear days are half out of stock, and coupons bring a crowd at the old price: neither changes the slope."""
    day, frames = np.arange(len(DAYS)), []
    for k in range(10):
        price = steps(k)
        units, short, coupon = 1000 * price**-1.8, (price > 15) & (day % 2 == 0), day % 28 < 3
        seen = np.where(short, units / 2, units) * np.where(coupon, 5, 1)
        frames.append(sold(f"P{k}", price, seen, exposure=np.where(short, 0.5, 1.0), promotion=np.where(coupon, "coupon", "")).assign(demand=units))
    given = history(*frames)
    assert elasticities(given, items(*[f"P{k}" for k in range(10)]), TODAY)["elasticity"].tolist() == pytest.approx([1.8] * 10, abs=0.05)


def test_a_dip_that_nobody_tagged_is_no_price():
    """Five days a month at 30 % off bring eight times the sales; they are left out, and the slope stays that of usual prices."""
    dip, frames = np.arange(len(DAYS)) % 28 >= 23, []
    for k in range(10):
        price = steps(k, days=28)
        frames.append(sold(f"P{k}", np.where(dip, 0.7 * price, price), 1000 * price**-1.8 * np.where(dip, 8, 1)).assign(demand=1000 * price**-1.8))
    found = elasticities(history(*frames), items(*[f"P{k}" for k in range(10)]), TODAY)
    assert found["elasticity"].tolist() == pytest.approx([1.8] * 10, abs=0.05)


def test_prices_months_apart_tell():
    """One price a year, so that no four weeks hold two: the level of an offer stands well enough for the slope to show."""
    rng, frames = np.random.default_rng(8), []
    for k in range(30):
        price = np.where(np.arange(len(DAYS)) < 336, 20.0, 16.0 + 8.0 * (k % 2))
        frames.append(sold(f"P{k}", price, rng.poisson(400 * price**-1.2).astype(float)))
    found = elasticities(history(*frames), items(*[f"P{k}" for k in range(30)]), TODAY)
    assert found["elasticity"].mean() == pytest.approx(1.2, abs=0.1) and (found["sd"] < 0.2).all()


def test_the_wrong_sign_is_not_used():
    price = steps()
    table = elasticities(history(sold("A", price, price**1.5)), items("A"), TODAY)
    assert table["reason"].iloc[0] == "wrong_sign" and table["elasticity"].iloc[0] >= 0 and table["low"].iloc[0] == 0


def test_nothing_known_later_is_used(shop):
    later = shop[0].assign(known_at=pd.Timestamp("2026-11-05"))
    assert PricedDays(later, shop[1], TODAY).cells().empty
    table = elasticities(later, shop[1], TODAY)
    assert table["elasticity"].tolist() == pytest.approx([2.0] * 16) and (table["reason"] == "few_prices").all()


def test_what_the_user_sets_wins(shop):
    rows = pd.DataFrame({"sku": ["P0", "X"]})
    given = {"history": shop[0], "items": shop[1]}
    learned = with_elasticity(rows, given, ClearanceParams(elasticity=1.1), TODAY)
    assert learned["elasticity"].tolist() == pytest.approx([1.8, 1.1], abs=0.05) and learned["elasticity_reason"].tolist()[1] == "assumed"
    fixed = with_elasticity(rows, given, ClearanceParams(elasticity=1.1, elasticity_learned=False), TODAY)
    assert fixed["elasticity"].tolist() == [1.1, 1.1] and (fixed["elasticity_reason"] == "given").all()
    unpriced = {"history": schema.empty("history"), "items": shop[1]}
    assert (with_elasticity(rows, unpriced, ClearanceParams(), TODAY)["elasticity_reason"] == "assumed").all()
