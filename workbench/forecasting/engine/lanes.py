"""Every model of the grid run over every series, and how much each is worth for a series."""

from dataclasses import dataclass

import numpy as np

from workbench.forecasting.engine import level_shifts, smoothing
from workbench.forecasting.engine.dense import Multipliers, Panel, lay_out
from workbench.forecasting.engine.periods import Periods

# errors of neighbouring periods and lanes are not independent, so neither likelihood counts in full
_TEMPER_PERIOD, _TEMPER_TOTAL = 0.3, 0.5
_POOLING_ROUNDS = 3  # of many, a panel would come to believe in two lanes only
_ORIGINS = 26
_SAMPLED = 4096  # series whose past totals are kept: what is learned from them is pooled
NAMES = ("ets", "ets_trend", "sba", "tsb")


@dataclass(frozen=True)
class Past:
    """Totals after past origins of a sample of series, in shares of the series' mean rate; 0 where there was none to score.

    Attributes
    ----------
    rows : (m,) numbers of the sampled series; lengths : (k,) periods of the totals; stride : periods between origins
    rate : (o, lanes, m) and trend : (o, smoothers, m) of the lanes at the origins, newest first
    sold : (k, o, m) what the total was; ahead : (k, o, m) the sum of its multipliers
    """

    rows: np.ndarray
    lengths: np.ndarray
    stride: int
    rate: np.ndarray
    trend: np.ndarray
    sold: np.ndarray
    ahead: np.ndarray

    def said(self, weights: np.ndarray, damp: float) -> np.ndarray:
        """Return what the weighted lanes said of every total at its origin (k, o, m)."""
        w = weights[:, self.rows]
        rate, trend = np.einsum("olm,lm->om", self.rate, w), np.einsum("olm,lm->om", self.trend, w[: self.trend.shape[1]])
        steps = (1 - damp ** (0.5 * (self.lengths + 1))) / (1 - damp)
        return np.maximum(rate + trend * steps[:, None, None], 0) * self.ahead


@dataclass(frozen=True)
class Followed:
    """Where every lane stands at the end of the history and how well it did; all in shares of the series' mean rate.

    Attributes
    ----------
    grid : (lanes, 3) keep, damp, pace of the smoothers; after them come the sparse lanes
    rate, trend : (lanes, n) at the cutoff
    loss : (lanes, n) sum of e^2 / s, one step ahead
    likely : (lanes, n) how likely each lane made the series, by one-step errors and errors of monthly totals; the likeliest 1
    ahead : (n, H) multipliers of the horizon
    past : totals foretold at past origins
    """

    grid: np.ndarray
    rate: np.ndarray
    trend: np.ndarray
    loss: np.ndarray
    likely: np.ndarray
    ahead: np.ndarray
    past: Past

    @property
    def damp(self) -> float:
        """Damping of the trend a period."""
        return float(self.grid[0, 1])

    def mean(self, weights: np.ndarray) -> np.ndarray:
        """Return the weighted mean forecast (n, H) in shares of the mean rate."""
        steps = (1 - self.damp ** np.arange(1, self.ahead.shape[1] + 1)) / (1 - self.damp)
        rate, trend = (weights * self.rate).sum(0), (weights * self.trend).sum(0)
        return np.maximum(rate[:, None] + trend[:, None] * steps.astype(np.float32), 0) * self.ahead


