"""A still picture of each dashboard: key figures, the rows that matter most, a chart or two, and the way to the live one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.charts import option_name
from workbench.charts.palette import SERIES
from workbench.i18n import day, language, money, number, percent, t
from workbench.ui.cards import kpi_strip, status_chip
from workbench.ui.columns import code_label
from workbench.ui.meta import Meta
from workbench.ui.overview import series
from workbench.ui.overview.drawing import Stroke, bars, plot
from workbench.ui.overview.figures import LIGHTS, WINDOW_DAYS, Tables, gains, label, newest, recent
from workbench.ui.overview.frame import About, dashboard_path, frame, templates
from workbench.ui.overview.page import age_chart, chart, demand_chart, kpi
from workbench.ui.overview.source import Source, source
from workbench.ui.reasons import reason

ROWS = 25
KPIS = {
    "cleaning": ("series", "imputed_share", "in_stock_rate", "sold_30", "demand_30"),
    "forecast": ("series", "forecast_30", "demand_30", "sold_30"),
    "health": ("positions", "stock_value", "excess_value", "cover_days", "aged_share", "lost_margin_30"),
    "clearance": ("excess_value", "aged_value", "clearance_skus", "clearance_gain"),
}
Cell = str | Markup


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table: its heading, how a row's cell is written, whether it holds numbers."""

    head: str
    write: Callable[[Mapping[str, Any]], Cell]
    number: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that matter most, written out, and how many there are in all."""

    title: str
    columns: Sequence[Column]
    cells: Sequence[Sequence[Cell]]
    total: int


def snapshot(screen: str, tables: Tables, meta: Meta) -> str:
    """Return the still page of a dashboard in the language in force.

    Parameters
    ----------
    screen : str
        cleaning, forecast, health or clearance.
    tables : mapping
        Canonical tables by name; a missing one counts as empty.
    meta : Meta
        Shop, decision day, currency, watermark.
    """
    return still(screen, source(tables, meta))


def still(screen: str, given: Source) -> str:
    """Return the still page of a dashboard from what is computed already."""
    return (
        templates()
        .get_template("snapshot.html.j2")
        .render(
            page=frame(About(given.meta.shop, given.meta.as_of, given.meta.watermark), screen, "pages"),
            meta=given.meta,
            title=t(f"overview.screen.{screen}"),
            question=t(f"overview.question.{screen}"),
            explore=dashboard_path(screen, language()),
            strip=kpi_strip([kpi(name, given.found) for name in KPIS[screen]]),
            notes=[(label(name), t(f"overview.definition.{name}")) for name in KPIS[screen]],
            rows=TABLES[screen](given),
            charts_of=CHARTS[screen](given),
        )
    )


def _rows(title: str, columns: Sequence[Column], frame: pd.DataFrame) -> Rows:
    shown = frame.head(ROWS).to_dict("records")
    return Rows(t(f"overview.rows.{title}"), columns, [[column.write(row) for column in columns] for row in shown], len(frame))


def _what(given: Source, place: str) -> Column:
    """The column that names a row: SKU and place, its title below."""
    cell = Markup('<b class="jp-wb-sku">{}</b> · {}<span class="jp-wb-muted">{}</span>')

    def write(row: Mapping[str, Any]) -> Markup:
        return cell.format(row["sku"], given.places.get(row[place], row[place]), given.titles.get(row["sku"], ""))

    return Column(t("overview.head.sku"), write, False)


def _units(name: str, digits: int = 0) -> Column:
    return Column(t(f"overview.head.{name}"), lambda row: number(row[name], digits))


def _share(name: str) -> Column:
    return Column(t(f"overview.head.{name}"), lambda row: percent(row[name]))


def _money(given: Source, name: str) -> Column:
    return Column(t(f"overview.head.{name}"), lambda row: given.money(row[name], row["currency"]))


def _why() -> Column:
    return Column(t("overview.head.why"), reason, False)


def _model(code: Any) -> str:
    return code_label("model", str(code))


def _health_rows(given: Source) -> Rows:
    health = given.of("health")
    rank = health["light"].map({light: place for place, light in enumerate(LIGHTS)})
    worst = health.assign(rank=rank).sort_values(["rank", "score", "sku"], na_position="last")
    light = Column(t("overview.head.light"), lambda row: status_chip(row["light"]) if isinstance(row["light"], str) else "", False)
    shown = [light, _what(given, "location"), _units("score"), _units("on_hand"), _units("cover_days"), _money(given, "excess_value")]
    return _rows("health", [*shown, _money(given, "lost_margin_30"), _why()], worst)


def _forecast_rows(given: Source) -> Rows:
    ahead = newest(given.of("forecast"), given.meta)
    month = ahead[ahead["date"] <= ahead["cutoff"] + pd.Timedelta(days=WINDOW_DAYS)]
    pair = ["sku", "channel"]
    expected = month.groupby(pair, as_index=False).agg(forecast_30=("mean", "sum"), model=("model", "first"))
    before = recent(given.of("history"), given.meta).groupby(pair, as_index=False).agg(demand_30=("demand", "sum"))
    both = expected.merge(before, on=pair, how="left").sort_values(["forecast_30", "sku"], ascending=[False, True])
    both["change"] = both["forecast_30"] / both["demand_30"].where(both["demand_30"] > 0) - 1
    model = Column(t("overview.head.model"), lambda row: _model(row["model"]), False)
    return _rows("forecast", [_what(given, "channel"), _units("forecast_30"), _units("demand_30"), _share("change"), model], both)


def _cleaning_rows(given: Source) -> Rows:
    history = given.of("history")
    hidden = (history["demand"] - history["units"]).where(history["imputed"])
    work = history.assign(hidden=hidden, days=1.0, cut=history["censored"].astype("float64"), imputed=history["imputed"].astype("float64"))
    sums = work.groupby(["sku", "channel"], as_index=False)[["units", "hidden", "days", "cut", "imputed"]].sum()
    sums["imputed_share"] = sums["imputed"] / sums["days"]
    most = sums.sort_values(["hidden", "sku"], ascending=[False, True])
    return _rows("cleaning", [_what(given, "channel"), _units("days"), _units("cut"), _share("imputed_share"), _units("units"), _units("hidden")], most)


def _clearance_rows(given: Source) -> Rows:
    best = gains(given.of("clearance"), given.rates).sort_values(["gain", "sku"], ascending=[False, True], na_position="last")
    option = Column(t("overview.head.option"), lambda row: option_name(row["option"]), False)
    gain = Column(t("overview.head.gain"), lambda row: money(row["gain"], given.rates.currency))
    span = Column(t("overview.head.range"), lambda row: f"{given.money(row['npv_low'], row['currency'])} … {given.money(row['npv_high'], row['currency'])}")
    end = Column(t("overview.head.end_date"), lambda row: day(row["end_date"]))
    shown = [_what(given, "location"), option, _units("units"), gain, _money(given, "npv"), span, _money(given, "fees"), end]
    return _rows("clearance", shown, best)


def _health_charts(given: Source) -> list[dict[str, Any]]:
    currency = given.rates.currency
    worth = series.value_by_light(given.of("health"), given.rates).reindex([*LIGHTS]).dropna()
    drawn = bars(worth, lambda light: t(f"light.{light}"), str, lambda value: money(value, currency))
    title, subtitle = t("overview.by_light.title"), t("overview.by_light.subtitle", currency=currency)
    return [age_chart(given), chart(title, subtitle, bars=drawn, empty=t("overview.age.empty"))]


def _forecast_charts(given: Source) -> list[dict[str, Any]]:
    ahead = newest(given.of("forecast"), given.meta)
    models = ahead.drop_duplicates(["sku", "channel"])["model"].value_counts().astype("float64")
    drawn = bars(models, _model, lambda model: SERIES[list(models.index).index(model) % len(SERIES)], number)
    return [demand_chart(given), chart(t("overview.by_model.title"), t("overview.by_model.subtitle"), bars=drawn, empty=t("overview.demand.empty"))]


def _cleaning_charts(given: Source) -> list[dict[str, Any]]:
    weeks = series.weekly_demand(given.of("history"), given.of("forecast").iloc[:0], given.meta)
    strokes = [Stroke("sold", t("overview.demand.sold"), "history"), Stroke("demand", t("overview.demand.demand"), "teal")]
    hidden = float((weeks["demand"] - weeks["sold"]).clip(lower=0).sum())
    title = t("overview.cleaned.title", units=number(hidden))
    return [chart(title, t("overview.cleaned.subtitle"), plot=plot(weeks, strokes, t("overview.demand.week")), empty=t("overview.demand.empty"))]


def _clearance_charts(given: Source) -> list[dict[str, Any]]:
    worth = series.gain_by_option(gains(given.of("clearance"), given.rates))
    tones = {"markdown": "blue", "removal": "orange", "liquidation": "teal"}
    drawn = bars(worth, option_name, lambda option: tones.get(option, "grey"), lambda value: money(value, given.rates.currency))
    title, subtitle = t("overview.by_option.title"), t("overview.by_option.subtitle", currency=given.rates.currency)
    return [chart(title, subtitle, bars=drawn, empty=t("overview.by_option.empty")), age_chart(given)]


TABLES: dict[str, Callable[[Source], Rows]] = {
    "cleaning": _cleaning_rows,
    "forecast": _forecast_rows,
    "health": _health_rows,
    "clearance": _clearance_rows,
}
CHARTS: dict[str, Callable[[Source], list[dict[str, Any]]]] = {
    "cleaning": _cleaning_charts,
    "forecast": _forecast_charts,
    "health": _health_charts,
    "clearance": _clearance_charts,
}
