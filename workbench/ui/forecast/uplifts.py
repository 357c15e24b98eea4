"""The part of the forecast screen's state that is about coming events: what the forecast expects of each, and what an analyst expects instead."""

import datetime as dt
from typing import Any

import pandas as pd
import traitlets as tl

from workbench import events
from workbench.i18n import t
from workbench.ui.forecast.covers import Covers

LEAST, MOST = 0.05, 20.0
"""Lifts that the engine takes: its own never leave these bounds."""
YEAR_DAYS = 365


class Uplifts(Covers):
    """Coming events and the analyst's lifts; a lift forecasts the opened SKU again."""

    lifts_made = tl.Instance(pd.DataFrame, allow_none=True)
    lift_why = tl.Unicode()
    lift_said = tl.Unicode()
    lifted = tl.Bool(False)

    @property
    def sets_lifts(self) -> bool:
        """Whether lifts can be written down here."""
        return getattr(self.desk, "event_lifts", None) is not None

    def known_lifts(self) -> pd.DataFrame | None:
        """Return every decision about lifts ever made, None where nobody keeps any."""
        return self.lifts_made if self.lifts_made is not None else self.tables.get("event_lifts")

    def near(self) -> pd.DataFrame | None:
        """Return the events of the opened channel's days, past and ahead, with the analyst's lifts."""
        near = super().near()
        return None if near is None else events.with_lifts(near, self.known_lifts(), self.meta.as_of)

    def uplifts(self) -> pd.DataFrame:
        """Return the events of the next twelve months in the opened channel: those of `coming_events`, new, who, at and why of the analyst."""
        first, ahead = self.channel_since(), self.of_selected(self.result)
        if pd.isna(first) or ahead.empty:
            return pd.DataFrame(columns=["event"])
        known = self.demand_days(first, ahead["cutoff"].max() + pd.Timedelta(days=YEAR_DAYS))
        coming = self.tools.coming(**self.selected, params=self.params, events=known, first=first, days=YEAR_DAYS)
        held = events.lifts_in_force(self.known_lifts(), self.meta.as_of)
        mine = held[held["channel"] == self.selected["channel"]][["event", "start_date", "new", "who", "at", "why"]]
        return coming.merge(mine.astype({"start_date": "datetime64[us]"}), on=["event", "start_date"], how="left")

    def set_lift(self, change: Any) -> None:
        """Put the analyst's own lift for the event at a place in `uplifts`."""
        row = self._row_of(change["name"])
        try:
            new = float(change["value"])
        except (TypeError, ValueError):
            new = float("nan")
        if row is None or not LEAST <= new <= MOST:
            self.lift_said = t("forecasting.uplifts.no_number", least=LEAST, most=MOST)
            return
        self._write_lift(row, float(row["lift"] if pd.isna(row["new"]) else row["new"]), new)

    def take_lift_back(self, place: Any) -> None:
        """Take the analyst's lift for the event at a place in `uplifts` back."""
        row = self._row_of(place)
        if row is not None and not pd.isna(row["new"]):
            self._write_lift(row, float(row["new"]), None)

    def _row_of(self, place: Any) -> pd.Series | None:
        rows = self.uplifts()
        return rows.iloc[int(place)] if str(place).isdigit() and int(place) < len(rows) else None

    def _write_lift(self, row: pd.Series, old: float, new: float | None) -> None:
        if self.sets_lifts:
            self.error = None
            self.attempt(lambda: self._decide_lift(row["event"], row["start_date"].date(), old, new))

    def _decide_lift(self, event: str, start: dt.date, old: float, new: float | None) -> None:
        self.lifts_made = self.desk.event_lifts.decide(event, self.selected["channel"], start, old=old, new=new, why=self.lift_why)
        self.lifted = True
        self.result = self.compute()
        self.lift_said, self.lift_why = t("forecasting.uplifts.taken_back" if new is None else "forecasting.uplifts.written"), ""

    def compute(self) -> pd.DataFrame:
        """Compute the what-if of the opened SKU, also where only lifts were set; return the published result."""
        self.what_if = self.again() if self.changed() or self.lifted else None
        return self.result

    @tl.observe("desk")
    def _lifts_came(self, _change: Any) -> None:
        if self.sets_lifts:
            self.lifts_made = self.desk.event_lifts.decisions()

    @tl.observe("selected")
    def _lifts_of_another(self, _change: Any) -> None:
        self.lift_said = ""
