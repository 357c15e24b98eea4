"""The level around each day from the days on both sides of it, the day itself left out; kernels without pandas.

With weights K = keep^|t - j| and expectation e (share of the day on sale x weekday x panel-wide day effect), the Poisson
quasi-likelihood estimate of the level near day t is  sum K y / sum K e  over the other days j. One lane a bandwidth.
"""

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "nsz", "arcp"}
BLOCK = 128
HALF_LIVES = (3.0, 7.0, 14.0, 28.0, 56.0, 112.0, 1e6)
_PRIOR = 0.5  # periods' worth of the series' own mean that every local level starts from
_TEMPER = 0.5  # errors of neighbouring days are not independent


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _step(y, e, keep, sales, scale):
    for j in range(y.shape[0]):
        sales[j] = keep * sales[j] + y[j]
        scale[j] = keep * scale[j] + e[j]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _score(y, e, keep, before_y, before_e, after_y, after_e, level, loss):
    prior = np.float32(_PRIOR)
    for j in range(y.shape[0]):
        rate = (keep * (before_y[j] + after_y[j]) + prior) / (keep * (before_e[j] + after_e[j]) + prior)
        error = y[j] - rate * e[j]
        level[j] = rate
        loss[j] += error * error / max(e[j], np.float32(0.02))


@njit(cache=True, fastmath=FAST, error_model="numpy")
def leave_one_out(y, e, keep, level, loss):
    """Fill `level` (T, n) with one lane's level around each day without the day, and `loss` (n,) with its errors."""
    periods, n = y.shape
    after_y, after_e = np.zeros((periods + 1, n), np.float32), np.zeros((periods + 1, n), np.float32)
    for t in range(periods - 1, 0, -1):
        after_y[t], after_e[t] = after_y[t + 1], after_e[t + 1]
        _step(y[t], e[t], keep, after_y[t], after_e[t])
    before_y, before_e = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for t in range(periods):
        _score(y[t], e[t], keep, before_y, before_e, after_y[t + 1], after_e[t + 1], level[t], loss)
        _step(y[t], e[t], keep, before_y, before_e)


def local_levels(y: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the level around each day without the day (n, T), its days' worth of evidence (n,), and the errors' variance (n,).

    Parameters
    ----------
    y : (n, T) sales in shares of the series' mean, 0 where unknown
    e : (n, T) what a level of 1 lets expect, 0 where unknown
    """
    n, periods = y.shape
    levels, evidence, variance = np.empty((n, periods), np.float32), np.empty(n), np.empty(n)
    keeps = np.exp(-np.log(2) / np.array(HALF_LIVES)).astype(np.float32)
    for a in range(0, n, BLOCK):
        b = min(a + BLOCK, n)
        block_y, block_e = np.ascontiguousarray(y[a:b].T), np.ascontiguousarray(e[a:b].T)
        lanes = np.empty((len(keeps), periods, b - a), np.float32)
        loss = np.zeros((len(keeps), b - a), np.float32)
        for k, keep in enumerate(keeps):
            leave_one_out(block_y, block_e, keep, lanes[k], loss[k])
        seen = np.maximum((block_e > 0).sum(0), 1)
        log = -0.5 * _TEMPER * seen * np.log(loss + 1e-9)
        weight = np.exp(log - log.max(0))
        weight /= weight.sum(0)
        levels[a:b] = np.einsum("ktn,kn->nt", lanes, weight, optimize=False)
        evidence[a:b], variance[a:b] = _window(seen, weight), (weight * loss).sum(0) / seen
    return levels, evidence, variance


def _window(seen: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return about how many days the mixed level rests on: 2 / ln 2 half-lives, at most what was seen."""
    reach = np.minimum(2 * np.array(HALF_LIVES)[:, None] / np.log(2), seen[None, :])
    return 1 / (weight / reach).sum(0)
