"""The month-by-month kernel: the published example, conservation of units, limits that a person can check."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.clearance.simulation import Carrying, carrying_cost, months_to_clear, proceeds, sell_down, sell_reduced, take_oldest, take_youngest

RATES = [(181, 0.50), (211, 1.00), (241, 1.50), (271, 5.45), (301, 5.70), (331, 5.90), (366, 6.90), (456, 7.90)]


def surcharge(age):
    return 0.14 * max([rate for start, rate in RATES if age >= start], default=0.0)


def example(demand, months=36):
    """300 units at $30 of 0.14 ft3, 200 days old, from November on."""
    storage = np.array([[0.14 * (2.40 if (10 + t) % 12 >= 9 else 0.78) for t in range(months)]])
    aged = np.array([[[surcharge(200 + 30 * t)] for t in range(months)]])
    return np.full((1, months), float(demand)), np.array([[300.0]]), Carrying(storage, aged)


def worth(demand, cut=0.0, months=36):
    pace, layers, keeping = example(demand, months)
    units = layers.sum(axis=1)
    sold, _ = sell_reduced(pace, units, units, np.full((1, 1), (1 - cut) ** -2.0))
    price = np.array([30 * (1 - cut)])
    return (proceeds(sold, price, 0.15 * price + 5.50) + carrying_cost(layers, sold, keeping)).npv(0.015)[0]


@pytest.mark.parametrize(
    ("demand", "cut", "months", "npv"), [(40, 0.0, 36, 4996), (40, 0.2, 36, 3951), (8, 0.0, 36, -524), (8, 0.0, 60, -397), (8, 0.3, 36, 940)]
)
def test_published_example(demand, cut, months, npv):
    assert round(worth(demand, cut, months)) == npv


def test_the_surcharge_falls_on_what_lies_there_on_the_15th():
    """Ten old units at $2, five young ones at $1; six leave a month, a third of them by the 15th: 8 + 5 are charged, then 2 + 5, then 1."""
    keeping = Carrying(np.zeros((1, 3)), np.tile([2.0, 1.0], (1, 3, 1)), np.full(3, 1 / 3))
    cash = carrying_cost(np.array([[10.0, 5.0]]), np.array([[6.0, 12.0, 15.0]]), keeping)
    assert cash.paid[2, 0].tolist() == pytest.approx([8 * 2 + 5, 2 * 2 + 5, 2])
    assert carrying_cost(np.array([[10.0, 5.0]]), np.array([[6.0, 12.0]]), keeping.of(slice(1, None))).paid[2, 0, 0] == pytest.approx(8 * 2 + 5)


def test_shipping_while_little_is_left_costs_more():
    """200 units, 152.1875 a month, 35 a week: 24.8 days of supply at 0.36; then 15.2 days of the 48 sold, but 22.5 over both months: 0.36 again."""
    scarce = np.repeat([0.97, 0.70, 0.36, 0.0], [14, 7, 7, 32])[None]
    keeping = Carrying(np.zeros((1, 2)), np.zeros((1, 2, 1)), 0.0, scarce, np.array([10.0]))
    sold = np.array([[152.1875, 200.0]])
    cash = carrying_cost(np.array([[200.0]]), sold, keeping)
    assert cash.paid[0, 0].tolist() == pytest.approx([152.1875 * 0.36, (200 - 152.1875) * 0.36])
    few = Carrying(keeping.storage, keeping.surcharge, 0.0, scarce, np.array([36.0]))
    assert carrying_cost(np.array([[200.0]]), sold, few).fees.sum() == 0


@settings(deadline=None)
@given(
    layers=st.lists(st.floats(0, 500), min_size=4, max_size=4), out=st.floats(0, 2500), demand=st.lists(st.floats(0, 300), min_size=6, max_size=6),
    share=st.floats(0, 1), lift=st.floats(1, 9),
)  # fmt: skip
def test_units_are_conserved(layers, out, demand, share, lift):
    stack, pace = np.array([layers]), np.array([demand])
    total = stack.sum()
    for left in (take_oldest(stack, np.array([out])), take_youngest(stack, np.array([out]))):
        assert left.sum() == pytest.approx(max(total - out, 0), abs=1e-6) and (left >= 0).all() and (left <= stack + 1e-9).all()
    cut, every = sell_reduced(pace, np.array([total]), np.array([share * total]), np.array([[lift]]))
    assert (np.diff(every, axis=1) >= -1e-9).all() and (cut <= every + 1e-9).all() and every[0, -1] <= total + 1e-6
    assert (every >= sell_down(pace, np.array([total])) - 1e-6).all()  # a lower price never sells less


def test_without_a_cut_the_markdown_is_the_usual_pace():
    pace = np.array([[30.0, 50.0, 20.0]])
    _, every = sell_reduced(pace, np.array([90.0]), np.array([60.0]), np.array([[1.0]]))
    assert every.tolist() == sell_down(pace, np.array([90.0])).tolist()


def test_the_price_is_cut_only_while_there_is_excess():
    cut, every = sell_reduced(np.array([[10.0, 10.0, 10.0]]), np.array([50.0]), np.array([40.0]), np.array([[4.0]]))
    assert cut.tolist() == [[40.0, 40.0, 40.0]] and every.tolist() == [[40.0, 50.0, 50.0]]


@pytest.mark.parametrize(("units", "months"), [(0, 0.0), (10, 1.0), (15, 1.5), (25, 3.0), (26, np.nan)])
def test_months_to_clear(units, months):
    assert months_to_clear(np.array([[10.0, 10.0, 5.0]]), np.array([float(units)]))[0] == pytest.approx(months, nan_ok=True)


def test_a_dead_sku_never_clears():
    assert np.isnan(months_to_clear(np.zeros((1, 4)), np.array([5.0]))[0])
    assert worth(0) == pytest.approx(-sum((300 * (example(0)[2].storage[0, t] + surcharge(200 + 30 * t))) / 1.015**t for t in range(36)))
