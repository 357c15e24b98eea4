"""Levels that wander: solved as a dense matrix is, their drift found again, and prices told apart from promotions."""

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.levels import Cells, Levels, wandering
from workbench.clearance.shrinkage import Shrunk


def dense(told, drift):
    step = np.diff(np.eye(len(told)), axis=0)
    return np.diag(told) + step.T @ step / drift


def test_levels_are_solved_as_by_a_dense_matrix():
    rng = np.random.default_rng(2)
    told, right = rng.gamma(1.0, 5.0, (3, 9)), rng.normal(0, 4, (3, 9, 2))
    told[:, 4] = 0.0  # a window without sales data
    found, size = Levels(told, 0.02).solved(right)
    for offer in range(3):
        matrix = dense(told[offer], 0.02)
        assert found[offer] == pytest.approx(np.linalg.solve(matrix, right[offer]))
        assert size[offer] == pytest.approx(np.linalg.slogdet(matrix)[1])


def test_a_single_window_is_its_own_mean():
    found, size = Levels(np.array([[4.0]]), 0.01).solved(np.array([[[2.0]]]))
    assert found.item() == pytest.approx(0.5) and size.item() == pytest.approx(np.log(4))


@pytest.mark.parametrize("drift", [0.001, 0.01])
def test_the_drift_is_found_again(drift):
    """Two hundred levels drawn with a known step over forty windows, each seen with precision 50: the likeliest step is within its neighbours."""
    rng = np.random.default_rng(3)
    level = np.cumsum(rng.normal(0, np.sqrt(drift), (200, 40)), axis=1)
    seen = level + rng.normal(0, 50**-0.5, level.shape)
    assert drift / 2 < wandering(np.full(level.shape, 50.0), 50 * seen).drift < drift * 2


def test_depth_is_told_apart_from_the_badge():
    """Log lift = level + 1.7 x cheaper + 0.2 while promoted, exact: the sums left give both back."""
    rng = np.random.default_rng(4)
    window, promoted = np.repeat(np.arange(30), 2), np.tile([False, True], 30)
    price = 3 - np.where(promoted, rng.integers(2, 7, 60) * 0.05, 0.0) + np.repeat(np.cumsum(rng.normal(0, 0.05, 30)), 2)
    cells = pd.DataFrame({"series": 0, "item": 0, "window": window, "promoted": promoted, "log_price": price, "units": 9.0, "expected": 1.0})
    sums = Cells(cells)
    log_lift = 1.0 + 1.7 * sums.cheaper + 0.2 * sums.promoted
    moments, solved = sums.freed(np.full(60, 10.0), log_lift, Shrunk(np.array([1.7]), np.zeros(1), 0.2))
    pp, pf, ff, pz, fz = (each.item() for each in (moments.pp, moments.pf, moments.ff, moments.pz, moments.fz))
    assert np.linalg.solve([[pp, pf], [pf, ff]], [pz, fz]) == pytest.approx([1.7, 0.2])
    assert sums.level(solved, Shrunk(np.array([1.7]), np.zeros(1), 0.2)) == pytest.approx(np.ones((1, 30)))
