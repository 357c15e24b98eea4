"""Stock, forecast and fees -> metrics, score, traffic light, what is slow and will be, why, and what to do."""

from workbench.health.assessment import READS, SAID_BEFORE, score
from workbench.health.batches import PACE, said_before
from workbench.health.doubts import doubts
from workbench.health.evidence import evidence, told_of
from workbench.health.industry import by_category
from workbench.health.params import HealthParams
from workbench.health.points import moved
from workbench.health.targets import newest_index, targets
from workbench.health.trend import SAID, trend

__all__ = [
    "PACE", "READS", "SAID", "SAID_BEFORE", "HealthParams", "by_category", "doubts", "evidence", "moved", "newest_index", "said_before", "score",
    "targets", "told_of", "trend",
]  # fmt: skip
