"""Running out: the chance within the lead time, and the units short in the days ahead."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from workbench import stock
from workbench.health.demand import PLACE, Array, Expected
from workbench.tables import schema


def units_short(mean: ArrayLike, variance: ArrayLike, units: ArrayLike) -> Array:
    """Return the expected demand beyond `units`: the normal loss function, (mean - units) Phi(z) + sd phi(z).

    Two weeks of N(2500, 500) against 6,000 units: Chopra & Meindl, *Supply Chain Management*, chapter on safety inventory.

    >>> round(float(units_short(5000, 2 * 500**2, 6000)), 2)
    25.13
    """
    mu, sd, have = np.asarray(mean, float), np.sqrt(np.asarray(variance, float)), np.asarray(units, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (mu - have) / sd
        spread = (mu - have) * ndtr(z) + sd * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(sd > 0, spread, np.maximum(mu - have, 0))


def chance_short(mean: ArrayLike, variance: ArrayLike, units: ArrayLike) -> Array:
    """Return the chance that normal demand exceeds `units`; without spread it is 0 or 1.

    The same example: 1 less its cycle service level of 0.9214.

    >>> round(float(chance_short(5000, 2 * 500**2, 6000)), 4)
    0.0786
    """
    mu, sd, have = np.asarray(mean, float), np.sqrt(np.asarray(variance, float)), np.asarray(units, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = ndtr((mu - have) / sd)
    certain = np.where(np.isnan(mu + have), np.nan, (mu > have + 1e-9).astype(float))
    return np.where(sd > 0, spread, np.where(np.isnan(sd), np.nan, certain))


def arrival_days(tables: Mapping[str, pd.DataFrame], as_of: dt.date, overdue_days: float) -> pd.DataFrame:
    """Return sku, location and arrival_day: mean days until the units on order are there; shipments where there are any, else orders.

    What is overdue is counted on `overdue_days` from now.
    """
    inbound = stock.known(tables.get("inbound", schema.empty("inbound")), as_of)
    orders = stock.known(tables.get("purchase_orders", schema.empty("purchase_orders")), as_of)
    sent = inbound[~inbound["status"].isin(["received", "cancelled"]) & inbound["received_date"].isna()]
    asked = orders[~orders["status"].isin(["draft", "received", "cancelled"]) & orders["received_date"].isna()]
    due = pd.concat([_due(sent, "units_shipped", "expected_date", 0), _due(asked, "units_ordered", "promised_date", 1)])
    day = (due["date"] - pd.Timestamp(as_of)).dt.days.astype(float)
    due = due.assign(weighted=day.where(day > 0, overdue_days) * due["units"])[day.notna() & (due["units"] > 0)]
    sums = due.groupby([*PLACE, "rank"], as_index=False)[["weighted", "units"]].sum().drop_duplicates(PLACE)
    return sums.assign(arrival_day=sums["weighted"] / sums["units"])[[*PLACE, "arrival_day"]]


def _due(rows: pd.DataFrame, units: str, date: str, rank: int) -> pd.DataFrame:
    left = rows[units] - rows["units_received"].fillna(0)
    return pd.DataFrame({"sku": rows["sku"], "location": rows["node"], "units": left, "date": rows[date], "rank": rank})


def stockout_risk(rows: pd.DataFrame, expected: Expected, lookahead_days: float) -> NDArray[np.float64]:
    """Return the chance to run out before an order placed today could be sold.

    Two ways to run out count: before the units on order are there, and after, until the lead time is over. `rows` has
    on_hand, on_order, arrival_day, daily_demand, lead_time_days and lead_time_sd_days; without a lead time the next
    `lookahead_days` count.
    """
    lead, late = rows["lead_time_days"].fillna(lookahead_days).to_numpy(float), (rows["daily_demand"] * rows["lead_time_sd_days"].fillna(0)).to_numpy(float)
    first, second = _stages(rows, expected, lead)
    before = chance_short(first[0], first[1] + np.where(first[3], late**2, 0.0), first[2])
    after = chance_short(second[0], second[1] + late**2, second[2])
    return 1 - (1 - before) * (1 - np.where(first[3], 0.0, after))


def units_lost(rows: pd.DataFrame, expected: Expected, days: float) -> NDArray[np.float64]:
    """Return the demand of the next `days` that is expected to find no stock."""
    first, second = _stages(rows, expected, np.full(len(rows), float(days)))
    return units_short(*first[:3]) + np.where(first[3], 0.0, units_short(*second[:3]))


def _stages(rows: pd.DataFrame, expected: Expected, until: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Return mean, variance and supply until the units on order come, and from then on; last: nothing comes before `until`."""
    on_hand, on_order = rows["on_hand"].to_numpy(float), rows["on_order"].fillna(0).to_numpy(float)
    comes = rows["arrival_day"].fillna(rows["lead_time_days"]).to_numpy(float)
    alone = ~((on_order > 0) & (comes < until))  # also where nobody knows when it comes
    turn = np.where(alone, until, comes)
    mean, variance = expected.total(turn), expected.total(turn, "variance")
    rest = expected.total(until) - mean, expected.total(until, "variance") - variance
    return (mean, variance, on_hand, alone), (*rest, np.maximum(on_hand - mean, 0) + on_order)
