"""The kernels against the recursions written out plainly."""

import numpy as np
import pytest

from workbench.forecasting.engine import smoothing

WINDOWS = (3, 7, 28)


def plain(y, seen, s, keep, damp, pace):
    rate, trend, info, loss, begun = 1.0, 0.0, 1.0, 0.0, 0.0
    foretold = np.zeros(len(WINDOWS))
    for t in range(len(y)):
        expected = max(rate + trend, 0.0)
        foretold += (t >= len(y) - np.array(WINDOWS)) * seen[t] * expected * s[t]
        error = seen[t] * (y[t] - expected * s[t])
        loss += error**2 / s[t]
        info = keep * info + s[t] if seen[t] else (max(keep * info, 0.3 / (1 - keep)) if begun > 0 else 1.0)
        begun += seen[t] * s[t]
        rate = expected + error / info
        trend = damp * (trend + pace * error / info)
    return rate, trend, loss, foretold


def run_block(y, seen, s, share, lengths, month, warm, stride, origins):
    grid, sparse = smoothing.lanes(1.0), np.array(smoothing.SPARSE_SPEEDS, np.float32)
    n, width = y.shape[1], len(grid) + smoothing.SPARSE_LANES
    found = tuple(np.zeros((width, n), np.float32) for _ in range(4))
    k = len(lengths)
    past = tuple(np.zeros((*shape, n), np.float32) for shape in ((origins, width), (origins, len(grid)), (k, origins), (k, origins)))
    foretold, windows = np.zeros((width, len(WINDOWS), n), np.float32), np.array(WINDOWS, np.int64)
    smoothing.follow_block(y, seen, s, share, grid, sparse, np.array(lengths, np.int64), month, np.float32(warm), stride, windows, found, past, foretold)
    return grid, found, past, foretold


@pytest.fixture(scope="module")
def followed():
    rng = np.random.default_rng(5)
    periods, n = 90, 7
    y = rng.poisson(2.0, (periods, n)).astype(np.float32) / 2
    seen = (rng.random((periods, n)) < 0.8).astype(np.float32)
    seen[:10, 0] = 0
    y *= seen
    s = rng.uniform(0.5, 2, (periods, n)).astype(np.float32)
    return y, seen, s, *run_block(y, seen, s, np.full(n, 0.8, np.float32), [7, 28], 1, 14, 28, 3)


def test_every_lane_is_the_plain_recursion(followed):
    y, seen, s, grid, (rate, trend, loss, _), _, foretold = followed
    for k, lane in enumerate(grid):
        for j in range(y.shape[1]):
            *expected, said = plain(y[:, j].astype(float), seen[:, j], s[:, j].astype(float), *lane.astype(float))
            np.testing.assert_allclose([rate[k, j], trend[k, j], loss[k, j]], expected, rtol=2e-4, atol=2e-5)
            np.testing.assert_allclose(foretold[k, :, j], said, rtol=2e-4, atol=2e-5)


def test_totals_are_scored_at_the_origins_that_have_run_long_enough(followed):
    y, seen, s, grid, (_, _, _, total_loss), (past_rate, _, sold, ahead), _ = followed
    j, k = 3, 2
    expected_loss, expected_ahead = 0.0, 0.0
    for t in (6, 34, 62):  # (90 - t) divisible by 28
        begun = (seen[:t, j] * s[:t, j]).sum()
        rate, *_ = plain(y[:t, j].astype(float), seen[:t, j], s[:t, j].astype(float), *grid[k].astype(float))
        origin = (90 - t) // 28 - 1
        assert past_rate[origin, k, j] == pytest.approx(rate, rel=1e-3)
        if begun < 14 or t + 28 > 90:
            continue
        coming = (seen[t : t + 28, j] * s[t : t + 28, j]).sum()
        told = (seen * y)[t : t + 28, j].sum()
        assert sold[1, origin, j] == pytest.approx(told, rel=1e-3)
        expected_loss += (told - rate * coming) ** 2
        expected_ahead += coming
    assert total_loss[k, j] == pytest.approx(expected_loss, rel=1e-3)
    assert ahead[1, :, j].sum() == pytest.approx(expected_ahead, rel=1e-3)


def test_sparse_lanes_are_a_mean_that_turns_into_the_published_recursions():
    y = np.array([0, 0, 3, 0, 2, 0, 0, 4, 0, 5.0])
    share = 0.4
    scaled = (y / y.mean()).astype(np.float32)[:, None]
    ones = np.ones_like(scaled)
    _, (rate, *_), *_ = run_block(scaled, ones, ones, np.array([share], np.float32), [1], 0, 0, 1, 1)
    for m, speed in enumerate(smoothing.SPARSE_SPEEDS):
        size, interval, chance, sales, gap = y.mean() / share, 1 / share, share, share, 0
        for t, value in enumerate(y):
            gap += 1
            if value > 0:
                sales += 1
                weight = max(speed, 1 / sales)
                size, interval, gap = size + weight * (value - size), interval + weight * (gap - interval), 0
            chance += max(speed, 1 / (t + 2)) * ((value > 0) - chance)
        a = -smoothing.SPARSE_LANES + 2 * m
        assert rate[a, 0] * y.mean() == pytest.approx((1 - speed / 2) * size / (interval - speed / 2), rel=1e-5)
        assert rate[a + 1, 0] * y.mean() == pytest.approx(chance * size, rel=1e-5)
