"""Inventory positions: what can be sold soon and what is on the way, per SKU and node on a day."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.stock.on_order import open_orders, open_shipments
from workbench.stock.rows import Places, pick
from workbench.tables.as_known import known

SNAPSHOT_DAYS = 30
"""An inbound count in a snapshot older than this is no longer believed."""
_INBOUND = ("inbound_working", "inbound_shipped", "inbound_receiving")


def positions(stock: pd.DataFrame, inbound: pd.DataFrame, purchase_orders: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what each SKU has at each node on a day: sellable soon, on the way, and unsellable.

    on hand = available + moving between buildings + being processed, never what is reserved for a customer's order;
    where the newest row has no such snapshot, the ledger's on hand. Both are looked for in the newest row that has one.

    on order is counted once: the same units may show as a purchase order, as a shipment and in a snapshot. Shipments
    and the snapshot's inbound see the same units, so the larger counts. A shipment that names its purchase order is
    taken off that order; other inbound units are taken off the open orders for the same SKU and node.

    Parameters
    ----------
    stock, inbound, purchase_orders : tables of these names; they may be empty
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location (a node), date (of the row that on hand comes from), on_hand, available, on_order, unfulfillable:
    units, NaN where unknown. on_order is 0 where orders or shipments are recorded, none of them open for this SKU.
    """
    here = _on_hand(known(stock, as_of), as_of)
    shipments = open_shipments(inbound, as_of)
    orders = open_orders(purchase_orders, shipments, as_of)
    place = ["sku", "location"]
    named = shipments["units"].where(shipments["purchase_order"].notna(), 0.0)
    on_the_way = shipments.assign(open=shipments["units"], linked=named).groupby(place, as_index=False)[["open", "linked"]].sum()
    ordered = orders.groupby(place, as_index=False)["units"].sum().rename(columns={"units": "ordered"})
    table = here.merge(on_the_way, on=place, how="outer").merge(ordered, on=place, how="outer")
    table["on_order"] = _counted_once(table, recorded=bool(len(inbound) or len(purchase_orders)))
    columns = [*place, "date", "on_hand", "available", "on_order", "unfulfillable"]
    return table.sort_values(place, ignore_index=True)[columns].astype({"sku": "str", "location": "str", "date": "datetime64[us]"})


def _on_hand(stock: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    places = Places(stock)
    soon = sellable(stock).to_numpy(dtype="float64")
    at = places.newest(stock, ~np.isnan(soon))
    announced = stock[list(_INBOUND)].sum(axis=1, min_count=1).to_numpy(dtype="float64")
    fresh = stock["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=SNAPSHOT_DAYS)
    spoilt = stock["unfulfillable"].to_numpy(dtype="float64")
    dates = np.append(stock["date"].to_numpy(), np.datetime64("NaT"))
    return places.table.assign(
        date=dates[at],
        on_hand=pick(soon, at),
        available=pick(stock["available"], at),
        announced=pick(announced, places.newest(stock, ~np.isnan(announced) & fresh.to_numpy())),
        unfulfillable=pick(spoilt, places.newest(stock, ~np.isnan(spoilt))),
    )


def sellable(stock: pd.DataFrame) -> pd.Series:
    """Return the units of each row that can be sold soon: the snapshot's where it has one, else the count on hand."""
    snapshot = stock["available"] + stock["reserved_transfer"].fillna(0) + stock["reserved_processing"].fillna(0)
    return snapshot.fillna(stock["on_hand"])


def _counted_once(table: pd.DataFrame, recorded: bool) -> pd.Series:
    inbound = table[["open", "announced"]].max(axis=1)
    unnamed = inbound.fillna(0) - table["linked"].fillna(0)
    rest = (table["ordered"].fillna(0) - unnamed).clip(lower=0)
    known_at_all = inbound.notna() | table["ordered"].notna() | recorded
    return (inbound.fillna(0) + rest).where(known_at_all)
