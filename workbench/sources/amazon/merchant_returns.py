"""Returns of orders that the seller ships: one line a request, by the day it was made.

Requests that were refused or withdrawn brought nothing back. The report names no marketplace: the order number leads to it.
Labels, tracking numbers and claims are not read.
"""

import numpy as np
import pandas as pd

from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_NEVER = ("denied", "declined", "rejected", "cancel", "withdrawn")


def make(rows: Rows) -> Tables:
    """Return table returns."""
    returns = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "date": rows.day("requested"),
            "units": rows.number("quantity"),
            "reason": rows.text("reason"),
        }
    )
    never = np.any([rows.holds("status", word) for word in _NEVER], axis=0)
    returns = returns[rows.drop(never, "cancelled_request")]
    return {"returns": returns.assign(line=rows.line_numbers(returns["order_id"], returns["sku"], returns["date"]))}


REPORT = Report(
    name="GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    needed={
        "order_id": ["Order ID"],
        "requested": ["Return request date"],
        "sku": ["Merchant SKU"],
        "quantity": ["Return quantity"],
    },
    optional={"status": ["Return request status"], "reason": ["Return Reason"]},
    telling=frozenset({"order_id", "requested", "quantity"}),
    filled=("order_id", "requested", "sku"),
    make=make,
    silent=silent(
        """Order date, Amazon RMA ID, Merchant RMA ID, Label type, Label cost, Currency code, Return carrier, Tracking ID, Label to be paid by,
        A-to-Z Claim, Is prime, ASIN, Item Name, In policy, Return type, Resolution, Invoice number, Return delivery date, Order Amount,
        Order quantity, SafeT Action reason, SafeT claim id, SafeT claim state, SafeT claim creation time, SafeT claim reimbursement amount,
        Refunded Amount, Order Item ID, Category"""
    ),
)
