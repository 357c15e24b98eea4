"""Published fee numbers, to the cent."""

import datetime as dt

import numpy as np
import pytest

from workbench import fees

JUNE, NOVEMBER, MARCH = dt.date(2026, 6, 15), dt.date(2026, 11, 15), dt.date(2026, 3, 1)
AGES = [181, 211, 241, 271, 301, 331, 366, 456]


@pytest.mark.parametrize("date", [dt.date(2024, 6, 1), dt.date(2025, 6, 1), JUNE])
def test_storage_of_100_units(date):
    assert fees.storage_month(0.05, 100, date, "US", "small_standard") == 3.90


@pytest.mark.parametrize(
    ("size", "option", "summer", "autumn"),
    [
        ("large_standard", "", 0.78, 2.40),
        ("large_bulky", "", 0.56, 1.40),
        ("small_standard", "dangerous_goods", 0.99, 3.63),
        ("extra_large", "dangerous_goods", 0.78, 2.43),
    ],
)
def test_storage_rates_turn_in_october(size, option, summer, autumn):
    days = np.array(["2026-01-20", "2026-09-30", "2026-10-01", "2026-12-31"], dtype="datetime64[D]")
    assert fees.storage_month(1, 1, days, "US", size, option=option).tolist() == [summer, summer, autumn, autumn]


def test_storage_before_april_2024_is_the_older_rate():
    assert fees.storage_month(1, 1, dt.date(2024, 3, 31), "US", "small_standard") == 0.87
    assert fees.storage_month(1, 1, dt.date(2024, 4, 1), "US", "small_standard") == 0.78


@pytest.mark.parametrize(("size", "year"), [("small_standard", 14.22), ("large_bulky", 9.24)])
def test_a_year_of_storage_of_one_ft3(size, year):
    months = np.arange("2025-01", "2026-01", dtype="datetime64[M]").astype("datetime64[D]")
    assert fees.storage_month(1, 1, months, "US", size).sum() == pytest.approx(year)


def test_utilisation_ratio_and_its_surcharge():
    ratio = fees.utilisation_ratio(40_000, 200)
    assert ratio == pytest.approx(28.57, abs=0.005)
    fee = fees.charge("storage", JUNE, "US", units=1, volume_ft3=1, size_tier="large_standard", ratio_weeks=float(ratio))
    assert [line.rate for line in fee.lines] == [0.78, 0.76]
    assert fee.total == pytest.approx(1.54)


@pytest.mark.parametrize(
    ("ratio", "standard", "bulky"), [(22, 0, 0), (22.1, 0.44, 0.23), (28, 0.76, 0.46), (36, 1.16, 0.63), (44, 1.58, 0.76), (52, 1.88, 1.26), (90, 1.88, 1.26)]
)
def test_utilisation_bands(ratio, standard, bulky):
    added = fees.amount("storage_utilisation", JUNE, "US", volume_ft3=1, ratio_weeks=ratio, size_tier=np.array(["small_standard", "extra_large"], dtype=object))
    assert added.tolist() == [standard, bulky]


@pytest.mark.parametrize("waiver", [{"mean_volume_ft3": 24.9}, {"awd_share": 0.7}, {"days_since_first_receipt": 365}])
def test_utilisation_waivers(waiver):
    assert fees.storage_month(1, 10, JUNE, "US", "standard", ratio_weeks=60, **waiver) == 7.80
    assert fees.storage_month(1, 10, JUNE, "US", "standard", ratio_weeks=60, units_0_30=4) == pytest.approx(7.80 + 6 * 1.88)


def test_aged_inventory_sample_row_of_2023():
    row = fees.aged_surcharge(10, AGES[:7], 0.03, dt.date(2023, 6, 15), "US")
    assert row.tolist() == [0.15, 0.30, 0.45, 1.14, 1.20, 1.26, 2.07]


@pytest.mark.parametrize(
    ("volume", "expected"),
    [(0.14, [0.07, 0.14, 0.21, 0.763, 0.798, 0.826, 0.966, 1.106]), (0.02, [0.01, 0.02, 0.03, 0.109, 0.114, 0.118, 0.30, 0.35])],
)
def test_aged_inventory_per_unit_in_2026(volume, expected):
    assert fees.aged_surcharge(1, AGES, volume, NOVEMBER, "US", rounded=False) == pytest.approx(expected)


def test_unit_floor_binds_for_small_units():
    volume = np.array([0.0434, 0.0436, 0.0442, 0.0444])
    age = np.array([366, 366, 456, 456])
    binds = fees.aged_surcharge(1, age, volume, NOVEMBER, "US", rounded=False) == np.array([0.30, 0.30, 0.35, 0.35])
    assert binds.tolist() == [True, False, True, False]


def test_one_ft3_from_day_181_to_365():
    assert fees.aged_surcharge(1, AGES[:6], 1, NOVEMBER, "US").sum() == pytest.approx(20.05)


def test_table_of_2024_and_the_turn_to_2026():
    assert fees.aged_surcharge(10, [280, 310, 340, 366, 500], 0.1, dt.date(2024, 6, 15), "US").tolist() == [5.45, 5.70, 5.90, 6.90, 6.90]
    assert fees.aged_surcharge(100, 500, 0.01, dt.date(2026, 1, 15), "US") == 15.00
    assert fees.aged_surcharge(100, 500, 0.01, dt.date(2026, 1, 16), "US") == 35.00


@pytest.mark.parametrize("category", ["Apparel", "Women's Shoes", "Jewelry & accessories", "watches"])
def test_exempt_categories_pay_from_271_days(category):
    assert fees.aged_surcharge(10, [181, 270, 271], 0.1, NOVEMBER, "US", category).tolist() == [0, 0, 5.45]
    assert fees.aged_surcharge(10, 181, 0.1, NOVEMBER, "US", "Home and Kitchen") == 0.50


