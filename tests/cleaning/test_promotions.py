"""Promotions from prices, discounts and advertising; one-off days against what recurs; hours of the day."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cleaning import CleaningParams, hour_profile, promotions
from workbench.cleaning.anomalies import one_offs
from workbench.cleaning.extents import likely_extents
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)
FIRST = pd.Timestamp("2026-05-01")


def sold(prices, discounts=None):
    """Sales of a unit a day at these prices; NaN is a day without sales."""
    rows = [
        ("A", "amazon-us", FIRST + pd.Timedelta(days=d), 1.0, p, 0.0 if discounts is None else discounts[d]) for d, p in enumerate(prices) if np.isfinite(p)
    ]
    return schema.conform("sales", pd.DataFrame(rows, columns=["sku", "channel", "date", "units", "price", "discount"]), lineage=False)


def found(prices, discounts=None, **params):
    made = promotions(sold(prices, discounts), CleaningParams(**params), AS_OF)
    return [(r.promotion, (r.start_date - FIRST).days, (r.end_date - FIRST).days, round(r.share_off, 2)) for r in made.itertuples()]


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([10] * 30 + [8] * 7 + [10] * 30, [("price_cut", 30, 36, 0.2)]),
        ([10] * 40 + [8] * 40, []),  # a new price, not a promotion
        ([10] * 30 + [9.7] * 7 + [10] * 30, []),
        ([10] * 30 + [12] * 7 + [10] * 30, []),  # dearer for a while
        ([10] * 30 + [8, np.nan, np.nan, 8] + [10] * 30, [("price_cut", 30, 33, 0.2)]),
        ([10] * 50 + [8] * 5, [("price_cut", 50, 54, 0.2)]),  # still running
        ([10] * 20 + [8] * 5 + [10] * 20 + [7] * 5 + [10] * 20, [("price_cut", 20, 24, 0.2), ("price_cut", 45, 49, 0.3)]),
    ],
)
def test_price_cuts(prices, expected):
    assert found(np.array(prices, float)) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(dict.fromkeys(range(60), 10.0) | dict.fromkeys(range(30, 37), 8.0), (30, 36), id="the price of every day"),
        pytest.param(dict.fromkeys(range(0, 60, 3), 10.0) | {30: 8.0, 33: 8.0}, (30, 33), id="of every third day"),
        pytest.param(dict.fromkeys(range(60), 10.0), None, id="a price without the cut shows none"),
    ],
)
def test_a_price_that_is_told_shows_cuts_that_sold_nothing(told, expected):
    rows = pd.DataFrame(
        [("A", "amazon-us", FIRST + pd.Timedelta(days=d), p, "active") for d, p in told.items()], columns=["sku", "channel", "date", "price", "status"]
    )
    made = promotions(sold([10.0] * 5), CleaningParams(), AS_OF, listings=schema.conform("listings", rows, lineage=False))
    assert [((r.start_date - FIRST).days, (r.end_date - FIRST).days) for r in made.itertuples()] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(range(60), [(30, 36)], id="the prices of every day hold what sales show"),
        pytest.param([0, 10, 20, 33, 40, 50], [(30, 36)], id="sales hold what one snapshot shows"),
        pytest.param([*range(28), *range(34, 60)], [(30, 36), (34, 38)], id="neither holds the other"),
    ],
)
def test_a_cut_that_sales_and_listings_show_is_one(told, expected):
    sales = np.array([10.0] * 30 + [8.0] * 7 + [np.nan] * 2 + [10.0] * 21)
    offered = [10.0] * 30 + [8.0] * (7 if expected == [(30, 36)] else 9) + [10.0] * 30
    rows = pd.DataFrame(
        [("A", "amazon-us", FIRST + pd.Timedelta(days=d), offered[d], "active") for d in told], columns=["sku", "channel", "date", "price", "status"]
    )
    made = promotions(sold(sales), CleaningParams(), AS_OF, listings=schema.conform("listings", rows, lineage=False))
    assert sorted(((r.start_date - FIRST).days, (r.end_date - FIRST).days) for r in made.itertuples()) == expected


def test_coupons_and_overlapping_promotions():
    discounts = np.zeros(60)
    discounts[20:27] = 1.0
    prices = np.full(60, 10.0)
    assert found(prices, discounts) == [("coupon", 20, 26, 0.1)]
    prices[24:30] = 7.0
    assert found(prices, discounts) == [("coupon", 20, 26, 0.12), ("price_cut", 24, 29, 0.3)]
    assert found(prices, np.full(60, 1.0), promotion_days=21)[0][0] == "price_cut"  # a discount of every day is no coupon spell


def test_bursts_of_advertising():
    spend = np.full(60, 5.0)
    spend[40:45] = 30.0
    ads = pd.DataFrame({"sku": "A", "channel": "amazon-us", "date": FIRST + pd.to_timedelta(np.arange(60), "D"), "campaign": "c", "spend": spend})
    made = promotions(sold(np.full(60, 10.0)), CleaningParams(), AS_OF, ads=schema.conform("ads", ads, lineage=False))
    assert made[["promotion", "days_seen"]].values.tolist() == [["ad_burst", 5]]


def test_nothing_learned_later_shows():
    sales = sold(np.array([10.0] * 30 + [8] * 7 + [10] * 30))
    assert len(promotions(sales, CleaningParams(), dt.date(2026, 5, 30))) == 0
    assert len(promotions(sales.iloc[:0], CleaningParams(), AS_OF)) == 0


def series(days=800, seed=0):
    return np.random.default_rng(seed).poisson(2, (1, days)).astype(float)


def flagged(units, orders=None, **kwargs):
    counts = np.full(units.shape, np.nan) if orders is None else orders
    odd = one_offs(units, counts, kwargs.get("explained", np.zeros(units.shape, bool)), 1e-8, 12)
    return list(zip(odd.day.tolist(), odd.reason.tolist(), strict=True))


def test_a_single_spike_goes_and_what_recurs_stays():
    units = series()
    units[0, 300] = 80
    assert flagged(units) == [(300, "one_off")]
    units[0, 300 + 365 - 6] = 70
    assert flagged(units) == []


def test_a_peak_of_days_many_buyers_and_explained_days_are_demand():
    peak = series()
    peak[0, 300:303] = [60, 80, 50]
    assert flagged(peak) == []
    spike = series()
    spike[0, 300] = 80
    assert flagged(spike, explained=np.arange(800)[None] == 300) == []
    buyers = np.where(spike > 0, spike, np.nan)
    assert flagged(spike, buyers) == []
    few = np.minimum(buyers, 3.0)
    assert flagged(spike, few) == [(300, "bulk_order")]
    monthly = series()
    monthly[0, 30::30] = 80
    assert flagged(monthly) == []


def test_a_slip_of_the_finger():
    units = series()
    units[0, 300] = 80_995
    odd = one_offs(units, np.full(units.shape, 1.0), np.zeros(units.shape, bool), 1e-8, 12)
    assert odd.reason.tolist() == ["data_error"]
    assert 1 < odd.kept[0] < 4
    assert odd.value[0] > 10_000


@pytest.mark.parametrize("units", [np.zeros((2, 40)), np.full((1, 1), 50.0), np.full((1, 3), 50.0)])
def test_no_one_offs_where_nothing_is_usual(units):
    assert flagged(units) == []


def test_hours_follow_the_marketplaces_clock_over_daylight_saving():
    at = pd.to_datetime(["2026-01-15 20:30", "2026-07-15 19:30"] * 200)
    profile = hour_profile(pd.DataFrame({"ordered_at": at, "units": 1.0}), "America/Los_Angeles")
    assert profile.argmax() == 12
    assert profile[12] > 0.9
    assert profile.sum() == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20), st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=60), st.integers(1, 14))
def test_a_likely_extent_holds_what_sold_and_ends_before_other_prices(spells, length):
    first, span, gap_before, gap_after = (np.array(part) for part in zip(*spells, strict=True))
    hemmed = np.full(40, 1000)
    ends = {"first": first, "last": first + span, "before": first - gap_before, "after": first + span + gap_after}
    known = {"first": hemmed, "last": hemmed + length - 1, "before": hemmed - 1, "after": hemmed + length}
    begins, until = likely_extents(*(np.append(known[name], ends[name]) for name in ends))
    begins, until = begins[40:], until[40:]
    assert (begins <= first).all() and (until >= first + span).all()
    assert (begins > ends["before"]).all() and (until < ends["after"]).all()


def test_too_few_promotions_tell_no_length():
    first = np.array([10, 30])
    assert [part.tolist() for part in likely_extents(first, first + 2, first - 9, first + 9)] == [[10, 30], [12, 32]]
