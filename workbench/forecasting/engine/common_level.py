"""What all series of a panel rise and fall by together, where no whole year is there to learn a season from.

Thirteen weeks of one series hardly tell a Christmas from chance; thirteen weeks of a thousand do. What they share is taken
out before each series is followed, so that it is not learned a thousand times as each one's own, and is then expected to go
on at the level at which smoothers of all speeds, weighed by how well they did, see it.
"""

from dataclasses import dataclass

import numpy as np

from workbench.forecasting.engine.periods import Periods
from workbench.forecasting.engine.smoothing import SPEEDS

_LEAST_BINS = 4
_LEAST = 0.05  # of the mean: a bin in which next to nothing was sold says that nobody was open, not how much less is wanted
_TEMPER = 0.5  # bins next to each other are not independent, so the likelihood does not count in full


@dataclass(frozen=True)
class CommonLevel:
    """The level that series share, mean about 1.

    Attributes
    ----------
    path : (bins,) of the history
    before : (bins + 1,) what was to be expected of each bin, and of all bins ahead, by the bins before it
    """

    path: np.ndarray
    before: np.ndarray

    def multipliers(self, bins: int) -> np.ndarray:
        """Return what the rate of every series is multiplied by, (1, bins of history and horizon)."""
        ahead = np.full(bins - len(self.path), self.before[-1])
        return np.concatenate([self.path, ahead])[None].astype(np.float32)

    def foretold(self, periods: Periods, lengths: np.ndarray, stride: int, origins: int) -> np.ndarray:
        """Return what totals after past origins let expect then, over what their multipliers let expect now, (lengths, origins, 1)."""
        ratio = np.ones((len(lengths), origins, 1), np.float32)
        total = np.concatenate([[0.0], np.cumsum(self.path[periods.bin[: periods.length]])])
        for k, length in enumerate(lengths):
            for o in range(origins):
                t = periods.length - stride * (o + 1)
                if 0 <= t <= periods.length - length:
                    ratio[k, o] = self.before[periods.bin[t]] * length / (total[t + length] - total[t])
        return ratio


def learn(sales: np.ndarray, expected: np.ndarray, weight: np.ndarray) -> CommonLevel | None:
    """Return the level that series share as far as it is more than chance; None where it is not.

    Parameters
    ----------
    sales, expected : (n, bins) in shares of each series' mean rate
    weight : (n,) of the series, 0 for those that never sold

    Notes
    -----
    path(b) = sum w y / sum w e. Its chance is what the series' own deviations add up to (a sandwich variance), and the share
    of its variance that is beyond chance is kept.
    """
    told, foreseen = (np.einsum("n,nb->b", weight, part) for part in (sales, expected))
    size = weight * expected.sum(1)
    # one series shares its level with nobody: what counts is how many there are, the large ones for more
    count = size.sum() ** 2 / max(float((size**2).sum()), 1e-30)
    if len(told) < _LEAST_BINS or count < 2 or not (foreseen > 0).all():
        return None
    path = told / foreseen
    path /= told.sum() / foreseen.sum()
    chance = _chance(sales, expected, weight, path) / foreseen**2 * count / (count - 1)
    kept = 1 - chance.mean() / max(float(path.var(ddof=1)), 1e-30)
    if kept <= 0:
        return None
    path = np.maximum(1 + kept * (path - 1), _LEAST)
    return CommonLevel(path, _expected_before(path))


def _chance(sales, expected, weight, path) -> np.ndarray:
    """Return the sum of the series' squared deviations from what they share (bins,), without holding them."""
    weight = weight**2
    parts = ((sales, sales, 1.0), (sales, expected, -2 * path), (expected, expected, path**2))
    return np.maximum(sum(factor * np.einsum("n,nb,nb->b", weight, one, two) for one, two, factor in parts), 0.0)


def _expected_before(path: np.ndarray) -> np.ndarray:
    """Return the weighted level of smoothers of all speeds before every bin and after the last, each a plain mean until its speed takes over."""
    speeds = np.array(SPEEDS)
    levels, loss = np.ones((len(path) + 1, len(speeds))), np.zeros(len(speeds))
    levels[1] = path[0]
    for b in range(1, len(path)):
        error = path[b] - levels[b]
        loss += error**2
        levels[b + 1] = levels[b] + np.maximum(speeds, 1 / (b + 1)) * error
    log = -0.5 * _TEMPER * (len(path) - 1) * np.log(loss + 1e-12)
    likely = np.exp(log - log.max())
    return levels @ (likely / likely.sum())
