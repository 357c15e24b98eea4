"""What an analyst may do with corrections of demand: accept, reject, edit, go on under another SKU, take back."""

import datetime as dt

import pandas as pd

from workbench.runs.book import Book


class Corrections(Book):
    """The decisions about corrections of demand."""

    def decisions(self) -> pd.DataFrame:
        """Return every decision ever made, oldest first."""
        return self.state.correction_decisions()

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
        self.state.decide_correction(**said, **self.signature(), as_of=self.as_of)
        return self.decisions()
