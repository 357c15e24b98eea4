"""What an analyst may do with corrections of demand: accept, reject, edit, go on under another SKU, take back."""

import datetime as dt

import pandas as pd

from workbench.runs.signature import signature
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
        said = {"action": action, "sku": sku, "channel": channel, "date": date, "reason": reason, "old": old, "new": new, "other": other, "why": why}
        self.workspace.state.decide_correction(**said, **signature(self.who), as_of=self.as_of)
        return self.decisions()
