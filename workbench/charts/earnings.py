"""What stock earns against what it ties up."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import MAX_POINTS, canvas, escape
from workbench.charts.palette import LIGHTS, colour
from workbench.i18n import number, percent, t

_SHAPES = {"red": "circle", "amber": "triangle-up", "green": "square", "grey": "line-ew-open"}


def profit_stock(health: pd.DataFrame, every: pd.DataFrame | None = None) -> go.Figure:
    """Return each position's share of its place's profit against its share of the stock there, one mark a SKU and location.

    Profit is the contribution of 30 days over the sum of the positive ones of the place. On the line a position earns what it
    ties up; below zero it loses money. Of more than 5,000 rows the most valuable are shown.

    Parameters
    ----------
    health : the positions to show
    every : all positions, whose profit and stock the shares are of; those shown where it is not given
    """
    all_of = health if every is None else every
    gains = health["location"].map(all_of["contribution_30"].clip(lower=0).groupby(all_of["location"]).sum())
    rows = health.assign(_earned=health["contribution_30"] / gains.where(gains > 0)).dropna(subset=["_earned", "stock_share"])
    losing = rows[rows["contribution_30"] < 0]
    value = all_of["stock_share"].sum()
    share = percent(losing["stock_share"].sum() / value) if value else percent(None)
    shown = rows.nlargest(MAX_POINTS - 2, "stock_value") if len(rows) > MAX_POINTS - 2 else rows
    said = {"count": number(len(losing)), "total": number(len(rows)), "share": share}
    title = t("charts.profit_stock.title", **said)
    subtitle = t("charts.profit_stock.subtitle", shown=number(len(shown)), total=number(len(rows)))
    figure = canvas(title, subtitle, t("charts.profit_stock.summary", **said))
    for light in LIGHTS:
        part = shown[shown["light"] == light]
        if len(part):
            names = [escape(f"{sku} · {location}") for sku, location in zip(part["sku"], part["location"], strict=True)]
            marker = {"color": colour(light), "symbol": _SHAPES[light], "size": 7, "opacity": 0.75, "line": {"width": 1, "color": colour("ground")}}
            hover = "%{text}<br>" + t("charts.profit_stock.x") + " %{x:.1%} · " + t("charts.profit_stock.y") + " %{y:.1%}<extra></extra>"
            keys = part[["sku", "location"]].to_numpy()
            figure.add_scatter(
                x=part["stock_share"],
                y=part["_earned"],
                mode="markers",
                name=t(f"light.{light}"),
                marker=marker,
                text=names,
                hovertemplate=hover,
                customdata=keys,
            )
    end = float(np.nanmax([rows["stock_share"].max(), 0.01])) if len(rows) else 0.01
    figure.add_scatter(x=[0, end], y=[0, end], mode="lines", name=t("charts.profit_stock.even"), line={"color": colour("muted"), "width": 1, "dash": "dot"})
    figure.update_layout(
        xaxis={"title": {"text": t("charts.profit_stock.x")}, "tickformat": ".0%", "rangemode": "tozero"},
        yaxis={"title": {"text": t("charts.profit_stock.y")}, "tickformat": ".0%"},
    )
    return figure
