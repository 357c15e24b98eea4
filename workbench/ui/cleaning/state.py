"""State of the cleaning screen: every SKU and channel with how much of its demand is estimated."""

from collections import ChainMap
from typing import Any

import pandas as pd
import traitlets as tl

from workbench import cleaning
from workbench.pipeline import STEPS
from workbench.ui.cleaning.decided import Decided
from workbench.ui.reasons import reason

WINDOW_DAYS = 365
PERIODS = ("week", "month", "quarter")
CHANGED = ("sku", "channel", "reason", "old_units", "new_units")
LISTED = ("sku", "channel", "date", "units", "demand", "censored", "imputed")
_SOURCES = ("orders", "sales", "stock", "movements", "listings")


class CleaningState(Decided):
    """Clean history of every SKU and channel; a changed parameter or a decision cleans the opened SKU again."""

    name = "cleaning"
    table = "history"
    notebook = "01_data_cleaning"
    filterable = ("channel",)
    names_as_told = True

    period = tl.Unicode("month")
    changes = tl.Instance(pd.DataFrame, allow_none=True)

    def again(self) -> pd.DataFrame | None:
        """Return the opened SKU's history cleaned under the params and decisions in force, from all SKUs that feed it."""
        decided = {} if self.known_decisions() is None else {"decisions": self.known_decisions()}
        names = cleaning.feeding(ChainMap(decided, self.tables), self.selected.get("sku", ""), self.meta.as_of)
        mine = {name: self.read_part(name, sku=list(names)) for name in _SOURCES}
        if not len(mine["orders"]) + len(mine["sales"]):
            return None
        made = STEPS["cleaning"].run(ChainMap(decided, mine, {"bundles": self.read("bundles")}, self.tables), self.params, self.meta.as_of)
        self.changes = made["corrections"]
        return made["history"]

    def published(self) -> pd.DataFrame:
        """Return the last 365 days of every SKU and channel, in the columns that the list needs."""
        newest = self.read_part("history", ["date"])["date"].max()
        since = None if pd.isna(newest) else (newest - pd.Timedelta(days=WINDOW_DAYS - 1)).date()
        return self.read_part("history", LISTED, since)

    def list_rows(self) -> pd.DataFrame:
        """Return one row a SKU and channel over the last 365 days: how its units became clean ones; the most hidden by stockouts first."""
        recent, by = self.result, ["sku", "channel"]
        since = None if recent.empty else recent["date"].min().date()
        rows = cleaning.quality(recent, self.read_part("corrections", CHANGED, since)).iloc[:-1]
        hidden = (recent["demand"] - recent["units"].fillna(0)).clip(lower=0).where(recent["censored"])
        sold = recent[by].assign(units=recent["units"].fillna(0), hidden_units=hidden).groupby(by, as_index=False).sum()
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        made = rows.merge(sold, on=by).rename(columns={"units_clean": "demand"}).merge(titles, on="sku", how="left")
        return made.sort_values(["hidden_units", *by], ascending=[False, True, True])

    def line(self) -> pd.DataFrame:
        """Return the days of the opened SKU and channel: the what-if where there is one, else as published."""
        mine = self.of_key("history") if self.what_if is None else self.of_selected(self.what_if)
        return mine.sort_values("date")

    def corrections(self) -> pd.DataFrame:
        """Return the changes of the opened SKU and channel with their rule in words, newest first."""
        found = self.of_key("corrections") if self.what_if is None or self.changes is None else self.of_selected(self.changes)
        mine = found.sort_values(["date", "reason"], ascending=[False, True])
        return mine.assign(why=pd.Series([reason(row) for row in mine.to_dict("records")], index=mine.index, dtype="str"))

    def days(self) -> pd.DataFrame:
        """Return the days whose demand is not simply what sold, newest first."""
        line = self.line()
        return line[line["censored"] | line["imputed"]].sort_values("date", ascending=False)

    def rolled(self) -> pd.DataFrame:
        """Return the opened SKU and channel by week, month or quarter, newest first."""
        return cleaning.rolled_up(self.line(), self.period).sort_values("date", ascending=False)

    def roll(self, period: Any) -> None:
        """Choose the period of the roll-up."""
        if period in PERIODS:
            self.period = period
