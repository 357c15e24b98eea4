"""How much of each day a SKU could be bought: from stock at both ends of the day, and from the listing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.cleaning.hours import hourly_exposure

_ARRIVAL_DAYS = 7
_ARRIVAL_PRIOR_UNITS = 20.0
_LEAST_TOLD = 0.5


@dataclass(frozen=True)
class Axis:
    """The rows and columns of a channel's dense arrays: SKUs in order, days from `first` on."""

    skus: pd.Index
    first: pd.Timestamp
    days: int

    @property
    def dates(self) -> np.ndarray:
        """The days, datetime64[us] (T,)."""
        return (np.datetime64(self.first.date(), "D") + np.arange(self.days)).astype("datetime64[us]")

    def place(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return which rows of a frame (sku, date) lie on the axis, and their row and column there."""
        row = self.skus.get_indexer(pd.Index(frame["sku"]))
        column = (frame["date"].to_numpy().astype("datetime64[D]") - np.datetime64(self.first.date(), "D")).astype(np.int64)
        inside = (row >= 0) & (column >= 0) & (column < self.days)
        return inside, row[inside], column[inside]

    def total(self, frame: pd.DataFrame, values: np.ndarray) -> np.ndarray:
        """Return sums (n, T) of values by SKU and day; NaN where there is no row or no row's value is known."""
        inside, row, column = self.place(frame)
        values = values[inside]
        known = np.isfinite(values)
        flat, size = row * self.days + column, len(self.skus) * self.days
        total = np.bincount(flat, np.where(known, values, 0), size)
        count = np.bincount(flat[known], minlength=size)
        return np.where(count > 0, total, np.nan).reshape(len(self.skus), self.days)


def serving_nodes(channel: str, serves: pd.DataFrame | None) -> list[str]:
    """Return the nodes that ship for a channel; where table serves says nothing, the fulfilment pool of an Amazon marketplace."""
    told = [] if serves is None or not len(serves) else serves.loc[serves["channel"] == channel, "node"].tolist()
    if told:
        return told
    return [channel.replace("amazon-", "fba-", 1)] if channel.startswith("amazon-") else []


def closing_stock(axis: Axis, nodes: list[str], stock: pd.DataFrame, movements: pd.DataFrame | None, valid_days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return units that could be sold at the start and at the end of each day, each (n, T); NaN unknown.

    Snapshots count first (available, and on the way between buildings; else on hand), then the ledger's balances. A known
    stock speaks for the next `valid_days` days without a row.
    """
    there = stock[stock["node"].isin(nodes)]
    sellable = np.where(there["available"].notna(), there["available"].fillna(0) + there["reserved_transfer"].fillna(0), there["on_hand"])
    end = axis.total(there, np.asarray(sellable, float))
    start = np.full(end.shape, np.nan)
    if movements is not None and len(movements):
        moved = movements[movements["node"].isin(nodes)]
        end = np.where(np.isnan(end), axis.total(moved, moved["ending"].to_numpy(float)), end)
        start = axis.total(moved, moved["starting"].to_numpy(float))
    end = _carried(end, valid_days)
    before = np.concatenate([np.full((len(end), 1), np.nan), end[:, :-1]], 1)
    return np.where(np.isnan(start), before, start), end


def _carried(values: np.ndarray, valid: int) -> np.ndarray:
    """Return values with each known one carried forward over at most `valid` unknown days."""
    column = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, column), axis=1)
    carried = np.take_along_axis(values, np.maximum(last, 0), 1)
    return np.where((last >= 0) & (column - last <= valid), carried, np.nan)


def arrival_share(units: np.ndarray, start: np.ndarray, end: np.ndarray, before: float) -> float:
    """Return what share of a usual day the days sell on which stock comes in, over all SKUs; `before` until there are sales to tell.

    Held against the mean of the next seven days with stock: reports often tell neither the hour of arrival nor when the day's
    balance was taken.

    Examples
    --------
    >>> day = np.array([[0.0, 4, 4, 4]]), np.array([[0.0, 0, 9, 9]]), np.array([[0.0, 9, 9, 9]])
    >>> round(arrival_share(*(np.tile(part, (30, 1)) for part in day), before=0.5), 2)
    0.93
    """
    stocked = (start > 0) & (end > 0)
    total = np.concatenate([np.zeros((len(units), 1)), np.cumsum(np.where(stocked, units, 0), 1)], 1)
    days = np.concatenate([np.zeros((len(units), 1)), np.cumsum(stocked, 1)], 1)
    until = np.minimum(np.arange(units.shape[1]) + 1 + _ARRIVAL_DAYS, units.shape[1])
    told = days[:, until] - days[:, np.arange(units.shape[1]) + 1]
    after = np.where(told > 0, (total[:, until] - total[:, np.arange(units.shape[1]) + 1]) / np.maximum(told, 1), 0)
    came = (start <= 0) & (end > 0) & (told > 0)
    sold, usual = units[came].sum(), after[came].sum()
    return float(np.clip((sold + before * _ARRIVAL_PRIOR_UNITS) / (usual + _ARRIVAL_PRIOR_UNITS), 0, 1))


def from_stock(units: np.ndarray, start: np.ndarray, end: np.ndarray, partial: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of the day with stock (n, T), NaN unknown, and on which days stock ended at an unknown hour of sales.

    Examples
    --------
    In stock all day; sold out; nothing all day; stock came; unknown:

    >>> nan = np.nan
    >>> share, ran_out = from_stock(np.array([[2, 3, 0, 1, 0.0]]), np.array([[5, 3, 0, 0, nan]]), np.array([[3, 0, 0, 9, nan]]), 0.5)
    >>> share.tolist(), ran_out.tolist()
    ([[1.0, nan, 0.0, 0.5, nan]], [[False, True, False, False, False]])
    """
    share = np.where(np.isnan(end), np.nan, 1.0)
    gone = end <= 0
    share[gone] = np.where(start[gone] > 0, partial, 0.0)
    share[(end > 0) & (start <= 0)] = partial
    ran_out = gone & (units > 0)
    share[ran_out] = np.nan
    return share, ran_out


def from_hours(axis: Axis, availability: pd.DataFrame | None, profile: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the share of each day's demand that could buy (n, T), where hours on sale are told; NaN elsewhere.

    Hours that are not told count like the told ones of their day, as long as those make up half of a day's demand. A day that sold
    although no hour was on sale is one of which the hours tell nothing.

    Parameters
    ----------
    availability : table availability of the channel
    profile : (24,) share of a day's units that each hour sells
    units : (n, T) sold
    """
    told = np.full(units.shape, np.nan)
    if availability is None or not len(availability):
        return told
    known = availability[availability["on_sale"].notna()]
    weight = profile[known["hour"].to_numpy()]
    seen, bought = axis.total(known, weight), axis.total(known, weight * known["on_sale"].to_numpy(float))
    enough = seen >= _LEAST_TOLD * profile.sum()
    told[enough] = (bought / seen)[enough]
    told[(told <= 0) & (units > 0)] = np.nan
    return np.minimum(told, 1.0)


def live(axis: Axis, channel: str, listings: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the listing was live (n, T), true where nothing is known, and each SKU's opening day (n,), -1 unknown."""
    on = np.ones((len(axis.skus), axis.days), bool)
    opened = np.full(len(axis.skus), -1, np.int64)
    told = None if listings is None else listings[listings["channel"] == channel]
    if told is None or not len(told):
        return on, opened
    closed = (told["status"].notna() & (told["status"] != "active")).to_numpy(float)
    state = _carried(axis.total(told, np.where(told["status"].notna(), closed, np.nan)), axis.days)
    on[state > 0] = False
    dated = told.dropna(subset=["open_date"]).groupby("sku")["open_date"].min()
    row = axis.skus.get_indexer(dated.index)
    column = (dated.to_numpy().astype("datetime64[D]") - np.datetime64(axis.first.date(), "D")).astype(np.int64)
    opened[row[row >= 0]] = np.maximum(column[row >= 0], 0)
    return on, opened


def gap_days(rows: np.ndarray, first: pd.Timestamp) -> np.ndarray:
    """Return the days (T,) on which a busy channel that sells on nearly all such weekdays sold nothing: no report, not no demand.

    `rows` (T,) is how many SKUs sold on each day.
    """
    weekday = (np.arange(len(rows)) + first.weekday()) % 7
    gap = np.zeros(len(rows), bool)
    for d in range(7):
        mine = rows[weekday == d]
        if len(mine) >= 4 and (mine > 0).mean() >= 0.8 and np.median(mine) >= 10:
            gap |= (weekday == d) & (rows == 0)
    return gap


def ended(units: np.ndarray, closing: np.ndarray, on: np.ndarray, coming: np.ndarray, least_days: int) -> np.ndarray:
    """Return the days (n, T) after the end of each SKU: no sale, and no stock or no open listing, to the last day and for long enough.

    Parameters
    ----------
    units, closing : (n, T) sold, and stock at the end of the day (NaN unknown)
    on : (n, T) the listing is open
    coming : (n,) units are on the way, so that it will live on
    least_days : fewer days are no end

    Examples
    --------
    >>> sold, stock = np.array([[2.0, 1, 0, 0, 0]] * 2), np.array([[3.0, 0, 0, 0, 0], [3, 2, 2, 2, 2]])
    >>> ended(sold, stock, np.ones((2, 5), bool), np.zeros(2, bool), 3).tolist()
    [[False, False, True, True, True], [False, False, False, False, False]]
    """
    alive = (units > 0) | (on & ~(closing <= 0))
    days = units.shape[1]
    since = np.where(alive.any(1), days - alive[:, ::-1].argmax(1), 0)
    gone = (days - since >= least_days) & (since > 0) & ~coming
    return gone[:, None] & (np.arange(days) >= since[:, None])


def sold_out_share(
    axis: Axis, orders: pd.DataFrame | None, time_zone: str | None, profile: np.ndarray, units: np.ndarray, opening: np.ndarray, ran_out: np.ndarray
) -> np.ndarray:
    """Return the share of the day's demand that came before stock ended (n, T), from the hour of the last order; NaN where no order tells.

    Only where the day's sales took all the stock of its beginning does the last of them say when it ended.
    """
    share = np.full(units.shape, np.nan)
    if orders is None or not time_zone or not len(orders):
        return share
    told = orders[orders["ordered_at"].notna() & (orders["units"] > 0)]
    inside, row, column = axis.place(told)
    local = told["ordered_at"][inside].dt.tz_localize("UTC").dt.tz_convert(time_zone)
    hour = (local.dt.hour + local.dt.minute / 60).to_numpy(float)
    last = np.full(units.size, -1.0)
    np.maximum.at(last, row * axis.days + column, hour)
    cells = np.nonzero(ran_out & (units >= opening) & (last.reshape(units.shape) >= 0))
    on_sale = np.clip(last.reshape(units.shape)[cells][:, None] - np.arange(24), 0, 1)
    share[cells] = hourly_exposure(on_sale, profile)
    return share
