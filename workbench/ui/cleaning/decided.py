"""The analyst's decisions about the opened SKU: accept, reject or edit a correction or a rule, merge SKUs, take back."""

import datetime as dt
from typing import Any, Protocol

import pandas as pd
import traitlets as tl

from workbench import cleaning
from workbench.i18n import t
from workbench.ui.state import SkuState

EVERY = "all"


class CorrectionDesk(Protocol):
    """Where decisions about corrections are written down."""

    def decisions(self) -> pd.DataFrame:
        """Return every decision ever made, oldest first."""

    def decide(self, action: str, sku: str, channel: str, **said: Any) -> pd.DataFrame:
        """Write a decision down and return all of them."""


class Decided(SkuState):
    """State of decisions: those made, the correction that was chosen, and what is being said about it."""

    decisions = tl.Instance(pd.DataFrame, allow_none=True)
    chosen = tl.Dict()
    why = tl.Unicode()
    said = tl.Unicode()

    @property
    def writable(self) -> bool:
        """Whether decisions can be made here."""
        return getattr(self.desk, "corrections", None) is not None

    def known_decisions(self) -> pd.DataFrame | None:
        """Return every decision ever made, None where nobody keeps any."""
        return self.decisions if self.decisions is not None else self.tables.get("decisions")

    def held(self) -> pd.DataFrame:
        """Return the decisions in force that touch the opened SKU and channel, the newest first."""
        held = cleaning.in_force(self.known_decisions(), self.meta.as_of)
        mine = held["sku"].isin([self.selected.get("sku"), EVERY]) | (held["other"] == self.selected.get("sku"))
        return held[mine & held["channel"].isin([self.selected.get("channel"), EVERY])].iloc[::-1].reset_index(drop=True)

    def pick(self, key: dict[str, Any]) -> None:
        """Choose a correction by day and rule."""
        self.chosen, self.said = dict(key), ""

    def correction(self) -> pd.Series | None:
        """Return the chosen correction, if it is still there."""
        if not self.chosen:
            return None
        found = self.corrections()
        day = found["date"].dt.strftime("%Y-%m-%d")
        rows = found[(day == str(self.chosen.get("date"))[:10]) & (found["reason"] == self.chosen.get("reason"))]
        return None if rows.empty else rows.iloc[0]

    def corrections(self) -> pd.DataFrame:
        """Return the corrections of the opened SKU and channel."""
        raise NotImplementedError

    def accept(self) -> None:
        """Say that the chosen correction is right."""
        self._about_chosen("accept")

    def reject(self) -> None:
        """Leave the chosen day as it sold."""
        self._about_chosen("reject")

    def reject_rule(self) -> None:
        """Switch the rule behind the chosen correction off for the opened SKU and channel."""
        row = self.correction()
        if row is not None:
            self._decide("reject", reason=row["reason"])

    def edit(self, units: Any) -> None:
        """Put the analyst's own number for the chosen day."""
        row = self.correction()
        if row is None:
            return
        try:
            new = float(units)
        except (TypeError, ValueError):
            new = float("nan")
        if not 0 <= new < 1e9:
            self.said = t("corrections.no_number")
            return
        self._decide("edit", date=_day(row["date"]), old=float(row["new_units"]), new=new)

    def merge(self, other: str) -> None:
        """Let the opened SKU go on as another one."""
        if other and other != self.selected.get("sku"):
            self._decide("merge", reason="renamed", other=other, channel=EVERY)

    def undo(self, number: Any) -> None:
        """Take the decision at a place in `held` back."""
        held = self.held()
        if str(number).isdigit() and int(number) < len(held):
            row = held.iloc[int(number)]
            self._decide("undo", sku=row["sku"], channel=row["channel"], date=_day(row["date"]), reason=row["reason"])

    def likely_names(self) -> list[str]:
        """Return the SKUs that the opened one probably goes on as."""
        items, sku = self.read("items"), self.selected.get("sku")
        twins = items[items["product_id"].isin(items.loc[items["sku"] == sku, "product_id"].dropna())]
        if len(twins) < 2:
            return []
        found = cleaning.likely_renames(self.read_part("history", ["sku", "date", "units"], sku=list(twins["sku"])), twins)
        return [str(new) for new in found.loc[found["old"] == sku, "new"]]

    def _about_chosen(self, action: str) -> None:
        row = self.correction()
        if row is not None:
            self._decide(action, date=_day(row["date"]), reason=row["reason"], old=float(row["old_units"]), new=float(row["new_units"]))

    def _decide(self, action: str, **about: Any) -> None:
        if self.writable:
            self.error = None
            about = {"sku": self.selected["sku"], "channel": self.selected["channel"], "why": self.why} | about
            self.attempt(lambda: self._write(action, about))

    def _write(self, action: str, about: dict[str, Any]) -> None:
        self.decisions = self.desk.corrections.decide(action, about.pop("sku"), about.pop("channel"), **about)
        self.what_if = self.again()
        self.said, self.why = t(f"corrections.did.{action}"), ""

    @tl.observe("desk")
    def _desk_came(self, _change: Any) -> None:
        if self.writable:
            self.decisions = self.desk.corrections.decisions()

    @tl.observe("selected")
    def _other_sku(self, _change: Any) -> None:
        self.chosen, self.said = {}, ""


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
