"""Sales at each price: the clean history as cells, one an offer, four weeks and price, beside what the category sold then."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
WINDOW_DAYS = 28
"""The level of an offer is taken to stand still so long; see `levels` for how it moves on."""
SMOOTH_DAYS = 29
LEAST_DAILY_UNITS = 0.15
"""Offers that sell less are left out: nobody sees when their price changed."""
PROMOTED_DAILY_UNITS = 0.7
"""Promotions of offers that sell less are left out: one that sold nothing is not seen, so that those seen would seem to sell too well."""
LASTING_DAYS = 14
"""A usual price stands at least so long."""
PRICE_STEP = 0.01
"""Prices closer than one per cent are one price."""


class PricedDays:
    """Days with sales data of every offer (a SKU on a channel), each with its price; made once, read as `cells`.

    A day without a sale has the price of the nearest sale with the same promotion. Left out of the cells are days of events, coupons
    and bursts of advertising, whose effect is not the price's, promotions of offers that sell rarely, and usual prices that did not
    last: a dip too short is a promotion that nobody tagged; and offers that sold nothing on the days that stay. A day in stock for a part counts for that part.

    Parameters
    ----------
    history, items : tables of these names
    as_of : rows dated or learned later are left out
    """

    def __init__(self, history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date) -> None:
        rows = stock.known(history, as_of)
        rows = rows[rows["units"].notna() & ~rows["imputed"]]
        sku, skus = pd.factorize(rows["sku"])
        channel, channels = pd.factorize(rows["channel"])
        offer, offers = pd.factorize(sku * (len(channels) + 1) + channel)
        day = (rows["date"] - pd.Timestamp("2000-01-01")).dt.days.to_numpy()
        promoted = (rows["promotion"] == "price_cut").to_numpy()
        order = np.lexsort((day, promoted, offer))
        self.offer, self.day, self.promoted = offer[order], day[order], promoted[order]
        self.sku = pd.Series(skus[offers // (len(channels) + 1)])
        category, self.categories = pd.factorize(self.sku.map(items.drop_duplicates("sku").set_index("sku")["category"]).fillna(""))
        self.category, self.pair = category, category * (len(channels) + 1) + offers % (len(channels) + 1)
        self.units, self.demand, exposure, price = (rows[name].to_numpy(float)[order] for name in ("units", "demand", "exposure", "price"))
        self.exposure = np.where(np.isnan(exposure), 1.0, exposure)
        self.paid = np.log(np.where(price > 0, price, np.nan))
        self.log_price = self._price()
        self.quiet = rows["event"].fillna("").eq("").to_numpy()[order]
        untagged = rows["promotion"].fillna("").eq("").to_numpy()[order]
        self.told = np.flatnonzero(self._told(untagged | self.promoted))
        self.told = self.told[self._lasting(self.told)]
        self.told = self.told[np.bincount(self.offer[self.told], self.units[self.told], len(self.sku))[self.offer[self.told]] > 0]

    def cells(self, usual: float = 2.0) -> pd.DataFrame:
        """Return units sold at each price beside the units that the pace of the category gives for those days.

        Parameters
        ----------
        usual : elasticity by which the pace of a category is freed of its own prices' moves

        Returns
        -------
        sku, category, series (number of the offer), window (number of the four weeks), promoted (bool), log_price, log_season (of the
        category in those days), units, expected, surprise (squares by which the days' units miss the cell's pace) and counted (units,
        less what one pace a cell has taken): surprise over counted is the variance of a day's units over their mean.
        """
        at, pace = self.told, self._pace(usual)
        window = self.day[at] // WINDOW_DAYS
        key = np.column_stack([self.offer[at], window, self.promoted[at], _step(self.log_price[at])])
        cell, first = _groups(key)
        units, expected = self.units[at], self.exposure[at] * pace
        days, *sums = (np.bincount(cell, value, len(first)) for value in (np.ones(len(at)), units, expected, units**2, units * expected, expected**2))
        rate = sums[0] / np.maximum(sums[1], 1e-300)
        offer = self.offer[at][first]
        return pd.DataFrame(
            {
                "sku": self.sku.to_numpy()[offer],
                "category": self.categories.to_numpy()[self.category[offer]],
                "series": offer,
                "window": window[first],
                "promoted": self.promoted[at][first],
                "log_price": np.bincount(cell, self.log_price[at], len(first)) / days,
                "log_season": np.bincount(cell, np.log(pace), len(first)) / days,
                "units": sums[0],
                "expected": sums[1],
                "surprise": np.maximum(sums[2] - 2 * rate * sums[3] + rate**2 * sums[4], 0),
                "counted": sums[0] * (1 - 1 / days),
            }
        )

    def prices_seen(self) -> pd.Series:
        """Return how many different prices each SKU was sold at, a per cent apart, on the channel where most were seen; by sku."""
        seen = np.flatnonzero(~np.isnan(self.paid))
        _, first = _groups(np.column_stack([self.offer[seen], _step(self.paid[seen])]))
        return pd.Series(np.bincount(self.offer[seen][first], minlength=len(self.sku))).groupby(self.sku).max()

    def _price(self) -> Array:
        """Return the logarithm of each day's price: paid, or that of the nearest sale with the same promotion."""
        before, after = (_nearest(self.offer * 2 + self.promoted, ~np.isnan(self.paid), back) for back in (True, False))
        since, until = (np.where(at >= 0, np.abs(self.day - self.day[at]), np.inf) for at in (before, after))
        return np.where(np.isinf(since) & np.isinf(until), np.nan, self.paid[np.where(since <= until, before, after)])

    def _told(self, plain: Mask) -> Mask:
        """Return which days tell how demand answers to price."""
        sold = np.bincount(self.offer, self.units) / np.maximum(np.bincount(self.offer, self.exposure), 1)
        daily = sold[self.offer]
        often = (daily >= LEAST_DAILY_UNITS) & (~self.promoted | (daily >= PROMOTED_DAILY_UNITS))
        return np.asarray(plain & often & self.quiet & (self.exposure > 0) & ~np.isnan(self.log_price))

    def _lasting(self, at: Numbers) -> Mask:
        """Return which of some days are of a promotion or of a usual price that stood for long enough."""
        state = np.column_stack([self.offer[at], self.promoted[at], _step(self.log_price[at])])
        begins = np.flatnonzero(_changes(state))
        ends = np.append(begins, len(at))[1:]
        lasted = self.day[at][ends - 1] - self.day[at][begins] + 1
        return self.promoted[at] | np.repeat(lasted >= LASTING_DAYS, ends - begins)

    def _pace(self, usual: float) -> Array:
        """Return what the category sells a day on the channel around each day that tells, were its prices what they are on average."""
        known = ~np.isnan(self.log_price)
        mean = np.bincount(self.offer[known], self.log_price[known], len(self.sku)) / np.maximum(np.bincount(self.offer[known], minlength=len(self.sku)), 1)
        usually = np.nan_to_num(self.demand * np.exp(usual * np.where(known, self.log_price - mean[self.offer], 0.0)))[self.quiet]
        day, days = pd.factorize(self.day[self.quiet], sort=True)
        shape = int(self.pair.max(initial=0)) + 1, len(days)
        by_day = np.bincount(self.pair[self.offer[self.quiet]] * shape[1] + day, usually, shape[0] * shape[1]).reshape(shape)
        smooth = pd.DataFrame(by_day.T).rolling(SMOOTH_DAYS, center=True, min_periods=1).mean().to_numpy()
        smooth = smooth.clip(min=1e-3 * max(float(smooth.max(initial=0.0)), 1e-3))
        return np.asarray(smooth[np.searchsorted(days, self.day[self.told]), self.pair[self.offer[self.told]]], float)


def _step(log_price: Array) -> Numbers:
    return np.round(log_price / PRICE_STEP).astype(np.int64)


def _changes(key: Numbers) -> Mask:
    """Return which rows differ from the one before; the first does."""
    return np.append(True, (key[1:] != key[:-1]).any(axis=1))[: len(key)]


def _groups(key: Numbers) -> tuple[Numbers, Numbers]:
    """Return the group of each row of a key, and the first row of each group."""
    order = np.lexsort(key.T[::-1])
    begins = _changes(key[order])
    group = np.empty(len(key), dtype=np.int64)
    group[order] = np.cumsum(begins) - 1
    return group, order[begins]


def _nearest(state: Numbers, seen: Mask, back: bool) -> Numbers:
    """Return for each day the last (or next) one seen in the same state, by its place; -1 where there is none."""
    place = np.arange(len(state))
    found = np.maximum.accumulate(np.where(seen, place, -1)) if back else np.minimum.accumulate(np.where(seen, place, len(state))[::-1])[::-1]
    inside = (found >= 0) & (found < len(state))
    return np.where(inside & (state[np.where(inside, found, 0)] == state), found, -1)
