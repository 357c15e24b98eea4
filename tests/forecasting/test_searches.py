"""Keywords that surge are told where sales have followed searches, and only there."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting.drivers.searches import keyword_surges, search_lead
from workbench.tables import schema

END = dt.date(2026, 10, 31)
WEEKS = 60


def tables(lag, rates=(1.5,) * 4, seed=1, echo=True):
    """A SKU whose sales are its searches `lag` weeks before, by a thousandth, and whose searches change by `rates` in the last weeks."""
    rng = np.random.default_rng(seed)
    searches = np.round(20_000 * np.exp(rng.normal(0, 0.3, WEEKS + lag)))
    searches[-5:] = 20_000 * np.cumprod([1.0, *rates])
    source = searches if echo else np.exp(rng.normal(0, 0.3, WEEKS + lag)) * 20_000
    weekly = source[: len(source) - lag] / 1000 if lag else source / 1000
    days = pd.date_range(end=pd.Timestamp(END), periods=7 * WEEKS)
    market = pd.DataFrame({"sku": "A", "channel": "shop", "date": days[::7], "search_volume": searches[lag:]})
    history = pd.DataFrame({"sku": "A", "channel": "shop", "date": days, "demand": np.repeat(weekly, 7)}).assign(event="", imputed=False)
    return schema.conform("market", market, lineage=False), schema.conform("history", history, lineage=False)


@pytest.mark.parametrize("lag", [1, 3, 6])
def test_a_surge_that_sales_follow_is_told_with_its_lead(lag):
    made = keyword_surges(*tables(lag), END)
    assert made["lead_weeks"].tolist() == [lag] and made.loc[0, "correlation"] > 0.9
    assert made.loc[0, "growth_week"] == pytest.approx(0.5) and made.loc[0, "doubling_days"] == pytest.approx(7 * np.log(2) / np.log(1.5))


def test_searches_that_sales_go_along_with_are_no_lead():
    assert search_lead(*tables(0), END)["lead_weeks"].tolist() == [0] and keyword_surges(*tables(0), END).empty


def test_searches_that_sales_have_nothing_to_do_with_are_seldom_told():
    told = [len(keyword_surges(*tables(3, seed=seed, echo=False), END)) for seed in range(40)]
    assert sum(told) <= 5  # two are to be expected


@pytest.mark.parametrize("rates", [(1.05,) * 4, (0.7,) * 4, (1.0, 1.0, 1.0, 9.0)])
def test_only_a_steady_rise_is_a_surge(rates):
    assert keyword_surges(*tables(3, rates), END).empty


def test_a_short_or_empty_history_tells_nothing():
    market, history = tables(3)
    assert keyword_surges(market, history[history["date"] > "2026-07-01"], END).empty
    assert keyword_surges(schema.empty("market"), history, END).empty and keyword_surges(market, schema.empty("history"), END).empty


def test_nothing_later_is_used():
    market, history = tables(3)
    before = dt.date(2026, 9, 26)
    cut = [table[table["date"] <= pd.Timestamp(before)] for table in (market, history)]
    pd.testing.assert_frame_equal(search_lead(market, history, before), search_lead(*cut, before))
