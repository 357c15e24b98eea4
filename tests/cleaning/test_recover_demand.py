"""Demand behind sales: oracles, hidden days of made-up and real series, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import poisson

from workbench.cleaning import censored_level, exposure_level, recover_demand
from workbench.cleaning.censoring import remainder_bounds, truncated_means

SOLD, ON_SALE = np.array([5, 4, 6, 2, 0, 0, 5.0]), np.array([1, 1, 1, 0.4, 0, 0, 1.0])


def days(length):
    return pd.date_range("2026-01-01", periods=length)


def shop(n=300, length=200, seed=0):
    """Counts with a week, a slow drift of each level and a scatter beyond Poisson."""
    rng = np.random.default_rng(seed)
    week = np.array([0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.2])[np.arange(length) % 7]
    drift = np.exp(np.cumsum(rng.normal(0, 0.02, (n, length)), 1))
    mean = np.exp(rng.normal(0.7, 0.8, n))[:, None] * week * drift
    return rng.negative_binomial(3, 3 / (3 + mean)).astype(np.float32), mean


def test_level_by_exposure():
    assert exposure_level(SOLD, ON_SALE) == pytest.approx(5.0)
    assert exposure_level(SOLD, ON_SALE, floor=0.8) == pytest.approx(22 / 4.8)
    assert np.isnan(exposure_level(np.zeros(3), np.zeros(3)))


def test_level_when_stock_ran_out():
    sold, out = np.array([6, 4, 3, 7, 4, 5.0]), np.array([0, 0, 1, 0, 1, 0], bool)
    assert censored_level(sold, out) == pytest.approx(5.7566, abs=5e-5)
    assert censored_level(sold, np.zeros(6, bool)) == pytest.approx(sold.mean())


def test_series_of_the_oracle_day_by_day():
    demand, low, high = recover_demand(SOLD[None], ON_SALE[None], days(7))
    assert demand.dtype == low.dtype == high.dtype == np.float32
    np.testing.assert_array_equal(demand[0, [0, 1, 2, 6]], SOLD[[0, 1, 2, 6]])
    assert demand[0, [4, 5]] == pytest.approx(5, abs=0.35)
    assert 4 < demand[0, 3] < 6
    assert (low[0, [0, 1, 2, 6]] == high[0, [0, 1, 2, 6]]).all()
    assert (low[0, 3:6] < demand[0, 3:6]).all()


@pytest.mark.parametrize("share", [0.1, 0.4])
@pytest.mark.parametrize("run", [1, 6])
def test_hidden_days_come_back_without_bias(share, run):
    y, level = shop()
    rng = np.random.default_rng(1)
    hidden = np.repeat(rng.random((len(y), 200 // run + 1)) < share, run, axis=1)[:, :200]
    demand, low, high = recover_demand(np.where(hidden, 0, y), np.where(hidden, 0.0, 1.0), days(200))
    truth = y[hidden]
    assert demand[hidden].sum() / truth.sum() == pytest.approx(1, abs=0.02)
    mean = np.where(hidden, 0, y).sum(1) / (~hidden).sum(1)
    # most of a single day is noise: what can be known is the level behind it
    dropped = np.sqrt(np.mean((np.broadcast_to(mean[:, None], y.shape)[hidden] - level[hidden]) ** 2))
    assert np.sqrt(np.mean((demand[hidden] - level[hidden]) ** 2)) < 0.6 * dropped
    assert 0.78 < ((truth >= low[hidden]) & (truth <= high[hidden])).mean() < 0.92  # whole units cover a little more than 80 %


def test_partial_days_beat_dividing_by_exposure():
    y, _ = shop(seed=2)
    rng = np.random.default_rng(3)
    part = rng.random(y.shape) < 0.3
    share = np.where(part, rng.uniform(0.1, 0.9, y.shape), 1.0)
    sold = np.where(part, rng.binomial(y.astype(int), share), y)
    demand, _, _ = recover_demand(sold, share, days(200))
    assert demand[part].sum() / y[part].sum() == pytest.approx(1, abs=0.02)
    divided = np.abs(sold[part] / np.maximum(share[part], 0.2) - y[part]).sum()
    assert np.abs(demand[part] - y[part]).sum() < 0.87 * divided


@pytest.mark.parametrize("units_a_day", [2, 10, 40])
def test_however_fast_it_sells_a_partial_day_is_better_than_its_division(units_a_day):
    rng = np.random.default_rng(3)
    mean = units_a_day * rng.lognormal(0, 0.5, (300, 1))
    whole = rng.negative_binomial(4, 4 / (4 + mean), (300, 200))
    seen = np.where(rng.random(whole.shape) < 0.3, rng.uniform(0.05, 0.9, whole.shape), 1.0)
    sold = rng.binomial(whole, seen)
    part = seen < 1
    demand, low, high = (found[part] for found in recover_demand(sold, seen, days(200)))
    best = sold[part] + ((1 - seen) * mean * (4 + sold) / (4 + seen * mean))[part]  # by the law that drew it
    error, divided, least = (np.abs(guess - whole[part]).sum() for guess in (demand, sold[part] / seen[part], best))
    assert least <= error < 1.03 * least < divided
    assert demand.sum() / whole[part].sum() == pytest.approx(1, abs=0.01)
    assert 0.78 < ((whole[part] >= low) & (whole[part] <= high)).mean() < 0.87


def test_one_order_that_empties_the_shelf_at_once_is_no_pace():
    sales = np.random.default_rng(1).poisson(5, (50, 100)).astype(float)
    share = np.ones_like(sales)
    sales[0, 50], share[0, 50] = 60, 0.02
    demand, _, _ = recover_demand(sales, share, days(100))
    assert 60 < demand[0, 50] < 70


def test_days_that_ran_out_are_lower_bounds():
    y, _ = shop(seed=4)
    rng = np.random.default_rng(5)
    stock = rng.integers(1, 8, y.shape)
    limited = rng.random(y.shape) < 0.25
    out = limited & (y >= stock)
    sold = np.where(out, stock, y)
    demand, low, _ = recover_demand(sold, np.where(out, np.nan, 1.0), days(200), ran_out=out)
    assert (demand >= sold - 1e-4).all()
    assert (low[out] == sold[out]).all()
    assert demand[out].sum() / y[out].sum() == pytest.approx(1, abs=0.06)
    assert abs(demand[out].sum() - y[out].sum()) < 0.2 * (y[out].sum() - sold[out].sum())


def test_partial_days_that_sell_faster_do_not_raise_the_level():
    """On real shelves stock ends on good days: what is seen of them runs faster than a usual day."""
    rng = np.random.default_rng(6)
    good = rng.random((200, 150)) < 0.3
    mean = rng.uniform(2, 8, (200, 1)) * np.where(good, 1.8, 1.0)
    share = np.where(good, rng.uniform(0.3, 0.7, mean.shape), 1.0)
    sold = rng.poisson(mean * share).astype(float)
    hidden = ~good & (rng.random(mean.shape) < 0.2)
    demand, _, _ = recover_demand(np.where(hidden, 0, sold), np.where(hidden, 0, share), days(150))
    assert demand[hidden].sum() / mean[hidden].sum() == pytest.approx(1, abs=0.03)
    assert 0.7 < demand[good].sum() / mean[good].sum() < 1.05


def test_unknown_exposure_leaves_sales_and_unknown_sales_are_filled():
    sold = np.array([[4, 5, np.nan, 4, 5, 4, 5.0]])
    demand, low, high = recover_demand(sold, np.full((1, 7), np.nan), days(7))
    assert demand[0, 2] == pytest.approx(4.5, abs=0.3)
    assert low[0, 2] < demand[0, 2] < high[0, 2]
    np.testing.assert_array_equal(np.delete(demand[0], 2), np.delete(sold[0], 2))


def test_scale_does_not_matter():
    y, _ = shop(60, 120)
    share = np.where(np.random.default_rng(0).random(y.shape) < 0.2, 0.0, 1.0)
    plain = recover_demand(y * share, share, days(120))
    tenth = recover_demand(y * share / 10, share, days(120))
    for a, b in zip(plain, tenth, strict=True):
        np.testing.assert_allclose(a / 10, b, rtol=2e-3, atol=2e-4)


@settings(max_examples=20, deadline=None)
@given(
    arrays(np.float32, (3, 20), elements=st.floats(0, 1e5, width=32) | st.just(np.nan) | st.integers(0, 5).map(float)),
    arrays(np.float32, (3, 20), elements=st.floats(0, 1, width=32) | st.just(np.nan) | st.just(0.0) | st.just(1.0)),
    arrays(bool, (3, 20)),
)
def test_always_finite_ordered_and_never_below_sales(sales, exposure, out):
    copies = sales.copy(), exposure.copy()
    demand, low, high = recover_demand(sales, exposure, days(20), ran_out=out)
    assert all(np.isfinite(a).all() and (a >= 0).all() for a in (demand, low, high))
    assert (low <= demand).all()
    assert (demand <= high).all()
    told = np.nan_to_num(sales)
    assert (demand >= told * (1 - 1e-5) - 1e-5).all()
    whole = ((exposure >= 1) | np.isnan(exposure)) & np.isfinite(sales) & ~out
    np.testing.assert_array_equal(demand[whole], sales[whole])
    again = recover_demand(sales, exposure, days(20), ran_out=out)
    np.testing.assert_array_equal(demand, again[0])
    np.testing.assert_array_equal(sales, copies[0])
    np.testing.assert_array_equal(exposure, copies[1])


@pytest.mark.parametrize(("bound", "mean"), [(3, 5.0), (10, 5.0), (0, 2.0), (8, 0.5)])
def test_truncated_means_by_simulation(bound, mean):
    rng = np.random.default_rng(0)
    draws = rng.negative_binomial(2, 2 / (2 + mean), 2_000_000)
    expected = draws[draws >= bound].mean()
    got = truncated_means(np.array([float(bound)]), np.array([mean]), np.array([mean + mean**2 / 2]), np.ones(1))[0]
    assert got == pytest.approx(expected, rel=0.02)


def test_bounds_of_amounts_and_counts():
    mean, variance = np.full(4000, 6.0), np.full(4000, 6.0)
    low, high = remainder_bounds(mean, variance, np.ones(4000), 0.8, np.arange(4000))
    # Poisson(6): P(D <= 2) = .062, P(D <= 3) = .151; P(D <= 8) = .847, P(D <= 9) = .916
    assert set(low) == {3, 4}
    assert set(high) <= {7, 8, 9, 10}
    held = poisson.cdf(high, 6.0) - poisson.cdf(low - 1, 6.0)
    assert held.mean() == pytest.approx(0.8, abs=0.005)
    amount = remainder_bounds(mean[:1], variance[:1], np.zeros(1), 0.8)
    assert amount[0][0] == pytest.approx(3.15, abs=0.1)
    assert amount[1][0] == pytest.approx(9.27, abs=0.1)


def test_a_day_that_most_likely_sells_nothing_has_a_bound_of_nothing():
    low, high = remainder_bounds(np.full(100, 0.1), np.full(100, 0.1), np.ones(100), 0.8, np.arange(100))
    assert (low == 0).all()
    assert (high == 0).all()  # P(D = 0) = .905


def test_what_lasts_all_day_is_learned_from_partial_days():
    """Half days: with a pace that lasts, the sold half says more about the other than with one that changes by the hour."""
    rng = np.random.default_rng(8)
    mean = rng.uniform(3, 9, (300, 1))
    part = rng.random((300, 150)) < 0.3
    whole = mean * rng.gamma(1.5, 1 / 1.5, part.shape)
    first, second = rng.poisson(whole / 2), rng.poisson(whole / 2)
    hourly_first, hourly_second = rng.negative_binomial(0.75, 0.75 / (0.75 + mean / 2), (2, *part.shape))
    for seen, rest, lasts in ((first, second, True), (hourly_first, hourly_second, False)):
        demand, _, _ = recover_demand(np.where(part, seen, seen + rest), np.where(part, 0.5, 1.0), days(150))
        added = (demand - seen)[part]
        slope = np.polyfit(seen[part] / np.broadcast_to(mean, part.shape)[part], added / np.broadcast_to(mean, part.shape)[part], 1)[0]
        assert added.sum() / rest[part].sum() == pytest.approx(1, abs=0.02)
        assert slope > 0.3 if lasts else slope < 0.1


@pytest.mark.real
def test_real_shelves_hidden_whole_days(shared_data):
    """FreshRetailNet: days in stock all day hidden at random; bias, error beside the mean of seen days, coverage."""
    daily = pd.read_parquet(shared_data / "freshretailnet" / "daily.parquet", columns=["sale_amount", "stock_hour6_22_cnt", "dt"])
    y = daily["sale_amount"].to_numpy(np.float32).reshape(3000, 90)
    hours_out = daily["stock_hour6_22_cnt"].to_numpy(np.float32).reshape(3000, 90)
    share = 1 - hours_out / 16
    rng = np.random.default_rng(0)
    hidden = (hours_out == 0) & (rng.random(y.shape) < 0.3)
    demand, low, high = recover_demand(np.where(hidden, 0, y), np.where(hidden, 0, share), pd.DatetimeIndex(daily["dt"].iloc[:90]))
    truth = y[hidden]
    seen = (hours_out == 0) & ~hidden
    mean = np.where(seen, y, 0).sum(1) / np.maximum(seen.sum(1), 1)
    dropped = np.abs(np.broadcast_to(mean[:, None], y.shape)[hidden] - truth).sum()
    assert demand[hidden].sum() / truth.sum() == pytest.approx(1, abs=0.02)
    assert np.abs(demand[hidden] - truth).sum() < 0.87 * dropped
    assert 0.76 < ((truth >= low[hidden] - 1e-5) & (truth <= high[hidden] + 1e-5)).mean() < 0.88
