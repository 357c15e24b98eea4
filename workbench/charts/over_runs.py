"""How the score of the stock moved over past runs."""

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import canvas, over_time
from workbench.charts.palette import colour
from workbench.i18n import day, number, t


def score_trend(trend: pd.DataFrame) -> go.Figure:
    """Return the mean score of the positions given at each decision day with its quartiles, and how many stood red.

    Parameters
    ----------
    trend : date, positions, score, score_low, score_high, red; see `health.trend`
    """
    known = trend.dropna(subset=["score"])
    if len(known) < 2:
        return canvas(t("charts.score_trend.none"), t("charts.score_trend.subtitle"), t("charts.score_trend.none"))
    first, last = known.iloc[0], known.iloc[-1]
    said = {"then": number(first["score"], 1), "now": number(last["score"], 1), "day": day(first["date"])}
    figure = canvas(
        t("charts.score_trend.title", **said),
        t("charts.score_trend.subtitle"),
        t("charts.score_trend.summary", **said, red_then=number(first["red"]), red_now=number(last["red"])),
    )
    band = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
    figure.add_scatter(x=known["date"], y=known["score_low"], **band)
    figure.add_scatter(x=known["date"], y=known["score_high"], fill="tonexty", fillcolor=colour("accent", 0.12), **band)
    figure.add_scatter(
        x=known["date"], y=known["score"], mode="lines+markers", name=t("charts.score"), line={"color": colour("accent"), "width": 2}, marker={"size": 6}
    )
    red = {"color": colour("red"), "width": 1, "dash": "dot"}
    figure.add_scatter(
        x=known["date"], y=known["red"], mode="lines+markers", name=t("charts.score_trend.red"), line=red, marker={"size": 5, "symbol": "circle"}, yaxis="y2"
    )
    over_time(figure)
    count = {"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False, "automargin": True}
    figure.update_layout(yaxis={"title": {"text": t("charts.score")}, "range": [0, 103]}, yaxis2=count)
    return figure
