"""Clean demand: order lines to daily sales, and sales to what would have sold.

Names load what they need when first used, so that a dashboard that only reads tables does not import numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.cleaning.changes import corrections, quality, rolled_up, uplifts
    from workbench.cleaning.daily import daily_sales
    from workbench.cleaning.history import clean_demand
    from workbench.cleaning.hours import hour_profile, hourly_exposure
    from workbench.cleaning.identity import exploded, likely_renames, renamed
    from workbench.cleaning.one_name import merged
    from workbench.cleaning.overrides import apply_overrides, in_force, merges
    from workbench.cleaning.params import CleaningParams
    from workbench.cleaning.recovery import Recovered, censored_level, exposure_level, recover, recover_demand
    from workbench.cleaning.spells import promotions
    from workbench.cleaning.step import cleaned, feeding

_HOME = {
    "CleaningParams": "params",
    "Recovered": "recovery",
    "apply_overrides": "overrides",
    "censored_level": "recovery",
    "clean_demand": "history",
    "cleaned": "step",
    "corrections": "changes",
    "daily_sales": "daily",
    "exploded": "identity",
    "exposure_level": "recovery",
    "feeding": "step",
    "hour_profile": "hours",
    "hourly_exposure": "hours",
    "in_force": "overrides",
    "likely_renames": "identity",
    "merged": "one_name",
    "merges": "overrides",
    "promotions": "spells",
    "quality": "changes",
    "recover": "recovery",
    "recover_demand": "recovery",
    "renamed": "identity",
    "rolled_up": "changes",
    "uplifts": "changes",
}

__all__ = [
    "CleaningParams",
    "Recovered",
    "apply_overrides",
    "censored_level",
    "clean_demand",
    "cleaned",
    "corrections",
    "daily_sales",
    "exploded",
    "exposure_level",
    "feeding",
    "hour_profile",
    "hourly_exposure",
    "in_force",
    "likely_renames",
    "merged",
    "merges",
    "promotions",
    "quality",
    "recover",
    "recover_demand",
    "renamed",
    "rolled_up",
    "uplifts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
