"""Storage overage: the limit of a kind of storage, its use, and what was charged beyond; of the account, not of a SKU."""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.amazon.measures import cubic_feet, to_cubic_feet
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

KEY = ["node", "storage_type", "date"]
_SUMMED = ["overage_ft3", "overage_fee"]


def make(rows: Rows) -> Tables:
    """Return tables capacity and nodes."""
    code = marketplaces.codes(rows, "country")
    capacity = pd.DataFrame(
        {
            "node": "fba-" + code.str.lower(),
            "storage_type": rows.each("storage_type", lambda text: "-".join(text.lower().replace("_", " ").split())),
            "date": rows.day("charged_date"),
            "limit_ft3": to_cubic_feet(rows, "limit", "volume_unit"),
            "used_ft3": to_cubic_feet(rows, "used", "volume_unit"),
            "overage_ft3": to_cubic_feet(rows, "overage", "volume_unit"),
            "overage_rate": rows.number("rate") / cubic_feet(rows, "volume_unit"),
            "overage_fee": rows.number("fee"),
            "currency": rows.text("currency"),
        }
    )
    return {"capacity": _summed(rows, capacity), "nodes": marketplaces.node_rows(marketplaces.named(code))}


def _summed(rows: Rows, lines: pd.DataFrame) -> pd.DataFrame:
    """Charges of one day and kind of storage together; limit and use stand on each of them."""
    again = lines.duplicated(KEY)
    if not again.any():
        return lines
    rows.note("summed", rows=int(again.sum()))
    first = lines.reset_index(names="at").drop_duplicates(KEY).set_index(KEY)
    sums = lines.groupby(KEY, sort=False)[_SUMMED].sum(min_count=1)
    found = first.assign(**{name: sums[name] for name in _SUMMED}).reset_index()
    return found.drop(columns="at").set_index(pd.Index(found["at"].to_numpy(dtype=np.int64)))


REPORT = Report(
    name="GET_FBA_OVERAGE_FEE_CHARGES_DATA",
    needed={
        "charged_date": ["charged_date"],
        "storage_type": ["storage_type"],
        "country": ["country_code"],
        "used": ["storage_usage_volume"],
        "limit": ["storage_limit_volume"],
        "overage": ["overage_volume"],
        "fee": ["charged_fee_amount"],
        "currency": ["currency_code", "currency"],
    },
    optional={"rate": ["charge_rate"], "volume_unit": ["volume_unit", "volume_units"]},
    telling=frozenset({"limit", "overage", "fee"}),
    filled=("charged_date", "storage_type"),
    make=make,
)
