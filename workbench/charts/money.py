"""Money ahead: the ways out of excess stock, compared."""

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import canvas, escape, over_time
from workbench.charts.palette import SERIES, colour
from workbench.i18n import money, t
from workbench.i18n.formats import UNKNOWN

OPTIONS = ("hold", "markdown", "removal", "liquidation")


def clearance_options(options: pd.DataFrame, *, sku: str = "") -> go.Figure:
    """Return the NPV of each way out of one SKU's excess as bars with their 10-90 % range; takes table clearance."""
    ranked = options.sort_values("npv")
    code = _first(ranked["currency"])
    figure = canvas(_options_title(ranked, sku, code), t("charts.clearance_options.subtitle", currency=code), _options_summary(ranked, code), height=300)
    tones = [colour("accent") if best else colour("control") for best in ranked["recommended"]]
    spread = {
        "type": "data", "symmetric": False, "array": ranked["npv_high"] - ranked["npv"], "arrayminus": ranked["npv"] - ranked["npv_low"],
        "color": colour("ink"), "thickness": 1.2, "width": 5,
    }  # fmt: skip
    figure.add_bar(
        x=ranked["npv"], y=[option_name(o) for o in ranked["option"]], orientation="h", marker_color=tones, error_x=spread, showlegend=False,
        customdata=[money(v, code) for v in ranked["npv"]], hovertemplate="%{y}: %{customdata}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        bargap=0.45,
        margin={"l": 96},
        xaxis={"showgrid": True, "tickformat": ",", "zeroline": True, "zerolinecolor": colour("muted")},
        yaxis={"showgrid": False},
    )
    return figure


def _options_title(ranked: pd.DataFrame, sku: str, code: str) -> str:
    best = ranked[ranked["recommended"]]
    if best.empty:
        return t("charts.clearance_options.none", sku=escape(sku))
    chosen, rest = best.iloc[-1], ranked[~ranked["recommended"]].dropna(subset=["npv"])
    words = {"sku": escape(sku), "option": option_name(chosen["option"]), "npv": money(chosen["npv"], code)}
    if rest.empty:
        return t("charts.clearance_options.only", **words)
    return t("charts.clearance_options.best", **words, other=option_name(rest.iloc[-1]["option"]), other_npv=money(rest.iloc[-1]["npv"], code))


def _options_summary(ranked: pd.DataFrame, code: str) -> str:
    return " · ".join(f"{option_name(row.option)} {money(row.npv, code)}" for row in ranked.iloc[::-1].itertuples()) or UNKNOWN


def option_name(option: str) -> str:
    """Return the words for a way out of excess stock."""
    return t(f"charts.option.{option}")


def cash_flow(flow: pd.DataFrame, *, sku: str = "", currency: str = "") -> go.Figure:
    """Return the money received less fees paid, added up over time, one line an option.

    Parameters
    ----------
    flow : columns option, date, cash (money of the period, fees taken off)
    """
    options = [option for option in OPTIONS if (flow["option"] == option).any()]
    known = {"sku": escape(sku), "option": option_name(_fastest(flow))} if options else {"sku": escape(sku)}
    title = t("charts.cash_flow.title" if options else "charts.cash_flow.none", **known)
    summary = t("charts.cash_flow.summary", options=", ".join(map(option_name, options)) or UNKNOWN)
    figure = over_time(canvas(title, t("charts.cash_flow.subtitle", currency=currency or UNKNOWN), summary))
    for option, token in zip(options, SERIES, strict=False):
        line = flow[flow["option"] == option].sort_values("date")
        figure.add_scatter(
            x=line["date"], y=line["cash"].cumsum(), name=option_name(option), mode="lines+markers", marker={"size": 5},
            line={"color": colour(token), "width": 2, "shape": "hv"},
        )  # fmt: skip
    figure.update_layout(yaxis={"rangemode": "normal", "zeroline": True, "tickformat": ","})
    return figure


def _fastest(flow: pd.DataFrame) -> str:
    """The option with the most money in hand after the first three periods that any option has."""
    early = flow[flow["date"] <= flow["date"].drop_duplicates().nsmallest(3).iloc[-1]]
    return early.groupby("option")["cash"].sum().idxmax()


def _first(column: pd.Series) -> str:
    known = column.dropna()
    return known.iloc[0] if len(known) else UNKNOWN
