"""Customer shipment sales: units that left FBA for customers, with the price of one unit.

The report names no marketplace: the currency tells the pool, and the channel is left open. Where prices hold tax the report
does not tell how much, so that the revenue holds it too.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables shipments and nodes."""
    pool = marketplaces.codes(rows, "country")
    shipped_at = rows.moments("shipment_date").utc("UTC")
    units = rows.number("units")
    shipments = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "date": order_lines.days(shipped_at, pool),
            "node": "fba-" + pool.str.lower(),
            "shipped_at": shipped_at,
            "units": units,
            "revenue": rows.number("unit_price") * units,
            "currency": rows.text("currency"),
            "kind": "normal",
        }
    )
    with_tax = int((order_lines.taxed(pool) & shipments["revenue"].notna()).sum())
    if with_tax:
        rows.note("tax_unknown", rows=with_tax)
    shipments = shipments.assign(line=rows.line_numbers(shipments["order_id"], shipments["sku"], shipments["date"]))
    return {"shipments": shipments, "nodes": marketplaces.node_rows(marketplaces.named(pool))}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_SALES_DATA",
    needed={
        "shipment_date": ["shipment-date"],
        "sku": ["sku"],
        "units": ["quantity"],
        "order_id": ["amazon-order-id"],
        "currency": ["currency"],
        "unit_price": ["item-price-per-unit"],
    },
    optional={"country": ["country", "marketplace"]},
    former=frozenset({"country"}),
    telling=frozenset({"shipment_date", "unit_price"}),
    filled=("shipment_date", "sku", "order_id"),
    make=make,
    silent=frozenset({"fnsku", "asin", "fulfillmentcenterid", "shippingprice", "giftwrapprice", "shipcity", "shipstate", "shippostalcode"}),
)
