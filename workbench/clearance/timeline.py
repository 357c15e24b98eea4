"""A plan out of slow stock as dated steps with targets and stop rules, and how it goes when actuals come in."""

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench import fees, stock
from workbench.clearance.limits import KEPT, SOLD
from workbench.tables import schema

PLACE = ["sku", "location"]
EXITS = ("removal", "liquidation")
DEALS = ("promotion", "outlet", "offsite_deal")
"""Ways out that last for some days."""
BENT_SHARE = 0.4
"""Targets stray from the expected stock by this share at most of what a plan may lag."""
HALF_A_UNIT, CENT = 0.5, 0.005
STEPS = (
    "sku", "location", "step", "option", "start_date", "end_date", "units_start", "units_target", "units_stop", "if_needed", "price", "currency",
)  # fmt: skip
STATES = ("on_track", "ahead", "behind", "done", "overdue", "unknown")
"""How a plan stands."""


class TimelineParams(BaseModel):
    """The template that a timeline is computed from, and how far a plan may lag."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    look_days: int = Field(default=30, ge=7, le=90, description="length of the first step of selling: its result decides", json_schema_extra={"unit": "days"})
    removal_day: int = Field(default=60, ge=7, le=365, description="day on which what lags is ordered out", json_schema_extra={"unit": "days"})
    liquidation_day: int = Field(default=90, ge=7, le=365, description="day on which what lags is liquidated", json_schema_extra={"unit": "days"})
    exit_days: int = Field(default=30, ge=0, le=180, description="days until an order is carried out", json_schema_extra={"unit": "days"})
    tolerance_share: float = Field(
        default=0.25, ge=0, le=1, description="share of what should have left that may still be there", json_schema_extra={"unit": "0-1"}
    )


def timeline(chosen: pd.DataFrame, course: pd.DataFrame, options: pd.DataFrame, nodes: pd.DataFrame, params: TimelineParams, as_of: dt.date) -> pd.DataFrame:
    """Return the dated steps of the chosen way out of one position, with the units that should be on hand at the end of each.

    A step begins where the price changes, a deal or season begins or ends, after `look_days`, and where the expected stock bends: the
    straight line between two targets never strays further from the expected stock than a share of what has left by then. Before and
    after a deal the units are held at the usual price. An exit that the way out itself ends with comes on its own day; else the one
    of removal and liquidation that is worth more stands by, see `_standing_by`.

    Parameters
    ----------
    chosen : the row of table clearance
    course : expected stock and price by the day of this position, see `flows`
    options : table clearance, from which exits take their worth
    nodes : whose places are a marketplace's pool

    Returns
    -------
    One row a step, see `STEPS`: units_start and units_target are units on hand, units_stop those from which on the next step
    begins (a selling step), or at which a step that stands by need not begin (if_needed).
    """
    rows = chosen.dropna(subset="npv").to_dict("records")[:1]
    mine = course[course["option"].isin([row["option"] for row in rows])]
    unpriced = mine["price"].isna().all() and all(row["option"] in SOLD and pd.isna(row["exit"]) for row in rows)
    if len(mine) < 2 or unpriced:
        return pd.DataFrame(columns=list(STEPS))
    row, path = rows[0], _Path(mine)
    pool = len(nodes) > 0 and row["location"] in set(nodes.loc[nodes["kind"] == "fba", "node"])
    steps = [*_sold(row, path, params), *_sent(row, path, params)]
    if row["option"] in SOLD and not path.sent and row["option"] not in KEPT:
        mine = options[(options["sku"] == row["sku"]) & (options["location"] == row["location"]) & options["option"].isin(EXITS)].dropna(subset="npv")
        best = mine.sort_values("npv", ascending=False)["option"].head(1)
        steps += [step for name in best for step in _standing_by(name, path, pool=pool, closed=pd.notna(row["end_date"]), params=params)]
    steps.sort(key=lambda step: (step["start_date"], step["if_needed"]))
    place = {name: row[name] for name in (*PLACE, "currency")}
    return pd.DataFrame([place | {"step": at} | step for at, step in enumerate(steps, 1)], columns=list(STEPS))


class _Path:
    """The expected stock of one way out: units by the day while it sells, and what an exit leaves at its end."""

    def __init__(self, course: pd.DataFrame) -> None:
        self.sold = course[course["price"].notna()]
        self.sent = course[course["price"].isna()].tail(1).to_dict("records")
        self.first, self.on_hand = course["date"].iloc[0], float(course["units"].iloc[0])
        self.ends = self.sold["date"].iloc[-1] if len(self.sold) else self.first

    def units(self, day: pd.Timestamp) -> float:
        """Units that should be on hand on a day of selling."""
        return float(np.interp((day - self.first).days, (self.sold["date"] - self.first).dt.days, self.sold["units"]))

    def price(self, day: pd.Timestamp) -> float:
        """Price asked from a day on."""
        return float(self.sold.loc[self.sold["date"] <= day, "price"].iloc[-1])

    def stop(self, day: pd.Timestamp, params: TimelineParams) -> float:
        """Units from which on the way out lags: those that should be there, and a share of what should have left."""
        return self.units(day) + params.tolerance_share * (self.on_hand - self.units(day))

    def bends(self, first: pd.Timestamp, last: pd.Timestamp, share: float) -> list[pd.Timestamp]:
        """Days between two at which a straight line of targets has to bend, so that it stays as near as a share of what has left by then."""
        between = self.sold[(self.sold["date"] > first) & (self.sold["date"] < last)]
        if between.empty:
            return []
        days = (between["date"] - first).dt.days.to_numpy(float)
        line = np.interp(days, [0.0, (last - first).days], [self.units(first), self.units(last)])
        away = np.abs(line - between["units"]) / np.maximum(share * (self.on_hand - between["units"]), HALF_A_UNIT)
        if away.max() <= 1:
            return []
        day = between["date"].iloc[int(away.to_numpy().argmax())]
        return [*self.bends(first, day, share), day, *self.bends(day, last, share)]


def _sold(row: dict[Hashable, Any], path: _Path, params: TimelineParams) -> Iterator[dict[str, Any]]:
    """The steps of selling."""
    if path.ends <= path.first:
        return
    prices = path.sold["price"].round(2)
    begins = row["start_date"] if pd.notna(row["start_date"]) and path.first < row["start_date"] < path.ends else path.first
    turns = sorted({path.first, begins, *path.sold.loc[prices != prices.shift(), "date"], path.ends})
    look = path.first + pd.Timedelta(days=params.look_days)
    turns = [path.first, look, *turns[1:]] if look < turns[1] else turns
    days = [day for first, last in pairwise(turns) for day in (first, *path.bends(first, last, BENT_SHARE * params.tolerance_share))]
    for first, last in pairwise([*days, path.ends]):
        waits = first < begins or (row["option"] in DEALS and abs(path.price(first) - row["price"]) >= CENT)
        target, stop = path.units(last), path.stop(last, params)
        yield _step("hold" if waits else row["option"], first, last, path.units(first), target, stop, path.price(first))


def _sent(row: dict[Hashable, Any], path: _Path, params: TimelineParams) -> Iterator[dict[str, Any]]:
    """The step in which units are sent away: at once, or by the exit that the way out ends with."""
    for end in path.sent:
        option = row["exit"] if row["option"] in SOLD else row["option"]
        units = path.units(path.ends) if len(path.sold) else path.on_hand
        over = max(end["date"], path.ends + pd.Timedelta(days=1))
        yield _step(option, path.ends, over, units, end["units"], end["units"], np.nan)


def _standing_by(exit: str, path: _Path, *, pool: bool, closed: bool, params: TimelineParams) -> Iterator[dict[str, Any]]:
    """The exit that takes what a way out leaves lying: on its day of the template what lies over the expected stock by more than the plan may
    lag, and once selling is over what lies over the goal; where selling is over by that day, the last alone. No unit has two exits.

    From a marketplace's pool an order goes out on the day before a snapshot, where one lies in between.
    """
    day = path.first + pd.Timedelta(days=params.removal_day if exit == "removal" else params.liquidation_day)
    carried_out = pd.Timedelta(days=params.exit_days)
    if day < path.ends:
        day = _ordered(day, path.first + pd.Timedelta(days=params.look_days), pool)
        yield _step(exit, day, day + carried_out, path.stop(day, params), path.units(day + carried_out), path.stop(day, params), np.nan, if_needed=True)
        day = path.ends
    if closed:
        day, goal = _ordered(max(day, path.ends), path.ends, pool), path.units(path.ends)
        yield _step(exit, day, day + carried_out, goal, goal, goal, np.nan, if_needed=True)


def _ordered(day: pd.Timestamp, earliest: pd.Timestamp, pool: bool) -> pd.Timestamp:
    """The day before the snapshot at or before a day, if it is not too early and the place is a pool; else the day itself."""
    if not pool:
        return day
    snapshot = pd.Timestamp(fees.next_snapshot((day - pd.Timedelta(days=31)).date()))
    before = [s - pd.Timedelta(days=1) for s in (snapshot, snapshot + pd.DateOffset(months=1)) if earliest <= s - pd.Timedelta(days=1) <= day]
    return before[-1] if before else day


def _step(
    option: str, start: pd.Timestamp, end: pd.Timestamp, units: float, target: float, stop: float, price: float, *, if_needed: bool = False
) -> dict[str, Any]:
    return {
        "option": option,
        "start_date": start,
        "end_date": end,
        "units_start": units,
        "units_target": target,
        "units_stop": stop,
        "if_needed": if_needed,
        "price": price,
    }


def in_force(plans: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the steps of the newest plan of each position as it stood on a day, with plan_date; those withdrawn left out.

    Parameters
    ----------
    plans : steps as written down, with at (moment of writing) and as_of (day of the decision)
    """
    known = plans[plans["as_of"] <= pd.Timestamp(as_of)]
    newest = known[known["at"] == known.groupby(PLACE)["at"].transform("max")]
    return newest[newest["option"] != ""].rename(columns={"as_of": "plan_date"}).reset_index(drop=True)


