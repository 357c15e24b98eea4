"""Clusters that a panel falls into where nobody names groups: found where they are, not where they are not."""

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import forecast_panel
from workbench.forecasting.engine.clusters import found
from workbench.forecasting.engine.dense import describe
from workbench.forecasting.engine.periods import dated

FAMILIES, DAYS = 4, 730


def panel(n, families=FAMILIES, length=DAYS, seed=3, level=3.0):
    """Return counts (n, length + 60), their means and families; families differ by weekday and by when their year is high."""
    rng = np.random.default_rng(seed)
    family, day = np.arange(n) % families, np.arange(length + 60)
    week = 1 + np.clip(rng.normal(0, 0.25, (families, 7)), -0.6, 0.6)
    year = 1 + 0.5 * np.cos(2 * np.pi * (day / 365.25 - np.arange(families)[:, None] / families))
    mean = np.exp(rng.normal(np.log(level), 0.5, n))[:, None] * week[family][:, day % 7] * year[family]
    return rng.negative_binomial(3, 3 / (3 + mean)).astype(np.float32), mean, family


def clusters_of(y, freq="D"):
    return found(describe(y, np.ones(y.shape, bool), dated(pd.date_range("2024-01-01", periods=y.shape[1], freq=freq), 1)))


def together(a, b):
    """Share of pairs that are alike in both or apart in both (Rand)."""
    return float(((a[:, None] == a) == (b[:, None] == b)).mean())


@pytest.mark.parametrize(("n", "seed"), [(120, 3), (400, 4), (1500, 5)])
def test_families_are_found(n, seed):
    y, _, family = panel(n, seed=seed)
    assert together(clusters_of(np.ascontiguousarray(y[:, :DAYS])), family) > 0.95


def test_families_of_weeks_are_found():
    y, _, family = panel(300, length=7 * 156)
    weekly = y[:, : 7 * 156].reshape(300, 156, 7).sum(2)
    assert together(clusters_of(weekly, "W-SUN"), family) > 0.9


@pytest.mark.parametrize("seed", range(8))
def test_one_family_stays_one(seed):
    y, _, _ = panel(200, families=1, seed=seed)
    assert not clusters_of(np.ascontiguousarray(y[:, :DAYS])).any()


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (panel(300, length=500)[0][:, :500], "less than two years"),
        (panel(15)[0][:, :DAYS], "too few series for two clusters"),
        (np.zeros((100, DAYS), np.float32), "nothing sold"),
    ],
    ids=["short", "few", "zero"],
)
def test_no_clusters_without_evidence(y, why):
    assert not clusters_of(np.ascontiguousarray(y)).any(), why


def test_series_that_never_sold_do_not_hide_families():
    y, _, family = panel(200)
    y[::2] = 0
    assert together(clusters_of(np.ascontiguousarray(y[:, :DAYS]))[1::2], family[1::2]) > 0.95


def test_a_new_series_joins_by_its_newer_half():
    y, _, family = panel(200, level=6.0)
    y[:8, : DAYS - 300] = 0
    clusters = clusters_of(np.ascontiguousarray(y[:, :DAYS]))
    usual = [np.bincount(clusters[8:][family[8:] == f]).argmax() for f in range(FAMILIES)]
    assert (clusters[:8] == np.array(usual)[family[:8]]).mean() >= 0.75


def test_forecasts_without_groups_come_near_those_with_the_true_ones():
    y, mean, family = panel(600, level=0.6)
    past, days = np.ascontiguousarray(y[:, :DAYS]), pd.date_range("2024-01-01", periods=DAYS)
    missed = {}
    for name, groups in (("one", np.zeros(600, int)), ("found", None), ("true", family)):
        made = forecast_panel(past, np.ones(past.shape, bool), days, 60, [0.5], groups=groups).mean
        missed[name] = np.abs(made - mean[:, DAYS:]).sum() / mean[:, DAYS:].sum()
    assert missed["one"] - missed["found"] > 0.7 * (missed["one"] - missed["true"]) > 0


def test_equal_input_gives_equal_clusters():
    y = np.ascontiguousarray(panel(300)[0][:, :DAYS])
    assert (clusters_of(y) == clusters_of(y.copy())).all()
