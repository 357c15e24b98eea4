"""Screens: the kit (token sheet, chart, grid, cards) and one folder a screen; nothing is imported before it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.ui.cards import (
        Decision,
        Kpi,
        Pill,
        call_card,
        decision_card,
        empty_card,
        error_card,
        filter_pills,
        header,
        kpi_strip,
        status_chip,
    )
    from workbench.ui.chart import Chart
    from workbench.ui.grid import Derived, Grid, GridSpec
    from workbench.ui.kit import tokens_css
    from workbench.ui.meta import Meta
    from workbench.ui.parameters import parameter_panel
    from workbench.ui.part import Part, guard
    from workbench.ui.problem import Problem

_PLACES = {
    "cards": (
        "Decision", "Kpi", "Pill", "call_card", "decision_card", "empty_card", "error_card", "filter_pills", "header", "kpi_strip", "status_chip",
    ),
    "chart": ("Chart",),
    "grid": ("Derived", "Grid", "GridSpec"),
    "kit": ("tokens_css",),
    "meta": ("Meta",),
    "parameters": ("parameter_panel",),
    "part": ("Part", "guard"),
    "problem": ("Problem",),
}  # fmt: skip
_WHERE = {name: module for module, names in _PLACES.items() for name in names}
__all__ = [
    "Chart", "Decision", "Derived", "Grid", "GridSpec", "Kpi", "Meta", "Part", "Pill", "Problem", "call_card", "decision_card", "empty_card",
    "error_card", "filter_pills", "guard", "header", "kpi_strip", "parameter_panel", "status_chip", "tokens_css",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Fetch a part of the kit when it is first used: a page server needs the cards but no widgets."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
