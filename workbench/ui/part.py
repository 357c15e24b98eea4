"""A part of a screen as a widget: its HTML is drawn by a function, what the reader does comes back as named events.

No exception reaches a reader: it becomes the error card, and its traceback a line in the log.
"""

from collections.abc import Callable, Mapping
from typing import Any

import traitlets as tl
from ipywidgets import Widget

from workbench.i18n import language, use
from workbench.ui.cards import error_card
from workbench.ui.kit import KitWidget, script
from workbench.ui.meta import Meta
from workbench.ui.problem import Problem


class Part(KitWidget):
    """HTML that a function draws; a failure of the function becomes the error card in its place.

    Parameters
    ----------
    draw : returns the HTML, everything in it escaped
    meta : named by the error card
    events : event name -> function of the event's value
    """

    _esm = script("part")
    html = tl.Unicode().tag(sync=True)

    def __init__(self, draw: Callable[[], str], meta: Meta | None = None, **events: Callable[[Any], None]):
        super().__init__()
        self._draw, self._meta, self._events = draw, meta, events
        self.draw()

    def draw(self) -> None:
        """Draw the HTML again."""
        with use(self.language):
            try:
                self.html = str(self._draw())
            except Exception as caught:
                self.html = str(error_card(Problem.of(caught, type(self).__name__, self._meta)))

    def on_event(self, content: Mapping[str, Any]) -> None:
        """Do what the reader asked by clicking or typing."""
        handler = self._events.get(content.get("name", ""))
        if handler is not None:
            handler(content.get("value"))


def guard(build: Callable[[], Widget], meta: Meta | None = None, *, where: str = "") -> Widget:
    """Return the widget that `build` makes, or the error card in its place."""
    with use(meta.language if meta else language()):
        try:
            return build()
        except Exception as caught:
            problem = Problem.of(caught, where, meta)
            return Part(lambda: error_card(problem), meta)
