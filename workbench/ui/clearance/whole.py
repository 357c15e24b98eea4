"""The whole portfolio on the screen: limits that a reader types, the choice within them, money against space."""

import datetime as dt
from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd
import traitlets as tl
from pydantic import ValidationError

from workbench import fees
from workbench.clearance.capacity import Cut, coming_cut
from workbench.clearance.limits import LIMITS, PortfolioParams
from workbench.clearance.portfolio import Portfolio, frontier, portfolio
from workbench.i18n import t
from workbench.ui.problem import Problem
from workbench.ui.state import ScreenState

DAYS = {"cash": "cash_by", "space_ft3": "space_by"}
AHEAD_DAYS = 30
_MODULE = "workbench.clearance.portfolio"


class Whole(ScreenState):
    """State of the portfolio: its limits, and what they lead to."""

    limits = tl.Instance(PortfolioParams, allow_none=True)
    limit_fault = tl.Unicode()

    def in_force(self) -> PortfolioParams:
        """Return the limits in force: at first the storage that an announced limit leaves no room for, else none, dated the day before the second
        next snapshot."""
        if self.limits is not None:
            return self.limits
        snapshot = fees.next_snapshot(self.meta.as_of + dt.timedelta(days=AHEAD_DAYS))
        by, cut = snapshot - dt.timedelta(days=1), self.cut()
        asked = PortfolioParams(currency=self.meta.currency, cash_by=by, space_by=by)
        return asked if cut is None else asked.model_copy(update=_before(cut))

    def cut(self) -> Cut | None:
        """Return the announced storage limit that the stock does not fit under, see `coming_cut`."""
        if self.read("capacity").empty:
            return None
        given = {name: self.read(name) for name in ("capacity", "stock", "inbound", "purchase_orders", "items")}
        found: Cut | None = self._once("cut", self.meta.as_of, lambda: coming_cut(given, self.meta.as_of))
        return found

    def limit(self, name: str, value: Any) -> None:
        """Set a limit or its day; empty takes it off. What does not fit is said and changes nothing."""
        if name not in PortfolioParams.model_fields:
            return
        text = str(value).strip().replace(",", "")
        try:
            asked = PortfolioParams.model_validate(self.in_force().model_dump() | {name: text if text or name == "space_at" else None})
        except ValidationError as caught:
            self.limit_fault = Problem.of(caught, self.name, self.meta).said
            return
        late = [day for day in DAYS.values() if getattr(asked, day) and getattr(asked, day) < self.meta.as_of]
        self.limit_fault = t("clearance.portfolio.past", day=self.meta.as_of.isoformat()) if late else ""
        if not late:
            self.limits = asked

    def portfolio(self) -> Portfolio:
        """Return the choice for all positions within the limits in force."""
        return self._once("portfolio", self.in_force(), lambda: portfolio(self._given(), self.in_force(), self.meta.as_of))

    def frontier(self) -> pd.DataFrame:
        """Return the money recovered against the space freed, under the limits in force but that of space."""
        asked = self.in_force().model_copy(update={"space_ft3": None})
        return self._once("frontier", asked, lambda: frontier(self._given(), asked, self.meta.as_of))

    def _given(self) -> dict[str, pd.DataFrame]:
        return {"clearance": self.result} | {name: self.read(name) for name in ("items", "exchange_rates")}

    def _once(self, what: str, asked: Hashable, make: Callable[[], Any]) -> Any:
        """The last answer, while neither what was asked nor the options have changed."""
        key = (asked, id(self.result))
        if self._made.get(what, (None, None))[0] != key:
            self._made = self._made | {what: (key, make())}
        return self._made[what][1]

    _made: dict[str, tuple[Any, Any]] = {}  # noqa: RUF012 - replaced, never changed

    def portfolio_call(self) -> str:
        """Return the Python calls that give the portfolio and its frontier."""
        values = {n: v for n, v in self.in_force().model_dump().items() if v != PortfolioParams.model_fields[n].default}
        given = ", ".join(f"{n}={v.isoformat()!r}" if isinstance(v, dt.date) else f"{n}={v!r}" for n, v in values.items())
        calls = "\n".join(f"{what}(page.tables, limits, page.as_of)" for what in ("portfolio", "frontier"))
        return f"\n\nfrom {_MODULE} import PortfolioParams, frontier, portfolio\n\nlimits = PortfolioParams({given})\n{calls}"


def _before(cut: Cut) -> dict[str, Any]:
    """The space to free before a cut, by the last day before it, at its place."""
    return {"space_ft3": round(cut.over_ft3, 1), "space_by": cut.date - dt.timedelta(days=1), "space_at": cut.node}


__all__ = ["DAYS", "LIMITS", "Whole"]
