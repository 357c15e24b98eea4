"""Which purchase orders and receipts the units on hand came with."""

import datetime as dt

import pandas as pd

from workbench import stock


def batches(purchase_orders: pd.DataFrame, sku: str, location: str, on_hand: float, as_of: dt.date) -> pd.DataFrame:
    """Return the receipts that the units on hand of a SKU at a place are from, oldest first: first in, first out.

    What is on hand is always the newest units received; units that no receipt explains are left out.

    Returns
    -------
    purchase_order, batch, received_date, units (of those on hand).
    """
    orders = stock.known(purchase_orders, as_of)
    mine = orders[(orders["sku"] == sku) & (orders["node"] == location) & (orders["received_date"] <= pd.Timestamp(as_of)) & (orders["units_received"] > 0)]
    mine = mine.sort_values("received_date", ascending=False, kind="stable", ignore_index=True)
    later = mine["units_received"].cumsum() - mine["units_received"]
    units = (on_hand - later).clip(lower=0, upper=mine["units_received"])
    found = mine.assign(units=units)[["purchase_order", "batch", "received_date", "units"]]
    return found[found["units"] > 0][::-1].reset_index(drop=True)
