"""The forecast screen: every SKU and channel, the opened one as a fan, its weeks, what-if."""

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.forecasting import ForecastParams
from workbench.i18n import use
from workbench.ui.cards import kpi_strip
from workbench.ui.event_names import event_names
from workbench.ui.forecast import summary, words
from workbench.ui.forecast.cards import cards
from workbench.ui.forecast.state import ForecastState
from workbench.ui.grid import GridSpec
from workbench.ui.markup import render
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, screen, stack

SHOWN = ("sku", "mean_30", "change_share", "channel", "last_30", "mean_90", "model", "look_at")
WHAT_IF = tuple(ForecastParams.model_fields)
EMPTY = {"title": "screen.forecast.empty", "why": "screen.forecast.empty_why", "command": RUN_DAILY}
OPENED = ("selected", "what_if", "result")


def forecast_view(state: ForecastState) -> ipywidgets.Widget:
    """Return the forecast screen of a state."""
    return screen(state, lambda: summary.headline(state.listing), lambda: _rows(state), EMPTY)


def _rows(state: ForecastState) -> list[ipywidgets.Widget]:
    spec = GridSpec(table="forecast", shown=SHOWN, key=state.key, name=state.file_name(), title="screen.forecast.list", notes=state.notes())
    weeks = GridSpec(shown=("week", "mean", "days"), key=("week",), name=state.file_name("weeks"), title="screen.forecast.weeks", notes=state.notes())
    right = stack(chart(state, lambda: _fan(state), "fan", OPENED, rows=state.ahead), grid(state, weeks, state.weeks, OPENED, choose=False))
    return [
        part(state, lambda: kpi_strip(summary.kpis(state.shown())), ("listing", "filters")),
        pills(state, "channel", "model", "look_at"),
        columns(grid(state, spec, state.shown), right),
        _closer_look(state),
        parameters(state, WHAT_IF),
        *cards(state),
    ]


def _closer_look(state: ForecastState) -> ipywidgets.Box:
    """Return the button that looks closer; once it was pressed, words and tables in its place, and the effects as bars."""
    head = part(state, lambda: _closer(state), (*OPENED, "looks_closer"), closer=lambda _: state.set_trait("looks_closer", True))
    box = stack(head)

    def opened(_change: object) -> None:
        with use(state.language):
            box.children = (head, chart(state, lambda: _effects(state), "parts", OPENED, rows=state.parts))

    state.observe(opened, "looks_closer")
    return box


def _effects(state: ForecastState) -> go.Figure:
    named = words.bars(state.parts(), state.near(), event_names(state.read("events")))
    return charts.forecast_parts(named, sku=state.selected.get("sku", ""))


def _closer(state: ForecastState) -> str:
    """Return what the opened forecast is made of and how it did in the past, once it is asked for: it takes some seconds."""
    if not state.looks_closer or state.past().empty:
        return render("forecast_closer", opened=state.selected if len(state.past()) else {}, told=None)
    near = state.near()
    sku, classes = state.in_the_past()
    said = [*words.sentences(state.parts(), near, event_names(state.read("events"))), *state.kind()]
    return render(
        "forecast_closer", opened=state.selected, told={"sentences": said, "scores": words.SCORES, "sku": words.rows(sku), "classes": words.rows(classes)}
    )


def _fan(state: ForecastState) -> go.Figure:
    past, ahead = state.past(), state.ahead()
    near = state.event_days(past["date"].min(), ahead["date"].max()) if len(past) and len(ahead) else None
    return charts.forecast_fan(past, ahead, sku=state.selected.get("sku", ""), events=near, event_names=event_names(state.read("events")))


def summary_figures(state: ForecastState) -> list[go.Figure]:
    """Return the screen's charts, for a page without widgets."""
    return [] if state.ahead().empty else [_fan(state)]


def summary_table(state: ForecastState, rows: int = 25) -> pd.DataFrame:
    """Return the SKUs and channels with most units ahead."""
    return state.shown().head(rows)[[name for name in SHOWN if name in state.listing]]
