"""Money ahead: the ways out of excess stock, compared, and the whole portfolio's money against space."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import canvas, escape, over_time
from workbench.charts.palette import SERIES, colour
from workbench.i18n import money, number, t
from workbench.i18n.formats import UNKNOWN


def clearance_options(options: pd.DataFrame, *, sku: str = "") -> go.Figure:
    """Return the NPV of each way out of one SKU's excess as bars with their 10-90 % range, unknown ones left out; takes table clearance."""
    ranked = options.dropna(subset=["npv"]).sort_values("npv")
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
    chosen, rest = best.iloc[-1], ranked[~ranked["recommended"]]
    words = {"sku": escape(sku), "option": option_name(chosen["option"]), "npv": money(chosen["npv"], code)}
    if rest.empty:
        return t("charts.clearance_options.only", **words)
    return t("charts.clearance_options.best", **words, other=option_name(rest.iloc[-1]["option"]), other_npv=money(rest.iloc[-1]["npv"], code))


def _options_summary(ranked: pd.DataFrame, code: str) -> str:
    return " · ".join(f"{option_name(row.option)} {money(row.npv, code)}" for row in ranked.iloc[::-1].itertuples()) or UNKNOWN


def option_name(option: str) -> str:
    """Return the words for a way out of excess stock."""
    return t(f"charts.option.{option}")


def cash_flow(flow: pd.DataFrame, *, sku: str = "", currency: str = "", names: Mapping[str, str] | None = None) -> go.Figure:
    """Return the money received less fees paid, added up over time, one line an option or plan.

    Parameters
    ----------
    flow : columns option, date, cash (money of the period, fees taken off)
    names : what each value of `option` is called; the options' own names if not given
    """
    shown = list(flow["option"].drop_duplicates()[: len(SERIES)])
    called = {option: escape(names[option]) if names and option in names else option_name(option) for option in shown}
    known = {"sku": escape(sku), "option": called[_fastest(flow[flow["option"].isin(shown)])]} if shown else {"sku": escape(sku)}
    title = t("charts.cash_flow.title" if shown else "charts.cash_flow.none", **known)
    summary = t("charts.cash_flow.summary", options=", ".join(called.values()) or UNKNOWN)
    figure = over_time(canvas(title, t("charts.cash_flow.subtitle", currency=currency or UNKNOWN), summary))
    for option, token in zip(shown, SERIES, strict=False):
        line = flow[flow["option"] == option].sort_values("date")
        figure.add_scatter(
            x=line["date"], y=line["cash"].cumsum(), name=called[option], mode="lines+markers", marker={"size": 5},
            line={"color": colour(token), "width": 2, "shape": "hv"},
        )  # fmt: skip
    figure.update_layout(yaxis={"rangemode": "normal", "zeroline": True, "tickformat": ","})
    return figure


def _fastest(flow: pd.DataFrame) -> str:
    """The option with the most money in hand after the first three periods that any option has."""
    early = flow[flow["date"] <= flow["date"].drop_duplicates().nsmallest(3).iloc[-1]]
    return early.groupby("option")["cash"].sum().idxmax()


def money_space(line: pd.DataFrame, *, chosen: tuple[float, float] | None = None, currency: str = "", by: str = "") -> go.Figure:
    """Return the money recovered against the space freed, the chosen portfolio marked.

    Parameters
    ----------
    line : columns space_ft3 and npv, one row a point of the frontier
    chosen : space freed and NPV of the portfolio in force
    by : day by which the space is freed, as a reader sees it
    """
    subtitle = t("charts.money_space.subtitle", currency=currency, day=by or UNKNOWN)
    if line.empty:
        return canvas(t("charts.money_space.none"), subtitle, t("charts.money_space.none"))
    first, last = line.iloc[0], line.iloc[-1]
    words = {"space": number(last["space_ft3"] - first["space_ft3"]), "cost": money(first["npv"] - last["npv"], currency)}
    alone = len(line) == 1
    title = t("charts.money_space.one", space=number(first["space_ft3"])) if alone else t("charts.money_space.title", **words)
    figure = canvas(title, subtitle, t("charts.money_space.summary", low=number(first["space_ft3"]), high=number(last["space_ft3"])), height=300)
    figure.add_scatter(
        x=line["space_ft3"], y=line["npv"], name=t("charts.money_space.best"), mode="lines+markers", marker={"size": 7},
        line={"color": colour(SERIES[0]), "width": 2}, customdata=[money(v, currency) for v in line["npv"]],
        hovertemplate="%{x:,.0f} ft³: %{customdata}<extra></extra>",
    )  # fmt: skip
    if chosen:
        figure.add_scatter(
            x=[chosen[0]], y=[chosen[1]], name=t("charts.money_space.chosen"), mode="markers",
            marker={"size": 13, "symbol": "diamond", "color": colour("vermillion")},
        )  # fmt: skip
    figure.update_layout(xaxis={"showgrid": True, "tickformat": ",", "title": {"text": t("charts.money_space.x")}}, yaxis={"tickformat": ","})
    return figure


def _first(column: pd.Series) -> str:
    known = column.dropna()
    return known.iloc[0] if len(known) else UNKNOWN
