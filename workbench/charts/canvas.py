"""The empty figure that every chart starts from: type, axes and margins of the token sheet, and a title that states the finding."""

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.palette import colour
from workbench.i18n.formats import UNKNOWN

MAX_POINTS = 5000
MAX_TRACES = 30
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
TOGETHER = " ".join(("x", "unified"))
"""What plotly calls reading all series at one place of the x axis."""
_DATES = [
    {"dtickrange": [None, 86_400_000 * 27], "value": "%m-%d"},
    {"dtickrange": [86_400_000 * 27, "M11"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def canvas(title: str, subtitle: str, summary: str, *, height: int = 340) -> go.Figure:
    """Return a figure without traces: the finding as title, unit and window below it, and one line that says it in words."""
    axis = {
        "gridcolor": colour("grid"),
        "linecolor": colour("line"),
        "zerolinecolor": colour("line"),
        "tickfont": {"color": colour("muted"), "size": 12},
        "title": {"font": {"color": colour("muted"), "size": 12}, "standoff": 8},
        "automargin": True,
    }
    return go.Figure(
        layout={
            "template": "none",
            "title": {"text": title, "x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 12}, "font": {"size": 16}}
            | {"subtitle": {"text": subtitle, "font": {"color": colour("muted"), "size": 13}}},
            "meta": {"summary": summary},
            "font": {"family": FONT, "size": 13, "color": colour("ink")},
            "paper_bgcolor": colour("ground"),
            "plot_bgcolor": colour("ground"),
            "hoverlabel": {"bgcolor": colour("ground"), "bordercolor": colour("line"), "font": {"color": colour("ink"), "size": 12}},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": colour("muted"), "size": 12}},
            "margin": {"l": 48, "r": 16, "t": 92, "b": 36},
            "height": height,
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "zeroline": False},
            "barcornerradius": 2,
        }
    )


def over_time(figure: go.Figure) -> go.Figure:
    """Return the figure with dates on its x axis, read together at one day."""
    figure.update_layout(hovermode=TOGETHER, xaxis={"type": "date", "tickformatstops": _DATES, "hoverformat": "%Y-%m-%d"}, yaxis={"rangemode": "tozero"})
    return figure


def last_days(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the rows of the last `days` days, in order of date."""
    if frame.empty:
        return frame
    return frame[frame["date"] > frame["date"].max() - pd.Timedelta(days=days)].sort_values("date")


def escape(text: object) -> str:
    """Return seller's text so that plotly shows it as written (it reads a few HTML tags); a dash where there is none."""
    return str(text or UNKNOWN).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