def test_low_inventory_published_example():
    assert fees.low_inventory(1000, 18, 18, MARCH, "US", "large_standard", 2.0) == 700.00


@pytest.mark.parametrize(
    ("size", "weight", "rates"),
    [
        ("small_standard", 0.5, [0.89, 0.63, 0.32, 0]),
        ("large_standard", 3.0, [0.97, 0.70, 0.36, 0]),
        ("large_standard", 3.1, [1.11, 0.87, 0.47, 0]),
        ("small_bulky", 12, [1.85, 1.02, 0.51, 0]),
        ("large_bulky", 40, [2.09, 1.15, 0.57, 0]),
    ],
)
def test_low_inventory_bands(size, weight, rates):
    higher = np.array([13.9, 14, 21, 28])
    assert fees.low_inventory(1, 5, higher, MARCH, "US", size, weight).tolist() == rates
    assert fees.low_inventory(1, higher, 5, MARCH, "US", size, weight).tolist() == rates


@pytest.mark.parametrize(
    "exempt", [{"units_shipped_7": 19}, {"days_selling": 364}, {"days_since_first_receipt": 179}, {"awd_share": 0.7}, {"category": "Grocery"}]
)
def test_low_inventory_exemptions(exempt):
    assert fees.low_inventory(100, 5, 5, MARCH, "US", "small_standard", **exempt) == 0
    if exempt == {"category": "Grocery"}:  # new in 2026
        assert fees.low_inventory(100, 5, 5, dt.date(2025, 3, 1), "US", "small_standard", **exempt) == 89.00


@pytest.mark.parametrize(
    ("size", "weight", "fee"),
    [
        ("small_standard", 0.5, 0.84),
        ("small_standard", 0.51, 1.53),
        ("large_standard", 2, 2.27),
        ("large_standard", 2.1, 3.95),
        ("large_standard", 5, 6.07),
        ("large_bulky", 1, 3.12),
        ("bulky", 2, 4.30),
        ("extra_large", 4, 6.36),
        ("large_bulky", 10, 10.04),
        ("large_bulky", 12, 16.44),
    ],
)
def test_removal_and_disposal(size, weight, fee):
    assert fees.removal(1, weight, NOVEMBER, "US", size) == fee
    assert fees.disposal(1, weight, NOVEMBER, "US", size) == fee


def test_overage_of_july():
    volume = [100.0] * 4 + [20.0] * 27
    assert fees.overage_month(fees.mean_overage(np.array(volume) + 500, 500), dt.date(2026, 7, 31), "US") == 303.23


def test_fuel_surcharge_from_its_first_day():
    assert fees.fulfilment(100, 5.00, dt.date(2026, 4, 16), "US") == 500.00
    assert fees.fulfilment(100, 5.00, dt.date(2026, 4, 17), "US") == 517.50
    assert fees.fulfilment(100, 5.00, dt.date(2026, 5, 1), "US", programme="mcf") == 500.00
    assert fees.fulfilment(100, 5.00, dt.date(2026, 5, 2), "US", programme="mcf") == 517.50


def test_awd_outlet_low_price_and_placement():
    programmes = np.array(["base", "base_west", "smart", "smart_west", "managed", "managed_west"], dtype=object)
    assert fees.awd_month(1, 1, NOVEMBER, "US", programmes).tolist() == [0.48, 0.57, 0.43, 0.51, 0.38, 0.46]
    assert fees.charge("awd_transport", NOVEMBER, units=10, volume_ft3=1, option="managed").total == 12.60
    assert fees.charge("awd_processing", NOVEMBER, units=3).total == 4.20
    assert fees.charge("outlet_deal", NOVEMBER).total == 0
    assert fees.low_price_discount([9.99, 10], NOVEMBER, "US").tolist() == [0.86, 0]
    assert fees.inbound_placement(100, NOVEMBER, "US") == 0
    bounds = fees.inbound_placement(100, dt.date(2025, 6, 1), "US", "small_standard", "minimal", position=[0, 1])
    assert bounds.tolist() == [16, 30]


def test_liquidation_and_removal_of_the_npv_example():
    assert fees.liquidation_proceeds(300, 30, NOVEMBER, "US", processing_fee_per_unit=0.60) == pytest.approx(394, abs=0.5)
    assert fees.liquidation_proceeds(300, 30, NOVEMBER, "US", recovery_share=[0.05, 0.10], processing_fee_per_unit=0.60) == pytest.approx([202.5, 585.0])
    assert fees.removal(300, 1.5, NOVEMBER, "US", "large_standard") == 681


@pytest.mark.parametrize(("per_month", "price", "npv"), [(40, 30.0, 4996), (40 / 0.8**2, 24.0, 3951), (8, 30.0, -524), (8 / 0.7**2, 21.0, 940)])
def test_fees_reproduce_the_npv_example(per_month, price, npv):
    """300 units of 0.14 ft3, 200 days old in November 2026, 15 % and $5.50 fees, 1.5 % a month, cut at 36 months."""
    units, total = 300.0, 0.0
    for t in range(36):
        month = dt.date(2026 + (10 + t) // 12, (10 + t) % 12 + 1, 15)
        sold = min(per_month, units)
        storage = fees.storage_month(0.14, units - sold / 2, month, "US", "large_standard", rounded=False)
        aged = fees.aged_surcharge(units, 200 + 30 * t, 0.14, month, "US", rounded=False)
        commission = fees.referral(sold, price, month, "US", rate=0.15, rounded=False)
        total += float(sold * (price - 5.50) - commission - storage - aged) / 1.015**t
        units -= sold
    assert total == pytest.approx(npv, abs=1)
