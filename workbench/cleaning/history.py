"""The cleaning step: sales, stock and listings in, the history table out, every correction flagged and the raw value kept."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench import events as dated_events
from workbench.cleaning import exposure, reasons
from workbench.cleaning.anomalies import OneOffs, one_offs
from workbench.cleaning.daily import known_by
from workbench.cleaning.expectation import Tags
from workbench.cleaning.exposure import Axis
from workbench.cleaning.hours import hour_profile
from workbench.cleaning.params import CleaningParams
from workbench.cleaning.recovery import Recovered, recover
from workbench.cleaning.spells import PROMOTIONS, promotions, tagged_days
from workbench.tables import schema

_BLOCK_SKUS = 2_000
_TABLE_INTERVAL = 0.9  # the table's bounds are the 5 % and the 95 % quantile


def clean_demand(
    sales: pd.DataFrame,
    stock: pd.DataFrame,
    events: pd.DataFrame | None,
    params: CleaningParams,
    as_of: dt.date,
    *,
    listings: pd.DataFrame | None = None,
    serves: pd.DataFrame | None = None,
    movements: pd.DataFrame | None = None,
    ads: pd.DataFrame | None = None,
    orders: pd.DataFrame | None = None,
    channels: pd.DataFrame | None = None,
    availability: pd.DataFrame | None = None,
    coming: set[str] | frozenset[str] = frozenset(),
    living: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return table history: every day of every SKU and channel with what sold, what would have sold, and why they differ.

    A table that is history already is returned as it is.

    Parameters
    ----------
    sales : table sales, as from `daily_sales`
    stock, movements : tables stock and movements; where both are empty no day can be told to be out of stock
    events : table events, for the day labels
    listings : table listings; a listing that is not active cannot sell
    serves : table serves; without it a marketplace amazon-xx is served by fba-xx
    ads : table ads, for bursts of advertising
    orders, channels : tables orders and channels, for the hour at which the last unit sold by the clock of the marketplace
    availability : table availability: hours on sale, which win over stock where they are told
    coming : SKUs of which units are on the way: they have not ended
    living : rejected rules (sku, channel, date, reason); where `ended` is among them the SKU has not ended
    as_of : rows dated or learned later are not used

    Returns
    -------
    A row per sku, channel and day, from the first sale, stock or opening day to the channel's last day with sales. A day
    without sales is 0 while the listing is live. `exposure` is NaN where stock is not known: then sales stand as they are.
    """
    if {"demand", "imputed", "exposure"} <= set(sales.columns):
        return sales
    known = known_by(sales, as_of)
    tables = {"stock": known_by(stock, as_of), "serves": serves}
    dated = {"listings": listings, "movements": movements, "orders": orders, "availability": availability}
    tables |= {name: None if table is None else known_by(table, as_of) for name, table in dated.items()}
    tables |= {"channels": channels, "coming": _with_inbound(tables["stock"], coming), "living": living}
    tables["promotions"] = promotions(known, params, as_of, ads=ads, listings=listings)
    parts = [part for channel, rows in known.groupby("channel", sort=True) for part in _channel_history(str(channel), rows, tables, events, params)]
    if not parts:
        return schema.conform("history", schema.empty("history"), lineage=False)
    return _joined(parts)


