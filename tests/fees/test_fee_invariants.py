"""What must hold of any fee: scalar equals column, adds up, never falls with age."""

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import fees
from workbench.fees.cards import TIERS

days = st.dates(dt.date(2023, 1, 1), dt.date(2029, 12, 31))
units = st.integers(0, 5000)
volumes = st.floats(0.001, 20).map(lambda v: round(v, 4))
tiers = st.sampled_from([*TIERS, "", "envelope"])
few = settings(max_examples=60, deadline=None)


@few
@given(days, units, volumes, tiers)
def test_scalar_storage_equals_column(day, count, volume, tier):
    column = fees.storage_month(np.array([volume, volume]), np.array([count, 1]), day, "US", np.array([tier, "small_standard"], dtype=object))
    assert column[0] == pytest.approx(fees.charge("storage", day, units=count, volume_ft3=volume, size_tier=tier).total, nan_ok=True)


@few
@given(days, units, units, volumes, st.integers(0, 900))
def test_unrounded_surcharge_adds_up(day, a, b, volume, age):
    parts = fees.aged_surcharge([a, b], age, volume, day, "US", rounded=False).sum()
    assert parts == pytest.approx(float(fees.aged_surcharge(a + b, age, volume, day, "US", rounded=False)), nan_ok=True)


@few
@given(st.dates(dt.date(2023, 4, 15), dt.date(2029, 1, 1)), units, volumes, st.sampled_from(["", "Shoes", "Toys"]))
def test_surcharge_never_falls_with_age(day, count, volume, category):
    by_age = fees.aged_surcharge(count, np.arange(0, 600), volume, day, "US", category)
    assert (np.diff(by_age) >= 0).all() and by_age[0] == 0


@few
@given(st.dates(dt.date(2024, 4, 1), dt.date(2029, 1, 1)), st.floats(0, 60), st.floats(0, 60), st.sampled_from(["small_standard", "large_standard"]))
def test_low_inventory_never_rises_with_supply_and_needs_both(day, short, long, tier):
    fee = float(fees.low_inventory(100, short, long, day, "US", tier, 2.0))
    more = float(fees.low_inventory(100, short + 1, long + 1, day, "US", tier, 2.0))
    assert more <= fee
    assert (fee == 0) == (max(short, long) >= 28)


@few
@given(st.decimals(0, 100_000, places=4))
def test_half_up_is_the_rounding_of_bills(money):
    assert Decimal(repr(float(fees.half_up(float(money))))) == money.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_unknown_stays_unknown_and_empty_stays_empty():
    assert math.isnan(fees.half_up(np.nan))
    assert math.isnan(fees.storage_month(np.nan, 5, dt.date(2026, 6, 1), "US", "small_standard"))
    none = np.array([], dtype=float)
    assert fees.aged_surcharge(none, none, none, dt.date(2026, 6, 15), "US", np.array([], dtype=object)).shape == (0,)
    size = pd.Series(["small_standard", None, np.nan])
    assert np.isnan(fees.storage_month(1, 1, dt.date(2026, 6, 1), "US", size)).tolist() == [False, True, True]


def test_many_marketplaces_in_one_column():
    places = np.array(["US", "UK", "US", None], dtype=object)
    column = fees.storage_month(1, 1, dt.date(2026, 6, 1), places, "small_standard")
    assert column[[0, 2]].tolist() == [0.78, 0.78] and np.isnan(column[[1, 3]]).all()


@pytest.mark.parametrize(("day", "snapshot"), [((2026, 11, 15), (2026, 11, 15)), ((2026, 11, 16), (2026, 12, 15)), ((2026, 1, 31), (2026, 2, 15))])
def test_next_snapshot(day, snapshot):
    assert fees.next_snapshot(dt.date(*day)) == dt.date(*snapshot)


def _charged(rows):
    frame = pd.DataFrame(rows, columns=["sku", "node", "date", "kind", "line", "units", "volume_ft3", "rate", "amount", "currency", "known_at"])
    return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[us]"), known_at=pd.to_datetime(frame["known_at"]).astype("datetime64[us]"))


def test_newest_charges_sum_the_newest_month_known():
    frame = _charged(
        [
            ("A", "fba-uk", "2026-08-01", "storage", 0, 10, 1.0, 0.5, 0.50, "GBP", "2026-09-10"),
            ("A", "fba-uk", "2026-09-01", "storage", 0, 10, 1.0, 0.5, 0.40, "GBP", "2026-10-10"),
            ("A", "fba-uk", "2026-09-02", "storage", 1, 10, 1.0, 0.5, 0.35, "GBP", "2026-10-10"),
            ("A", "fba-uk", "2026-10-01", "storage", 0, 10, 1.0, 0.5, 9.99, "GBP", "2026-11-10"),
        ]
    )
    newest = fees.newest_charges(frame, dt.date(2026, 11, 9))
    assert newest[["month", "amount"]].to_numpy().tolist() == [[pd.Timestamp("2026-09-01"), 0.75]]
    assert fees.newest_charges(frame, dt.date(2026, 11, 10))["amount"].tolist() == [9.99]
    assert fees.newest_charges(frame.iloc[:0], dt.date(2026, 11, 9)).empty
