"""Forecast, stock and suppliers -> order plan."""

from workbench.replenishment.ordering import plan
from workbench.replenishment.params import PlanParams

__all__ = ["PlanParams", "plan"]