def _with_inbound(stock: pd.DataFrame, coming: set[str] | frozenset[str]) -> set[str]:
    """Return the SKUs of which units are on the way: those told, and those whose newest stock row in any node counts some."""
    newest = stock.sort_values("date", kind="stable").drop_duplicates(["sku", "node"], keep="last")
    under_way = newest[["inbound_working", "inbound_shipped", "inbound_receiving"]].fillna(0.0).sum(axis=1) > 0 if len(newest) else pd.Series(dtype=bool)
    return set(coming) | set(newest.loc[under_way.to_numpy(), "sku"])


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts as one table, column by column, each let go as soon as it is joined: the parts and the whole never stand beside each other."""
    columns = [{name: part[name].copy() for name in part} for part in parts]
    names = list(parts[0])
    parts.clear()
    return pd.DataFrame({name: pd.concat([part.pop(name) for part in columns], ignore_index=True) for name in names}, copy=False)


def _channel_history(channel, sales, tables, events, params) -> Iterator[pd.DataFrame]:
    """Yield the history of a channel by blocks of SKUs: memory stays bounded, and each block is large enough to pool over."""
    first, last = sales["date"].min(), sales["date"].max()
    nodes = exposure.serving_nodes(channel, tables["serves"])
    skus = _skus(channel, sales, tables, nodes, first, last)
    days = (last - first).days + 1
    gaps = exposure.gap_days(_sellers_by_day(sales, first, days), first)
    frames = {"sales": sales} | {name: tables[name] for name in ("stock", "listings", "movements", "promotions")}
    frames |= {name: None if tables[name] is None else tables[name][tables[name]["channel"] == channel] for name in ("orders", "availability")}
    zone, coming = _time_zone(channel, tables["channels"]), skus.isin(tables["coming"]) | _kept_alive(skus, channel, tables["living"])
    profile = hour_profile(frames["orders"], zone)
    code = {name: None if frame is None else skus.get_indexer(pd.Index(frame["sku"])) for name, frame in frames.items()}
    for block in np.array_split(np.arange(len(skus)), -(-len(skus) // _BLOCK_SKUS)):
        low, high = block[0], block[-1]
        mine = {name: None if frame is None else frame[(code[name] >= low) & (code[name] <= high)] for name, frame in frames.items()}
        mine |= {"coming": coming[low : high + 1], "time_zone": zone, "profile": profile}
        yield _block_history(channel, Axis(skus[low : high + 1], first, days), mine, nodes, gaps, events, params)


def _kept_alive(skus: pd.Index, channel: str, living: pd.DataFrame | None) -> np.ndarray:
    """Return the SKUs (n,) of which an analyst said that they have not ended."""
    if living is None or not len(living):
        return np.zeros(len(skus), bool)
    said = living[(living["reason"] == "ended") & living["channel"].isin([channel, "all"])]
    return skus.isin(said["sku"]) | (said["sku"] == "all").any()


def _time_zone(channel: str, channels: pd.DataFrame | None) -> str | None:
    found = [] if channels is None else channels.loc[channels["channel"] == channel, "time_zone"].dropna().tolist()
    return str(found[0]) if found else None


def _sellers_by_day(sales: pd.DataFrame, first: pd.Timestamp, days: int) -> np.ndarray:
    """Return how many SKUs sold on each day (T,)."""
    sold = sales.loc[sales["units"] > 0, "date"].to_numpy().astype("datetime64[D]") - np.datetime64(first.date(), "D")
    return np.bincount(sold.astype(np.int64), minlength=days)


def _block_history(channel, axis, tables, nodes, gaps, events, params) -> pd.DataFrame:
    sales = tables["sales"]
    units = np.nan_to_num(axis.total(sales, sales["units"].to_numpy(float)))
    share, ran_out, stopped, closing, on, opened = _time_on_sale(channel, axis, tables, units, nodes, params)
    off = ~on & (units == 0)
    share[off] = 0.0
    ended = exposure.ended(units, closing, on, tables["coming"], params.end_of_life_days)
    start = _starts(units, closing, opened)
    before = np.arange(axis.days) < start[:, None]
    unknown = before | gaps
    event = np.full(axis.days, "", object) if events is None or not len(events) else dated_events.label_days(axis.dates, events, channel)
    promotion, edge = tagged_days(axis, channel, tables["promotions"])
    odd = _one_offs(axis, sales, units, (event != "") | (promotion > 0), params)
    counted = units.copy()
    counted[odd.row, odd.day] = odd.kept
    tags = Tags(np.unique(event.astype(str), return_inverse=True)[1] + int((event != "").all()), promotion, edge)
    made = _recovered(np.where(unknown, np.nan, counted), share, ran_out & ~unknown, stopped, axis, params, tags)
    share = np.where(ran_out, np.where(made.demand > 0, counted / np.maximum(made.demand, 1e-9), share), share)
    censored = ((share < 1) | ran_out) & ~(off & ~(closing <= 0)) & ~ended
    imputed = (unknown | (share < 1) | ran_out) & ~ended if params.recover else np.zeros(units.shape, bool)
    imputed[odd.row, odd.day] = True
    columns = {
        "units": np.where(unknown | off, np.nan, units),
        **{name: np.where(ended, 0.0, values) for name, values in _demands(made).items()},
        "exposure": np.clip(share, 0, 1),
        "censored": censored,
        "imputed": imputed,
        "price": axis.total(sales, sales["price"].to_numpy(float)),
    }
    why = reasons.of_days(gaps, off, ran_out, share, imputed, ended, odd)
    numbers = reasons.numbers(columns["exposure"], why, odd, params.end_of_life_days)
    texts = {"event": (event, np.arange(axis.days)), "promotion": (PROMOTIONS, promotion), "reason": (reasons.CODES, why)}
    return _flat(channel, axis, ~before, columns | dict(zip(("reason_value", "reason_limit"), numbers, strict=True)), texts)


def _demands(made: Recovered) -> dict[str, np.ndarray]:
    """Return the demand columns of the history (n, T)."""
    return {"demand": made.demand, "demand_low": made.low, "demand_high": made.high, "stocked_demand": made.stocked, "base_demand": made.demand / made.lift}


def _time_on_sale(channel, axis, tables, units, nodes, params):
    """Return the share of each day on sale by stock, the days that ran out at an unknown hour and at a known one, closing stock, live listing, opening day."""
    opening, closing = exposure.closing_stock(axis, nodes, tables["stock"], tables["movements"], params.stock_valid_days)
    arrived = exposure.arrival_share(units, opening, closing, params.partial_share)
    share, ran_out = exposure.from_stock(units, opening, closing, arrived)
    timed = exposure.sold_out_share(axis, tables["orders"], tables["time_zone"], tables["profile"], units, opening, ran_out)
    on, opened = exposure.live(axis, channel, tables["listings"])
    watched = exposure.from_hours(axis, tables["availability"], tables["profile"], units)
    stopped, seen = ~np.isnan(timed), ~np.isnan(watched)
    share = np.where(seen, watched, np.where(stopped, timed, share))
    return share, ran_out & ~stopped & ~seen, stopped & ~seen, closing, on, opened


def _one_offs(axis, sales, units, explained, params) -> OneOffs:
    orders = axis.total(sales, sales["order_count"].to_numpy(float))
    return one_offs(units, orders, explained, 10.0**-params.one_off_rarity if params.recover else 0.0, params.one_off_units)


def _skus(channel, sales, tables, nodes, first, last) -> pd.Index:
    """Return the SKUs of a channel: sold there, or lying in a node that serves it and, where listings are known, listed there."""
    sold = pd.Index(sales["sku"].unique())
    stock, listings = tables["stock"], tables["listings"]
    there = stock[stock["node"].isin(nodes) & stock["date"].between(first, last) & ((stock["on_hand"] > 0) | (stock["available"] > 0))]
    lying = pd.Index(there["sku"].unique())
    if listings is not None and len(listings):
        lying = lying.intersection(pd.Index(listings.loc[listings["channel"] == channel, "sku"].unique()))
    return sold.union(lying).sort_values()


def _starts(units: np.ndarray, closing: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """Return each SKU's first day: of its listing where known, else of its first sale or stock."""
    alive = (units > 0) | (closing > 0)
    first = np.where(alive.any(1), alive.argmax(1), 0)
    return np.where(opened >= 0, np.minimum(opened, first), first)


def _recovered(units, share, ran_out, stopped, axis, params, tags) -> Recovered:
    if not params.recover:
        kept = np.nan_to_num(units)
        return Recovered(kept, kept, kept, kept, np.ones_like(kept))
    return recover(units, share, axis.dates, ran_out=ran_out, stopped=stopped, tags=tags, floor=params.exposure_floor, interval=_TABLE_INTERVAL)


def _flat(channel, axis, kept, columns, texts) -> pd.DataFrame:
    row, day = np.nonzero(kept)
    frame = {
        "sku": pd.array(axis.skus.to_numpy(dtype=object), dtype="str").take(row),
        "channel": pd.array([channel], dtype="str").take(np.zeros(len(row), np.int64)),
        "date": axis.dates[day],
    }
    frame |= {name: values[row, day] if values.dtype == bool else values[row, day].astype(float) for name, values in columns.items()}
    for name, (words, code) in texts.items():
        frame[name] = pd.array([str(word) for word in words], dtype="str").take(code[day] if code.ndim == 1 else code[row, day])
    return schema.conform("history", pd.DataFrame(frame), lineage=False)
