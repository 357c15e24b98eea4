"""Clean demand: order lines to daily sales, and sales to what would have sold.

Names load what they need when first used, so that a dashboard that only reads tables does not import numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.cleaning.daily import daily_sales
    from workbench.cleaning.history import clean_demand
    from workbench.cleaning.params import CleaningParams
    from workbench.cleaning.recovery import censored_level, exposure_level, recover_demand

_HOME = {
    "CleaningParams": "params",
    "censored_level": "recovery",
    "clean_demand": "history",
    "daily_sales": "daily",
    "exposure_level": "recovery",
    "recover_demand": "recovery",
}

__all__ = ["CleaningParams", "censored_level", "clean_demand", "daily_sales", "exposure_level", "recover_demand"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
