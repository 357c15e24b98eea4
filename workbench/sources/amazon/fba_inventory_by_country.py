"""Amazon-fulfilled inventory by country: units that each country of a region can ship to its own buyers."""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows, "country")
    stock = pools.snapshot(rows, code, pools.today(rows, code), available=rows.number("quantity"))
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_AFN_INVENTORY_DATA_BY_COUNTRY",
    needed={"sku": ["seller-sku", "sku"], "country": ["country"], "quantity": ["quantity-for-local-fulfillment", "quantity-for-local-fulfilment"]},
    optional=pools.NAMES,
    telling=frozenset({"country", "quantity"}),
    filled=("sku", "country"),
    make=make,
    silent=frozenset({"conditiontype"}),
    former=frozenset({"title"}),
    together=("sku",),
)
