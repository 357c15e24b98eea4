"""What rivals and advertising do to demand, measured: close to the truth that shops were made with, and not told where it cannot be known."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.datasets.market import make_market
from workbench.datasets.places import US
from workbench.datasets.world import make_world
from workbench.forecasting import ScenarioParams, measured_effects, what_ifs
from workbench.forecasting.drivers.effects import shrunk_to_groups
from workbench.tables import schema

END = dt.date(2026, 10, 31)
DAYS = 300


def shop(seed):
    """History as wanted, market and true effect by SKU (mean of the logarithm over its days) of a made-up shop's first channel."""
    world = make_world(seed, 300, 18, "normal")
    offers = world.offers_of(US)
    item = world.catalogue.offers["item"].to_numpy()[offers]
    shown = slice(world.calendar.length - 455, world.calendar.length)
    dates, sku = world.calendar.dates[shown], world.catalogue.items["sku"].to_numpy()
    event = np.full(len(dates), "", object)
    for row in world.demand.events[world.demand.events["place"] == 0].itertuples():
        event[(dates >= row.start_date) & (dates <= row.end_date)] = "sale"
    price = world.prices.paid[shown][:, offers]
    history = pd.DataFrame({"sku": np.repeat(sku[item], len(dates)), "channel": US.channel, "date": np.tile(dates, len(item))}).assign(
        demand=world.demand.units[shown][:, offers].T.ravel().astype(float), exposure=1.0, imputed=False, event=np.tile(event, len(item)),
        promotion=np.where(price < 0.95 * np.median(price, 0), "price_cut", "").T.ravel(),
    )  # fmt: skip
    since = np.repeat(dates[np.clip(world.story.launch[item] - shown.start, 0, len(dates) - 1)], len(dates))
    return history[history["date"].to_numpy() >= since], make_market(world), world


@pytest.mark.parametrize("seed", [201, 202, 203])
def test_a_rival_out_of_stock_is_measured_close_to_what_the_shop_was_made_with(seed):
    history, market, world = shop(seed)
    found = measured_effects(history, market, schema.empty("ads"), END, items=world.catalogue.items)
    mine = found[found["driver"] == "rival_out"].set_index("sku")
    gaps = world.story.rival_gaps.assign(sku=world.catalogue.items["sku"].to_numpy()[world.story.rival_gaps["item"]])
    truth = gaps.groupby("sku")["lift"].agg(lambda lifts: np.exp(np.log(lifts).mean()))
    seen = mine[mine["own_days"] > 0].join(truth, how="inner")
    assert len(seen) >= 20 and np.log(seen["factor"] / seen["lift"]).mean() == pytest.approx(0, abs=0.2)
    assert ((seen["low"] <= seen["lift"]) & (seen["lift"] <= seen["high"])).mean() >= 0.85
    assert np.log(seen["factor"] / seen["lift"]).abs().mean() < 0.6 * np.log(seen["lift"]).abs().mean()
    assert found.loc[found["driver"] == "ad_stop", "factor"].isna().all()


def calm(n=30, seed=5, rate=4.0, **times):
    """A history of equal SKUs, with factors (n, DAYS) laid over what they sell."""
    rng = np.random.default_rng(seed)
    factor = times.get("factor", np.ones((n, DAYS)))
    weekday = np.tile([1.0, 1.0, 1.0, 0.8, 0.8, 1.2, 1.2], DAYS // 7 + 1)[:DAYS]
    dates = pd.date_range(end=pd.Timestamp(END), periods=DAYS).as_unit("us")
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(n)], DAYS), "channel": "shop", "date": np.tile(dates, n)})
    made = frame.assign(demand=rng.poisson(rate * factor * weekday).ravel().astype(float), exposure=1.0, event="", promotion="", imputed=False)
    return schema.conform("history", made, lineage=False)


def spent(on):
    """Advertising of the first SKUs, 5 a day apart from the days (n, DAYS) on which it stood still."""
    dates = pd.date_range(end=pd.Timestamp(END), periods=DAYS).as_unit("us")
    rows = [("shop", f"S{i:02d}", day, 0.0 if still else 5.0) for i, days in enumerate(on) for day, still in zip(dates, days, strict=True)]
    return schema.conform("ads", pd.DataFrame(rows, columns=["channel", "sku", "date", "spend"]).assign(campaign="one"), lineage=False)


def stops(n, length=14):
    on = np.zeros((n, DAYS), bool)
    for i in range(n):
        on[i, 100 + 7 * i : 100 + 7 * i + length] = True
    return on


def of(found, driver="ad_stop"):
    return found[found["driver"] == driver].set_index("sku")


