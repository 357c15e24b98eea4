"""State of the clearance screen: every position with excess, its options, the best one."""

import pandas as pd

from workbench import clearance
from workbench.pipeline import STEPS, ClearanceParams
from workbench.tables import schema
from workbench.ui.state import ScreenState

OUTCOME = ("npv", "npv_low", "npv_high", "recovered_share", "price", "cash_in", "fees", "end_date", "units_per_month")


class ClearanceState(ScreenState):
    """Ways out of every excess; a changed parameter compares all of them again."""

    name = "clearance"
    table = "clearance"
    notebook = "04_clearance"
    filterable = ("option", "location")

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
        """Return the options of the opened position, the best first."""
        mine = self.of_selected(self.result) if self.selected else schema.empty("clearance")
        return mine.sort_values("npv", ascending=False, na_position="last")

    def cash(self) -> pd.DataFrame:
        """Return the cash of each option of the opened position by month; empty where nothing can be told."""
        if not self.selected or not isinstance(self.params, ClearanceParams):
            return pd.DataFrame({"option": [], "date": [], "cash": []})
        return clearance.cash_flow(self.tables, self.params, self.meta.as_of, self.selected["sku"], self.selected["location"])
