"""The clearance screen: slow stock with the money at stake, the options of the opened position, what-if."""

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.clearance import ClearanceParams
from workbench.ui.cards import kpi_strip
from workbench.ui.clearance import summary
from workbench.ui.clearance.state import ClearanceState
from workbench.ui.grid import Derived, GridSpec
from workbench.ui.reasons import reason
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, screen, stack, toggle

SHOWN = ("sku", "option", "gain", "location", "units", "npv", "hold_npv", "recovered_share", "end_date", "why")
WHAT_IF = tuple(ClearanceParams.model_fields)
EMPTY = {"title": "screen.clearance.empty", "why": "screen.clearance.empty_why", "command": RUN_DAILY}


def clearance_view(state: ClearanceState) -> ipywidgets.Widget:
    """Return the clearance screen of a state."""
    return screen(state, lambda: summary.headline(state.listing, state.exchange), lambda: _rows(state), EMPTY)


def _rows(state: ClearanceState) -> list[ipywidgets.Widget]:
    spec = GridSpec(
        table="clearance",
        shown=SHOWN,
        name=state.file_name(),
        title="screen.clearance.list",
        currency=state.meta.currency,
        derived={"why": Derived(lambda row: reason(row), ("reason", "reason_value", "reason_limit"))},
        notes=state.notes(),
    )
    options = part(state, lambda: summary.option_table(state.options()) if len(state.options()) else "", ("selected", "result"))
    opened = ("selected", "result")
    figure = chart(state, lambda: _options_figure(state), "options", opened, rows=state.options)
    left = stack(grid(state, spec, state.shown), chart(state, lambda: _cash_figure(state), "cash", opened))
    return [
        part(state, lambda: _strip(state), ("listing", "filters"), kpi=lambda value: toggle(state, value)),
        pills(state, "option", "location"),
        columns(left, stack(figure, options)),
        parameters(state, WHAT_IF),
    ]


def _strip(state: ClearanceState) -> str:
    return kpi_strip(summary.kpis(state.listing, state.exchange, state.filters.get("option", "")))


def _options_figure(state: ClearanceState) -> go.Figure:
    return charts.clearance_options(state.options(), sku=state.selected.get("sku", ""))


def _cash_figure(state: ClearanceState) -> go.Figure:
    options = state.options()
    currency = options["currency"].iloc[0] if len(options) else ""
    return charts.cash_flow(state.cash(), sku=state.selected.get("sku", ""), currency=currency)


def summary_figures(state: ClearanceState) -> list[go.Figure]:
    """Return the screen's charts, for a page without widgets."""
    return [] if state.options().empty else [_options_figure(state), _cash_figure(state)]


def summary_table(state: ClearanceState, rows: int = 25) -> pd.DataFrame:
    """Return the positions with most to gain, with the reason in words."""
    head = state.shown().head(rows)
    return head.assign(why=[reason(row) for row in head.to_dict("records")])[[*SHOWN, "currency"]]
