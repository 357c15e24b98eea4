"""What a forecast is made of: level, weekday, season, events, rivals and other drivers, whose product is the mean."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel, one_channel
from workbench.forecasting.drivers.tested import NOTHING, Tested
from workbench.forecasting.engine.fit import fit_panel
from workbench.forecasting.engine.periods import dated
from workbench.forecasting.params import ForecastParams

_PARTS = ("level", "weekday", "season", "event", "promotion", "rival", "driver")


@dataclass(frozen=True)
class Components:
    """The parts of a channel's forecasts; level x weekday x season x event x promotion x rival x driver is the mean of the day.

    Attributes
    ----------
    sku : (n,) sorted; date : (H,) days ahead
    level : (n, H) units a day on a usual weekday of the last year, events apart
    weekday, season, event, promotion, rival, driver : (n, H) what multiplies it; 1 is as usual
    """

    sku: np.ndarray
    date: pd.DatetimeIndex
    level: np.ndarray
    weekday: np.ndarray
    season: np.ndarray
    event: np.ndarray
    promotion: np.ndarray
    rival: np.ndarray
    driver: np.ndarray

    def of(self, sku: str) -> pd.DataFrame:
        """Return the parts of one SKU's forecast day by day: date, the parts, mean; no row for a SKU without history."""
        at = np.flatnonzero(self.sku == sku)[:1]
        parts = {name: getattr(self, name)[at].reshape(-1).astype(float) for name in _PARTS}
        made = pd.DataFrame({"date": self.date[: len(self.date) * len(at)], **parts})
        return made.assign(mean=made[list(_PARTS)].prod(axis=1))


def components(
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    channel: str,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    tested: Tested = NOTHING,
) -> Components:
    """Return what the forecasts of a channel are made of, before any correction by the global model.

    Parameters
    ----------
    history, params, as_of, items, events : as in `forecast`
    channel : one channel of the history
    tested : what rivals and other drivers do, as from `channel_drivers`

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = one_channel(history, params, as_of, channel, items=items, events=events)
    return _parted(tested.on(panel), params.horizon_days)


def _parted(panel: ChannelPanel, horizon: int) -> Components:
    periods, drivers = dated(panel.calendar, horizon), panel.drivers
    fit = fit_panel(panel.values, panel.observed, periods, panel.groups, panel.X, panel.prior, panel.stated, panel.given)
    n, length, made = len(panel.sku), periods.length, fit.multipliers
    weekday = made.profile[:, periods.phase[length:]]
    yearly = made.year[:, periods.bin[length:]] if made.common is None else np.ones((1, horizon), np.float32)
    season = np.broadcast_to(yearly, (n, horizon))
    given = [np.ones((1, length + horizon), np.float32) if part is None else part for part in (panel.promotions, panel.rivals, panel.others)]
    every = given[0] * given[1] * given[2]
    lift = np.broadcast_to(made.lift, (len(made.lift), length + horizon)) / every
    plain = np.flatnonzero((drivers == 0).all(1))
    usual = lift[:, plain[:1]] if len(plain) else np.ones((len(lift), 1), np.float32)
    level = fit.mean / np.maximum(weekday * season * lift[:, length:] * every[:, length:], 1e-12) * usual
    ahead = pd.date_range(panel.calendar[-1] + pd.Timedelta(days=1), periods=horizon).as_unit("us")
    parts = (lift[:, length:] / usual, *(part[:, length:] for part in given))
    return Components(panel.sku, ahead, level, weekday, season, *(np.broadcast_to(part, (n, horizon)) for part in parts))
