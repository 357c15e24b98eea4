"""Fees as the marketplace charged them: what to go by where no rate card is known."""

import datetime as dt

import pandas as pd


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
    day = pd.Timestamp(as_of)
    known = fees_charged[fees_charged["date"] <= day]
    if "known_at" in known:
        known = known[known["known_at"] < day + pd.Timedelta(days=1)]
    known = known.assign(month=known["date"].dt.to_period("M").dt.start_time.astype("datetime64[us]"))
    place = ["sku", "node", "kind"]
    newest = known[known["month"] == known.groupby(place)["month"].transform("max")]
    sums = newest.groupby([*place, "month", "currency"], as_index=False, dropna=False)[["units", "volume_ft3", "amount"]].sum(min_count=1)
    return sums.rename(columns={"node": "location"})[["sku", "location", "kind", "month", "units", "volume_ft3", "amount", "currency"]]
