"""Stock, forecast and fees -> metrics, score, traffic light."""

from workbench.health.assessment import score
from workbench.health.params import HealthParams

__all__ = ["HealthParams", "score"]
