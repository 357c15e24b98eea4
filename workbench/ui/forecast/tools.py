"""What the forecast screen works out only when it is asked for, each once for its parameters."""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel

from workbench import forecasting, stock
from workbench.forecasting import Components, ForecastParams, ScenarioParams, SurpriseParams
from workbench.settings import Forecaster
from workbench.ui.own_params import own_params

LEAD_DAYS = 28
_ORIGINS = 6
_SEASON_YEARS = 3
_LOOKED_AT = ("sku", "channel", "date", "units", "demand", "base_demand", "stocked_demand", "imputed", "event", "price", "exposure", "promotion")
"""Columns of the history that forecasts, back-tests and classes of sales need."""
_RECENT_DAYS = 200
_EFFECT_DAYS = 480
"""Days of history that effects of rivals and advertising are measured on, and a little more."""

Read = Callable[..., pd.DataFrame]
"""Gives some rows and columns of a table, as `ScreenState.read_part` does."""


class Tools:
    """Parts, back-tests, changes, scenarios, seasons and accuracy of a workspace's forecasts, each worked out once for its parameters.

    Parameters
    ----------
    read : what gives rows and columns of a table
    tables : tables by name; asked only for those of the run before, which not every host has
    as_of : nothing later is used
    """

    def __init__(self, read: Read, tables: Mapping[str, pd.DataFrame], as_of: dt.date):
        self._read, self._tables, self._as_of = read, tables, as_of
        self._made: dict[Hashable, Any] = {}

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _channel(self, channel: str) -> pd.DataFrame:
        return self._read("history", _LOOKED_AT, channel=[channel])

    def since(self, channel: str) -> pd.Timestamp:
        """Return the first day of a channel's history, NaT where it has none."""
        return self._once(("since", channel), lambda: self._read("history", ("date",), channel=[channel])["date"].min())

    def _forecasts(self, make: Callable[..., Any], channel: str, asked: ForecastParams, events: pd.DataFrame | None) -> Any:
        """What a function of the engine makes of a channel."""
        return self._once(
            (make.__name__, channel, asked, _dated(events)),
            lambda: make(
                self._channel(channel), asked, self._as_of, channel, items=self._read("items"), events=events, tested=self.tested(channel, asked, events)
            ),
        )

    def tested(self, channel: str, params: BaseModel, events: pd.DataFrame | None) -> forecasting.Tested:
        """Return what rivals of today and the other drivers that proved to help do to the forecasts of a channel."""
        asked = own_params(ForecastParams, params)

        def made() -> forecasting.Tested:
            around = {name: self._read(name) for name in ("market", "ads", "offer_plan", "indicators")}
            return forecasting.channel_drivers(self._channel(channel), asked, self._as_of, channel, around, items=self._read("items"), events=events)

        return self._once(("tested", channel, asked, _dated(events)), made)

    def parts(self, sku: str, channel: str, params: BaseModel, events: pd.DataFrame | None) -> pd.DataFrame:
        """Return the parts of a SKU's forecast day by day: level, weekday, season, event, rival, driver, mean."""
        found: Components = self._forecasts(forecasting.components, channel, own_params(ForecastParams, params), events)
        return found.of(sku)

    def kind(self, sku: str, channel: str) -> dict[str, Any]:
        """Return how a SKU sells on the days whose sales are known: kind, interval_days and cv2, as `classify` names them."""
        mine = self._channel(channel)
        mine = mine[mine["sku"] == sku]
        known = (mine["units"].notna() & ~mine["imputed"].fillna(False).astype(bool)).to_numpy()
        found = forecasting.classify(mine["units"].to_numpy(float)[None], known[None])
        return dict(zip(("kind", "interval_days", "cv2"), (part[0] for part in found), strict=True))

    def like(self, sku: str, channel: str, params: BaseModel) -> list[str]:
        """Return the SKUs that a new one is expected to sell like: those an analyst picked, else those that it resembles."""
        picked = dict(own_params(ForecastParams, params).analogues).get(sku)
        return list(picked) if picked else forecasting.like_of(sku, self._channel(channel), self._read("items"), self._read("listings"), self._as_of)

    def coming(self, sku: str, channel: str, params: BaseModel, events: pd.DataFrame, first: pd.Timestamp, days: int) -> pd.DataFrame:
        """Return the events of so many days ahead with what a SKU's forecast expects of each."""
        asked = own_params(ForecastParams, params).model_copy(update={"horizon_days": days})
        parts: Components = self._forecasts(forecasting.components, channel, asked, events)
        return forecasting.coming_events(parts.of(sku), events if asked.use_events else events.iloc[:0], channel, first)

    def _scores(self, channel: str, asked: ForecastParams, origins: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The back-test of a channel, without the model over all SKUs (it would take seconds a cutoff), and the history that it was made from."""
        mine, asked = self._channel(channel), asked.model_copy(update={"global_model": False})
        return forecasting.backtest(mine, asked, self._as_of, items=self._read("items"), origins=origins, lead_times=(LEAD_DAYS,)), mine

    def past(self, sku: str, channel: str, params: BaseModel) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return how the methods did at three earlier cutoffs: one row a method for the SKU, one a class and method for the channel."""
        asked = _ours(params)

        def made() -> tuple[pd.DataFrame, pd.DataFrame]:
            scores, mine = self._scores(channel, asked, 3)
            return scores, forecasting.summary_by_class(scores, mine)

        scores, classes = self._once(("past", channel, asked), made)
        return forecasting.summary(scores[scores["sku"] == sku]), classes

    def changes(self, now: pd.DataFrame, events: pd.DataFrame | None) -> pd.DataFrame | None:
        """Return what changed since the run before; None where there was none."""
        before, past = self._tables.get("forecast_before"), self._tables.get("history_before")
        if before is None or before.empty:
            return None
        since = min(now["cutoff"].min(), before["cutoff"].min()) - pd.Timedelta(days=_RECENT_DAYS)
        history = self._read("history", ("sku", "channel", "date", "demand", "imputed"), since.date())
        past = None if past is None or past.empty else past
        return self._once(("changes", _dated(events)), lambda: forecasting.changes(now, before, history, history_before=past, events=events))

    def surprises(self, events: pd.DataFrame | None) -> pd.DataFrame:
        """Return the spikes, surges and slumps of the last days."""
        return self._once(
            ("surprises", _dated(events)),
            lambda: forecasting.surprises(self._read("history", _LOOKED_AT), SurpriseParams(), self._as_of, items=self._read("items"), events=events),
        )

    def paths(
        self, skus: tuple[str, ...], channel: str, params: BaseModel, what: ScenarioParams, events: pd.DataFrame | None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the three paths of the SKUs of a channel that a what-if is about, none named is all: as forecast, and with it."""
        asked = own_params(ForecastParams, params)
        plain = self._forecasts(forecasting.scenario_paths, channel, asked, events)
        mine = plain[plain["sku"].isin(skus)] if skus else plain
        cutoff = plain["date"].min().date() - dt.timedelta(days=1)
        changed = forecasting.laid_over(mine, forecasting.what_ifs(what, cutoff, asked.horizon_days, skus))
        if what.event_factor == 1 and what.event_shift_days == 0:
            return mine, changed
        parts: Components = self._forecasts(forecasting.components, channel, asked, events)
        lift = pd.concat([parts.of(sku)[["date", "event"]].assign(sku=sku) for sku in sorted(mine["sku"].unique())], ignore_index=True)
        lift = lift if events is None or not what.event else forecasting.lift_of(what.event, lift, events, channel)
        return mine, forecasting.moved(changed, lift, what.event_shift_days, what.event_factor)

    def effects(self, channel: str) -> pd.DataFrame:
        """Return what rivals and advertising have done to the demand of every SKU of a channel."""

        def made() -> pd.DataFrame:
            columns = ("sku", "channel", "date", "demand", "imputed", "exposure", "event", "promotion")
            history = self._read("history", columns, self._as_of - dt.timedelta(days=_EFFECT_DAYS), channel=[channel])
            return forecasting.measured_effects(history, self._read("market"), self._read("ads"), self._as_of, items=self._read("items"))

        return self._once(("effects", channel), made)

    def season(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the seasonal index by SKU, when to order first stock for the next season, and the category matrix."""
        return self._once("season", self._season)

    def _season(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        first = dt.date(self._as_of.year - _SEASON_YEARS - 1, 1, 1)
        history, items = self._read("history", ("sku", "channel", "date", "demand"), first), self._read("items")
        index = forecasting.seasonal_index(history, years=_SEASON_YEARS)
        peak = forecasting.peaks(index)
        lead = stock.lead_times(items, self._read("suppliers"), self._read("purchase_orders"), self._as_of)
        orders = peak.merge(forecasting.first_stock(peak, lead, self._as_of).drop(columns=["peak_month", "peak_multiple"]), on="sku", how="left")
        return index, orders, forecasting.season_matrix(history, items, _SEASON_YEARS)

    def surges(self) -> pd.DataFrame:
        """Return the SKUs whose keyword is searched ever more often, and whose sales follow searches."""

        def made() -> pd.DataFrame:
            market = self._read("market")
            return forecasting.keyword_surges(market, self._read("history", _LOOKED_AT, None, sku=sorted(market["sku"].unique())), self._as_of)

        return self._once("surges", made)

    def accuracy(self, channel: str, params: BaseModel) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the back-test by class of sales and month, and how often bounds held."""
        asked = _ours(params)

        def made() -> tuple[pd.DataFrame, pd.DataFrame]:
            scores, mine = self._scores(channel, asked, _ORIGINS)
            return forecasting.accuracy_by_month(scores, mine), forecasting.reliability(scores, mine)

        return self._once(("accuracy", channel, asked), made)

    def tried(self, channel: str, params: BaseModel, choice: Forecaster, skus: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the back-test of a forecaster of sktime beside ours over its SKUs, and the rows of those where the fallback stood in."""
        asked = own_params(ForecastParams, params).model_copy(update={"forecaster": choice.model_copy(update={"skus": skus})})

        def made() -> tuple[pd.DataFrame, pd.DataFrame]:
            scores = self._scores(channel, asked, 3)[0]
            mine = scores[scores["sku"].isin(skus)] if skus else scores
            fell = mine[mine["fell_back"] == 1] if "fell_back" in mine else mine.iloc[:0]
            return forecasting.summary(mine), fell

        return self._once(("tried", channel, asked), made)


def _dated(events: pd.DataFrame | None) -> Hashable:
    """The events and the lifts that somebody stated, by which forecasts differ."""
    if events is None:
        return ()
    return tuple(events[["event", "channel", "start_date", "end_date", "lift"]].fillna({"lift": 0.0}).itertuples(index=False, name=None))


def _ours(params: BaseModel) -> ForecastParams:
    """The step's parameters with our own forecaster."""
    return own_params(ForecastParams, params).model_copy(update={"forecaster": Forecaster()})
