"""State of the health screen: every stock position, most urgent first."""

from collections import ChainMap

import numpy as np
import pandas as pd

from workbench import health
from workbench.charts.palette import LIGHTS
from workbench.pipeline import STEPS
from workbench.ui.state import ScreenState


class HealthState(ScreenState):
    """Health of every SKU and location; a changed parameter scores all of them again."""

    name = "health"
    table = "health"
    notebook = "03_health"
    filterable = ("light", "location", "slow", "prescription")

    def compute(self) -> pd.DataFrame:
        """Return the scores under the params in force; the plan they rest on takes the place of the published one."""
        made = STEPS["health"].run(self.tables, self.params, self.meta.as_of)
        self.tables = ChainMap({"plan": made["plan"]}, self.tables)
        return made["health"]

    def list_rows(self) -> pd.DataFrame:
        """Return the positions with their titles and whether they are slow: red first, within a light the most money at stake first."""
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        rank = self.result["light"].map({light: at for at, light in enumerate(LIGHTS)})
        stake = self.exchange.convert(self.result["prescription_value"], self.result["currency"])
        order = self.result.assign(_rank=rank, _stake=-stake.fillna(0))
        order = order.sort_values(["_rank", "_stake", "score", "sku", "location"], na_position="last").drop(columns=["_rank", "_stake"])
        return order.assign(slow=self._slow(order)).merge(titles, on="sku", how="left")

    def counts(self, column: str) -> dict[str, int]:
        """Return how many rows each value of a column would leave; rows to which nothing applies have no pill."""
        return {value: count for value, count in super().counts(column).items() if value}

    def _slow(self, rows: pd.DataFrame) -> np.ndarray:
        limit, now, ahead = self.slow_limit, rows["slow_risk"], rows["slow_risk_ahead"]
        return np.select([now >= limit, ahead >= limit, now.isna() & ahead.isna()], ["now", "ahead", "unknown"], "no")

    @property
    def slow_limit(self) -> float:
        """The risk from which a position is called slow."""
        return float(getattr(self.params, "slow_risk_limit", health.HealthParams().slow_risk_limit))

    @property
    def ahead_days(self) -> int:
        """How far ahead slow stock is forecast."""
        return int(getattr(self.params, "slow_ahead_days", health.HealthParams().slow_ahead_days))

    def moved(self) -> pd.DataFrame:
        """Return how many positions another light than the published one, under the parameters in force: old, new, count."""
        both = self.read("health")[[*self.key, "light"]].merge(self.result[[*self.key, "light"]], on=list(self.key), suffixes=("_old", ""))
        return health.moved(both["light_old"], both["light"])

    def targets(self) -> pd.DataFrame:
        """Return the figures of the rows shown against the seller's targets."""
        params = health.HealthParams(**{name: getattr(self.params, name) for name in health.HealthParams.model_fields if hasattr(self.params, name)})
        return health.targets(self.shown(), params, self.meta.currency, self.read("exchange_rates"), self.meta.as_of)

    def index(self) -> pd.DataFrame:
        """Return the inventory performance index as the seller last typed it in."""
        return health.newest_index(self.read("inventory_index"), self.meta.as_of)

    def batches(self) -> pd.DataFrame:
        """Return the receipts that the units of the opened position come from."""
        row = self.row()
        sku, location, on_hand = ("", "", 0.0) if row is None else (row["sku"], row["location"], row["on_hand"])
        return health.batches(self.read("purchase_orders"), sku, location, on_hand, self.meta.as_of)

    def plan_row(self) -> pd.Series | None:
        """Return what the order plan says of the opened position."""
        mine = self.of_selected(self.read("plan"))
        return None if mine.empty else mine.iloc[0]
