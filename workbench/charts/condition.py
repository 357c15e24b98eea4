"""How the stock stands: lights, scores, ages, cover."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import MAX_POINTS, TOGETHER, canvas, escape
from workbench.charts.palette import AGES, ICONS, LIGHTS, colour
from workbench.i18n import number, percent, t

_BIN = 10
_SHAPES = {"red": "circle", "amber": "triangle-up", "green": "square", "grey": "line-ew-open"}
_MAX_NODES = 12
_TICKS = [1, 3, 10, 30, 100, 300, 1000]
"""Days of cover on the axis; more than the last stands at the last."""


def score_distribution(health: pd.DataFrame) -> go.Figure:
    """Return the histogram of the 0-100 health score, coloured by light; takes table health."""
    urgent, total = int((health["light"] == "red").sum()), len(health)
    title = t("charts.score_distribution.title", urgent=number(urgent), total=number(total))
    median = number(health["score"].median())
    figure = canvas(title, t("charts.score_distribution.subtitle"), t("charts.score_distribution.summary", urgent=urgent, total=total, median=median))
    for light in LIGHTS[:3]:
        counts, _ = np.histogram(health.loc[health["light"] == light, "score"].dropna(), bins=np.arange(0, 101, _BIN))
        figure.add_bar(x=np.arange(_BIN / 2, 100, _BIN), y=counts, name=_light(light), marker_color=colour(light), width=_BIN * 0.92)
    figure.update_layout(
        barmode="stack", legend={"traceorder": "normal"}, xaxis={"range": [0, 100], "dtick": 20}, yaxis={"rangemode": "tozero"}, hovermode=TOGETHER
    )
    return figure


def age_distribution(health: pd.DataFrame) -> go.Figure:
    """Return units on hand by location, stacked by age tier; takes table health (at most the 12 fullest locations)."""
    tiers = health.groupby("location")[list(AGES)].sum()
    tiers = tiers.loc[tiers.sum(axis=1).nlargest(_MAX_NODES).index[::-1]]
    aged, total = float(tiers.iloc[:, 2:].to_numpy().sum()), float(tiers.to_numpy().sum())
    share = percent(aged / total) if total else percent(None)
    summary = t("charts.age_distribution.summary", aged=number(aged), total=number(total), locations=len(tiers))
    title = t("charts.age_distribution.title" if total else "charts.age_distribution.none", share=share, units=number(aged))
    figure = canvas(title, t("charts.age_distribution.subtitle"), summary, height=180 + 36 * max(len(tiers), 1))
    for tier, token in AGES.items():
        figure.add_bar(y=tiers.index, x=tiers[tier], name=t(f"charts.tier.{tier}"), orientation="h", marker_color=colour(token))
    figure.update_layout(barmode="stack", bargap=0.4, legend={"traceorder": "normal"})
    figure.update_layout(xaxis={"showgrid": True, "rangemode": "tozero"}, yaxis={"showgrid": False})
    return figure


def cover_score(health: pd.DataFrame, *, cover_limit_days: float | None = None) -> go.Figure:
    """Return days of cover against health score, one mark a SKU and location; takes table health.

    Of more than 5,000 rows the most valuable are shown, and the subtitle says so.

    Parameters
    ----------
    cover_limit_days : days of cover beyond which stock is excess, drawn as a line
    """
    known = health.dropna(subset=["cover_days", "score"])
    shown = known.nlargest(MAX_POINTS - 2, "stock_value") if len(known) > MAX_POINTS - 2 else known
    over, limit = (int((known["cover_days"] > cover_limit_days).sum()) if cover_limit_days else 0), number(cover_limit_days)
    key = "charts.cover_score.over" if cover_limit_days else "charts.cover_score.plain"
    title = t(key, count=number(over), limit=limit, total=number(len(known)))
    subtitle = t("charts.cover_score.subtitle", shown=number(len(shown)), total=number(len(known)))
    figure = canvas(title, subtitle, t("charts.cover_score.summary", total=number(len(known)), over=number(over)))
    for light in LIGHTS:
        part = shown[shown["light"] == light]
        if len(part):
            figure.add_scatter(x=part["cover_days"].clip(1, _TICKS[-1]), y=part["score"], mode="markers", name=t(f"light.{light}"), **_marks(part, light))
    if cover_limit_days:
        figure.add_vline(x=cover_limit_days, line={"color": colour("muted"), "width": 1, "dash": "dot"})
    figure.update_layout(
        xaxis={"title": {"text": t("charts.cover_days")}, "type": "log", "tickvals": _TICKS, "ticktext": [*map(number, _TICKS[:-1]), f"{number(_TICKS[-1])}+"]}
    )
    figure.update_layout(yaxis={"title": {"text": t("charts.score")}, "range": [-3, 103]})
    return figure


def _marks(part: pd.DataFrame, light: str) -> dict:
    marker = {"color": colour(light), "symbol": _SHAPES[light], "size": 7, "opacity": 0.75, "line": {"width": 1, "color": colour("ground")}}
    names = [escape(f"{sku} · {location}") for sku, location in zip(part["sku"], part["location"], strict=True)]
    hover = "%{text}<br>" + t("charts.cover_days") + " %{x:.0f} · " + t("charts.score") + " %{y:.0f}<extra></extra>"
    return {"marker": marker, "text": names, "hovertemplate": hover, "customdata": part[["sku", "location"]].to_numpy()}


def lights_bar(health: pd.DataFrame) -> go.Figure:
    """Return one bar of how many SKUs and locations stand red, amber, green or without data; takes table health."""
    counts = health["light"].value_counts()
    shares = [int(counts.get(light, 0)) for light in LIGHTS]
    words = " · ".join(f"{number(n)} {_light(light)}" for light, n in zip(LIGHTS, shares, strict=True))
    figure = canvas(t("charts.lights_bar.title", urgent=number(shares[0]), total=number(sum(shares))), t("charts.lights_bar.subtitle"), words, height=180)
    for light, count in zip(LIGHTS, shares, strict=True):
        bar = {"text": [number(count)] if count else [""], "insidetextanchor": "middle", "textfont": {"color": colour("ground")}}
        figure.add_bar(x=[count], y=[""], orientation="h", name=_light(light), marker_color=colour(light), **bar)
    figure.update_layout(barmode="stack", xaxis={"visible": False}, yaxis={"visible": False}, legend={"traceorder": "normal"})
    return figure


def _light(light: str) -> str:
    return f"{ICONS[light]} {t(f'light.{light}')}"
