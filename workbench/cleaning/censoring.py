"""What is known of demand when only a lower bound was seen: means and bounds of the part that stock cut off."""

import numpy as np
from numba import njit
from scipy.special import gammaincinv, log_ndtr

_SWEEP_LIMIT = 300.0
_GOLDEN, _SILVER = 0.6180339887498949, 0.41421356237309515  # their multiples fill 0-1 evenly
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
def _count_bounds(mean, variance, below, interval, first, second, low, high):
    """Whole-number bounds whose chance of holding the count is `interval` on average over `first` and `second`, uniform in 0-1.

    A whole number can only be in or out, so a bound between two of them is the one or the other, as often as it takes.
    """
    for i in range(mean.shape[0]):
        m = mean[i]
        v = max(variance[i], m * 1.0001)
        size = m * m / (v - m)
        chance = np.exp(-size * np.log1p(m / size))
        under, k, ceiling = 0.0, 0.0, m + 60 * np.sqrt(v) + 60
        while under + chance <= below and k < ceiling:
            under += chance
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
        if k > 0 and first[i] < (below - under) / max(chance, 1e-12):
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
        low[i] = k
        held = chance
        while held < interval and k < ceiling:
            before = held
            chance *= (k + size) / (k + 1) * m / (size + m)
            k += 1
            held += chance
            if held >= interval and second[i] > (interval - before) / max(chance, 1e-12):
                k -= 1
                break
        high[i] = k


def remainder_bounds(
    mean: np.ndarray, variance: np.ndarray, grain: np.ndarray, interval: float, day: np.ndarray | int = 0, *, below: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of an interval of unseen demand with given mean and variance.

    Parameters
    ----------
    grain : (n,) unit that the series counts in: negative binomial in whole units; where it is 0, gamma and central bounds
    interval : probability that the bounds hold the demand, 0-1; of counts on average over days, and more where 0 alone is likelier
    day : (n,) number of the day, which decides how a bound between two whole numbers is rounded
    below : probability that demand lies below the bounds; half of what the interval leaves, unless said otherwise
    """
    lower = (1 - interval) / 2 if below is None else below
    upper = lower + interval
    mean, variance = mean.astype(float), variance.astype(float)
    low, high = np.zeros(len(mean)), np.zeros(len(mean))
    counts = (grain > 0) & (mean > 0) & (mean < _SWEEP_LIMIT * grain)
    if counts.any():
        unit, a, b = grain[counts], np.empty(int(counts.sum())), np.empty(int(counts.sum()))
        number = np.broadcast_to(day, len(mean))[counts].astype(float)
        first, second = (number * _GOLDEN + 0.5) % 1, (number * _SILVER + 0.5) % 1
        _count_bounds(mean[counts] / unit, variance[counts] / unit**2, lower, interval, first, second, a, b)
        low[counts], high[counts] = a * unit, b * unit
    rest = ~counts & (mean > 0) & (variance > 0)
    shape = np.clip(mean[rest] ** 2 / variance[rest], 1e-3, 1e7)
    low[rest], high[rest] = (mean[rest] * np.nan_to_num(gammaincinv(shape, q)) / shape for q in (lower, upper))
    return low, high
