"""How the level of each offer's demand moves from window to window, and what is left of its cells' sums once it is taken out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance.shrinkage import Moments, Shrunk

Array = NDArray[np.float64]
DRIFTS = np.geomspace(1e-4, 0.1, 13)
"""Variances of the step of a log level from window to window that are weighed against each other."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels that wander at random from window to window, one row an offer: the precision of what cells say of each (n, windows), and how far they wander."""

    told: Array
    drift: float

    def solved(self, right: Array) -> tuple[Array, Array]:
        """Return what the levels are for right-hand sides (n, windows, k), and the logarithm of the determinant, one an offer.

        Gauss elimination on (told + random walk), which is tridiagonal: the walk's precision is -1/drift beside the diagonal.
        """
        steps, off = self.told.shape[1], -1 / self.drift
        pivot, found = self.told - off * np.minimum(np.arange(steps), 1) - off * np.minimum(np.arange(steps)[::-1], 1), right.copy()
        for t in range(1, steps):
            part = off / pivot[:, t - 1]
            pivot[:, t] -= part * off
            found[:, t] -= part[:, None] * found[:, t - 1]
        found[:, -1] /= pivot[:, -1, None]
        for t in range(steps - 2, -1, -1):
            found[:, t] = (found[:, t] - off * found[:, t + 1]) / pivot[:, t, None]
        return found, np.log(pivot).sum(axis=1)

    def chance(self, left: Array) -> float:
        """Return the log likelihood, but for a constant, of what the cells say beside price: weighted sums (n, windows)."""
        found, size = self.solved(left[..., None])
        return 0.5 * float((left * found[..., 0]).sum() - size.sum() - (left.shape[1] - 1) * len(left) * np.log(self.drift))


def wandering(told: Array, left: Array) -> Levels:
    """Return the levels with the drift under which what the cells say beside price is likeliest (restricted maximum likelihood).

    References
    ----------
    Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), ch. 2.
    """
    return max((Levels(told, float(drift)) for drift in DRIFTS), key=lambda levels: levels.chance(left))


class Cells:
    """Cells of price as arrays, and their sums by offer and window."""

    def __init__(self, cells: pd.DataFrame) -> None:
        self.series, self.item = pd.factorize(cells["series"])[0], cells["item"].to_numpy()
        window = cells["window"].to_numpy() - cells["window"].min()
        self.shape = self.series.max() + 1, window.max() + 1
        self.at = self.series * self.shape[1] + window
        price = cells["log_price"].to_numpy(float)
        self.cheaper = (np.bincount(self.series, price) / np.bincount(self.series))[self.series] - price
        self.promoted, self.units, self.expected = (cells[name].to_numpy(float) for name in ("promoted", "units", "expected"))
        self.owner = np.zeros(self.shape[0], dtype=int)
        self.owner[self.series] = self.item

    def first_level(self) -> Array:
        """Return each offer's level over its category's pace, the same in every window."""
        level = np.log(np.bincount(self.series, self.units) / np.bincount(self.series, self.expected))
        return np.repeat(np.asarray(level, float)[:, None], self.shape[1], axis=1)

    def freed(self, weight: Array, log_lift: Array, found: Shrunk) -> tuple[Moments, Array]:
        """Return what each SKU's cells say once levels are taken out, and the levels under z, p and f alone: (offers, windows, 3)."""
        n, values = len(found.slope), {"z": log_lift, "p": self.cheaper, "f": self.promoted}
        told = self._by_window(weight)
        sums = np.stack([self._by_window(weight * value) for value in values.values()], axis=-1)
        levels = wandering(told, sums[..., 0] - found.slope[self.owner, None] * sums[..., 1] - found.badge * sums[..., 2])
        solved, _ = levels.solved(sums)
        place = {name: at for at, name in enumerate(values)}

        def left(a: str, b: str) -> Array:
            taken = (sums[..., place[a]] * solved[..., place[b]]).sum(axis=1)
            return np.asarray(np.bincount(self.item, weight * values[a] * values[b], n) - np.bincount(self.owner, taken, n), float)

        return Moments(*(left(*pair) for pair in ("pp", "pf", "ff", "pz", "fz"))), solved

    def level(self, solved: Array, found: Shrunk) -> Array:
        """Return the levels (offers, windows) under elasticities and the badge's effect."""
        return np.asarray(solved[..., 0] - found.slope[self.owner, None] * solved[..., 1] - found.badge * solved[..., 2])

    def _by_window(self, value: Array) -> Array:
        return np.asarray(np.bincount(self.at, value, self.shape[0] * self.shape[1]).reshape(self.shape), float)
