"""Inventory event detail, the forerunner of the ledger: events of a day by fulfilment centre, in units."""

from workbench.sources.amazon import movements, pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables movements and items, and the places they name."""
    code = pools.codes(rows)
    units = movements.by_kind(rows, "event", rows.number("quantity"))
    return movements.tables(rows, code, pools.days(rows, "date", code), units, movements.sellable_rows(rows, "disposition"))


REPORT = Report(
    name="GET_FBA_FULFILLMENT_INVENTORY_SUMMARY_DATA",
    needed={"date": ["snapshot-date"], "event": ["transaction-type"], "sku": ["sku"], "quantity": ["quantity"], "disposition": ["disposition"]},
    optional={"title": ["product-name"], "fnsku": ["fnsku"]},
    telling=frozenset({"date", "event", "disposition"}),
    filled=("date", "event", "sku", "disposition"),
    make=make,
    silent=frozenset({"fulfillmentcenterid"}),
    together=("sku", "date"),
)
