"""Promotions found in what was paid: prices that fell for a while, coupons, bursts of advertising."""

import datetime as dt

import numpy as np
import pandas as pd
from numba import njit

from workbench.cleaning.daily import known_by
from workbench.cleaning.exposure import Axis
from workbench.cleaning.extents import LONGEST_DAYS, likely_extents
from workbench.cleaning.params import CleaningParams

COLUMNS = ("sku", "channel", "start_date", "end_date", "likely_start", "likely_end", "promotion", "share_off", "days_seen")
PROMOTIONS = ("", "ad_burst", "coupon", "price_cut", "coupon", "price_cut", "coupon", "price_cut")
"""kinds as they are tagged: coupons and price cuts in three depths, what wins over what last"""
_DEPTHS = (0.15, 0.25)
_SAME_PRICE = 0.03
_WINDOW_DAYS = 45
_GAP_DAYS = 7
_AD_HISTORY_DAYS = 28


def promotions(
    sales: pd.DataFrame, params: CleaningParams, as_of: dt.date, *, ads: pd.DataFrame | None = None, listings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return every promotion that prices, discounts and advertising show, by SKU and channel.

    Parameters
    ----------
    sales : table sales; days without a known price show nothing
    ads : table ads
    listings : table listings; where it tells the price of the day, it shows price cuts also on days that sold nothing
    as_of : rows dated or learned later are not used

    Returns
    -------
    sku, channel, start_date, end_date (first and last day on which it was seen), likely_start, likely_end (first and last day
    that it most likely covered, days without a sale included), promotion (price_cut, coupon, ad_burst),
    share_off (0-1; of an ad burst NaN), days_seen. Spells of different kinds may overlap.
    """
    known = known_by(sales, as_of)
    known = known[(known["units"] > 0) & (known["price"] > 0)].sort_values(["channel", "sku", "date"], ignore_index=True)
    cuts = _price_cuts(known, params)
    if listings is not None and len(listings):
        told = _price_cuts(_offered(known_by(listings, as_of)), params)
        cuts = pd.concat([_not_within(cuts, told), _not_within(told, _not_within(cuts, told))], ignore_index=True)
    parts = [cuts, _coupons(known, params)]
    if ads is not None and len(ads):
        parts.append(_ad_bursts(known_by(ads, as_of), params))
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return found.sort_values(["channel", "sku", "start_date", "promotion"], ignore_index=True)


def _not_within(spells: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the spells that no other one of their SKU and channel holds from first to last day."""
    days = ["sku", "channel", "start_date", "end_date"]
    pairs = spells[days].reset_index().merge(others[days], on=["sku", "channel"], suffixes=("", "_other"))
    held = pairs[(pairs["start_date_other"] <= pairs["start_date"]) & (pairs["end_date"] <= pairs["end_date_other"])]
    return spells.drop(index=held["index"].unique())


def _offered(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the prices at which listings could be bought, a row a day."""
    there = listings[(listings["price"] > 0) & ~(listings["status"].notna() & (listings["status"] != "active"))]
    return there[["sku", "channel", "date", "price"]].sort_values(["channel", "sku", "date"], ignore_index=True)


def _series(frame: pd.DataFrame) -> np.ndarray:
    """Return a number for each row's SKU and channel, equal for rows of the same."""
    return pd.factorize(frame["sku"])[0].astype(np.int64) * 1_000 + pd.factorize(frame["channel"])[0]


def _days(frame: pd.DataFrame) -> np.ndarray:
    return frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64)


def _price_cuts(rows: pd.DataFrame, params: CleaningParams) -> pd.DataFrame:
    """Return spells of a price clearly below the usual one of the weeks around it."""
    series, day, price = _series(rows), _days(rows), rows["price"].to_numpy(float)
    if not len(rows):
        return _spells(rows, np.zeros(0, np.int64), np.zeros(0, np.int64), "price_cut", np.zeros(0))
    first = _run_starts(series, price)
    last = np.append(first[1:] - 1, len(rows) - 1)
    mean = np.add.reduceat(price, first) / (last - first + 1)
    usual = _usual_prices(series[first], day[first], day[last], mean, _WINDOW_DAYS)
    off = 1 - mean / usual
    short = day[last] - day[first] < params.promotion_days
    cut = (off >= params.promotion_drop) & short
    return _spells(rows, first[cut], last[cut], "price_cut", off[cut])


@njit(cache=True)
def _run_starts(series, price):
    """Return the rows at which a new run of about the same price begins."""
    starts = np.empty(len(price), np.int64)
    count, level, seen = 0, 0.0, 0
    for i in range(len(price)):
        if i == 0 or series[i] != series[i - 1] or abs(price[i] / level - 1) > _SAME_PRICE:
            starts[count] = i
            count += 1
            level, seen = price[i], 1
        else:
            seen += 1
            level += (price[i] - level) / seen
    return starts[:count]


@njit(cache=True)
def _usual_prices(series, start, end, price, window):
    """Return for each run the median price of the days around it, each price counted as long as it stood."""
    n = len(price)
    usual = np.empty(n)
    for r in range(n):
        a, b = r, r
        while a > 0 and series[a - 1] == series[r] and end[a - 1] >= start[r] - window:
            a -= 1
        while b < n - 1 and series[b + 1] == series[r] and start[b + 1] <= end[r] + window:
            b += 1
        order = np.argsort(price[a : b + 1])
        stood = np.empty(b - a + 1)
        for k in range(a, b + 1):
            until = start[k + 1] if k < b else end[k] + 1
            # a price seen last before a long silence is not known to have stood through it
            until = min(until, end[k] + 15)
            stood[k - a] = max(min(until, end[r] + window) - max(start[k], start[r] - window), 1)
        half, total = stood.sum() / 2, 0.0
        for k in order:
            total += stood[k]
            if total >= half:
                usual[r] = price[a + k]
                break
    return usual


def _coupons(rows: pd.DataFrame, params: CleaningParams) -> pd.DataFrame:
    """Return spells of discounts beside the price: days with one, and no day of sales without one between them."""
    money = rows["price"].to_numpy(float) * rows["units"].to_numpy(float)
    off = np.nan_to_num(rows["discount"].to_numpy(float)) / np.maximum(money, 1e-9)
    on = off >= params.coupon_share
    series, day = _series(rows), _days(rows)
    again = np.zeros(len(rows), bool)
    again[1:] = on[1:] & on[:-1] & (series[1:] == series[:-1]) & (np.diff(day) <= _GAP_DAYS)
    first = np.flatnonzero(on & ~again)
    last = np.flatnonzero(on & ~np.append(again[1:], False))
    kept = day[last] - day[first] < params.promotion_days
    first, last = first[kept], last[kept]
    total = np.concatenate([[0.0], np.cumsum(off)])
    return _spells(rows, first, last, "coupon", (total[last + 1] - total[first]) / (last - first + 1))


def _ad_bursts(ads: pd.DataFrame, params: CleaningParams) -> pd.DataFrame:
    """Return spells of advertising that costs far more a day than the four weeks before."""
    rows = ads.groupby(["channel", "sku", "date"], as_index=False, sort=True)["spend"].sum()
    if not len(rows):
        return _spells(rows, np.zeros(0, np.int64), np.zeros(0, np.int64), "ad_burst", np.zeros(0))
    spend = rows.set_index("date").groupby(["channel", "sku"], sort=False)["spend"]
    usual = spend.rolling(f"{_AD_HISTORY_DAYS}D", closed="left", min_periods=7).median().to_numpy()
    on = rows["spend"].to_numpy(float) > params.ad_burst * np.where(usual > 0, usual, np.inf)
    series, day = _series(rows), _days(rows)
    again = np.zeros(len(rows), bool)
    again[1:] = on[1:] & on[:-1] & (series[1:] == series[:-1]) & (np.diff(day) == 1)
    first, last = np.flatnonzero(on & ~again), np.flatnonzero(on & ~np.append(again[1:], False))
    kept = (last - first + 1 >= 2) & (last - first < params.promotion_days)
    return _spells(rows, first[kept], last[kept], "ad_burst", np.full(int(kept.sum()), np.nan))


def _spells(rows: pd.DataFrame, first: np.ndarray, last: np.ndarray, kind: str, off: np.ndarray) -> pd.DataFrame:
    day, begins, ends = rows["date"].to_numpy().astype("datetime64[us]"), *_extents(rows, first, last, kind)
    frame = {
        "sku": rows["sku"].array.take(first),
        "channel": rows["channel"].array.take(first),
        "start_date": day[first],
        "end_date": day[last],
        "likely_start": begins.astype("datetime64[D]").astype("datetime64[us]"),
        "likely_end": ends.astype("datetime64[D]").astype("datetime64[us]"),
        "promotion": pd.array([kind] * len(first), dtype="str"),
        "share_off": off.astype(float),
        "days_seen": (last - first + 1).astype(float),
    }
    return pd.DataFrame(frame, columns=list(COLUMNS))


def _extents(rows: pd.DataFrame, first: np.ndarray, last: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the days that spells most likely covered; costs of advertising are known day by day."""
    day, series = _days(rows), _series(rows)
    if kind == "ad_burst" or not len(first):
        return day[first], day[last]
    before = np.where((first > 0) & (series[first - 1] == series[first]), day[first - 1], day[first] - 1 - LONGEST_DAYS)
    after = np.minimum(last + 1, len(day) - 1)
    until = np.where((after > last) & (series[after] == series[last]), day[after], day[last] + 1 + LONGEST_DAYS)
    return likely_extents(day[first], day[last], before, until)


def tagged_days(axis: Axis, channel: str, found: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the promotion of each SKU and day (n, T) as a place in PROMOTIONS, of several the deepest; and which days are no witnesses
    of what it brings: the first and last that sold, known only because they did, and those beyond, tagged only because they did not."""
    tag, edge = np.zeros((len(axis.skus), axis.days), np.int8), np.zeros((len(axis.skus), axis.days), bool)
    mine = found[found["channel"] == channel]
    row = axis.skus.get_indexer(pd.Index(mine["sku"]))
    origin = np.datetime64(axis.first.date(), "D")
    first, last, begins, ends = (
        (mine[name].to_numpy().astype("datetime64[D]") - origin).astype(int) for name in ("start_date", "end_date", "likely_start", "likely_end")
    )
    depth = 2 + 2 * np.searchsorted(_DEPTHS, mine["share_off"].to_numpy(float), side="right") + (mine["promotion"] == "price_cut").to_numpy()
    code = np.where(mine["promotion"] == "ad_burst", 1, depth)
    for k in np.argsort(code, kind="stable"):
        if row[k] >= 0 and ends[k] >= 0:
            begin, end = max(begins[k], 0), min(ends[k], axis.days - 1)
            tag[row[k], begin : end + 1] = code[k]
            if code[k] > 1:
                edge[row[k], begin : max(first[k], 0) + 1] = True
                edge[row[k], max(min(last[k], axis.days - 1), 0) : end + 1] = True
    return tag, edge
