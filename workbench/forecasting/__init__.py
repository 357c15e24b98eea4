"""Forecasts of demand: a dense engine, the same as an sktime forecaster, the forecast step, and back-tests.

Names load what they need when first used, so that a dashboard that only reads tables imports neither sktime nor numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.forecasting.decomposition import Components, components
    from workbench.forecasting.evaluation import backtest, summary, summary_by_class
    from workbench.forecasting.forecaster import DemandForecaster
    from workbench.forecasting.intermittent import classify, croston, simple_smoothing, tsb
    from workbench.forecasting.panel import PanelForecast, forecast_panel
    from workbench.forecasting.params import ForecastParams
    from workbench.forecasting.table import QUANTILES, forecast

_HOME = {
    "Components": "decomposition",
    "DemandForecaster": "forecaster",
    "ForecastParams": "params",
    "PanelForecast": "panel",
    "QUANTILES": "table",
    "backtest": "evaluation",
    "components": "decomposition",
    "classify": "intermittent",
    "croston": "intermittent",
    "forecast": "table",
    "forecast_panel": "panel",
    "simple_smoothing": "intermittent",
    "summary": "evaluation",
    "summary_by_class": "evaluation",
    "tsb": "intermittent",
}

__all__ = [
    "QUANTILES",
    "Components",
    "DemandForecaster",
    "ForecastParams",
    "PanelForecast",
    "backtest",
    "classify",
    "components",
    "croston",
    "forecast",
    "forecast_panel",
    "simple_smoothing",
    "summary",
    "summary_by_class",
    "tsb",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
