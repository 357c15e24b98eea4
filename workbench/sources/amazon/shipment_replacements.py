"""Replacements: units that left FBA for customers in place of units that were lost, broken or wrong; nobody pays for them.

The report names neither marketplace nor currency: the pool is that of the seller's home.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables shipments and nodes."""
    pool = pd.Series(rows.home(), index=range(len(rows)), dtype="str")
    shipped_at = rows.moments("shipment_date").utc("UTC")
    shipments = pd.DataFrame(
        {
            "order_id": rows.text("order_id").fillna(rows.text("original_order_id")),
            "sku": rows.text("sku"),
            "date": order_lines.days(shipped_at, pool),
            "node": "fba-" + pool.str.lower(),
            "shipped_at": shipped_at,
            "units": rows.number("units"),
            "kind": "replacement",
        }
    )
    shipments = shipments.assign(line=rows.line_numbers(shipments["order_id"], shipments["sku"], shipments["date"]))
    return {"shipments": shipments, "nodes": marketplaces.node_rows(marketplaces.named(pool))}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA",
    needed={
        "shipment_date": ["shipment-date"],
        "sku": ["sku"],
        "units": ["quantity"],
        "order_id": ["replacement-amazon-order-id", "replacement-customer-order-id"],
    },
    optional={"original_order_id": ["original-amazon-order-id", "original-customer-order-id"]},
    telling=frozenset({"shipment_date", "order_id"}),
    filled=("shipment_date", "sku"),
    make=make,
    silent=frozenset({"asin", "fnsku", "fulfillmentcenterid", "originalfulfillmentcenterid", "replacementreasoncode"}),
)
