"""Safety stock, reorder point, order-up-to: the brief's figures and the textbooks'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import stock


@pytest.mark.parametrize(
    ("lead", "buffer", "demand", "safety", "point"),
    [(7, 1, 350, 50, 400), (18, 0, 900, 0, 900), (18, 2, 900, 100, 1000), (18, 6, 900, 300, 1200), (14, 7, 700, 350, 1050)],
)
def test_figures_of_the_brief(lead, buffer, demand, safety, point):
    assert stock.lead_time_demand(50, lead) == demand
    found = stock.safety_stock(50, 0, lead, z=1.645, buffer_days=buffer)
    assert found == safety
    assert stock.reorder_point(50, lead, found) == point


def test_sku_of_the_brief():
    safety = stock.safety_stock(50, 15, 18, 3, z=stock.service_z(0.95))
    assert round(float(safety)) == 268
    assert round(float(stock.reorder_point(50, 18, safety))) == 1168


def test_elastic_safety_stock_explained_by_lead_time_spread():
    lead = np.array([15.0, 30.0])
    sd, spread = np.sqrt(25333) / 1.645, np.sqrt(2755.6) / (50 * 1.645)
    assert stock.safety_stock(50, sd, lead, spread * lead, z=1.645).round().tolist() == [1000, 1800]
    assert (round(sd, 1), round(spread, 2)) == (96.8, 0.64)


def test_safety_stock_by_lead_time_spread():
    """Chopra & Meindl: 2,500 a day, sd 500, 7 days, 90 %, lead time sd 7 to 0 days."""
    found = stock.safety_stock(2500, 500, 7, np.arange(7, -1, -1), z=stock.service_z(0.90))
    assert found.round().tolist() == pytest.approx([22491, 19298, 16109, 12927, 9760, 6628, 3625, 1695], abs=1)


def test_random_lead_time_fixed_demand():
    safety = stock.safety_stock(5, 0, 3, 2, z=stock.service_z(0.95))
    assert float(safety) == pytest.approx(16.45, abs=0.005)
    assert float(stock.reorder_point(5, 3, safety)) == pytest.approx(31.4, abs=0.06)


@pytest.mark.parametrize(
    ("demand", "sd", "lead", "review", "level", "safety", "up_to"), [(2500, 500, 2, 4, 0.90, 1569.6, 16569.6), (50, 15, 18, 7, 0.95, 123.4, 1373.4)]
)
def test_periodic_review(demand, sd, lead, review, level, safety, up_to):
    found = stock.safety_stock(demand, sd, lead + review, z=stock.service_z(level))
    assert float(found) == pytest.approx(safety, abs=0.05)
    assert float(stock.order_up_to(demand, lead, review, found)) == pytest.approx(up_to, abs=0.05)


def test_cycle_service_level():
    assert float(stock.cycle_service_level(6000, 2500, 500, 2)) == pytest.approx(0.9214, abs=5e-5)
    assert float(stock.safety_stock(2500, 500, 2, z=stock.service_z(0.90))) == pytest.approx(906.2, abs=0.05)
    sure = stock.cycle_service_level([99, 100, np.nan], 10, 0, 10)
    assert sure[:2].tolist() == [0, 1] and np.isnan(sure[2])


@pytest.mark.parametrize(
    ("need", "minimum", "pack", "order"),
    [
        (0, 100, 24, 0),
        (-5, 100, 24, 0),
        (1, 100, 24, 120),
        (130, 100, 24, 144),
        (144, 100, 24, 144),
        (7, np.nan, np.nan, 7),
        (7.2, 0, 0, 8),
        (0.3 * 10, 0, 3, 3),
    ],
)
def test_round_order(need, minimum, pack, order):
    assert stock.round_order(need, minimum, pack) == order


numbers = st.floats(0, 1e4)


@settings(max_examples=100, deadline=None)
@given(numbers, st.floats(0, 1e3), st.integers(0, 1000))
def test_an_order_covers_need_and_minimum_in_whole_cartons(need, minimum, pack):
    order = float(stock.round_order(need, minimum, pack))
    carton = pack or 1
    if need <= 0:
        assert order == 0
    else:
        assert order >= max(need, minimum) - 1e-6 * carton
        assert order - max(need, minimum) < carton * (1 + 1e-6)
        assert order / carton == pytest.approx(round(order / carton))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.1, 500), st.floats(0, 200), st.floats(1, 90), st.floats(0, 20), st.floats(0.5, 0.999), st.floats(0, 30))
def test_safety_stock_never_falls_with_what_it_guards_against(d, s, lead, lead_sd, level, buffer):
    base = stock.safety_stock(d, s, lead, lead_sd, z=stock.service_z(level), buffer_days=buffer)
    more = stock.safety_stock(
        d,
        [s + 1, s, s, s],
        [lead, lead + 1, lead, lead],
        [lead_sd, lead_sd, lead_sd + 1, lead_sd],
        z=stock.service_z(level),
        buffer_days=[buffer, buffer, buffer, buffer + 1],
    )
    assert (more >= base - 1e-9).all() and base >= d * buffer - 1e-9
