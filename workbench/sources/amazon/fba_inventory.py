"""Amazon-fulfilled inventory: units of each SKU and condition in the seller's own pool."""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows)
    good, units = pools.sellable(rows, "condition"), rows.number("quantity")
    stock = pools.snapshot(rows, code, pools.today(rows, code), available=units.where(good), unfulfillable=units.where(~good))
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_AFN_INVENTORY_DATA",
    needed={"sku": ["seller-sku", "sku"], "condition": ["Warehouse-Condition-code"], "quantity": ["Quantity Available"]},
    optional=pools.NAMES,
    telling=frozenset({"condition", "quantity"}),
    filled=("sku", "condition"),
    make=make,
    silent=frozenset({"conditiontype"}),
    former=frozenset({"title"}),
    together=("sku",),
)
