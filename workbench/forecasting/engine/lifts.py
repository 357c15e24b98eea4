"""What moves demand beside week, year and level (promotions, prices, events): lifts pooled over the panel and its groups.

Within a window of a few weeks a series' total says nothing about a driver; how the total is shared out over the window's
periods does. So the lifts maximise the conditional Poisson (multinomial) likelihood of the shares, which is free of level,
trend and season (Hausman, Hall and Griliches 1984), scaled by each series' scatter.
"""

import numpy as np
from numba import njit

from workbench.forecasting.engine.dense import Panel

_ROUNDS = 5
_PRIOR_SD = 1.0  # of a log lift, before anything is seen
_LARGEST = 3.0  # log of the largest lift that is believed: 20 times


@njit(cache=True, error_model="numpy")
def _shares(values, observed, start, rate, profile, phase, y, e):
    """Fill each period's demand in shares of the mean rate, and what the weekday lets expect; 0 where nothing is known."""
    for i in range(values.shape[0]):
        for t in range(start[i], values.shape[1]):
            if observed[i, t]:
                y[i, t] = max(values[i, t], 0.0) / rate[i]
                e[i, t] = profile[i, phase[t]]


@njit(cache=True, error_model="numpy")
def _score_window(y, e, x, beta, slope, curve):
    """Add one window's gradient (k,) and curvature (k, k) of the log likelihood of its shares."""
    k = beta.shape[0]
    total, mass = 0.0, 0.0
    mean_x, mean_xx = np.zeros(k), np.zeros((k, k))
    for t in range(y.shape[0]):
        if e[t] > 0:
            push = 0.0
            for c in range(k):
                push += x[t, c] * beta[c]
            share = e[t] * np.exp(min(push, 30.0))
            total, mass = total + y[t], mass + share
            for c in range(k):
                if x[t, c] != 0:
                    slope[c] += y[t] * x[t, c]
                    mean_x[c] += share * x[t, c]
                    for d in range(k):
                        mean_xx[c, d] += share * x[t, c] * x[t, d]
    if mass > 0:
        for c in range(k):
            slope[c] -= total * mean_x[c] / mass
            for d in range(k):
                curve[c, d] += total * (mean_xx[c, d] / mass - mean_x[c] * mean_x[d] / (mass * mass))


@njit(cache=True, error_model="numpy")
def _scores(y, e, weight, groups, x, beta, window, slope, curve):
    """Add gradients (groups, k) and curvatures (groups, k, k) of all rows."""
    k = beta.shape[0]
    for i in range(y.shape[0]):
        row_slope, row_curve = np.zeros(k), np.zeros((k, k))
        row = min(i, x.shape[0] - 1)
        for a in range(0, y.shape[1], window):
            b = min(a + window, y.shape[1])
            _score_window(y[i, a:b], e[i, a:b], x[row, a:b], beta, row_slope, row_curve)
        slope[groups[i]] += weight[i] * row_slope
        curve[groups[i]] += weight[i] * row_curve


