"""No exception reaches a reader: it becomes the error card, and its traceback a line in the log."""

from collections.abc import Callable

from ipywidgets import Widget

from workbench.i18n import language, use
from workbench.ui.cards import error_card
from workbench.ui.meta import Meta
from workbench.ui.part import Part
from workbench.ui.problem import Problem


def guard(build: Callable[[], Widget], meta: Meta | None = None, *, where: str = "") -> Widget:
    """Return the widget that `build` makes, or the error card in its place."""
    with use(meta.language if meta else language()):
        try:
            return build()
        except Exception as caught:
            problem = Problem.of(caught, where, meta)
            return Part(lambda: error_card(problem), meta)
