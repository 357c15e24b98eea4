"""What the seller does himself, as drivers of demand: promotions, own price, spend on ads, each with what he plans of it."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel
from workbench.forecasting.drivers.outside import HOLDS_DAYS, Driver, Tables, held, of_channel

_ADS_HOLD_DAYS = 7


def offers(panel: ChannelPanel, history: pd.DataFrame, tables: Tables, as_of: dt.date) -> Iterator[Driver]:
    """Yield own price and ad spend of the SKUs of a channel, as known by `as_of`; promotions where no cleaning told what they brought."""
    plan = _known_plan(panel, tables.get("offer_plan"), as_of)
    mine = history[(history["channel"] == panel.channel) & (history["date"] <= panel.calendar[-1])]
    if panel.promoted is None and "promotion" in mine and (mine["promotion"].fillna("") != "").any():
        on = (mine["promotion"].fillna("") != "").astype(float)
        found = held(mine["sku"], mine["date"], on, panel, 0)
        if found is not None:
            yield Driver("promotion", found[0], "plain", found[1], _promotions(plan), own=True)
    if "price" in mine and mine["price"].notna().any():
        found = held(mine["sku"], mine["date"], mine["price"], panel, HOLDS_DAYS)
        if found is not None:
            yield Driver("own_price", found[0], "rank", found[1], _part(plan, "price"), own=True)
    spend = _spend(panel, tables.get("ads"), as_of)
    if spend is not None:
        yield Driver("ad_spend", spend[0], "spend", spend[1], _part(plan, "spend_day"), own=True)


def planned_promotions(panel: ChannelPanel, tables: Tables, as_of: dt.date, horizon: int) -> np.ndarray | None:
    """Return whether each day ahead is planned to be on promotion (n, horizon), NaN for SKUs that plan none; None where none does."""
    plan = _promotions(_known_plan(panel, tables.get("offer_plan"), as_of))
    if plan is None or not (plan["value"] > 0).any():
        return None
    made, length = np.full((len(panel.sku), horizon), np.nan, np.float32), len(panel.calendar)
    for row in plan[(plan["known"] < length) & (plan["last"] >= length)].itertuples():
        made[row.row, max(row.first - length, 0) : row.last - length + 1] = row.value
    return made


def _spend(panel: ChannelPanel, ads: pd.DataFrame | None, as_of: dt.date) -> tuple[np.ndarray, int] | None:
    """Spend of SKUs that were ever advertised; a day of theirs without a row, that reports reach, is one without spend."""
    if ads is None or ads.empty:
        return None
    mine = of_channel(ads, panel, as_of)
    spent = mine[mine["spend"].notna() & mine["sku"].isin(panel.sku)].groupby(["sku", "date"])["spend"].sum().reset_index()
    found = held(spent["sku"], spent["date"], spent["spend"], panel, 0)
    if found is None or found[1] > _ADS_HOLD_DAYS:
        return None
    said, late = found
    known = np.isfinite(said)
    days = np.flatnonzero(known.any(0))
    reached = np.zeros(said.shape, bool)
    reached[known.any(1), days[0] : days[-1] + 1] = True
    return np.where(reached & ~known, 0, said), late


def _known_plan(panel: ChannelPanel, plan: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Rows of the plan that were known, the later start last, with days counted from the first of the calendar."""
    if plan is None or plan.empty:
        return pd.DataFrame()
    mine = plan[(plan["channel"] == panel.channel) & plan["sku"].isin(panel.sku)].sort_values("start_date")
    told = mine["known_at"].dt.normalize() if "known_at" in mine else pd.Series(pd.Timestamp(as_of), mine.index)
    mine, told = mine[told <= pd.Timestamp(as_of)], told[told <= pd.Timestamp(as_of)]
    days = {name: (mine[column] - panel.calendar[0]).dt.days for name, column in (("first", "start_date"), ("last", "end_date"))}
    # what is known on the day of the decision is known at the end of the history; so it was at earlier cutoffs
    known = len(panel.calendar) - 1 - (pd.Timestamp(as_of) - told).dt.days
    return mine.assign(row=np.searchsorted(panel.sku, mine["sku"].to_numpy(dtype=object).astype(str)), known=known, **days)


def _part(plan: pd.DataFrame, column: str) -> pd.DataFrame | None:
    """What is planned of one column."""
    if plan.empty:
        return None
    return plan.loc[plan[column].notna(), ["row", "first", "last", "known"]].assign(value=plan[column])


def _promotions(plan: pd.DataFrame) -> pd.DataFrame | None:
    """Planned promotions; of a SKU that plans one, the days that no line names are without."""
    if plan.empty:
        return None
    on = plan[["row", "first", "last", "known"]].assign(value=(plan["promotion"].fillna("") != "").astype(float))
    some = on[on["value"] > 0].groupby("row", as_index=False)["known"].min()
    return pd.concat([some.assign(first=0, last=np.iinfo(np.int32).max, value=0.0), on], ignore_index=True)
