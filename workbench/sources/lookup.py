"""SKUs of rows that carry only a marketplace's own number."""

import pandas as pd

from workbench.sources.rows import Rows

PREFIXES = {"fulfilment_id": "fnsku", "product_id": "asin"}


def known(items: pd.DataFrame | None, number: str) -> dict[str, str]:
    """Return the SKU of each number that belongs to exactly one item."""
    if items is None or items.empty:
        return {}
    rows = items[["sku", number]].dropna().drop_duplicates(number, keep=False)
    return dict(zip(rows[number], rows["sku"], strict=True))


def skus(rows: Rows, column: str, number: str) -> pd.Series:
    """Return the SKU of each row: as stated, else by the number among the items, else the number itself, marked as such.

    Parameters
    ----------
    column
        Column of the file with the number.
    number
        Column of table items with the same number: fulfilment_id or product_id.
    """
    names = known(rows.items, number)
    prefix = PREFIXES[number]
    stated = rows.text("sku")
    found = rows.each(column, lambda text: names.get(text) or f"{prefix}:{text}")
    unknown = found[stated.isna()].dropna()
    unknown = unknown[unknown.str.startswith(f"{prefix}:")]
    if len(unknown):
        rows.note("unknown_sku", rows=len(unknown), count=unknown.nunique(), prefix=prefix)
    return stated.fillna(found)
