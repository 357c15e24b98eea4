"""What is really sold under a SKU: bundles as what they hold, a renamed SKU as one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.tables import schema

_KEYS = ["sku", "channel", "date"]
_AMOUNTS = ["units", "revenue", "discount", "order_count"]
_DEEPEST = 6  # bundles within bundles


def under_one_name(
    sales: pd.DataFrame, bundles: pd.DataFrame, new_names: Mapping[str, str], stocked: set[str] | frozenset[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return table sales as what was really sold, old names under the new one and bundles as what they hold; and the corrections that this makes.

    Parameters
    ----------
    sales : table sales; bundles : table bundles
    new_names : old SKU -> new SKU
    stocked : SKUs that lie in stock as bundles, by their final name; those sell as themselves
    """
    made, moved = _merged(sales, new_names)
    held = bundles.assign(sku=_final(bundles["sku"], new_names), component=_final(bundles["component"], new_names))
    made, parted = exploded(made, held.drop_duplicates(["sku", "component"]), stocked)
    return made, pd.concat([moved, parted], ignore_index=True) if len(parted) else moved


def _merged(sales: pd.DataFrame, new_names: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return sales under the new names, and the corrections: what left the old name and came to the new one."""
    final = _final(sales["sku"], new_names)
    old = sales[(final != sales["sku"]).to_numpy()]
    if not len(old):
        return sales, _no_changes()
    come = old.assign(sku=_final(old["sku"], new_names)).groupby(_KEYS, as_index=False)["units"].sum()
    return renamed(sales, new_names), _moves(old, come, sales[(final == sales["sku"]).to_numpy()], "renamed")


def _moves(gone: pd.DataFrame, come: pd.DataFrame, rest: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Return corrections of units that leave some SKUs (`gone`) and come to others (`come`), which had those of `rest`."""
    before = rest.groupby(_KEYS)["units"].sum().reindex(pd.MultiIndex.from_frame(come[_KEYS])).fillna(0).to_numpy()
    left = gone[_KEYS].assign(old_units=gone["units"], new_units=0.0)
    changes = pd.concat([left, come[_KEYS].assign(old_units=before, new_units=before + come["units"])], ignore_index=True).assign(reason=reason)
    changes["reason_value"] = (changes["new_units"] - changes["old_units"]).abs()
    return schema.conform("corrections", changes, lineage=False)


def _no_changes() -> pd.DataFrame:
    return schema.conform("corrections", schema.empty("corrections"), lineage=False)


def exploded(sales: pd.DataFrame, bundles: pd.DataFrame, stocked: set[str] | frozenset[str] = frozenset()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return table sales with bundles counted as what they hold, and the corrections that this makes.

    Parameters
    ----------
    sales : table sales
    bundles : table bundles; a bundle inside a bundle is counted as what that holds
    stocked : SKUs that lie in stock as bundles; those sell as themselves

    Returns
    -------
    sales : components' units are added to; their price stays that of sales of their own, for what they fetch in a bundle is not known
    corrections : rows of table corrections, reason bundle_exploded, one a bundle or component and day
    """
    held = _flat(bundles[~bundles["sku"].isin(set(stocked))])
    bundled = sales["sku"].isin(set(held["sku"])).to_numpy()
    sold = sales[bundled]
    if not len(sold):
        return sales, _no_changes()
    parts = sold[[*_KEYS, "units"]].merge(held.rename(columns={"units": "each"})[["sku", "component", "each"]], on="sku")
    added = parts.assign(sku=parts["component"], units=parts["units"] * parts["each"]).groupby(_KEYS, as_index=False)["units"].sum()
    made = _summed(pd.concat([sales[~bundled], schema.conform("sales", added, lineage=False)], ignore_index=True))
    return made, _moves(sold, added, sales[~bundled], "bundle_exploded")


def _flat(bundles: pd.DataFrame) -> pd.DataFrame:
    """Return bundles with those inside them as what they hold; a bundle that holds itself, however far down, is none."""
    held = bundles[["sku", "component", "units"]]
    for _ in range(_DEEPEST):
        inner = held["component"].isin(set(held["sku"])).to_numpy()
        if not inner.any():
            break
        below = held[inner].merge(held, left_on="component", right_on="sku", suffixes=("", "_in"))
        below = below.assign(component=below["component_in"], units=below["units"] * below["units_in"])[["sku", "component", "units"]]
        held = pd.concat([held[~inner], below], ignore_index=True)
    circular = held.loc[held["component"].isin(set(held["sku"])), "sku"]
    held = held[~held["sku"].isin(set(circular))]
    return held.groupby(["sku", "component"], as_index=False)["units"].sum()


def renamed(frame: pd.DataFrame, new_names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with old SKUs under their new name; chains are followed, and sales of one day under both are summed.

    Examples
    --------
    >>> day = pd.Timestamp("2026-10-01")
    >>> sales = pd.DataFrame({"sku": ["OLD", "NEW"], "channel": "shop", "date": day, "units": [2.0, 3.0]})
    >>> renamed(schema.conform("sales", sales, lineage=False), {"OLD": "NEW"})["units"].tolist()
    [5.0]
    """
    made = frame.assign(sku=_final(frame["sku"], new_names))
    return _summed(made) if {*_KEYS, *_AMOUNTS} <= set(frame.columns) else made


def relisted(listings: pd.DataFrame, new_names: Mapping[str, str]) -> pd.DataFrame:
    """Return table listings under the new names; of an old name what was known before the first row of the new one."""
    made = listings.assign(sku=_final(listings["sku"], new_names))
    own = (made["sku"] == listings["sku"]).to_numpy()
    first = made[own].groupby(["sku", "channel"])["date"].min()
    since = first.reindex(pd.MultiIndex.from_frame(made[["sku", "channel"]])).to_numpy()
    return made[own | ~(made["date"].to_numpy() >= since)]


def relatives(sku: str, bundles: pd.DataFrame, new_names: Mapping[str, str]) -> list[str]:
    """Return the SKUs whose sales count for one SKU: itself, its old names, and the bundles that hold it."""
    names = {sku} | {old for old in new_names if _last_name(old, new_names) == sku}
    while True:
        more = set(bundles.loc[bundles["component"].isin(names), "sku"]) - names
        if not more:
            return sorted(names)
        names |= more


def _final(skus: pd.Series, new_names: Mapping[str, str]) -> pd.Series:
    """Return SKUs under their last name."""
    final = {old: _last_name(old, new_names) for old in new_names}
    return skus.replace(final) if final else skus


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
