"""Units on order: what is still to come of each shipment and purchase order, and on which day it can be sold."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.stock.outlook import row_numbers
from workbench.tables.as_known import known, newest_versions

_OPEN = ("approved", "sent")


def open_shipments(inbound: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return each shipment's sku, location, purchase_order, units still to come, units received, due and left (the days)."""
    rows = newest_versions(known(inbound, as_of), ["shipment_id", "sku"])
    received = rows["units_received"].fillna(0)
    over = rows["status"].isin(["received", "cancelled"]) | (rows["received_date"] <= pd.Timestamp(as_of))
    return rows[["sku", "purchase_order"]].assign(
        location=rows["node"],
        units=(rows["units_shipped"].fillna(0) - received).clip(lower=0).where(~over, 0.0),
        received=received,
        due=rows["expected_date"],
        left=rows["shipped_date"],
    )


def open_orders(purchase_orders: pd.DataFrame, shipments: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return each open order's sku, location, units not yet under way in a shipment that names it (see `open_shipments`), due and left."""
    rows, day = newest_versions(known(purchase_orders, as_of), ["purchase_order", "sku"]), pd.Timestamp(as_of)
    is_open = rows["status"].isin(_OPEN) | rows["status"].isna()
    rows = rows[is_open & ~(rows["ordered_date"] > day) & ~(rows["received_date"] <= day)]
    named = shipments.dropna(subset="purchase_order").groupby(["purchase_order", "sku"], as_index=False)[["units", "received"]].sum()
    rows = rows.merge(named, on=["purchase_order", "sku"], how="left")
    arrived = rows[["units_received", "received"]].max(axis=1).fillna(0)
    return rows[["sku"]].assign(
        location=rows["node"],
        units=(rows["units_ordered"].fillna(0) - arrived - rows["units"].fillna(0)).clip(lower=0),
        due=rows["promised_date"],
        left=rows["ordered_date"],
    )


def arrivals(inbound: pd.DataFrame, purchase_orders: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date, overdue_days: float) -> pd.DataFrame:
    """Return the units on order by the day they can be sold: row (the number in `rows`), day (from now, NaN unknown), units.

    Shipments come on their expected day, orders on the promised one, else a lead time after they left; what is overdue is
    counted on `overdue_days` from now. All together they are never more than `on_order`, which counts every unit once; units
    on order without any day come when a new order would.

    Parameters
    ----------
    inbound, purchase_orders : tables of these names; they may be empty
    rows : sku, location, on_order, lead_time_days
    as_of : rows learned later are left out
    """
    shipments = open_shipments(inbound, as_of)
    due = pd.concat([shipments, open_orders(purchase_orders, shipments, as_of)], ignore_index=True)
    due = due.assign(row=row_numbers(due, rows)).query("row >= 0 and units > 0")
    lead, on_order = rows["lead_time_days"].to_numpy(float), rows["on_order"].fillna(0).to_numpy(float)
    left_day = (due["left"] - pd.Timestamp(as_of)).dt.days + lead[due["row"]]
    day = (due["due"] - pd.Timestamp(as_of)).dt.days.fillna(left_day)
    day = day.where(day > 0, overdue_days).where(day.notna(), lead[due["row"]])
    before = due.groupby("row")["units"].cumsum() - due["units"]
    units = np.clip(on_order[due["row"]] - before, 0, due["units"])
    rest = on_order - np.bincount(due["row"], units, len(rows))
    told = pd.DataFrame({"row": due["row"], "day": day, "units": units})
    untold = pd.DataFrame({"row": np.arange(len(rows)), "day": lead, "units": rest})
    both = pd.concat([told, untold], ignore_index=True)
    return both[both["units"] > 1e-9]
