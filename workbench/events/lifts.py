"""What an analyst expects a coming event to multiply demand by, laid over the calendar."""

import datetime as dt

import pandas as pd

OCCURRENCE = ["event", "channel", "start_date"]
_EVERYWHERE = "all"


def lifts_in_force(decisions: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return the lifts that hold on a day: the newest decision about each event, channel and first day, unless it was taken back.

    Parameters
    ----------
    decisions : one row a decision: event, channel, start_date, old and new (demand during the event over demand without it; an empty
        `new` takes back), who, at, as_of (the day that the analyst was looking at), why
    as_of : decisions made for a later day are not used
    """
    if decisions is None or decisions.empty:
        return pd.DataFrame(columns=[*OCCURRENCE, "old", "new", "who", "at", "as_of", "why"])
    known = decisions[decisions["as_of"] <= pd.Timestamp(as_of)].sort_values("at", kind="stable")
    newest = known.drop_duplicates(OCCURRENCE, keep="last")
    return newest[newest["new"].notna()].reset_index(drop=True)


def with_lifts(calendar: pd.DataFrame, decisions: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return a calendar with the analyst's lifts; an event of every channel gets a row of its own for the channel decided about.

    Parameters
    ----------
    calendar : table events, as from `calendar`
    decisions, as_of : as in `lifts_in_force`; a decision about an event that is not in the calendar does nothing
    """
    held = lifts_in_force(decisions, as_of)
    if held.empty:
        return calendar
    wanted = held[OCCURRENCE].assign(start_date=pd.to_datetime(held["start_date"]).astype("datetime64[us]"), wanted=held["new"].astype(float))
    own = calendar.merge(wanted, on=OCCURRENCE, how="left")
    own["lift"] = own.pop("wanted").fillna(own["lift"])
    shared = calendar[calendar["channel"] == _EVERYWHERE].drop(columns=["channel", "lift"]).merge(wanted, on=["event", "start_date"])
    alone = shared.rename(columns={"wanted": "lift"}).merge(own[OCCURRENCE], on=OCCURRENCE, how="left", indicator="found")
    more = alone[alone.pop("found") == "left_only"][list(own.columns)]
    return pd.concat([own, more], ignore_index=True).sort_values(["start_date", "event", "channel"], ignore_index=True) if len(more) else own
