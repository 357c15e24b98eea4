"""Inbound performance: what was found wrong with shipments on arrival, and what it costs."""

import pandas as pd

from workbench.sources.amazon import removals
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return table inbound_problems; problems of whole shipments or cartons name no article and stand under none."""
    problems = pd.DataFrame(
        {
            "shipment_id": rows.text("shipment_id"),
            "sku": skus(rows, "fnsku", "fulfilment_id"),
            "problem": rows.text("problem"),
            "date": removals.days(rows, "date", removals.codes(rows, "currency")),
            "units_problem": rows.number("problem_units"),
            "units_expected": rows.number("expected"),
            "units_received": rows.number("received"),
            "fee": rows.number("fee").abs(),
            "currency": rows.text("currency"),
        }
    )
    stays = rows.drop(problems["sku"].isna().to_numpy(), "no_article")
    return {"inbound_problems": problems.assign(line=rows.line_numbers(*(problems[name] for name in ("shipment_id", "sku", "problem"))))[stays]}


REPORT = Report(
    name="GET_FBA_FULFILLMENT_INBOUND_NONCOMPLIANCE_DATA",
    needed={"shipment_id": ["fba-shipment-id"], "sku": ["sku"], "problem": ["problem-type"]},
    optional={
        "date": ["issue-reported-date"],
        "fnsku": ["fnsku"],
        "problem_units": ["problem-quantity"],
        "expected": ["expected-quantity"],
        "received": ["received-quantity"],
        "fee": ["fee-total"],
        "currency": ["currency"],
    },
    telling=frozenset({"shipment_id", "problem"}),
    filled=("shipment_id", "problem"),
    make=make,
    silent=silent(
        """shipment-creation-date, fba-carton-id, fulfillment-center-id, asin, product-name, performance-measurement-unit, coaching-level,
        fee-type, problem-level, alert-status"""
    ),
)
