"""The elasticity that each row is reckoned with: learned from prices, or set by the user, or assumed."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.clearance.elasticity import Z90, elasticities
from workbench.clearance.params import ClearanceParams


def with_elasticity(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the rows with elasticity, elasticity_sd, its 90 % interval and elasticity_reason (given, assumed, or why the SKU's prices tell little)."""
    low, high = (max(params.elasticity + sign * Z90 * params.elasticity_sd, 0.0) for sign in (-1, 1))
    same = rows.assign(elasticity=params.elasticity, elasticity_sd=params.elasticity_sd, elasticity_low=low, elasticity_high=high)
    if not params.elasticity_learned:
        return same.assign(elasticity_reason="given")
    same["elasticity_reason"] = "assumed"
    if not given["history"]["price"].notna().any():
        return same
    learned = elasticities(given["history"], given["items"], as_of, params.elasticity)
    learned = learned.rename(columns={"sd": "elasticity_sd", "low": "elasticity_low", "high": "elasticity_high", "reason": "elasticity_reason"})
    found = rows.merge(learned.drop(columns="prices"), on="sku", how="left")
    unknown = found["elasticity"].isna().to_numpy()
    for name in ("elasticity", "elasticity_sd", "elasticity_low", "elasticity_high", "elasticity_reason"):
        found[name] = np.where(unknown, same[name].to_numpy(), found[name].to_numpy())
    return found
