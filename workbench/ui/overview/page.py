"""The overview: what to act on today, how the stock stands, what it ties up, what is expected. One file, no kernel."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.charts.palette import AGES as AGE_TONES
from workbench.i18n import day, language, money, number, percent, t
from workbench.ui.cards import Kpi, kpi_strip, status_chip
from workbench.ui.fee_notices import fee_notices
from workbench.ui.meta import Meta
from workbench.ui.overview import series
from workbench.ui.overview.decisions import cards
from workbench.ui.overview.drawing import Bar, Plot, Stroke, bars, plot
from workbench.ui.overview.figures import CASH, LIGHTS, STRIP, Tables, figure, label, left_out_note
from workbench.ui.overview.frame import NOTEBOOKS, About, frame, page_name, templates
from workbench.ui.overview.source import Source, source

UNITS = {"cover_days": "days", "sold_30": "units", "demand_30": "units", "forecast_30": "units", "order_units": "units"}
RESULTS = {"cleaning": "history", "forecast": "forecast", "health": "health", "clearance": "clearance"}
"""The table that each dashboard is about."""
STROKES = (("sold", "history", False), ("demand", "teal", False), ("forecast", "accent", True))


def render(tables: Tables, meta: Meta) -> str:
    """Return the overview page in the language in force: one HTML file that needs no server, no script library and no network.

    Parameters
    ----------
    tables : mapping
        Canonical tables by name: health, plan, clearance, alerts, history, forecast; items, nodes and exchange_rates where known.
        A missing table counts as empty.
    meta : Meta
        Shop, decision day, currency, watermark.
    """
    return overview(source(tables, meta))


def overview(given: Source) -> str:
    """Return the overview page from what is computed already."""
    meta, found = given.meta, given.found
    return (
        templates()
        .get_template("overview.html.j2")
        .render(
            page=frame(About(meta.shop, meta.as_of, meta.watermark), "overview", "pages"),
            meta=meta,
            notices=fee_notices(given.of("nodes"), given.meta.as_of),
            currency=given.rates.currency,
            cards=cards(given),
            alerts=found["alerts"],
            lights=[{"chip": status_chip(light), "count": number(found[light])} for light in LIGHTS],
            positions=found["positions"],
            cash=[kpi(name, found) for name in CASH],
            strip=kpi_strip([kpi(name, found) for name in STRIP]),
            notes=[(label(name), t(f"overview.definition.{name}")) for name in (*CASH, *STRIP)],
            age=age_chart(given),
            demand=demand_chart(given),
            screens=[_screen(name, given) for name in NOTEBOOKS],
        )
    )


def kpi(name: str, found: Mapping[str, Any]) -> Kpi:
    """Return one figure as a card: its definition, and how many rows it leaves out."""
    unit = t(f"overview.unit.{UNITS[name]}") if name in UNITS else ""
    return Kpi(name, label(name), figure(name, found), unit, left_out_note(name, found), t(f"overview.definition.{name}"))


def age_chart(given: Source) -> dict[str, Any]:
    """Return the stock's landed cost by age, as bars with a title that says what matters."""
    tiers = series.value_by_age(given.of("health"), given.rates)
    currency = given.rates.currency
    old, total = (money(given.found[name], currency) for name in ("aged_value", "stock_value"))
    finding = t("overview.age.finding", old=old, all=total) if np.isfinite(given.found["aged_value"]) else t("overview.age.plain")
    drawn = bars(tiers, lambda tier: t(f"overview.age.{tier}"), lambda tier: AGE_TONES.get(tier, "grey"), lambda value: money(value, currency))
    return chart(finding, t("overview.age.subtitle", currency=currency, day=day(given.meta.as_of)), bars=drawn, empty=t("overview.age.empty"))


def demand_chart(given: Source) -> dict[str, Any]:
    """Return demand by week: what was sold, what would have been, what is expected."""
    weeks = series.weekly_demand(given.of("history"), given.of("forecast"), given.meta)
    ahead = weeks.index[weeks["forecast"].notna()]
    strokes = [Stroke(name, t(f"overview.demand.{name}"), tone, dashed) for name, tone, dashed in STROKES if weeks[name].notna().any()]
    drawn = plot(weeks, strokes, t("overview.demand.week"), ahead[0] if len(ahead) and len(ahead) < len(weeks) else None)
    return chart(_demand_finding(given.found), t("overview.demand.subtitle"), plot=drawn, empty=t("overview.demand.empty"))


def _demand_finding(found: Mapping[str, Any]) -> str:
    before, after = found["demand_30"], found["forecast_30"]
    if not (np.isfinite(before) and np.isfinite(after) and before > 0):
        return t("overview.demand.plain")
    change = after / before - 1
    way = "steady" if abs(change) < 0.03 else "up" if change > 0 else "down"
    return t(f"overview.demand.{way}", units=number(after), change=percent(abs(change)))


def chart(title: str, subtitle: str, *, bars: list[Bar] | None = None, plot: Plot | None = None, empty: str = "") -> dict[str, Any]:
    """Return what the chart template draws: the finding, unit and window, bars or lines, or why there is nothing."""
    return {"title": title, "subtitle": subtitle, "bars": bars or [], "plot": plot, "empty": empty}


def _screen(name: str, given: Source) -> dict[str, str]:
    """A dashboard's tile: what it answers, how fresh its table is."""
    rows = len(given.of(RESULTS[name]))
    fresh = t("overview.fresh", day=day(given.meta.as_of), rows=number(rows)) if rows else t("overview.not_run")
    label = t(f"overview.screen.{name}")
    return {"name": label, "question": t(f"overview.question.{name}"), "fresh": fresh, "href": page_name(name, language())}
