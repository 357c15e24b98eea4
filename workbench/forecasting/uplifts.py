"""What the forecast expects of every coming event, and what that rests on."""

import numpy as np
import pandas as pd

from workbench import events as dated_events

COMING = ["event", "start_date", "end_date", "lift", "past_times", "past_days", "stated"]


def coming_events(parts: pd.DataFrame, calendar: pd.DataFrame, channel: str, first: pd.Timestamp) -> pd.DataFrame:
    """Return the events ahead of one SKU with what its forecast multiplies demand by on their days, the nearest first.

    Parameters
    ----------
    parts : date and event of the days ahead, as from `Components.of`
    calendar : table events over history and days ahead, the one that the parts were made with
    first : first day of the history

    Returns
    -------
    event, start_date, end_date; lift, demand on its days over demand without it; past_times and past_days, how often and on how
    many days of the history the event was on (0: nothing could be learned); stated, whether somebody stated the lift.
    """
    if parts.empty:
        return pd.DataFrame(columns=COMING)
    ahead = dated_events.event_days(parts["date"], calendar, channel).assign(factor=parts["event"].to_numpy())
    past = dated_events.event_days(pd.date_range(first, parts["date"].min() - pd.Timedelta(days=1)), calendar, channel)
    rows = ahead[ahead["event"] != ""].groupby(["event", "start_date"], as_index=False).agg(end_date=("date", "max"), lift=("factor", "mean"))
    seen = past[past["event"] != ""].groupby("event").agg(past_times=("start_date", "nunique"), past_days=("date", "size"))
    rows = rows.merge(seen, left_on="event", right_index=True, how="left").fillna({"past_times": 0, "past_days": 0})
    told = calendar[calendar["lift"].notna() & calendar["channel"].isin(["all", channel])]
    pairs = set(zip(told["event"], told["start_date"], strict=True))
    stated = np.array([pair in pairs for pair in zip(rows["event"], rows["start_date"], strict=True)], bool)
    return rows.assign(stated=stated)[COMING].sort_values(["start_date", "event"], ignore_index=True)
