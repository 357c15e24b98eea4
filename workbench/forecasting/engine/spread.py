"""How far demand scatters around its mean: scatter of a period, and drift of the level over the horizon."""

from dataclasses import dataclass, replace

import numpy as np

_ROUNDS = 8
_LEAST_TOTALS = 8
_OUTLIER = 25.0  # squared errors beyond so many variances count as that
_MOST_NOISE = 1e4


@dataclass(frozen=True)
class Spread:
    """Variance law of a panel.

    A period with mean m of a series with mean rate c has variance ``m * ratio * (a + b m) / (a + b c)``. The level is known
    only so far: in a total over h periods it is off by a relative variance ``level(h) + noise(h) * ratio / c``, both
    lines in h: what all series drift by, and what a series' own scatter hides of its level, at least as much as of a mean
    of the periods it was seen for: the level of a new SKU is known less well than the panel's past tells.

    Attributes
    ----------
    ratio : (n,) variance over mean at the series' mean rate, shrunk to the panel's law
    seen : (n,) periods that its level was learned from
    a, b : the panel's law of that ratio, a + b * rate
    level, noise : (2,) value at h = 0 and rise per period of the two lines
    doubt : (n,) relative variance that the future has and the past did not show, since the season was learned from it
    """

    ratio: np.ndarray
    rate: np.ndarray
    seen: np.ndarray
    a: float
    b: float
    level: np.ndarray
    noise: np.ndarray
    doubt: np.ndarray

    def of(self, rows: slice) -> "Spread":
        """Return the law of some of the series."""
        return replace(self, ratio=self.ratio[rows], rate=self.rate[rows], seen=self.seen[rows], doubt=self.doubt[rows])

    def scatter(self, mean: np.ndarray) -> np.ndarray:
        """Return the variance of single periods of given mean (n, h), the level being known."""
        law = (self.a + self.b * mean) / np.maximum(self.a + self.b * self.rate, 1e-12)[:, None]
        return mean * self.ratio[:, None] * law

    def drift(self, horizons: np.ndarray) -> np.ndarray:
        """Return the relative variance of the level in totals over `horizons` periods (n, len(horizons))."""
        h = np.asarray(horizons, float)
        own = np.minimum(self.ratio / np.maximum(self.rate, 1e-12), _MOST_NOISE)
        hidden = np.maximum(self.noise[0], 1 / np.maximum(self.seen, 1))
        return (self.level[0] + self.level[1] * h) + own[:, None] * (hidden[:, None] + self.noise[1] * h)

    def of_period(self, mean: np.ndarray) -> np.ndarray:
        """Return the variance of each single period of the horizon (n, h)."""
        # the level of one period wanders three times as much as the mean level of the periods up to it
        return self.scatter(mean) + (self.drift(3 * np.arange(1, mean.shape[1] + 1)) + self.doubt[:, None]) * mean**2

    def of_totals(self, mean: np.ndarray, horizons: np.ndarray) -> np.ndarray:
        """Return the variance of totals over the first `horizons` periods (n, len(horizons))."""
        last = np.asarray(horizons) - 1
        total, scatter = np.cumsum(mean, 1)[:, last], np.cumsum(self.scatter(mean), 1)[:, last]
        return scatter + (self.drift(horizons) + self.doubt[:, None]) * total**2

    def of_past(self, rows: np.ndarray, said: np.ndarray, ahead: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the variance (k, o, m) of totals of past origins, of given size and sum of multipliers, in units."""
        mean = np.where(ahead > 0, said / np.maximum(ahead, 1e-9), 0.0) * self.rate[rows]
        law = (self.a + self.b * mean) / np.maximum(self.a + self.b * self.rate[rows], 1e-12)
        total = said * self.rate[rows]
        return total * self.ratio[rows] * law + self.drift(lengths)[rows].T[:, None, :] * total**2


def learn(rate: np.ndarray, loss: np.ndarray, scored: np.ndarray, whole: np.ndarray, past: tuple, doubt: np.ndarray) -> Spread:
    """Return the variance law of a panel.

    Parameters
    ----------
    rate : (n,) mean units a period
    loss : (n,) sum of e^2 / s of one-step errors in shares of `rate`
    scored : (n,) periods in that sum
    past : rows (m,), lengths (k,), what totals were said to be, what they were, and sums of s, all (k, o, m) in shares of `rate`
    doubt : (n,) of the season
    """
    known = (rate > 0) & (scored >= 4) & (loss > 0)
    own = np.where(known, rate * loss / np.maximum(scored, 1), 0.0)
    a, b = _law(rate[known], own[known], scored[known], bool(whole.all()))
    law = np.maximum(a + b * rate, 1e-12)
    ratio = law * np.exp(_kept(own, law, rate, scored, known))
    rows, lengths, *totals = past
    level, noise = _drift(ratio[rows] / np.maximum(rate[rows], 1e-12), lengths, *totals)
    return Spread(ratio, rate, scored, a, b, level, noise, doubt)


def _law(rate, own, scored, whole) -> tuple[float, float]:
    """Fit ratio = a + b * rate by relative least squares, both at least 0; with nothing to learn from, Poisson or CV 1."""
    if not len(rate):
        return (1.0, 0.0) if whole else (0.0, 1.0)
    a, b = 0.0, float(np.average(own / rate, weights=scored))
    for _ in range(_ROUNDS):
        weight = scored / np.maximum(a + b * rate, 1e-12) ** 2
        mean_x, mean_y = np.average(rate, weights=weight), np.average(own, weights=weight)
        var = np.average((rate - mean_x) ** 2, weights=weight)
        b = float(np.average((rate - mean_x) * (own - mean_y), weights=weight) / var) if var > 0 else 0.0
        b = min(max(b, 0.0), mean_y / max(mean_x, 1e-12))
        a = float(mean_y - b * mean_x)
    return max(a, 0.0), b


def _kept(own, law, rate, scored, known) -> np.ndarray:
    """Return the log of each series' ratio over the law, as far as it can be told from chance.

    The log of a variance estimated from n gamma-like values with squared coefficient of variation C has variance (2 + 6 C) / n.
    """
    kept = np.zeros(len(own))
    if not known.any():
        return kept
    away = np.log(own[known] / law[known])
    chance = (2 + 6 * own[known] / rate[known]) / scored[known]
    real = max(float(np.average(away**2 - chance, weights=1 / (chance + np.median(chance)))), 0.0)
    kept[known] = away * real / (real + chance)
    return kept


def _drift(noise, lengths, said, came, ahead) -> tuple[np.ndarray, np.ndarray]:
    """Return the two lines of the level's relative variance, from errors of past totals less their scatter."""
    found, at = [], []
    for k, length in enumerate(lengths):
        told = (ahead[k] > 0) & (said[k] > 0)
        if told.sum() < _LEAST_TOTALS:
            continue
        own = np.broadcast_to(np.minimum(noise, _MOST_NOISE), told.shape)[told]
        square, scatter = said[k][told] ** 2, own * ahead[k][told]
        usual = scatter + 0.1 * square
        excess = np.minimum((came[k][told] - said[k][told]) ** 2, _OUTLIER * usual) - scatter
        found.append(_two_shares(excess, square, own * square, 1 / usual**2))
        at.append(length)
    if not found:
        return np.zeros(2), np.zeros(2)
    lines = [_line(np.array(at, float), np.maximum.accumulate(part)) for part in np.array(found).T]
    return lines[0], lines[1]


def _two_shares(excess, one, two, weight) -> tuple[float, float]:
    """Return non-negative u, v with excess about u * one + v * two, by weighted least squares."""
    aa, ab, bb = (weight * one * one).sum(), (weight * one * two).sum(), (weight * two * two).sum()
    ya, yb = (weight * one * excess).sum(), (weight * two * excess).sum()
    det = aa * bb - ab * ab
    if det > 1e-9 * aa * bb:
        u, v = (ya * bb - yb * ab) / det, (yb * aa - ya * ab) / det
        if u >= 0 and v >= 0:
            return float(u), float(v)
    u, v = max(ya / max(aa, 1e-30), 0.0), max(yb / max(bb, 1e-30), 0.0)
    return (float(u), 0.0) if u * ya >= v * yb else (0.0, float(v))


def _line(x, y) -> np.ndarray:
    """Return value at 0 and rise of the line through y, neither below 0."""
    if len(x) == 1:
        return np.array([y[0], 0.0])
    slope = max(float(np.polyfit(x, y, 1)[0]), 0.0)
    return np.array([max(float((y - slope * x).mean()), 0.0), slope])
