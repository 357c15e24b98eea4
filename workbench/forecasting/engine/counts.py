"""Quantiles of demand from a mean and a variance: negative binomial for counts, gamma for measured amounts."""

import numpy as np
from numba import njit
from scipy.special import gammainc, gammaincinv

SWEEP_LIMIT = 200.0  # a mean above this is so near its gamma limit that counting up from 0 is wasted work
_LOG_SHAPE = np.linspace(np.log(1e-4), np.log(1e7), 350)
_LEAST_EXCESS = 1.0001  # variance over mean of the narrowest count distribution: all but Poisson


def gamma_table(quantiles: np.ndarray) -> np.ndarray:
    """Return gamma quantiles over the mean, (shapes, q), on an even grid of log shape; interpolated between by the kernels."""
    shape = np.exp(_LOG_SHAPE)[:, None]
    return np.nan_to_num(gammaincinv(shape, np.asarray(quantiles, float)[None, :]) / shape)


@njit(cache=True, error_model="numpy")
def _gamma(mean, variance, table, first, step, out, whole):
    place = (np.log(mean * mean / variance) - first) / step
    place = min(max(place, 0.0), table.shape[0] - 1.0001)
    low = int(place)
    for q in range(out.shape[0]):
        value = mean * (table[low, q] + (place - low) * (table[low + 1, q] - table[low, q]))
        out[q] = np.floor(value + 0.5) if whole else value


@njit(cache=True, error_model="numpy")
def _negative_binomial(mean, variance, quantiles, out):
    """Count up the probabilities once and note where each quantile is passed."""
    size = mean * mean / (variance - mean)
    odds = mean / (size + mean)
    chance = np.exp(-size * np.log1p(mean / size))
    total, units, q = chance, 0.0, 0
    ceiling = mean + 60 * np.sqrt(variance) + 60
    while q < quantiles.shape[0]:
        if total >= quantiles[q] or units > ceiling:
            out[q] = units
            q += 1
        else:
            chance *= (units + size) / (units + 1) * odds
            units += 1
            total += chance


@njit(cache=True, error_model="numpy")
def fill_quantiles(mean, variance, whole, quantiles, table, first, step, out):
    """Fill `out` (n, h, q) with quantiles of totals or days of given mean and variance (n, h); `whole` (n,) marks counts."""
    for i in range(mean.shape[0]):
        for h in range(mean.shape[1]):
            m, v = mean[i, h], variance[i, h]
            if m <= 1e-12 * (1.0 if whole[i] else 0.0) or m <= 0:
                out[i, h] = 0
            elif whole[i] and m < SWEEP_LIMIT:
                _negative_binomial(m, max(v, m * _LEAST_EXCESS), quantiles, out[i, h])
            else:
                least = m if whole[i] else 1e-9 * m * m
                _gamma(m, max(v, least), table, first, step, out[i, h], whole[i])


def quantiles_of(mean: np.ndarray, variance: np.ndarray, whole: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Return demand quantiles (n, h, q), ascending along the last axis.

    Parameters
    ----------
    mean, variance : (n, h) of the demand of a period or of a total
    whole : (n,) whether the series counts whole units; then quantiles are whole too
    quantiles : (q,) ascending probabilities, 0-1

    Notes
    -----
    Counts: the smallest k with P(D <= k) >= q, D negative binomial with size mean^2 / (variance - mean); a variance below
    the mean is taken as Poisson's. Amounts, and counts above 200: gamma with the same mean and variance.

    Examples
    --------
    Poisson(6): Snyder and Shen, Fundamentals of Supply Chain Theory, example 4.3: critical ratio 0.8 -> 8 units.

    >>> quantiles_of(np.array([[6.0]]), np.array([[6.0]]), np.array([True]), np.array([0.8]))[0, 0]
    array([8.], dtype=float32)
    """
    out = np.empty((*mean.shape, len(quantiles)), np.float32)
    levels = np.asarray(quantiles, float)
    large = (mean > 0) & ~(whole[:, None] & (mean < SWEEP_LIMIT))
    few = large.sum() < len(_LOG_SHAPE)
    table = np.zeros((2, len(levels))) if few else gamma_table(levels)
    fill_quantiles(mean, variance, whole, levels, table, _LOG_SHAPE[0], _LOG_SHAPE[1] - _LOG_SHAPE[0], out)
    if few and large.any():
        out[large] = _few_gamma(mean[large], variance[large], np.broadcast_to(whole[:, None], mean.shape)[large], levels)
    return out


def _few_gamma(mean, variance, whole, levels) -> np.ndarray:
    """Return gamma quantiles (m, q) one by one, where that is less work than a table."""
    shape = gamma_shape(mean, variance, whole)[:, None]
    value = mean[:, None] * np.nan_to_num(gammaincinv(shape, levels) / shape)
    return np.where(whole[:, None], np.floor(value + 0.5), value)


def gamma_shape(mean: np.ndarray, variance: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return the shape of the gamma with a mean and variance; counts vary at least as Poisson's, amounts a little."""
    least = np.where(whole, mean, 1e-9 * mean * mean)
    return np.clip(mean * mean / np.maximum(variance, least), np.exp(_LOG_SHAPE[0]), np.exp(_LOG_SHAPE[-1]))


@njit(cache=True, error_model="numpy")
def fill_places(mean, variance, units, low, high):
    """Fill P(D < units) and P(D <= units) of negative binomial totals, flat arrays."""
    for i in range(mean.shape[0]):
        m, v = mean[i], max(variance[i], mean[i] * _LEAST_EXCESS)
        size = m * m / (v - m)
        odds = m / (size + m)
        chance = np.exp(-size * np.log1p(m / size))
        below, k = 0.0, 0.0
        ceiling = m + 60 * np.sqrt(v) + 60
        while k < units[i] and k < ceiling:
            below += chance
            chance *= (k + size) / (k + 1) * odds
            k += 1
        low[i], high[i] = below, below + chance


def places(mean: np.ndarray, variance: np.ndarray, whole: np.ndarray, came: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where totals fell in their distributions, P(D < came) and P(D <= came), flat arrays; equal for amounts.

    Examples
    --------
    Poisson(6): P(D <= 8) = 0.8472 (Chopra and Meindl's base stock example).

    >>> low, high = places(np.array([6.0]), np.array([6.0]), np.array([True]), np.array([8.0]))
    >>> round(float(high[0]), 3)
    0.847
    """
    low, high = np.zeros(len(mean)), np.zeros(len(mean))
    small = whole & (mean < SWEEP_LIMIT)
    found = np.zeros((2, int(small.sum())))
    fill_places(mean[small], variance[small], np.floor(came[small] + 0.5), *found)
    low[small], high[small] = found
    shape = gamma_shape(mean[~small], variance[~small], whole[~small])
    low[~small] = high[~small] = gammainc(shape, shape * came[~small] / mean[~small])
    return low, high
