"""Demand over days: what sold beside what would have sold, and what is expected."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from workbench.charts.canvas import canvas, escape, last_days, over_time
from workbench.charts.palette import colour
from workbench.i18n import day, number, t
from workbench.i18n.catalogue import has
from workbench.i18n.formats import UNKNOWN

MAX_DAYS = 900
_ROOM = 0.12
"""Share of the window that the name of an event takes."""


def demand_history(
    history: pd.DataFrame, *, sku: str = "", days: int = 365, events: pd.DataFrame | None = None, event_names: Mapping[str, str] | None = None
) -> go.Figure:
    """Return the chart of raw and clean demand of one SKU: stockout days hatched, events as ticks.

    Parameters
    ----------
    history : table history, rows of one SKU; several channels are added up
    sku : name for the title
    days : last days shown, 1-900
    events : table events, the ticks of the axis; without it the codes in the history
    event_names : event code -> words, where the code itself says too little
    """
    shown = last_days(_one_line(history), min(days, MAX_DAYS))
    hidden = float((shown["demand"] - shown["units"].fillna(0))[shown["censored"]].clip(lower=0).sum())
    cut = int(shown["censored"].sum())
    key = "charts.demand_history.hidden" if cut else "charts.demand_history.clear"
    title = t(key, sku=escape(sku), units=number(hidden), days=number(cut))
    figure = over_time(canvas(title, _window("charts.units_a_day", shown), t("charts.demand_history.summary", cut=cut, hidden=number(hidden), days=len(shown))))
    _band(figure, shown, "demand_low", "demand_high", 0.16, t("charts.bounds"))
    _hatch(figure, shown)
    figure.add_scatter(x=shown["date"], y=shown["units"], name=t("charts.raw"), mode="lines", line={"color": colour("history"), "width": 1})
    figure.add_scatter(x=shown["date"], y=shown["demand"], name=t("charts.clean"), mode="lines", line={"color": colour("accent"), "width": 1.6})
    if len(shown):
        first, last = shown["date"].iloc[0], shown["date"].iloc[-1]
        _ticks(figure, _of_history(shown) if events is None else _of_calendar(events, first, last), (first, last), event_names)
    return figure


def forecast_fan(
    history: pd.DataFrame,
    forecast: pd.DataFrame,
    *,
    sku: str = "",
    days: int = 120,
    events: pd.DataFrame | None = None,
    event_names: Mapping[str, str] | None = None,
) -> go.Figure:
    """Return the chart of the last days of clean demand and the forecast with its 50 % and 90 % bands.

    Parameters
    ----------
    history, forecast : tables history and forecast, rows of one SKU and channel
    sku : name for the title
    days : last days of history shown, 1-900
    events : table events, the ticks of the axis, past and to come; without it the codes in the history
    event_names : event code -> words
    """
    past, ahead = last_days(_one_line(history), min(days, MAX_DAYS)), forecast.sort_values("date").head(MAX_DAYS)
    next_30, last_30 = float(ahead["mean"].head(30).sum()), float(past["demand"].tail(30).sum())
    window = t("charts.units_a_day", first=day(_edge(past, 0)), last=day(_edge(ahead, -1)))
    summary = t("charts.forecast_fan.summary", units=number(next_30), before=number(last_30), model=_model(ahead))
    figure = over_time(canvas(_fan_title(sku, next_30, last_30, len(past)), window, summary))
    _band(figure, ahead, "q05", "q95", 0.12, t("charts.band", share="90 %"))
    _band(figure, ahead, "q25", "q75", 0.24, t("charts.band", share="50 %"))
    _hatch(figure, past)
    figure.add_scatter(x=past["date"], y=past["demand"], name=t("charts.clean"), mode="lines", line={"color": colour("history"), "width": 1.4})
    figure.add_scatter(x=ahead["date"], y=ahead["mean"], name=t("charts.expected"), mode="lines", line={"color": colour("accent"), "width": 2})
    if len(ahead):
        first, last = (past if len(past) else ahead)["date"].iloc[0], ahead["date"].iloc[-1]
        _ticks(figure, _of_history(past) if events is None else _of_calendar(events, first, last), (first, last), event_names)
    return figure


def _fan_title(sku: str, next_30: float, last_30: float, known_days: int) -> str:
    words = {"sku": escape(sku), "units": number(next_30)}
    if known_days < 30 or last_30 <= 0:
        return t("charts.forecast_fan.plain", **words)
    change = next_30 / last_30 - 1
    kind = "up" if change > 0.05 else "down" if change < -0.05 else "steady"
    return t(f"charts.forecast_fan.{kind}", **words, change=number(100 * abs(change)))


def _one_line(history: pd.DataFrame) -> pd.DataFrame:
    """Channels added up by day; a day is unknown only where every channel is."""
    if not history.duplicated("date").any():
        return history
    known = {c: (c, lambda s: s.sum(min_count=1)) for c in ("units", "demand", "demand_low", "demand_high")}
    return history.groupby("date", as_index=False).agg(**known, censored=("censored", "any"), event=("event", "first"))


def _window(key: str, frame: pd.DataFrame) -> str:
    return t(key, first=day(_edge(frame, 0)), last=day(_edge(frame, -1)))


def _edge(frame: pd.DataFrame, at: int) -> pd.Timestamp | None:
    return None if frame.empty else frame["date"].iloc[at]


def _model(forecast: pd.DataFrame) -> str:
    known = forecast["model"].dropna() if "model" in forecast else pd.Series(dtype="str")
    if known.empty:
        return UNKNOWN
    key = f"charts.model.{known.iloc[0]}"
    return t(key) if has(key) else str(known.iloc[0])


def _band(figure: go.Figure, frame: pd.DataFrame, low: str, high: str, opacity: float, name: str) -> None:
    if low not in frame or frame[low].isna().all():
        return
    edge = {"width": 0, "color": colour("accent", opacity)}
    figure.add_scatter(x=frame["date"], y=frame[low], mode="lines", line=edge, hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=frame["date"], y=frame[high], name=name, mode="lines", line=edge, fill="tonexty", fillcolor=colour("accent", opacity), hoverinfo="skip"
    )


def _hatch(figure: go.Figure, frame: pd.DataFrame) -> None:
    cut = frame[frame["censored"].astype(bool)]
    if cut.empty:
        return
    pattern = {"shape": "/", "size": 6, "solidity": 0.3, "fgcolor": colour("orange"), "bgcolor": colour("orange", 0.08), "fillmode": "overlay"}
    marker = {"color": colour("orange", 0.08), "pattern": pattern, "line": {"width": 0}}
    figure.add_bar(x=cut["date"], y=cut["demand"], width=86_400_000, name=t("charts.censored"), marker=marker, hoverinfo="skip")


def _ticks(figure: go.Figure, days: pd.DataFrame, window: tuple[pd.Timestamp, pd.Timestamp], names: Mapping[str, str] | None) -> None:
    """A tick on the axis for each event (columns date, event); names stand below the dates where there is room for them."""
    if days.empty:
        return
    words = [escape(code if names is None else names.get(code, code)) for code in days["event"]]
    marker = {"symbol": "triangle-up", "size": 8, "color": colour("purple")}
    hover = {"text": words, "hovertemplate": "%{text}<extra></extra>"}
    figure.add_scatter(x=days["date"], y=[0] * len(days), mode="markers", marker=marker, name=t("charts.event"), showlegend=False, cliponaxis=False, **hover)
    room, free = _ROOM * (window[1] - window[0]), window[0]
    for at, word in zip(days["date"], words, strict=True):
        if at < free:
            continue
        free = at + room
        figure.add_annotation(x=at, y=0, yref="paper", yanchor="top", yshift=-22, text=word, showarrow=False, font={"size": 11, "color": colour("muted")})
    figure.update_layout(margin={"b": 52})


def _of_history(frame: pd.DataFrame) -> pd.DataFrame:
    """The first day of each run of days of one event."""
    codes = frame["event"].fillna("").astype(str)
    starts = frame[(codes != "") & (codes != codes.shift())]
    return starts[["date", "event"]]


def _of_calendar(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The first day, inside the window, of each dated event that touches it."""
    near = events[(events["start_date"] <= last) & (events["end_date"] >= first)]
    days = near.assign(date=near["start_date"].clip(lower=first)).sort_values("date")
    return days[["date", "event"]].drop_duplicates()
