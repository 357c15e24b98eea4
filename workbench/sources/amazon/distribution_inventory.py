"""Inventory of Amazon Warehousing & Distribution (AWD): bulk stock behind the pools, and the split of the pool it feeds.

Units reserved there are those of outbound orders: they leave, and count on arrival at the pool, where they are inbound.
The report names neither day nor marketplace.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces, pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_POOL = ("available", "reserved_customer_order", "reserved_transfer", "reserved_processing")


def make(rows: Rows) -> Tables:
    """Return tables stock and items, and the places they name."""
    code = pools.codes(rows)
    date = pools.today(rows, code)
    available, reserved = rows.number("available"), rows.number("reserved")
    here = pools.snapshot(
        rows, code, date, on_hand=available + reserved.fillna(0), available=available, reserved_customer_order=reserved, inbound_shipped=rows.number("inbound")
    )
    stock = [here.assign(node="awd-" + code.str.lower())]
    if any(rows.has(f"pool_{name}") for name in _POOL):
        units = {name: rows.number(f"pool_{name}") for name in _POOL}
        stock.append(pools.merged(pd.DataFrame({"sku": rows.text("sku"), "node": pools.nodes(code), "date": date, **units}), list(units)))
    built_in = pools.places(code)
    built_in["nodes"] = pd.concat([built_in["nodes"], _nodes(code)])
    return {"stock": pd.concat(stock), "items": pools.items(rows), **built_in}


def _nodes(code: pd.Series) -> pd.DataFrame:
    rows = [(f"awd-{place.code.lower()}", f"AWD {place.code}", "awd", place.code, place.currency) for place in marketplaces.named(code)]
    return pd.DataFrame(rows, columns=["node", "name", "kind", "marketplace", "currency"], index=[-1] * len(rows))


REPORT = Report(
    name="AWD_INVENTORY",
    needed={"sku": ["SKU", "MSKU", "Merchant SKU"], "available": ["Available in AWD (units)", "Available Units in AWD (US)", "Available Units in AWD"]},
    optional={
        "inbound": ["Inbound to AWD (units)"],
        "reserved": ["Reserved in AWD (units)"],
        "pool_available": ["Available in FBA (units)"],
        "pool_reserved_customer_order": ["Customer Order (units)"],
        "pool_reserved_transfer": ["FC Transfer (units)"],
        "pool_reserved_processing": ["FC Processing (units)"],
        **pools.NAMES,
    },
    telling=frozenset({"available"}),
    filled=("sku",),
    make=make,
    silent=silent(
        """Inbound to AWD (cases), Available in AWD (cases), Reserved in AWD (cases), Outbound Order (units), Outbound Order (cases),
        Researching (units), Researching (cases), Outbound to FBA (units), Outbound to FBA (cases), Available in FBA (days),
        Reserved in FBA (units), Days of Supply (days), Auto Replenishment Ratio (percent)"""
    ),
    former=frozenset(f"pool_{name}" for name in _POOL),
    together=("sku",),
)
