"""Quantiles of totals corrected by how past totals fell: conformal, pooled by volume and length, on the panel's own history.

At past origins the engine's law gave every total a distribution. If the law is right, the places where the totals fell in
theirs (probability integral transforms, spread out within a count's step) are even. Where they are not, the level that
really was passed with probability q is read off and asked for instead (Vovk et al. 2005; Czado, Gneiting and Held 2009).
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import ndtr, ndtri

from workbench.forecasting.engine.counts import places, quantiles_of

_LEVELS = ndtr(np.linspace(-3, 3, 31))
_CLASSES = 6
_LEAST_SERIES = 100  # in a class of volume
_NARROWED = 0.5
_TRUST_LAW, _TRUST_PANEL = 100.0, 200.0  # totals' worth that the law counts in the panel, and the panel in a class


@dataclass(frozen=True)
class Calibration:
    """What to ask for instead of a level, by class of volume and length of the total.

    Attributes
    ----------
    edges : (c - 1,) foretold units a period that part the classes of volume
    lengths : (k,) periods of the totals learned from
    shift : (c, k, levels) what to add to the normal score of a level, on the grid of levels
    """

    edges: np.ndarray
    lengths: np.ndarray
    shift: np.ndarray

    def levels(self, quantiles: np.ndarray, length: int) -> np.ndarray:
        """Return the levels (c, q) to ask for, for a total over `length` periods."""
        if not len(self.lengths):
            return np.tile(quantiles, (len(self.edges) + 1, 1))
        place = np.interp(np.log(length), np.log(self.lengths), np.arange(len(self.lengths)))
        low, part = int(place), place - int(place)
        shift = self.shift[:, low] if part == 0 else (1 - part) * self.shift[:, low] + part * self.shift[:, low + 1]
        score, grid = ndtri(quantiles), ndtri(_LEVELS)
        return ndtr(np.stack([score + np.interp(score, grid, row) for row in shift]))


def learn(rate: np.ndarray, whole: np.ndarray, lengths: np.ndarray, mean: np.ndarray, variance: np.ndarray, came: np.ndarray) -> Calibration:
    """Return the calibration of totals.

    Parameters
    ----------
    rate, whole : (m,) mean units a period, and whether they are counts
    lengths : (k,) periods of the totals
    mean, variance, came : (k, o, m) of the totals at past origins, in units; a mean of 0 does not count
    """
    pace = mean / lengths[:, None, None]  # as foretold at the origin: what came after must not decide the class
    sold = rate[rate > 0]
    classes = int(np.clip(len(sold) // _LEAST_SERIES, 1, _CLASSES))
    edges = np.unique(np.quantile(pace[mean > 0], np.arange(1, classes) / classes)) if classes > 1 and (mean > 0).any() else np.zeros(0)
    hits = np.zeros((len(edges) + 1, len(lengths), len(_LEVELS)))
    count = np.zeros(hits.shape[:2])
    for k in range(len(lengths)):
        told = mean[k] > 0
        low, high = places(mean[k][told], variance[k][told], np.broadcast_to(whole, told.shape)[told], came[k][told])
        _fall(low, high, np.searchsorted(edges, pace[k][told], side="right"), _LEVELS, hits[:, k], count[:, k])
    panel = (hits.sum(0) + _TRUST_LAW * _LEVELS) / (count.sum(0) + _TRUST_LAW)[:, None]
    share = (hits + _TRUST_PANEL * panel) / (count + _TRUST_PANEL)[:, :, None]
    grid = ndtri(_LEVELS)
    shift = np.stack([[np.interp(_LEVELS, _rising(row), grid) - grid for row in rows] for rows in share])
    # what the engine learned from those same periods fits them too well, so of a narrowing only half is believed
    return Calibration(edges, lengths, np.where(shift * grid < 0, _NARROWED * shift, shift))


def _rising(share: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(share) + 1e-9 * np.arange(len(share))


def quantiles_of_totals(mean, variance, whole, calibration: Calibration, quantiles, lengths) -> np.ndarray:
    """Return calibrated quantiles (n, len(lengths), q) of totals of given mean and variance (n, len(lengths))."""
    out = np.zeros((*mean.shape, len(quantiles)), np.float32)
    for h, length in enumerate(lengths):
        klass = np.searchsorted(calibration.edges, mean[:, h] / length, side="right")
        asked = calibration.levels(np.asarray(quantiles, float), int(length))
        for c, levels in enumerate(asked):
            mine = np.flatnonzero(klass == c)
            if len(mine):
                out[mine, h] = quantiles_of(mean[mine, h : h + 1], variance[mine, h : h + 1], whole[mine], levels)[:, 0]
    return out


@njit(cache=True, error_model="numpy")
def _fall(low, high, klass, levels, hits, count):
    """Add up, by class, the chance that a total's place in its distribution, even between low and high, is at or under each level."""
    for i in range(low.shape[0]):
        count[klass[i]] += 1
        for q in range(levels.shape[0]):
            hits[klass[i], q] += min(max((levels[q] - low[i]) / max(high[i] - low[i], 1e-12), 0.0), 1.0)
