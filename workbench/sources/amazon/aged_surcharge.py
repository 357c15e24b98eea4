"""Aged-inventory surcharge as charged (formerly the long-term storage fee), by item, country and age tier.

The snapshot is taken on the 15th and charged from the 18th. Each tier of an item is a line of its own. Until 2021 the charge
stood in two columns, for units above 12 and above 6 months; the quantity may be blank, the money then stands alone.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.amazon.measures import to_cubic_feet
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables fees_charged and nodes."""
    code = marketplaces.codes(rows, "country")
    units, amount = _both(rows, "units"), _both(rows, "amount")
    fees = pd.DataFrame(
        {
            "sku": skus(rows, "fnsku", "fulfilment_id"),
            "node": "fba-" + code.str.lower(),
            "date": rows.day("snapshot_date"),
            "kind": "aged_inventory",
            "units": units,
            "volume_ft3": to_cubic_feet(rows, "unit_volume", "volume_unit") * units,
            "rate": rows.number("rate"),
            "amount": amount,
            "currency": rows.text("currency"),
        }
    )
    fees = fees.assign(line=rows.line_numbers(fees["sku"], fees["node"], fees["date"]))
    return {"fees_charged": fees, "nodes": marketplaces.node_rows(marketplaces.named(code))}


def _both(rows: Rows, name: str) -> pd.Series:
    """The column of today's header, and the one for units above six months that older headers have beside it."""
    return pd.concat([rows.number(name), rows.number(f"{name}_of_6_months")], axis=1).sum(axis=1, min_count=1)


REPORT = Report(
    name="GET_FBA_FULFILLMENT_LONGTERM_STORAGE_FEE_CHARGES_DATA",
    needed={
        "snapshot_date": ["snapshot-date"],
        "units": ["qty-charged", "qty-charged-12-mo-long-term-storage-fee"],
        "amount": ["amount-charged", "12-mo-long-terms-storage-fee", "12-mo-long-term-storage-fee"],
        "unit_volume": ["per-unit-volume"],
        "country": ["country", "country-code"],
        "currency": ["currency"],
    },
    optional={
        "sku": ["sku", "merchant-sku", "msku"],
        "fnsku": ["fnsku"],
        "rate": ["rate-surcharge"],
        "volume_unit": ["volume-unit"],
        "units_of_6_months": ["qty-charged-6-mo-long-term-storage-fee"],
        "amount_of_6_months": ["6-mo-long-terms-storage-fee", "6-mo-long-term-storage-fee"],
    },
    telling=frozenset({"units", "amount", "unit_volume"}),
    filled=("snapshot_date",),
    make=make,
    silent=frozenset({"asin", "productname", "condition", "surchargeagetier", "enrolledinsmallandlight"}),
)
