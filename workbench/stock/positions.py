"""Inventory positions: what can be sold soon and what is on the way, per SKU and node on a day."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.stock.rows import Places, pick
from workbench.tables.as_known import known, newest_versions

SNAPSHOT_DAYS = 30
"""An inbound count in a snapshot older than this is no longer believed."""
_OPEN = ("approved", "sent")
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
    shipments = _shipments(newest_versions(known(inbound, as_of), ["shipment_id", "sku"]), as_of)
    orders = _orders(newest_versions(known(purchase_orders, as_of), ["purchase_order", "sku"]), shipments, as_of)
    place = ["sku", "location"]
    on_the_way = shipments.groupby(place, as_index=False)[["open", "linked"]].sum()
    table = here.merge(on_the_way, on=place, how="outer").merge(orders, on=place, how="outer")
    table["on_order"] = _counted_once(table, recorded=bool(len(inbound) or len(purchase_orders)))
    columns = [*place, "date", "on_hand", "available", "on_order", "unfulfillable"]
    return table.sort_values(place, ignore_index=True)[columns].astype({"sku": "str", "location": "str", "date": "datetime64[us]"})


def _on_hand(stock: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    places = Places(stock)
    snapshot = stock["available"] + stock["reserved_transfer"].fillna(0) + stock["reserved_processing"].fillna(0)
    sellable = snapshot.fillna(stock["on_hand"]).to_numpy(dtype="float64")
    at = places.newest(stock, ~np.isnan(sellable))
    announced = stock[list(_INBOUND)].sum(axis=1, min_count=1).to_numpy(dtype="float64")
    fresh = stock["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=SNAPSHOT_DAYS)
    spoilt = stock["unfulfillable"].to_numpy(dtype="float64")
    dates = np.append(stock["date"].to_numpy(), np.datetime64("NaT"))
    return places.table.assign(
        date=dates[at],
        on_hand=pick(sellable, at),
        available=pick(stock["available"], at),
        announced=pick(announced, places.newest(stock, ~np.isnan(announced) & fresh.to_numpy())),
        unfulfillable=pick(spoilt, places.newest(stock, ~np.isnan(spoilt))),
    )


def _shipments(inbound: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    received = inbound["units_received"].fillna(0)
    over = inbound["status"].isin(["received", "cancelled"]) | (inbound["received_date"] <= pd.Timestamp(as_of))
    still = (inbound["units_shipped"].fillna(0) - received).clip(lower=0).where(~over, 0.0)
    named = inbound["purchase_order"].notna()
    return inbound[["sku", "purchase_order"]].assign(location=inbound["node"], open=still, linked=still.where(named, 0.0), received=received)


def _orders(purchase_orders: pd.DataFrame, shipments: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return per SKU and node what is ordered and not yet under way in a shipment that names its order."""
    day, received_date = pd.Timestamp(as_of), purchase_orders["received_date"]
    is_open = purchase_orders["status"].isin(_OPEN) | purchase_orders["status"].isna()
    is_open &= ~(purchase_orders["ordered_date"] > day) & ~(received_date <= day)
    orders = purchase_orders.loc[is_open, ["purchase_order", "sku", "node", "units_ordered", "units_received"]]
    named = shipments.dropna(subset="purchase_order").groupby(["purchase_order", "sku"], as_index=False)[["open", "received"]].sum()
    orders = orders.merge(named, on=["purchase_order", "sku"], how="left")
    arrived = orders[["units_received", "received"]].max(axis=1).fillna(0)
    left = (orders["units_ordered"].fillna(0) - arrived - orders["open"].fillna(0)).clip(lower=0)
    return orders.assign(location=orders["node"], ordered=left).groupby(["sku", "location"], as_index=False)["ordered"].sum()


def _counted_once(table: pd.DataFrame, recorded: bool) -> pd.Series:
    inbound = table[["open", "announced"]].max(axis=1)
    unnamed = inbound.fillna(0) - table["linked"].fillna(0)
    rest = (table["ordered"].fillna(0) - unnamed).clip(lower=0)
    known_at_all = inbound.notna() | table["ordered"].notna() | recorded
    return (inbound.fillna(0) + rest).where(known_at_all)
