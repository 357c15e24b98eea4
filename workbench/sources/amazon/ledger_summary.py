"""Inventory ledger summary: what changed a pool's stock on a day, and what was left at its end.

Sellable units make the movements and the stock on hand; units of every other disposition are unfulfillable. On each
line the start and all events must give the end, with or without the events that Amazon calls unknown; units in transit
between warehouses are a balance of their own and no event.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

_KNOWN = ("receipts", "shipments", "returns", "vendor_returns", "transfers", "found", "lost", "damaged", "disposed", "other")
_OWN_COLUMN = ("receipts", "shipments", "returns")
_SUMMED = ("starting", *_OWN_COLUMN, "adjustments", "ending")
_TOLERANCE = 0.5
KEY = ["sku", "node", "date"]


def make(rows: Rows) -> Tables:
    """Return tables movements, stock, and the places they name."""
    code = _places(rows)
    numbers = {name: rows.number(name) for name in ("starting", *_KNOWN, "unknown", "ending")}
    events = pd.DataFrame(numbers).fillna(0.0)
    known, unknown = events[list(_KNOWN)].sum(axis=1), events["unknown"]
    gap = numbers["ending"] - numbers["starting"] - known
    rows.blame("ending", ((gap.abs() > _TOLERANCE) & ((gap - unknown).abs() > _TOLERANCE)).to_numpy(), "expected the start plus all events")
    other = known - events[list(_OWN_COLUMN)].sum(axis=1) + unknown.where(gap.abs() > _TOLERANCE, 0.0)
    lines = pd.DataFrame({"sku": rows.text("sku"), "node": "fba-" + code.str.lower(), "date": rows.day("date")})
    lines = lines.assign(**{name: numbers[name] for name in ("starting", *_OWN_COLUMN, "ending")}, adjustments=other)
    sellable = rows.each("disposition", str.upper) == "SELLABLE"
    rows.summed += int(lines.duplicated(KEY).sum())
    used = marketplaces.named(code)
    return {
        "movements": _summed(lines[sellable.to_numpy()], list(_SUMMED)),
        "stock": _stock(lines, sellable.to_numpy()),
        "channels": marketplaces.channel_rows(used),
        "nodes": marketplaces.node_rows(used),
        "serves": marketplaces.serves_rows(used),
    }


def _places(rows: Rows) -> pd.Series:
    """The country of each line; a fulfilment centre does not tell its country, the store beside it may."""
    found = rows.each("location", marketplaces.code_of).fillna(rows.each("store", marketplaces.code_of))
    rows.blame("location", found.isna().to_numpy(), "expected a country such as US, GB or DE")
    return found


def _summed(lines: pd.DataFrame, values: list[str]) -> pd.DataFrame:
    """One row a key, where it first stands: a SKU may have several labels and lie in several centres."""
    first = lines.reset_index(names="at").groupby(KEY, sort=False)["at"].first()
    sums = lines.groupby(KEY, sort=False)[values].sum(min_count=1)
    return sums.reset_index().set_index(pd.Index(first.to_numpy(dtype=np.int64)))


def _stock(lines: pd.DataFrame, sellable: np.ndarray) -> pd.DataFrame:
    split = lines.assign(on_hand=lines["ending"].where(sellable), unfulfillable=lines["ending"].where(~sellable))
    return _summed(split, ["on_hand", "unfulfillable"])


REPORT = Report(
    name="GET_LEDGER_SUMMARY_VIEW_DATA",
    needed={
        "date": ["Date"],
        "sku": ["MSKU"],
        "disposition": ["Disposition"],
        "starting": ["Starting Warehouse Balance"],
        "receipts": ["Receipts"],
        "shipments": ["Customer Shipments"],
        "returns": ["Customer Returns"],
        "vendor_returns": ["Vendor Returns"],
        "transfers": ["Warehouse Transfer In/Out"],
        "found": ["Found"],
        "lost": ["Lost"],
        "damaged": ["Damaged"],
        "disposed": ["Disposed"],
        "other": ["Other Events"],
        "ending": ["Ending Warehouse Balance"],
        "location": ["Location"],
    },
    optional={"unknown": ["Unknown Events"], "store": ["Store"]},
    telling=frozenset({"starting", "ending", "disposition"}),
    together=("sku", "date"),
    filled=("date", "sku", "disposition", "starting", "ending"),
    make=make,
    silent=frozenset({"fnsku", "asin", "title", "intransitbetweenwarehouses"}),
)
