"""State of the clearance screen: every position with excess, its options, the best one; what-ifs, plans and the whole portfolio."""

import datetime as dt
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

import pandas as pd
import traitlets as tl
from pydantic import BaseModel, ValidationError

from workbench import clearance
from workbench.clearance.courses import COURSE
from workbench.clearance.occasions import PAST_DAYS
from workbench.pipeline import STEPS, ClearanceParams
from workbench.tables import schema
from workbench.ui.clearance.charged import Charged
from workbench.ui.clearance.planned import Planned
from workbench.ui.clearance.simulator import Plan, Simulation, call, changes, simulation_of
from workbench.ui.clearance.whole import Whole
from workbench.ui.own_params import own_params
from workbench.ui.problem import Problem

OUTCOME = ("npv", "npv_low", "npv_high", "recovered_share", "price", "cash_in", "fees", "end_date", "units_per_month")
PAST = ("sku", "channel", "date", "demand", "base_demand", "event", "promotion")
PLANS = 4
"""How many plans stand side by side."""
_NINETY = 1.6448536269514722
"""Normal quantile of 95 %: an interval of 90 % reaches so many standard deviations to either side."""
FLOW = ["option", "date", "cash"]


class ClearanceState(Whole, Planned, Charged):
    """Ways out of every excess; a changed parameter compares all of them again, the simulator only those of the opened position."""

    name = "clearance"
    table = "clearance"
    notebook = "04_clearance"
    filterable = ("option", "location")

    simulation = tl.Instance(BaseModel, allow_none=True)
    simulation_fault = tl.Unicode()
    beside = tl.Tuple()

    def compute(self) -> pd.DataFrame:
        """Return the options under the params in force."""
        return STEPS["clearance"].run(self.tables, self.params, self.meta.as_of)["clearance"]

    def list_rows(self) -> pd.DataFrame:
        """Return one row a position: the recommended option, and what it gains over holding; most money first.

        A position without a recommendation stays in the list, without an option and with the reason why.
        """
        ranked = self.result.sort_values("recommended", ascending=False, kind="stable")
        best = ranked.drop_duplicates(["sku", "location"])
        best = best.assign(option=best["option"].where(best["recommended"]), **{c: best[c].where(best["recommended"]) for c in OUTCOME})
        hold = self.result.loc[self.result["option"] == "hold", ["sku", "location", "npv"]].rename(columns={"npv": "hold_npv"})
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        rows = best.merge(hold, on=["sku", "location"], how="left").merge(titles, on="sku", how="left")
        rows["gain"] = rows["npv"] - rows["hold_npv"]
        worth = self.exchange.convert(rows["gain"], rows["currency"])
        return rows.assign(_worth=worth).sort_values(["_worth", "sku", "location"], ascending=[False, True, True], na_position="last").drop(columns="_worth")

    def options(self) -> pd.DataFrame:
        """Return the options of the opened position as simulated, else as published, the best first."""
        mine = self.simulated() if self.simulation is not None else self.of_selected(self.result) if self.selected else schema.empty("clearance")
        return mine.sort_values("npv", ascending=False, na_position="last")

    def simulated(self) -> pd.DataFrame:
        """Return the options of the opened position under the simulator's parameters."""
        found: pd.DataFrame = self._once("simulated", self._at(), lambda: clearance.compare(self.of_position(), self.asked(), self.meta.as_of, **self.selected))
        return found

    def _at(self) -> tuple[Any, ...]:
        return (*self.selected.values(), self.asked())

    def of_position(self) -> Mapping[str, pd.DataFrame]:
        """Return the tables that the opened position is compared from: its own stock, and of the history what tells the season."""
        own = {"movements": self.read_part("movements", sku=[self.selected["sku"]])}
        if not self.asked().elasticity_learned:
            own["history"] = self.read_part("history", PAST, self.meta.as_of - dt.timedelta(days=PAST_DAYS))
        return ChainMap(own, self.tables)

    def asked(self) -> Any:
        """Return the parameters in force for the opened position: those of the screen, its own elasticity, changed by the simulator."""
        moved = {} if self.simulation is None else {"elasticity_learned": False} | changes(self.simulation)
        return self.params.model_copy(update=self._learned() | moved)

    def start(self) -> BaseModel:
        """Return what the simulator stands at before it is moved: the screen's parameters and the position's own elasticity."""
        return simulation_of(self.params.model_copy(update=self._learned()))

    def _learned(self) -> dict[str, Any]:
        """The elasticity that the published options of the opened position rest on, so that one position need not learn it anew."""
        mine = self.of_selected(self.result)
        if mine.empty or pd.isna(mine["elasticity"].iloc[0]):
            return {}
        row = mine.iloc[0]
        spread = (row["elasticity_high"] - row["elasticity"]) / _NINETY  # the lower bound may have been cut off at 0
        return {"elasticity_learned": False, "elasticity": float(row["elasticity"])} | ({"elasticity_sd": float(spread)} if spread == spread else {})

    def sliders(self) -> BaseModel:
        """Return the values that the simulator stands at."""
        return self.simulation or self.start()

    def simulate(self, name: str, value: Any) -> None:
        """Move one slider; the opened position is compared again. What does not fit is said and changes nothing."""
        try:
            moved = type(self.sliders()).model_validate(self.sliders().model_dump() | {name: value})
        except ValidationError as caught:
            self.simulation_fault = Problem.of(caught, self.name, self.meta).said
            return
        self.simulation_fault = ""
        self.attempt(lambda: self.set_trait("simulation", moved))

    def simulate_reset(self, name: str) -> None:
        """Put one slider back; once all are back, the published options stand again."""
        start, self.simulation_fault = self.start(), ""
        moved = type(start).model_validate(self.sliders().model_dump() | {name: getattr(start, name)})
        self.simulation = None if moved == start else moved

    def keep(self, option: str) -> None:
        """Put an option of the opened position beside the others, as it stands now; at most four."""
        rows = self.options()
        mine = rows[rows["option"] == option]
        if len(mine) and len(self.beside) < PLANS:
            plan = Plan(option, self.differing(), mine.iloc[0].to_dict(), self._flow_of(option))
            self.beside = (*(kept for kept in self.beside if kept.key != plan.key), plan)

    def drop(self, number: Any) -> None:
        """Take a plan away again."""
        if str(number).isdigit():
            self.beside = tuple(plan for at, plan in enumerate(self.beside) if at != int(number))

    def differing(self) -> dict[str, Any]:
        """Return the simulator's values that are not those of the screen."""
        start = self.start()
        return {} if self.simulation is None else {n: v for n, v in self.simulation.model_dump().items() if v != getattr(start, n)}

    def plans(self) -> list[Plan]:
        """Return the plans to compare: those kept, else the three best options of the opened position that may be chosen."""
        if self.beside:
            return list(self.beside)
        rows = self.options()
        rows = rows[rows["npv"].notna() & rows["limit_broken"].isna()].head(3)
        return [Plan(row["option"], self.differing(), row, self._flow_of(row["option"])) for row in rows.to_dict("records")]

    def cash(self) -> pd.DataFrame:
        """Return the cash of each plan by month: option (the plan's key), date, cash; empty where nothing can be told."""
        flows = [plan.flow.assign(option=plan.key) for plan in self.plans() if len(plan.flow)]
        return pd.concat(flows, ignore_index=True) if flows else pd.DataFrame(columns=FLOW)

    def flow(self) -> pd.DataFrame:
        """Return the money of every option of the opened position by month: option, date, cash."""
        return self._flows()[0]

    def _flow_of(self, option: str) -> pd.DataFrame:
        return self.flow()[self.flow()["option"] == option]

    def elasticity_source(self) -> str:
        """Return the code of what the opened position's elasticity rests on; empty for its own prices."""
        if "elasticity" in self.differing():
            return "simulated"
        told = self.of_selected(self.result)["elasticity_reason"]
        return str(told.iloc[0]) if len(told) and pd.notna(told.iloc[0]) else ""

    def course(self) -> pd.DataFrame:
        """Return the expected stock and the price of each option of the opened position, by the day."""
        return self._flows()[1]

    def _flows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The money of each option of the opened position by month, and its stock by the day."""
        if not self.selected or not isinstance(self.params, ClearanceParams):
            return pd.DataFrame(columns=FLOW), pd.DataFrame(columns=COURSE)
        found = self._once("flow", self._at(), lambda: clearance.flows(self.of_position(), self.asked(), self.meta.as_of, **self.selected))
        return found[0], found[1]

    @tl.observe("selected")
    def _other_position(self, _change: Any) -> None:
        self.beside, self.simulation, self.said, self.simulation_fault = (), None, "", ""

    def call(self) -> str:
        """Return the Python calls that give this result: all options, those simulated, the portfolio, how plans stand, the fees once asked for."""
        simulated = "" if self.simulation is None else call(own_params(clearance.ClearanceParams, self.asked()), self.selected)
        return super().call() + simulated + self.portfolio_call() + self.plans_call() + self.fees_call()


__all__ = ["ClearanceState", "Simulation"]
