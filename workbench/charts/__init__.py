"""Tables -> plotly figures: pure, no computing beyond shaping, titles that state the finding."""

from workbench.charts.canvas import MAX_POINTS, MAX_TRACES
from workbench.charts.condition import age_distribution, cover_score, lights_bar, score_distribution
from workbench.charts.demand import demand_history, forecast_fan
from workbench.charts.money import cash_flow, clearance_options, money_space, option_name
from workbench.charts.outlook import forecast_parts, reliability, scenario_paths
from workbench.charts.sparkline import sparkline

__all__ = [
    "MAX_POINTS",
    "MAX_TRACES",
    "age_distribution",
    "cash_flow",
    "clearance_options",
    "cover_score",
    "demand_history",
    "forecast_fan",
    "forecast_parts",
    "lights_bar",
    "money_space",
    "option_name",
    "reliability",
    "scenario_paths",
    "score_distribution",
    "sparkline",
]
