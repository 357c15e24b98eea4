"""How wrong a forecast was. Every loss takes actual (n, h), forecast (n, h) and a mask (n, h), and gives one number a series.

A series with no known actual has NaN; so has a scaled loss where the history has nothing to scale by.
"""

import numpy as np


def _mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    count = known.sum(1)
    return np.where(count > 0, np.where(known, values, 0).sum(1) / np.maximum(count, 1), np.nan)


def pinball(actual: np.ndarray, quantile: np.ndarray, level: float, known: np.ndarray) -> np.ndarray:
    """Return the mean pinball loss of one quantile: q (y - f) where the forecast was low, (1 - q)(f - y) where high.

    Examples
    --------
    >>> y, known = np.array([[100.0], [100.0]]), np.ones((2, 1), bool)
    >>> pinball(y, np.array([[80.0], [120.0]]), 0.9, known).round(6).tolist()
    [18.0, 2.0]
    """
    short = np.where(known, actual, 0) - quantile
    return _mean(np.maximum(level * short, (level - 1) * short), known)


def coverage(actual: np.ndarray, quantile: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the share of periods whose demand was at most the quantile, 0-1."""
    return _mean((np.where(known, actual, 0) <= quantile).astype(float), known)


def bias(actual: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the mean of forecast less actual, in units a period; above 0 is forecast too high."""
    return _mean(forecast - np.where(known, actual, 0), known)


def absolute_error(actual: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the mean absolute error, in units a period."""
    return _mean(np.abs(forecast - np.where(known, actual, 0)), known)


def root_square_error(actual: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the root of the mean squared error, in units a period."""
    return np.sqrt(_mean((forecast - np.where(known, actual, 0)) ** 2, known))


def naive_scales(history: np.ndarray, known: np.ndarray, season: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what MASE and RMSSE divide by: mean absolute seasonal-naive error and root mean squared naive error of the history.

    Counted from the first sale; NaN where the history never moved (Hyndman and Koehler 2006; M5 guide 2020).

    Examples
    --------
    >>> y = np.array([[0, 0, 2.0, 4.0, 3.0]])
    >>> mase, rmsse = naive_scales(y, np.ones(y.shape, bool), season=1)
    >>> float(mase[0]), round(float(rmsse[0]) ** 2, 6)
    (1.5, 2.5)
    """
    value = np.where(known, history, 0).astype(float)
    begun = known & (np.cumsum(value, 1) > 0)
    return _scale(value, begun, season), np.sqrt(_scale(value, begun, 1, power=2))


def _scale(value: np.ndarray, begun: np.ndarray, lag: int, power: int = 1) -> np.ndarray:
    both = begun[:, lag:] & begun[:, :-lag]
    scale = _mean(np.abs(value[:, lag:] - value[:, :-lag]) ** power, both)
    return np.where(scale > 0, scale, np.nan)


def sum_error(actual: np.ndarray, forecast: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return forecast less actual of the total over the known periods, in units; what a lead time's order is wrong by."""
    error = np.where(known, forecast - np.where(known, actual, 0), 0).sum(1)
    return np.where(known.any(1), error, np.nan)
