"""State of the cleaning screen: every SKU and channel with how much of its demand is estimated."""

from collections import ChainMap

import pandas as pd

from workbench.pipeline import STEPS
from workbench.ui.state import SkuState

WINDOW_DAYS = 365
_SOURCES = ("orders", "sales", "stock", "movements", "listings")


class CleaningState(SkuState):
    """Clean history of every SKU and channel; a changed parameter cleans the opened SKU again."""

    name = "cleaning"
    table = "history"
    notebook = "01_data_cleaning"
    filterable = ("channel",)

    def again(self) -> pd.DataFrame | None:
        """Return the opened SKU's history cleaned under the params in force."""
        mine = self.of_sku(*_SOURCES)
        known = len(mine["orders"]) + len(mine["sales"])
        return STEPS["cleaning"].run(ChainMap(mine, self.tables), self.params, self.meta.as_of)["history"] if known else None

    def list_rows(self) -> pd.DataFrame:
        """Return one row a SKU and channel over the last 365 days, the most units hidden by stockouts first."""
        history = self.result
        recent = history[history["date"] > history["date"].max() - pd.Timedelta(days=WINDOW_DAYS)]
        hidden = (recent["demand"] - recent["units"].fillna(0)).clip(lower=0).where(recent["censored"])
        by = [recent["sku"], recent["channel"]]
        rows = pd.DataFrame(
            {
                "units": recent["units"].groupby(by).sum(),
                "demand": recent["demand"].groupby(by).sum(),
                "hidden_units": hidden.groupby(by).sum(),
                "censored_days": recent["censored"].groupby(by).sum().astype("float64"),
                "imputed_share": recent["imputed"].groupby(by).mean(),
                "days": recent["date"].groupby(by).size().astype("float64"),
            }
        )
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        order = ["hidden_units", "sku", "channel"]
        return rows.reset_index().merge(titles, on="sku", how="left").sort_values(order, ascending=[False, True, True])

    def line(self) -> pd.DataFrame:
        """Return the days of the opened SKU and channel: the what-if where there is one, else as published."""
        return self.of_opened().sort_values("date")

    def corrections(self) -> pd.DataFrame:
        """Return the days whose demand is not simply what sold, newest first."""
        line = self.line()
        return line[line["censored"] | line["imputed"]].sort_values("date", ascending=False)