def track(plans: pd.DataFrame, tables: Mapping[str, pd.DataFrame], params: TimelineParams, as_of: dt.date) -> pd.DataFrame:
    """Return how each stored plan stands on a day: what should be on hand, what is, and what is best now.

    Units that came in since the plan do not count against it. Between the days of a step the target is a straight line.

    Parameters
    ----------
    plans : steps of the plans in force, see `STEPS`, with plan_date
    tables : stock, inbound, purchase_orders, movements, clearance; a missing one counts as empty

    Returns
    -------
    One row a position: sku, location, plan_date, option (of the step at hand), next_date, units_planned, units_actual,
    deviation_units (more than planned is positive), deviation_share (of what should have left by now), state (see `STATES`),
    proposal (the way out that is best now), gain (its NPV over that of the planned way as it stands now), currency.
    """
    if plans.empty:
        return pd.DataFrame(columns=[*PLACE, "plan_date", "option", "next_date", *_COUNTED, "state", "proposal", "gain", "currency"])
    actual = _actual(plans, tables, as_of)
    now = tables.get("clearance", schema.empty("clearance"))
    rows = []
    for sku, location in plans[PLACE].drop_duplicates().sort_values(PLACE).astype(object).to_numpy():
        steps = plans[(plans["sku"] == sku) & (plans["location"] == location)].sort_values("step")
        mine = now[(now["sku"] == sku) & (now["location"] == location)]
        rows.append({"sku": sku, "location": location, **_tracked(steps, actual[(sku, location)], mine, params, pd.Timestamp(as_of))})
    return pd.DataFrame(rows)


