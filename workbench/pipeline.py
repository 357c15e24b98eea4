"""The whole path on one page: facts -> history -> forecast -> plan and health -> clearance and alerts.

Every step is pure: tables in, tables out, nothing known after `as_of`. Hosts (runs, notebooks) read and write.
"""

import datetime as dt
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel

from workbench import alerts, cleaning, clearance, events, forecasting, health, replenishment

Tables = Mapping[str, pd.DataFrame]
"""Canonical tables by name, one of every name; hosts load a table when a step first asks for it."""


class HealthParams(replenishment.PlanParams, health.HealthParams):
    """Parameters of the health step: what the plan needs and what the score needs."""


class ClearanceParams(clearance.ClearanceParams, alerts.AlertParams):
    """Parameters of the clearance step: what the options need and what the alerts need."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path: its parameters, the tables it writes, and the function that makes them."""

    name: str
    params: type[BaseModel]
    writes: tuple[str, ...]
    run: Callable[[Tables, Any, dt.date], dict[str, pd.DataFrame]]


def clean(tables: Tables, params: Any, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """Return the clean demand history of every SKU and channel, and every change that made it; `decisions` are the analyst's."""
    return cleaning.cleaned(tables, params, as_of, lambda first: _events(tables, first, as_of))


def forecast(tables: Tables, params: Any, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """Return the forecast of every SKU and channel, with quantiles; `event_lifts` are the analyst's."""
    history, known = tables["history"], _known_events(tables, as_of)
    items = cleaning.merged(tables, as_of)["items"]
    around = {name: tables.get(name) for name in ("market", "ads", "offer_plan", "indicators", "listings")}
    return {"forecast": forecasting.forecast(history, params, as_of, items=items, events=known, **around)}


def assess(tables: Tables, params: Any, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """Return what to order and how healthy every SKU and location is."""
    used = cleaning.merged(columns_of(tables, health.READS), as_of)
    plan = replenishment.plan(used, params, as_of)
    return {"plan": plan, "health": health.score(_over(used, plan=plan), params, as_of)}


def clear(tables: Tables, params: Any, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """Return the ways out of every excess, and what to act on first."""
    tables = cleaning.merged(tables, as_of)
    options = clearance.compare(tables, params, as_of)
    judged = _over(tables, clearance=options)
    plans = clearance.standing(tables.get("clearance_plans"), judged, as_of)
    return {"clearance": options, "alerts": alerts.evaluate(_over(judged, plans_standing=plans, **_out_of_the_ordinary(tables, as_of)), params, as_of)}


def _out_of_the_ordinary(tables: Tables, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """What sold far more or less than was foretold, what is searched ever more, and the events that are known."""
    known, history = _known_events(tables, as_of), tables["history"]
    seen = forecasting.surprises(history, forecasting.SurpriseParams(sure=alerts.SURE), as_of, items=tables["items"], events=known)
    return {"surprises": seen, "search_surges": forecasting.keyword_surges(tables["market"], history, as_of), "known_events": known}


def _over(tables: Tables, **made: pd.DataFrame) -> Tables:
    """The tables with those that a step has just made; nothing is read that nobody asks for."""
    return ChainMap(made, tables)  # type: ignore[arg-type]  # nobody writes to it


def _known_events(tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """The dated events of the history and the year ahead, with the analyst's lifts."""
    return events.with_lifts(_events(tables, tables["history"]["date"].min(), as_of + dt.timedelta(days=400)), tables.get("event_lifts"), as_of)


def _events(tables: Tables, first: dt.date, last: dt.date) -> pd.DataFrame:
    """The dated events of the years at hand: our own table, overruled by the seller's."""
    start = first if pd.notna(first) else last
    marketplaces = tuple(sorted(set(tables["channels"]["marketplace"].dropna())))
    return events.calendar(start, last, marketplaces or ("US",), extra=tables["events"])


def columns_of(tables: Tables, reads: Mapping[str, Sequence[str]]) -> Tables:
    """Return the tables, of some only the columns that a step uses where the host can read those alone."""
    part, past = getattr(tables, "part", None), getattr(tables, "past", None)
    if part is None:
        return tables
    said = {} if past is None or reads is not health.READS else {health.SAID_BEFORE: health.said_before(past("health", health.PACE))}
    return _over(tables, **{name: part(name, columns) for name, columns in reads.items()}, **said)


STEPS = {
    step.name: step
    for step in (
        Step("cleaning", cleaning.CleaningParams, ("history", "corrections"), clean),
        Step("forecast", forecasting.ForecastParams, ("forecast",), forecast),
        Step("health", HealthParams, ("plan", "health"), assess),
        Step("clearance", ClearanceParams, ("clearance", "alerts"), clear),
    )
}
"""The steps in the order in which the data flow."""
