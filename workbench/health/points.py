"""One honest score: 100 less five losses, the light that follows from it, and the main reason."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health.params import HealthParams

Array = NDArray[np.float64]
LOSSES = ("cover", "excess", "age", "storage", "stockout")
AGE_WEIGHTS = {"age_0_90": 0.0, "age_91_180": 0.25, "age_181_270": 0.5, "age_271_365": 0.75, "age_366_plus": 1.0}
OLD = tuple(tier for tier, weight in AGE_WEIGHTS.items() if weight)


def ramp(value: Array, low: float, high: float) -> Array:
    """Return 0 up to `low`, 1 from `high` on, a straight line between; NaN stays NaN.

    >>> ramp(np.array([30.0, 120.0, 400.0]), 60, 180).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.clip((value - low) / (high - low), 0.0, 1.0)


def aged_share(ages: pd.DataFrame) -> Array:
    """Return how old the stock is, 0-1: the share of units in each age tier, weighted from 0 (fresh) to 1 (over a year).

    >>> tiers = {"age_0_90": [50.0], "age_91_180": [0.0], "age_181_270": [50.0], "age_271_365": [0.0], "age_366_plus": [0.0]}
    >>> aged_share(pd.DataFrame(tiers)).tolist()
    [0.25]
    """
    tiers = ages[list(AGE_WEIGHTS)].to_numpy(float)
    units = tiers.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(units > 0, tiers @ np.array(list(AGE_WEIGHTS.values())) / units, np.where(units == 0, 0.0, np.nan))


def losses(parts: pd.DataFrame, params: HealthParams) -> pd.DataFrame:
    """Return the points lost to each part, NaN where it is unknown, and score_known_share: the share of the points whose parts are known.

    Each loss is the part's weight times a straight ramp between its good and its bad limit, so a worse part never scores
    better. The points of an unknown part are shared out among the known ones, so that what is not known is neither good nor bad.
    `parts` has the columns cover_days (infinite without demand), excess_share, aged_share, storage_share (infinite
    when there is storage cost and no margin) and stockout_risk.
    """
    ramps = {
        "cover": ramp(parts["cover_days"].to_numpy(float), params.cover_good_days, params.cover_bad_days),
        "excess": ramp(parts["excess_share"].to_numpy(float), 0.0, params.excess_bad_share),
        "age": ramp(parts["aged_share"].to_numpy(float), 0.0, 1.0),
        "storage": ramp(parts["storage_share"].to_numpy(float), params.storage_good_share, params.storage_bad_share),
        "stockout": ramp(parts["stockout_risk"].to_numpy(float), params.stockout_good_risk, params.stockout_bad_risk),
    }
    weight = {part: getattr(params, f"weight_{part}") for part in ramps}
    known = sum(weight[part] * np.isfinite(share) for part, share in ramps.items()) / max(sum(weight.values()), 1e-9)
    lost = {f"loss_{part}": weight[part] * share / np.maximum(known, 1e-9) for part, share in ramps.items()}
    return pd.DataFrame(lost | {"score_known_share": known}, index=parts.index)


def total(lost: pd.DataFrame, known: Array) -> Array:
    """Return the score: 100 less the losses of the parts that are known. Without `known`, or without any part, there is no score."""
    told = known & (lost["score_known_share"].to_numpy(float) > 0)
    return np.where(told, 100.0 - np.nansum(lost[[f"loss_{part}" for part in LOSSES]].to_numpy(float), axis=1), np.nan)


def light(score: Array, stockout_risk: Array, params: HealthParams) -> NDArray[np.str_]:
    """Return red, amber, green, or grey where there is no score.

    The score decides, and a high stockout risk alone is enough: a SKU about to run out has no age and no excess to lose
    points for, and is urgent all the same.
    """
    red = (score < params.red_below) | (stockout_risk >= params.stockout_bad_risk)
    amber = (score < params.amber_below) | (stockout_risk >= params.stockout_amber_risk)
    return np.select([np.isnan(score), red, amber], ["grey", "red", "amber"], "green")


def moved(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Return old light, new light and the count of rows that changed from the one to the other, most first.

    >>> moved(pd.Series(["red", "green", "green"]), pd.Series(["red", "amber", "amber"])).to_dict("records")
    [{'old': 'green', 'new': 'amber', 'count': 2}]
    """
    both = pd.DataFrame({"old": before.to_numpy(), "new": after.to_numpy()})
    counts = both[both["old"] != both["new"]].value_counts().rename("count").reset_index()
    return counts.sort_values(["count", "old", "new"], ascending=[False, True, True], ignore_index=True)
