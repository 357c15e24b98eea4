"""With one year of history, few or unlike series make no season for each other; many alike ones do."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting.engine.fit import fit_panel
from workbench.forecasting.engine.periods import dated
from workbench.forecasting.engine.shrinkage import sure_share

DAYS = pd.date_range("2025-08-01", periods=456)


def panel(phase, seed, level=3.0):
    """Counts of series whose year is highest at so many turns after its first of January, and their season in the 60 days ahead."""
    rng, day, turn = np.random.default_rng(seed), np.arange(516), (DAYS[0].dayofyear - 1) / 365.25
    year = 1 + 0.7 * np.cos(2 * np.pi * (turn + day / 365.25 - np.asarray(phase)[:, None]))
    return rng.poisson(level * year[:, :456]).astype(np.float32), year[:, 456:]


def season(y):
    """The engine's multipliers of the 60 days ahead, (n, 60)."""
    periods = dated(DAYS, 60)
    year = fit_panel(y, np.ones(y.shape, bool), periods, np.zeros(len(y), np.int64)).multipliers.year
    return np.broadcast_to(year[:, periods.bin[456:]], (len(y), 60))


def test_many_alike_series_share_their_year():
    y, coming = panel(np.full(40, 0.4), seed=1)
    assert coming.max() < 0.45
    assert season(y).max() < 0.55
    assert np.abs(season(y) / coming - 1).mean() < 0.25  # with one year, a slope takes some of it


@pytest.mark.parametrize("seed", range(4))
def test_unlike_series_make_no_season_for_each_other(seed):
    y, _ = panel(np.random.default_rng(seed).permutation(np.arange(6) / 6), seed)
    assert np.abs(np.log(season(y))).max() < 0.1


@pytest.mark.parametrize(
    ("effects", "valid", "expected"),
    [
        (np.zeros((1, 4, 2)), np.ones((1, 4), bool), 0.0),
        (np.tile([0.3, -0.2], (2, 5, 1)), np.ones((2, 5), bool), 1.0),
        (np.array([[[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]]), np.ones((1, 4), bool), 0.0),
        (np.tile([0.3, -0.2], (1, 3, 1)), np.array([[True, False, False]]), 0.0),
    ],
    ids=["nothing", "all alike", "opposed", "one told"],
)
def test_share_that_can_be_counted_on(effects, valid, expected):
    assert sure_share(effects, valid) == expected


def test_more_replicates_are_surer():
    rng = np.random.default_rng(5)
    drawn = 0.3 + rng.normal(0, 0.3, (200, 64, 4))
    few, many = (np.mean([sure_share(unit[None, :k], np.ones((1, k), bool)) for unit in drawn]) for k in (3, 64))
    assert 0 < few < many < 1
