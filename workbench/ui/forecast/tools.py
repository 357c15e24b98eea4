"""What the forecast screen works out only when it is asked for, each once for its parameters."""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel

from workbench import forecasting
from workbench.forecasting import Components, ForecastParams, ScenarioParams, SurpriseParams
from workbench.settings import Forecaster

BEFORE = {"forecast": "forecast_before", "history": "history_before"}
"""Names under which a host has the tables of the run before."""
_ORIGINS = 6
_SEASON_YEARS = 3


class Tools:
    """Changes, scenarios, seasons and accuracy of a workspace's forecasts.

    Parameters
    ----------
    tables : canonical tables by name, and those of the run before where the host has them
    as_of : nothing later is used
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], as_of: dt.date):
        self._tables, self._as_of = tables, as_of
        self._made: dict[Hashable, Any] = {}

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _table(self, name: str) -> pd.DataFrame | None:
        found = self._tables.get(name)
        return None if found is None or found.empty else found

    def _channel(self, channel: str) -> pd.DataFrame:
        history = self._tables["history"]
        return history[history["channel"] == channel]

    def changes(self, now: pd.DataFrame, events: pd.DataFrame | None) -> pd.DataFrame | None:
        """Return what changed since the run before; None where there was none."""
        before = self._table(BEFORE["forecast"])
        if before is None:
            return None
        history, past = self._tables["history"], self._table(BEFORE["history"])
        return self._once("changes", lambda: forecasting.changes(now, before, history, history_before=past, events=events))

    def surprises(self, events: pd.DataFrame | None) -> pd.DataFrame:
        """Return the spikes, surges and slumps of the last days."""
        return self._once(
            "surprises",
            lambda: forecasting.surprises(self._tables["history"], SurpriseParams(), self._as_of, items=self._tables.get("items"), events=events),
        )

    def paths(self, sku: str, channel: str, params: BaseModel, what: ScenarioParams, events: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the three paths of all SKUs of a channel that a what-if is about: as forecast, and with it."""
        asked = of_the_step(params)
        history, items = self._channel(channel), self._tables.get("items")
        plain = self._once(("paths", channel, asked), lambda: forecasting.scenario_paths(history, asked, self._as_of, channel, items=items, events=events))
        mine = plain[plain["sku"] == sku] if what.applies_to == "sku" else plain
        cutoff = plain["date"].min().date() - dt.timedelta(days=1)
        changed = forecasting.laid_over(mine, forecasting.what_ifs(what, cutoff, asked.horizon_days, sku))
        if what.event_factor == 1 and what.event_shift_days == 0:
            return mine, changed
        lift = self._lift(channel, asked, events, sorted(mine["sku"].unique()))
        return mine, forecasting.moved(changed, lift, what.event_shift_days, what.event_factor)

    def _lift(self, channel: str, asked: ForecastParams, events: pd.DataFrame | None, skus: list[str]) -> pd.DataFrame:
        history, items = self._channel(channel), self._tables.get("items")
        parts: Components = self._once(
            ("parts", channel, asked), lambda: forecasting.components(history, asked, self._as_of, channel, items=items, events=events)
        )
        return pd.concat([parts.of(sku)[["date", "event"]].assign(sku=sku) for sku in skus], ignore_index=True)

    def season(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the seasonal index by SKU, when to order first stock for the next season, and the category matrix."""
        return self._once("season", self._season)

    def _season(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        history, items = self._tables["history"], self._table("items")
        index = forecasting.seasonal_index(history, years=_SEASON_YEARS)
        peak = forecasting.peaks(index)
        suppliers = self._table("suppliers")
        lead = pd.DataFrame({"sku": [], "production_days": [], "transit_days": [], "receiving_days": []}).astype({"sku": "str"})
        if items is not None and suppliers is not None:
            days = ["production_days", "transit_days", "receiving_days"]
            lead = items[["sku", "supplier"]].drop_duplicates("sku").merge(suppliers[["supplier", *days]], on="supplier").dropna(subset=days)
        orders = peak.merge(forecasting.first_stock(peak, lead, self._as_of).drop(columns=["peak_month", "peak_multiple"]), on="sku", how="left")
        matrix = forecasting.season_matrix(history, items, _SEASON_YEARS) if items is not None else pd.DataFrame()
        return index, orders, matrix

    def surges(self) -> pd.DataFrame:
        """Return the SKUs whose keyword is searched ever more often."""
        market = self._table("market")
        return pd.DataFrame(columns=["sku"]) if market is None else self._once("surges", lambda: forecasting.keyword_surges(market, self._as_of))

    def accuracy(self, channel: str, params: BaseModel) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the back-test by class of sales and month, and how often bounds held."""
        asked = of_the_step(params).model_copy(update={"forecaster": Forecaster()})

        def made() -> tuple[pd.DataFrame, pd.DataFrame]:
            mine = self._channel(channel)
            scores = forecasting.backtest(mine, asked, self._as_of, items=self._tables.get("items"), origins=_ORIGINS, lead_times=(28,))
            return forecasting.accuracy_by_month(scores, mine), forecasting.reliability(scores, mine)

        return self._once(("accuracy", channel, asked), made)

    def tried(self, channel: str, params: BaseModel, choice: Forecaster, skus: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the back-test of a forecaster of sktime beside ours over its SKUs, and the rows of those where the fallback stood in."""
        asked = of_the_step(params).model_copy(update={"forecaster": choice.model_copy(update={"skus": skus})})

        def made() -> tuple[pd.DataFrame, pd.DataFrame]:
            scores = forecasting.backtest(self._channel(channel), asked, self._as_of, items=self._tables.get("items"), lead_times=(28,))
            mine = scores[scores["sku"].isin(skus)] if skus else scores
            fell = mine[mine["fell_back"] == 1] if "fell_back" in mine else mine.iloc[:0]
            return forecasting.summary(mine), fell

        return self._once(("tried", channel, asked), made)


def of_the_step(params: BaseModel) -> ForecastParams:
    """Return the step's own parameters out of a notebook's or another step's."""
    return ForecastParams(**{name: getattr(params, name) for name in ForecastParams.model_fields if hasattr(params, name)})
