"""What sold out of the ordinary in the last days: a surge may empty the shelf before an order arrives, a slump makes the next order too much."""

import datetime as dt

import numpy as np
import pandas as pd

MONTH_DAYS = 30
SURE = 4.0
"""Standard deviations by which sales must miss what was expected: of thousands of SKUs some miss by two every day."""
SPIKE, SURGE, SLUMP = "spike", "surge", "slump"
_PLACE = ["sku", "location"]
_KEY = [*_PLACE, "currency"]


def at_nodes(surprises: pd.DataFrame, serves: pd.DataFrame) -> pd.DataFrame:
    """Return what sold out of the ordinary at each node: sku, location, kind, units, expected, and daily, how much more a day (less: below 0).

    A channel counts at the node that serves it first. A spike within a surge is part of it.

    Parameters
    ----------
    surprises : sku, channel, kind, first, last, units, expected, as from `forecasting.surprises`
    serves : table serves
    """
    first = serves.sort_values("priority", kind="stable").drop_duplicates("channel")[["channel", "node"]]
    told = surprises.merge(first, on="channel").rename(columns={"node": "location"})
    surging = told[told["kind"] == SURGE].set_index(["sku", "channel"]).index
    told = told[~((told["kind"] == SPIKE) & told.set_index(["sku", "channel"]).index.isin(surging))]
    days = (pd.to_datetime(told["last"]) - pd.to_datetime(told["first"])).dt.days + 1
    told = told.assign(daily=(told["units"] - told["expected"]) / days)
    return told.groupby([*_PLACE, "kind"], as_index=False)[["units", "expected", "daily"]].sum()


def surge(rows: pd.DataFrame, seen: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what sells far more than was foretold; at stake is the margin of what runs short by it before an order placed today arrives.

    A surge is taken to last until then, a spike to come once more.
    """
    found = _beside(rows, seen[seen["kind"].isin((SPIKE, SURGE))].sort_values("kind").drop_duplicates(_PLACE, keep="last"))
    lead, stocked = found["lead_time_days"], found["on_hand"].fillna(0) + found["on_order"].fillna(0)
    usual = (found["daily_demand"] * lead - stocked).clip(lower=0)
    short = (found["daily_demand"] * lead + found["daily"] * lead.where(found["seen_kind"] == SURGE, 1) - stocked).clip(lower=0)
    runs_short = short > usual
    return found[_KEY].assign(
        kind="surge",
        level=np.where(runs_short, "risk", "info"),
        money_at_stake=(short - usual) * found["margin_per_unit"].clip(lower=0),
        units=short.where(runs_short, found["seen_units"]),
        due_date=pd.Timestamp(as_of),
        action=np.select([runs_short & (found["on_order"] > 0), runs_short], ["expedite", "order_early"], "watch_pace"),
        evidence="history.demand",
        reason="sells_more",
        reason_value=found["seen_units"],
        reason_limit=found["expected"],
    )


def slump(rows: pd.DataFrame, seen: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what sells far less than was foretold; at stake is the margin of 30 days of it. An order that is due waits."""
    found = _beside(rows, seen[seen["kind"] == SLUMP])
    due = found["order_units"] > 0
    return found[_KEY].assign(
        kind="slump",
        level=np.where(due, "risk", "info"),
        money_at_stake=-found["daily"] * MONTH_DAYS * found["margin_per_unit"].clip(lower=0),
        units=found["order_units"].where(due, found["expected"] - found["seen_units"]),
        due_date=pd.Timestamp(as_of),
        action=np.where(due, "pause_restock", "check_slump"),
        evidence="history.demand",
        reason="sells_less",
        reason_value=found["seen_units"],
        reason_limit=found["expected"],
    )


def _beside(rows: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(seen.rename(columns={"kind": "seen_kind", "units": "seen_units"}), on=_PLACE)
