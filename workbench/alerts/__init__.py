"""Results -> alerts, ranked by money at stake."""

from workbench.alerts.evaluation import evaluate
from workbench.alerts.params import AlertParams

__all__ = ["AlertParams", "evaluate"]
