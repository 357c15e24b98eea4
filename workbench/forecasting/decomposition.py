"""What a forecast is made of: level, weekday, season and events, whose product is the mean."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel, one_channel
from workbench.forecasting.fit import fit_panel
from workbench.forecasting.params import ForecastParams
from workbench.forecasting.periods import dated


@dataclass(frozen=True)
class Components:
    """The parts of a channel's forecasts; level x weekday x season x event is the mean of the day.

    Attributes
    ----------
    sku : (n,) sorted; date : (H,) days ahead
    level : (n, H) units a day on a usual weekday of the last year, events apart
    weekday, season, event : (n, H) what multiplies it; 1 is as usual
    """

    sku: np.ndarray
    date: pd.DatetimeIndex
    level: np.ndarray
    weekday: np.ndarray
    season: np.ndarray
    event: np.ndarray

    def of(self, sku: str) -> pd.DataFrame:
        """Return the parts of one SKU's forecast day by day: date, level, weekday, season, event, mean; no row for a SKU without history."""
        at = np.flatnonzero(self.sku == sku)[:1]
        parts = {name: getattr(self, name)[at].reshape(-1).astype(float) for name in ("level", "weekday", "season", "event")}
        made = pd.DataFrame({"date": self.date[: len(self.date) * len(at)], **parts})
        return made.assign(mean=made["level"] * made["weekday"] * made["season"] * made["event"])


def components(
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    channel: str,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> Components:
    """Return what the forecasts of a channel are made of, before any correction by the global model.

    Parameters
    ----------
    history, params, as_of, items, events : as in `forecast`
    channel : one channel of the history

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = one_channel(history, params, as_of, channel, items=items, events=events)
    return _parted(panel, params.horizon_days)


def _parted(panel: ChannelPanel, horizon: int) -> Components:
    periods, drivers = dated(panel.calendar, horizon), panel.drivers
    X = np.broadcast_to(drivers, (len(panel.sku), *drivers.shape)) if drivers.shape[1] else None
    fit = fit_panel(panel.values, panel.observed, periods, panel.groups, X, panel.prior, panel.stated)
    n, length, made = len(panel.sku), periods.length, fit.multipliers
    weekday = made.profile[:, periods.phase[length:]]
    yearly = made.year[:, periods.bin[length:]] if made.common is None else np.ones((1, horizon), np.float32)
    season = np.broadcast_to(yearly, (n, horizon))
    lift = np.broadcast_to(made.lift, (len(made.lift), length + horizon))
    plain = np.flatnonzero((drivers == 0).all(1))
    usual = lift[:, plain[:1]] if len(plain) else np.ones((len(lift), 1), np.float32)
    level = fit.mean / np.maximum(weekday * season * lift[:, length:], 1e-12) * usual
    ahead = pd.date_range(panel.calendar[-1] + pd.Timedelta(days=1), periods=horizon).as_unit("us")
    return Components(panel.sku, ahead, level, weekday, season, np.broadcast_to(lift[:, length:] / usual, (n, horizon)))
