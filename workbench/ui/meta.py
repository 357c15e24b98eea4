"""What every screen says about itself: whose shop, which day, which run."""

import datetime as dt
from dataclasses import dataclass

FRESH_DAYS = 1
LATE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Meta:
    """What the header of a screen says, and what its errors and exports name."""

    shop: str
    as_of: dt.date
    currency: str = ""
    language: str = "en"
    watermark: str = ""
    version: str = ""
    run_id: str = ""
    freshness_days: int | None = None

    @property
    def freshness(self) -> str:
        """The light of the data's age: green up to 1 day before the as-of day, amber up to 3, red beyond, grey unknown."""
        if self.freshness_days is None:
            return "grey"
        return "green" if self.freshness_days <= FRESH_DAYS else "amber" if self.freshness_days <= LATE_DAYS else "red"
