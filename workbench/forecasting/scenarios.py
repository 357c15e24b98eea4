"""Optimistic, neutral and pessimistic paths of demand, and what-if events laid over a forecast."""

import datetime as dt
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, create_model

from workbench.events import event_days
from workbench.forecasting.channel_panel import QUANTILES, one_channel
from workbench.forecasting.drivers.tested import NOTHING, Tested
from workbench.forecasting.params import ForecastParams

NAMES = {"pessimistic": 0.1, "neutral": 0.5, "optimistic": 0.9}
"""The chance that demand stays at or under each path, over any first days of the horizon."""
_KNOTS = (1, 2, 4, 7, 14, 28, 30, 45, 60, 90, 135, 180, 270, 400)
_UNITS = ("mean", "sd", "q05", "q10", "q25", "q50", "q75", "q90", "q95")
_DAY = pd.Timedelta(days=1)


class ScenarioParams(BaseModel):
    """What might happen in the days ahead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    promotion_uplift: float = Field(default=0.0, ge=0, le=10, description="what a promotion adds: 3 is +300 %", json_schema_extra={"unit": "ratio"})
    promotion_in_days: int = Field(default=7, ge=1, le=365, description="when it begins, in days from the cutoff", json_schema_extra={"unit": "days"})
    promotion_runs_days: int = Field(default=7, ge=1, le=90, description="how long it lasts", json_schema_extra={"unit": "days"})
    rival_out: bool = Field(default=False, description="the rival is out of stock from tomorrow")
    rival_out_gain: float = Field(default=0.0, ge=0, le=5, description="what demand gains while the rival is out of stock", json_schema_extra={"unit": "ratio"})
    rival_out_days: int = Field(default=14, ge=1, le=365, description="how long the rival stays out of stock", json_schema_extra={"unit": "days"})
    rival_cut: bool = Field(default=False, description="the rival cuts its price from tomorrow")
    rival_cut_loss: float = Field(
        default=0.0, ge=0, le=0.95, description="share of demand that a rival's price cut takes, from tomorrow", json_schema_extra={"unit": "ratio"}
    )
    ad_stop: bool = Field(default=False, description="advertising stops tomorrow")
    ad_stop_loss: float = Field(
        default=0.0, ge=0, le=0.95, description="share of demand that goes when advertising stops tomorrow", json_schema_extra={"unit": "ratio"}
    )
    event: str = Field(default="", description="the event ahead that is edited or moved; empty: all of them")
    event_factor: float = Field(default=1.0, ge=0.1, le=10, description="what the uplift of events ahead is multiplied by", json_schema_extra={"unit": "ratio"})
    event_shift_days: int = Field(
        default=0, ge=-60, le=60, description="events ahead come so many days later; earlier below 0", json_schema_extra={"unit": "days"}
    )
    applies_to: Literal["opened", "shown", "all"] = Field(
        default="opened", description="opened: the opened SKU; shown: the channel's SKUs that the table's filters leave; all: every SKU of the channel"
    )

    @classmethod
    def measured(cls, effects: pd.DataFrame, events: Iterable[str] = ()) -> type["ScenarioParams"]:
        """Return these parameters with what was measured as defaults; what cannot be measured, or goes the other way, stays 0.

        Parameters
        ----------
        effects : rows of one SKU as from `measured_effects`
        events : the events ahead that can be chosen
        """
        factor = effects.set_index("driver")["factor"].dropna()
        found = {name: (sign * (factor[driver] - 1)) for driver, (name, sign) in _STRENGTH.items() if driver in factor}
        fields: dict[str, Any] = {"event": (Literal["", *dict.fromkeys(events)], copy(ScenarioParams.model_fields["event"]))}
        for name, strength in found.items():
            info = copy(ScenarioParams.model_fields[name])
            info.default = round(float(min(max(strength, 0.0), _MOST[name])), 2)
            fields[name] = (float, info)
        return create_model("ScenarioParams", __base__=ScenarioParams, **fields)

    def moved_to(self, measured: type["ScenarioParams"]) -> "ScenarioParams":
        """Return these values with other defaults where the reader has set none of his own."""
        own = {name: value for name in type(self).model_fields if (value := getattr(self, name)) != type(self).model_fields[name].default}
        known = get_args(measured.model_fields["event"].annotation)
        return measured(**{name: value for name, value in own.items() if name != "event" or value in known})


_STRENGTH = {"rival_out": ("rival_out_gain", 1), "rival_cut": ("rival_cut_loss", -1), "ad_stop": ("ad_stop_loss", -1)}
"""The strength of each measured driver, and whether it is a gain or a loss."""
_MOST = {"rival_out_gain": 5.0, "rival_cut_loss": 0.95, "ad_stop_loss": 0.95}


@dataclass(frozen=True)
class WhatIf:
    """Demand of some days multiplied: which days (both included), by how much, for which SKUs and channels; none named is all."""

    factor: float
    first: dt.date
    last: dt.date
    skus: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def scenario_paths(
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    channel: str,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    tested: Tested = NOTHING,
) -> pd.DataFrame:
    """Return a pessimistic, a neutral and an optimistic path of daily demand for every SKU of a channel.

    The 10 % quantiles of single days do not add up to the 10 % quantile of a month. So the paths are built from the quantiles
    of totals: over the first k days the path's sum is the 10, 50 or 90 % quantile of the demand of k days, for every k.

    Returns
    -------
    One row per sku and day: sku, channel, date, pessimistic, neutral, optimistic (units; running sums are in that order).

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = tested.on(one_channel(history, params, as_of, channel, items=items, events=events))
    horizon = params.horizon_days
    knots = (*(k for k in _KNOTS if k < horizon), horizon)
    result = panel.forecast(horizon, params, knots)
    n = len(panel.sku)
    days = pd.date_range(panel.calendar[-1] + _DAY, periods=horizon).as_unit("us")
    columns = {"sku": np.repeat(panel.sku, horizon), "channel": channel, "date": np.tile(days.to_numpy(), n)}
    for name, level in NAMES.items():
        columns[name] = path(result.mean, result.sum_quantiles[:, :, QUANTILES.index(level)], np.array(knots)).ravel()
    return pd.DataFrame(columns).astype({"sku": "str", "channel": "str"})


