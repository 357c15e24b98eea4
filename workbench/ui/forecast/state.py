"""State of the forecast screen: every SKU and channel, and the opened one day by day."""

from collections import ChainMap

import pandas as pd
import traitlets as tl

from workbench.pipeline import STEPS
from workbench.tables.forecast import LOOK_AT
from workbench.ui.forecast import words
from workbench.ui.forecast.uplifts import Uplifts
from workbench.ui.reasons import reason

_NEAR, _FAR = 30, 90


class ForecastState(Uplifts):
    """Forecast of every SKU and channel; a changed parameter forecasts the opened SKU again."""

    name = "forecast"
    table = "forecast"
    notebook = "02_forecast"
    filterable = ("channel", "model", "look_at")

    looks_closer = tl.Bool(False)

    def again(self) -> pd.DataFrame | None:
        """Return the opened SKU's forecast under the params in force."""
        mine, lifts = self.of_sku("history"), self.known_lifts()
        decided = {} if lifts is None else {"event_lifts": lifts}
        return STEPS["forecast"].run(ChainMap(mine, decided, self.tables), self.params, self.meta.as_of)["forecast"] if len(mine["history"]) else None

    def list_rows(self) -> pd.DataFrame:
        """Return one row a SKU and channel: what sold lately and what is expected, the largest first."""
        if self.result.empty:
            return pd.DataFrame({"sku": [], "channel": []}, dtype="str").assign(mean_30=0.0)
        latest = self.result[self.result["cutoff"] == self.result.groupby(["sku", "channel"])["cutoff"].transform("max")]
        day = (latest["date"] - latest["cutoff"]).dt.days
        by = [latest["sku"], latest["channel"]]
        rows = pd.DataFrame({f"mean_{n}": latest["mean"].where(day <= n).groupby(by).sum(min_count=1) for n in (_NEAR, _FAR)})
        rows["model"] = latest["model"].groupby(by).first()
        rows["look_at"] = latest["reason"].where(latest["reason"].isin(LOOK_AT)).groupby(by).first()
        rows["last_30"] = self._last()
        rows["change_share"] = rows["mean_30"] / rows["last_30"].where(rows["last_30"] > 0) - 1
        titles = self.read("items")[["sku", "title"]].drop_duplicates("sku")
        return rows.reset_index().merge(titles, on="sku", how="left").sort_values(["mean_30", "sku", "channel"], ascending=[False, True, True])

    def _last(self) -> pd.Series:
        newest = self.read_part("history", ["date"])["date"].max()
        since = None if pd.isna(newest) else (newest - pd.Timedelta(days=_NEAR - 1)).date()
        recent = self.read_part("history", ["sku", "channel", "date", "demand"], since)
        return recent.groupby(["sku", "channel"])["demand"].sum(min_count=1)

    def parts(self) -> pd.DataFrame:
        """Return the parts of the opened forecast, with the events of its days, and beside their product what was published."""
        made = self.tools.parts(**self.selected, params=self.params, events=self.near())
        return made.merge(self.ahead()[["date", "mean"]].rename(columns={"mean": "published"}), on="date", how="left")

    def kind(self) -> list[str]:
        """Return in words how the opened SKU sells, its stage of life as health tells it, what it is like while new, and what of its past to look at."""
        told = self.read_part("health", ["sku", "stage"], sku=[self.selected["sku"]])["stage"].dropna()
        ahead = self.ahead()
        new, flagged = (ahead["model"] == "analogues").any(), ahead[ahead["reason"].fillna("") != ""].head(1)
        like = self.tools.like(**self.selected, params=self.params) if new else ()
        said = words.kind(self.tools.kind(**self.selected), str(told.iloc[0]) if len(told) else "", like)
        return said + [reason(row) for row in flagged.to_dict("records")]

    def in_the_past(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the back-test of the opened SKU, and by class of its channel."""
        return self.tools.past(**self.selected, params=self.params)

    def past(self) -> pd.DataFrame:
        """Return the clean history of the opened SKU and channel."""
        return self.of_key("history")

    def ahead(self) -> pd.DataFrame:
        """Return the forecast of the opened SKU and channel: the what-if where there is one, else the published one."""
        mine = self.of_opened()
        return mine[mine["cutoff"] == mine["cutoff"].max()].sort_values("date")

    def weeks(self) -> pd.DataFrame:
        """Return the forecast of the opened SKU and channel by week, in units."""
        ahead = self.ahead()
        week = (ahead["date"] - ahead["cutoff"] - pd.Timedelta(days=1)) // pd.Timedelta(days=7)
        return ahead.groupby(week).agg(week=("date", "min"), mean=("mean", "sum"), days=("date", "size")).reset_index(drop=True)
