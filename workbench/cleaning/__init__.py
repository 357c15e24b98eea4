"""Clean demand: order lines to daily sales, and sales to what would have sold.

Names load what they need when first used, so that a dashboard that only reads tables does not import numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.cleaning.corrections import corrections, quality, rolled_up, uplifts
    from workbench.cleaning.daily import daily_sales
    from workbench.cleaning.history import clean_demand
    from workbench.cleaning.hours import hour_profile, hourly_exposure
    from workbench.cleaning.overrides import apply_overrides
    from workbench.cleaning.params import CleaningParams
    from workbench.cleaning.promotions import promotions
    from workbench.cleaning.recovery import Recovered, censored_level, exposure_level, recover, recover_demand

_HOME = {
    "CleaningParams": "params",
    "Recovered": "recovery",
    "apply_overrides": "overrides",
    "censored_level": "recovery",
    "clean_demand": "history",
    "corrections": "corrections",
    "daily_sales": "daily",
    "exposure_level": "recovery",
    "hour_profile": "hours",
    "hourly_exposure": "hours",
    "promotions": "promotions",
    "quality": "corrections",
    "recover": "recovery",
    "recover_demand": "recovery",
    "rolled_up": "corrections",
    "uplifts": "corrections",
}

__all__ = [
    "CleaningParams",
    "Recovered",
    "apply_overrides",
    "censored_level",
    "clean_demand",
    "corrections",
    "daily_sales",
    "exposure_level",
    "hour_profile",
    "hourly_exposure",
    "promotions",
    "quality",
    "recover",
    "recover_demand",
    "rolled_up",
    "uplifts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    # a submodule of the same name would stand in its place after the import
    globals()[name] = found
    return found
