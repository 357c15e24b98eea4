"""The elasticity that each row is reckoned with: stated by the user for the SKU, or learned from prices, or assumed, or one for all."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.clearance.elasticity import Z90, elasticities
from workbench.clearance.params import ClearanceParams
from workbench.tables.as_known import known, newest_versions

_ANSWER = ("elasticity", "elasticity_sd", "elasticity_low", "elasticity_high", "elasticity_reason")
_LEARNED = {"sd": "elasticity_sd", "low": "elasticity_low", "high": "elasticity_high", "reason": "elasticity_reason"}


def with_elasticity(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the rows with elasticity, elasticity_sd, its 90 % interval and elasticity_reason.

    The reason is typed (yours for this SKU, of the table of items), given (yours for all), assumed, or why the SKU's prices tell little.
    """
    same = _stated(rows, pd.Series(params.elasticity, rows.index), params)
    if not params.elasticity_learned:
        return same.assign(elasticity_reason="given")
    found = _learned(rows, same.assign(elasticity_reason="assumed"), given, params, as_of)
    typed = newest_versions(known(given["items"], as_of), ["sku"]).set_index("sku")["own_elasticity"]
    own = rows["sku"].map(typed).astype("float64")
    return found if own.isna().all() else _either(own.notna(), _stated(rows, own, params).assign(elasticity_reason="typed"), found)


def _stated(rows: pd.DataFrame, elasticity: pd.Series, params: ClearanceParams) -> pd.DataFrame:
    """The rows with elasticities that somebody states, as unsure as `elasticity_sd` says."""
    low, high = ((elasticity + sign * Z90 * params.elasticity_sd).clip(lower=0) for sign in (-1, 1))
    return rows.assign(elasticity=elasticity, elasticity_sd=params.elasticity_sd, elasticity_low=low, elasticity_high=high)


def _learned(rows: pd.DataFrame, same: pd.DataFrame, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    if not given["history"]["price"].notna().any():
        return same
    learned = elasticities(given["history"], given["items"], as_of, params.elasticity).rename(columns=_LEARNED)
    found = rows.merge(learned.drop(columns="prices"), on="sku", how="left")
    return _either(found["elasticity"].isna(), same, found)


def _either(pick: pd.Series, one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The answer of the first where it is picked, else that of the second."""
    return other.assign(**{name: np.where(pick, one[name], other[name]) for name in _ANSWER})
