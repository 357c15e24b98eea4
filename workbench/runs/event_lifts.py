"""What an analyst may do with the lifts of coming events: set one, take it back."""

import datetime as dt

import pandas as pd

from workbench.runs.signature import signature
from workbench.store import Workspace


class EventLifts:
    """The decisions of a workspace about lifts of events, for the screen that shows them.

    Parameters
    ----------
    as_of : day whose state of knowledge the analyst is looking at: a decision holds from that day on
    who : name that decisions are written down under; the system's user if not given
    """

    def __init__(self, workspace: Workspace, as_of: dt.date, who: str = ""):
        self.workspace, self.as_of, self.who = workspace, as_of, who

    def decisions(self) -> pd.DataFrame:
        """Return every decision ever made, oldest first."""
        return self.workspace.state.event_lifts()

    def decide(self, event: str, channel: str, start_date: dt.date, *, old: float | None = None, new: float | None = None, why: str = "") -> pd.DataFrame:
        """Write a decision down and return all of them.

        Parameters
        ----------
        event, channel, start_date : the occurrence
        old, new : demand during the event over demand without it, as before and from now on; without a new one the decision is taken back
        """
        said = {"event": event, "channel": channel, "start_date": start_date, "old": old, "new": new, "why": why}
        self.workspace.state.decide_event_lift(**said, **signature(self.who), as_of=self.as_of)
        return self.decisions()
