"""What a form is filled with: what is known so far of what the seller keeps by hand.

A form that goes back into the inbox as it was written says what is known already, and changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from workbench.sources import canonical
from workbench.tables import FACTS

Read = Callable[[str, Sequence[str] | None], pd.DataFrame]
"""Returns a table as known now, with the columns that are asked for, or all."""
_TOLD_BY_REPORTS = frozenset({"listings", "sales", "stock", "availability", "movements", "market", "indicators"})
"""Long histories by day: nobody keeps them on a sheet, their forms stay empty."""
_NEWEST = {
    "exchange_rates": ["currency", "base"],
    "capacity": ["node", "storage_type"],
    "inventory_index": ["node"],
    "benchmarks": ["category"],
    "listing_texts": ["sku", "channel"],
}
_OVER = ("received", "cancelled")


def rows(table: str, read: Read) -> pd.DataFrame:
    """Return the rows that the form of a table is filled with.

    Items are every SKU of the universe, also those of which nothing is known but that they are sold or lie somewhere.
    Of purchase orders and shipments those that are open, of what is dated the newest.
    """
    names = [column.name for column in canonical.own_columns(table)]
    if table not in FACTS or table in _TOLD_BY_REPORTS:
        return pd.DataFrame(columns=names)
    known = read(table, None)[names]
    if table == "items":
        known = _with(known, "sku", skus(read))
    elif table == "suppliers":
        known = _with(known, "supplier", _distinct(read(table, ["supplier"]) for table in ("items", "purchase_orders")))
    elif table in ("purchase_orders", "inbound"):
        known = known[~known["status"].isin(_OVER) & known["received_date"].isna()]
    elif table in _NEWEST:
        known = known.sort_values("date", kind="stable").drop_duplicates(_NEWEST[table], keep="last")
    return known.reset_index(drop=True)


def skus(read: Read) -> list[str]:
    """Return the SKU universe: whatever any table of a file names."""
    naming = [table for table in FACTS if any(column.name == "sku" for column in canonical.own_columns(table))]
    return _distinct(read(table, ["sku"]) for table in naming)


def _distinct(frames: Iterable[pd.DataFrame]) -> list[str]:
    return sorted({name for frame in frames for name in frame.iloc[:, 0].dropna().unique()})


def _with(known: pd.DataFrame, key: str, names: Sequence[str]) -> pd.DataFrame:
    new = pd.DataFrame({key: pd.Series(sorted(set(names) - set(known[key])), dtype="str")})
    return pd.concat([known, new.reindex(columns=known.columns).astype(known.dtypes)]).sort_values(key, kind="stable")