@pytest.mark.parametrize("true", [0.6, 0.8, 1.0])
def test_a_stop_of_advertising_is_measured(true):
    on = stops(8)
    factor = np.ones((30, DAYS))
    factor[:8][on] = true
    shops = [of(measured_effects(calm(seed=seed, factor=factor), schema.empty("market"), spent(on), END)) for seed in range(6)]
    assert np.mean([found["factor"] for found in shops]) == pytest.approx(true, abs=0.06)  # three standard errors of six shops
    assert np.mean([((found["low"] < true) & (true < found["high"])).mean() for found in shops]) >= 0.9
    found = shops[0]
    assert found["days"].iloc[0] == 8 * 14 and found["skus"].iloc[0] == 8 and found.loc["S20", "own_days"] == 0 and found.loc["S03", "own_days"] == 14


def test_days_with_event_promotion_or_without_stock_do_not_count():
    on = stops(8)
    history = calm()
    hidden = np.zeros((30, DAYS), bool)
    hidden[:8] = on
    spoilt = history["demand"].where(~hidden.ravel(), 99.0)
    for column, value in (("event", "sale"), ("promotion", "coupon"), ("exposure", 0.4), ("imputed", True)):
        found = of(measured_effects(history.assign(demand=spoilt, **{column: history[column].mask(pd.Series(hidden.ravel()), value)}),
                                    schema.empty("market"), spent(on), END))  # fmt: skip
        assert found["factor"].isna().all() and found["days"].eq(0).all()


@pytest.mark.parametrize("on", [np.zeros((3, DAYS), bool), stops(3, length=6), stops(1, length=20)])
def test_too_few_days_are_no_measurement(on):
    found = of(measured_effects(calm(), schema.empty("market"), spent(on), END))
    assert found[["factor", "low", "high"]].isna().all(axis=None) and (found["days"] < 28).all()


def test_a_cut_is_told_with_its_depth_and_nothing_later_than_the_day_is_used():
    dates = pd.date_range(end=pd.Timestamp(END), periods=DAYS)[::7].as_unit("us")
    rows = [("shop", f"S{i:02d}", day, 8.0 if 20 <= k < 24 else 10.0, 1.0) for i in range(10) for k, day in enumerate(dates)]
    market = pd.DataFrame(rows, columns=["channel", "sku", "date", "competitor_price", "competitor_in_stock"])
    market = schema.conform("market", market.assign(currency="USD"), lineage=False)
    factor = np.ones((30, DAYS))
    factor[:10, 20 * 7 - 3 : 24 * 7 - 3] = 0.7
    found = of(measured_effects(calm(factor=factor), market, schema.empty("ads"), END), "rival_cut")
    assert found["factor"].iloc[:10].mean() == pytest.approx(0.7, abs=0.07) and found["depth"].iloc[0] == pytest.approx(0.2)
    early = END - dt.timedelta(days=DAYS - 130)
    assert of(measured_effects(calm(factor=factor), market, schema.empty("ads"), early), "rival_cut")["days"].eq(0).all()
    none = measured_effects(calm().iloc[:0], market, schema.empty("ads"), END)
    assert none.empty


def test_a_group_that_differs_and_a_row_with_much_of_its_own_are_believed():
    sold, expected = np.array([300.0, 290, 310, 100, 95, 105, 0.0]), np.array([200.0, 200, 200, 100, 100, 100, 0.0])
    factor, unsure = shrunk_to_groups(sold, expected, np.array([0, 0, 0, 1, 1, 1, 0]))
    assert factor[:3] == pytest.approx(1.5, abs=0.1) and factor[3:6] == pytest.approx(1.0, abs=0.1) and 1.3 < factor[6] < 1.55
    assert (unsure > 0).all() and unsure[6] > unsure[0]


def test_what_was_measured_is_the_default_and_the_reader_s_own_value_stays():
    effects = pd.DataFrame({"driver": ["rival_out", "rival_cut", "ad_stop"], "factor": [1.384, 0.62, np.nan]})
    measured = ScenarioParams.measured(effects)
    assert (measured().rival_out_gain, measured().rival_cut_loss, measured().ad_stop_loss) == (0.38, 0.38, 0.0)
    assert what_ifs(measured(), END, 90, "A") == []
    assert [round(w.factor, 2) for w in what_ifs(measured(rival_out=True, rival_cut=True), END, 90, "A")] == [1.38, 0.62]
    own = measured(rival_cut_loss=0.5, promotion_uplift=1.0)
    other = own.moved_to(ScenarioParams.measured(effects.assign(factor=[0.9, 1.2, 0.8])))
    assert (other.rival_out_gain, other.rival_cut_loss, other.ad_stop_loss, other.promotion_uplift) == (0.0, 0.5, 0.2, 1.0)
    with pytest.raises(ValueError, match="less than or equal"):
        measured(rival_cut_loss=2)
