"""Slow movers: Croston, its corrections and TSB as published, and the class of a series by how it sells."""

from itertools import pairwise

import numpy as np

ADI_LIMIT, CV2_LIMIT = 1.32, 0.49


def simple_smoothing(demand: np.ndarray, alpha: float) -> float:
    """Return the level after simple exponential smoothing started at the first value.

    >>> round(simple_smoothing(np.array([50, 52, 47, 51, 70, 49.0]), 0.2), 5)
    52.98464
    """
    level = float(demand[0])
    for value in demand[1:]:
        level += alpha * (float(value) - level)
    return level


def croston(demand: np.ndarray, alpha: float = 0.1, correction: str = "none") -> float:
    """Return Croston's demand rate per period: smoothed size over smoothed interval, both started at the first sale.

    Parameters
    ----------
    demand : (T,) units a period, all known
    alpha : weight of the newest size and interval, 0-1
    correction : none; sba (Syntetos and Boylan 2005: times 1 - a/2); sbj (Shale, Boylan and Johnston 2006: times 1 - a/(2 - a))

    Examples
    --------
    >>> y = np.array([0, 0, 3, 0, 2, 0, 0, 4, 0, 5])
    >>> [round(croston(y, 0.1, c), 5) for c in ("none", "sba", "sbj")]
    [1.13835, 1.08143, 1.07843]
    """
    at = np.flatnonzero(demand > 0)
    if not len(at):
        return 0.0
    size, interval = float(demand[at[0]]), float(at[0] + 1)
    for previous, now in pairwise(at):
        size += alpha * (float(demand[now]) - size)
        interval += alpha * (float(now - previous) - interval)
    factor = {"none": 1.0, "sba": 1 - alpha / 2, "sbj": 1 - alpha / (2 - alpha)}[correction]
    return factor * size / interval


def tsb(demand: np.ndarray, alpha: float = 0.1, beta: float = 0.1, size: float | None = None, chance: float | None = None) -> float:
    """Return the demand rate of Teunter, Syntetos and Babai (2011): size times a chance of sale that fades while nothing sells.

    Parameters
    ----------
    demand : (T,) units a period, all known
    alpha, beta : weight of the newest chance and of the newest size, 0-1
    size, chance : where to start; by default the first sale and the share of periods with one

    Examples
    --------
    >>> round(tsb(np.array([0, 0, 3, 0, 2, 0, 0, 4, 0, 5])), 5)
    1.37137
    """
    sales = demand[demand > 0]
    if not len(sales):
        return 0.0
    size = float(sales[0]) if size is None else size
    chance = len(sales) / len(demand) if chance is None else chance
    for value in demand:
        if value > 0:
            size += beta * (float(value) - size)
        chance += alpha * (float(value > 0) - chance)
    return chance * size


def classify(values: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each series' class and the two numbers behind it: mean interval between sales (ADI) and CV^2 of the sizes.

    smooth, erratic (CV^2 above 0.49), intermittent (ADI above 1.32), lumpy (both); none where nothing sold. CV^2 takes the
    population variance (Syntetos, Boylan and Croston 2005).

    Examples
    --------
    >>> y = np.array([[0, 0, 3, 0, 2, 0, 0, 4, 0, 5.0]])
    >>> kind, adi, cv2 = classify(y, np.ones(y.shape, bool))
    >>> str(kind[0]), float(adi[0]), round(float(cv2[0]), 3)
    ('intermittent', 2.5, 0.102)
    """
    sold = observed & (np.where(observed, values, 0) > 0)
    count = sold.sum(1)
    size = np.where(sold, values, 0.0).astype(float)
    mean = size.sum(1) / np.maximum(count, 1)
    adi = np.where(count > 0, observed.sum(1) / np.maximum(count, 1), np.nan)
    cv2 = np.where(count > 0, np.where(sold, (size - mean[:, None]) ** 2, 0).sum(1) / np.maximum(count, 1) / np.maximum(mean, 1e-12) ** 2, np.nan)
    code = np.where(adi > ADI_LIMIT, 2, 0) + np.where(cv2 > CV2_LIMIT, 1, 0)
    kind = np.array(["smooth", "erratic", "intermittent", "lumpy"])[code]
    return np.where(count > 0, kind, "none"), adi, cv2
