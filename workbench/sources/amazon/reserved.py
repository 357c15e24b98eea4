"""Reserved inventory: why units of a SKU in the pool cannot be bought now.

Units that move between centres or are being worked on can be sold soon; those of customer orders are sold already and those
staged for a programme are set aside. The report names neither day nor marketplace.
"""

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

_PARTS = ("customer_orders", "transfers", "processing")
_TOLERANCE = 0.5


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows)
    units = {name: rows.number(name) for name in (*_PARTS, "staging")}
    rest = rows.number("reserved") - sum(units[name].fillna(0) for name in units)
    if (unsplit := rest > _TOLERANCE).any():
        rows.note("reserved_unsplit", rows=int(unsplit.sum()), units=float(rest[unsplit].sum()))
    stock = pools.snapshot(
        rows,
        code,
        pools.today(rows, code),
        reserved_customer_order=units["customer_orders"],
        reserved_transfer=units["transfers"],
        reserved_processing=units["processing"],
        reserved_staging=units["staging"],
    )
    return {"stock": stock, "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_RESERVED_INVENTORY_DATA",
    needed={
        "sku": ["sku", "seller-sku", "merchant-sku"],
        "reserved": ["reserved_qty", "reserved_quantity"],
        "customer_orders": ["reserved_customerorders", "reserved_customer_orders"],
        "transfers": ["reserved_fc-transfers", "reserved_fc-transfer"],
        "processing": ["reserved_fc-processing"],
    },
    optional={"staging": ["reserved_staging"], **pools.NAMES},
    telling=frozenset({"reserved", "customer_orders"}),
    filled=("sku",),
    make=make,
    silent=frozenset({"program"}),
    former=frozenset({"staging"}),
    together=("sku",),
)
