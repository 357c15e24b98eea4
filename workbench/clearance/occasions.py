"""What a way out may wait for: the next season of a category, and the coming sale event that a deal is laid on, both measured on the shop's own past."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import events
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.forecasting import seasonal_index

SEASON_YEARS, PAST_DAYS = 3, 1130
"""How far seasons and events look back: days that hold so many whole years, whichever day they end on."""
SEASON_LEAST, SEASON_EVERY_YEAR, SEASON_EDGE = 1.3, 1.1, 1.2
"""A category has a season where its best month is so many times the mean one, in its least year so many times; months over the edge belong to it."""
WAIT_DAYS = 150
"""An Outlet or off-site deal waits no longer for a sale event."""
LEAST_LIFT = 1.1
"""An event that brings less is not worth waiting for."""
SEASON = ["season_from", "season_until", "season_times", "season_years"]
DEAL = ["deal_event", "deal_start", "deal_end", "deal_times", "deal_years", "deal_stated"]


def next_season(history: pd.DataFrame, items: pd.DataFrame, categories: pd.Series, as_of: dt.date) -> pd.DataFrame:
    """Return when each category's next season begins and ends, how strong it is and over how many years that was seen; blank where it has none.

    season_from, season_until (first day of its first month, last of its last), season_times (its best month over the mean month),
    season_years, in the order of `categories`. A season that is on already is not the next one.
    """
    goods = items[items["category"].isin(categories.dropna().unique())]
    index = seasonal_index(history[history["sku"].isin(goods["sku"])], by=("category",), items=goods, years=SEASON_YEARS)
    found = {str(name): _season_of(part.set_index("month"), as_of) for name, part in index.groupby("category")} if len(index) else {}
    rows = [found.get(str(name)) or (pd.NaT, pd.NaT, np.nan, np.nan) for name in categories]
    return pd.DataFrame(rows, columns=SEASON, index=categories.index).astype({"season_from": "datetime64[us]", "season_until": "datetime64[us]"})


def _season_of(index: pd.DataFrame, as_of: dt.date) -> tuple[pd.Timestamp, pd.Timestamp, float, float] | None:
    times = index["index"].reindex(range(1, 13)).to_numpy(float)
    top = int(times.argmax())
    if times[top] < SEASON_LEAST or index["low"].reindex(range(1, 13)).to_numpy(float)[top] < SEASON_EVERY_YEAR:
        return None
    first, last = top, top
    while times[(first - 1) % 12] >= SEASON_EDGE and top - first < 6:
        first -= 1
    while times[(last + 1) % 12] >= SEASON_EDGE and last - top < 5:
        last += 1
    now = pd.Timestamp(as_of)
    begins = pd.Timestamp(now.year, first % 12 + 1, 1)
    begins = begins if begins > now else begins + pd.DateOffset(years=1)
    return begins, begins + pd.DateOffset(months=last - first + 1) - pd.Timedelta(days=1), float(times[top]), float(index["years"].iloc[0])


def measured_lifts(history: pd.DataFrame) -> pd.DataFrame:
    """Return what each event of the past brought: channel, event, times (demand on its days over what they would have been without it), years.

    The mean of the years, each over all SKUs; days of promotions are left out, for what they brought is not the event's.
    """
    if "base_demand" not in history or "event" not in history:
        return pd.DataFrame(columns=["channel", "event", "times", "years"])
    on = history[(history["event"].fillna("") != "") & (history["promotion"].fillna("") == "") & (history["base_demand"] > 0)]
    sums = on.groupby(["channel", "event", on["date"].dt.year])[["demand", "base_demand"]].sum()
    each = (sums["demand"] / sums["base_demand"]).rename("times").reset_index()
    return each.groupby(["channel", "event"], as_index=False).agg(times=("times", "mean"), years=("times", "size"))


def coming_deal(given: Mapping[str, pd.DataFrame], marketplaces: pd.Series, as_of: dt.date) -> pd.DataFrame:
    """Return the sale event within `WAIT_DAYS` that brings each marketplace most, by what an analyst states of it or by what it brought before.

    deal_event, deal_start, deal_end, deal_times, deal_years (0 where it is stated), deal_stated, in the order of `marketplaces`; blank
    where none is known or was measured.
    """
    codes = tuple(sorted({str(code) for code in marketplaces.dropna() if code}))
    last = as_of + dt.timedelta(days=WAIT_DAYS)
    calendar = events.calendar(as_of, last, codes or ("US",), extra=given["events"])
    calendar = events.with_lifts(calendar, given.get("event_lifts"), as_of)
    ahead = calendar[(calendar["kind"] == "sale") & (calendar["start_date"] > pd.Timestamp(as_of)) & (calendar["start_date"] <= pd.Timestamp(last))]
    history = given["history"]
    past = history["date"] >= pd.Timestamp(as_of) - pd.Timedelta(days=PAST_DAYS)
    lifts = measured_lifts(history[past & history["channel"].isin([events.channel_of(code) for code in codes])])
    best = {code: _best_of(ahead, lifts[lifts["channel"] == events.channel_of(code)], events.channel_of(code)) for code in codes}
    rows = [best.get(str(code)) or ("", pd.NaT, pd.NaT, np.nan, np.nan, False) for code in marketplaces]
    return pd.DataFrame(rows, columns=DEAL, index=marketplaces.index).astype({"deal_start": "datetime64[us]", "deal_end": "datetime64[us]"})


def _best_of(ahead: pd.DataFrame, lifts: pd.DataFrame, channel: str) -> tuple[object, ...] | None:
    rows = ahead[ahead["channel"].isin([channel, "all"])].merge(lifts[["event", "times", "years"]], on="event", how="left")
    rows = rows.assign(stated=rows["lift"].notna(), times=rows["lift"].fillna(rows["times"]))
    rows = rows[rows["times"] >= LEAST_LIFT].sort_values("times", ascending=False, kind="stable")
    if rows.empty:
        return None
    row = rows.iloc[0]
    years = 0.0 if row["stated"] else float(row["years"])
    return row["event"], row["start_date"], row["end_date"], float(row["times"]), years, bool(row["stated"])


def times_of_deal(rows: pd.DataFrame, days: int) -> np.ndarray:
    """Return demand over the days of a deal that begins with the event, over that of a mean day of its month, which holds the event already."""
    length = (rows["deal_end"] - rows["deal_start"]).dt.days.to_numpy(float) + 1
    more = rows["deal_times"].to_numpy(float) - 1
    on_deal, on_month = 1 + more * np.minimum(length, days) / days, 1 + more * np.minimum(length, DAYS_PER_MONTH) / DAYS_PER_MONTH
    return np.nan_to_num(on_deal / on_month, nan=1.0)
