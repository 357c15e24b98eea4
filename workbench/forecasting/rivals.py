"""What rivals do today, in the forecast: out of stock or cheaper now, by the measured effect, for as long as such spells lasted before.

Days on which a driver was on are freed of its effect before the level is followed, so that a level that rose with the rival's
gap is not taken for the SKU's own; ahead the effect goes on by the chance that the spell does. A driver counts only where, at
earlier cutoffs of the same history, the forecast was better with it.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel, one_channel
from workbench.forecasting.effects import categories, effects_of
from workbench.forecasting.params import ForecastParams
from workbench.forecasting.spells import Spells, spells
from workbench.forecasting.surroundings import Surroundings, surroundings
from workbench.tables import schema

DRIVERS = ("rival_out", "rival_cut")
_ORIGINS, _STRIDE_DAYS, _AHEAD_DAYS = 12, 14, 14
_LEAST_HISTORY_DAYS = 112  # before a cutoff of the back-test
_LEAST_CASES = 10  # SKUs and cutoffs with the driver on; fewer prove nothing
_MOST_SKUS = 500  # with a driver ever on, and as many without, that the back-test runs over


@dataclass(frozen=True)
class Rivals:
    """What rivals do to the forecasts of a channel.

    Attributes
    ----------
    multipliers : (n, T + H) of demand, for the SKUs of the channel's panel; None where nothing is used
    told : one row a driver: driver; used (bool); skus with it today, factor (their median) that it multiplies their demand by;
        spells that ended, median_days that they last, by_age whether the chance to end was learned by age; cases, and error and
        error_with of 14-day totals in the back-test, shares of what sold
    """

    multipliers: np.ndarray | None
    told: pd.DataFrame


_TOLD = ("driver", "used", "skus", "factor", "spells", "median_days", "by_age", "cases", "error", "error_with")
NOTHING = Rivals(None, pd.DataFrame(columns=list(_TOLD)))
"""Where nothing is known of rivals, or it is not to be used."""


@dataclass(frozen=True)
class _Known:
    """What is known of rivals at a cutoff; arrays (n, days), the last day is the cutoff."""

    on: dict[str, np.ndarray]
    factor: dict[str, np.ndarray]
    spells: dict[str, Spells]

    def multipliers(self, drivers: tuple[str, ...], length: int, horizon: int) -> np.ndarray:
        """Return what drivers multiply demand by, (n, length + horizon)."""
        made = np.ones((len(self.on[DRIVERS[0]]), length + horizon), np.float32)
        for driver in drivers:
            on, factor = self.on[driver][:, -length:], self.factor[driver][:, None]
            made[:, length - on.shape[1] : length] *= np.where(on, factor, 1.0)
            made[:, length:] *= 1 + self.spells[driver].still_on(horizon) * (factor - 1)
        return made


def rivals_today(
    panel: ChannelPanel,
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    *,
    market: pd.DataFrame | None,
    ads: pd.DataFrame | None,
    items: pd.DataFrame | None = None,
) -> Rivals:
    """Return what rivals that are out of stock or cheaper on the day of the decision do to a channel's forecasts.

    Parameters
    ----------
    panel : the channel's, of `history`
    market, ads : tables, None where there are none; nothing later than `as_of` is used
    items : table items, for the categories
    """
    if market is None or not params.use_rivals:
        return NOTHING
    mine, ads = _of_channel(market, panel, as_of), schema.empty("ads") if ads is None else ads
    if mine[["competitor_price", "competitor_in_stock"]].isna().all(axis=None):
        return NOTHING
    category = categories(panel.sku, items)
    history = history[(history["channel"] == panel.channel) & history["sku"].isin(panel.sku)]
    now = _known(panel.calendar[-1], history, mine, ads, category)
    if not any(on.any() for on in now.on.values()):
        return Rivals(None, _told({}, {}, now))
    rows = _sample(now)
    errors = _back_test(panel.of(rows), history[history["sku"].isin(panel.sku[rows])], mine, ads, category[rows], params)
    used = {driver: errors[driver][0] >= _LEAST_CASES and errors[driver][2] < errors[driver][1] for driver in DRIVERS}
    drivers = tuple(driver for driver in DRIVERS if used[driver])
    made = now.multipliers(drivers, len(panel.calendar), params.horizon_days) if drivers else None
    return Rivals(made, _told(used, errors, now))


def channel_rivals(history: pd.DataFrame, params: ForecastParams, as_of: dt.date, channel: str, *, market, ads, items=None, events=None) -> Rivals:
    """Return what `rivals_today` says of one channel of a history.

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = one_channel(history, params, as_of, channel, items=items, events=events)
    return rivals_today(panel, history, params, as_of, market=market, ads=ads, items=items)


