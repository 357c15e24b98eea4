"""The list of every change: raw units plus what was added less what was removed is clean demand, SKU by SKU."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.cleaning.daily import LINE_REASONS, removals
from workbench.tables import schema

_KEYS = ["sku", "channel", "date"]
BEFORE_DAYS = (*LINE_REASONS, "renamed", "bundle_exploded")
"""what was changed before a day's units stood in the history"""


def corrections(
    history: pd.DataFrame,
    orders: pd.DataFrame | None,
    as_of: dt.date,
    *,
    returns: pd.DataFrame | None = None,
    sales: pd.DataFrame | None = None,
    moved: pd.DataFrame | None = None,
    spared: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return table corrections: every change from the order lines to clean demand, rule by rule.

    Parameters
    ----------
    history : table history
    orders, returns : tables orders and returns, for what was taken out before days were summed; None where sales came as days
    sales : days as summed from the lines, before SKUs were renamed and bundles exploded; without it the history's units
    moved : corrections of renames and bundles, as from `identity.under_one_name`
    spared : as of `daily_sales`

    Returns
    -------
    One row per sku, channel, day and rule. On each day the rows of order lines come first, then those of names and bundles,
    the day's own last: each starts from where the one before ended. The first day after a SKU's end has a row of its own.
    """
    parts = [] if orders is None or not len(orders) else [_of_lines(removals(orders, as_of, returns, spared), history if sales is None else sales)]
    parts += [] if moved is None or not len(moved) else [moved]
    changed = history[history["reason"].fillna("") != ""]
    days = changed[[*_KEYS, "reason", "reason_value", "reason_limit"]].assign(old_units=changed["units"].fillna(0.0), new_units=changed["demand"].fillna(0.0))
    ended = days["reason"] == "ended"
    told = (days["old_units"] != days["new_units"]) | (ended & ~days[ended].duplicated(["sku", "channel"]).reindex(days.index, fill_value=True))
    return schema.conform("corrections", pd.concat([*parts, days[told]], ignore_index=True), lineage=False)


def _of_lines(removed: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of what was taken out of order lines, chained down to the day's units."""
    units = days[[*_KEYS, "units"]].rename(columns={"units": "left"})
    rows = removed.merge(units, on=_KEYS, how="left").sort_values([*_KEYS, "reason"], ignore_index=True)
    after = rows.groupby(_KEYS, sort=False)["units"].transform(lambda u: u[::-1].cumsum()[::-1]) - rows["units"]
    new = rows["left"].fillna(0.0) + after
    return rows[[*_KEYS, "reason"]].assign(reason_value=rows["units"], reason_limit=rows["limit"], old_units=new + rows["units"], new_units=new)


def quality(history: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return one row a SKU and channel, and a last row `all`: units raw, added, removed and clean, and how sure the clean ones are.

    Returns
    -------
    sku, channel, days, censored_days, imputed_share (of days), units_raw, units_added, units_removed, units_clean,
    confidence (0-1: the share of clean units that were sold, not estimated).
    """
    by = ["sku", "channel"]
    step = changes["new_units"] - changes["old_units"]
    of_lines = -step.where(changes["reason"].isin(BEFORE_DAYS), 0.0)
    moved = changes[by].assign(units_added=step.clip(lower=0), units_removed=-step.clip(upper=0), of_lines=of_lines).groupby(by, as_index=False).sum()
    days = history[by].assign(
        days=1.0,
        censored_days=history["censored"].astype(float),
        imputed_days=history["imputed"].astype(float),
        units=history["units"].fillna(0.0),
        units_clean=history["demand"].fillna(0.0),
        sold=np.minimum(history["units"].fillna(0.0), history["demand"].fillna(0.0)),
    )
    rows = days.groupby(by, as_index=False).sum().merge(moved, on=by, how="outer")
    rows[rows.columns.difference(by)] = rows[rows.columns.difference(by)].fillna(0.0)
    rows["units_raw"] = rows["units"] + rows["of_lines"]
    rows = pd.concat([rows, rows.drop(columns=by).sum().to_frame().T.assign(sku="all", channel="all")], ignore_index=True)
    rows["imputed_share"] = rows["imputed_days"] / rows["days"].where(rows["days"] > 0)
    rows["confidence"] = rows["sold"] / rows["units_clean"].where(rows["units_clean"] > 0)
    order = ["days", "censored_days", "imputed_share", "units_raw", "units_added", "units_removed", "units_clean", "confidence"]
    return rows[by + order].astype(dict.fromkeys(order, float))


def rolled_up(history: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return units, demand and base demand by SKU, channel and week (Monday to Sunday), month or quarter.

    Parameters
    ----------
    period : week, month or quarter

    Returns
    -------
    sku, channel, date (first day of the period), days, units, demand, base_demand, imputed_share.
    """
    stamp = history["date"].dt.to_period({"week": "W-SUN", "month": "M", "quarter": "Q"}[period]).dt.start_time.astype("datetime64[us]")
    rows = history[["sku", "channel"]].assign(
        date=stamp, days=1.0, units=history["units"], demand=history["demand"], base_demand=history["base_demand"], imputed=history["imputed"].astype(float)
    )
    summed = rows.groupby(["sku", "channel", "date"], as_index=False).sum(min_count=1)
    return summed.assign(imputed_share=summed["imputed"] / summed["days"]).drop(columns="imputed")


def uplifts(history: pd.DataFrame) -> pd.DataFrame:
    """Return what each event and each kind of promotion brought: channel, kind, code, days, units, demand, base_demand, lift."""
    parts = []
    for kind in ("event", "promotion"):
        on = history[history[kind].fillna("") != ""]
        rows = on[["channel"]].assign(kind=kind, code=on[kind], days=1.0, units=on["units"], demand=on["demand"], base_demand=on["base_demand"])
        parts.append(rows.groupby(["channel", "kind", "code"], as_index=False).sum())
    found = pd.concat(parts, ignore_index=True)
    return found.assign(lift=found["demand"] / found["base_demand"].where(found["base_demand"] > 0))
