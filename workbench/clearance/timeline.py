"""A plan out of slow stock as dated steps with targets and stop rules, and how it goes when actuals come in."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench import fees, stock
from workbench.clearance.limits import KEPT, SOLD
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.tables import schema

PLACE = ["sku", "location"]
EXITS = ("removal", "liquidation")
STEPS = (
    "sku", "location", "step", "option", "start_date", "end_date", "units_start", "units_target", "units_stop", "if_needed", "price", "currency",
)  # fmt: skip
STATES = ("on_track", "ahead", "behind", "done", "overdue", "unknown")
"""How a plan stands."""


class TimelineParams(BaseModel):
    """The template that a timeline is computed from, and how far a plan may lag."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    look_days: int = Field(default=30, ge=7, le=90, description="length of the first step of selling: its result decides", json_schema_extra={"unit": "days"})
    removal_day: int = Field(
        default=60,
        ge=7,
        le=365,
        description="day from which what is left is ordered out, not before selling should be over",
        json_schema_extra={"unit": "days"},
    )
    liquidation_day: int = Field(default=90, ge=7, le=365, description="day from which the last of it goes", json_schema_extra={"unit": "days"})
    exit_days: int = Field(default=30, ge=0, le=180, description="days until an order is carried out", json_schema_extra={"unit": "days"})
    tolerance_share: float = Field(
        default=0.25, ge=0, le=1, description="share of what should have left that may still be there", json_schema_extra={"unit": "0-1"}
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """One position's chosen way out, as far as its steps depend on it."""

    option: str
    units: float
    pace: float
    last: pd.Timestamp
    exit: str
    price: float
    on_hand: float

    @property
    def cover(self) -> float:
        """What stays for usual sales."""
        return max(self.on_hand - self.units, 0.0)

    def left(self, days: float) -> float:
        """What should be on hand after so many days of selling at the pace of the way out."""
        return max(self.on_hand - self.pace * days / DAYS_PER_MONTH, 0.0 if self.option in KEPT else self.cover)


def timeline(chosen: pd.DataFrame, options: pd.DataFrame, health: pd.DataFrame, nodes: pd.DataFrame, params: TimelineParams, as_of: dt.date) -> pd.DataFrame:
    """Return the dated steps of the chosen ways out, with the units that should be on hand at the end of each.

    Selling begins today; after `look_days` what is left is held against its target. An exit that the option itself ends with
    comes on its own day; else removal and liquidation stand by from their days of the template on, the one worth more first, and
    only if units are left. From a marketplace's pool an order goes out on the day before a snapshot, where one lies in between.

    Parameters
    ----------
    chosen : rows of table clearance, one a position
    options : table clearance, from which exits take their worth
    health, nodes : for units on hand, and whose places are a marketplace's pool

    Returns
    -------
    One row a step, see `STEPS`: units_start and units_target are units on hand, units_stop those from which on the next step
    begins (a selling step), or at which a step that stands by need not begin (if_needed).
    """
    held = health.drop_duplicates(PLACE).set_index(PLACE)["on_hand"]
    pools = set(nodes.loc[nodes["kind"] == "fba", "node"]) if len(nodes) else set()
    worth = options.dropna(subset="npv").set_index([*PLACE, "option"])["npv"].to_dict()
    found = []
    for row in chosen.dropna(subset="npv").to_dict("records"):
        place = (row["sku"], row["location"])
        on_hand = float(held.get(place, np.nan))
        way = _Way(
            row["option"], row["units"], row["units_per_month"], row["end_date"], row["exit"] if isinstance(row["exit"], str) else "", row["price"],
            on_hand if on_hand == on_hand else row["units"],
        )  # fmt: skip
        exits = sorted((name for name in EXITS if (*place, name) in worth), key=lambda name: -worth[(*place, name)])
        steps = _steps(way, exits, row["location"] in pools, params, as_of)
        found += [{"sku": place[0], "location": place[1], "step": at, "currency": row["currency"], **step} for at, step in enumerate(steps, 1)]
    return pd.DataFrame(found, columns=list(STEPS))


def _steps(way: _Way, exits: list[str], pool: bool, params: TimelineParams, as_of: dt.date) -> Iterator[dict[str, object]]:
    today = pd.Timestamp(as_of)
    if way.option not in SOLD:
        yield _step(way.option, today, way.last, way.on_hand, way.cover, way.cover, way.price)
        return
    ends = way.last - pd.Timedelta(days=params.exit_days) if way.exit else way.last
    ends = max(ends, today + pd.Timedelta(days=1))
    look, start, units = min(today + pd.Timedelta(days=params.look_days), ends), today, way.on_hand
    for end in dict.fromkeys((look, ends)):
        target = way.left((end - today).days)
        slack = params.tolerance_share * (way.on_hand - target)
        yield _step(way.option, start, end, units, target, target + slack, way.price)
        start, units = end, target
    yield from _exits(way, exits, ends, units, pool, params, today)


def _exits(
    way: _Way, exits: list[str], sold_by: pd.Timestamp, units: float, pool: bool, params: TimelineParams, today: pd.Timestamp
) -> Iterator[dict[str, object]]:
    """The exit that the way ends with; or those that stand by, if units are left."""
    goal = 0.0 if way.option in KEPT else way.cover
    if way.exit:
        day = _ordered(sold_by, sold_by, pool)
        yield _step(way.exit, day, day + pd.Timedelta(days=params.exit_days), units, goal, goal, np.nan)
        return
    if way.option in KEPT:
        return
    from_days = (params.removal_day, params.liquidation_day)
    earliest = sold_by
    for name, wait in zip(exits, from_days, strict=False):
        day = _ordered(max(today + pd.Timedelta(days=wait), earliest), earliest, pool)
        yield _step(name, day, day + pd.Timedelta(days=params.exit_days), units, goal, goal, np.nan, if_needed=True)
        earliest = day + pd.Timedelta(days=params.exit_days)


def _ordered(day: pd.Timestamp, earliest: pd.Timestamp, pool: bool) -> pd.Timestamp:
    """The day before the snapshot at or before a day, if it is not too early and the place is a pool; else the day itself."""
    if not pool:
        return day
    snapshot = pd.Timestamp(fees.next_snapshot((day - pd.Timedelta(days=31)).date()))
    before = [s - pd.Timedelta(days=1) for s in (snapshot, snapshot + pd.DateOffset(months=1)) if earliest <= s - pd.Timedelta(days=1) <= day]
    return before[-1] if before else day


def _step(
    option: str, start: pd.Timestamp, end: pd.Timestamp, units: float, target: float, stop: float, price: float, *, if_needed: bool = False
) -> dict[str, object]:
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
    npv = now.loc[now["option"] == due["option"].iloc[0], "npv"]
    gain = float(best["npv"].iloc[0] - npv.iloc[0]) if len(best) and len(npv) else np.nan
    counted = dict(zip(_COUNTED, (planned, there, there - planned, share), strict=True))
    named = {"option": step["option"], "next_date": step["end_date"], "state": state, "proposal": best["option"].iloc[0] if len(best) else "", "gain": gain}
    return {"plan_date": step["plan_date"], **counted, **named, "currency": step["currency"]}


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
