"""Removal orders: what was asked for, called off, sent out or destroyed, and the fee."""

import pandas as pd

from workbench.sources.amazon import marketplaces, pools, removals
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

_UNITS = {
    "units_requested": "requested",
    "units_cancelled": "cancelled",
    "units_disposed": "disposed",
    "units_shipped": "shipped",
    "units_in_process": "in_process",
}


def make(rows: Rows) -> Tables:
    """Return table removals, and the places it names."""
    code = removals.codes(rows, "currency")
    orders = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "disposition": removals.disposition(rows),
            "node": pools.nodes(code),
            "kind": rows.each("kind", removals.kind),
            "status": rows.each("status", removals.state),
            "requested_date": removals.days(rows, "requested_date", code),
            "updated_date": removals.days(rows, "updated_date", code),
            **{ours: rows.number(theirs) for ours, theirs in _UNITS.items()},
            "fee": rows.number("fee"),
            "currency": rows.text("currency"),
        }
    )
    return {"removals": pools.summed(rows, orders, [*_UNITS, "fee"], removals.KEY), "nodes": marketplaces.node_rows(marketplaces.named(code))}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA",
    needed={
        "order_id": ["order-id", "removal-order-id"],
        "requested_date": ["request-date"],
        "status": ["order-status"],
        "sku": ["sku"],
        "requested": ["requested-quantity"],
    },
    optional={
        "kind": ["order-type", "removal-order-type"],
        "updated_date": ["last-updated-date"],
        "disposition": ["disposition"],
        "cancelled": ["cancelled-quantity", "canceled-quantity"],
        "disposed": ["disposed-quantity"],
        "shipped": ["shipped-quantity"],
        "in_process": ["in-process-quantity"],
        "fee": ["removal-fee"],
        "currency": ["currency"],
    },
    telling=frozenset({"order_id", "requested_date", "requested"}),
    filled=("order_id", "sku"),
    make=make,
    silent=frozenset({"ordersource", "servicespeed", "fnsku"}),
    together=("order_id",),
)
