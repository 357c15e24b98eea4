"""The health screen: figures that filter, positions most urgent first, charts, the opened position, what-if."""

from typing import Any

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.charts.earnings import profit_stock
from workbench.charts.over_runs import score_trend
from workbench.health import HealthParams
from workbench.replenishment import PlanParams
from workbench.ui.cards import kpi_strip
from workbench.ui.fee_notices import fee_notices
from workbench.ui.grid import Derived, Grid, GridSpec
from workbench.ui.health import summary, whole
from workbench.ui.health.state import HealthState
from workbench.ui.health.story import links, story
from workbench.ui.markup import render
from workbench.ui.reasons import reason
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, screen, stack, toggle

SHOWN = (
    "sku", "light", "cover_days", "location", "score", "slow_risk", "slow_risk_ahead", "cause", "prescription", "prescription_units", "prescription_value",
    "prescription_date", "storage_per_unit", "why",
)  # fmt: skip
PLOTTED = ("sku", "location", "light", "cover_days", "score", "stock_value", "currency")
EARNING = ("sku", "location", "light", "contribution_30", "stock_share", "stock_value", "currency")
LISTED = ("listing", "filters")
KEPT = ("views_made", "desk", "naming")
WHAT_IF = (*HealthParams.model_fields, *PlanParams.model_fields)
EMPTY = {"title": "screen.health.empty", "why": "screen.health.empty_why", "command": RUN_DAILY}


def health_view(state: HealthState) -> ipywidgets.Widget:
    """Return the health screen of a state."""
    return screen(state, lambda: summary.headline(state.result), lambda: _rows(state), EMPTY)


def _rows(state: HealthState) -> list[ipywidgets.Widget]:
    strip = part(state, lambda: _strip(state), ("result", "filters"), kpi=lambda value: toggle(state, value))
    spec = GridSpec(
        table="health",
        shown=SHOWN,
        name=state.file_name(),
        title="screen.health.list",
        currency=state.meta.currency,
        derived={"why": Derived(lambda row: reason(row), ("reason", "reason_value", "reason_limit"))},
        notes=state.notes(),
    )
    listed = grid(state, spec, state.shown)
    left = stack(
        _views(state, listed),
        listed,
        part(state, lambda: _detail(state), ("selected", "result")),
        part(state, lambda: _story(state), ("selected", "result")),
    )
    right = stack(
        chart(state, lambda: _cover(state), "cover", LISTED, rows=lambda: state.shown()[list(PLOTTED)], on_click=state.choose),
        chart(state, lambda: profit_stock(state.shown(), state.listing), "profit", LISTED, rows=lambda: state.shown()[list(EARNING)], on_click=state.choose),
        chart(state, lambda: charts.age_distribution(state.shown()), "age", LISTED),
        *_trend(state),
        chart(state, lambda: charts.score_distribution(state.shown()), "score", LISTED),
    )
    return [
        part(state, lambda: summary_notices(state)),
        strip,
        pills(state, *state.filterable),
        part(state, lambda: _thresholds(state)),
        columns(left, right),
        part(state, lambda: whole.against_targets(state.targets(), state.index(), state.trend() if state.of_whole else None), LISTED),
        part(state, lambda: whole.by_category(state.categories()), LISTED),
        part(state, lambda: whole.seasons(state.seasons()), ("seasons_asked",), ask=lambda _: state.ask_seasons()),
        parameters(state, WHAT_IF),
    ]


def _trend(state: HealthState) -> list[ipywidgets.Widget]:
    """Return the chart of scores over past runs, once there are runs of two days."""
    if state.trend()["score"].count() < 2:
        return []
    return [chart(state, lambda: score_trend(state.trend()), "trend", LISTED, rows=state.trend)]


def _views(state: HealthState, listed: Grid) -> ipywidgets.Widget:
    """The views that are kept; the list tells how it looks, and takes the look of the view that is opened."""

    def look(_change: object = None) -> None:
        state.shape = {"shown": list(listed.shown), "query": {name: listed.query[name] for name in ("search", "filters", "sort")}}

    def take(change: Any) -> None:
        known = {column["name"] for column in listed.columns}
        asked = change.new["query"]
        sort = [pair for pair in asked["sort"] if pair[0] in known]
        filters = {name: wanted for name, wanted in asked["filters"].items() if name in known}
        listed.shown = [name for name in change.new["shown"] if name in known] or listed.shown
        listed.query = {**listed.query, "search": asked["search"], "filters": filters, "sort": sort, "offset": 0}

    listed.observe(look, ["shown", "query"])
    look()
    state.observe(take, "opened")
    events = {"open": state.open_view, "drop": state.drop, "call": lambda said: state.call_it(said["value"]), "keep": lambda _: state.keep()}
    return part(state, lambda: render("saved_views", names=list(state.views()), keeps=state.keeps, naming=state.naming), KEPT, **events)


def _strip(state: HealthState) -> str:
    return kpi_strip(summary.kpis(state.listing, state.exchange, state.filters))


def _detail(state: HealthState) -> str:
    row = state.row()
    return "" if row is None else summary.detail(row, state.plan_row(), state.own_params)


def _story(state: HealthState) -> str:
    row = state.row()
    if row is None:
        return ""
    reached = links(row, state.in_clearance(), state.demand_channel())
    return story(row, *state.looked_at(), state.own_params.slow_ahead_days, reached, state.position_trend())


def _thresholds(state: HealthState) -> str:
    return render("say", text=summary.thresholds(state.params, state.moved(), len(state.result)))


def _cover(state: HealthState) -> go.Figure:
    return charts.cover_score(state.shown(), cover_limit_days=_limit(state))


def _limit(state: HealthState) -> float | None:
    return getattr(state.params, "excess_cover_days", None)


def summary_notices(state: HealthState) -> str:
    """Return what is missing behind the figures: rate cards past their end, costs, sizes, ages, rates of exchange."""
    return whole.missing(state.doubts(), fee_notices(state.read("nodes"), state.meta.as_of))


def summary_figures(state: HealthState) -> list[go.Figure]:
    """Return the screen's charts, for a page without widgets."""
    rows = state.shown()
    return [] if rows.empty else [charts.lights_bar(rows), charts.age_distribution(rows), _cover(state)]


def summary_table(state: HealthState, rows: int = 25) -> pd.DataFrame:
    """Return the most urgent positions, with the reason in words."""
    head = state.shown().head(rows)
    return head.assign(why=[reason(row) for row in head.to_dict("records")])[[*SHOWN, "currency"]]
