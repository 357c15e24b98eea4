"""Purchase orders whose goods came in parts: one line a receipt.

The first line of an order and SKU says what was ordered; further lines repeat it, or leave it blank, and say what came on
which day. What came is added up. The order counts as received on the day of the last receipt once all units ordered are
there, or its status says so; until then it is open, and how long it has been open is what its lead time tells so far.
"""

import numpy as np
import pandas as pd

from workbench.sources.rows import Rows

KEY = ("purchase_order", "sku")
_SAME = ("supplier", "node", "ordered_date", "units_ordered", "unit_cost", "currency")
_SAID = "the same as on the first line of this order and SKU"


def summed(rows: Rows, orders: pd.DataFrame) -> pd.DataFrame:
    """Return table purchase_orders with one row an order and SKU."""
    parts = orders.duplicated(list(KEY), keep=False) & orders[list(KEY)].notna().all(axis=1)
    if not parts.any():
        return orders
    several = orders[parts]
    _blame(rows, several)
    groups = several.groupby(list(KEY), sort=False)
    one = several.drop_duplicates(list(KEY)).copy()
    joined = groups.first().reset_index().set_index(one.index)
    status = groups["status"].last().to_numpy() if "status" in several else np.full(len(one), None, dtype=object)
    came = _total(groups, "units_received", len(one))
    ordered = joined["units_ordered"].to_numpy() if "units_ordered" in joined else np.full(len(one), np.nan)
    last = groups["received_date"].max().to_numpy() if "received_date" in several else np.full(len(one), np.datetime64("NaT", "us"))
    whole = (status == "received") | (came >= ordered)
    for name, values in (("units_received", came), ("status", status), ("received_date", np.where(whole, last, np.datetime64("NaT", "us")))):
        if name in several:
            joined[name] = values
    rows.note("summed", rows=len(several) - len(one))
    return pd.concat([orders[~parts], joined[orders.columns]]).sort_index()


def _total(groups: "pd.api.typing.DataFrameGroupBy", name: str, count: int) -> np.ndarray:
    return groups[name].sum(min_count=1).to_numpy() if name in groups.obj else np.full(count, np.nan)


def _blame(rows: Rows, several: pd.DataFrame) -> None:
    for name in _SAME:
        if name in several:
            first = several.groupby(list(KEY), sort=False)[name].transform("first")
            wrong = np.zeros(len(rows), dtype=bool)
            wrong[several.index[several[name].notna() & (several[name] != first)]] = True
            rows.blame(name, wrong, _SAID)
