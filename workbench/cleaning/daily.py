"""Order lines to daily sales: what was ordered by people who pay, less what they cancelled."""

import datetime as dt

import numpy as np
import pandas as pd
from numba import njit

from workbench.tables import schema

NOT_DEMAND_STATUS = ("cancelled",)
NOT_DEMAND_KIND = ("replacement", "free", "vine")
LINE_REASONS = ("cancelled", "given_away", "returned_order", "taken_back")
_LARGE_ORDER = 10.0  # times the usual order
_LOOK_BACK = 200  # lines searched for one of exactly the cancelled quantity


def known_by(frame: pd.DataFrame, as_of: dt.date, date: str = "date") -> pd.DataFrame:
    """Return the rows that were known at the end of a day and are dated no later; `date` may be empty for tables without one."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    told = frame[date] < end if date else pd.Series(True, index=frame.index)
    if "known_at" in frame:
        told &= ~(frame["known_at"] >= end)
    return frame if told.all() else frame[told]


def daily_sales(
    orders: pd.DataFrame, sales: pd.DataFrame, as_of: dt.date, *, returns: pd.DataFrame | None = None, spared: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return table sales: units, revenue and price per SKU, channel and day.

    Order lines count unless cancelled, a replacement, a giveaway or a Vine unit; pending ones count, they are demand. A line
    with negative units cancels: it is taken from the nearest earlier line of the SKU and channel with exactly that quantity,
    else from the nearest earlier ones; what finds no earlier line is dropped. Daily reports fill the channels and days of
    which there is no order line.

    Parameters
    ----------
    orders : table orders; sales : table sales; either may be empty
    as_of : rows dated or learned later are not used
    returns : table returns; large orders that came back whole are no demand
    spared : rules that an analyst rejected: sku, channel, date, reason, each `all` (of date: empty) for every one

    Returns
    -------
    Columns of table sales without lineage, ordered by channel, sku, date. Price is the mean of lines whose revenue is known.
    """
    lines, reported = known_by(orders, as_of), known_by(sales, as_of)
    summed = _summed(lines, _returned(lines, returns, as_of), spared)
    if len(reported) and len(lines):
        covered = pd.MultiIndex.from_frame(lines[["channel", "date"]].drop_duplicates())
        reported = reported[~pd.MultiIndex.from_frame(reported[["channel", "date"]]).isin(covered)]
    parts = [part for part in (summed, schema.conform("sales", reported, lineage=False)) if len(part)]
    if not parts:
        return summed
    return pd.concat(parts, ignore_index=True).sort_values(["channel", "sku", "date"], ignore_index=True)


def _summed(lines: pd.DataFrame, returned: np.ndarray, spared: pd.DataFrame | None) -> pd.DataFrame:
    """Return the daily sums of the lines that are demand."""
    wanted = _why_not(lines, returned, spared) == ""
    lines = lines[wanted]
    if not len(lines):
        return schema.conform("sales", schema.empty("sales"), lineage=False)
    net = _left(lines, spared)
    bought = lines["units"].to_numpy(float) >= 0
    return _by_day(lines[bought], net[bought])


def _left(lines: pd.DataFrame, spared: pd.DataFrame | None) -> np.ndarray:
    """Return each line's units after cancellations, but those of a day whose cancellations an analyst does not believe."""
    net, units = net_units(lines), lines["units"].to_numpy(float)
    taken = (units > 0) & (net < units)
    return np.where(_spared(lines, np.where(taken, "taken_back", ""), spared), units, net)


def _spared(lines: pd.DataFrame, why: np.ndarray, spared: pd.DataFrame | None) -> np.ndarray:
    """Return which lines a rejected rule would have removed."""
    on = np.zeros(len(lines), bool)
    if spared is None or not len(spared):
        return on
    for row in spared.itertuples():
        hit = (why != "") & ((why == row.reason) | (row.reason == "all"))
        for name in ("sku", "channel"):
            if getattr(row, name) != "all":
                hit &= (lines[name] == getattr(row, name)).to_numpy()
        on |= hit if pd.isna(row.date) else hit & (lines["date"] == pd.Timestamp(row.date)).to_numpy()
    return on


def _why_not(lines: pd.DataFrame, returned: np.ndarray, spared: pd.DataFrame | None = None) -> np.ndarray:
    """Return why each line is no demand, empty where it is."""
    units = lines["units"].to_numpy(float)
    why = np.where(~np.isfinite(units), "unknown", "").astype(object)
    why[returned] = "returned_order"
    why[lines["kind"].isin(NOT_DEMAND_KIND).to_numpy()] = "given_away"
    why[lines["status"].isin(NOT_DEMAND_STATUS).to_numpy() & (units > 0)] = "cancelled"
    why[_spared(lines, np.where(why == "unknown", "", why), spared)] = ""
    return why


def _returned(lines: pd.DataFrame, returns: pd.DataFrame | None, as_of: dt.date) -> np.ndarray:
    """Return which lines are of orders far larger than usual that came back whole."""
    units = lines["units"].to_numpy(float)
    if returns is None or not len(returns) or not len(lines):
        return np.zeros(len(lines), bool)
    back = known_by(returns, as_of).groupby(["order_id", "sku"])["units"].sum()
    came = back.reindex(pd.MultiIndex.from_frame(lines[["order_id", "sku"]])).fillna(0).to_numpy()
    usual = lines.groupby(["sku", "channel"])["units"].transform("median").to_numpy(float)
    return (units >= _LARGE_ORDER * np.maximum(usual, 1)) & (came >= units)