def _rows(panel: Panel, profile: np.ndarray, shared: bool, beside: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return demand and expectation by row, the row's weight and group: a row a series, or a group where drivers are shared."""
    y, e = np.zeros(panel.values.shape, np.float32), np.zeros(panel.values.shape, np.float32)
    _shares(panel.values, panel.observed, panel.start, panel.rate, profile, panel.periods.phase, y, e)
    if beside is not None:
        e *= beside[:, : panel.periods.length]
    weight = np.where(panel.sold > 0, 1 / (panel.scatter + 0.1), 0.0)
    if not shared:
        return y, e, weight, panel.groups
    n_groups = int(panel.groups.max(initial=0)) + 1
    total_y, total_e = np.zeros((n_groups, panel.periods.length)), np.zeros((n_groups, panel.periods.length))
    for g in np.unique(panel.groups):
        mine = panel.groups == g
        total_y[g], total_e[g] = (np.einsum("n,nt->t", weight[mine], part[mine]) for part in (y, e))
    return total_y, total_e, np.ones(n_groups), np.arange(n_groups)


def standardised(X: np.ndarray, length: int) -> np.ndarray:
    """Return drivers (n or 1, T + H, k) with unknown values at their mean and, unless 0-1 flags, in standard deviations."""
    rows = np.asarray(X, np.float32)
    rows = rows[:1] if rows.strides[0] == 0 else rows
    out = np.empty(rows.shape, np.float32)
    for c in range(rows.shape[2]):
        column = rows[:, :, c]
        known = column[:, :length][np.isfinite(column[:, :length])]
        mean, sd = (float(known.mean()), float(known.std())) if len(known) else (0.0, 0.0)
        flag = bool(np.isin(known, (0, 1)).all())
        filled = np.where(np.isfinite(column), column, mean)
        out[:, :, c] = filled if flag else (filled - mean) / max(sd, 1e-9 * abs(mean), 1e-30) * (sd > 0)
    return out


def evidence(panel: Panel, profile: np.ndarray, X: np.ndarray, beside: np.ndarray | None = None) -> np.ndarray:
    """Return how much likelier each driver of X (n, T + H, k) by itself makes the past, (k,): its score test, about 1 by chance."""
    k = X.shape[2]
    y, e, weight, groups = _rows(panel, profile, False, beside)
    slope, curve = np.zeros((int(groups.max(initial=0)) + 1, k)), np.zeros((int(groups.max(initial=0)) + 1, k, k))
    _scores(y, e, weight, groups, standardised(X, panel.periods.length), np.zeros(k), 2 * panel.periods.month, slope, curve)
    return slope.sum(0) ** 2 / np.maximum(np.diag(curve.sum(0)), 1e-9)


def learn_lift(
    panel: Panel,
    profile: np.ndarray,
    X: np.ndarray,
    prior: np.ndarray | None = None,
    stated: np.ndarray | None = None,
    *,
    beside: np.ndarray | None = None,
    least: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the drivers multiply demand by, (n or 1, T + H), and the log lifts by group, (groups, k).

    Parameters
    ----------
    X : (n, T + H, k) drivers; a driver of the whole panel may be one row broadcast over the series
    prior : (k,) log lifts expected before looking at the data; 0 where not given
    stated : (T + H,) log lifts of periods ahead that are used as they stand, NaN where what was learned is
    beside : (n or 1, T + H) what multiplies demand besides, learned before
    least : (k,) smallest log lift that is believed; 0 for a driver that can only help
    """
    p, k = panel.periods, X.shape[2]
    x = standardised(X, p.length)
    y, e, weight, groups = _rows(panel, profile, len(x) == 1 and len(panel.values) > 1, beside)
    n_groups = int(groups.max(initial=0)) + 1
    prior = np.zeros(k) if prior is None else np.asarray(prior, float)
    beta, stiff = prior.copy(), np.eye(k) / _PRIOR_SD**2
    for _ in range(_ROUNDS):
        slope, curve = np.zeros((n_groups, k)), np.zeros((n_groups, k, k))
        _scores(y, e, weight, groups, x, beta, 2 * p.month, slope, curve)
        step = np.linalg.solve(curve.sum(0) + stiff, slope.sum(0) - stiff @ (beta - prior))
        beta = np.clip(beta + np.clip(step, -1, 1), -_LARGEST, _LARGEST)
    by_group = beta + _group_shift(slope, curve)
    by_group = by_group if least is None else np.maximum(by_group, least)
    return _lift(x, by_group, panel.groups, p.length, stated), by_group


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


def _lift(x: np.ndarray, beta: np.ndarray, groups: np.ndarray, length: int, stated: np.ndarray | None) -> np.ndarray:
    """Return lifts relative to their mean over the history, so that the rate keeps its size: (n, T + H), or (1, T + H) if all equal."""
    rows = beta[:1] if len(beta) == 1 else beta[groups]
    log = np.einsum("itk,ik->it", np.broadcast_to(x, (max(len(x), len(rows)), *x.shape[1:])), np.broadcast_to(rows, (max(len(x), len(rows)), x.shape[2])))
    usual = log[:, :length].mean(1, keepdims=True)
    if stated is not None:
        log = np.where(np.isfinite(stated), stated, log)
    log = log - usual
    return np.exp(np.clip(log, -_LARGEST, _LARGEST)).astype(np.float32)
