"""Which conditions of an Outlet deal no report tells of a position; those that reports tell of are `terms.outlet_conditions`."""

import datetime as dt

import pandas as pd

from workbench import events
from workbench.clearance.layers import PLACE

NEVER_TOLD = ("professional", "seller_rating", "condition_new", "no_subscription")
"""Conditions that no report tells of any position."""
APART_DAYS = 60
"""So long before an Outlet deal there was no other deal."""
_SEEN = ("price_cut", "coupon")
UNTOLD = (*NEVER_TOLD, "no_sales", "low_rating", "no_other_deal", "deal_seen")


def last_promotion(history: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """Return the last day within `APART_DAYS` on which each SKU sold at a cut price or with a coupon in its pool's marketplace; blank where on none."""
    since = pd.Timestamp(as_of) - pd.Timedelta(days=APART_DAYS)
    recent = history[(history["date"] >= since) & (history["date"] <= pd.Timestamp(as_of)) & history["promotion"].isin(_SEEN)]
    last = recent.groupby(["sku", "channel"])["date"].max().rename("last_promotion").reset_index()
    channel = rows["marketplace"].where(rows["pool"]).map(events.channel_of, na_action="ignore").astype("str")
    found = rows[PLACE].assign(channel=channel).merge(last, on=["sku", "channel"], how="left")["last_promotion"]
    return found.astype("datetime64[us]").set_axis(rows.index)


def untold(rows: pd.DataFrame, begins: pd.Series, as_of: dt.date) -> list[str]:
    """Return the conditions that nobody can tell of each row, codes joined by commas, of a deal that begins on a day; blank is today.

    A promotion that was seen may have been a deal or not: where one lies too near, `deal_seen` says so.
    """
    near = begins.fillna(pd.Timestamp(as_of)) - rows["last_promotion"] <= pd.Timedelta(days=APART_DAYS)
    lacks = {"no_sales": rows["revenue_year"].isna(), "low_rating": rows["rating"].isna(), "no_other_deal": ~near, "deal_seen": near}
    return [",".join([*NEVER_TOLD, *(name for name, lack in lacks.items() if lack.iloc[at])]) for at in range(len(rows))]
