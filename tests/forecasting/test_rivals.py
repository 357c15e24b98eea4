"""A rival that is out of stock or cheaper today is in the forecast: by its measured effect, fading, and only where that helped before."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, channel_drivers, components, forecast
from workbench.forecasting.drivers.spells import spells
from workbench.tables import schema

END, DAYS, SKUS = dt.date(2026, 10, 31), 420, 40
PARAMS = ForecastParams(horizon_days=28, use_events=False, use_drivers=False)
DATES = pd.date_range(end=pd.Timestamp(END), periods=DAYS).as_unit("us")


def gaps() -> np.ndarray:
    """Days on which each SKU's rival was out: four spells of 16 days each; a quarter are out for the last 6 days."""
    rng, out = np.random.default_rng(3), np.zeros((SKUS, DAYS), bool)
    for i in range(SKUS):
        for first in rng.choice(np.arange(20, DAYS - 40, 40), 4, replace=False):
            out[i, first : first + 16] = True
    out[: SKUS // 4, -6:] = True
    return out


def shop(out: np.ndarray, factor: np.ndarray | float = 1.8) -> dict[str, pd.DataFrame]:
    """History and market of a channel in which demand is `factor` times as high while the rival is out."""
    demand = np.random.default_rng(4).poisson(5 * np.where(out, factor, 1.0))
    sku = np.repeat([f"S{i:02d}" for i in range(SKUS)], DAYS)
    frame = pd.DataFrame({"sku": sku, "channel": "shop", "date": np.tile(DATES, SKUS)})
    history = frame.assign(demand=demand.ravel().astype(float), exposure=1.0, event="", promotion="", imputed=False)
    market = frame.assign(competitor_in_stock=1.0 - out.ravel(), competitor_price=np.nan)
    return {"history": schema.conform("history", history, lineage=False), "market": schema.conform("market", market, lineage=False)}


@pytest.fixture(scope="module")
def found():
    made = shop(gaps())
    return made, channel_drivers(made["history"], PARAMS, END, "shop", {"market": made["market"]})


def test_a_rival_out_today_lifts_and_the_lift_fades(found):
    _, rivals = found
    told = rivals.told.set_index("driver").loc["rival_out"]
    assert told["used"] and told["skus"] == SKUS // 4 and told["by_age"]
    assert told["factor"] == pytest.approx(1.8, abs=0.15) and told["median_days"] == pytest.approx(16, abs=1)
    assert told["error_with"] < told["error"] and told["cases"] >= 10
    ahead = rivals.rivals[:, DAYS:]
    assert (np.diff(ahead[: SKUS // 4], axis=1) <= 1e-6).all()
    # out for 6 of 16 days: nearly certain to go on for a week, and over within four
    assert ahead[: SKUS // 4, :7].min() > 1.4 and ahead[: SKUS // 4, -1].max() < 1.2
    assert (ahead[SKUS // 4 :] == 1).all()


def test_the_published_forecast_holds_it_as_a_part_of_its_own(found):
    tables, rivals = found
    given = forecast(tables["history"], PARAMS, END, market=tables["market"])
    without = forecast(tables["history"], PARAMS, END)
    means = [made[made["sku"] < "S10"].groupby("sku")["mean"].sum() for made in (given, without)]
    truth = 5 * (28 + 0.8 * 10)
    assert (means[0] - truth).abs().sum() < 0.7 * (means[1] - truth).abs().sum()
    parts = components(tables["history"], PARAMS, END, "shop", tested=rivals).of("S03")
    assert parts["rival"].iloc[0] > 1.4
    assert parts["mean"].to_numpy() == pytest.approx(given[given["sku"] == "S03"]["mean"].to_numpy(), rel=1e-4)


def test_what_did_not_help_before_is_dropped_by_name():
    out = gaps()
    turned = np.where(np.arange(DAYS) < DAYS - 190, 3.0, 0.7)[None, :]  # it lifted once, of late it has not
    made = shop(out, turned)
    rivals = channel_drivers(made["history"], PARAMS, END, "shop", {"market": made["market"]})
    told = rivals.told.set_index("driver")["used"]
    assert not told["rival_out"] and not told["rival_cut"]
    assert rivals.rivals is None


def test_nothing_is_known_before_its_day_and_what_is_seen_today_counts(found):
    tables, rivals = found
    day = pd.Timestamp(END) + pd.Timedelta(days=1)
    later = tables["market"][tables["market"]["date"] == DATES[-1]].assign(date=day, competitor_in_stock=0.0)
    market = pd.concat([tables["market"], later])
    same = channel_drivers(tables["history"], PARAMS, END, "shop", {"market": market})
    pd.testing.assert_frame_equal(same.told, rivals.told)
    today = channel_drivers(tables["history"], PARAMS, day.date(), "shop", {"market": market})
    assert today.told.set_index("driver").loc["rival_out", "skus"] == SKUS


def test_without_a_word_on_rivals_nothing_changes(found):
    tables, _ = found
    silent = tables["market"].assign(competitor_in_stock=np.nan)
    assert channel_drivers(tables["history"], PARAMS, END, "shop", {"market": silent}).rivals is None
    off = PARAMS.model_copy(update={"use_rivals": False})
    assert channel_drivers(tables["history"], off, END, "shop", {"market": tables["market"]}).told.empty


def test_few_spells_give_a_middle_and_none_that_ended_nearly_for_ever():
    rows = np.zeros((3, 100), bool)
    rows[0, 10:20] = rows[1, 30:40] = True
    rows[2, -5:] = True
    few = spells(rows)
    assert few.ended == 2 and not few.by_age
    assert few.still_on(40)[2, round(few.median_days) - 1] == pytest.approx(0.5, abs=0.05)
    assert (few.still_on(40)[:2] == 0).all()
    rows[:2] = False
    rows[:, -60:] = True
    assert spells(rows).still_on(28)[:, -1].min() > 0.9
