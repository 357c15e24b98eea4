"""Prices and fees in the marketplace's own words: what it asks, previews, charged and estimates, the newest known."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.fees.tariff import Floats, Numbers
from workbench.tables.as_known import known, newest_versions

OFFER = ["sku", "channel"]
ESTIMATES_DAYS = 180
"""How long an estimated surcharge is believed: rates change with the year."""


def newest_prices(listings: pd.DataFrame, history: pd.DataFrame, channels: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the price of each SKU and channel: the newest asking price, else the newest price paid.

    Parameters
    ----------
    listings, history, channels : tables of these names; they may be empty
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, channel, price, price_currency; the surest and newest last: prices paid before asking prices, each by date.
    """
    asked, paid = known(listings, as_of), known(history, as_of)
    money = channels.drop_duplicates("channel").set_index("channel")["currency"]
    paid = newest_versions(paid.loc[paid["price"] > 0, [*OFFER, "date", "price"]], OFFER)
    asked = asked.loc[asked["price"] > 0, [*OFFER, "date", "price", "currency"]]
    both = pd.concat([paid.assign(currency=paid["channel"].map(money), asked=False), asked.assign(asked=True)])
    both = both.sort_values(["asked", "date"], kind="stable").drop_duplicates(OFFER, keep="last")
    return both.rename(columns={"currency": "price_currency"})[[*OFFER, "price", "price_currency"]]


def newest_previews(fee_previews: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the newest fee preview of each SKU and channel: the marketplace's own word on what selling a unit costs.

    Parameters
    ----------
    fee_previews : table fee_previews
    as_of : previews dated or learned later are left out

    Returns
    -------
    sku, channel, previewed_share (referral fee over the price it was reckoned at, 0-1), previewed_fee (fulfilment and closing
    fee of one unit, surcharges included), previewed_in (currency); NaN where the preview leaves it open.
    """
    rows = newest_versions(known(fee_previews, as_of), OFFER)
    return rows[OFFER].assign(
        previewed_share=rows["referral_fee"] / rows["price"].where(rows["price"] > 0),
        previewed_fee=rows["fulfilment_fee"] + rows["closing_fee"].fillna(0),
        previewed_in=rows["currency"],
    )


def newest_charges(fees_charged: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what each SKU was charged per fee in its newest month known: the best guess of the next month.

    Parameters
    ----------
    fees_charged : table fees_charged
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location, kind, month, units, volume_ft3, amount, currency; one row a SKU, node and kind.
    """
    rows = known(fees_charged, as_of)
    rows = rows.assign(month=rows["date"].dt.to_period("M").dt.start_time.astype("datetime64[us]"))
    place = ["sku", "node", "kind"]
    newest = rows[rows["month"] == rows.groupby(place)["month"].transform("max")]
    sums = newest.groupby([*place, "month", "currency"], as_index=False, dropna=False)[["units", "volume_ft3", "amount"]].sum(min_count=1)
    return sums.rename(columns={"node": "location"})[["sku", "location", "kind", "month", "units", "volume_ft3", "amount", "currency"]]


class AgeRates:
    """What a pool charges for age, as its own estimates of the next charge show it: for where no rate card is known.

    The rate of a tier is what was estimated for it over its volume, all SKUs of the pool and half a year together. An
    older tier that held no units takes the rate of the tier before, which is the least it can be. Below the first tier that
    the marketplace estimates for, nothing is charged.

    Parameters
    ----------
    stock_age : table stock_age
    volumes : sku and volume_ft3
    as_of : estimates dated or learned later are left out

    >>> age = pd.DataFrame({"sku": ["A", "A"], "node": "fba-uk", "date": pd.Timestamp("2026-10-31"), "age_from_days": [0, 181],
    ...                     "units": [5.0, 10.0], "surcharge_estimated": [None, 2.36]})
    >>> rates = AgeRates(age, pd.DataFrame({"sku": ["A"], "volume_ft3": [0.2]}), dt.date(2026, 11, 1))
    >>> rates.per_ft3("fba-uk", [100, 200, 400]).round(2).tolist(), rates.per_ft3("fba-de", 200).tolist()
    ([0.0, 1.18, 1.18], nan)
    """

    def __init__(self, stock_age: pd.DataFrame, volumes: pd.DataFrame, as_of: dt.date):
        rows = known(stock_age, as_of)
        rows = rows[rows["surcharge_estimated"].notna() & (rows["units"] > 0) & (rows["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=ESTIMATES_DAYS))]
        rows = rows.merge(volumes[["sku", "volume_ft3"]].dropna().drop_duplicates("sku"), on="sku")
        sums = rows.assign(volume=rows["units"] * rows["volume_ft3"]).groupby(["node", "age_from_days"])[["surcharge_estimated", "volume"]].sum()
        table = (sums["surcharge_estimated"] / sums["volume"]).unstack("age_from_days").ffill(axis=1)
        self._from = np.array([-np.inf, *table.columns], dtype="float64")
        self._rates = np.vstack([np.column_stack([np.zeros(len(table)), table.to_numpy(float)]), np.full(len(self._from), np.nan)])
        self._nodes = table.index

    def per_ft3(self, location: Numbers, age_days: Numbers) -> Floats:
        """Return the surcharge of one ft3 of units of an age at a node; shapes broadcast, NaN where nothing was estimated."""
        place = self._nodes.get_indexer(np.asarray(location, dtype=object).ravel()).reshape(np.shape(location))
        return self._rates[place, np.searchsorted(self._from, np.asarray(age_days, dtype="float64"), side="right") - 1]
