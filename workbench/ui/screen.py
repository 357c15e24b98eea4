"""How a screen is put together: live parts, header, rows and columns. Callbacks are one line."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench.i18n import t, use
from workbench.ui.cards import Pill, call_card, empty_card, error_card, filter_pills, header
from workbench.ui.chart import Chart
from workbench.ui.columns import code_label
from workbench.ui.grid import Grid, GridSpec
from workbench.ui.parameters import parameter_panel
from workbench.ui.part import Part
from workbench.ui.problem import Problem
from workbench.ui.state import ScreenState

RESULT = ("result", "language")
RUN_DAILY = shlex.join(["workbench", "run", "daily"])
"""The command that fills every screen."""
FORM_FAULT = "ValidationError"
"""A value that does not fit is said in the form itself, not in a card."""


def live(state: ScreenState, names: Sequence[str], draw: Callable[[], Any]) -> None:
    """Draw now and whenever one of the state's traits changes; a failure becomes the screen's error card."""

    def redraw(_change: object = None) -> None:
        with use(state.language):
            try:
                draw()
            except Exception as caught:
                state.error = Problem.of(caught, state.name, state.meta)

    state.observe(redraw, list(names))
    redraw()


def part(state: ScreenState, draw: Callable[[], str], names: Sequence[str] = RESULT, **events: Callable[[Any], None]) -> Part:
    """Return a part that is drawn again whenever one of the state's traits changes."""
    with use(state.language):
        made = Part(draw, state.meta, **events)

    def redraw(_change: object) -> None:
        made.language = state.language
        made.draw()

    state.observe(redraw, list({*names, "language"}))
    return made


def chart(
    state: ScreenState,
    draw: Callable[[], go.Figure],
    what: str,
    names: Sequence[str] = RESULT,
    *,
    rows: Callable[[], pd.DataFrame | None] = lambda: None,
    **settings: Any,
) -> Chart:
    """Return a chart that is drawn again whenever one of the state's traits changes; `rows` makes its table and files."""
    made = Chart(name=state.file_name(what), notes=state.notes(), **settings)

    def redraw() -> None:
        made.language = state.language
        made.show(draw(), rows())

    live(state, list({*names, "language"}), redraw)
    return made


def grid(state: ScreenState, spec: GridSpec, rows: Callable[[], pd.DataFrame], names: Sequence[str] = ("listing", "filters"), *, choose: bool = True) -> Grid:
    """Return a grid that shows other rows whenever one of the state's traits changes; choosing a row opens it."""
    with use(state.language):
        made = Grid(rows(), spec, selected=state.selected if choose else {})
    if not choose:
        made.add_class("jp-wb-low")
    else:
        made.observe(lambda change: state.choose([change.new.get(k) for k in state.key]), "selected")
        state.observe(lambda change: made.set_trait("selected", change.new), "selected")

    def relabel(change: Any) -> None:
        made.language = change.new
        with use(change.new):
            made.relabel()

    state.observe(relabel, "language")
    state.observe(lambda _: made.show(rows()), list(names))
    return made


def pills(state: ScreenState, *columns: str) -> Part:
    """Return the filters of a screen as pills with counts."""

    def draw() -> str:
        made = [
            Pill(f"{column}:{value}", code_label(column, value), count, state.filters.get(column) == value, value if column == "light" else "")
            for column in columns
            for value, count in state.counts(column).items()
        ]
        return filter_pills(made, shown=len(state.shown()), total=len(state.listing))

    return part(state, draw, ("listing", "filters"), filter=lambda value: toggle(state, value))


def toggle(state: ScreenState, value: str) -> None:
    """Set or take off the filter that a pill or figure stands for; an empty one takes off all."""
    column, _, wanted = (value or "").partition(":")
    if column in state.filterable:
        state.toggle(column, wanted)
    elif not value:
        state.filters = {}


def parameters(state: ScreenState, only: Sequence[str] = ()) -> Part:
    """Return the what-if form of a screen."""
    return part(
        state,
        lambda: parameter_panel(state.params, only=only, fault=state.error.said if state.error and state.error.kind == FORM_FAULT else ""),
        ("params", "error"),
        param=lambda change: state.update(**{change["name"]: change["value"]}),
        reset=state.reset,
    )


def screen(
    state: ScreenState, headline: Callable[[], str], build: Callable[[], Sequence[ipywidgets.Widget]], empty: Mapping[str, str], called_on: Sequence[str] = ()
) -> ipywidgets.Widget:
    """Return a whole screen: header, what went wrong if anything, its rows, and the call that reproduces it.

    Parameters
    ----------
    headline : the finding of the screen in a few words
    build : makes the rows; not called when there is nothing to show
    empty : title, why, todo and command of the card that stands there instead
    called_on : traits beside the parameters that the call depends on
    """

    def head() -> str:
        title = t(empty["title"]) if state.empty else headline()
        return header(title, state.meta, language=state.language, places=places(state), link=state.link())

    top = part(state, head, ("result", "filters", "selected"), language=state.speak)
    fault = part(state, lambda: error_card(state.error) if state.error and state.error.kind != FORM_FAULT else "", ("error",))
    if state.empty:
        return stack(top, part(state, lambda: empty_card(**{k: t(v) if k != "command" else v for k, v in empty.items()})), page=True)
    with use(state.language):
        rows = build()
    page = stack(top, fault, *rows, part(state, lambda: call_card(state.call()), ("params", *called_on)), page=True)
    state.observe(lambda change: page.add_class("jp-wb-busy") if change.new else page.remove_class("jp-wb-busy"), "busy")
    return page


def places(state: ScreenState) -> list[str]:
    """Return the channels or locations that a screen is about."""
    column = state.key[-1]
    return sorted(state.result[column].dropna().unique()) if column in state.result else []


def stack(*children: ipywidgets.Widget, page: bool = False) -> ipywidgets.Box:
    """Return children one below the other."""
    box = ipywidgets.Box(children)
    for name in ("jp-wb", "jp-wb-page" if page else "jp-wb-stack"):
        box.add_class(name)
    return box


def columns(left: ipywidgets.Widget, right: ipywidgets.Widget) -> ipywidgets.Box:
    """Return two children side by side, below each other where the page is narrow."""
    box = ipywidgets.Box([left, right])
    box.add_class("jp-wb-columns")
    return box
