"""A made-up retail panel of daily counts: week, year by department, trend, drifting level, promotions, gaps, late launches."""

import numpy as np

DEPARTMENTS, BLOCK = 8, 2_000


def retail_panel(n: int, days: int, ahead: int, seed: int) -> np.ndarray:
    """Return counts (n, days + ahead) float32; a third of the series have extra zeros, a third of the rest were out of stock at times."""
    rng = np.random.default_rng(seed)
    length = days + ahead
    level = np.exp(rng.normal(np.log(0.9), 1.25, n))
    department = rng.integers(0, DEPARTMENTS, n)
    week = rng.normal(0, 0.25, (DEPARTMENTS, 7))
    week = (week - week.mean(1, keepdims=True))[department] + rng.normal(0, 0.10, (n, 7))
    phase = rng.uniform(0, 2 * np.pi, DEPARTMENTS)[department] + rng.normal(0, 0.25, n)
    swing = np.abs(rng.normal(0.30, 0.15, DEPARTMENTS))[department] * rng.uniform(0.6, 1.4, n)
    slope = rng.normal(0, 0.25, n) / 365.0
    out = np.empty((n, length), np.float32)
    for a in range(0, n, BLOCK):
        part = slice(a, min(a + BLOCK, n))
        out[part] = _block(rng, level[part], week[part], phase[part], swing[part], slope[part], days, length)
    return out


def _block(rng, level, week, phase, swing, slope, days, length) -> np.ndarray:
    t, m = np.arange(length, dtype=np.float32), len(level)
    turn = 2 * np.pi * t / 365.25
    log = np.log(level)[:, None] + week[:, np.arange(length) % 7] + slope[:, None] * (t - days / 2)
    log += swing[:, None] * (np.sin(turn + phase[:, None]) + 0.3 * np.sin(2 * turn + 1.7 * phase[:, None]))
    log += np.cumsum(rng.normal(0, 0.012, (m, length)), axis=1)
    for i, promotions in enumerate(rng.poisson(5 * length / 365, m)):
        for start in rng.integers(0, length, promotions):
            log[i, start : start + 7] += rng.uniform(0.3, 1.0)
    size = rng.gamma(4.0, 0.5, m)[:, None] + 0.3
    mean = np.exp(log)
    units = rng.poisson(rng.gamma(np.broadcast_to(size, mean.shape), mean / size)).astype(np.float32)
    sparse, share = rng.random(m) < 0.33, rng.uniform(0.1, 0.5, m)
    units[sparse[:, None] & (rng.random(units.shape) < share[:, None])] = 0
    launch = np.where(rng.random(m) < 0.10, rng.integers(30, days - 120, m), 0)
    units[t < launch[:, None]] = 0
    for i in np.flatnonzero(rng.random(m) < 0.3):
        for start in rng.integers(0, days - 14, rng.integers(1, 4)):
            units[i, start : start + rng.integers(3, 15)] = 0
    return units
