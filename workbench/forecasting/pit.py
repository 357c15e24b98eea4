"""Where demand fell in its distribution: the randomised PIT of counts, level by level."""

import numpy as np

from workbench.forecasting.channel_panel import QUANTILES
from workbench.forecasting.engine.counts import places


def pit_column(level: float) -> str:
    """Return the name of the back-test's column for a quantile."""
    return f"pit_{round(100 * level):02d}"


def fallen(mean: np.ndarray, sd: np.ndarray, actual: np.ndarray, known: np.ndarray, whole: np.ndarray) -> dict[str, np.ndarray]:
    """Return, per series (n,), the share of known days whose place in their distribution lies at or under each quantile, and their number.

    Parameters
    ----------
    mean, sd, actual, known : (n, h); whole : (n,) whether the series counts whole units
    """
    use = known & (mean > 0)
    rows = np.nonzero(use)[0]
    low, high = places(mean[use].astype(float), sd[use].astype(float) ** 2, whole[rows], actual[use].astype(float))
    count = use.sum(1)
    made: dict[str, np.ndarray] = {"scored_days": count.astype(float)}
    for level in QUANTILES:
        chance = np.clip((level - low) / np.maximum(high - low, 1e-12), 0, 1)
        total = np.bincount(rows, chance, minlength=len(count))
        made[pit_column(level)] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return made