def standing(plans: pd.DataFrame | None, tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Return how every plan in force stands on a day, see `track`; `plans` are the steps as written down, None where none ever was."""
    made = pd.DataFrame(columns=[*STEPS, "plan_date"]) if plans is None or plans.empty else in_force(plans, as_of)
    return track(made, tables, TimelineParams(), as_of)


_COUNTED = ("units_planned", "units_actual", "deviation_units", "deviation_share")


def _actual(plans: pd.DataFrame, tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> dict[tuple[str, str], float]:
    """Units on hand now, less those that came in since the plan was made."""
    given = {name: tables.get(name, schema.empty(name)) for name in ("stock", "inbound", "purchase_orders", "movements")}
    held = stock.positions(given["stock"], given["inbound"], given["purchase_orders"], as_of).set_index(PLACE)["on_hand"]
    made = plans.drop_duplicates(PLACE)[[*PLACE, "plan_date"]]
    moved = stock.known(given["movements"], as_of).rename(columns={"node": "location"}).merge(made, on=PLACE)
    came = moved[(moved["date"] >= moved["plan_date"]) & (moved["date"] <= pd.Timestamp(as_of))].groupby(PLACE)["receipts"].sum()
    return {place: float(held.get(place, np.nan)) - float(came.get(place, 0.0)) for place in map(tuple, made[PLACE].to_numpy())}


def _tracked(steps: pd.DataFrame, there: float, now: pd.DataFrame, params: TimelineParams, today: pd.Timestamp) -> dict[str, object]:
    due = steps[~steps["if_needed"].astype(bool)]
    at_hand = due[due["end_date"] >= today].head(1)
    step = (at_hand if len(at_hand) else due.tail(1)).iloc[0]
    planned = _planned(due, today)
    first, goal = float(due["units_start"].iloc[0]), float(due["units_target"].iloc[-1])
    share = (there - planned) / (first - planned) if first > planned else np.nan
    state = _state(there, planned, first, goal, params, over_by=today > due["end_date"].iloc[-1])
    best = now[now["recommended"]].head(1)
    npv = now.loc[now["option"] == _going_on(due, today), "npv"]
    gain = float(best["npv"].iloc[0] - npv.iloc[0]) if len(best) and len(npv) else np.nan
    counted = dict(zip(_COUNTED, (planned, there, there - planned, share), strict=True))
    named = {"option": step["option"], "next_date": step["end_date"], "state": state, "proposal": best["option"].iloc[0] if len(best) else "", "gain": gain}
    return {"plan_date": step["plan_date"], **counted, **named, "currency": step["currency"]}


def _going_on(due: pd.DataFrame, today: pd.Timestamp) -> str:
    """The way out that a plan still means: one that is on or to come, else to hold, else how it ends."""
    ahead = due[due["end_date"] >= today] if (due["end_date"] >= today).any() else due.tail(1)
    sold = ahead.loc[ahead["option"].isin(SOLD), "option"]
    return str(next((option for option in sold if option != "hold"), (sold if len(sold) else ahead["option"]).iloc[0]))


def _planned(due: pd.DataFrame, today: pd.Timestamp) -> float:
    """The line through the targets of the steps, at a day."""
    days = [due["start_date"].iloc[0], *due["end_date"]]
    units = [float(due["units_start"].iloc[0]), *due["units_target"].astype(float)]
    return float(np.interp((today - days[0]).days, [(day - days[0]).days for day in days], units))


def _state(there: float, planned: float, first: float, goal: float, params: TimelineParams, *, over_by: bool) -> str:
    if there != there:
        return "unknown"
    if there <= goal:
        return "done"
    if over_by:
        return "overdue"
    lag = params.tolerance_share * (first - planned)
    return "behind" if there - planned > max(lag, 1.0) else "ahead" if planned - there > max(lag, 1.0) else "on_track"
