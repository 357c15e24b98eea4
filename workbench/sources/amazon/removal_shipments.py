"""Removal shipments: parcels of removal orders, summed by order, SKU and condition. Carriers' numbers are not read.

A file holds a span of days. Where an order began before it, the sum is that of the parcels in the span; the report of
removal orders tells the whole.
"""

import pandas as pd

from workbench.sources.amazon import pools, removals
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return table removals."""
    code = removals.codes(rows, "currency")
    parcels = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "disposition": removals.disposition(rows),
            "kind": rows.each("kind", removals.kind),
            "requested_date": removals.days(rows, "requested_date", code),
            "shipped_date": removals.days(rows, "shipped_date", code),
            "units_shipped": rows.number("shipped"),
        }
    )
    last = parcels.groupby(removals.KEY, dropna=False)["shipped_date"].transform("max")
    return {"removals": pools.summed(rows, parcels.assign(shipped_date=last), ["units_shipped"], removals.KEY)}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA",
    needed={"order_id": ["order-id", "removal-order-id"], "shipped_date": ["shipment-date"], "sku": ["sku"], "shipped": ["shipped-quantity"]},
    optional={"requested_date": ["request-date"], "disposition": ["disposition"], "kind": ["removal-order-type", "order-type"], "currency": ["currency"]},
    telling=frozenset({"order_id", "shipped_date", "shipped"}),
    filled=("order_id", "sku", "shipped_date"),
    make=make,
    silent=frozenset({"fnsku", "carrier", "trackingnumber"}),
    former=frozenset({"currency"}),
    together=("order_id",),
)
