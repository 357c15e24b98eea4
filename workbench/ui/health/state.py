"""State of the health screen: every stock position, most urgent first."""

from collections import ChainMap

import pandas as pd

from workbench.charts.palette import LIGHTS
from workbench.pipeline import STEPS
from workbench.ui.state import ScreenState


class HealthState(ScreenState):
    """Health of every SKU and location; a changed parameter scores all of them again."""

    name = "health"
    table = "health"
    notebook = "03_health"
    filterable = ("light", "location")

    def compute(self) -> pd.DataFrame:
        """Return the scores under the params in force; the plan they rest on takes the place of the published one."""
        made = STEPS["health"].run(self.tables, self.params, self.meta.as_of)
        self.tables = ChainMap({"plan": made["plan"]}, self.tables)
        return made["health"]

    def list_rows(self) -> pd.DataFrame:
        """Return the positions with their titles: red first, within a light the lowest score first."""
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        rank = self.result["light"].map({light: at for at, light in enumerate(LIGHTS)})
        order = self.result.assign(_rank=rank).sort_values(["_rank", "score", "sku", "location"], na_position="last").drop(columns="_rank")
        return order.merge(titles, on="sku", how="left")

    def plan_row(self) -> pd.Series | None:
        """Return what the order plan says of the opened position."""
        mine = self.of_selected(self.read("plan"))
        return None if mine.empty else mine.iloc[0]
