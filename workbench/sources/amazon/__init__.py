"""What Amazon exports: one report a module, each with the columns that tell it and the tables it makes."""

from workbench.sources.amazon import (
    advertised_product,
    all_orders,
    customer_returns,
    fee_preview,
    inventory_planning,
    ledger_summary,
    sales_and_traffic,
    storage_fees,
)
from workbench.sources.report import Report

REPORTS: tuple[Report, ...] = (
    advertised_product.REPORT,
    all_orders.REPORT,
    customer_returns.REPORT,
    fee_preview.REPORT,
    inventory_planning.REPORT,
    ledger_summary.REPORT,
    storage_fees.REPORT,
)
"""Every report of rows, in the order of the modules; each header is claimed by one of them alone."""
NEEDS_ITEMS = frozenset({storage_fees.REPORT.name, sales_and_traffic.NAME})
"""Reports that may name articles by the marketplace's number alone: better read after those that tell the SKU."""
