"""The part of the forecast screen's state that is about season covers: how long orders of the opened SKU last in its season, and what that does."""

import datetime as dt
from typing import Any

import pandas as pd
import traitlets as tl

from workbench import replenishment
from workbench.i18n import t
from workbench.settings import MOST_COVER_DAYS, SeasonCover
from workbench.ui.forecast.asking import Asking

_PLANNED = ("order_units", "order_date", "arrival_date", "order_up_to")
_USUAL_DAYS, _SEASON_DAYS = 90, 150


class Covers(Asking):
    """Season covers as typed, as written down in the settings, and the plan with them."""

    typed = tl.Dict()
    covers_made = tl.Tuple()
    covers_before = tl.Any(allow_none=True)
    cover_said = tl.Unicode()

    @property
    def sets_covers(self) -> bool:
        """Whether season covers can be written down here."""
        return getattr(self.desk, "season_covers", None) is not None

    def own_cover(self) -> SeasonCover | None:
        """Return the season cover of the opened SKU in force."""
        return next((cover for cover in self.covers_made if cover.sku == self.selected.get("sku")), None)

    def cover_fields(self) -> dict[str, Any]:
        """Return what the form shows: as typed, else as in force, else a common start."""
        own = self.own_cover()
        start = {"usual_days": _USUAL_DAYS, "season_days": _SEASON_DAYS, "first": "", "last": ""} if own is None else own._asdict()
        return start | self.typed

    def type_cover(self, change: Any) -> None:
        """Take what was typed into a field."""
        self.typed = self.typed | {change["name"]: change["value"]}

    def take_cover(self) -> None:
        """Write the typed season cover of the opened SKU down, if it fits."""
        made, faults = self._typed_cover()
        if made is None or faults:
            self.cover_said = " ".join(t(f"forecasting.covers.fault_{fault}", most=MOST_COVER_DAYS) for fault in faults)
            return
        self._write_covers((*self._others(), made), "written")

    def drop_cover(self) -> None:
        """Take the season cover of the opened SKU away."""
        self._write_covers(self._others(), "dropped")

    def undo_cover(self) -> None:
        """Put the season covers back to what they were before the last change."""
        if self.covers_before is not None:
            self._write_covers(self.covers_before, "undone")

    def _others(self) -> tuple[SeasonCover, ...]:
        return tuple(cover for cover in self.covers_made if cover.sku != self.selected["sku"])

    def _typed_cover(self) -> tuple[SeasonCover | None, list[str]]:
        fields = self.cover_fields()
        try:
            usual, season = (float(fields[name]) for name in ("usual_days", "season_days"))
        except (TypeError, ValueError):
            return None, ["days"]
        try:
            first, last = (dt.date.fromisoformat(str(fields[name])) for name in ("first", "last"))
        except ValueError:
            return None, ["dates"]
        made = SeasonCover(self.selected["sku"], usual, season, first, last)
        return made, made.faults()

    def _write_covers(self, covers: tuple[SeasonCover, ...], said: str) -> None:
        def write() -> None:
            before = self.covers_made
            self.desk.season_covers.take(covers)
            self.covers_before, self.covers_made, self.typed = (None if said == "undone" else before), covers, {}
            self.cover_said = t(f"forecasting.covers.{said}")

        if self.sets_covers:
            self.error = None
            self.attempt(write)

    def cover_effect(self) -> pd.DataFrame:
        """Return the plan of the opened SKU by location, without and with its season cover: location, then each figure and it with `_season`."""
        own = self.own_cover()
        tables = {name: self._of_opened_sku(name) for name in ("forecast", "stock", "inbound", "purchase_orders", "items", "serves", "suppliers")}
        plans = [replenishment.plan(tables, replenishment.PlanParams(season_cover=covers), self.meta.as_of) for covers in ((), (own,) if own else ())]
        rows = [plan[["location", *_PLANNED]] for plan in plans]
        return rows[0].merge(rows[1], on="location", suffixes=("", "_season"))

    def _of_opened_sku(self, name: str) -> pd.DataFrame:
        return self.read(name) if name in ("serves", "suppliers") else self.read_part(name, sku=[self.selected["sku"]])

    @tl.observe("desk")
    def _covers_came(self, _change: Any) -> None:
        if self.sets_covers:
            self.covers_made = self.desk.season_covers.in_force()

    @tl.observe("selected")
    def _covers_of_another(self, _change: Any) -> None:
        self.typed, self.cover_said = {}, ""
