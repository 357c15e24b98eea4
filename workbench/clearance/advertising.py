"""Advertising of slow stock: kept while what its units bring and the carrying they spare exceeds what it costs."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import events, fees
from workbench.clearance.limits import SOLD
from workbench.clearance.timeline import PLACE, TimelineParams
from workbench.tables import schema

SEEN_DAYS = 30
ADVICE = ("keep", "stop", "try", "unpaid", "unknown")
"""Keep what pays, stop what does not or what sold nothing; try where there are no ads; unpaid where no ad could pay."""
SLOT = (
    "sku", "location", "start_date", "end_date", "most_per_unit", "margin_per_unit", "spared_per_unit", "spend", "units", "cost_per_unit", "advice", "currency",
)  # fmt: skip


def ad_slots(chosen: pd.DataFrame, tables: Mapping[str, pd.DataFrame], params: TimelineParams, as_of: dt.date) -> pd.DataFrame:
    """Return the targeted ads of the first step of every way out that sells: until when, what a unit may cost at most, what it cost lately, and so what to do.

    most = price - selling fees + storage and surcharge of a unit until it would be gone; landed cost is sunk. Ads are kept while spend
    over the units that they sold in the last 30 days is below it.

    Parameters
    ----------
    chosen : rows of table clearance, one a position
    tables : ads, health (selling fees), nodes; a missing one counts as empty

    References
    ----------
    Marginal profit plus carrying cost avoided against spend: Dorfman, Steiner, Optimal advertising and optimal quality, American
    Economic Review 44 (1954), with the carrying cost added to the margin.
    """
    rows = chosen[chosen["option"].isin(SOLD) & (chosen["units"] > 0)].dropna(subset="npv").reset_index(drop=True)
    given = {name: tables.get(name, schema.empty(name)) for name in ("ads", "health", "nodes")}
    usual = given["health"].drop_duplicates(PLACE)[[*PLACE, "price", "selling_fees_per_unit", "referral_share"]].rename(columns={"price": "usual_price"})
    rows = rows.merge(usual, on=PLACE, how="left").merge(_seen(rows, given, as_of), on=PLACE, how="left")
    selling = rows["selling_fees_per_unit"] - rows["referral_share"] * (rows["usual_price"] - rows["price"])
    margin, spared = rows["price"] - selling, (rows["fees_storage"] + rows["fees_aged"]) / rows["units"]
    most, cost = margin + spared, rows["spend"] / rows["sold"].where(rows["sold"] > 0)
    spent = rows["spend"] > 0
    said = [most.isna(), spent & (cost <= most), spent, most > 0]
    today = pd.Timestamp(as_of)
    until = rows["end_date"].clip(upper=today + pd.Timedelta(days=params.look_days)).fillna(today + pd.Timedelta(days=params.look_days))
    made = rows[PLACE].assign(start_date=today, end_date=until, most_per_unit=most, margin_per_unit=margin, spared_per_unit=spared)
    made = made.assign(spend=rows["spend"], units=rows["sold"], cost_per_unit=cost, currency=rows["currency"])
    return made.assign(advice=np.select(said, ["unknown", "keep", "stop", "try"], "unpaid"))[list(SLOT)]


def _seen(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Spend of the last days and units that it sold, of each position in the money of its row; only a marketplace's pool has ads of its own."""
    places = fees.places(given["nodes"], rows["location"])
    channel = places.assign(channel=places["marketplace"].where(places["kind"] == "fba").map(events.channel_of, na_action="ignore"))[["location", "channel"]]
    ads = given["ads"]
    ads = ads[(ads["date"] <= pd.Timestamp(as_of)) & (ads["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=SEEN_DAYS)) & ads["sku"].isin(rows["sku"])]
    found = rows[[*PLACE, "currency"]].merge(channel, on="location", how="left").merge(ads, on=["sku", "channel"], suffixes=("", "_of"))
    found = found[found["currency_of"].isna() | (found["currency_of"] == found["currency"])]
    return found.groupby(PLACE, as_index=False).agg(spend=("spend", "sum"), sold=("attributed_units", "sum"))