def total_lengths(periods: Periods) -> np.ndarray:
    """Return the lengths of totals to score: about a week, a month and a quarter, as far as the history holds three."""
    month = periods.month
    return np.unique([k for k in (max(month // 4, 1), month, 3 * month) if 3 * k <= periods.length] or [1]).astype(np.int64)


def follow(panel: Panel, multipliers: Multipliers) -> Followed:
    """Run the grid over a panel, block by block; a block depends on no other."""
    p, n = panel.periods, len(panel.values)
    grid, lengths, sparse = smoothing.lanes(p.days), total_lengths(p), np.array(smoothing.SPARSE_SPEEDS, np.float32)
    width, month = len(grid) + smoothing.SPARSE_LANES, len(lengths) // 2
    stride = max(p.month // 4, min(p.month, p.length // _ORIGINS), 1)
    origins, warm = min(_ORIGINS, p.length // stride), np.float32(min(2 * p.month, p.length // 4))
    found = [np.zeros((width, n), np.float32) for _ in range(4)]
    ahead = np.empty((n, p.horizon), np.float32)
    share = np.clip(panel.sold / np.maximum(panel.seen, 1), 1e-3, 1).astype(np.float32)
    kept, every = [], max(1, -(-n // _SAMPLED))
    spans = level_shifts.lengths(p)
    windows = level_shifts.Windows.empty(len(spans), n)
    for number, a in enumerate(range(0, n, smoothing.BLOCK)):
        b = min(a + smoothing.BLOCK, n)
        y, seen, s = lay_out(panel, multipliers, a, b)
        part = tuple(np.zeros((width, b - a), np.float32) for _ in range(4))
        shapes = ((origins, width), (origins, len(grid)), (len(lengths), origins), (len(lengths), origins))
        past = tuple(np.zeros((*shape, b - a), np.float32) for shape in shapes)
        foretold = np.zeros((width, len(spans), b - a), np.float32)
        smoothing.follow_block(y, seen, s, share[a:b], grid, sparse, lengths, month, warm, stride, spans, part, past, foretold)
        totals = (past[3][month] > 0).sum(0) * min(1.0, stride / lengths[month])  # overlaps are not counted twice
        likely = _likelihood(part[2], part[3], panel.seen[a:b], totals)
        for whole, piece in zip(found, (*part[:3], likely), strict=True):
            whole[:, a:b] = piece
        ahead[a:b] = s[p.length :].T
        expected = np.einsum("ln,lwn->wn", likely / likely.sum(0), foretold)
        level_shifts.measure_block(y, seen, s, spans, p.month, expected, windows.of(a, b))
        if number % every == 0:
            kept.append((np.arange(a, b), *past))
    rows, *told = (np.concatenate(parts, -1) for parts in zip(*kept, strict=True))
    if multipliers.common is not None:
        told[-1] *= multipliers.common.foretold(p, lengths, stride, origins)  # at the origin nobody knew what all would share
    rate, trend, loss, likely = found
    rate, trend = level_shifts.moved(rate, trend, windows)
    return Followed(grid, rate, trend, loss, likely, ahead, Past(rows, lengths, stride, *told))


def weigh(followed: Followed, seen: np.ndarray) -> np.ndarray:
    """Return each lane's weight (lanes, n): how likely it made the series, and how common it is in the panel.

    How common a lane is in the panel is learned from the panel itself (empirical Bayes by expectation maximisation), so that
    a short series leans on what its neighbours show.
    """
    likely = followed.likely
    told = likely[:, followed.past.rows[seen[followed.past.rows] > 0]]
    common = np.full((len(likely), 1), 1 / len(likely))
    for _ in range(_POOLING_ROUNDS):
        weights = common * told
        weights /= weights.sum(0)
        common = (weights.sum(1, keepdims=True) + 1) / (weights.shape[1] + len(likely))
    weights = common * likely
    return (weights / weights.sum(0)).astype(np.float32)


def _likelihood(loss: np.ndarray, total_loss: np.ndarray, seen: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return how likely each lane made the series (lanes, n), the likeliest 1."""
    log = -0.5 * _TEMPER_PERIOD * seen * np.log(loss + 1e-9)
    log -= 0.5 * _TEMPER_TOTAL * totals * np.log(total_loss + 1e-9)
    return np.exp(log - log.max(0))


def names(weights: np.ndarray, n_flat: int) -> np.ndarray:
    """Return the code (n,) of the kind of model that carries most weight."""
    sparse = smoothing.SPARSE_LANES
    kinds = np.stack([weights[:n_flat].sum(0), weights[n_flat:-sparse].sum(0), weights[-sparse::2].sum(0), weights[1 - sparse :: 2].sum(0)])
    return np.array(NAMES)[kinds.argmax(0)]
