"""What is about to come and stock does not cover: an event within 45 days, searches that rise before sales do."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from workbench.events import DEMAND_KINDS, EVERYWHERE

WARN_DAYS = 45
_UPLIFT = 1.2  # of the event's days over those around them, from where it is worth a warning
_AROUND_DAYS = 14
_PLACE = ["sku", "location"]
_KEY = [*_PLACE, "currency"]


def event(rows: pd.DataFrame, forecast: pd.DataFrame, events: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the SKUs whose stock will not last to the end of the next event that lifts their demand; at stake is the margin of what is short of it.

    Parameters
    ----------
    rows : health with the order plan, one row a SKU and node
    forecast : table forecast; the uplift is the mean of the event's days over that of the fortnights around them
    events : dated events, as from `events.calendar`
    """
    first, last = pd.Timestamp(as_of) + pd.Timedelta(days=1), pd.Timestamp(as_of) + pd.Timedelta(days=WARN_DAYS)
    near = events[(events["start_date"] >= first) & (events["start_date"] <= last) & events["kind"].isin(DEMAND_KINDS)]
    demand = at_nodes(forecast[forecast["date"] >= first], serves)
    parts = [_before(demand, one) for one in near.sort_values("start_date").itertuples()]
    told = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(len(part) for part in parts) else None
    if told is None:
        return rows.iloc[:0][_KEY]
    found = rows.merge(told, on=_PLACE)
    found["short"] = found["need"] - found["on_hand"].fillna(0) - found["on_order"].fillna(0)
    found = found[(found["uplift"] >= _UPLIFT) & (found["short"] > 0)].drop_duplicates(_PLACE)
    order_by = found["start"] - pd.to_timedelta(np.ceil(found["lead_time_days"]), unit="D")
    late = order_by < pd.Timestamp(as_of)
    return found[_KEY].assign(
        kind="event",
        level=np.where(late, "risk", "info"),
        money_at_stake=found[["short", "of_event"]].min(axis=1) * found["margin_per_unit"].clip(lower=0),
        units=found["short"],
        due_date=order_by.where(~late, pd.Timestamp(as_of)).fillna(pd.Timestamp(as_of)),
        action=np.where(late & (found["on_order"] > 0), "expedite", "order_for_event"),
        evidence="forecast.mean",
        reason="event_short",
        reason_value=(found["start"] - pd.Timestamp(as_of)).dt.days.astype(float),
        reason_limit=found["uplift"],
    )


def at_nodes(forecast: pd.DataFrame, serves: pd.DataFrame) -> pd.DataFrame:
    """Return the demand that is expected at the node which serves each channel first: sku, location, channel, date, mean."""
    first = serves.sort_values("priority", kind="stable").drop_duplicates("channel")[["channel", "node"]]
    return forecast[["sku", "channel", "date", "mean"]].merge(first, on="channel").rename(columns={"node": "location"})


def searches(rows: pd.DataFrame, surges: pd.DataFrame, serves: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the SKUs that are searched ever more and whose sales have followed searches, to be stocked early; the money is unknown.

    Parameters
    ----------
    surges : sku, channel, growth_week and lead_weeks, as from `forecasting.keyword_surges`
    """
    first = serves.sort_values("priority", kind="stable").drop_duplicates("channel")[["channel", "node"]]
    told = surges.merge(first, on="channel").rename(columns={"node": "location"}).sort_values("growth_week", ascending=False).drop_duplicates(_PLACE)
    found = rows.merge(told[[*_PLACE, "growth_week", "lead_weeks"]], on=_PLACE)
    return found[_KEY].assign(
        kind="surge",
        level="info",
        money_at_stake=np.nan,
        units=found["daily_demand"] * 7 * found["lead_weeks"],
        due_date=pd.Timestamp(as_of),
        action="stock_early",
        evidence="market.search_volume",
        reason="searches_rise",
        reason_value=found["growth_week"],
        reason_limit=found["lead_weeks"],
    )


def _before(demand: pd.DataFrame, one: Any) -> pd.DataFrame:
    """What a SKU's node needs up to the end of an event, of it on the event's days, and by how much these lie above those around them."""
    away = pd.Timedelta(days=_AROUND_DAYS)
    mine = demand if one.channel == EVERYWHERE else demand[demand["channel"] == one.channel]
    on = mine["date"].between(one.start_date, one.end_date)
    around = mine["date"].between(one.start_date - away, one.end_date + away) & ~on
    sums = [part.groupby(_PLACE)["mean"].sum() for part in (demand[demand["date"] <= one.end_date], mine[on], mine[around])]
    made = pd.concat(sums, axis=1, keys=["need", "of_event", "usual"]).dropna()
    days = [max(mine.loc[where, "date"].nunique(), 1) for where in (on, around)]
    made["uplift"] = made["of_event"] / days[0] / (made["usual"] / days[1]).where(made["usual"] > 0)
    return made.assign(start=one.start_date).reset_index()
