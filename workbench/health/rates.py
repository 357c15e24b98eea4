"""Whether a rate of the last month fell beyond chance: clicks a view, units a visit, visits a day."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench import stock
from workbench.health.past import Past

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
    used = frame[list(dict.fromkeys(["sku", "channel", "date", hits, tries, *(["known_at"] if "known_at" in frame else [])]))]
    kept = stock.known(used[(back > 0) & (back <= HALF_YEAR_DAYS)], as_of)
    lately = (pd.Timestamp(as_of) - kept["date"]).dt.days <= MONTH_DAYS
    new, old = (kept[part].groupby(["sku", "channel"])[list(dict.fromkeys([hits, tries]))].sum(min_count=1) for part in (lately, ~lately))
    both = new.join(old, lsuffix="_now", rsuffix="_before", how="inner").dropna().astype(float)
    both = both[(both[f"{tries}_now"] > 0) & (both[f"{tries}_before"] > 0)]
    then, now = ((both[f"{hits}_{side}"], both[f"{tries}_{side}"]) for side in ("before", "now"))
    return judged(*then, *now, limit).reset_index()


def judged(hits_before: pd.Series, tries_before: pd.Series, hits_now: pd.Series, tries_now: pd.Series, limit: float) -> pd.DataFrame:
    """Return before and now (rates), strength (fall over limit) and whether it turned: by the limit, and beyond chance."""
    before, now = hits_before / tries_before, hits_now / tries_now
    expected = before * tries_now
    spread = np.sqrt(DISPERSION * expected * (1 + tries_now / tries_before))
    strength = (1 - now / before.where(before > 0)).fillna(0.0) / limit
    turned = (strength >= 1) & (expected - hits_now > SURE * spread)
    return pd.DataFrame({"before": before, "now": now, "strength": strength, "turned": turned})


def sums_of_series(frame: pd.DataFrame, columns: Sequence[str], past: Past, as_of: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sum of each column, and the rows there were as `days`, of every series: of the half year before, and of the last 30 days.

    As `fell` adds them up, for tables with a row a listing and day: no copy of them is made.
    """
    back = (np.datetime64(as_of, "D") - frame["date"].to_numpy().astype("datetime64[D]")).astype(np.int32)
    kept = (back > 0) & (back <= HALF_YEAR_DAYS)
    if "known_at" in frame:
        kept &= ~(frame["known_at"] >= pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_numpy()
    at, n = past.row_of(frame["sku"], frame["channel"]), len(past.sku)
    sides = []
    for part in (kept & (back > MONTH_DAYS) & (at >= 0), kept & (back <= MONTH_DAYS) & (at >= 0)):
        row = at[part]
        sums = {name: np.bincount(row, np.nan_to_num(frame[name].to_numpy(float)[part]), n) for name in columns}
        sides.append(pd.DataFrame({**sums, "days": np.bincount(row, minlength=n).astype(float)}))
    return sides[0], sides[1]
