"""Recommended removals: sellable and unsellable units of each SKU, and how many Amazon would have removed.

Its age tiers leave out the youngest units and count unsellable ones apart; the planning report tells the ages whole.
"""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows)
    stock = pools.snapshot(
        rows,
        code,
        pools.days(rows, "date", code),
        on_hand=rows.number("sellable"),
        unfulfillable=rows.number("unsellable"),
        removal_units_reported=rows.number("removal"),
    )
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_FBA_RECOMMENDED_REMOVAL_DATA",
    needed={
        "date": ["snapshot-date"],
        "sku": ["sku"],
        "sellable": ["sellable-quantity"],
        "removal": ["sellable-removal-quantity"],
        "unsellable": ["unsellable-quantity"],
    },
    optional=pools.NAMES,
    telling=frozenset({"sellable", "removal"}),
    filled=("date", "sku"),
    make=make,
    silent=silent(
        """condition, sellable-271-365-days, sellable-365+-days, unsellable-0-7-days, unsellable-8-60-days, unsellable-61-90-days,
        sellable-121-180-days, sellable-181-270-days"""
    ),
    together=("sku", "date"),
)
