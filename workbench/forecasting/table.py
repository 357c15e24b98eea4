"""The forecast step: the history table in, the forecast table out."""

import datetime as dt
import logging

import numpy as np
import pandas as pd

from workbench.forecasting.analogues import from_analogues
from workbench.forecasting.channel_panel import QUANTILES, ChannelPanel, channel_panels
from workbench.forecasting.drivers.tested import tested_drivers
from workbench.forecasting.engine.panel import PanelForecast
from workbench.forecasting.params import ForecastParams
from workbench.forecasting.similar import from_similar, offered
from workbench.forecasting.sktime_models.instead import instead, is_chosen
from workbench.tables import schema

log = logging.getLogger("workbench")
_QUANTILE_COLUMNS = tuple(f"q{round(100 * q):02d}" for q in QUANTILES)


def forecast(
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    market: pd.DataFrame | None = None,
    ads: pd.DataFrame | None = None,
    offer_plan: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    listings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return table forecast: every day of the horizon with mean, standard deviation and seven quantiles, per SKU and channel.

    Parameters
    ----------
    history : table history; a day whose demand is estimated counts as its `stocked_demand`, and as unknown where that is empty
    params : horizon and pooling
    as_of : nothing dated later, or learned later, is used
    items : table items, for the pools (category, brand), and for what new SKUs are like; see `from_similar`
    listings : table listings, for prices and for listings that have never sold
    events : table events that reaches over the horizon, as from `events.calendar`; lifts are learned, a stated one is the start
    market, ads, offer_plan, indicators : tables, for what rivals do today and the other drivers that proved to help; see `tested_drivers`

    Returns
    -------
    One row per sku, channel and day; `cutoff` is the last day of the channel's history. Empty if history is. Where an sktime
    forecaster is chosen, `model` names what made the row, and `reason` says why that is the fallback; else what of the history was
    answered by rule, see `flags`.
    """
    parts, tables = [], {"market": market, "ads": ads, "offer_plan": offer_plan, "indicators": indicators}
    offer, named = offered(items, listings, as_of), [sku for sku, _ in params.analogues]
    for panel in channel_panels(history, params, as_of, items=items, events=events):
        tested = tested_drivers(panel, history, params, as_of, tables, items=items)
        for row in tested.told.itertuples():
            did, errors = "used" if row.used else f"dropped ({row.verdict})", (row.error, row.error_with, row.cases)
            log.info("%s: %s %s %s: error of 14-day totals %.3f without, %.3f with it, cases %d", panel.channel, row.kind, row.driver, did, *errors)
        made = _forecast(tested.on(panel), params)
        parts.append(made if items is None or is_chosen(params.forecaster) else from_similar(made, panel, items, offer, named))
    if not parts:
        return schema.conform("forecast", schema.empty("forecast"), lineage=False)
    made = schema.conform("forecast", pd.concat(parts, ignore_index=True), lineage=False)
    return from_analogues(made, history, params.analogues) if params.analogues else made


def _forecast(panel: ChannelPanel, params: ForecastParams) -> pd.DataFrame:
    ours = panel.forecast(params.horizon_days, params)
    if not is_chosen(params.forecaster):
        return _rows(panel, ours)
    found = instead(panel, ours, params.forecaster, QUANTILES)
    each = np.repeat(np.arange(len(panel.sku)), params.horizon_days)
    failed = found.reason != ""
    if failed.any():
        said = next((words for words in found.said[failed] if words), "")
        log.warning("%s: the fallback stands in for %d of %d SKUs of %s. %s", params.forecaster.name, failed.sum(), found.asked.sum(), panel.channel, said)
    made = _rows(panel, found.result)
    budget = np.full(len(failed), params.forecaster.budget_seconds)
    for name, told in (("reason", pd.array(found.reason, dtype="str")), ("reason_value", found.seconds), ("reason_limit", budget)):
        made[name] = made[name].where(~failed[each], told[each])
    return made


def _rows(panel: ChannelPanel, result: PanelForecast) -> pd.DataFrame:
    n, horizon = result.mean.shape
    days = pd.date_range(panel.calendar[-1] + pd.Timedelta(days=1), periods=horizon).as_unit("us")
    columns = {
        "sku": pd.array(panel.sku, dtype="str").take(np.repeat(np.arange(n), horizon)),
        "channel": pd.array([panel.channel], dtype="str").take(np.zeros(n * horizon, np.int64)),
        "cutoff": np.full(n * horizon, panel.calendar[-1].to_datetime64().astype("datetime64[us]")),
        "date": np.tile(days.to_numpy(), n),
        "mean": result.mean.ravel().astype(float),
        "sd": result.sd.ravel().astype(float),
    }
    for k, name in enumerate(_QUANTILE_COLUMNS):
        columns[name] = result.quantiles[:, :, k].ravel().astype(float)
    kinds, number = np.unique(result.model, return_inverse=True)
    columns["model"] = pd.array(kinds, dtype="str").take(np.repeat(number, horizon))
    kinds, number = np.unique(result.flag, return_inverse=True)
    columns["reason"] = pd.array(kinds, dtype="str").take(np.repeat(number, horizon))
    columns["reason_value"] = np.repeat(np.where(result.flag != "", result.flag_periods, np.nan), horizon)
    columns["reason_limit"] = np.full(n * horizon, np.nan)
    return pd.DataFrame(columns)
