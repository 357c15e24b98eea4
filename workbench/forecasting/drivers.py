"""What moves demand beside week, year and level (promotions, prices, events): lifts pooled over the panel and its groups.

Within a window of a few weeks a series' total says nothing about a driver; how the total is shared out over the window's
periods does. So the lifts maximise the conditional Poisson (multinomial) likelihood of the shares, which is free of level,
trend and season (Hausman, Hall and Griliches 1984), scaled by each series' scatter.
"""

import numpy as np
from numba import njit

from workbench.forecasting.dense import Panel

_ROUNDS = 5
_PRIOR_SD = 1.0  # of a log lift, before anything is seen
_LARGEST = 3.0  # log of the largest lift that is believed: 20 times


@njit(cache=True, error_model="numpy")
def _score_window(i, a, b, values, observed, start, rate, base, phase, x, beta, slope, curve):
    """Add one window's gradient (k,) and curvature (k, k) of the log likelihood."""
    k = beta.shape[0]
    top, total, mass = -1e30, 0.0, 0.0
    for t in range(max(a, start[i]), b):
        if observed[i, t]:
            top = max(top, (x[i, t] * beta).sum())
    mean_x, mean_xx = np.zeros(k), np.zeros((k, k))
    for t in range(max(a, start[i]), b):
        if observed[i, t]:
            y = max(values[i, t], 0.0) / rate[i]
            share = base[i, phase[t]] * np.exp((x[i, t] * beta).sum() - top)
            total, mass = total + y, mass + share
            for c in range(k):
                slope[c] += y * x[i, t, c]
                mean_x[c] += share * x[i, t, c]
                for d in range(k):
                    mean_xx[c, d] += share * x[i, t, c] * x[i, t, d]
    if mass > 0:
        for c in range(k):
            slope[c] -= total * mean_x[c] / mass
            for d in range(k):
                curve[c, d] += total * (mean_xx[c, d] / mass - mean_x[c] * mean_x[d] / (mass * mass))


@njit(cache=True, error_model="numpy")
def _scores(values, observed, start, rate, scatter, groups, base, phase, x, beta, window, slope, curve):
    """Add gradients and curvatures by group."""
    k = beta.shape[0]
    for i in range(values.shape[0]):
        own_slope, own_curve = np.zeros(k), np.zeros((k, k))
        for a in range(start[i], values.shape[1], window):
            _score_window(i, a, min(a + window, values.shape[1]), values, observed, start, rate, base, phase, x, beta, own_slope, own_curve)
        weight = 1 / (scatter[i] + 0.1)
        slope[groups[i]] += weight * own_slope
        curve[groups[i]] += weight * own_curve


def standardised(X: np.ndarray, length: int) -> np.ndarray:
    """Return drivers with unknown values at their mean and, unless they are 0-1 flags, in standard deviations of the history."""
    X = np.asarray(X, np.float32)
    out = []
    for c in range(X.shape[2]):
        column = X[:, :, c]
        row = column[:1] if column.strides[0] == 0 else column
        known = row[:, :length][np.isfinite(row[:, :length])]
        if len(known) and not np.isin(known, (0, 1)).all():
            row = (row - known.mean()) / max(float(known.std()), 1e-9)
            known = np.zeros(1)
        row = np.where(np.isfinite(row), row, known.mean() if len(known) else 0.0).astype(np.float32)
        out.append(np.broadcast_to(row, column.shape))
    return np.stack(out, 2) if any(c.strides[0] for c in out) else np.broadcast_to(np.stack([c[:1] for c in out], 2), X.shape)


def learn_lift(panel: Panel, profile: np.ndarray, X: np.ndarray, prior: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return what the drivers multiply demand by, (n, T + H), and the log lifts by group, (groups, k).

    Parameters
    ----------
    X : (n, T + H, k) drivers; a panel-wide driver may be one row broadcast over the series
    prior : (k,) log lifts expected before looking at the data; 0 where not given
    """
    p = panel.periods
    x = standardised(X, p.length)
    n_groups, k = int(panel.groups.max(initial=0)) + 1, X.shape[2]
    prior = np.zeros(k) if prior is None else np.asarray(prior, float)
    beta = prior.copy()
    for _ in range(_ROUNDS):
        slope, curve = np.zeros((n_groups, k)), np.zeros((n_groups, k, k))
        _scores(
            panel.values, panel.observed, panel.start, panel.rate, panel.scatter, panel.groups, profile, p.phase, x, beta, 2 * p.month, slope, curve
        )  # fmt: skip
        stiff = np.eye(k) / _PRIOR_SD**2
        step = np.linalg.solve(curve.sum(0) + stiff, slope.sum(0) - stiff @ (beta - prior))
        beta = np.clip(beta + np.clip(step, -1, 1), -_LARGEST, _LARGEST)
    by_group = beta + _group_shift(slope, curve)
    return _lift(x, by_group, panel.groups, p.length), by_group


def _group_shift(slope: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Return how far each group's log lifts stand from the panel's, as far as the groups really differ."""
    n_groups, k = slope.shape
    if n_groups == 1:
        return np.zeros((1, k))
    away, chance = np.zeros((n_groups, k)), np.full((n_groups, k), np.inf)
    for g in range(n_groups):
        inverse = np.linalg.inv(curve[g] + 1e-3 * np.eye(k))
        away[g], chance[g] = np.clip(inverse @ slope[g], -_LARGEST, _LARGEST), np.diag(inverse)
    trust = 1 / (chance + 0.01) ** 2
    real = np.maximum((trust * (away**2 - chance)).sum(0) / trust.sum(0), 0.0)
    return away * real / (real + chance)


def _lift(x: np.ndarray, beta: np.ndarray, groups: np.ndarray, length: int) -> np.ndarray:
    """Return lifts relative to each series' mean over the history, so that the rate keeps its size."""
    shared = x.strides[0] == 0 and len(beta) == 1
    rows = x[:1] if shared else x
    log = (rows * beta[groups[: len(rows)] if not shared else [0]][:, None, :]).sum(2)
    log -= log[:, :length].mean(1, keepdims=True)
    return np.exp(np.clip(log, -_LARGEST, _LARGEST)).astype(np.float32)
