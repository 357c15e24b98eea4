"""Results -> alerts, ranked by money at stake."""

from workbench.alerts.evaluation import evaluate
from workbench.alerts.pace import SURE
from workbench.alerts.params import AlertParams

__all__ = ["SURE", "AlertParams", "evaluate"]
