"""Units on hand by age tier: as the marketplace reports them, else first in first out from the ledger."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.stock.fifo import layers, layers_by_place
from workbench.stock.rows import Places
from workbench.tables.as_known import known

TIERS = {"age_0_90": 0, "age_91_180": 91, "age_181_270": 181, "age_271_365": 271, "age_366_plus": 366}
"""Column and youngest age of each tier, in days."""
PARTS = {
    "age_0_90": (30, 60, 90),
    "age_91_180": (120, 150, 180),
    "age_181_270": (210, 240, 270),
    "age_271_365": (300, 330, 365),
    "age_366_plus": (366,),
}
"""Where units of a reported tier are taken to lie: evenly over its parts, each at its oldest age, as the rate card's tiers."""


def ages(movements: pd.DataFrame, stock_age: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the units of each SKU and node by age tier, and the age of the oldest.

    What the marketplace reports wins, since it is what the surcharge is charged on; a SKU that its newest
    report leaves out is aged first in first out from the ledger.

    Parameters
    ----------
    movements, stock_age : tables of these names; they may be empty
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location, age_0_90, age_91_180, age_181_270, age_271_365, age_366_plus (units), oldest_days (days; for
    reported ages the youngest age of the oldest tier that holds units, NaN without units), source (reported, fifo).
    """
    reported = _reported(known(stock_age, as_of))
    place = ["sku", "location"]
    aged, everywhere = layers_by_place(movements, as_of)
    counted = everywhere.merge(_by_tier(aged), on=place, how="left").fillna(dict.fromkeys(TIERS, 0.0))
    both = pd.concat([reported.assign(source="reported"), counted.assign(source="fifo")], ignore_index=True)
    table = both.drop_duplicates(place, keep="first").sort_values(place, ignore_index=True)
    return table[[*place, *TIERS, "oldest_days", "source"]].astype({"sku": "str", "location": "str", "source": "str"})


def _reported(stock_age: pd.DataFrame) -> pd.DataFrame:
    if stock_age.empty:
        return _by_tier(pd.DataFrame({"sku": [], "location": [], "age_days": [], "units": []}))
    places = Places(stock_age)
    newest = stock_age["date"].to_numpy() == _newest_dates(stock_age, places)[places.of_row]
    rows = stock_age[newest].rename(columns={"node": "location", "age_from_days": "age_days"})
    rows = rows.sort_values(["sku", "location", "age_days", "age_to_days"], ascending=[True, True, True, False], na_position="first")
    end = rows["age_to_days"].fillna(np.inf)
    covered = end.groupby([rows["sku"], rows["location"]]).cummax()
    inside = covered.groupby([rows["sku"], rows["location"]]).shift() >= end
    return _by_tier(rows[~inside])  # a finer split of a tier that is already there would count its units twice


def _newest_dates(frame: pd.DataFrame, places: Places) -> np.ndarray:
    at = places.newest(frame, np.ones(len(frame), dtype=bool))
    return frame["date"].to_numpy()[at]


def _by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the units of rows (sku, location, age_days, units) summed into the tiers."""
    place = ["sku", "location"]
    units = rows["units"].fillna(0).to_numpy(dtype="float64")
    tier = np.searchsorted(list(TIERS.values()), rows["age_days"].to_numpy(dtype="float64"), side="right") - 1
    wide = {name: np.where(tier == i, units, 0.0) for i, name in enumerate(TIERS)}
    oldest = rows["age_days"].astype("float64").where(units > 0)
    return rows[place].assign(**wide, oldest_days=oldest).groupby(place, as_index=False).agg({**dict.fromkeys(TIERS, "sum"), "oldest_days": "max"})


def age_rows(movements: pd.DataFrame, ages: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, age_days and units: exact from the ledger (FIFO), spread over each tier where only tiers are reported.

    Parameters
    ----------
    movements : table movements
    ages : units by tier with `oldest_days` and `source`, see `ages`
    as_of : rows dated or learned later are left out
    """
    place = ["sku", "location"]
    exact = layers(movements, as_of).merge(ages.loc[ages["source"] == "fifo", place], on=place)[[*place, "age_days", "units"]]
    reported = ages[ages["source"] == "reported"]
    parts = [
        reported[place].assign(age_days=reported["oldest_days"].clip(lower=age) if tier == "age_366_plus" else age, units=reported[tier] / len(tier_ages))
        for tier, tier_ages in PARTS.items()
        for age in tier_ages
    ]
    table = pd.concat([exact, *parts], ignore_index=True).astype({"age_days": "float64"})
    return table[table["units"] > 0]


def age_gap(movements: pd.DataFrame, stock_age: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the units that the marketplace's age tiers and first in first out from the ledger put into different tiers.

    Both are taken at the day of each node's newest report. Places that only one of the two knows are left out.

    Parameters
    ----------
    movements, stock_age : tables of these names; they may be empty
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location, age_gap_units: 0 where they agree.
    """
    place, told, moved = ["sku", "location"], known(stock_age, as_of), known(movements, as_of).drop(columns="known_at", errors="ignore")
    newest = told.groupby("node")["date"].transform("max") if len(told) else pd.Series(dtype="datetime64[us]")
    gaps = [pd.DataFrame({"sku": [], "location": [], "age_gap_units": []}).astype({"sku": "str", "location": "str", "age_gap_units": "float64"})]
    for day in newest.unique():
        nodes = told.loc[(newest == day) & (told["date"] == day), "node"].unique()
        there = moved[moved["node"].isin(nodes) & (moved["date"] <= day)]
        counted, everywhere = layers_by_place(there, pd.Timestamp(day).date())
        ledger = everywhere.merge(_by_tier(counted), on=place, how="left").fillna(dict.fromkeys(TIERS, 0.0))
        both = _reported(told[told["node"].isin(nodes) & (told["date"] == day)]).merge(ledger, on=place, suffixes=("", "_ledger"))
        apart = both[list(TIERS)].to_numpy() - both[[f"{tier}_ledger" for tier in TIERS]].to_numpy()
        wrong = np.maximum(np.maximum(apart, 0).sum(axis=1), np.maximum(-apart, 0).sum(axis=1))
        gaps.append(both[place].assign(age_gap_units=wrong))
    return pd.concat(gaps, ignore_index=True)
