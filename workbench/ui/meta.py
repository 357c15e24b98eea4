"""What every screen says about itself: whose shop, which day, which run."""

import datetime as dt
from dataclasses import dataclass

from workbench.i18n import language
from workbench.store import Workspace

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

    @classmethod
    def of(cls, workspace: Workspace, as_of: dt.date, run_id: str = "") -> "Meta":
        """Return what a workspace's screens say on a decision day, in the language in force."""
        settings, newest = workspace.settings, workspace.newest_known()
        return cls(
            shop=settings.shop,
            as_of=as_of,
            currency=settings.currency,
            language=language(),
            watermark=settings.watermark,
            version=workspace.version(),
            run_id=run_id,
            freshness_days=(as_of - newest.date()).days if newest else None,
        )

    @property
    def freshness(self) -> str:
        """The light of the data's age: green up to 1 day before the as-of day, amber up to 3, red beyond, grey unknown."""
        if self.freshness_days is None:
            return "grey"
        return "green" if self.freshness_days <= FRESH_DAYS else "amber" if self.freshness_days <= LATE_DAYS else "red"
