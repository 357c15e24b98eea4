"""What is really sold under a SKU: bundles as what they hold, a renamed SKU as one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.tables import schema

_KEYS = ["sku", "channel", "date"]
_AMOUNTS = ["units", "revenue", "discount", "order_count"]


def exploded(sales: pd.DataFrame, bundles: pd.DataFrame, stocked: set[str] | frozenset[str] = frozenset()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return table sales with bundles counted as what they hold, and the corrections that this makes.

    Parameters
    ----------
    sales : table sales
    bundles : table bundles
    stocked : SKUs that lie in stock as bundles; those sell as themselves

    Returns
    -------
    sales : components' units are added to; their price stays that of sales of their own, for what they fetch in a bundle is not known
    corrections : rows of table corrections, reason bundle_exploded, one a bundle or component and day
    """
    held = bundles[~bundles["sku"].isin(set(stocked))]
    sold = sales[sales["sku"].isin(set(held["sku"]))]
    if not len(sold):
        return sales, schema.conform("corrections", schema.empty("corrections"), lineage=False)
    parts = sold[[*_KEYS, "units"]].merge(held.rename(columns={"units": "each"})[["sku", "component", "each"]], on="sku")
    added = parts.assign(sku=parts["component"], units=parts["units"] * parts["each"]).groupby(_KEYS, as_index=False)["units"].sum()
    rest = sales[~sales["sku"].isin(set(held["sku"]))]
    made = _summed(pd.concat([rest, schema.conform("sales", added, lineage=False)], ignore_index=True))
    before = rest.groupby(_KEYS)["units"].sum().reindex(pd.MultiIndex.from_frame(added[_KEYS])).fillna(0).to_numpy()
    gone = sold[_KEYS].assign(old_units=sold["units"], new_units=0.0)
    come = added[_KEYS].assign(old_units=before, new_units=before + added["units"])
    changes = pd.concat([gone, come], ignore_index=True).assign(reason="bundle_exploded")
    changes["reason_value"] = (changes["new_units"] - changes["old_units"]).abs()
    return made, schema.conform("corrections", changes, lineage=False)


def renamed(frame: pd.DataFrame, new_names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with old SKUs under their new name; chains are followed, and sales of one day under both are summed.

    Examples
    --------
    >>> day = pd.Timestamp("2026-10-01")
    >>> sales = pd.DataFrame({"sku": ["OLD", "NEW"], "channel": "shop", "date": day, "units": [2.0, 3.0]})
    >>> renamed(schema.conform("sales", sales, lineage=False), {"OLD": "NEW"})["units"].tolist()
    [5.0]
    """
    final = {old: _last_name(old, new_names) for old in new_names}
    made = frame.assign(sku=frame["sku"].replace(final))
    return _summed(made) if {*_KEYS, *_AMOUNTS} <= set(frame.columns) else made


def _last_name(sku: str, new_names: Mapping[str, str]) -> str:
    seen = {sku}
    while sku in new_names and new_names[sku] not in seen:
        sku = new_names[sku]
        seen.add(sku)
    return sku


def _summed(sales: pd.DataFrame) -> pd.DataFrame:
    """Return table sales with a row a key: amounts summed, price the mean by units of rows that know one."""
    priced = sales["price"].notna()
    weighed = sales.assign(money=sales["price"] * sales["units"], counted=np.where(priced, sales["units"], 0.0))
    groups = weighed.groupby(_KEYS, as_index=False, sort=True)
    made = groups[[*_AMOUNTS, "money", "counted"]].sum(min_count=1).merge(groups["currency"].first(), on=_KEYS)
    made["price"] = made["money"] / made["counted"].where(made["counted"] > 0)
    return schema.conform("sales", made, lineage=False)


def likely_renames(sales: pd.DataFrame, items: pd.DataFrame, gap_days: int = 45) -> pd.DataFrame:
    """Return SKUs that probably go on under another name: same catalogue number, one stops selling where the other begins.

    A proposal for the analyst; nothing is merged by itself.

    Returns
    -------
    old, new, product_id, old_last (last day sold), new_first (first day sold).
    """
    span = sales[sales["units"] > 0].groupby("sku")["date"].agg(["min", "max"])
    known = items.dropna(subset=["product_id"])[["sku", "product_id"]].merge(span, left_on="sku", right_index=True)
    pairs = known.merge(known, on="product_id", suffixes=("_old", "_new"))
    gap = (pairs["min_new"] - pairs["max_old"]).dt.days
    near = pairs[(pairs["sku_old"] != pairs["sku_new"]) & gap.between(-7, gap_days) & (pairs["min_old"] < pairs["min_new"])]
    named = near.rename(columns={"sku_old": "old", "sku_new": "new", "max_old": "old_last", "min_new": "new_first"})
    return named[["old", "new", "product_id", "old_last", "new_first"]].sort_values(["old", "new"], ignore_index=True)
