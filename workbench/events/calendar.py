"""The calendar of events: built-in dates merged with the seller's, days labelled, next occurrences."""

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.events.dated import Occurrence, occurrences
from workbench.tables import schema

EVERYWHERE = "all"
DEMAND_KINDS = ("promotion", "sale", "holiday")
"""Kinds that move demand, strongest first; deadlines and factory closures do not."""
_LONGEST_DAYS = 40


def calendar(start: Any, end: Any, marketplaces: tuple[str, ...] = ("US",), extra: pd.DataFrame | None = None, as_of: dt.date | None = None) -> pd.DataFrame:
    """Return every dated event that touches the days from `start` to `end`.

    Parameters
    ----------
    start, end : first and last day
    marketplaces : country codes (US, UK, DE) whose sales and national holidays are wanted; channel amazon-xx each.
        Events of every channel and of China (factories, 618, 11.11) are always there
    extra : table events of the seller; its rows win over the built-in ones of the same event, channel and year
    as_of : leave out rows of `extra` learned later

    Returns
    -------
    table events without lineage, ordered by start_date. Events whose dates are not known are left out: see `unknown_dates`.

    >>> calendar("2026-11-01", "2026-11-30").query("kind == 'sale'")["event"].tolist()
    ['singles_day', 'black_friday', 'cyber_monday']
    """
    first, last = pd.Timestamp(start).normalize(), pd.Timestamp(end).normalize()
    built_in = [o for o in _occurrences(first, last, marketplaces) if o.known]
    rows = pd.DataFrame(
        [(o.event, o.channel, o.start, o.end, o.kind, o.name, np.nan) for o in built_in],
        columns=["event", "channel", "start_date", "end_date", "kind", "name", "lift"],
    )
    table = schema.conform("events", rows, lineage=False)
    if extra is not None and len(extra):
        own = _known(extra, as_of)
        table = pd.concat([table[~_overruled(table, own)], own], ignore_index=True)
    table = table[(table["start_date"] <= last) & (table["end_date"] >= first)]
    return table.sort_values(["start_date", "event", "channel"], ignore_index=True)


def _occurrences(first: pd.Timestamp, last: pd.Timestamp, marketplaces: tuple[str, ...]) -> tuple[Occurrence, ...]:
    begins = first - pd.Timedelta(days=_LONGEST_DAYS)
    places = tuple(sorted({"UK" if m.upper() == "GB" else m.upper() for m in marketplaces}))
    return occurrences(begins.year, last.year, places)


