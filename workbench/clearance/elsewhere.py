"""Where else units could sell, and what sells beside them: the same SKU in other marketplaces, bestsellers of the category, rivals' prices."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import events, fees
from workbench.clearance import terms
from workbench.clearance.layers import PLACE
from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import DAYS_PER_MONTH

OFFER = ["sku", "channel"]
RIVAL_DAYS = 28
"""How long a rival's price is believed."""
AGED_FROM = (181, 211, 241, 271, 301, 331, 366, 456)
"""Ages, days, from which on some card's surcharge is another one."""
THERE = [
    "there", "there_pace", "there_stock", "there_price", "there_fees", "there_storage", "there_placement", *(f"there_aged_{age}" for age in AGED_FROM),
]  # fmt: skip
PARTNER = ["partner", "partner_pace"]
Tables = Mapping[str, pd.DataFrame]


def siblings(rows: pd.DataFrame, given: Tables, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the other marketplace's pool where each SKU earns most a month, and what a unit brings and costs there, in the money of the row.

    there (node; blank where the SKU is forecast in no other pool), there_pace (units a month), there_stock (on hand and to sell
    first), there_price, there_fees (commission and fulfilment), there_storage (of a unit and month), there_placement, there_aged_181 and so on
    (surcharge of a unit that old); NaN is unknown.
    """
    health = given["health"][[*PLACE, "on_hand", "stock_value", "daily_demand", "price", "selling_fees_per_unit", "referral_share", "currency"]]
    other = health[(health["daily_demand"] > 0) & health["sku"].isin(rows["sku"])].reset_index(drop=True)
    if other.empty:
        return _blank(rows, THERE)
    other = terms.with_terms(other, given, as_of)
    other = other[other["pool"]].reset_index(drop=True)
    if other.empty:
        return _blank(rows, THERE)
    storage, _ = fees.storage_per_unit(other, fees.newest_charges(given["fees_charged"], as_of), [as_of + dt.timedelta(days=30 * month) for month in range(12)])
    placement = fees.inbound_placement(1, as_of, other["marketplace"].to_numpy(object), other["size_tier"].to_numpy(object), rounded=False)
    own = params.transfer_placement_per_unit
    made = pd.DataFrame(
        {
            "sku": other["sku"], "there": other["location"], "money": other["currency"], "there_pace": other["daily_demand"] * DAYS_PER_MONTH,
            "there_stock": other["on_hand"].fillna(0.0), "there_price": other["price"], "there_fees": other["selling_fees_per_unit"],
            "there_storage": storage.mean(axis=1), "there_placement": placement if own is None else np.full(len(other), own),
        } | _aged(other, given, as_of)
    )  # fmt: skip
    pairs = rows[[*PLACE, "currency"]].assign(row=np.arange(len(rows))).merge(made, on="sku")
    pairs = pairs[pairs["location"] != pairs["there"]]
    for name in [name for name in THERE[3:] if name != "there_placement" or own is None]:
        pairs[name] = fees.converted(pairs[name], pairs["money"], pairs["currency"], given["exchange_rates"], as_of)
    pairs = pairs.assign(earns=((pairs["there_price"] - pairs["there_fees"]) * pairs["there_pace"]).fillna(-np.inf))
    best = pairs.sort_values("earns", ascending=False, kind="stable").drop_duplicates("row").set_index("row")
    return best[THERE].reindex(np.arange(len(rows))).set_axis(rows.index)


def _aged(rows: pd.DataFrame, given: Tables, as_of: dt.date) -> dict[str, np.ndarray]:
    """The aged surcharge of one unit by the age from which on it is asked: by card, else by the marketplace's own estimates."""
    volume, ages = rows["volume_ft3"].to_numpy(float)[:, None], np.array(AGED_FROM)[None, :]
    card = fees.aged_surcharge(
        1, ages, volume, as_of, rows["marketplace"].to_numpy(object)[:, None], rows["category"].fillna("").to_numpy(object)[:, None], rounded=False
    )
    estimates = fees.AgeRates(given["stock_age"], fees.goods(given["items"], as_of), as_of).per_ft3(rows["location"].to_numpy(object)[:, None], ages)
    found = np.where(np.isnan(card), estimates * volume, card)
    return {f"there_aged_{age}": found[:, at] for at, age in enumerate(AGED_FROM)}


def own_storage(rows: pd.DataFrame, given: Tables) -> pd.Series:
    """Return what a ft3 a month costs in the cheapest of the seller's own places in the money of the row; 0 where none is typed: it is within freight then."""
    nodes = given["nodes"]
    rates = nodes[nodes["kind"].isin(["3pl", "store"])].groupby("currency")["storage_rate_per_ft3_month"].min()
    return rows["currency"].map(rates).astype("float64").fillna(0.0).rename("own_storage")


def partners(rows: pd.DataFrame, given: Tables, params: ClearanceParams) -> pd.DataFrame:
    """Return the bestseller that each SKU may be bundled with: partner and partner_pace, units a month.

    Proposed is, of the same category and place, what earns most a day (pace x margin), is there and has no excess itself; a SKU
    named by `bundle_partner` takes its place wherever it is sold.
    """
    category = given["items"].drop_duplicates("sku", keep="last").set_index("sku")["category"]
    health = given["health"]
    sold = health[(health["daily_demand"] > 0) & (health["on_hand"] > 0)]
    sold = sold.assign(category=sold["sku"].map(category), earns=sold["daily_demand"] * sold["margin_per_unit"])
    named = sold[sold["sku"] == params.bundle_partner].drop_duplicates("location")
    sold = sold[~(sold["excess_units"] >= 1) & (sold["earns"] > 0) & sold["category"].notna()]
    best = sold.sort_values("earns", ascending=False, kind="stable").drop_duplicates(["location", "category"])
    found = rows[["sku", "location", "category"]].merge(
        best[["location", "category", "sku", "daily_demand"]], on=["location", "category"], how="left", suffixes=("", "_of")
    )
    own = rows[["location"]].merge(named[["location", "sku", "daily_demand"]], on="location", how="left")
    partner = own["sku"].where(own["sku"].notna(), found["sku_of"])
    pace = own["daily_demand"].fillna(found["daily_demand"]) * DAYS_PER_MONTH
    other = partner.notna() & (partner.to_numpy(object) != rows["sku"].to_numpy(object))
    return pd.DataFrame({"partner": partner.where(other), "partner_pace": pace.where(other)}).set_axis(rows.index)


def told(rows: pd.DataFrame, given: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return what the market and the stock tell of each SKU: rival_price, rating, unsellable_units.

    A rival's price is the newest of the last weeks, while he could sell: that of his promotion where he has one, if it is lower.
    """
    channel = rows["marketplace"].where(rows["pool"]).map(events.channel_of, na_action="ignore").astype("str")
    market = given["market"][given["market"]["date"] <= pd.Timestamp(as_of)].sort_values("date", kind="stable")
    market = market.assign(competitor_price=market[["competitor_price", "competitor_promotion_price"]].where(lambda price: price > 0).min(axis=1))
    fresh = market[(market["date"] > pd.Timestamp(as_of) - pd.Timedelta(days=RIVAL_DAYS)) & (market["competitor_price"] > 0)]
    fresh = fresh[fresh["competitor_in_stock"].fillna(1.0) > 0].drop_duplicates(OFFER, keep="last").rename(columns={"currency": "asked_in"})
    rated = market[market["rating"].notna()].drop_duplicates(OFFER, keep="last")
    here = rows[[*PLACE, "currency"]].assign(channel=channel)
    found = here.merge(fresh[[*OFFER, "competitor_price", "asked_in"]], on=OFFER, how="left").merge(rated[[*OFFER, "rating"]], on=OFFER, how="left")
    lying = given["stock"][(given["stock"]["date"] <= pd.Timestamp(as_of)) & given["stock"]["sku"].isin(rows["sku"])].sort_values("date", kind="stable")
    unsellable = lying.drop_duplicates(["sku", "node"], keep="last").rename(columns={"node": "location"})[[*PLACE, "unfulfillable"]]
    found = found.merge(unsellable, on=PLACE, how="left")
    same = found["asked_in"].isna() | (found["asked_in"] == found["currency"])
    made = {"rival_price": found["competitor_price"].where(same), "rating": found["rating"], "unsellable_units": found["unfulfillable"]}
    return pd.DataFrame(made).set_axis(rows.index)


def _blank(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(dict.fromkeys(names, np.nan), index=rows.index)
