"""Stranded inventory: units in the pool that nobody can buy for want of an active listing, and why.

The report names neither day nor marketplace. Error texts are not read: they may quote people.
"""

import pandas as pd

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables stranded and items, and the places they name."""
    code = pools.codes(rows)
    stranded = pd.DataFrame(
        {
            "sku": rows.text("sku"),
            "node": pools.nodes(code),
            "date": pools.today(rows, code),
            "stranded_date": pools.days(rows, "since", code),
            "reason": rows.text("reason"),
            "units": rows.number("units"),
            "unfulfillable": rows.number("unfulfillable"),
            "removal_date": pools.days(rows, "removal_date", code),
        }
    )
    return {"stranded": pools.summed(rows, stranded, ["units", "unfulfillable"]), "items": pools.items(rows), **pools.places(code)}


REPORT = Report(
    name="GET_STRANDED_INVENTORY_UI_DATA",
    needed={"sku": ["sku", "seller-sku", "merchant-sku"], "reason": ["stranded-reason"], "units": ["fulfillable-qty", "fulfillable-quantity"]},
    optional={
        "since": ["date-stranded"],
        "removal_date": ["Date-to-take-auto-removal"],
        "unfulfillable": ["unfulfillable-qty", "unfulfillable-quantity"],
        **pools.NAMES,
    },
    telling=frozenset({"reason", "units"}),
    filled=("sku",),
    make=make,
    silent=silent(
        "primary-action, status-primary, status-secondary, error-message, condition, fulfilled-by, your-price, reserved-quantity, inbound-shipped-qty, program"
    ),
    together=("sku",),
)
