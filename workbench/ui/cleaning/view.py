"""The cleaning screen: every SKU and channel, the opened one raw and clean, its corrections and what was decided, the files behind."""

from collections.abc import Mapping
from typing import Any

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.cleaning import CleaningParams
from workbench.i18n import day, number, t
from workbench.ui.cards import kpi_strip
from workbench.ui.cleaning import summary
from workbench.ui.cleaning.state import PERIODS, CleaningState
from workbench.ui.event_names import event_names
from workbench.ui.files.state import FilesState
from workbench.ui.files.view import files_view
from workbench.ui.grid import Grid, GridSpec
from workbench.ui.markup import render
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, screen, stack

SHOWN = ("sku", "hidden_units", "imputed_share", "channel", "censored_days", "units_raw", "units_added", "units_removed", "demand", "confidence")
DAYS = ("date", "units", "demand", "demand_low", "demand_high", "exposure", "censored", "event")
CHANGES = ("date", "old_units", "new_units", "why")
ROLLED = ("date", "units", "demand", "base_demand", "imputed_share")
WHAT_IF = tuple(CleaningParams.model_fields)
EMPTY = {"title": "screen.cleaning.empty", "why": "screen.cleaning.empty_why", "command": RUN_DAILY}
OPENED = ("selected", "what_if", "result")
DECIDED = (*OPENED, "chosen", "decisions", "said", "error", "why", "desk")


def cleaning_view(state: CleaningState) -> ipywidgets.Widget:
    """Return the cleaning screen of a state."""
    return screen(state, lambda: summary.headline(state.listing), lambda: _rows(state), EMPTY)


def _rows(state: CleaningState) -> list[ipywidgets.Widget]:
    notes = state.notes()
    spec = GridSpec(table="history", shown=SHOWN, key=state.key, name=state.file_name(), title="screen.cleaning.list", notes=notes)
    days = GridSpec(table="history", shown=DAYS, key=("date",), name=state.file_name("days"), title="screen.cleaning.days", notes=notes)
    right = stack(chart(state, lambda: _demand(state), "demand", OPENED, rows=state.line), grid(state, days, state.days, OPENED, choose=False), _changes(state))
    rows = [
        part(state, lambda: kpi_strip(summary.kpis(state.shown())), ("listing", "filters")),
        pills(state, "channel"),
        columns(grid(state, spec, state.shown), right),
    ]
    return [*rows, *_rolled(state), parameters(state, WHAT_IF), *files(state)]


def _changes(state: CleaningState) -> ipywidgets.Box:
    """Return the list of corrections of the opened SKU, and the card on which they are decided about."""
    spec = GridSpec(
        table="corrections", shown=CHANGES, key=("date", "reason"), name=state.file_name("corrections"), title="corrections.list", notes=state.notes()
    )
    listed: Grid = grid(state, spec, state.corrections, OPENED, choose=False)
    listed.observe(lambda change: state.pick(change.new), "selected")
    card = part(
        state,
        lambda: correction_card(state),
        DECIDED,
        accept=lambda _: state.accept(),
        reject=lambda _: state.reject(),
        reject_rule=lambda _: state.reject_rule(),
        edit=lambda change: state.edit(change["value"]),
        why=lambda change: state.set_trait("why", change["value"]),
        merge=state.merge,
        undo=state.undo,
    )
    return stack(listed, card)


def _rolled(state: CleaningState) -> list[ipywidgets.Widget]:
    spec = GridSpec(table="history", shown=ROLLED, key=("date",), name=state.file_name("rolled"), title="corrections.rolled", notes=state.notes())
    choice = part(state, lambda: render("roll_up", periods=PERIODS, period=state.period), ("period",), roll=state.roll)
    return [choice, grid(state, spec, state.rolled, (*OPENED, "period"), choose=False)]


def correction_card(state: CleaningState) -> str:
    """Return the chosen correction with what can be decided about it, and the decisions in force."""
    row = state.correction()
    return render(
        "correction_card",
        row=row,
        sentence="" if row is None else row["why"],
        held=[_decision(decision) for decision in state.held().to_dict("records")],
        likely=state.likely_names(),
        writable=state.writable,
        why=state.why,
        said=state.said,
    )


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one decision in the reader's words."""
    rule = t(f"corrections.rule.{row['reason']}")
    when = t("corrections.about.every_day", rule=rule) if pd.isna(row["date"]) else t("corrections.about.day", day=day(row["date"]), rule=rule)
    said = t(f"corrections.says.{row['action']}", what=when, other=row["other"] if isinstance(row["other"], str) else "")
    return {"at": row["at"], "who": row["who"], "why": row["why"], "what": said, "old": number(row["old"], 1), "new": number(row["new"], 1)}


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
