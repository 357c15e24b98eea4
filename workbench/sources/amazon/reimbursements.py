"""Reimbursements: what FBA paid or gave back for units that it lost or damaged; what it took back is negative.

The report names no marketplace: the day is that of the clock where its currency is used.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return table reimbursements; lines that name no article go into none."""
    code = rows.each("currency", lambda text: getattr(marketplaces.by_currency(text.upper()), "code", None))
    paid = pd.DataFrame(
        {
            "reimbursement_id": rows.text("reimbursement_id"),
            "sku": skus(rows, "fnsku", "fulfilment_id"),
            "date": order_lines.days(rows.moments("approval_date").utc("UTC"), code),
            "order_id": rows.text("order_id"),
            "reason": rows.text("reason"),
            "units_cash": rows.number("units_cash"),
            "units_inventory": rows.number("units_inventory"),
            "amount": rows.number("amount"),
            "currency": rows.text("currency"),
        }
    )
    paid = paid[rows.drop(paid["sku"].isna().to_numpy(), "without_sku")]
    return {"reimbursements": paid.assign(line=rows.line_numbers(paid["reimbursement_id"], paid["sku"]))}


REPORT = Report(
    name="GET_FBA_REIMBURSEMENTS_DATA",
    needed={
        "approval_date": ["approval-date"],
        "reimbursement_id": ["reimbursement-id"],
        "units_cash": ["quantity-reimbursed-cash"],
        "units_inventory": ["quantity-reimbursed-inventory"],
        "amount": ["amount-total"],
        "currency": ["currency-unit", "currency"],
    },
    optional={"sku": ["sku", "merchant-sku"], "fnsku": ["fnsku"], "order_id": ["amazon-order-id"], "reason": ["reason"]},
    telling=frozenset({"reimbursement_id", "units_cash", "amount"}),
    filled=("approval_date", "reimbursement_id"),
    make=make,
    silent=frozenset(
        {
            *("caseid", "asin", "productname", "condition", "amountperunit", "quantityreimbursedtotal"),
            *("originalreimbursementid", "originalreimbursementtype"),
        }
    ),
)
