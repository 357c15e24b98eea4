"""Prices, previews and estimates as imported: the newest known, and nothing that is not there."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench import fees
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def table(name, rows, known_at="2026-10-31"):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(known_at)))


def listing(price, date="2026-10-01", sku="A", **more):
    return {"sku": sku, "channel": "amazon-us", "date": date, "price": price, "currency": "USD", **more}


def paid(price, date, sku="A", channel="amazon-us"):
    return {"sku": sku, "channel": channel, "date": date, "price": price}


@pytest.mark.parametrize(
    ("listings", "history", "price"),
    [
        ([listing(20.0), listing(25.0, "2026-10-20")], [paid(18.0, "2026-10-30")], 25.0),
        ([listing(0.0)], [paid(17.0, "2026-10-02"), paid(18.0, "2026-10-30"), paid(np.nan, "2026-10-31")], 18.0),
        ([listing(99.0, "2026-11-02")], [paid(18.0, "2026-10-30")], 18.0),
    ],
)
def test_the_price_asked_goes_before_the_price_paid(listings, history, price):
    channels = table("channels", [{"channel": "amazon-us", "currency": "USD"}])
    found = fees.newest_prices(table("listings", listings), table("history", history), channels, TODAY)
    assert found[["sku", "channel", "price", "price_currency"]].to_numpy().tolist() == [["A", "amazon-us", price, "USD"]]


def test_the_surest_and_newest_price_stands_last():
    history = [paid(5.0, "2026-10-31", "A", "shop"), paid(6.0, "2026-10-01", "B", "shop")]
    found = fees.newest_prices(table("listings", [listing(9.0, "2026-09-01")]), table("history", history), schema.empty("channels"), TODAY)
    assert found[["channel", "price"]].to_numpy().tolist() == [["shop", 6.0], ["shop", 5.0], ["amazon-us", 9.0]]


def age(units, estimated, from_days, sku="A", node="fba-uk", date="2026-10-31"):
    return {"sku": sku, "node": node, "date": date, "age_from_days": from_days, "units": units, "surcharge_estimated": estimated}


VOLUMES = pd.DataFrame({"sku": ["A", "B", "A"], "volume_ft3": [0.1, 0.4, 0.1]})


def test_rates_of_age_are_pooled_over_the_skus_of_a_pool():
    rows = [age(10, 1.5, 181), age(5, 4.0, 181, "B"), age(4, 2.0, 271), age(9, np.nan, 0), age(0, 0.0, 366), age(7, 9.0, 181, node="fba-de")]
    rates = fees.AgeRates(table("stock_age", rows), VOLUMES, TODAY)
    young, tier, old, oldest = 0.0, 5.5 / 3.0, 5.0, 5.0  # ft3: 10 x 0.1 + 5 x 0.4; a tier without units is at least that before
    assert rates.per_ft3("fba-uk", [10, 181, 270, 271, 400]).tolist() == pytest.approx([young, tier, tier, old, oldest])
    places = np.array(["fba-uk", "fba-de", "fba-fr"], dtype=object)[:, None]
    assert rates.per_ft3(places, np.array([[200.0]])).ravel() == pytest.approx([tier, 9 / 0.7, np.nan], nan_ok=True)


@pytest.mark.parametrize("date", ["2026-04-01", "2026-11-02"])
def test_estimates_too_old_or_not_yet_made_do_not_count(date):
    rates = fees.AgeRates(table("stock_age", [age(10, 1.5, 181, date=date)]), VOLUMES, TODAY)
    assert np.isnan(rates.per_ft3("fba-uk", [10, 200])).all()


def test_without_any_estimate_nothing_is_known():
    assert np.isnan(fees.AgeRates(schema.empty("stock_age"), VOLUMES, TODAY).per_ft3("fba-uk", 200))


def test_amounts_of_many_currencies_each_into_its_own():
    rates = table(
        "exchange_rates",
        [{"date": "2026-10-30", "currency": "USD", "base": "GBP", "rate": 0.8}, {"date": "2026-10-30", "currency": "CNY", "base": "USD", "rate": 0.2}],
    )
    given, wanted = pd.Series(["GBP", "CNY", "USD", "USD", None, "CNY"]), pd.Series(["USD", "USD", "USD", "GBP", "USD", None])
    found = fees.converted(pd.Series([100.0] * 6), given, wanted, rates, TODAY)
    assert found.tolist() == pytest.approx([125, 20, 100, 80, np.nan, np.nan], nan_ok=True)
    later = fees.converted(pd.Series([100.0]), given[:1], wanted[:1], rates.assign(known_at=pd.Timestamp("2026-11-02")), TODAY)
    assert later.isna().all()
