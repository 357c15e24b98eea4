"""FBA customer returns: one line a unit that came back.

The report names no marketplace: units came back to the pool of the seller's home, the channel stays blank and the order number
leads to it. Its instants are in UTC, and so is the day. The production batch is known where the seller added a column for it.
Licence plates and what buyers wrote are not read.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables returns and nodes."""
    home = marketplaces.find(rows.home())
    returns = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "date": rows.day_in("return_date", "UTC"),
            "node": home.node if home else None,
            "units": rows.number("quantity"),
            "reason": rows.text("reason"),
            "disposition": rows.text("disposition"),
            "batch": rows.text("batch"),
        }
    )
    returns = returns.assign(line=rows.line_numbers(returns["order_id"], returns["sku"], returns["date"]))
    return {"returns": returns, "nodes": marketplaces.node_rows([home] if home and len(rows) else [])}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
    needed={"return_date": ["return-date"], "order_id": ["order-id"], "sku": ["sku"], "quantity": ["quantity"], "disposition": ["detailed-disposition"]},
    optional={"reason": ["reason"], "batch": ["batch", "batch-number", "lot", "lot-number"]},
    former=frozenset({"batch"}),
    telling=frozenset({"return_date", "order_id", "disposition"}),
    filled=("return_date", "order_id", "sku"),
    make=make,
    silent=frozenset({"asin", "fnsku", "productname", "fulfillmentcenterid", "status", "licenseplatenumber", "customercomments"}),
)
