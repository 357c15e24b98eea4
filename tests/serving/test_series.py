"""What the pages' charts are drawn from."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.fees.exchange import Exchange
from workbench.ui.meta import Meta
from workbench.ui.overview.drawing import Stroke, bars, plot, scale
from workbench.ui.overview.series import value_by_age, value_by_light, weekly_demand

META = Meta("Shop", dt.date(2026, 11, 22), "USD")


def test_ages_add_up_to_the_cash_in_stock(shop):
    rates = Exchange(shop["exchange_rates"], "USD", META.as_of)
    tiers = value_by_age(shop["health"], rates)
    total = rates.convert(shop["health"]["stock_value"], shop["health"]["currency"]).sum()
    assert tiers.sum() == pytest.approx(total)
    assert value_by_light(shop["health"], rates).sum() == pytest.approx(total)


def test_stock_without_a_known_age_has_a_bar_of_its_own(shop):
    young = shop["health"].copy()
    young.loc[young.index[0], ["age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus"]] = np.nan
    rates = Exchange(shop["exchange_rates"], "USD", META.as_of)
    first = rates.convert(young["stock_value"], young["currency"]).iloc[0]
    assert value_by_age(young, rates)["age_unknown"] == pytest.approx(first)


def demand(last: str, days: int, units: float = 2.0) -> pd.DataFrame:
    dates = pd.date_range(end=last, periods=days)
    return pd.DataFrame({"sku": "A", "channel": "shop", "date": dates, "units": units, "demand": units + 1})


def ahead(cutoff: str, days: int) -> pd.DataFrame:
    dates = pd.date_range(pd.Timestamp(cutoff) + pd.Timedelta(days=1), periods=days)
    return pd.DataFrame({"sku": "A", "channel": "shop", "cutoff": pd.Timestamp(cutoff), "date": dates, "mean": 5.0})


def test_weeks_are_whole_and_meet_at_the_cutoff():
    weeks = weekly_demand(demand("2026-11-21", 17), ahead("2026-11-21", 16), META)
    assert list(weeks.index) == list(pd.to_datetime(["2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29"]))
    assert weeks["sold"].tolist()[:2] == [14.0, 14.0]
    assert weeks["demand"].tolist()[:2] == [21.0, 21.0]
    assert weeks["forecast"].tolist()[2:] == [35.0, 35.0]
    assert weeks["forecast"].isna().tolist() == [True, True, False, False]


def test_no_history_no_weeks():
    assert weekly_demand(demand("2026-11-21", 0), ahead("2026-11-21", 0), META).empty


@given(st.floats(1e-3, 1e9))
def test_the_axis_reaches_the_top_in_few_steps(top):
    step, end = scale(top)
    assert end >= top * (1 - 1e-9)
    assert 1 <= round(end / step) <= 5


@given(st.lists(st.one_of(st.just(np.nan), st.floats(0, 1e6)), min_size=2, max_size=40))
def test_lines_stay_in_their_box(values):
    frame = pd.DataFrame({"sold": values}, index=pd.date_range("2026-01-04", periods=len(values), freq="7D"))
    drawn = plot(frame, [Stroke("sold", "Sold", "history")], "Week")
    if not np.isfinite(values).any():
        assert drawn is None
        return
    numbers = [float(n) for n in drawn.lines[0].path.replace("M", " ").replace("L", " ").split()]
    assert len(numbers) == 2 * np.isfinite(values).sum()
    assert all(-0.01 <= n <= 100.01 for n in numbers)
    assert len(drawn.rows) == len(values)


def test_a_gap_lifts_the_pen():
    frame = pd.DataFrame({"sold": [1.0, 2.0, np.nan, 4.0]}, index=pd.date_range("2026-01-04", periods=4, freq="7D"))
    assert plot(frame, [Stroke("sold", "Sold", "history")], "Week").lines[0].path.count("M") == 2


def test_bars_show_length_value_and_share():
    drawn = bars(pd.Series({"a": 30.0, "b": 0.0, "c": 10.0}), str.upper, str, lambda v: f"{v:.0f}")
    assert [(b.label, b.length, b.value, b.note) for b in drawn] == [("A", 100.0, "30", "75%"), ("C", pytest.approx(33.33, abs=0.01), "10", "25%")]
    assert bars(pd.Series(dtype="float64"), str, str, str) == []
