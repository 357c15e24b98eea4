"""Inventory ledger summary: what changed a pool's stock on a day, and what was left at its end.

Sellable units make the movements and the stock on hand; units of every other disposition are unfulfillable. On each
line the start and all events must give the end, with or without the events that Amazon calls unknown; units in transit
between warehouses are a balance of their own and no event.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import pools
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

_KNOWN = ("receipts", "shipments", "returns", "vendor_returns", "transfers", "found", "lost", "damaged", "disposed", "other")
_OWN_COLUMN = ("receipts", "shipments", "returns")
_SUMMED = ("starting", *_OWN_COLUMN, "adjustments", "ending")
_TOLERANCE = 0.5
_TOLD = 100


def make(rows: Rows) -> Tables:
    """Return tables movements, stock, items, and the places they name."""
    code = pools.codes(rows, "location", "store")
    numbers = {name: rows.number(name) for name in ("starting", *_KNOWN, "unknown", "ending")}
    adjustments = _adjustments(rows, numbers)
    place = pd.DataFrame({"sku": rows.text("sku"), "node": pools.nodes(code), "date": rows.day("date")})
    lines = place.assign(**{name: numbers[name] for name in ("starting", *_OWN_COLUMN, "ending")}, adjustments=adjustments)
    good = pools.sellable(rows, "disposition")
    return {
        "movements": pools.merged(lines[good], _SUMMED),
        "stock": _stock(rows, place, numbers["ending"], good),
        "items": pools.items(rows),
        **pools.places(code),
    }


def _adjustments(rows: Rows, numbers: dict[str, pd.Series]) -> pd.Series:
    """Events without a column of their own; a line whose start and events do not give its end is a fault."""
    events = pd.DataFrame(numbers).fillna(0.0)
    known, unknown = events[list(_KNOWN)].sum(axis=1), events["unknown"]
    gap = numbers["ending"] - numbers["starting"] - known
    beside = gap.abs() > _TOLERANCE
    _tell(rows, (beside & ((gap - unknown).abs() > _TOLERANCE)).to_numpy(), numbers["starting"], known)
    return known - events[list(_OWN_COLUMN)].sum(axis=1) + unknown.where(beside, 0.0)


def _tell(rows: Rows, wrong: np.ndarray, start: pd.Series, events: pd.Series) -> None:
    """The first lines that do not add up are told with their figures."""
    told = np.flatnonzero(wrong)[:_TOLD]
    for at in told:
        rows.blame("ending", np.arange(len(rows)) == at, f"{start[at] + events[at]:g} ({start[at]:g} at the start and events of {events[at]:+g})")
    rows.blame("ending", wrong & ~np.isin(np.arange(len(rows)), told), "the start plus all events")


def _stock(rows: Rows, place: pd.DataFrame, ending: pd.Series, good: np.ndarray) -> pd.DataFrame:
    return pools.summed(rows, place.assign(on_hand=ending.where(good), unfulfillable=ending.where(~good)), ["on_hand", "unfulfillable"])


REPORT = Report(
    name="GET_LEDGER_SUMMARY_VIEW_DATA",
    needed={
        "date": ["Date"],
        "sku": ["MSKU", "Merchant SKU"],
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
    },
    optional={
        "unknown": ["Unknown Events"],
        "location": ["Location", "Country"],
        "store": ["Store"],
        "title": ["Title"],
        "asin": ["ASIN"],
        "fnsku": ["FNSKU"],
    },
    telling=frozenset({"starting", "ending", "disposition"}),
    together=("sku", "date"),
    filled=("date", "sku", "disposition", "starting", "ending"),
    make=make,
    silent=frozenset({"intransitbetweenwarehouses"}),
    former=frozenset({"unknown", "store"}),
)
