"""A plotly figure as a card: the page's one plotly.js, live theme colours, table and files. FigureWidget is banned."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import traitlets as tl

from workbench.charts.palette import LIGHT
from workbench.i18n import number, t
from workbench.ui.columns import column_specs, json_values
from workbench.ui.export import export
from workbench.ui.kit import KitWidget, labels, script

TABLE_ROWS = 500
_PALETTE = {code: token for token, code in LIGHT.items()}


class Chart(KitWidget):
    """A figure drawn with `Plotly.react`; `show` exchanges it.

    Parameters
    ----------
    figure : its title states the finding, its subtitle unit and window, `layout.meta["summary"]` the one line of words
    frame : what "show as table" and the files hold; by default the figure's own points
    name : file name without ending: view and as-of date
    on_click : called with a point's customdata (or its x) when a reader clicks it
    """

    _esm = script("chart")
    figure = tl.Dict().tag(sync=True)
    title = tl.Unicode().tag(sync=True)
    subtitle = tl.Unicode().tag(sync=True)
    summary = tl.Unicode().tag(sync=True)
    name = tl.Unicode().tag(sync=True)
    palette = tl.Dict(_PALETTE).tag(sync=True)

    def __init__(
        self,
        figure: go.Figure | None = None,
        frame: pd.DataFrame | None = None,
        *,
        name: str = "chart",
        notes: Mapping[str, str] | None = None,
        on_click: Callable[[Any], None] | None = None,
    ):
        super().__init__(name=name)
        self._notes, self._click = dict(notes or {}), on_click
        self._frame = pd.DataFrame()
        if figure is not None:
            self.show(figure, frame)

    def show(self, figure: go.Figure, frame: pd.DataFrame | None = None) -> None:
        """Draw another figure; one message to the browser."""
        self._frame = points(figure) if frame is None else frame
        drawn = json.loads(figure.to_json())
        title = drawn["layout"].pop("title", {})
        drawn["layout"].setdefault("margin", {})["t"] = 8
        with self.hold_sync():
            self.labels = labels("table", "export", "csv", "xlsx", "parquet", "making", "blocked")
            self.title, self.subtitle = _plain(title.get("text")), _plain(title.get("subtitle", {}).get("text"))
            self.summary = _plain(drawn["layout"].pop("meta", {}).get("summary"))
            self.figure = drawn

    def on_table(self, _content: Mapping[str, Any]) -> None:
        """Send the figure's rows as a table."""
        frame = self._frame.head(TABLE_ROWS)
        head = [spec.title for spec in column_specs(frame.columns, frame)]
        rows = [list(row) for row in zip(*(json_values(frame[c]) for c in frame.columns), strict=True)]
        note = t("ui.showing", a=1, b=number(len(frame)), n=number(len(self._frame))) if rows else t("ui.nothing")
        self.send({"type": "table", "head": head, "rows": rows, "note": note})

    def on_export(self, content: Mapping[str, Any]) -> None:
        """Make a file of all rows behind the figure and hand it over."""
        notes = {t("ui.sheet_view"): self.title, t("ui.unit_window"): self.subtitle} | self._notes | {t("ui.rows_in_file"): number(len(self._frame))}
        self.hand_over(export(self._frame, content["kind"], self.name, column_specs(self._frame.columns, self._frame), notes))

    def on_click(self, content: Mapping[str, Any]) -> None:
        """Tell whoever asked which point a reader clicked."""
        if self._click:
            self._click(content.get("data"))


def points(figure: go.Figure) -> pd.DataFrame:
    """Return every named trace of a figure as rows: series, x, y."""
    parts = [
        pd.DataFrame({"series": trace.name or "", "x": pd.Series(list(trace.x)), "y": pd.Series(list(trace.y))})
        for trace in figure.data
        if trace.showlegend is not False and trace.x is not None
    ]
    return pd.concat(parts, ignore_index=True).astype({"series": "str"}) if parts else pd.DataFrame({"series": [], "x": [], "y": []})


def _plain(text: str | None) -> str:
    """Text of a figure as a browser's text node takes it."""
    return (text or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
