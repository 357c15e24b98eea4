"""Inventory adjustments: units found, lost, damaged or disposed of, by day and condition."""

from workbench.sources.amazon import movements, pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables movements and items, and the places they name."""
    code = pools.codes(rows)
    stays = movements.sellable_rows(rows, "disposition")
    return movements.tables(rows, code, pools.days(rows, "date", code), {"adjustments": rows.number("quantity")}, stays)


REPORT = Report(
    name="GET_FBA_FULFILLMENT_INVENTORY_ADJUSTMENTS_DATA",
    needed={"date": ["adjusted-date"], "sku": ["sku"], "quantity": ["quantity"], "disposition": ["disposition"]},
    optional={"title": ["product-name"], "fnsku": ["fnsku"]},
    telling=frozenset({"date", "quantity"}),
    filled=("date", "sku", "disposition"),
    make=make,
    silent=frozenset({"transactionitemid", "fulfillmentcenterid", "reason"}),
    together=("sku", "date"),
)
