"""What the forecast screen works out when it is asked to look closer: what a forecast is made of, and how it did in the past."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel

from workbench.forecasting import Components, ForecastParams, backtest, components, summary, summary_by_class
from workbench.settings import Forecaster
from workbench.ui.forecast.tools import of_the_step

LEAD_DAYS = 28


class Closer:
    """Parts and back-test of forecasts, each worked out once for a channel and its parameters.

    Parameters
    ----------
    tables : canonical tables by name
    as_of : nothing later is used
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], as_of: dt.date):
        self._tables, self._as_of = tables, as_of
        self._made: dict[tuple[str, str, ForecastParams], Any] = {}

    def parts(self, sku: str, channel: str, params: BaseModel, events: pd.DataFrame | None) -> pd.DataFrame:
        """Return the parts of a SKU's forecast day by day: level, weekday, season, event, mean."""
        asked = of_the_step(params)
        key = ("parts", channel, asked)
        if key not in self._made:
            self._made[key] = components(self._tables["history"], asked, self._as_of, channel, items=self._tables.get("items"), events=events)
        found: Components = self._made[key]
        return found.of(sku)

    def past(self, sku: str, channel: str, params: BaseModel) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return how the methods did at three earlier cutoffs: one row a method for the SKU, one a class and method for the channel."""
        asked = of_the_step(params).model_copy(update={"forecaster": Forecaster()})
        key = ("past", channel, asked)
        if key not in self._made:
            history = self._tables["history"]
            mine = history[history["channel"] == channel]
            scores = backtest(mine, asked, self._as_of, items=self._tables.get("items"), horizon_days=LEAD_DAYS, lead_times=(LEAD_DAYS,))
            self._made[key] = scores, summary_by_class(scores, mine)
        scores, classes = self._made[key]
        return summary(scores[scores["sku"] == sku]), classes
