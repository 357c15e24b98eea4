"""How far demand scatters around its mean: scatter of a period, and drift of the level over the horizon."""

from dataclasses import dataclass

import numpy as np

_ROUNDS = 8


@dataclass(frozen=True)
class Spread:
    """Variance law of a panel.

    A period with mean m of a series with mean rate c has variance ``m * ratio * (a + b m) / (a + b c)``; the level itself
    drifts away from what is known today by a relative variance ``start + slope * h / 3`` in a total over h periods.

    Attributes
    ----------
    ratio : (n,) variance over mean at the series' mean rate, shrunk to the panel's law
    a, b : the panel's law of that ratio, a + b * rate
    start, slope : relative variance of the level, now and added per period
    """

    ratio: np.ndarray
    rate: np.ndarray
    a: float
    b: float
    start: float
    slope: float

    def scatter(self, mean: np.ndarray) -> np.ndarray:
        """Return the variance of single periods of given mean (n, h), the level being known."""
        law = (self.a + self.b * mean) / np.maximum(self.a + self.b * self.rate, 1e-12)[:, None]
        return mean * self.ratio[:, None] * law

    def of_period(self, mean: np.ndarray) -> np.ndarray:
        """Return the variance of each single period of the horizon (n, h)."""
        ahead = np.arange(1, mean.shape[1] + 1)
        return self.scatter(mean) + (self.start + self.slope * ahead) * mean**2

    def of_totals(self, mean: np.ndarray, horizons: np.ndarray) -> np.ndarray:
        """Return the variance of totals over the first `horizons` periods (n, len(horizons))."""
        last = np.asarray(horizons) - 1
        total, scatter = np.cumsum(mean, 1)[:, last], np.cumsum(self.scatter(mean), 1)[:, last]
        return scatter + (self.start + self.slope * np.asarray(horizons) / 3) * total**2


def learn(rate: np.ndarray, loss: np.ndarray, scored: np.ndarray, whole: np.ndarray, totals: tuple) -> Spread:
    """Return the variance law of a panel.

    Parameters
    ----------
    rate : (n,) mean units a period
    loss : (n,) sum of e^2 / s of one-step errors in shares of `rate`
    scored : (n,) periods in that sum
    totals : lengths (k,), squared errors (n, k), sums of s (n, k), sums of squares of s (n, k), all in shares of `rate`
    """
    known = (rate > 0) & (scored >= 4) & (loss > 0)
    own = np.where(known, rate * loss / np.maximum(scored, 1), 0.0)
    a, b = _law(rate[known], own[known], scored[known], bool(whole.all()))
    law = np.maximum(a + b * rate, 1e-12)
    ratio = law * np.exp(_kept(own, law, rate, scored, known))
    start, slope = _drift(ratio / np.maximum(rate, 1e-12), *totals)
    return Spread(ratio, rate, a, b, start, slope)


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


def _drift(noise, lengths, square, scale, scale_square) -> tuple[float, float]:
    """Return start and slope of the relative variance of the level, from errors of past totals less their scatter."""
    excess, trust = [], []
    for h in range(len(lengths)):
        told = scale_square[:, h] > 0
        if not told.any():
            continue
        relative = noise[told] * scale[told, h] / scale_square[told, h]
        weight = scale[told, h] / (relative + 0.05) ** 2
        excess.append(float(np.average(square[told, h] / scale_square[told, h] - relative, weights=weight)))
        trust.append(h)
    if not excess:
        return 0.0, 0.0
    x, y = lengths[trust] / 3.0, np.maximum.accumulate(np.maximum(excess, 0.0))
    if len(x) == 1:
        return float(y[0]), 0.0
    slope = max(float(np.polyfit(x, y, 1)[0]), 0.0)
    return max(float((y - slope * x).mean()), 0.0), slope
