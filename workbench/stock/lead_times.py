"""Lead times from actual receipts, open orders counted for what they tell, else from what the supplier states."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import log_ndtr

from workbench.tables.as_known import known, newest_versions

Floats = npt.NDArray[np.float64]
LEAST_RECEIPTS = 3
NEWEST_RECEIPTS = 12
"""Only so many receipts are looked back at, since lead times drift."""
_ABANDONED = 3.0
_STATED = ["production_days", "transit_days", "receiving_days"]


def lead_times(items: pd.DataFrame, suppliers: pd.DataFrame, purchase_orders: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the lead time of each SKU, order to sellable, as its receipts show it.

    Mean and standard deviation come from the SKU's own receipts where there are at least three (the newest twelve),
    else from at least three orders received from its supplier, else they are what the supplier states.

    Orders that are still open are right-censored: all that is known is that they take longer than they are old. To
    leave them out would make a supplier that is late look punctual, so they enter as such (normal lead times,
    maximum likelihood by EM). Without open orders the result is the plain mean and sample standard deviation.
    An order open for more than three times the longest receipt counts as abandoned and is left out.

    Parameters
    ----------
    items, suppliers, purchase_orders : tables of these names; they may be empty
    as_of : rows learned later, and receipts after that day, are left out

    Returns
    -------
    sku, lead_time_days, lead_time_sd_days, review_period_days (days, NaN where unknown), n_receipts (that the number
    rests on), source (receipts, supplier_receipts, supplier, or empty where nothing is known); one row a SKU.
    """
    goods = newest_versions(known(items, as_of), ["sku"])[["sku", "supplier"]]
    orders = _orders(newest_versions(known(purchase_orders, as_of), ["purchase_order", "sku"]), goods, as_of)
    table = pd.concat([goods, orders[["sku", "supplier"]]]).drop_duplicates("sku", ignore_index=True)
    for level, seen in (("sku", orders), ("supplier", _whole_orders(orders))):
        table = table.merge(_learned(seen, level), on=level, how="left", suffixes=("", "_pooled"))
    table = table.merge(_stated(newest_versions(known(suppliers, as_of), ["supplier"])), on="supplier", how="left")
    found = [table[column].notna() for column in ("lead", "lead_pooled", "lead_stated")]
    result = pd.DataFrame(
        {
            "sku": table["sku"],
            "lead_time_days": np.select(found, [table["lead"], table["lead_pooled"], table["lead_stated"]], np.nan),
            "lead_time_sd_days": np.select(found, [table["sd"], table["sd_pooled"], table["sd_stated"]], np.nan),
            "review_period_days": table["review_period_days"],
            "n_receipts": np.select(found[:2], [table["n"], table["n_pooled"]], 0).astype("int64"),
            "source": np.select(found, ["receipts", "supplier_receipts", "supplier"], ""),
        }
    )
    return result.astype({"sku": "str", "source": "str"})


def _orders(purchase_orders: pd.DataFrame, goods: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return one row a usable order line: SKU, supplier, order, days (so far) and whether it is still open."""
    day = pd.Timestamp(as_of)
    usable = purchase_orders["ordered_date"].le(day) & ~purchase_orders["status"].isin(["draft", "cancelled"])
    rows = purchase_orders.loc[usable, ["purchase_order", "sku", "supplier", "ordered_date", "received_date", "status"]]
    is_open = ~rows["received_date"].le(day)
    rows = rows[~(is_open & (rows["status"] == "received"))]  # received on a day nobody wrote down
    is_open = is_open[rows.index]
    ends = rows["received_date"].where(~is_open, day)
    rows = rows.assign(open=is_open, days=(ends - rows["ordered_date"]).dt.days.astype("float64"))
    usual = rows["sku"].map(goods.set_index("sku")["supplier"])
    return rows.assign(supplier=rows["supplier"].fillna(usual))[rows["days"] >= 0]


def _whole_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row a purchase order, since its lines arrive together and are one observation of the supplier."""
    whole = orders.dropna(subset="supplier").groupby(["supplier", "purchase_order"], as_index=False)
    return whole.agg(ordered_date=("ordered_date", "min"), days=("days", "mean"), open=("open", "all"))


def _learned(orders: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return lead, sd and n of each SKU or supplier with enough receipts."""
    received = orders[~orders["open"]].sort_values("ordered_date", ascending=False, kind="stable")
    received = received[received.groupby(level).cumcount() < NEWEST_RECEIPTS]
    span = received.groupby(level).agg(n=("days", "size"), longest=("days", "max"), since=("ordered_date", "min"))
    span = span[span["n"] >= LEAST_RECEIPTS]
    rows = pd.concat([received, orders[orders["open"]]]).join(span, on=level, how="inner")
    rows = rows[~rows["open"] | ((rows["ordered_date"] >= rows["since"]) & (rows["days"] <= _ABANDONED * rows["longest"].clip(lower=1)))]
    group = pd.Categorical(rows[level], categories=span.index).codes.astype("int64")
    mean, sd = censored_mean_sd(group, rows["days"].to_numpy(), rows["open"].to_numpy(dtype=bool), len(span))
    return pd.DataFrame({level: span.index, "lead": mean, "sd": sd, "n": span["n"].to_numpy()})


def _stated(suppliers: pd.DataFrame) -> pd.DataFrame:
    total = suppliers[_STATED].sum(axis=1, min_count=1)
    return suppliers[["supplier", "review_period_days"]].assign(lead_stated=total, sd_stated=suppliers["lead_time_sd_days"])


def censored_mean_sd(group: npt.NDArray[np.int64], days: Floats, is_open: npt.NDArray[np.bool_], n_groups: int) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each group's lead times, of which the open ones are only known to be longer.

    Normal lead times, maximum likelihood by EM: with a = (c - mu) / sd and h the normal hazard at a,
    E[x | x > c] = mu + sd h and E[x^2 | x > c] = mu^2 + sd^2 + sd h (c + mu). The deviation is scaled by n / (n - 1),
    n the receipts, so that without open orders it is the sample standard deviation.

    Parameters
    ----------
    group : number of the group of each observation, 0 to n_groups - 1; every group has at least two receipts
    days : lead time, or age of an open order, days
    is_open : whether the order is still open

    >>> import numpy as np
    >>> mean, sd = censored_mean_sd(np.zeros(3, dtype=int), np.array([10.0, 12.0, 14.0]), np.zeros(3, dtype=bool), 1)
    >>> float(mean[0]), round(float(sd[0]), 6)
    (12.0, 2.0)
    """
    there, late = ~is_open, group[is_open]
    n, m = np.bincount(group[there], minlength=n_groups), np.bincount(late, minlength=n_groups)
    sum_1, sum_2 = (np.bincount(group[there], days[there] ** power, n_groups) for power in (1, 2))
    mean = sum_1 / np.maximum(n, 1)
    variance = np.maximum(sum_2 / np.maximum(n, 1) - mean**2, 0)
    age = days[is_open]
    for _ in range(60 if len(age) else 0):
        mu, sd = mean[late], np.sqrt(np.maximum(variance[late], 0.25))
        a = (age - mu) / sd
        hazard = np.exp(-(a**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(-a))
        mean = np.where(m > 0, (sum_1 + np.bincount(late, mu + sd * hazard, n_groups)) / np.maximum(n + m, 1), mean)
        second = sum_2 + np.bincount(late, mu**2 + sd**2 + sd * hazard * (age + mu), n_groups)
        variance = np.where(m > 0, np.maximum(second / np.maximum(n + m, 1) - mean**2, 0), variance)
    return mean, np.sqrt(variance * n / np.maximum(n - 1, 1))
