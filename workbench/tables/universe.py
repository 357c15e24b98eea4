"""Every SKU that any report names: no single report names them all, for each leaves some out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

FOUND_IN = {
    "in_items": ("items",),
    "in_listings": ("listings",),
    "in_stock": ("stock", "stock_age"),
    "in_movements": ("movements",),
    "in_orders": ("orders", "sales"),
}
"""Column and the tables that it stands for."""
COLUMNS = ("sku", *FOUND_IN, "first_date", "last_date")


def universe(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a SKU that listings, stock, the ledger, orders or master data name, and which of them do.

    A planning report covers what sold of late or lies in stock, and at times leaves out what is out of stock; the ledger
    knows what moved, orders what sold. What is missing in one of them stands in another.

    Parameters
    ----------
    tables
        Canonical tables by name; an absent one counts as empty.

    Returns
    -------
    pandas.DataFrame
        sku; in_items, in_listings, in_stock, in_movements, in_orders (flags); first_date, last_date (first and last day
        on which a dated table names it, NaT where only master data do); sorted by sku.

    >>> stock = pd.DataFrame({"sku": ["A"], "date": pd.to_datetime(["2026-06-02"])})
    >>> sold = pd.DataFrame({"sku": ["A", "B"], "date": pd.to_datetime(["2026-06-01", "2026-06-03"])})
    >>> universe({"stock": stock, "orders": sold})[["sku", "in_stock", "in_orders", "in_items"]].to_numpy().tolist()
    [['A', True, True, False], ['B', False, True, False]]
    """
    spans = {name: _spans([tables[table] for table in members if table in tables]) for name, members in FOUND_IN.items()}
    skus = pd.Index(sorted(set().union(*(span.index for span in spans.values()))), dtype="str", name="sku")
    found = pd.DataFrame({name: skus.isin(span.index) for name, span in spans.items()}, index=skus)
    dates = pd.concat([span.reindex(skus) for span in spans.values()])
    days = dates.groupby(level=0).agg({"first_date": "min", "last_date": "max"}).reindex(skus)
    return found.join(days).reset_index()[list(COLUMNS)]


def _spans(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """First and last day by SKU."""
    blank = pd.Series(np.datetime64("NaT", "us"))
    named = [pd.DataFrame({"sku": frame["sku"], "date": frame["date"] if "date" in frame else blank.reindex(frame.index)}) for frame in frames if len(frame)]
    if not named:
        return pd.DataFrame({"first_date": blank[:0], "last_date": blank[:0]}, index=pd.Index([], dtype="str", name="sku"))
    together = pd.concat(named).astype({"date": "datetime64[us]"})
    return together.groupby("sku")["date"].agg(first_date="min", last_date="max")
