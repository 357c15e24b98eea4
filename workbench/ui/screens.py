"""Which screen belongs to which step, and how a notebook shows it: widgets, or figures and a table."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import ipywidgets
import pandas as pd
import plotly.graph_objects as go
from IPython.display import HTML, display
from pydantic import BaseModel

from workbench.i18n import t, use
from workbench.ui.cards import empty_card, error_card
from workbench.ui.columns import column_specs, written
from workbench.ui.meta import Meta
from workbench.ui.part import guard
from workbench.ui.problem import Problem
from workbench.ui.state import ScreenState

SCREENS = ("cleaning", "forecast", "health", "clearance")


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its state, and the functions that show it."""

    state: type[ScreenState]
    view: Callable[[ScreenState], ipywidgets.Widget]
    figures: Callable[[ScreenState], list[go.Figure]]
    table: Callable[[ScreenState], pd.DataFrame]
    notices: Callable[[ScreenState], str]
    """What is to be known about the figures; empty where there is nothing."""
    empty: Mapping[str, str]


def find(name: str) -> Screen:
    """Return the screen of a step: cleaning, forecast, health or clearance."""
    view: ModuleType = import_module(f"workbench.ui.{name}.view")
    state = getattr(import_module(f"workbench.ui.{name}.state"), f"{name.capitalize()}State")
    return Screen(state, getattr(view, f"{name}_view"), view.summary_figures, view.summary_table, getattr(view, "summary_notices", _none), view.EMPTY)


def _none(_state: ScreenState) -> str:
    return ""


def show(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    params: BaseModel,
    meta: Meta,
    *,
    interactive: bool = True,
    query: Mapping[str, str] | None = None,
    desk: Any = None,
) -> None:
    """Show the screen of a step in a notebook.

    Parameters
    ----------
    name : step: cleaning, forecast, health or clearance
    interactive : widgets when true; figures and a table when false, for runs and reports
    query : what the address asks for: sku, location or channel, lang
    desk : what may be done with imported files; None where they may only be looked at
    """
    if interactive:
        display(widget(name, tables, params, meta, query, desk))
        return
    with use(meta.language):
        show_static(name, tables, params, meta, query)


def widget(
    name: str, tables: Mapping[str, pd.DataFrame], params: BaseModel, meta: Meta, query: Mapping[str, str] | None = None, desk: Any = None
) -> ipywidgets.Widget:
    """Return the screen of a step as one widget; whatever fails becomes the error card."""

    def build() -> ipywidgets.Widget:
        screen = find(name)
        state = screen.state(tables, params, meta, query)
        state.desk = desk
        return screen.view(state)

    return guard(build, meta, where=name)


def show_static(name: str, tables: Mapping[str, pd.DataFrame], params: BaseModel, meta: Meta, query: Mapping[str, str] | None = None) -> None:
    """Show a screen without widgets; whatever fails becomes the error card."""
    try:
        screen = find(name)
        state = screen.state(tables, params, meta, query)
        shown = _summary(screen, state) if not state.empty else [HTML(_empty(screen.empty))]
    except Exception as caught:
        shown = [HTML(str(error_card(Problem.of(caught, name, meta))))]
    for part in shown:
        display(part)


def _summary(screen: Screen, state: ScreenState) -> list[Any]:
    """What is missing behind the figures, where anything is, before the figures themselves."""
    notices = screen.notices(state)
    return [*([HTML(str(notices))] if notices else []), *screen.figures(state), HTML(styled(screen.table(state)))]


def styled(frame: pd.DataFrame) -> str:
    """Return a table as HTML, each column under its label and written by its unit."""
    specs = {spec.name: spec for spec in column_specs(frame.columns, frame)}
    money = frame["currency"] if "currency" in frame else pd.Series("", index=frame.index)
    text = pd.DataFrame({s.title: [_cell(s.name, v, c, s.codes) for v, c in zip(frame[s.name], money, strict=True)] for s in specs.values()})
    numbers = {s.title for s in specs.values() if s.kind == "number"}
    right = [{"selector": f".col{at}", "props": "text-align: right; font-variant-numeric: tabular-nums"} for at, c in enumerate(text) if c in numbers]
    return text.style.hide(axis="index").set_table_styles([*right, {"selector": ":is(td,th)", "props": "padding: 4px 8px"}]).format(escape="html").to_html()


def _cell(name: str, value: object, currency: str, codes: Mapping[str, str] | None) -> str:
    if codes and isinstance(value, str):
        return codes.get(value, value)
    return written(name, value.date() if isinstance(value, dt.datetime) else value, currency)


def _empty(words: Mapping[str, str]) -> str:
    return str(empty_card(**{k: t(v) if k != "command" else v for k, v in words.items()}))
