"""Plans that were taken on, on the screen: the dated steps of the opened position, how each plan stands, taking on and withdrawing."""

from typing import Any, Protocol

import pandas as pd
import traitlets as tl

from workbench.clearance import timeline
from workbench.clearance.advertising import ad_slots
from workbench.i18n import t
from workbench.ui.state import ScreenState


class PlanDesk(Protocol):
    """Where clearance plans are written down."""

    def plans(self) -> pd.DataFrame:
        """Return the steps of every plan ever made, oldest first."""

    def take_on(self, steps: pd.DataFrame, why: str = "") -> pd.DataFrame:
        """Write plans down and return all of them."""

    def withdraw(self, sku: str, location: str, why: str = "") -> pd.DataFrame:
        """Withdraw the plan of a position and return all of them."""


class Planned(ScreenState):
    """State of plans: those in force, and what was just done."""

    plans_made = tl.Instance(pd.DataFrame, allow_none=True)
    said = tl.Unicode()

    @property
    def writable(self) -> bool:
        """Whether plans can be taken on here."""
        return getattr(self.desk, "clearance", None) is not None

    def in_plan(self) -> pd.DataFrame:
        """Return the steps of the plans in force."""
        made = self.plans_made if self.plans_made is not None else self.tables.get("clearance_plans")
        return pd.DataFrame(columns=[*timeline.STEPS, "plan_date"]) if made is None or made.empty else timeline.in_force(made, self.meta.as_of)

    def tracked(self) -> pd.DataFrame:
        """Return how every plan in force stands, those behind first."""
        plans = self.in_plan()
        if plans.empty:
            return timeline.track(plans, {}, timeline.TimelineParams(), self.meta.as_of)
        found = timeline.track(plans, {"clearance": self.result} | {n: self.read(n) for n in _LAID}, timeline.TimelineParams(), self.meta.as_of)
        order = found["state"].map({state: at for at, state in enumerate(_WORST_FIRST)})
        return found.assign(_at=order).sort_values(["_at", "sku", "location"]).drop(columns="_at")

    def steps(self) -> pd.DataFrame:
        """Return the dated steps of the opened position: those of its plan in force, else those that its best option would have."""
        mine = self.of_selected(self.in_plan()) if self.selected else pd.DataFrame()
        return mine if len(mine) else self.proposed(self._best())

    def ads(self) -> pd.DataFrame:
        """Return the targeted ads of the first step of the opened position's best option, see `advertising.ad_slots`."""
        every = self.options()
        tables = {"health": self.of_selected(self.read("health")), "nodes": self.read("nodes")} | self.of_sku("ads")
        return ad_slots(every[every["recommended"]], tables, timeline.TimelineParams(), self.meta.as_of)

    def has_plan(self) -> bool:
        """Whether the opened position has a plan in force."""
        return bool(self.selected) and len(self.of_selected(self.in_plan())) > 0

    def proposed(self, option: str) -> pd.DataFrame:
        """Return the steps that an option of the opened position would have from today on."""
        every = self.options()
        return timeline.timeline(every[every["option"] == option], self.course(), every, self.read("nodes"), self.template(), self.meta.as_of)

    def plans_call(self) -> str:
        """Return the Python call that tells how the plans in force stand, where there are any."""
        if self.in_plan().empty:
            return ""
        homes = {"merged": "workbench.cleaning", "standing": "workbench.clearance"}
        imports = "\n".join(f"from {module} import {name}" for name, module in homes.items())
        return f'\n\n{imports}\n\nstanding(page.tables["clearance_plans"], merged(page.tables, page.as_of), page.as_of)'

    def template(self) -> timeline.TimelineParams:
        """Return the template of steps, with the days that an order takes as the options were reckoned with."""
        return timeline.TimelineParams(exit_days=self.asked().removal_days)

    def options(self) -> pd.DataFrame:
        """Return the options of the opened position."""
        raise NotImplementedError

    def course(self) -> pd.DataFrame:
        """Return the expected stock and the price of each option of the opened position, by the day."""
        raise NotImplementedError

    def asked(self) -> Any:
        """Return the parameters in force for the opened position."""
        raise NotImplementedError

    def _best(self) -> str:
        every = self.options()
        best = every[every["recommended"]]
        return str(best["option"].iloc[0]) if len(best) else ""

    def take_on(self, option: str) -> None:
        """Take a way out of the opened position on as its plan, in place of an earlier one; empty takes the best."""
        steps = self.proposed(option or self._best())
        if self.writable and len(steps):
            self.attempt(lambda: self._did(self.desk.clearance.take_on(steps), "taken_on"))

    def withdraw(self, _value: Any = None) -> None:
        """Withdraw the plan of the opened position."""
        if self.writable and self.has_plan():
            self.attempt(lambda: self._did(self.desk.clearance.withdraw(**self.selected), "withdrawn"))

    def _did(self, made: pd.DataFrame, what: str) -> None:
        self.plans_made, self.said = made, t(f"clearance.track.{what}", **self.selected)

    @tl.observe("desk")
    def _desk_came(self, _change: Any) -> None:
        if self.writable:
            self.plans_made = self.desk.clearance.plans()


_LAID = ("stock", "inbound", "purchase_orders", "movements")
_WORST_FIRST = ("overdue", "behind", "unknown", "on_track", "ahead", "done")
