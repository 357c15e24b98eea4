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
SPEEDS = (0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 0.999)
TREND_SPEEDS = (0.006, 0.012, 0.025, 0.05, 0.1, 0.2)
TREND_PACE = 0.1
TREND_LIFE_DAYS = 60.0
SPARSE_SPEEDS = (0.05, 0.1, 0.2)
SPARSE_LANES = 2 * len(SPARSE_SPEEDS)


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
def _score_totals(sold, ahead, steps, rate, trend, loss):
    """Add the squared error of a total of `sold` whose multipliers sum to `ahead`, where `ahead` is above 0."""
    for j in range(rate.shape[0]):
        error = sold[j] - max(rate[j] + trend[j] * steps, np.float32(0)) * ahead[j]
        loss[j] += error * error if ahead[j] > 0 else np.float32(0)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _add_foretold(t, seen, s, rate, trend, windows, foretold):
    """Add what a lane lets expect of period t to every window (w, n) that holds it, of the last `windows` periods."""
    for w in range(len(windows)):
        if t >= -windows[w]:
            for j in range(rate.shape[0]):
                foretold[w, j] += seen[j] * max(rate[j] + trend[j], np.float32(0)) * s[j]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_lane(y, seen, s, begun, lane, month, stride, sold, ahead, windows, rate, trend, loss, total_loss, past_rate, past_trend, foretold):
    """Run one smoother over a block: last state, one-step loss (n,), loss of monthly totals (n,), states at past origins (o, n)."""
    keep, damp, pace = lane
    periods, n = y.shape
    info = np.ones(n, np.float32)
    floor = np.float32(0.3) / (1 - keep)
    steps = (1 - damp ** np.float32(0.5 * (month + 1))) / (1 - damp)
    rate[:], trend[:], loss[:] = 1, 0, 0
    for t in range(periods):
        o = (periods - t) // stride - 1
        if (periods - t) % stride == 0 and o < past_rate.shape[0]:
            past_rate[o], past_trend[o] = rate, trend
            _score_totals(sold[o], ahead[o], steps, rate, trend, total_loss)
        _add_foretold(t - periods, seen[t], s[t], rate, trend, windows, foretold)
        _step(y[t], seen[t], s[t], begun[t], keep, damp, pace, floor, rate, trend, info, loss)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _add_loss(y, seen, s, rate, loss):
    for j in range(y.shape[0]):
        error = y[j] - rate[j] * s[j]
        loss[j] += seen[j] * error * error / s[j]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _croston_step(y, seen, s, speed, gap, sales, size, interval, rate):
    """Croston's size and interval, each a plain mean until its speed takes over, and the rate by Syntetos."""
    for j in range(y.shape[0]):
        sold = seen[j] if y[j] > 0 else np.float32(0)
        gap[j] += seen[j]
        sales[j] += sold
        weight = sold * max(speed, np.float32(1) / sales[j])
        size[j] += weight * (y[j] / s[j] - size[j])
        interval[j] += weight * (gap[j] - interval[j])
        gap[j] *= np.float32(1) - sold
        # (1 - a/2) z / (p - a/2) has no bias at any interval; SBA's (1 - a/2) z / p is low where sales are frequent (Syntetos 2001)
        rate[j] = (np.float32(1) - np.float32(0.5) * speed) * size[j] / (interval[j] - np.float32(0.5) * speed)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def _tsb_step(y, seen, speed, size, days, chance, rate):
    """TSB's chance of a sale, a plain mean until its speed takes over, times the size of one."""
    for j in range(y.shape[0]):
        sold = seen[j] if y[j] > 0 else np.float32(0)
        days[j] += seen[j]
        chance[j] += seen[j] * max(speed, np.float32(1) / days[j]) * (sold - chance[j])
        rate[j] = chance[j] * size[j]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_sparse(y, seen, s, share, speed, stride, sold, ahead, windows, rate, loss, total_loss, past_rate, foretold):
    """Run both rules for slow movers at one speed over a block, scored like the smoothers; `share` (n,) of periods with a sale."""
    periods, n = y.shape
    flat = np.zeros(n, np.float32)
    gap, sales, size, interval, days, chance = np.zeros(n, np.float32), share.copy(), 1 / share, 1 / share, np.ones(n, np.float32), share.copy()
    rate[:], loss[:] = 1, 0
    for t in range(periods):
        o = (periods - t) // stride - 1
        if (periods - t) % stride == 0 and o < past_rate.shape[0]:
            past_rate[o] = rate
            for k in range(2):
                _score_totals(sold[o], ahead[o], np.float32(1), rate[k], flat, total_loss[k])
        for k in range(2):
            _add_foretold(t - periods, seen[t], s[t], rate[k], flat, windows, foretold[k])
            _add_loss(y[t], seen[t], s[t], rate[k], loss[k])
        _croston_step(y[t], seen[t], s[t], speed, gap, sales, size, interval, rate[0])
        _tsb_step(y[t], seen[t], speed, size, days, chance, rate[1])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def running_totals(y, seen, s, lengths, warm, stride, begun, sold, ahead):
    """Fill the multipliers seen so far (T + 1, n), and what the totals after past origins sold and let expect, (lengths, o, n).

    An origin before which a series has not run for `warm` periods has 0.
    """
    periods, n = y.shape
    sales = np.zeros((periods + 1, n), np.float32)
    for t in range(periods):
        for j in range(n):
            sales[t + 1, j] = sales[t, j] + seen[t, j] * y[t, j]
            begun[t + 1, j] = begun[t, j] + seen[t, j] * s[t, j]
    for h in range(lengths.shape[0]):
        for o in range(sold.shape[1]):
            t = periods - stride * (o + 1)
            if t >= 0 and t + lengths[h] <= periods:
                for j in range(n):
                    told = np.float32(1) if begun[t, j] >= warm else np.float32(0)
                    sold[h, o, j] = told * (sales[t + lengths[h], j] - sales[t, j])
                    ahead[h, o, j] = told * (begun[t + lengths[h], j] - begun[t, j])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def follow_block(y, seen, s, share, grid, sparse, lengths, month, warm, stride, windows, found, past, foretold):
    """Follow a block with every lane and fill what it finds.

    `found`: rate, trend, loss, total_loss, each (lanes, n). `past`: rate (o, lanes, n) and trend (o, smoothers, n) at past
    origins, newest first, sold and ahead (lengths, o, n). `foretold`: what was said of the last `windows` periods, one step
    ahead, (lanes, windows, n). `month` is the number of the length that lanes are scored by.
    """
    periods, n = y.shape
    rate, trend, loss, total_loss = found
    past_rate, past_trend, sold, ahead = past
    begun = np.zeros((periods + 1, n), np.float32)
    running_totals(y, seen, s, lengths, warm, stride, begun, sold, ahead)
    n_grid = grid.shape[0]
    for k in range(n_grid):
        lane = (grid[k, 0], grid[k, 1], grid[k, 2])
        follow_lane(
            y, seen, s, begun, lane, lengths[month], stride, sold[month], ahead[month], windows,
            rate[k], trend[k], loss[k], total_loss[k], past_rate[:, k], past_trend[:, k], foretold[k],
        )  # fmt: skip
    for m in range(sparse.shape[0]):
        a = n_grid + 2 * m
        follow_sparse(
            y, seen, s, share, sparse[m], stride, sold[month], ahead[month], windows,
            rate[a : a + 2], loss[a : a + 2], total_loss[a : a + 2], past_rate[:, a : a + 2], foretold[a : a + 2],
        )  # fmt: skip
