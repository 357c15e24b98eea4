"""Searches, ads, ranks, indicators: in the forecast where past cutoffs say that they help, dropped by name where they do not."""

import datetime as dt
import logging

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, channel_drivers, components, forecast
from workbench.tables import schema

END, DAYS, AHEAD, SKUS = dt.date(2026, 10, 31), 420, 28, 40
PARAMS = ForecastParams(horizon_days=AHEAD, use_events=False)
NO_RIVALS = PARAMS.model_copy(update={"use_rivals": False})
LAST = pd.Timestamp(END)


def wandering(rng: np.random.Generator, shape: tuple[int, int], half_days: float = 20) -> np.ndarray:
    """Values about 0 with variance 1 that forget half in so many days."""
    keep, made = 0.5 ** (1 / half_days), rng.normal(size=shape)
    for t in range(1, shape[1]):
        made[:, t] = keep * made[:, t - 1] + np.sqrt(1 - keep**2) * made[:, t]
    return made


def shop(effect: np.ndarray, days: int = DAYS, rate: float = 5.0) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """The history of a channel whose demand is `rate` times e to the power of `effect` (n, days + AHEAD), the frame of its days, and the truth ahead."""
    dates = pd.date_range(end=LAST + pd.Timedelta(days=AHEAD), periods=days + AHEAD).as_unit("us")
    n = len(effect)
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(n)], days + AHEAD), "channel": "shop", "date": np.tile(dates, n)})
    mean = rate * np.exp(effect)
    demand = np.random.default_rng(4).poisson(mean).astype(float).ravel()
    told = frame.assign(demand=demand, exposure=1.0, event="", promotion="", imputed=False)
    return schema.conform("history", told[told["date"] <= LAST], lineage=False), frame, mean[:, days:].sum(1)


def market(frame: pd.DataFrame, **columns: np.ndarray) -> pd.DataFrame:
    """A table market of one observation a week."""
    made = frame.assign(**{name: values.ravel() for name, values in columns.items()})
    return schema.conform("market", made[(made["date"] <= LAST) & (made["date"].dt.dayofweek == 5)], lineage=False)


def missed(made: pd.DataFrame, truth: np.ndarray) -> float:
    return float(np.abs(made.groupby("sku")["mean"].sum().to_numpy() - truth).sum() / truth.sum())


@pytest.fixture(scope="module")
def led():
    """A channel whose sales follow searches by two weeks."""
    away = wandering(np.random.default_rng(3), (SKUS, DAYS + AHEAD))
    history, frame, truth = shop(0.5 * np.pad(away, ((0, 0), (14, 0)))[:, : DAYS + AHEAD])
    return history, market(frame, search_volume=np.rint(900 * np.exp(away))), truth


def test_searches_that_lead_sales_are_used_and_totals_are_missed_by_less(led, caplog):
    history, searches, truth = led
    with caplog.at_level(logging.INFO, logger="workbench"):
        given = forecast(history, PARAMS, END, market=searches)
    assert "shop: sku search_volume used: error of 14-day totals 0." in caplog.text
    assert missed(given, truth) < 0.75 * missed(forecast(history, PARAMS, END), truth)
    tested = channel_drivers(history, PARAMS, END, "shop", {"market": searches})
    row = tested.told.set_index("driver").loc["search_volume"]
    assert row["used"] and row["lag_days"] == 14 and row["cases"] > 100 and row["skus"] == SKUS
    assert row["half_days"] == pytest.approx(20, rel=0.5) and row["low"] < 0.8 < 1.2 < row["high"]
    assert row["error_with"] < 0.8 * row["error"]
    parts = components(history, PARAMS, END, "shop", tested=tested).of("S03")
    assert parts["mean"].to_numpy() == pytest.approx(given[given["sku"] == "S03"]["mean"].to_numpy(), rel=1e-4)
    assert np.ptp(parts["driver"].to_numpy()) > 0.01


def test_the_same_searches_of_other_skus_are_dropped_by_name(led):
    history, searches, _ = led
    names = np.sort(searches["sku"].unique())
    other = searches.assign(sku=searches["sku"].map(dict(zip(names, np.roll(names, 7), strict=True))))
    told = channel_drivers(history, PARAMS, END, "shop", {"market": other}).told.set_index("driver")
    assert told.loc["search_volume", "verdict"] == "helps_not" and told.loc["search_volume", "cases"] > 100
    pd.testing.assert_frame_equal(forecast(history, PARAMS, END, market=other), forecast(history, PARAMS, END), check_exact=True)


