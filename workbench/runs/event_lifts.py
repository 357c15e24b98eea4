"""What an analyst may do with the lifts of coming events: set one, take it back."""

import datetime as dt

import pandas as pd

from workbench.runs.book import Book


class EventLifts(Book):
    """The decisions about lifts of events."""

    def decisions(self) -> pd.DataFrame:
        """Return every decision ever made, oldest first."""
        return self.state.event_lifts()

    def decide(self, event: str, channel: str, start_date: dt.date, *, old: float | None = None, new: float | None = None, why: str = "") -> pd.DataFrame:
        """Write a decision down and return all of them.

        Parameters
        ----------
        event, channel, start_date : the occurrence
        old, new : demand during the event over demand without it, as before and from now on; without a new one the decision is taken back
        """
        said = {"event": event, "channel": channel, "start_date": start_date, "old": old, "new": new, "why": why}
        self.state.decide_event_lift(**said, **self.signature(), as_of=self.as_of)
        return self.decisions()
