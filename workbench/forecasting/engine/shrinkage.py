"""How much of an effect that was measured more than once is real: empirical Bayes by replication.

An effect (a weekday, a season harmonic) measured in r separate parts of the data is the sum of something that repeats
and noise that does not. The mean product of two different parts estimates the variance of what repeats, their
disagreement the noise; the posterior mean keeps the share that repeats (Efron and Morris 1973, with replicates).
"""

import numpy as np

_SURE = 1.5  # standard errors that are taken off what replicates foretell of each other
_POOLED_UNITS = 3.0  # how many units' worth the average over effects counts in a single effect's signal


def shrunk(effects: np.ndarray, valid: np.ndarray, pairs: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each measured effect that can be expected to repeat, and by how much it flatters the past.

    Parameters
    ----------
    effects : (m, r, p) deviations from 1 (or from a shared profile) of m units, measured in r replicates
    valid : (m, r) which replicates count
    pairs : whether effects come as cosine-sine pairs that share one variance

    Returns
    -------
    (m, p) deviations, 0 where nothing repeats or nothing was measured; (m, p) variances by which errors are smaller where
    the effects were learned than where they will be used: twice the covariance of the estimate and its noise (Efron 2004)
    """
    count = valid.sum(1).astype(effects.dtype)
    kept = effects if valid.all() else np.where(valid[:, :, None], effects, effects.dtype.type(0))
    mean = kept.sum(1) / np.maximum(count, 1)[:, None]
    twice = count >= 2
    if not twice.any():
        return np.zeros_like(mean), np.zeros_like(mean)
    square = (kept**2).sum(1)[twice]
    r = count[twice][:, None]
    product = ((r * mean[twice]) ** 2 - square) / (r * (r - 1))
    spread = np.maximum(square - r * mean[twice] ** 2, 0.0) / (r - 1)
    unit_noise, shape = _noise(spread, pairs)
    signal = _signal(product, unit_noise, pairs)
    noise = np.full(len(effects), np.median(unit_noise), effects.dtype)
    noise[twice] = unit_noise
    chance = noise[:, None] * shape.astype(effects.dtype) / np.maximum(count, 1)[:, None]
    kept_share = (signal / (signal + chance + 1e-12)).astype(effects.dtype)
    return kept_share * mean, 2 * kept_share * chance * (count > 0)[:, None]


def sure_share(effects: np.ndarray, valid: np.ndarray) -> float:
    """Return the share (0-1) of shared effects that can be counted on for a replicate that was left out.

    Parameters
    ----------
    effects : (m, r, p) deviations from 1 of m units, measured in r replicates
    valid : (m, r) which replicates count

    Notes
    -----
    The others' mean foretells each replicate as far as b = sum(left out x others) / sum(others^2) says. The share is b less 1.5
    standard errors, over b: of a hundred replicates that agree it is 1, of three that agree by chance it is 0.

    Examples
    --------
    >>> alike = np.tile([0.5, -0.5], (1, 6, 1))
    >>> sure_share(alike, np.ones((1, 6), bool))
    1.0
    """
    count = valid.sum(1)
    kept = np.where(valid[:, :, None], effects, 0.0)
    others = (kept.sum(1, keepdims=True) - kept) / np.maximum(count - 1, 1)[:, None, None]
    told = valid & (count >= 2)[:, None]
    product, square = (kept * others).sum(2)[told], (others**2).sum(2)[told]
    if len(product) < 2 or square.sum() <= 0 or product.sum() <= 0:
        return 0.0
    again = product.sum() / square.sum()
    error = np.sqrt(((product - again * square) ** 2).sum() * len(product) / (len(product) - 1)) / square.sum()
    return float(np.clip(1 - _SURE * error / again, 0, 1))


def _noise(spread: np.ndarray, pairs: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return every unit's noise variance, and how it is spread over the effects; added up in double precision, units are many."""
    unit = spread.mean(1, dtype=float) + 1e-12
    shape = _by_pair((spread / unit[:, None].astype(spread.dtype)).mean(0, dtype=float), pairs)
    return unit, shape / shape.mean() if shape.any() else np.ones_like(shape)


def _signal(product: np.ndarray, noise: np.ndarray, pairs: bool) -> np.ndarray:
    weight = 1.0 / (noise + np.median(noise)) ** 2
    signal = _by_pair(np.einsum("n,np->p", weight / weight.sum(), product), pairs)
    units = weight.sum() ** 2 / (weight**2).sum()
    return np.maximum((units * signal + _POOLED_UNITS * signal.mean()) / (units + _POOLED_UNITS), 0.0)


def _by_pair(values: np.ndarray, pairs: bool) -> np.ndarray:
    return np.repeat(values.reshape(-1, 2).mean(1), 2) if pairs else values
