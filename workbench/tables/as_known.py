"""Rows as they were known on a day: nothing dated or learned later may be used."""

import datetime as dt

import pandas as pd


def known(frame: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the rows that were known at the end of the as-of day: dated no later, learned no later.

    Parameters
    ----------
    frame : any table; `date` and `known_at` count where they are there
    as_of : last day that may be used
    """
    day = pd.Timestamp(as_of).normalize()
    keep = pd.Series(True, index=frame.index)
    if "known_at" in frame:
        keep &= frame["known_at"] < day + pd.Timedelta(days=1)
    if "date" in frame:
        keep &= frame["date"] <= day
    return frame if keep.all() else frame[keep]


def newest_versions(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return one row a key: the newest by date, where there is one, and of that day the one learned last."""
    order = [name for name in ("date", "known_at") if name in frame and name not in key]
    ordered = frame.sort_values(order, kind="stable") if order else frame
    return ordered.drop_duplicates(key, keep="last")
