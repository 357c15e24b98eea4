"""Events of the pool as movements: each report tells some kinds of them, and leaves the others unknown.

Only sellable units move the sellable balance. A unit that is damaged leaves it by one line and enters the damaged ones by
another; the second is left out, for what is damaged is told by the snapshots.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.sources.amazon import pools
from workbench.sources.report import Tables
from workbench.sources.rows import Rows

KINDS = ("receipts", "shipments", "returns", "adjustments")
_WORDS = {"receipts": "receipts", "shipments": "shipments", "customershipments": "shipments", "customerreturns": "returns", "returns": "returns"}


def kind(text: str) -> str:
    """Return the column of table movements for a kind of event; what is neither in, out nor back is an adjustment.

    >>> kind("CustomerReturns"), kind("Customer Shipments"), kind("WhseTransfers"), kind("Receipts")
    ('returns', 'shipments', 'adjustments', 'receipts')
    """
    return _WORDS.get("".join(text.lower().split()), "adjustments")


def tables(rows: Rows, code: pd.Series, date: pd.Series, units: Mapping[str, pd.Series], stays: np.ndarray) -> Tables:
    """Return tables movements and items, and the places they name, of the rows that stay; units by column of movements."""
    frame = pd.DataFrame({"sku": rows.text("sku"), "node": pools.nodes(code), "date": date, **units})[stays]
    return {"movements": pools.summed(rows, frame, list(units)), "items": pools.items(rows)[lambda each: stays[each.index]], **pools.places(code[stays])}


def by_kind(rows: Rows, event: str, units: pd.Series) -> dict[str, pd.Series]:
    """Return the units of each kind of event, unknown in rows of another kind."""
    kinds = rows.each(event, kind)
    return {name: units.where(kinds == name) for name in KINDS}


def sellable_rows(rows: Rows, disposition: str) -> np.ndarray:
    """Return which rows stay: those of sellable units; the others are counted as left out."""
    return rows.drop(~pools.sellable(rows, disposition), "not_sellable")