def _known(extra: pd.DataFrame, as_of: dt.date | None) -> pd.DataFrame:
    if as_of is not None and "known_at" in extra:
        extra = extra[extra["known_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    return schema.conform("events", extra, lineage=False)


def _overruled(table: pd.DataFrame, own: pd.DataFrame) -> npt.NDArray[np.bool_]:
    pairs = set(zip(own["event"], own["channel"], own["start_date"].dt.year, strict=True))
    built_in = zip(table["event"], table["channel"], table["start_date"].dt.year, strict=True)
    return np.array([(e, c, y) in pairs or (e, EVERYWHERE, y) in pairs for e, c, y in built_in], dtype=bool)


def unknown_dates(first_year: int, last_year: int, marketplaces: tuple[str, ...] = ("US",)) -> list[Occurrence]:
    """Return the events of these years whose dates are not known, such as a Prime Day that is not announced yet.

    >>> [(o.event, o.year) for o in unknown_dates(2026, 2026) if o.kind == "sale"]
    [('fall_prime', 2026)]
    """
    return [o for o in occurrences(first_year, last_year, tuple(marketplaces)) if not o.known]


def undated_years(first_year: int, last_year: int, marketplaces: tuple[str, ...] = ("US",), extra: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the sale events without dates, those left out that the seller has dated: event, channel, year.

    What a notice such as "no dates of Prime Day for 2027" is made of.

    >>> undated_years(2026, 2027)["event"].tolist()
    ['fall_prime', 'fall_prime', 'prime_day']
    """
    told = set() if extra is None else set(zip(extra["event"], extra["channel"], extra["start_date"].dt.year, strict=True))
    open_ones = [
        (o.event, o.channel, o.year)
        for o in unknown_dates(first_year, last_year, marketplaces)
        if o.kind == "sale" and not told & {(o.event, o.channel, o.year), (o.event, EVERYWHERE, o.year)}
    ]
    return pd.DataFrame(sorted(open_ones), columns=["event", "channel", "year"])


def overlaps(events: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one event that overlap another row of it on the same channel: event, channel, start_date, end_date, other_start.

    Each day counts once all the same: the later start wins.
    """
    keys = ["event", "channel"]
    rows = events.sort_values([*keys, "start_date"], kind="stable")
    latest = rows.groupby(keys)["end_date"].cummax().groupby([rows[k] for k in keys]).shift()
    before = rows.groupby(keys)["start_date"].shift()
    clash = rows["start_date"] <= latest
    return rows.assign(other_start=before)[clash][[*keys, "start_date", "end_date", "other_start"]].reset_index(drop=True)


def next_occurrence(event: str, after: Any, events: pd.DataFrame, channel: str = "amazon-us") -> tuple[dt.date, dt.date] | None:
    """Return first and last day of the event's next occurrence that ends on or after a day; None if it is not known.

    >>> next_occurrence("prime_day", "2026-01-01", calendar("2026-01-01", "2027-12-31"))
    (datetime.date(2026, 6, 23), datetime.date(2026, 6, 26))
    """
    rows = _of_channel(events, channel)
    rows = rows[(rows["event"] == event) & (rows["end_date"] >= pd.Timestamp(after))].sort_values("start_date")
    if rows.empty:
        return None
    return rows["start_date"].iloc[0].date(), rows["end_date"].iloc[0].date()


def label_days(dates: Any, events: pd.DataFrame, channel: str) -> npt.NDArray[np.str_]:
    """Return the code of the event that moves demand on each day, empty where there is none.

    Promotions win over sales over holidays; of two of a kind the later start wins. Deadlines and factory closures are no labels.

    Parameters
    ----------
    dates : days (T,)
    events : table events, as from `calendar`
    channel : events of this channel and of every channel count

    >>> label_days(["2026-06-22", "2026-06-23"], calendar("2026-06-01", "2026-06-30"), "amazon-us").tolist()
    ['', 'prime_day']
    """
    return event_days(dates, events, channel)["event"].to_numpy(dtype=str)


def event_days(dates: Any, events: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Return for each day its event, the number of the day within it (1 the first, 0 no event) and the event's first day.

    Returns
    -------
    date, event, event_day, start_date; one row a date, in the order given.
    """
    days = pd.DatetimeIndex(np.asarray(dates, dtype="datetime64[D]"))
    code, number = np.full(len(days), "", dtype=object), np.zeros(len(days), dtype="int64")
    begins = np.full(len(days), np.datetime64("NaT"), dtype="datetime64[us]")
    for row in _weakest_first(_of_channel(events, channel)).itertuples():
        inside = np.asarray((days >= row.start_date) & (days <= row.end_date))
        code[inside], begins[inside] = row.event, row.start_date.to_datetime64()
        number[inside] = (days[inside] - row.start_date).days + 1
    return pd.DataFrame({"date": days.as_unit("us"), "event": pd.Series(code, dtype="str"), "event_day": number, "start_date": begins})


def _of_channel(events: pd.DataFrame, channel: str) -> pd.DataFrame:
    return events[events["channel"].isin([channel, EVERYWHERE])]


def _weakest_first(events: pd.DataFrame) -> pd.DataFrame:
    rank = events["kind"].map({kind: -i for i, kind in enumerate(DEMAND_KINDS)})
    return events[rank.notna()].assign(rank=rank).sort_values(["rank", "start_date"], kind="stable")


def last_year_days(dates: Any, events: pd.DataFrame, channel: str) -> npt.NDArray[np.datetime64]:
    """Return for each day the day a year earlier that it compares with: the same day of the same event, else 52 weeks before.

    Dates of moving events do not line up by week: the second day of Prime Day compares with the second day of the
    last Prime Day, and a plain day never compares with an event day (it moves on by whole weeks).

    Returns
    -------
    datetime64[D] (T,); NaT where the event has no earlier occurrence in `events`.
    """
    now = event_days(dates, events, channel)
    past = pd.date_range(now["date"].min() - pd.Timedelta(days=800), now["date"].max(), freq="D") if len(now) else pd.DatetimeIndex([])
    before = event_days(past, events, channel)
    busy = set(before.loc[before["event"] != "", "date"])
    return np.array([_earlier(row, before, busy) for row in now.itertuples()], dtype="datetime64[D]")


def _earlier(row: Any, before: pd.DataFrame, busy: set[pd.Timestamp]) -> Any:
    if not row.event:
        shifts = (364, 371, 357, 378, 350, 385, 343)
        return next((d for d in (row.date - pd.Timedelta(days=s) for s in shifts) if d not in busy), row.date - pd.Timedelta(days=364))
    same = before[(before["event"] == row.event) & (before["start_date"] < row.start_date)]
    same = same[same["start_date"] == same["start_date"].max()]
    near = same[same["event_day"] <= row.event_day]  # a longer event compares its extra days with the last day of the shorter one
    return near["date"].iloc[-1] if len(near) else np.datetime64("NaT")
