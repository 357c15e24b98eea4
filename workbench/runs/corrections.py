"""What an analyst may do with corrections of demand: accept, reject, edit, go on under another SKU, take back."""

import datetime as dt
import getpass

import pandas as pd

from workbench.runs.clearance_plans import ClearancePlans
from workbench.runs.desk import Desk
from workbench.runs.saved_views import SavedViews
from workbench.store import Workspace


class Corrections:
    """The decisions of a workspace about corrections, for the screen that shows them.

    Parameters
    ----------
    as_of : day whose state of knowledge the analyst is looking at: a decision holds from that day on
    who : name that decisions are written down under; the system's user if not given
    """

    def __init__(self, workspace: Workspace, as_of: dt.date, who: str = ""):
        self.workspace, self.as_of, self.who = workspace, as_of, who

    def decisions(self) -> pd.DataFrame:
        """Return every decision ever made, oldest first."""
        return self.workspace.state.correction_decisions()

    def decide(
        self,
        action: str,
        sku: str,
        channel: str,
        *,
        date: dt.date | None = None,
        reason: str = "all",
        old: float | None = None,
        new: float | None = None,
        other: str | None = None,
        why: str = "",
    ) -> pd.DataFrame:
        """Write a decision down and return all of them.

        Parameters
        ----------
        action : accept, reject, edit, merge or undo
        sku, channel : all for every one
        date : None for every day
        reason : rule that the decision is about; all for every one
        old, new : units of the day before and after an edit
        other : SKU that `sku` goes on as, for merge
        """
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        said = {"action": action, "sku": sku, "channel": channel, "date": date, "reason": reason, "old": old, "new": new, "other": other, "why": why}
        self.workspace.state.decide_correction(**said, who=self.who or getpass.getuser(), at=now, as_of=self.as_of)
        return self.decisions()


class AnalystDesk(Desk):
    """What an analyst may do at a screen: deal with files, decide about corrections, take clearance plans on, keep views."""

    def __init__(self, workspace: Workspace, as_of: dt.date):
        super().__init__(workspace)
        self.corrections = Corrections(workspace, as_of)
        self.clearance = ClearancePlans(workspace, as_of)
        self.views = SavedViews(workspace)
