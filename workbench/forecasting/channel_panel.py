"""The history of a channel as a dense panel, with its calendar, its groups and what is known of events."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from workbench import events as dated_events
from workbench.errors import Fault, InvalidTable, NotEnoughHistory
from workbench.forecasting.drivers.promotions import lifts_with_days_ahead, past_lifts
from workbench.forecasting.engine.fit import begin
from workbench.forecasting.engine.lifts import learn_lift
from workbench.forecasting.engine.panel import PanelForecast, forecast_dense
from workbench.forecasting.engine.periods import dated
from workbench.forecasting.params import ForecastParams

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles of a day that the forecast table holds."""


@dataclass(frozen=True)
class ChannelPanel:
    """One channel's history as a dense panel, with its calendar and what is known of events.

    Attributes
    ----------
    sku : (n,) sorted
    calendar : (T,) days of the history
    values, observed : (n, T) demand, and whether it is told or estimated; seen : (n, T) whether it is told
    groups : (n,) number of the pool that a SKU belongs to; None where nobody says, and the engine finds clusters
    drivers : (T + H, k) event flags, and prior (k,) their log lifts as stated, 0 where not
    stated : (T + H,) log lifts of days ahead that somebody stated for that occurrence of the event, NaN elsewhere
    promoted : (n, T) what own promotions multiplied demand by, None where there were none
    planned : (n, H) whether a day ahead is planned to be on promotion, 1 or 0, NaN where nothing is planned; None where no SKU plans one
    rivals, others : (n, T + H) what rivals of today and the other tested drivers multiply demand by, None where nothing of them is used
    """

    channel: str
    sku: np.ndarray
    calendar: pd.DatetimeIndex
    values: np.ndarray
    observed: np.ndarray
    seen: np.ndarray
    groups: np.ndarray | None
    drivers: np.ndarray
    prior: np.ndarray
    stated: np.ndarray
    promoted: np.ndarray | None = None
    rivals: np.ndarray | None = None
    others: np.ndarray | None = None
    planned: np.ndarray | None = None

    @property
    def X(self) -> np.ndarray | None:
        """The event flags as the engine takes them, (n, T + H, k)."""
        return np.broadcast_to(self.drivers, (len(self.sku), *self.drivers.shape)) if self.drivers.shape[1] else None

    @property
    def promotions(self) -> np.ndarray | None:
        """What own promotions multiply demand by, (n, T + H)."""
        ahead = len(self.drivers) - len(self.calendar)
        return None if self.promoted is None else lifts_with_days_ahead(self.promoted, self.observed, ahead, self.planned)

    @property
    def given(self) -> np.ndarray | None:
        """What own promotions and tested drivers multiply demand by, (n, T + H)."""
        known = [part for part in (self.promotions, self.rivals, self.others) if part is not None]
        return reduce(np.multiply, known) if known else None

    def of(self, rows: np.ndarray) -> "ChannelPanel":
        """Return the panel of some of its SKUs, given by number."""
        mine = {name: getattr(self, name)[rows] for name in ("sku", "values", "observed", "seen")}
        parts = (None if part is None else part[rows] for part in (self.groups, self.promoted, self.rivals, self.others, self.planned))
        groups, promoted, rivals, others, planned = parts
        return replace(self, **mine, groups=groups, promoted=promoted, rivals=rivals, others=others, planned=planned)

    def until(self, length: int, horizon: int) -> "ChannelPanel":
        """Return the panel as it stood after `length` days, with drivers for `horizon` more.

        What knows what came later is left out: estimates, tested drivers; what promotions brought is learned anew.
        """
        seen = self.seen[:, :length]
        past = ChannelPanel(
            self.channel, self.sku, self.calendar[:length], self.values[:, :length], seen, seen,
            self.groups, self.drivers[: length + horizon], self.prior, self.stated[: length + horizon],
        )  # fmt: skip
        return past if self.promoted is None else replace(past, promoted=past.lifts_of(self.promoted[:, :length] != 1))

    def lifts_of(self, on: np.ndarray) -> np.ndarray | None:
        """Return what days on promotion (n, T) multiply demand by as this panel alone tells it, pooled by group; 1 on the others."""
        if not on.any():
            return None
        ahead = len(self.drivers) - len(self.calendar)
        values, known = np.ascontiguousarray(self.values), np.ascontiguousarray(self.observed)
        start = begin(values, known, dated(self.calendar, ahead), self.groups, self.X, self.prior, self.stated)
        flags = np.concatenate([on, np.zeros((len(on), ahead), bool)], 1).astype(np.float32)[:, :, None]
        lift = learn_lift(start.panel, start.profile, flags, beside=start.lift)[1][:, 0]
        each = lift[start.panel.groups] if len(lift) > 1 else np.broadcast_to(lift, len(on))
        return np.where(on, np.exp(each)[:, None], 1).astype(np.float32)

    def forecast(self, horizon: int, params: ForecastParams, sum_horizons: tuple[int, ...] = ()) -> PanelForecast:
        """Return the engine's forecast of the days after the calendar."""
        return forecast_dense(
            np.ascontiguousarray(self.values), np.ascontiguousarray(self.observed), dated(self.calendar, horizon), np.array(QUANTILES),
            X=self.X, groups=self.groups, prior=self.prior, stated=self.stated, given=self.given, sum_horizons=np.array(sum_horizons, np.int64),
            global_model=params.global_model, seed=params.seed,
        )  # fmt: skip


