"""Forecasts of demand: a dense engine, the same as an sktime forecaster, the forecast step, and back-tests.

Names load what they need when first used, so that a dashboard that only reads tables imports neither sktime nor numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.forecasting.accuracy import accuracy_by_month, reliability
    from workbench.forecasting.channel_panel import QUANTILES
    from workbench.forecasting.decomposition import Components, components
    from workbench.forecasting.drivers.effects import measured_effects
    from workbench.forecasting.drivers.searches import keyword_surges
    from workbench.forecasting.drivers.tested import Tested, channel_drivers
    from workbench.forecasting.engine.panel import PanelForecast, forecast_panel
    from workbench.forecasting.evaluation import backtest, summary, summary_by_class
    from workbench.forecasting.forecaster import DemandForecaster
    from workbench.forecasting.intermittent import classify, croston, simple_smoothing, tsb
    from workbench.forecasting.params import ForecastParams
    from workbench.forecasting.revision import changes
    from workbench.forecasting.scenarios import ScenarioParams, WhatIf, laid_over, lift_of, moved, scenario_paths, what_ifs
    from workbench.forecasting.seasons import first_stock, latest_order_date, peaks, season_matrix, seasonal_index, target_cover_days
    from workbench.forecasting.similar import like_of
    from workbench.forecasting.surprise import SurpriseParams, surprises
    from workbench.forecasting.table import forecast
    from workbench.forecasting.uplifts import coming_events

_HOME = {
    "accuracy_by_month": "accuracy",
    "backtest": "evaluation",
    "changes": "revision",
    "channel_drivers": "drivers.tested",
    "classify": "intermittent",
    "coming_events": "uplifts",
    "Components": "decomposition",
    "components": "decomposition",
    "croston": "intermittent",
    "DemandForecaster": "forecaster",
    "first_stock": "seasons",
    "forecast": "table",
    "forecast_panel": "engine.panel",
    "ForecastParams": "params",
    "keyword_surges": "drivers.searches",
    "laid_over": "scenarios",
    "latest_order_date": "seasons",
    "measured_effects": "drivers.effects",
    "lift_of": "scenarios",
    "like_of": "similar",
    "moved": "scenarios",
    "PanelForecast": "engine.panel",
    "peaks": "seasons",
    "QUANTILES": "channel_panel",
    "reliability": "accuracy",
    "scenario_paths": "scenarios",
    "ScenarioParams": "scenarios",
    "season_matrix": "seasons",
    "seasonal_index": "seasons",
    "simple_smoothing": "intermittent",
    "summary": "evaluation",
    "summary_by_class": "evaluation",
    "SurpriseParams": "surprise",
    "surprises": "surprise",
    "target_cover_days": "seasons",
    "Tested": "drivers.tested",
    "tsb": "intermittent",
    "what_ifs": "scenarios",
    "WhatIf": "scenarios",
}

__all__ = [
    "QUANTILES",
    "Components",
    "DemandForecaster",
    "ForecastParams",
    "PanelForecast",
    "ScenarioParams",
    "SurpriseParams",
    "Tested",
    "WhatIf",
    "accuracy_by_month",
    "backtest",
    "changes",
    "channel_drivers",
    "classify",
    "coming_events",
    "components",
    "croston",
    "first_stock",
    "forecast",
    "forecast_panel",
    "keyword_surges",
    "laid_over",
    "latest_order_date",
    "lift_of",
    "like_of",
    "measured_effects",
    "moved",
    "peaks",
    "reliability",
    "scenario_paths",
    "season_matrix",
    "seasonal_index",
    "simple_smoothing",
    "summary",
    "summary_by_class",
    "surprises",
    "target_cover_days",
    "tsb",
    "what_ifs",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
