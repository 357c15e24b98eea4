"""Views of the list that are kept under a name: which columns, which search, filters and order; opened, kept anew, deleted."""

from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd
import traitlets as tl

from workbench.ui.state import ScreenState

_NAME = 64


class ViewDesk(Protocol):
    """Where views are written down."""

    def keep(self, screen: str, name: str, view: dict[str, Any] | None) -> pd.DataFrame:
        """Keep a view under a name, or delete it where there is none, and return all that are kept."""


class Kept(ScreenState):
    """State of kept views: `shape` is how the list looks now, `opened` the view that was asked for last; `time` counts the openings."""

    shape = tl.Dict()
    opened = tl.Dict()
    naming = tl.Unicode()
    views_made = tl.Instance(pd.DataFrame, allow_none=True)

    @property
    def keeps(self) -> bool:
        """Whether views can be kept here."""
        return getattr(self.desk, "views", None) is not None

    def views(self) -> Mapping[str, dict[str, Any]]:
        """Return the kept views of this screen by name."""
        made = self.views_made if self.views_made is not None else self.tables.get("saved_views")
        if made is None:
            return {}
        mine = made[made["screen"] == self.name]
        return dict(zip(mine["name"], mine["view"], strict=True))

    def call_it(self, name: str) -> None:
        """Take the name under which the list as it looks now may be kept."""
        self.naming = name.strip()[:_NAME]

    def keep(self) -> None:
        """Keep how the list looks now."""
        if self.keeps and self.naming:
            self.attempt(lambda: self._write(self.naming, {**self.shape, "chosen": dict(self.filters)}))
            self.naming = ""

    def drop(self, name: str) -> None:
        """Delete a kept view."""
        if self.keeps and name in self.views():
            self.attempt(lambda: self._write(name, None))

    def open_view(self, name: str) -> None:
        """Show the list as a view has it."""
        view = self.views().get(name)
        if view is not None:
            self.filters = {column: value for column, value in view["chosen"].items() if column in self.filterable}
            self.opened = {**view, "time": self.opened.get("time", 0) + 1}  # an equal value would tell nobody

    def _write(self, name: str, view: dict[str, Any] | None) -> None:
        self.views_made = self.desk.views.keep(self.name, name, view)
