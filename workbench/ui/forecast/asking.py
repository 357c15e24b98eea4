"""The part of the forecast screen's state that is about what was asked for: cards opened, what might happen, another forecaster."""

import datetime as dt
import json
from typing import Any

import pandas as pd
import traitlets as tl
from pydantic import ValidationError

from workbench import events
from workbench.forecasting import ScenarioParams
from workbench.settings import Forecaster
from workbench.ui.forecast.tools import Tools
from workbench.ui.problem import Problem
from workbench.ui.state import SkuState

_PAST_DAYS = 800
SCOPES = ("opened", "shown", "all")


class Asking(SkuState):
    """Opened cards and their inputs; nothing is worked out before its card is asked for."""

    asked = tl.Tuple()
    what: tl.Instance[ScenarioParams] = tl.Instance(ScenarioParams)
    choice: tl.Instance[Forecaster] = tl.Instance(Forecaster)
    scope = tl.Unicode("opened")
    tried = tl.Any(allow_none=True)
    said = tl.Unicode()
    saved = tl.Unicode()

    _tools: Tools | None = None

    @tl.default("what")
    def _nothing_happens(self) -> ScenarioParams:
        return ScenarioParams()

    @tl.default("choice")
    def _in_force(self) -> Forecaster:
        return getattr(self.params, "forecaster", Forecaster())

    @property
    def tools(self) -> Tools:
        """What is worked out on request; kept while the screen is open."""
        if self._tools is None:
            self._tools = Tools(self.read_part, self.tables, self.meta.as_of)
        return self._tools

    def ask(self, name: str) -> None:
        """Open a card."""
        if name == "scenarios":
            self.attempt(self._expect)
        if name not in self.asked:
            self.asked = (*self.asked, name)

    def effects(self) -> pd.DataFrame:
        """Return what rivals and advertising have done to the demand of the opened SKU."""
        found = self.tools.effects(self.selected["channel"])
        return found[found["sku"] == self.selected["sku"]]

    def _expect(self) -> None:
        """Let the strengths that the reader did not set be those measured for the opened SKU."""
        self.what = self.what.moved_to(ScenarioParams.measured(self.effects(), self._ahead()))

    def _ahead(self) -> list[str]:
        """The events that the opened forecast expects, the nearest first."""
        near, ahead = self.near(), self.of_selected(self.result)
        return [] if near is None else near[near["start_date"] >= ahead["date"].min()].sort_values("start_date")["event"].tolist()

    @tl.observe("selected")
    def _expect_of_another(self, _change: Any) -> None:
        if "scenarios" in self.asked:
            self.attempt(self._expect)

    def happen(self, **changes: Any) -> None:
        """Take other values of what might happen."""
        self.what = self._other(self.what, changes)

    def choose_forecaster(self, **changes: Any) -> None:
        """Take another forecaster, or how it is run; what was tried before no longer stands."""
        self.choice, self.tried, self.saved = self._other(self.choice, changes), None, ""

    def _other(self, params: Any, changes: dict[str, Any]) -> Any:
        """The params with changes; those that do not fit are said and change nothing."""
        self.said = ""
        try:
            return type(params).model_validate(params.model_dump() | changes)
        except ValidationError as caught:
            self.said = Problem.of(caught, self.name, self.meta).said
            return params

    def skus(self, scope: str) -> tuple[str, ...]:
        """Return the SKUs of the opened channel that a scope means: opened, shown, or all, for which none is named."""
        if scope == "all":
            return ()
        if scope == "opened":
            return (self.selected["sku"],)
        shown = self.shown()
        return tuple(sorted(shown[shown["channel"] == self.selected["channel"]]["sku"].unique()))

    def attempt_choice(self) -> None:
        """Back-test the chosen forecaster beside ours over its SKUs."""
        self.error = None
        self.attempt(self._try)

    def _try(self) -> None:
        self.tried = self.tools.tried(self.selected["channel"], self.params, self.choice, self.skus(self.scope))

    def take_choice(self) -> None:
        """Forecast the opened SKU by the chosen forecaster."""
        self.update(forecaster=self.choice.model_dump() | {"skus": self.skus(self.scope)})

    def save_choice(self) -> None:
        """Write the choice down for the daily run."""
        self.error = None
        self.attempt(lambda: self.desk.forecaster.take(self._whole_choice()))
        self.saved = "" if self.error else self._whole_choice().name

    def _whole_choice(self) -> Forecaster:
        return self.choice.model_copy(update={"skus": self.skus(self.scope)})

    def settings_text(self) -> str:
        """Return the lines of workbench.toml that choose the forecaster for the daily run."""
        values = self._whole_choice().model_dump(mode="json")
        return "\n".join(["[forecaster]", *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())])

    def near(self) -> pd.DataFrame | None:
        """Return the events of the opened channel's days, past and ahead: what an event does is learned over all of its SKUs."""
        first, ahead = self.channel_since(), self.of_selected(self.result)
        return None if pd.isna(first) or ahead.empty else self.demand_days(first, ahead["date"].max())

    def channel_since(self) -> pd.Timestamp:
        """Return the first day of the opened channel's history, NaT where it has none."""
        return self.tools.since(self.selected.get("channel", ""))

    def demand_days(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
        """Return the events that move demand in the opened channel and touch a window: sales, promotions and the holidays of its country."""
        channel = self.selected.get("channel", "")
        known = events.calendar(first, last, (_marketplace(channel),), extra=self.read("events"), as_of=self.meta.as_of)
        return known[known["kind"].isin(events.DEMAND_KINDS) & known["channel"].isin([events.EVERYWHERE, channel])]

    def undated(self, days: int) -> pd.DataFrame:
        """Return the sale events of the opened channel in so many days ahead whose dates nobody knows yet: event, channel, year."""
        channel, today = self.selected.get("channel", ""), self.meta.as_of
        found = events.undated_years(today.year, (today + dt.timedelta(days=days)).year, (_marketplace(channel),), extra=self.read("events"))
        past = events.calendar(today - dt.timedelta(days=_PAST_DAYS), today, (_marketplace(channel),), extra=self.read("events"), as_of=today)
        ended = past.groupby("event")["end_date"].max().dt.strftime("%m-%d").reindex(found["event"]).to_numpy(dtype=object, na_value="12-31")
        over = (found["year"] == today.year) & (ended < f"{today:%m-%d}")  # by the days on which it was before, this year's is behind us
        return found[~over & found["channel"].isin([events.EVERYWHERE, channel])]


def _marketplace(channel: str) -> str:
    return channel.rpartition("-")[2].upper()