def test_what_is_learned_or_dated_later_changes_nothing(led):
    history, searches, _ = led
    assert channel_drivers(history, PARAMS, END, "shop", {"market": searches.assign(known_at=LAST + pd.Timedelta(days=1))}).told.empty
    later = searches.assign(date=searches["date"] + pd.Timedelta(days=7), search_volume=1e6)
    both = pd.concat([searches, later[later["date"] > LAST]])
    pd.testing.assert_frame_equal(forecast(history, PARAMS, END, market=both), forecast(history, PARAMS, END, market=searches), check_exact=True)
    off = PARAMS.model_copy(update={"use_drivers": False})
    pd.testing.assert_frame_equal(forecast(history, off, END, market=searches), forecast(history, off, END), check_exact=True)


def test_nothing_of_the_future_is_seen_at_an_earlier_cutoff(led):
    """What came of the driver stands or falls with what was known then: with another future of it the same is said of every cutoff before."""
    from workbench.forecasting.channel_panel import one_channel
    from workbench.forecasting.drivers.outside import drivers_of

    history, searches, _ = led
    panel = one_channel(history, PARAMS, END, "shop")
    cut = DAYS - 60
    turned = searches["search_volume"].where(searches["date"] < panel.calendar[cut], 7.0)
    found = [drivers_of(panel, {"market": table}, END)[0].at(cut, AHEAD, panel.groups) for table in (searches, searches.assign(search_volume=turned))]
    np.testing.assert_array_equal(found[0].x, found[1].x)