def channel_panels(history, params, as_of, *, items=None, events=None) -> Iterator[ChannelPanel]:
    """Yield the dense panel of every channel, by what was known at the end of `as_of`."""
    known = history["date"] <= pd.Timestamp(as_of)
    if "known_at" in history:
        known &= history["known_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)
    frame = history if known.all() else history[known]
    codes, channels = pd.factorize(frame["channel"], sort=True)
    for number, channel in enumerate(channels):
        rows = frame if len(channels) == 1 else frame[codes == number]
        yield _channel_panel(str(channel), rows, params, items, events)


def one_channel(history: pd.DataFrame, params: ForecastParams, as_of: dt.date, channel: str, *, items=None, events=None) -> ChannelPanel:
    """Return the dense panel of one channel.

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = next(channel_panels(history[history["channel"] == channel], params, as_of, items=items, events=events), None)
    if panel is None:
        raise NotEnoughHistory(0, 1)
    return panel


def _channel_panel(channel, rows, params, items, events) -> ChannelPanel:
    code, skus = pd.factorize(rows["sku"])
    order = np.argsort(skus.to_numpy(dtype=object).astype(str), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    day = rows["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    first, last = int(day.min()), int(day.max())
    values = np.zeros((len(skus), last - first + 1), np.float32)
    observed = np.zeros(values.shape, bool)
    imputed = rows["imputed"].to_numpy(bool)
    estimate = rows["stocked_demand"].to_numpy(float) if "stocked_demand" in rows else np.nan
    demand = np.where(imputed, estimate, rows["demand"].to_numpy(float))
    place = (rank[code], day - first)
    _refuse_repeats(rows, channel, np.bincount(place[0] * values.shape[1] + place[1]))
    observed[place] = np.isfinite(demand)
    values[place] = np.where(np.isfinite(demand), demand, 0)
    seen = observed.copy()
    seen[place] &= ~imputed
    values = in_units(values, observed & ~seen, seen)
    calendar = pd.DatetimeIndex(np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[us]"))
    names = skus.to_numpy(dtype=object).astype(str)[order]
    flags, prior, stated = _event_flags(channel, rows, calendar, events if params.use_events else None, params)
    promoted = past_lifts(rows, place, values.shape) if params.use_promotions else None
    return ChannelPanel(channel, names, calendar, values, observed, seen, _groups(names, items, params.pool_by), flags, prior, stated, promoted)


def _refuse_repeats(rows: pd.DataFrame, channel: str, times: np.ndarray) -> None:
    """Raise an error where a day of a SKU is told twice: which of the two is right, or whether they add up, nobody could say."""
    if len(times) and times.max() > 1:
        twice = rows[rows.duplicated(["sku", "date"])]
        named = ", ".join(f"{row.sku} on {row.date:%Y-%m-%d}" for row in twice.head(3).itertuples())
        fault = Fault(expected="one row a SKU, channel and day", got=f"{len(twice)} more in {channel}: {named}; add them up or drop them")
        raise InvalidTable("history", [fault])


def in_units(values: np.ndarray, estimated: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return demand (n, T) with the estimates of series that count whole units as whole units, what is left over carried to the next.

    A tenth of a unit a day would read as a sale every day, and as demand without scatter.

    Examples
    --------
    >>> estimated = np.array([[False, True, True, True, True]])
    >>> in_units(np.array([[3, 0.6, 0.6, 0.6, 0.6]]), estimated, ~estimated).tolist()
    [[3.0, 1.0, 0.0, 1.0, 0.0]]
    """
    rows = np.flatnonzero(estimated.any(1) & (~seen | (values == np.floor(values))).all(1))
    if not len(rows):
        return values
    out, mine = values.copy(), estimated[rows]
    total = np.floor(np.cumsum(np.where(mine, values[rows], 0), 1, dtype=float) + 0.5)
    out[rows] = np.where(mine, np.diff(total, axis=1, prepend=0), values[rows])
    return out


def _groups(skus: np.ndarray, items: pd.DataFrame | None, pool_by: str) -> np.ndarray | None:
    """Return the number of each SKU's pool, one for all where none is wanted, and None where no SKU is told to have one."""
    if pool_by == "none":
        return np.zeros(len(skus), np.int64)
    if items is None or (items.loc[items["sku"].isin(skus), pool_by].fillna("") == "").all():
        return None
    pool = items.drop_duplicates("sku").set_index("sku")[pool_by].reindex(skus).fillna("")
    return np.unique(pool.to_numpy(dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)


def _event_flags(channel, rows, calendar, events, params) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return flags (T + H, k) of every event that the history has seen or that states its lift, log lifts stated, and those of days ahead."""
    days = calendar.append(pd.date_range(calendar[-1] + pd.Timedelta(days=1), periods=params.horizon_days))
    if not params.use_events:
        return np.zeros((len(days), 0), np.float32), np.zeros(0), np.full(len(days), np.nan)
    code, ahead_only = np.full(len(days), "", object), np.full(len(days), np.nan)
    if events is not None and len(events):
        labels = dated_events.event_days(days, events, channel)
        code[:] = labels["event"].to_numpy(dtype=object)
        ahead_only[len(calendar) :] = np.log(_of_occurrence(events, channel, labels.iloc[len(calendar) :]))
    else:
        seen = rows.loc[rows["event"].fillna("") != "", ["date", "event"]].drop_duplicates("date")
        code[calendar.get_indexer(pd.DatetimeIndex(seen["date"]))] = seen["event"].to_numpy(dtype=object)
    stated = _stated(events, channel)
    past, ahead = set(code[: len(calendar)]) - {""}, set(code[len(calendar) :]) - {""}
    names = sorted(past | (ahead & set(stated)))
    flags = np.stack([code == name for name in names], 1) if names else np.zeros((len(days), 0))
    return flags.astype(np.float32), np.array([np.log(stated.get(name, 1.0)) for name in names]), ahead_only


def _stated(events: pd.DataFrame | None, channel: str) -> dict[str, float]:
    if events is None or not len(events):
        return {}
    told = events[events["lift"].notna() & events["channel"].isin(["all", channel])]
    return told.sort_values("start_date").groupby("event")["lift"].last().to_dict()


def _of_occurrence(events: pd.DataFrame, channel: str, labels: pd.DataFrame) -> np.ndarray:
    """Return the lift stated for the very occurrence that each day belongs to, that of the channel before that of every channel."""
    told = events[events["lift"].notna() & events["channel"].isin(["all", channel])].sort_values("channel", key=lambda c: c == "all")
    lift = told.drop_duplicates(["event", "start_date"]).set_index(["event", "start_date"])["lift"]
    return lift.reindex(pd.MultiIndex.from_frame(labels[["event", "start_date"]])).to_numpy(float)
