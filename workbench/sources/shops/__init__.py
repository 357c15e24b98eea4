"""What shops of one's own export: one report a module, each with the columns that tell it and the tables it makes."""

from collections.abc import Sequence

from workbench.sources.report import Report
from workbench.sources.shops import shopify_inventory, shopify_orders

REPORTS: tuple[Report, ...] = (shopify_orders.REPORT, shopify_inventory.REPORT)
"""Every report whose columns are always the same."""


def report(header: Sequence[str]) -> Report | None:
    """Return the reader of a shop's export with these columns, None if it is none."""
    known = next((report for report in REPORTS if report.recognises(header)), None)
    return known or shopify_inventory.wide(header)