BAD = {
    "constant": np.full((SKUS, DAYS + AHEAD), 900.0),
    "unknown": np.full((SKUS, DAYS + AHEAD), np.nan),
    "negative": np.full((SKUS, DAYS + AHEAD), -5.0),
    "endless": np.full((SKUS, DAYS + AHEAD), np.inf),
    "beyond float32": np.random.default_rng(1).uniform(1e300, 2e300, (SKUS, DAYS + AHEAD)),
    "huge": np.random.default_rng(1).uniform(0, 1e30, (SKUS, DAYS + AHEAD)),
    "one day": np.where(np.arange(DAYS + AHEAD) == DAYS - 1, 5.0, np.nan) * np.ones((SKUS, 1)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_columns_change_nothing(led, name):
    history, _, _ = led
    _, frame, _ = shop(np.zeros((SKUS, DAYS + AHEAD)))
    bad = market(frame, **dict.fromkeys(("search_volume", "competitor_price", "organic_rank", "rating"), BAD[name]))
    told = channel_drivers(history, NO_RIVALS, END, "shop", {"market": bad}).told
    assert not told["used"].any()
    pd.testing.assert_frame_equal(forecast(history, NO_RIVALS, END, market=bad), forecast(history, PARAMS, END), check_exact=True)


def test_one_mad_value_does_not_run_away(led):
    history, searches, _ = led
    mad = searches.assign(search_volume=searches["search_volume"].where((searches["sku"] != "S05") | (searches["date"] != LAST), 1e15))
    given, usual = (forecast(history, PARAMS, END, market=table) for table in (mad, searches))
    of = [made[made["sku"] == "S05"]["mean"].sum() for made in (given, usual)]
    assert np.isfinite(of).all() and of[0] < 20 * max(of[1], 5 * AHEAD)


def test_planned_ads_raise_the_days_they_are_planned_for():
    rng = np.random.default_rng(5)
    on = np.repeat(rng.random((SKUS, DAYS // 28 + 3)) < 0.4, 28, axis=1)
    on = np.stack([row[first : first + DAYS + AHEAD] for row, first in zip(on, rng.integers(0, 28, SKUS), strict=True)])
    history, frame, _ = shop(np.log(2.0) * on)
    spend = frame.assign(spend=np.where(on, 20.0, 2.0).ravel(), campaign="one")
    ads = schema.conform("ads", spend[spend["date"] <= LAST], lineage=False)
    first, last = LAST + pd.Timedelta(days=8), LAST + pd.Timedelta(days=14)
    plan = pd.DataFrame({"sku": ["S00", "S01"], "channel": "shop", "start_date": first, "end_date": last, "spend_day": [20.0, 2.0], "currency": "USD"})
    plan = schema.conform("offer_plan", plan, lineage=False)
    told = channel_drivers(history, PARAMS, END, "shop", {"ads": ads, "offer_plan": plan}).told.set_index("driver")
    assert told.loc["ad_spend", "used"] and told.loc["ad_spend", "planned"] == 2
    without = forecast(history, PARAMS, END, ads=ads)
    ratio = (forecast(history, PARAMS, END, ads=ads, offer_plan=plan)["mean"] / without["mean"]).to_numpy().reshape(SKUS, AHEAD)
    ahead = np.arange(AHEAD)
    days = (ahead >= 7) & (ahead < 14)
    assert (ratio[:, ~days] == 1).all() and (ratio[2:] == 1).all()
    assert ratio[0, days].mean() / ratio[1, days].mean() == pytest.approx(2.0, rel=0.2), "by the effect that was learned"
    unknown = plan.assign(known_at=LAST + pd.Timedelta(days=1))
    pd.testing.assert_frame_equal(forecast(history, PARAMS, END, ads=ads, offer_plan=unknown), without, check_exact=True)


def test_a_promotion_of_today_is_not_taken_for_demand_and_a_planned_one_is_expected():
    rng, on = np.random.default_rng(9), np.zeros((SKUS, DAYS + AHEAD), bool)
    for row in on:
        for first in rng.choice(np.arange(DAYS - 40), 9, replace=False):
            row[first : first + 10] = True
    on[:, DAYS - 20 : DAYS] = False
    on[:10, DAYS - 10 : DAYS] = True
    history, _, _ = shop(np.log(3.0) * on)
    history = history.assign(promotion=pd.array(np.where(on[:, :DAYS], "coupon", "").ravel(), dtype="str"))
    told = channel_drivers(history, PARAMS, END, "shop", {}).told.set_index("driver").loc["promotion"]
    assert told["used"] and told["lag_days"] == 0 and told["error_with"] < 0.9 * told["error"]
    plain = forecast(history, PARAMS.model_copy(update={"use_drivers": False}), END)["mean"].to_numpy().reshape(SKUS, AHEAD)
    given = forecast(history, PARAMS, END)["mean"].to_numpy().reshape(SKUS, AHEAD)
    assert plain[:10].mean() > 2 * 5 and given[:10, 7:].mean() < 1.5 * 5, "the usual is five a day"
    first, last = LAST + pd.Timedelta(days=8), LAST + pd.Timedelta(days=14)
    plan = pd.DataFrame({"sku": ["S30"], "channel": "shop", "start_date": first, "end_date": last, "promotion": "coupon"})
    planned = forecast(history, PARAMS, END, offer_plan=schema.conform("offer_plan", plan, lineage=False))["mean"].to_numpy().reshape(SKUS, AHEAD)
    assert planned[30, 7:14].mean() / given[30, 7:14].mean() > 1.8 and (np.delete(planned, 30, 0) == np.delete(given, 30, 0)).all()


@pytest.mark.parametrize("matters", [True, False])
def test_an_indicator_of_all_is_kept_where_it_matters(matters):
    days = 800
    figure = wandering(np.random.default_rng(8), (1, days + AHEAD), 30)
    history, frame, truth = shop(0.4 * figure * matters + np.zeros((SKUS, 1)), days)
    dates = frame["date"].iloc[: days + AHEAD]
    told = pd.DataFrame({"series": "weather", "date": dates, "value": figure[0], "source": ""})
    indicators = schema.conform("indicators", told[told["date"] <= LAST], lineage=False)
    found = channel_drivers(history, PARAMS, END, "shop", {"indicators": indicators}).told.set_index("driver").loc["weather"]
    assert found["kind"] == "indicator" and found["used"] == matters and found["cases"] == 12 * SKUS
    given, plain = forecast(history, PARAMS, END, indicators=indicators), forecast(history, PARAMS, END)
    assert missed(given, truth) < missed(plain, truth) if matters else given.equals(plain)
    short = history[history["date"] > LAST - pd.Timedelta(days=700)]
    assert channel_drivers(short, PARAMS, END, "shop", {"indicators": indicators}).told.empty, "with less than two years it cannot be told from the season"


def test_of_two_that_say_the_same_one_is_taken(led):
    history, searches, _ = led
    twice = searches.assign(rating=np.log(searches["search_volume"]))
    told = channel_drivers(history, PARAMS, END, "shop", {"market": twice}).told.set_index("driver")["verdict"]
    assert told.loc["search_volume"] == "used" and told.loc["rating"] in ("adds_nothing", "used")
