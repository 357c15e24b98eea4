"""FBA customer returns: one line a unit that came back.

The report names no marketplace and its instants are in UTC, so that the day is that of UTC and the channel stays
blank; the order number leads to it. Licence plates and what buyers wrote are not read.
"""

import pandas as pd

from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return table returns."""
    returns = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "date": rows.day_in("return_date", "UTC"),
            "units": rows.number("quantity"),
            "reason": rows.text("reason"),
            "disposition": rows.text("disposition"),
        }
    )
    return {"returns": returns.assign(line=rows.line_numbers(returns["order_id"], returns["sku"], returns["date"]))}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
    needed={"return_date": ["return-date"], "order_id": ["order-id"], "sku": ["sku"], "quantity": ["quantity"], "disposition": ["detailed-disposition"]},
    optional={"reason": ["reason"]},
    telling=frozenset({"return_date", "order_id", "disposition"}),
    filled=("return_date", "order_id", "sku"),
    make=make,
    silent=frozenset({"asin", "fnsku", "productname", "fulfillmentcenterid", "status", "licenseplatenumber", "customercomments"}),
)
