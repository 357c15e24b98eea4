"""Elasticities drawn to their category's: as far as their own cells leave them open, with intervals that hold."""

import numpy as np
import pytest

from workbench.clearance.shrinkage import Moments, shrunk


def drawn(rng, within, information, categories=8, size=120):
    """Elasticities of a shop around 1.7, and what cells of some information say of them; no promotions."""
    codes = np.repeat(np.arange(categories), size)
    true = 1.7 + 0.25 * rng.normal(size=categories)[codes] + within * rng.normal(size=len(codes))
    pp = np.full(len(codes), information)
    none = np.zeros(len(codes))
    return true, codes, Moments(pp, none, none, pp * true + np.sqrt(pp) * rng.normal(size=len(codes)), none)


def test_nothing_known_is_what_is_usual():
    none = np.zeros(6)
    found = shrunk(Moments(none, none, none, none, none), np.array([0, 0, 0, 1, 1, 1]), 2, 2.0, 2.0)
    assert found.slope == pytest.approx([2.0] * 6) and (found.sd > 1.0).all() and found.badge == 0


def test_much_is_taken_as_it_says():
    rng = np.random.default_rng(5)
    true, codes, given = drawn(rng, 0.35, 1e5)
    assert shrunk(given, codes, 8, 2.0, 1.7).slope == pytest.approx(true, abs=0.02)


@pytest.mark.parametrize("within", [0.2, 0.35, 0.5])
def test_little_is_drawn_to_the_category_and_the_interval_holds(within):
    rng = np.random.default_rng(6)
    true, codes, given = drawn(rng, within, 4.0)
    found = shrunk(given, codes, 8, 2.0, 1.7)
    own = given.pz / given.pp
    assert np.abs(found.slope - true).mean() < 0.8 * np.abs(own - true).mean()
    assert 0.85 < (np.abs(found.slope - true) < 1.645 * found.sd).mean() < 0.95


def test_the_badge_is_one_number_for_the_shop():
    rng = np.random.default_rng(7)
    true, codes, given = drawn(rng, 0.3, 20.0)
    pf, ff = np.full(len(true), 5.0), np.full(len(true), 30.0)
    mixed = Moments(given.pp, pf, ff, given.pz + 0.2 * pf, 0.2 * ff + true * pf)
    assert shrunk(mixed, codes, 8, 2.0, 1.7).badge == pytest.approx(0.2, abs=0.03)
