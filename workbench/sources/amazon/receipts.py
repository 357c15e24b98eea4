"""Received inventory: units of inbound shipments by the day they were received.

A file holds a span of days, so that what it tells of a shipment may be a part: only the movement of the day is taken.
"""

import numpy as np

from workbench.sources.amazon import movements, pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables movements and items, and the places they name."""
    code = pools.codes(rows)
    everything = np.ones(len(rows), dtype=bool)
    return movements.tables(rows, code, pools.days(rows, "date", code), {"receipts": rows.number("quantity")}, everything)


REPORT = Report(
    name="GET_FBA_FULFILLMENT_INVENTORY_RECEIPTS_DATA",
    needed={"date": ["received-date"], "sku": ["sku"], "quantity": ["quantity"]},
    optional={"title": ["product-name"], "fnsku": ["fnsku"]},
    telling=frozenset({"date", "quantity"}),
    filled=("date", "sku"),
    make=make,
    silent=frozenset({"fbashipmentid", "fulfillmentcenterid"}),
    together=("sku", "date"),
)
