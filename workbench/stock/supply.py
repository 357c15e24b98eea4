"""Supply measured from the ledger: historical days of supply and sell-through, as the marketplace defines them."""

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.stock.positions import sellable
from workbench.stock.rows import Places, day_numbers
from workbench.tables.as_known import known

Floats = npt.NDArray[np.float64]
WINDOW, YEAR = 90, 365
_SHORT, _WEEK = 30, 7
COUNTED_BACK_DAYS = 60
"""Days back to which counts must reach for a mean of the 90 days."""


def historical_days_of_supply(mean_on_hand: Any, mean_shipped_per_day: Any) -> Floats:
    """Return historical days of supply: mean sellable units a day over mean units shipped a day.

    Infinite where units lie and none shipped, NaN where neither.

    >>> float(historical_days_of_supply(900, 50))
    18.0
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(mean_on_hand, dtype="float64") / np.asarray(mean_shipped_per_day, dtype="float64")


def historical_supply(movements: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return how long the stock of each SKU and node has lasted lately, and how much of it sold through.

    The 90 days end on the ledger's newest day known. A day without a row keeps the balance of the day before;
    days before a SKU's first row are left out of its means.

    Parameters
    ----------
    movements : table movements
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location, mean_on_hand_30, mean_on_hand_90 (units), shipped_7, shipped_30, shipped_90 (units),
    short_days, long_days (historical days of supply over 30 and 90 days), sell_through (units shipped in 90 days
    over mean units on hand in that time), turnover_baseline (times a year that the stock turned in the year before these 90 days;
    NaN where less than 90 days of it are known).
    """
    rows = known(movements, as_of)
    places = Places(rows)
    if rows.empty:
        return _measures(places.table, np.full((0, WINDOW), np.nan), np.zeros((0, WINDOW)), np.zeros(0))
    day = day_numbers(rows["date"])
    column = day - int(day.max()) + WINDOW - 1
    shipped = np.zeros((len(places), WINDOW))
    inside = column >= 0
    gone = -rows["shipments"].to_numpy(dtype="float64")
    np.add.at(shipped, (places.of_row[inside], column[inside]), np.nan_to_num(gone[inside]))
    before = _baseline(rows, places, column, places.total(gone, (column < 0) & (column >= -YEAR)))
    return _measures(places.table, _balances(rows, places, column), shipped, before)


def counted_supply(stock: pd.DataFrame, sold: pd.DataFrame, units: npt.NDArray[np.floating[Any]], as_of: dt.date) -> pd.DataFrame:
    """Return the same where no ledger tells: units on hand by count, units sold in the place of those shipped, of the 90 days before a day.

    A day without a count keeps the count before. Of a SKU and node whose counts do not reach back two months of the three
    nothing is said.

    Parameters
    ----------
    stock : table stock, of the nodes that are wanted
    sold, units : sku and node of what was sold, and its units (n, 455) day by day, NaN where unknown
    """
    day = pd.Timestamp(as_of)
    counts = known(stock[["sku", "node", "date", *(["known_at"] if "known_at" in stock else [])]].assign(ending=sellable(stock)), as_of)
    counts = counts[(counts["date"] >= day - pd.Timedelta(days=YEAR + WINDOW)) & (counts["date"] < day) & counts["ending"].notna()]
    places = Places(counts)
    column = day_numbers(counts["date"]) - int(day.to_datetime64().astype("datetime64[D]").astype("int64")) + WINDOW
    first, newest = np.full(len(places), WINDOW), np.full(len(places), -YEAR)
    np.minimum.at(first, places.of_row, column)
    np.maximum.at(newest, places.of_row, column)
    shipped = np.zeros((len(places), units.shape[1]))
    keys = [pd.MultiIndex.from_frame(frame.astype("str")) for frame in (places.table, sold[["sku", "node"]])]
    at = keys[0].get_indexer(keys[1])
    np.add.at(shipped, at[at >= 0], np.nan_to_num(units[at >= 0]))
    since = np.arange(-units.shape[1] + WINDOW, 0)[None, :] >= first[:, None]
    before = _baseline(counts, places, column, (shipped[:, :-WINDOW] * since).sum(axis=1))
    found = _measures(places.table, _balances(counts, places, column), shipped[:, -WINDOW:], before)
    return found[(first <= WINDOW - COUNTED_BACK_DAYS) & (newest >= 0)]


def _balances(rows: pd.DataFrame, places: Places, column: npt.NDArray[np.int64]) -> Floats:
    """Return the balance at the end of each day of the window (n, 90), NaN before the first row."""
    ending = rows["ending"].to_numpy(dtype="float64")
    table = np.full((len(places), WINDOW + 1), np.nan)  # column 0: the newest balance before the window
    before = places.newest(rows, (column < 0) & ~np.isnan(ending))
    table[before >= 0, 0] = ending[before[before >= 0]]
    inside = (column >= 0) & ~np.isnan(ending)
    table[places.of_row[inside], column[inside] + 1] = ending[inside]
    known_up_to = np.maximum.accumulate(np.where(np.isnan(table), 0, np.arange(WINDOW + 1)), axis=1)
    return np.maximum(np.take_along_axis(table, known_up_to, axis=1)[:, 1:], 0)


def _baseline(rows: pd.DataFrame, places: Places, column: npt.NDArray[np.int64], shipped: Floats) -> Floats:
    """Return turns a year (n,) of the year before the window: each balance lasts until the next row; `shipped` since the first of them."""
    ending = rows["ending"].to_numpy(dtype="float64")
    at = np.flatnonzero((column < 0) & (column >= -YEAR) & ~np.isnan(ending))
    at = at[np.lexsort((column[at], places.of_row[at]))]
    place, day = places.of_row[at], column[at]
    last = np.append(place[1:] != place[:-1], True)[: len(at)]
    lasts = np.where(last, 0, np.append(day[1:], 0)[: len(at)]) - day
    days, held = (np.bincount(place, part, len(places)) for part in (lasts, lasts * np.maximum(ending[at], 0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((days >= WINDOW) & (held > 0), shipped * YEAR / held, np.nan)


def _measures(table: pd.DataFrame, on_hand: Floats, shipped: Floats, before: Floats) -> pd.DataFrame:
    live = ~np.isnan(on_hand)
    means: dict[int, tuple[Floats, Floats]] = {}
    for span in (_SHORT, WINDOW):
        days = live[:, -span:].sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            means[span] = np.nansum(on_hand[:, -span:], axis=1) / days, shipped[:, -span:].sum(axis=1) / days
    totals = {f"shipped_{span}": shipped[:, -span:].sum(axis=1) for span in (_WEEK, _SHORT, WINDOW)}
    with np.errstate(divide="ignore", invalid="ignore"):
        sell_through = np.where(means[WINDOW][0] > 0, totals["shipped_90"] / means[WINDOW][0], np.nan)
    return table.assign(
        mean_on_hand_30=means[_SHORT][0],
        mean_on_hand_90=means[WINDOW][0],
        **totals,
        short_days=historical_days_of_supply(*means[_SHORT]),
        long_days=historical_days_of_supply(*means[WINDOW]),
        sell_through=sell_through,
        turnover_baseline=before,
    )
