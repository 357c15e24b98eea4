"""Daily inventory history: what lay in each fulfilment centre at the end of a day, by condition."""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows, "country")
    good, units = pools.sellable(rows, "disposition"), rows.number("quantity")
    stock = pools.snapshot(rows, code, pools.days(rows, "date", code), on_hand=units.where(good), unfulfillable=units.where(~good))
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_CURRENT_INVENTORY_DATA",
    needed={"date": ["snapshot-date"], "sku": ["sku"], "quantity": ["quantity"], "disposition": ["detailed-disposition"]},
    optional={"country": ["country"], "title": ["product-name"], "fnsku": ["fnsku"]},
    telling=frozenset({"date", "disposition"}),
    filled=("date", "sku", "disposition"),
    make=make,
    silent=frozenset({"fulfillmentcenterid"}),
    former=frozenset({"country"}),
    together=("sku", "date"),
)
