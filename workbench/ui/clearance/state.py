"""State of the clearance screen: every position with excess, its options, the best one."""

import pandas as pd

from workbench.pipeline import STEPS
from workbench.tables import schema
from workbench.ui.state import ScreenState


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
        """Return one row a position: the recommended option, and what it gains over holding; most money first."""
        best = self.result[self.result["recommended"]].drop_duplicates(["sku", "location"])
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
