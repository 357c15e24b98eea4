"""State of the health screen: every stock position, most urgent first."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import traitlets as tl

from workbench import forecasting, health
from workbench.charts.palette import AGES, LIGHTS
from workbench.pipeline import STEPS, columns_of
from workbench.tables.selection import some_of
from workbench.ui.health.kept import Kept
from workbench.ui.own_params import own_params

SEASON_YEARS = 3
STORY = ("score", "slow_risk", "cover_days")
"""What is told of a position at each run."""
OF_SKU = ("market", "traffic", "ads", "listing_texts", "listings", "returns", "purchase_orders")
PAST_DAYS = 760
COUNTED = {
    "at_stake": ("prescription_value",),
    "excess": ("excess_value",),
    "aged": tuple(AGES)[2:],
    "storage": ("storage_month", "surcharge_month"),
    "lost": ("lost_margin_30",),
}
"""What each sum of the strip adds up; a click leaves the positions that have some of it, most first."""


class HealthState(Kept):
    """Health of every SKU and location; a changed parameter scores all of them again."""

    name = "health"
    table = "health"
    notebook = "03_health"
    filterable = ("light", "location", "slow", "loses", "prescription", "counted")

    seasons_asked = tl.Bool(False)
    _used: Mapping[str, pd.DataFrame] | None = None
    _plan: pd.DataFrame | None = None
    _runs: tuple[object, pd.DataFrame] = (None, pd.DataFrame())

    def compute(self) -> pd.DataFrame:
        """Return the scores under the params in force; the plan they rest on takes the place of the published one."""
        if self._used is None:
            self._used = columns_of(self.tables, health.READS)
        made = STEPS["health"].run(self._used, self.params, self.meta.as_of)
        self._plan = made["plan"]
        return made["health"]

    def list_rows(self) -> pd.DataFrame:
        """Return the positions with title, whether slow, whether losing money: red first, within a light the most money at stake first."""
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        rank = self.result["light"].map({light: at for at, light in enumerate(LIGHTS)})
        stake = self.exchange.convert(self.result["prescription_value"], self.result["currency"])
        order = self.result.assign(_rank=rank, _stake=-stake.fillna(0))
        order = order.sort_values(["_rank", "_stake", "score", "sku", "location"], na_position="last").drop(columns=["_rank", "_stake"])
        loses = np.where(order["contribution_30"] < 0, "yes", "")
        return order.assign(slow=self._slow(order), loses=loses).merge(titles, on="sku", how="left")

    def counts(self, column: str) -> dict[str, int]:
        """Return how many rows each value of a column would leave; rows to which nothing applies have no pill."""
        if column == "counted":  # these overlap, so only the one in force has a pill
            asked = self.filters.get(column, "")
            return {asked: len(self.shown())} if asked in COUNTED else {}
        return {value: count for value, count in super().counts(column).items() if value}

    def kept(self, frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
        """Return the rows that one filter leaves; of a sum of the strip those that have some of it."""
        if column != "counted":
            return super().kept(frame, column, value)
        return frame[frame[list(COUNTED[value])].sum(axis=1) > 0] if value in COUNTED else frame

    def shown(self) -> pd.DataFrame:
        """Return the listing under the filters in force; under a sum of the strip the most of it first."""
        rows, asked = super().shown(), self.filters.get("counted", "")
        if asked not in COUNTED:
            return rows
        amount = rows[list(COUNTED[asked])].sum(axis=1)
        alike = amount if asked == "aged" else self.exchange.convert(amount, rows["currency"])
        return rows.loc[alike.sort_values(ascending=False, kind="stable").index]  # what has no rate stands last

    def _slow(self, rows: pd.DataFrame) -> np.ndarray:
        limit, now, ahead = self.own_params.slow_risk_limit, rows["slow_risk"], rows["slow_risk_ahead"]
        return np.select([now >= limit, ahead >= limit, now.isna() & ahead.isna()], ["now", "ahead", "unknown"], "no")

    @property
    def own_params(self) -> health.HealthParams:
        """The parameters of health in force, without those of the plan and the notebook."""
        return own_params(health.HealthParams, self.params)

    def moved(self) -> pd.DataFrame:
        """Return how many positions another light than the published one, under the parameters in force: old, new, count."""
        both = self.read("health")[[*self.key, "light"]].merge(self.result[[*self.key, "light"]], on=list(self.key), suffixes=("_old", ""))
        return health.moved(both["light_old"], both["light"])

    def targets(self) -> pd.DataFrame:
        """Return the figures of the rows shown against the seller's targets."""
        return health.targets(self.shown(), self.own_params, self.meta.currency, self.read("exchange_rates"), self.meta.as_of)

    def categories(self) -> pd.DataFrame:
        """Return the figures of the rows shown by category, beside what is usual in the industry where the seller said so."""
        given = (self.read("items"), self.read("benchmarks"), self.own_params, self.meta.currency, self.read("exchange_rates"))
        return health.by_category(self.shown(), *given, self.meta.as_of)

    def doubts(self) -> pd.DataFrame:
        """Return what is missing behind the figures, see `health.doubts`."""
        return health.doubts(self.result, self.read("items"), self.read("nodes"), self.meta.currency, self.read("exchange_rates"), self.meta.as_of)

    def trend(self) -> pd.DataFrame:
        """Return how the whole stock, or that of the location chosen, stood at the runs of each decision day; a what-if is no run."""
        place = self.filters.get("location", "")
        among = {"location": [place]} if place else {}
        key = (place, self.own_params.slow_risk_limit)
        if self._runs[0] != key:
            said = [*self.read_past("health", health.SAID, None, **among), (self.meta.as_of, some_of(self.published(), None, None, **among))]
            self._runs = (key, health.trend(said, self.own_params, self.meta.currency, self.read("exchange_rates")))
        return self._runs[1]

    @property
    def of_whole(self) -> bool:
        """Whether the rows shown are all, or all of a location, so that the trend is about the same positions."""
        return set(self.filters) <= {"location"}

    def position_trend(self) -> pd.DataFrame:
        """Return date and STORY of the opened position at the run of each decision day, oldest first."""
        if not self.selected:
            return pd.DataFrame(columns=["date", *STORY])
        said = self.read_past("health", STORY, None, **{name: [value] for name, value in self.selected.items()})
        before = [rows.assign(date=pd.Timestamp(day)) for day, rows in said]
        newest = self.of_selected(self.published()).assign(date=pd.Timestamp(self.meta.as_of))
        return pd.concat([*(rows for rows in before if len(rows)), newest], ignore_index=True)[["date", *STORY]].sort_values("date", ignore_index=True)

    def ask_seasons(self) -> None:
        """Have the season of every category worked out."""
        self.seasons_asked = True

    def seasons(self) -> pd.DataFrame | None:
        """Return demand by category and month over the mean of the year, None until it was asked for."""
        if not self.seasons_asked:
            return None
        since = self.meta.as_of - dt.timedelta(days=366 * SEASON_YEARS)
        history = self.read_part("history", ["sku", "channel", "date", "demand"], since)
        return forecasting.season_matrix(history, self.read("items"), SEASON_YEARS)

    def index(self) -> pd.DataFrame:
        """Return the inventory performance index as the seller last typed it in."""
        return health.newest_index(self.read("inventory_index"), self.meta.as_of)

    def looked_at(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the receipts of the opened position, and every input that its causes were looked for in; see `health.evidence`."""
        row = self.row()
        if row is None:
            return pd.DataFrame(), pd.DataFrame()
        since = self.meta.as_of - dt.timedelta(days=PAST_DAYS)
        mine = {name: self.read_part(name, sku=[row["sku"]]) for name in OF_SKU}
        mine |= {"history": self.read_part("history", None, since, sku=[row["sku"]]), "serves": self.read("serves")}
        orders = mine["purchase_orders"]
        said = self.read_past("health", health.PACE, lambda day: health.told_of(orders, day), sku=[row["sku"]])
        place = {name: row[name] for name in ("sku", "location", "on_hand")}
        return health.evidence(mine, place, said, self.own_params, self.meta.as_of)

    def plan_row(self) -> pd.Series | None:
        """Return what the order plan says of the opened position."""
        mine = self.of_selected(self.read("plan") if self._plan is None else self._plan)
        return None if mine.empty else mine.iloc[0]

    def in_clearance(self) -> bool:
        """Whether the clearance screen has the opened position."""
        asked = {name: [value] for name, value in self.selected.items()}
        return bool(asked) and len(self.read_part("clearance", ["sku"], None, **asked)) > 0

    def demand_channel(self) -> str:
        """Return a channel that the opened position's units are sold on and the forecast screen has; empty where there is none."""
        serves = self.read("serves")
        here = serves.loc[serves["node"] == self.selected.get("location"), "channel"]
        known = self.read_part("history", ["channel"], self.meta.as_of - dt.timedelta(days=31), sku=[self.selected.get("sku", "")])
        return next((channel for channel in here if channel in set(known["channel"])), "")