def _of_channel(market: pd.DataFrame, panel: ChannelPanel, as_of: dt.date) -> pd.DataFrame:
    """The market of a channel as known; what was seen after the last day of the history, up to today, is the state of that day."""
    last, today = panel.calendar[-1], pd.Timestamp(as_of)
    mine = market[(market["channel"] == panel.channel) & (market["date"] <= today)]
    if "known_at" in mine:
        mine = mine[~(mine["known_at"] >= today + pd.Timedelta(days=1))]
    newest = mine.sort_values("date").assign(date=lambda rows: rows["date"].where(rows["date"] <= last, last))
    return newest.drop_duplicates(["sku", "date"], keep="last")


def _known(cutoff: pd.Timestamp, history: pd.DataFrame, market: pd.DataFrame, ads: pd.DataFrame, category: np.ndarray) -> _Known:
    """What was known of rivals at a cutoff, their effects measured on the days up to it."""
    around: Surroundings = surroundings(history, market, ads, cutoff.date(), category)
    effect = {name: effects_of(name, around, category)["factor"].fillna(1.0).to_numpy() for name in DRIVERS}
    # what was measured the other way round is chance: nobody sells less because the rival has nothing
    factor = {"rival_out": np.maximum(effect["rival_out"], 1.0), "rival_cut": np.minimum(effect["rival_cut"], 1.0)}
    return _Known({name: around.on[name] for name in DRIVERS}, factor, {name: spells(around.on[name]) for name in DRIVERS})


def _sample(now: _Known) -> np.ndarray:
    """The numbers of the SKUs to back-test: those that any driver was ever on for, and others beside them, evenly thinned out where they are many."""
    touched = np.any([on.any(1) for on in now.on.values()], axis=0)
    parts = (np.flatnonzero(touched), np.flatnonzero(~touched))
    return np.sort(np.concatenate([rows[:: max(-(-len(rows) // _MOST_SKUS), 1)] for rows in parts]))


def _back_test(panel, history, market, ads, category, params) -> dict[str, tuple[int, float, float]]:
    """Return by driver how often it was on at an earlier cutoff, and the error of 14-day totals of those SKUs without and with it."""
    counts, errors, sold = dict.fromkeys(DRIVERS, 0), {driver: np.zeros(2) for driver in DRIVERS}, dict.fromkeys(DRIVERS, 0.0)
    for origin in range(_ORIGINS):
        cut = len(panel.calendar) - _AHEAD_DAYS - origin * _STRIDE_DAYS
        if cut < _LEAST_HISTORY_DAYS:
            break
        then = _known(panel.calendar[cut - 1], history, market, ads, category)
        past = panel.until(cut, _AHEAD_DAYS)
        seen = panel.seen[:, cut : cut + _AHEAD_DAYS]
        came = np.where(seen, panel.values[:, cut : cut + _AHEAD_DAYS], 0).sum(1)
        plain = None
        for driver in DRIVERS:
            on = then.on[driver][:, -1] & seen.any(1)
            if not on.any():
                continue
            plain = past.forecast(_AHEAD_DAYS, params).mean if plain is None else plain
            given = replace(past, rivals=then.multipliers((driver,), cut, _AHEAD_DAYS))
            said = [np.where(seen, mean, 0).sum(1) for mean in (plain, given.forecast(_AHEAD_DAYS, params).mean)]
            errors[driver] += [np.abs(total - came)[on].sum() for total in said]
            counts[driver] += int(on.sum())
            sold[driver] += float(came[on].sum())
    return {driver: (counts[driver], *(errors[driver] / max(sold[driver], 1e-9)).tolist()) for driver in DRIVERS}


def _told(used: dict[str, bool], errors: dict[str, tuple[int, float, float]], now: _Known) -> pd.DataFrame:
    rows = []
    for driver in DRIVERS:
        today = now.on[driver][:, -1]
        cases, without, with_it = errors.get(driver, (0, np.nan, np.nan))
        lasted = now.spells[driver]
        rows.append(
            {
                "driver": driver, "used": used.get(driver, False), "skus": int(today.sum()),
                "factor": float(np.median(now.factor[driver][today])) if today.any() else np.nan,
                "spells": lasted.ended, "median_days": lasted.median_days, "by_age": lasted.by_age,
                "cases": cases, "error": without, "error_with": with_it,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
