"""Advertising of slow stock: kept while what its units bring and the carrying they spare exceeds what it costs."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import events, fees
from workbench.clearance.limits import SOLD
from workbench.clearance.timeline import PLACE, TimelineParams
from workbench.tables import schema

SEEN_DAYS, WEEKS, LEAST_WEEKS = 30, 12, 8
"""Days that the average is of; weeks that levels of spend are compared over, and how many of them must have had ads."""
LEVELS_APART, SURE = 1.5, 1.645
"""Weeks of more spend must have spent so many times that of the others, and sold more by so many standard deviations of chance."""
ADVICE = ("keep", "reduce", "stop", "try", "unpaid", "unknown")
"""Keep what pays, reduce it where its last part does not, stop what does not or sold nothing; try where none ran; unpaid where none could pay."""
SLOT = (
    "sku", "location", "start_date", "end_date", "most_per_unit", "margin_per_unit", "spared_per_unit", "spend", "units", "cost_per_unit", "marginal_per_unit",
    "lower_spend", "advice", "currency",
)  # fmt: skip


def ad_slots(chosen: pd.DataFrame, tables: Mapping[str, pd.DataFrame], params: TimelineParams, as_of: dt.date) -> pd.DataFrame:
    """Return the targeted ads that a way out that sells begins with: until when, what a unit may cost at most, what it cost lately, and so what to do.

    most = price - selling fees + storage and surcharge of a unit until it would be gone; landed cost is sunk. Ads are kept while a
    unit costs less: the average one of the last 30 days, and the last one, marginal_per_unit, where weeks of more and of less spend
    tell it. Where only the last one costs more, they are reduced to lower_spend, that of the cheaper weeks. Where the weeks' spend
    differs too little, or more spend did not surely sell more, marginal_per_unit is NaN and the average alone decides.

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
    shown = _shown(rows, given, as_of)
    lately = shown[shown["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=SEEN_DAYS)]
    seen = lately.groupby(PLACE, as_index=False).agg(spend=("spend", "sum"), sold=("attributed_units", "sum"))
    rows = rows.merge(usual, on=PLACE, how="left").merge(seen, on=PLACE, how="left").merge(_levels(shown, as_of), on=PLACE, how="left")
    selling = rows["selling_fees_per_unit"] - rows["referral_share"] * (rows["usual_price"] - rows["price"])
    margin, spared = rows["price"] - selling, (rows["fees_storage"] + rows["fees_aged"]) / rows["units"]
    most, cost = margin + spared, rows["spend"] / rows["sold"].where(rows["sold"] > 0)
    spent, pays = rows["spend"] > 0, cost <= most
    said = [most.isna(), spent & pays & ~(rows["marginal"] > most), spent & pays, spent, most > 0]
    today = pd.Timestamp(as_of)
    begins = rows["start_date"].fillna(today).clip(lower=today)
    until = np.minimum(rows["end_date"].fillna(pd.Timestamp.max.as_unit("us")), begins + pd.Timedelta(days=params.look_days))
    made = rows[PLACE].assign(start_date=begins, end_date=until, most_per_unit=most, margin_per_unit=margin, spared_per_unit=spared)
    made = made.assign(spend=rows["spend"], units=rows["sold"], cost_per_unit=cost, marginal_per_unit=rows["marginal"], lower_spend=rows["lower"])
    return made.assign(currency=rows["currency"], advice=np.select(said, ["unknown", "keep", "reduce", "stop", "try"], "unpaid"))[list(SLOT)]


def _shown(rows: pd.DataFrame, given: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Spend and units of the last weeks, of each position in the money of its row; only a marketplace's pool has ads of its own."""
    places = fees.places(given["nodes"], rows["location"])
    sold_in = places["marketplace"].where(places["kind"] == "fba").map(events.channel_of, na_action="ignore").astype("str")
    channel = places[["location"]].assign(channel=sold_in)
    ads, first = given["ads"], pd.Timestamp(as_of) - pd.Timedelta(weeks=WEEKS)
    ads = ads[(ads["date"] <= pd.Timestamp(as_of)) & (ads["date"] > first) & ads["sku"].isin(rows["sku"])]
    found = rows[[*PLACE, "currency"]].merge(channel, on="location", how="left").merge(ads, on=["sku", "channel"], suffixes=("", "_of"))
    return found[found["currency_of"].isna() | (found["currency_of"] == found["currency"])]


def _levels(shown: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """What one more unit cost, marginal, and the lower spend a day: of the half of the weeks that spent more against the other half."""
    week = (pd.Timestamp(as_of) - shown["date"]).dt.days // 7
    weeks = shown.groupby([*PLACE, week.rename("week")])[["spend", "attributed_units"]].sum().reset_index()
    weeks = weeks[weeks["spend"] > 0]
    found = []
    for place, part in weeks.groupby(PLACE):
        ordered, half = part.sort_values("spend"), len(part) // 2
        low, high = ordered.head(half), ordered.tail(half)
        if len(part) < LEAST_WEEKS or high["spend"].mean() < LEVELS_APART * low["spend"].mean():
            continue
        more = high["attributed_units"].mean() - low["attributed_units"].mean()
        chance = np.sqrt(high["attributed_units"].sum() + low["attributed_units"].sum()) / half
        marginal = (high["spend"].mean() - low["spend"].mean()) / more if more > SURE * chance else np.nan
        found.append((*place, marginal, low["spend"].mean() / 7))
    return pd.DataFrame(found, columns=[*PLACE, "marginal", "lower"]).astype({"marginal": float, "lower": float})
