"""What a forecast is made of and might come to, and whether its bounds held: effects, scenario paths and the reliability plot."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import canvas, escape, over_time
from workbench.charts.palette import colour
from workbench.i18n import day, number, percent, t

PATHS = {"pessimistic": "vermillion", "neutral": "accent", "optimistic": "teal"}


def scenario_paths(plain: pd.DataFrame, changed: pd.DataFrame, *, what: str = "") -> go.Figure:
    """Return the chart of running sums of the three paths: as forecast, dotted, and with what might happen.

    Parameters
    ----------
    plain, changed : date, pessimistic, neutral, optimistic; the SKUs are added up
    what : which SKU, or how many, for the title
    """
    before, after = (frame.groupby("date")[list(PATHS)].sum().cumsum() for frame in (plain, changed))
    reached = {name: number(float(after[name].iloc[-1])) if len(after) else "0" for name in PATHS}
    words = {"what": escape(what), "days": len(after), **reached}
    first, last = (day(after.index[at]) if len(after) else "–" for at in (0, -1))
    summary = t("charts.scenario_paths.summary", before=number(float(before["neutral"].iloc[-1]) if len(before) else 0), **words)
    figure = over_time(canvas(t("charts.scenario_paths.title", **words), t("charts.scenario_paths.subtitle", first=first, last=last), summary))
    differs = len(after) > 0 and not after.equals(before)
    for name, hue in PATHS.items():
        if differs:
            line = {"color": colour(hue), "width": 1, "dash": "dot"}
            figure.add_scatter(x=before.index, y=before[name], mode="lines", line=line, showlegend=False, hoverinfo="skip", name="")
        figure.add_scatter(x=after.index, y=after[name], name=t(f"charts.scenario_paths.{name}"), mode="lines", line={"color": colour(hue), "width": 2})
    return figure


def forecast_parts(effects: Sequence[tuple[str, float]], *, sku: str = "") -> go.Figure:
    """Return one bar an effect that multiplies a forecast's level, from 1 (as usual) to its factor.

    Parameters
    ----------
    effects : name and factor of each, in the order in which they are drawn from the top
    """
    names, factors = zip(*((escape(name), factor) for name, factor in effects[::-1]), strict=True) if effects else ((), ())
    strongest = max(effects, key=lambda effect: abs(math.log(max(effect[1], 1e-6))), default=None)
    told = {"sku": escape(sku)} | ({} if strongest is None else {"what": escape(strongest[0]), "factor": number(strongest[1], 2)})
    title = t("charts.forecast_parts.plain" if strongest is None else "charts.forecast_parts.title", **told)
    summary = "; ".join(f"{name} ×{number(factor, 2)}" for name, factor in effects) or title
    figure = canvas(title, t("charts.forecast_parts.subtitle"), summary, height=150 + 30 * max(len(effects), 1))
    hues, said = [colour("teal" if factor >= 1 else "vermillion") for factor in factors], [f"×{number(factor, 2)}" for factor in factors]
    label = {"text": said, "textposition": "outside", "cliponaxis": False, "hovertemplate": "%{y}: %{text}<extra></extra>", "name": ""}
    figure.add_bar(y=names, x=[factor - 1 for factor in factors], base=1, orientation="h", marker_color=hues, **label)
    figure.add_vline(x=1, line={"color": colour("muted"), "width": 1})
    reach = max([1.5, *factors]) * 1.12
    figure.update_layout(xaxis={"range": [0, reach], "showgrid": True}, yaxis={"showgrid": False}, showlegend=False, bargap=0.35)
    return figure


def reliability(table: pd.DataFrame) -> go.Figure:
    """Return the reliability plot: how often days came at or under each quantile against how often they should have, by class of sales.

    Parameters
    ----------
    table : sales_class, level, observed (0-1)
    """
    whole = table[table["sales_class"] == "all"]
    off = float((whole["observed"] - whole["level"]).abs().max()) if len(whole) else float("nan")
    figure = canvas(t("charts.reliability.title", off=number(100 * off, 1)), t("charts.reliability.subtitle"), t("charts.reliability.summary"))
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": colour("control"), "width": 1, "dash": "dot"}, name=t("charts.reliability.right"), hoverinfo="skip"
    )
    for (name, part), hue in zip(table.groupby("sales_class", sort=False), ("accent", "teal", "orange", "purple"), strict=False):
        label = t("charts.reliability.all") if name == "all" else t("charts.reliability.class", name=name)
        mark = {"color": colour(hue), "size": 7 if name == "all" else 5}
        figure.add_scatter(
            x=part["level"], y=part["observed"], mode="lines+markers", marker=mark, line={"color": colour(hue), "width": 2 if name == "all" else 1}, name=label,
            customdata=[percent(value) for value in part["observed"]], hovertemplate="%{x:.0%}: %{customdata}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(xaxis={"tickformat": ".0%", "range": [0, 1], "title": {"text": t("charts.reliability.said")}})
    figure.update_layout(yaxis={"tickformat": ".0%", "range": [0, 1], "title": {"text": t("charts.reliability.came")}})
    return figure