def path(mean: np.ndarray, totals: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return the daily path (n, horizon) whose running sums meet the totals (n, k) of the first `knots` (k,) days.

    Between two knots the sum keeps the ratio to the mean's sum, on the logarithm of days.

    Examples
    --------
    >>> path(np.full((1, 4), 2.0), np.array([[1.0, 6.0]]), np.array([1, 4])).round(2).tolist()
    [[1.0, 1.5, 1.69, 1.81]]
    """
    sums = np.cumsum(mean, 1, dtype=float)
    ratio = totals / np.maximum(sums[:, knots - 1], 1e-12)
    place = np.interp(np.log(np.arange(1, mean.shape[1] + 1)), np.log(knots), np.arange(len(knots)))
    low = np.minimum(place.astype(int), max(len(knots) - 2, 0))
    part = place - low
    high = np.minimum(low + 1, len(knots) - 1)
    reached = np.maximum.accumulate(((1 - part) * ratio[:, low] + part * ratio[:, high]) * sums, axis=1)
    return np.diff(reached, axis=1, prepend=0.0)


def laid_over(frame: pd.DataFrame, what_ifs: Iterable[WhatIf]) -> pd.DataFrame:
    """Return a forecast, or paths of it, with days multiplied; where what-ifs overlap their factors multiply.

    Mean, standard deviation and quantiles are multiplied alike: the forecast is as sure of the day, in shares of it, as before.

    Parameters
    ----------
    frame : rows with sku, channel, date, and any of mean, sd, the quantiles, pessimistic, neutral, optimistic
    """
    factor = np.ones(len(frame))
    for what in what_ifs:
        hit = frame["date"].between(pd.Timestamp(what.first), pd.Timestamp(what.last)).to_numpy(copy=True)
        for column, wanted in (("sku", what.skus), ("channel", what.channels)):
            hit &= frame[column].isin(wanted).to_numpy() if wanted else True
        factor[hit] *= what.factor
    return frame.assign(**{name: frame[name] * factor for name in (*_UNITS, *NAMES) if name in frame})


def moved(frame: pd.DataFrame, lift: pd.DataFrame, days: int, factor: float = 1.0, skus: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return a forecast whose events come `days` later and lift demand by `factor` times as much.

    Parameters
    ----------
    frame : as in `laid_over`, one channel
    lift : sku, date and event: what events multiply each day by, as from `components`; 1 is no event
    factor : of the uplift: with 2 an event that doubles demand triples it
    skus : none named is all
    """
    if days == 0 and factor == 1:
        return frame
    mine = lift[lift["sku"].isin(skus)] if skus else lift
    was = mine.set_index(["sku", "date"])["event"]
    wanted = (1 + (was - 1) * factor).clip(lower=0)
    after = wanted.rename(lambda date: date + pd.Timedelta(days=days), level="date")
    place = pd.MultiIndex.from_frame(frame[["sku", "date"]])
    ratio = after.reindex(place).fillna(1.0).to_numpy() / np.maximum(was.reindex(place).fillna(1.0).to_numpy(), 1e-9)
    return frame.assign(**{name: frame[name] * ratio for name in (*_UNITS, *NAMES) if name in frame})


def lift_of(event: str, lift: pd.DataFrame, calendar: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Return the lift of one event alone: as given on its days, 1 on all others.

    Parameters
    ----------
    lift : as in `moved`
    calendar : table events
    """
    days = event_days(pd.DatetimeIndex(lift["date"].unique()), calendar, channel)
    return lift.assign(event=lift["event"].where(lift["date"].isin(days.loc[days["event"] == event, "date"]), 1.0))


def what_ifs(params: ScenarioParams, cutoff: dt.date, horizon_days: int, skus: tuple[str, ...] = ()) -> list[WhatIf]:
    """Return the what-ifs that parameters stand for, of the SKUs named or of all: a promotion, a rival out of stock or cheaper, a stop of advertising."""
    tomorrow, last = cutoff + dt.timedelta(days=1), cutoff + dt.timedelta(days=horizon_days)
    start = cutoff + dt.timedelta(days=params.promotion_in_days)
    told = [
        WhatIf(1 + params.promotion_uplift, start, start + dt.timedelta(days=params.promotion_runs_days - 1), skus),
        WhatIf(1 + params.rival_out * params.rival_out_gain, tomorrow, cutoff + dt.timedelta(days=params.rival_out_days), skus),
        WhatIf(1 - params.rival_cut * params.rival_cut_loss, tomorrow, last, skus),
        WhatIf(1 - params.ad_stop * params.ad_stop_loss, tomorrow, last, skus),
    ]
    return [what for what in told if what.factor != 1]
