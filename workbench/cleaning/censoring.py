"""What is known of demand when only a lower bound was seen: means and bounds of the part that stock cut off."""

import numpy as np
from numba import njit
from scipy.special import gammaincinv, log_ndtr

_SWEEP_LIMIT = 300.0
_FAR = 30.0  # standard deviations beyond which the normal hazard is its argument


@njit(cache=True, error_model="numpy")
def _truncated_counts(at_least, mean, variance, out):
    """Mean of a negative binomial that is at least a bound, by summing the probabilities below it."""
    for i in range(mean.shape[0]):
        m, v = mean[i], max(variance[i], mean[i] * 1.0001)
        size = m * m / (v - m)
        chance = np.exp(-size * np.log1p(m / size))
        below, below_mean, k = 0.0, 0.0, 0.0
        while k < at_least[i]:
            below += chance
            below_mean += k * chance
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
        # beyond what doubles resolve the tail is all but geometric from the bound on
        ratio = min((at_least[i] + size) / (at_least[i] + 1) * m / (size + m), 0.95)
        out[i] = (m - below_mean) / (1 - below) if below < 1 - 1e-9 else at_least[i] + ratio / (1 - ratio)


def truncated_means(at_least: np.ndarray, mean: np.ndarray, variance: np.ndarray, grain: np.ndarray) -> np.ndarray:
    """Return the expected demand given that it was at least a bound.

    Parameters
    ----------
    grain : (n,) unit that the series counts in (negative binomial), 0 for amounts (normal tail)

    Examples
    --------
    >>> m = np.array([5.0])
    >>> truncated_means(np.array([0.0]), m, m, np.array([1.0])).round(6).tolist()
    [5.0]
    """
    out = np.maximum(at_least, mean).astype(float)
    counts = (grain > 0) & (mean > 0) & (np.maximum(mean, at_least) < _SWEEP_LIMIT * grain)
    if counts.any():
        unit, part = grain[counts], np.empty(int(counts.sum()))
        _truncated_counts(at_least[counts] / unit, mean[counts] / unit, variance[counts] / unit**2, part)
        out[counts] = part * unit
    rest = ~counts & (mean > 0) & (variance > 0)
    sd = np.sqrt(variance[rest])
    z = (at_least[rest] - mean[rest]) / sd
    near = np.minimum(z, _FAR)
    hazard = np.where(z > _FAR, z, np.exp(-0.5 * near * near - 0.5 * np.log(2 * np.pi) - log_ndtr(-near)))
    out[rest] = np.maximum(mean[rest] + sd * hazard, at_least[rest])
    return out


@njit(cache=True, error_model="numpy")
def _count_bounds(mean, variance, lower, upper, low, high):
    for i in range(mean.shape[0]):
        m = mean[i]
        v = max(variance[i], m * 1.0001)
        size = m * m / (v - m)
        chance = np.exp(-size * np.log1p(m / size))
        total, k, ceiling = chance, 0.0, m + 60 * np.sqrt(v) + 60
        while total < lower and k < ceiling:
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
            total += chance
        low[i] = k
        while total < upper and k < ceiling:
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
            total += chance
        high[i] = k


def remainder_bounds(mean: np.ndarray, variance: np.ndarray, grain: np.ndarray, interval: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of a central interval of unseen demand with given mean and variance.

    `grain` is the unit that the series counts in: negative binomial in whole units; where it is 0, gamma.
    """
    lower, upper = (1 - interval) / 2, (1 + interval) / 2
    mean, variance = mean.astype(float), variance.astype(float)
    low, high = np.zeros(len(mean)), np.zeros(len(mean))
    counts = (grain > 0) & (mean > 0) & (mean < _SWEEP_LIMIT * grain)
    if counts.any():
        unit, a, b = grain[counts], np.empty(int(counts.sum())), np.empty(int(counts.sum()))
        _count_bounds(mean[counts] / unit, variance[counts] / unit**2, lower, upper, a, b)
        low[counts], high[counts] = a * unit, b * unit
    rest = ~counts & (mean > 0) & (variance > 0)
    shape = np.clip(mean[rest] ** 2 / variance[rest], 1e-3, 1e7)
    low[rest], high[rest] = (mean[rest] * np.nan_to_num(gammaincinv(shape, q)) / shape for q in (lower, upper))
    return low, high
