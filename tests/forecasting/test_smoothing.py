"""The kernels against the recursions written out plainly."""

import numpy as np
import pytest

from workbench.forecasting import smoothing


def plain(y, seen, s, keep, damp, pace):
    rate, trend, info, loss, begun = 1.0, 0.0, 1.0, 0.0, 0.0
    for t in range(len(y)):
        expected = max(rate + trend, 0.0)
        error = seen[t] * (y[t] - expected * s[t])
        loss += error**2 / s[t]
        info = keep * info + s[t] if seen[t] else (max(keep * info, 0.3 / (1 - keep)) if begun > 0 else 1.0)
        begun += seen[t] * s[t]
        rate = expected + error / info
        trend = damp * (trend + pace * error / info)
    return rate, trend, loss


@pytest.fixture(scope="module")
def followed():
    rng = np.random.default_rng(5)
    periods, n = 90, 7
    y = rng.poisson(2.0, (periods, n)).astype(np.float32) / 2
    seen = (rng.random((periods, n)) < 0.8).astype(np.float32)
    seen[:10, 0] = 0
    y *= seen
    s = rng.uniform(0.5, 2, (periods, n)).astype(np.float32)
    grid, lengths = smoothing.lanes(1.0), np.array([7, 28], np.int64)
    width = len(grid) + smoothing.SPARSE_LANES
    out = [np.zeros((width, n), np.float32) for _ in range(3)]
    totals, weight = np.zeros((2, width, n), np.float32), np.zeros((2, 2, n), np.float32)
    share = np.full(n, 0.8, np.float32)
    smoothing.follow_block(y, seen, s, share, grid, lengths, np.float32(14), 28, *out, totals, weight)
    return y, seen, s, grid, out, totals, weight


def test_every_lane_is_the_plain_recursion(followed):
    y, seen, s, grid, (rate, trend, loss), _, _ = followed
    for k, lane in enumerate(grid):
        for j in range(y.shape[1]):
            expected = plain(y[:, j].astype(float), seen[:, j], s[:, j].astype(float), *lane.astype(float))
            np.testing.assert_allclose([rate[k, j], trend[k, j], loss[k, j]], expected, rtol=2e-4, atol=2e-5)


def test_totals_are_scored_at_the_origins_that_have_run_long_enough(followed):
    y, seen, s, grid, _, totals, weight = followed
    j, k = 3, 2
    expected_loss, expected_weight = 0.0, 0.0
    for t in (6, 34, 62):  # (90 - t) divisible by 28
        begun = (seen[:t, j] * s[:t, j]).sum()
        if begun < 14 or t + 28 > 90:
            continue
        rate, _, _ = plain(y[:t, j].astype(float), seen[:t, j], s[:t, j].astype(float), *grid[k].astype(float))
        ahead = (seen[t : t + 28, j] * s[t : t + 28, j]).sum()
        expected_loss += ((seen * y)[t : t + 28, j].sum() - rate * ahead) ** 2
        expected_weight += ahead
    assert totals[1, k, j] == pytest.approx(expected_loss, rel=1e-3)
    assert weight[1, 0, j] == pytest.approx(expected_weight, rel=1e-3)


def test_sparse_lanes_agree_with_the_published_recursions_where_all_is_seen():
    from workbench.forecasting.intermittent import tsb

    y = np.array([0, 0, 3, 0, 2, 0, 0, 4, 0, 5.0])
    share = 0.4
    scaled = (y / y.mean()).astype(np.float32)[:, None]
    grid, lengths = smoothing.lanes(1.0), np.array([1], np.int64)
    width = len(grid) + smoothing.SPARSE_LANES
    out = [np.zeros((width, 1), np.float32) for _ in range(3)]
    ones = np.ones_like(scaled)
    smoothing.follow_block(
        scaled,
        ones,
        ones,
        np.array([share], np.float32),
        grid,
        lengths,
        np.float32(0),
        1,
        *out,
        np.zeros((1, width, 1), np.float32),
        np.zeros((1, 2, 1), np.float32),
    )
    # both start at the mean size of a sale, y.mean() / share
    assert out[0][-1, 0] * y.mean() == pytest.approx(tsb(y, size=y.mean() / share, chance=share), rel=1e-5)
    size, interval = y.mean() / share, 1 / share
    for gap, sale in ((3, 3), (2, 2), (3, 4), (2, 5)):
        size += 0.1 * (sale - size)
        interval += 0.1 * (gap - interval)
    assert out[0][-2, 0] * y.mean() == pytest.approx(0.95 * size / interval, rel=1e-5)
