"""The cleaning screen: every SKU and channel, the opened one raw and clean, its corrected days, the files behind."""

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.cleaning import CleaningParams
from workbench.ui.cards import kpi_strip
from workbench.ui.cleaning import summary
from workbench.ui.cleaning.state import CleaningState
from workbench.ui.event_names import event_names
from workbench.ui.files.state import FilesState
from workbench.ui.files.view import files_view
from workbench.ui.grid import GridSpec
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, screen, stack

SHOWN = ("sku", "hidden_units", "imputed_share", "channel", "censored_days", "units", "demand")
DAYS = ("date", "units", "demand", "demand_low", "demand_high", "exposure", "censored", "event")
WHAT_IF = tuple(CleaningParams.model_fields)
EMPTY = {"title": "screen.cleaning.empty", "why": "screen.cleaning.empty_why", "command": RUN_DAILY}
OPENED = ("selected", "what_if", "result")


def cleaning_view(state: CleaningState) -> ipywidgets.Widget:
    """Return the cleaning screen of a state."""
    return screen(state, lambda: summary.headline(state.listing), lambda: _rows(state), EMPTY)


def _rows(state: CleaningState) -> list[ipywidgets.Widget]:
    notes = state.notes()
    spec = GridSpec(table="history", shown=SHOWN, key=state.key, name=state.file_name(), title="screen.cleaning.list", notes=notes)
    days = GridSpec(table="history", shown=DAYS, key=("date",), name=state.file_name("days"), title="screen.cleaning.days", notes=notes)
    right = stack(chart(state, lambda: _demand(state), "demand", OPENED, rows=state.line), grid(state, days, state.corrections, OPENED, choose=False))
    rows = [
        part(state, lambda: kpi_strip(summary.kpis(state.shown())), ("listing", "filters")),
        pills(state, "channel"),
        columns(grid(state, spec, state.shown), right),
    ]
    return [*rows, parameters(state, WHAT_IF), *files(state)]


def files(state: CleaningState) -> list[ipywidgets.Widget]:
    """Return the page of imported files, where the host knows any."""
    known = state.tables.get("files")
    return [] if known is None or known.empty else [files_view(FilesState.beside(state))]


def _demand(state: CleaningState) -> go.Figure:
    line = state.line()
    near = state.event_days(line["date"].min(), line["date"].max()) if len(line) else None
    return charts.demand_history(line, sku=state.selected.get("sku", ""), events=near, event_names=event_names(state.read("events")))


def summary_figures(state: CleaningState) -> list[go.Figure]:
    """Return the screen's charts, for a page without widgets."""
    return [] if state.line().empty else [_demand(state)]


def summary_table(state: CleaningState, rows: int = 25) -> pd.DataFrame:
    """Return the SKUs and channels from which stockouts hid most demand."""
    return state.shown().head(rows)[list(SHOWN)]
