"""Every model of the grid run over every series, and how much each is worth for a series."""

from dataclasses import dataclass

import numpy as np

from workbench.forecasting import smoothing
from workbench.forecasting.dense import Multipliers, Panel, lay_out
from workbench.forecasting.periods import Periods

# errors of neighbouring periods and lanes are not independent, so neither likelihood counts in full
_TEMPER_PERIOD, _TEMPER_TOTAL = 0.3, 0.5
NAMES = ("ets", "ets_trend", "sba", "tsb")


@dataclass(frozen=True)
class Followed:
    """Where every lane stands at the end of the history and how well it did; all in shares of the series' mean rate.

    Attributes
    ----------
    grid : (lanes, 3) keep, damp, pace of the smoothers; after them come the sparse lanes
    rate, trend : (lanes, n) at the cutoff
    loss : (lanes, n) sum of e^2 / s, one step ahead
    lengths : (k,) lengths of the totals that were foretold at past origins
    total_loss : (k, lanes, n) their squared errors; weight : (k, 2, n) their sums of s and of s^2
    ahead : (n, H) multipliers of the horizon
    """

    grid: np.ndarray
    rate: np.ndarray
    trend: np.ndarray
    loss: np.ndarray
    lengths: np.ndarray
    total_loss: np.ndarray
    weight: np.ndarray
    ahead: np.ndarray

    def mean(self, weights: np.ndarray) -> np.ndarray:
        """Return the weighted mean forecast (n, H) in shares of the mean rate."""
        damp = float(self.grid[0, 1])
        steps = (1 - damp ** np.arange(1, self.ahead.shape[1] + 1)) / (1 - damp)
        rate, trend = (weights * self.rate).sum(0), (weights * self.trend).sum(0)
        return np.maximum(rate[:, None] + trend[:, None] * steps.astype(np.float32), 0) * self.ahead


def total_lengths(periods: Periods) -> np.ndarray:
    """Return the lengths of totals to score: about a week, a month and a quarter, as far as the history holds three."""
    month = periods.month
    return np.unique([k for k in (max(month // 4, 1), month, 3 * month) if 3 * k <= periods.length] or [1]).astype(np.int64)


def follow(panel: Panel, multipliers: Multipliers) -> Followed:
    """Run the grid over a panel, block by block."""
    p, n = panel.periods, len(panel.values)
    grid, lengths = smoothing.lanes(p.days), total_lengths(p)
    width = len(grid) + smoothing.SPARSE_LANES
    shapes = ((width, n), (width, n), (width, n), (len(lengths), width, n), (len(lengths), 2, n))
    rate, trend, loss, total_loss, weight = (np.zeros(shape, np.float32) for shape in shapes)
    ahead = np.empty((n, p.horizon), np.float32)
    share = np.clip(panel.sold / np.maximum(panel.seen, 1), 1e-3, 1).astype(np.float32)
    warm, stride = np.float32(min(2 * p.month, p.length // 4)), min(p.month, p.length)
    for a in range(0, n, smoothing.BLOCK):
        b = min(a + smoothing.BLOCK, n)
        y, seen, s = lay_out(panel, multipliers, a, b)
        part = [np.zeros((*shape[:-1], b - a), np.float32) for shape in shapes]
        smoothing.follow_block(y, seen, s, share[a:b], grid, lengths, warm, stride, *part)
        for whole, piece in zip((rate, trend, loss, total_loss, weight), part, strict=True):
            whole[..., a:b] = piece
        ahead[a:b] = s[p.length :].T
    return Followed(grid, rate, trend, loss, lengths, total_loss, weight, ahead)


def weigh(followed: Followed, seen: np.ndarray) -> np.ndarray:
    """Return each lane's weight (lanes, n): its likelihood by errors one step ahead and by errors of monthly totals."""
    middle = len(followed.lengths) // 2
    origins = followed.weight[middle, 0] / followed.lengths[middle]
    log = -0.5 * _TEMPER_PERIOD * seen * np.log(followed.loss + 1e-9)
    log -= 0.5 * _TEMPER_TOTAL * origins * np.log(followed.total_loss[middle] + 1e-9)
    weights = np.exp(log - log.max(0))
    return (weights / weights.sum(0)).astype(np.float32)


def names(weights: np.ndarray, n_flat: int) -> np.ndarray:
    """Return the code (n,) of the kind of model that carries most weight."""
    sparse = smoothing.SPARSE_LANES
    kinds = np.stack([weights[:n_flat].sum(0), weights[n_flat:-sparse].sum(0), weights[-2], weights[-1]])
    return np.array(NAMES)[kinds.argmax(0)]