def removals(orders: pd.DataFrame, as_of: dt.date, returns: pd.DataFrame | None = None, spared: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the units that `daily_sales` does not count: sku, channel, date, reason, units, limit (units of a usual order, or NaN)."""
    lines = known_by(orders, as_of)
    why = _why_not(lines, _returned(lines, returns, as_of), spared)
    units = lines["units"].to_numpy(float)
    wanted = why == ""
    net = np.zeros(len(lines))
    net[wanted] = _left(lines[wanted], spared)
    lost = np.where(units > 0, units - net, 0.0)
    why = np.where(wanted & (lost > 0), "taken_back", why)
    usual = lines.groupby(["sku", "channel"])["units"].transform("median").to_numpy(float)
    rows = lines[["sku", "channel", "date"]].assign(reason=why, units=lost, limit=np.where(why == "returned_order", usual, np.nan))
    return rows[rows["units"] > 0].groupby(["sku", "channel", "date", "reason"], as_index=False).agg(units=("units", "sum"), limit=("limit", "mean"))


def net_units(lines: pd.DataFrame) -> np.ndarray:
    """Return each line's units after cancellations have been taken from earlier lines of the same SKU and channel."""
    units = lines["units"].to_numpy(float).copy()
    if not (units < 0).any():
        return units
    group = pd.factorize(lines["sku"])[0].astype(np.int64) * 1000 + pd.factorize(lines["channel"])[0]
    moment = lines["ordered_at"].fillna(lines["date"]).to_numpy().astype("datetime64[us]").astype(np.int64)
    # lines of one instant go by their number, never by their place in the table
    order = np.lexsort((lines["line"].to_numpy(), pd.factorize(lines["order_id"], sort=True)[0], moment, group))
    sorted_units = units[order]
    _cancel(group[order], sorted_units)
    units[order] = sorted_units
    return units


@njit(cache=True)
def _cancel(group, units):
    """Take negative units from earlier lines of the group, in place; `stack` holds the earlier lines with units left."""
    stack = np.empty(len(units), np.int64)
    depth, current = 0, -1
    for i in range(len(units)):
        if group[i] != current:
            depth, current = 0, group[i]
        if units[i] > 0:
            stack[depth] = i
            depth += 1
            continue
        left, units[i] = -units[i], 0.0
        for k in range(depth - 1, max(depth - 1 - _LOOK_BACK, -1), -1):
            if units[stack[k]] == left:
                units[stack[k]] = left = 0.0
                break
        while left > 0 and depth > 0:
            taken = min(left, units[stack[depth - 1]])
            units[stack[depth - 1]] -= taken
            left -= taken
            if units[stack[depth - 1]] == 0:
                depth -= 1


def _by_day(lines: pd.DataFrame, net: np.ndarray) -> pd.DataFrame:
    sku, skus = pd.factorize(lines["sku"])
    channel, channels = pd.factorize(lines["channel"])
    day = lines["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    first = int(day.min())
    span = int(day.max()) - first + 1
    cell = (sku.astype(np.int64) * len(channels) + channel) * span + day - first
    cells, row = np.unique(cell, return_inverse=True)
    units = lines["units"].to_numpy(float)
    kept = np.where(units > 0, net / np.where(units > 0, units, 1), 0.0)
    revenue, discount = lines["revenue"].to_numpy(float) * kept, lines["discount"].to_numpy(float) * kept
    return schema.conform(
        "sales",
        pd.DataFrame(
            {
                "sku": skus.take(cells // span // len(channels)),
                "channel": channels.take(cells // span % len(channels)),
                "date": (cells % span + first).astype("datetime64[D]").astype("datetime64[us]"),
                "units": _sum(row, net, len(cells)),
                "revenue": _known_sum(row, revenue, len(cells)),
                "discount": _known_sum(row, discount, len(cells)),
                "order_count": _orders(row, lines["order_id"], net, len(cells)),
                "price": _price(row, revenue, net, len(cells)),
                "currency": lines["currency"].to_numpy(dtype=object)[np.unique(row, return_index=True)[1]],
            }
        ),
        lineage=False,
    )


def _sum(row: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(row, values, size)


def _known_sum(row: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Return sums over known values, NaN where none is known."""
    known = np.isfinite(values)
    total = _sum(row, np.where(known, values, 0.0), size)
    return np.where(_sum(row, known.astype(float), size) > 0, total, np.nan)


def _price(row: np.ndarray, revenue: np.ndarray, net: np.ndarray, size: int) -> np.ndarray:
    known = np.isfinite(revenue) & (net > 0)
    units = _sum(row, np.where(known, net, 0.0), size)
    money = _sum(row, np.where(known, revenue, 0.0), size)
    return np.where(units > 0, np.maximum(money, 0) / np.maximum(units, 1e-12), np.nan)


def _orders(row: np.ndarray, order_id: pd.Series, net: np.ndarray, size: int) -> np.ndarray:
    """Return the number of different orders with units left."""
    code = pd.factorize(order_id)[0].astype(np.int64)
    pairs = np.unique(row[net > 0] * (code.max() + 1) + code[net > 0])
    return _sum(pairs // (code.max() + 1), np.ones(len(pairs)), size)
