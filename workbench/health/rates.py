"""Whether a rate of the last month fell beyond chance: clicks a view, units a visit, visits a day."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench import stock

MONTH_DAYS, HALF_YEAR_DAYS = 30, 182
SURE, DISPERSION = 3.0, 1.8
"""Standard errors that a fall must be beyond chance, and the variance of counts over their mean."""


def fell(frame: pd.DataFrame, hits: str, tries: str, limit: float, as_of: dt.date) -> pd.DataFrame:
    """Return the rate of the last 30 days beside that of the half year before, of each SKU and channel that has both.

    Parameters
    ----------
    frame : sku, channel, date and the columns `hits` and `tries`, any rows of a day
    limit : share by which the rate must have fallen, 0-1
    as_of : nothing dated on or after it, or learned later, is used

    Returns
    -------
    sku, channel, before, now, strength (fall over limit), turned.

    >>> days = pd.date_range("2026-06-01", periods=90)
    >>> ads = pd.DataFrame({"sku": "A", "channel": "amazon-us", "date": days, "clicks": [20.0] * 60 + [8.0] * 30, "views": 1000.0})
    >>> fell(ads, "clicks", "views", 0.2, dt.date(2026, 8, 30))[["before", "now", "turned"]].to_numpy().tolist()
    [[0.02, 0.008, True]]
    """
    back = (pd.Timestamp(as_of) - frame["date"]).dt.days
    kept = stock.known(frame[(back > 0) & (back <= HALF_YEAR_DAYS)], as_of)
    lately = (pd.Timestamp(as_of) - kept["date"]).dt.days <= MONTH_DAYS
    new, old = (kept[part].groupby(["sku", "channel"])[list(dict.fromkeys([hits, tries]))].sum(min_count=1) for part in (lately, ~lately))
    both = new.join(old, lsuffix="_now", rsuffix="_before", how="inner").dropna().astype(float)
    both = both[(both[f"{tries}_now"] > 0) & (both[f"{tries}_before"] > 0)]
    before, now = both[f"{hits}_before"] / both[f"{tries}_before"], both[f"{hits}_now"] / both[f"{tries}_now"]
    expected = before * both[f"{tries}_now"]
    spread = np.sqrt(DISPERSION * expected * (1 + both[f"{tries}_now"] / both[f"{tries}_before"]))
    strength = (1 - now / before.where(before > 0)).fillna(0.0) / limit
    turned = (strength >= 1) & (expected - both[f"{hits}_now"] > SURE * spread)
    return pd.DataFrame({"before": before, "now": now, "strength": strength, "turned": turned}).reset_index()
