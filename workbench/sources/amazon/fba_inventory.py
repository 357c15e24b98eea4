"""Amazon-fulfilled inventory: units of each SKU and condition in the seller's own pool.

An export without the condition holds what can be sold.
"""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows)
    date, units = pools.today(rows, code), rows.number("quantity")
    if rows.has("condition"):
        rows.blank("condition")
        good = pools.sellable(rows, "condition")
        stock = pools.snapshot(rows, code, date, available=units.where(good), unfulfillable=units.where(~good))
    else:
        stock = pools.snapshot(rows, code, date, available=units)
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_AFN_INVENTORY_DATA",
    needed={"sku": ["seller-sku", "sku", "出品者SKU"], "quantity": ["Quantity Available", "販売できる数量"]},
    optional={"condition": ["Warehouse-Condition-code"], **pools.NAMES},
    telling=frozenset({"sku", "quantity"}),
    filled=("sku",),
    make=make,
    silent=frozenset({"conditiontype"}),
    former=frozenset({"title"}),
    together=("sku",),
)
