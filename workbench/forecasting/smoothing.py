"""Kernels that follow the level of many series at once: a grid of damped-trend smoothers with a mask.

Every lane of the grid is an exponential smoother of the *deseasonalised rate*. The season is a known multiplier s(t),
so that a period says more about the level the more sales the season lets expect. With e = y - rate * s:

    info  <- keep * info + s
    rate  <- rate + trend + e / info
    trend <- damp * (trend + pace * e / info)

For s = 1 this is Holt's damped trend with alpha = 1 - keep, started as a plain mean (discounting: West and Harrison 1997, ch. 2).
A period that was not seen moves the rate by its trend and makes the next one count for more.

Arrays are (time, series): the inner loop runs over the series of a block, which is what the processor does eight at a time.
"""

import numpy as np
from numba import njit

# NaN never reaches a kernel, the mask is explicit: numba's full fastmath removes tests for NaN without a word
FAST = {"contract", "reassoc", "nsz", "arcp"}
BLOCK = 128
SPEEDS = (0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.2, 0.4)
TREND_SPEEDS = (0.006, 0.012, 0.025, 0.05, 0.1, 0.2)
TREND_PACE = 0.1
TREND_LIFE_DAYS = 60.0
SPARSE_SPEED = 0.1
SPARSE_LANES = 2


def lanes(period_days: float) -> np.ndarray:
    """Return keep, damp and pace of every smoother of the grid, (lanes, 3): each speed flat, then with a damped trend."""
    speeds = np.array(SPEEDS + TREND_SPEEDS)
    life = max(TREND_LIFE_DAYS / max(period_days, 1.0), 4.0)
    pace = np.where(np.arange(len(speeds)) < len(SPEEDS), 0.0, TREND_PACE)
    return np.column_stack([1 - speeds, np.full(len(speeds), np.exp(-1 / life)), pace]).astype(np.float32)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _step(y, seen, s, begun, keep, damp, pace, floor, rate, trend, info, loss):
    """Move one lane of every series of the block by one period: the masked step, written once."""
    for j in range(y.shape[0]):
        expected = max(rate[j] + trend[j], np.float32(0))
        error = seen[j] * (y[j] - expected * s[j])
        loss[j] += error * error / s[j]
        kept = keep * info[j]
        idle = max(kept, floor) if begun[j] > 0 else np.float32(1)
        info[j] = seen[j] * (kept + s[j]) + (1 - seen[j]) * idle
        gain = error / info[j]
        rate[j] = expected + gain
        trend[j] = damp * (trend[j] + pace * gain)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _score_totals(sales, scale, t, length, warm, steps, rate, trend, loss):
    """Add the squared error of the total over the next `length` periods, for series that have run `warm` periods."""
    for j in range(rate.shape[0]):
        s = scale[t + length, j] - scale[t, j]
        error = sales[t + length, j] - sales[t, j] - max(rate[j] + trend[j] * steps, np.float32(0)) * s
        loss[j] += error * error if scale[t, j] >= warm else np.float32(0)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_lane(y, seen, s, sales, scale, lane, lengths, warm, stride, rate, trend, loss, total_loss):
    """Run one smoother over a block and leave its last state, one-step loss (n,) and losses of totals (lengths, n)."""
    keep, damp, pace = lane
    periods, n = y.shape
    info = np.ones(n, np.float32)
    floor = np.float32(0.3) / (1 - keep)
    rate[:], trend[:], loss[:] = 1, 0, 0
    for t in range(periods):
        if (periods - t) % stride == 0:
            for h in range(lengths.shape[0]):
                if t + lengths[h] <= periods:
                    steps = (1 - damp ** np.float32(0.5 * (lengths[h] + 1))) / (1 - damp)
                    _score_totals(sales, scale, t, lengths[h], warm, steps, rate, trend, total_loss[h])
        _step(y[t], seen[t], s[t], scale[t], keep, damp, pace, floor, rate, trend, info, loss)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _sparse_step(y, seen, s, state, rate, loss):
    """Croston's size and interval with the Syntetos-Boylan correction; TSB's probability and size; NaN-free, masked."""
    speed = np.float32(SPARSE_SPEED)
    gap, size, interval, chance = state
    for j in range(y.shape[0]):
        e0, e1 = y[j] - rate[0, j] * s[j], y[j] - rate[1, j] * s[j]
        loss[0, j] += seen[j] * e0 * e0 / s[j]
        loss[1, j] += seen[j] * e1 * e1 / s[j]
        sold = seen[j] if y[j] > 0 else np.float32(0)
        gap[j] += seen[j]
        size[j] += speed * sold * (y[j] / s[j] - size[j])
        interval[j] += speed * sold * (gap[j] - interval[j])
        chance[j] += speed * seen[j] * (sold - chance[j])
        gap[j] *= 1 - sold
        rate[0, j] = (1 - speed / 2) * size[j] / interval[j]
        rate[1, j] = chance[j] * size[j]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_sparse(y, seen, s, sales, scale, share, lengths, warm, stride, rate, loss, total_loss):
    """Run SBA and TSB over a block, scored like the smoothers; `share` (n,) is the share of periods with a sale."""
    periods, n = y.shape
    flat = np.zeros(n, np.float32)
    state = np.zeros((4, n), np.float32)
    state[1], state[2], state[3] = 1 / share, 1 / share, share
    rate[:], loss[:] = 1, 0
    for t in range(periods):
        if (periods - t) % stride == 0:
            for h in range(lengths.shape[0]):
                for k in range(SPARSE_LANES):
                    if t + lengths[h] <= periods:
                        _score_totals(sales, scale, t, lengths[h], warm, np.float32(1), rate[k], flat, total_loss[h, k])
        _sparse_step(y[t], seen[t], s[t], state, rate, loss)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def running_totals(y, seen, s, sales, scale, lengths, warm, stride, weight):
    """Fill running totals of seen sales and multipliers (T + 1, n), and per length the sum and square sum of the scored multipliers."""
    periods, n = y.shape
    for t in range(periods):
        for j in range(n):
            sales[t + 1, j] = sales[t, j] + seen[t, j] * y[t, j]
            scale[t + 1, j] = scale[t, j] + seen[t, j] * s[t, j]
    for h in range(lengths.shape[0]):
        for t in range(periods % stride, periods - lengths[h] + 1, stride):
            for j in range(n):
                ahead = scale[t + lengths[h], j] - scale[t, j] if scale[t, j] >= warm else np.float32(0)
                weight[h, 0, j] += ahead
                weight[h, 1, j] += ahead * ahead


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_block(y, seen, s, share, grid, lengths, warm, stride, rate, trend, loss, total_loss, weight):
    """Follow a block with every lane. Filled: rate, trend, loss (lanes, n); total_loss (lengths, lanes, n); weight (lengths, 2, n)."""
    periods, n = y.shape
    sales, scale = np.zeros((periods + 1, n), np.float32), np.zeros((periods + 1, n), np.float32)
    running_totals(y, seen, s, sales, scale, lengths, warm, stride, weight)
    n_grid = grid.shape[0]
    for k in range(n_grid):
        lane = (grid[k, 0], grid[k, 1], grid[k, 2])
        follow_lane(y, seen, s, sales, scale, lane, lengths, warm, stride, rate[k], trend[k], loss[k], total_loss[:, k])
    follow_sparse(y, seen, s, sales, scale, share, lengths, warm, stride, rate[n_grid:], loss[n_grid:], total_loss[:, n_grid:])
