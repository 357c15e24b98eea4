"""What the cards of the forecast screen say, in words and small tables; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbench.i18n import day, number, percent, t
from workbench.settings import SeasonCover
from workbench.ui.reasons import reason

_MOST = 15
_ERROR = "sum_error_share_28"
SPANS = (30, 90)


@dataclass(frozen=True)
class Sheet:
    """One small table: headings, rows of written cells, how many columns from the left are words."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1


@dataclass(frozen=True)
class Told:
    """What a card says once it was asked."""

    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[Sheet] = field(default=())
    note: str = ""


def changes(found: pd.DataFrame | None, unusual: pd.DataFrame) -> Told:
    """Return what changed since the run before and why, and what sold out of the ordinary."""
    title = t("forecasting.changes.title")
    sold = Sheet(
        t("forecasting.changes.unusual"),
        [t("columns.sku"), t("columns.channel"), *(t(f"forecasting.changes.{name}") for name in ("kind", "days", "units", "expected"))],
        [
            (row.sku, row.channel, t(f"forecasting.changes.{row.kind}"), _days(row.first, row.last), number(row.units), number(row.expected))
            for row in unusual.head(_MOST).itertuples()
        ],
        words=4,
    )
    sheets = [sold] if len(unusual) else []
    none = [] if len(unusual) else [t("forecasting.changes.usual")]
    if found is None:
        return Told(title, [t("forecasting.changes.first_run"), *none], sheets)
    told = found[found["change_units"].abs() >= 1].head(_MOST)
    if told.empty:
        return Told(title, [t("forecasting.changes.nothing"), *none], sheets)
    heads = [
        t("columns.sku"),
        t("columns.channel"),
        t("forecasting.changes.reason"),
        *(t(f"forecasting.changes.{name}") for name in ("before", "now", "share")),
    ]
    rows = [
        (row["sku"], row["channel"], reason(row), number(row["before_units"]), number(row["now_units"]), percent(row["change_share"]))
        for row in told.to_dict("records")
    ]
    return Told(
        title, none, [Sheet("", heads, rows, words=3), *sheets], t("forecasting.changes.note", first=day(told["first"].min()), last=day(told["last"].max()))
    )


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return day(first) if first == last else t("forecasting.changes.span", first=day(first), last=day(last))


def season(index: pd.DataFrame, orders: pd.DataFrame, matrix: pd.DataFrame, surges: pd.DataFrame, sku: str) -> Told:
    """Return the season of the opened SKU, when to order for it, whose keywords surge, and the category matrix."""
    months = [t(f"forecasting.month.m{month}") for month in range(1, 13)]
    mine, order = index[index["sku"] == sku], orders[orders["sku"] == sku]
    said = list(_season_sentences(order, months)) if len(mine) else [t("forecasting.season.unknown", sku=sku)]
    said += [t("forecasting.season.one_year" if mine["years"].max() == 1 else "forecasting.season.years", years=mine["years"].max())] if len(mine) else []
    said += [
        t(
            "forecasting.season.surge",
            sku=row.sku,
            channel=row.channel,
            growth=percent(row.growth_week),
            days=number(row.doubling_days),
            weeks=number(row.lead_weeks),
        )
        for row in surges.head(_MOST).itertuples()
    ]
    rows = [(sku, *(number(value, 2) for value in mine.set_index("month")["index"]))] if len(mine) else []
    rows += [(str(name), *(number(value, 2) for value in values)) for name, values in zip(matrix.index, matrix.to_numpy(), strict=True)]
    tables = [Sheet(t("forecasting.season.matrix"), ["", *months], rows)] if rows else []
    due = _first_due(orders).head(_MOST)
    if len(due):
        heads = [t("columns.sku"), *(t(f"forecasting.season.{name}") for name in ("climbs", "order_by", "days_left", "peak_order_by", "multiple"))]
        lines = [
            (row.sku, day(row.climb_date), day(row.order_by), number(row.days_left), day(row.peak_order_by), number(row.peak_multiple, 2))
            for row in due.itertuples()
        ]
        tables.append(Sheet(t("forecasting.season.orders"), heads, lines))
    return Told(t("forecasting.season.title", sku=sku), said, tables, t("forecasting.season.note"))


def covers(made: Sequence[SeasonCover]) -> list[Sheet]:
    """Return the season covers in force, none where there are none."""
    heads = [t("columns.sku"), *(t(f"forecasting.covers.{name}") for name in ("first", "last", "usual_days", "season_days"))]
    rows = [(cover.sku, day(cover.first), day(cover.last), number(cover.usual_days), number(cover.season_days)) for cover in made]
    return [Sheet(t("forecasting.covers.all"), heads, rows, words=3)] if rows else []


def covered(effect: pd.DataFrame) -> Sheet:
    """Return the next order of the opened SKU at each location, without its season cover and with it."""
    heads = [t("columns.location"), *(t(f"forecasting.covers.{name}") for name in ("order_date", "arrival_date", "units", "units_season"))]
    rows = []
    for row in effect.to_dict("records"):
        dates = (_planned(row[f"{name}_season"]) for name in ("order_date", "arrival_date"))
        rows.append((row["location"], *dates, number(row["order_units"]), number(row["order_units_season"])))
    return Sheet(t("forecasting.covers.effect"), heads, rows, words=3)


def _planned(value: pd.Timestamp) -> str:
    return t("forecasting.covers.no_order") if pd.isna(value) else day(value)


def _first_due(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders for seasons, first what can still be ordered for the climb or the peak, the soonest first."""
    told = orders.dropna(subset=["order_by"])
    left = told["days_left"]
    left = left.where(left >= 0, left + (told["peak_order_by"] - told["order_by"]).dt.days)
    return told.assign(over=left < 0, left=left).sort_values(["over", "left"])


def _season_sentences(order: pd.DataFrame, months: Sequence[str]) -> list[str]:
    said = []
    for row in order.itertuples():
        if row.duration_months == 0:
            return [t("forecasting.season.flat", multiple=number(row.peak_multiple, 2))]
        said.append(t("forecasting.season.peak", month=months[row.peak_month - 1], multiple=number(row.peak_multiple, 2), months=row.duration_months))
        if row.fall_month:
            said.append(t("forecasting.season.climb", climb=months[row.climb_month - 1], fall=months[row.fall_month - 1]))
        if pd.notna(row.order_by):
            key = "late" if row.days_left < 0 else "order"
            said.append(t(f"forecasting.season.{key}", climb=day(row.climb_date), order_by=day(row.order_by), days=number(abs(row.days_left))))
            if row.days_left < 0 <= row.days_left + (row.peak_order_by - row.order_by).days:
                said.append(t("forecasting.season.peak_order", month=months[row.peak_month - 1], order_by=day(row.peak_order_by)))
    return said


def scenarios(plain: pd.DataFrame, changed: pd.DataFrame) -> Sheet:
    """Return the units of each path over the next 30 and 90 days, as forecast and with what might happen."""
    heads = [t("forecasting.scenarios.path"), *(t(f"forecasting.scenarios.{kind}", days=days) for days in SPANS for kind in ("plain", "changed"))]
    rows = []
    for name in ("pessimistic", "neutral", "optimistic"):
        cells = [number(_first(frame, days)[name].sum()) for days in SPANS for frame in (plain, changed)]
        rows.append((t(f"charts.scenario_paths.{name}"), *cells))
    return Sheet("", heads, rows)


def _first(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    return frame[frame["date"] < frame["date"].min() + pd.Timedelta(days=days)]


def effects(found: pd.DataFrame) -> list[str]:
    """Return in words what rivals and advertising have done to the opened SKU's demand, how unsure that is and what it rests on."""
    return [_effect(row) for row in found.to_dict("records")]


def _effect(row: Mapping[str, Any]) -> str:
    what = t(f"forecasting.effects.{row['driver']}", depth=percent(row["depth"]))
    if pd.isna(row["factor"]):
        return t("forecasting.effects.unknown", what=t(f"forecasting.effects.{row['driver']}_plain"), days=number(row["days"]), skus=number(row["skus"]))
    change, low, high = (percent(row[name] - 1) for name in ("factor", "low", "high"))
    counts = {"days": number(row["days"]), "skus": number(row["skus"]), "own": number(row["own_days"])}
    return t("forecasting.effects.measured", what=what, change=change, low=low, high=high, **counts)


def drivers(told: pd.DataFrame) -> list[str]:
    """Return in words which rivals' doings of today and which other drivers the forecast holds, and what the back-test said of each."""
    return [_driver(row) for row in told.to_dict("records")]


def _driver(row: Mapping[str, Any]) -> str:
    tested = {"what": _name(row), "cases": number(row["cases"]), "without": percent(row["error"], 1), "with_it": percent(row["error_with"], 1)}
    if not row["used"]:
        rival = row["verdict"] == "helps_not" and row["kind"] == "rival"
        return t(f"forecasting.drivers.{'rival_helps_not' if rival else row['verdict']}", **tested)
    return _rival(row, tested) if row["kind"] == "rival" else _pushing(row, tested)


def _name(row: Mapping[str, Any]) -> str:
    if row["kind"] == "indicator":
        return t("forecasting.drivers.indicator", series=row["driver"])
    return t(f"forecasting.effects.{row['driver']}_plain" if row["kind"] == "rival" else f"forecasting.drivers.{row['driver']}")


def _rival(row: Mapping[str, Any], tested: Mapping[str, str]) -> str:
    if not row["skus"]:
        return t("forecasting.rivals.none_today", **tested)
    known = "by_age" if row["by_age"] else "by_median" if row["spells"] else "open"
    lasts = t(f"forecasting.rivals.{known}", count=number(row["spells"]), days=number(row["median_days"]))
    return t("forecasting.rivals.used", skus=number(row["skus"]), factor=number(row["factor"], 2), lasts=lasts, **tested)


def _pushing(row: Mapping[str, Any], tested: Mapping[str, str]) -> str:
    parts = [t("forecasting.drivers.used", skus=number(row["skus"]), low=number(row["low"], 2), high=number(row["high"], 2), **tested)]
    if row["lag_days"]:
        parts.append(t("forecasting.drivers.lag", days=number(row["lag_days"])))
    stays = np.isinf(row["half_days"])
    parts.append(t("forecasting.drivers.stays") if stays else t("forecasting.drivers.fades", days=number(max(row["half_days"], 1))))
    if row["planned"]:
        parts.append(t("forecasting.drivers.planned", skus=number(row["planned"])))
    return " ".join(parts)


def uplifts(coming: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the coming events for reading: name, days, used lift, the analyst's own, and what the lift rests on."""
    rows = []
    for row in coming.to_dict("records"):
        decided = not pd.isna(row["new"])
        used = t("forecasting.uplifts.times", factor=number(row["new"] if decided else row["lift"], 2))
        told = {"name": names[row["event"]], "days": _days(row["start_date"], row["end_date"]), "used": used, "own": f"{row['new']:g}" if decided else ""}
        rows.append(told | {"rests_on": _rests_on(row, decided)})
    return rows


def undated(found: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return in words which sale events ahead have no date yet."""
    return [t("forecasting.uplifts.undated", event=names[row.event], year=str(row.year)) for row in found.sort_values(["year", "event"]).itertuples()]


def _rests_on(row: Mapping[str, Any], decided: bool) -> str:
    if row["stated"]:
        found = t("forecasting.uplifts.stated", factor=number(row["lift"], 2))
    elif row["past_days"]:
        found = t("forecasting.uplifts.measured", factor=number(row["lift"], 2), times=number(row["past_times"]), days=number(row["past_days"]))
    else:
        found = t("forecasting.uplifts.never")
    if not decided:
        return found
    said = t("forecasting.uplifts.decided", who=row["who"], day=day(row["at"]))
    return " ".join(part for part in (said, t("forecasting.uplifts.because", why=row["why"]) if row["why"] else "", found) if part)


def accuracy(by_month: pd.DataFrame, channel: str) -> Told:
    """Return the error of 28-day totals by class of sales and month of the cutoff, ours and the mean of 30 days."""
    heads = [t("forecasting.closer.class"), t("forecasting.accuracy.cutoff")]
    heads += [t("forecasting.accuracy.error", method=t(f"forecasting.method.{name}")) for name in ("engine", "mean_30")]
    heads += [t("forecasting.closer.bias"), t("forecasting.closer.held")]
    rows = []
    for (group, month), part in by_month.groupby(["sales_class", "month"]):
        one = part.set_index("method")
        ours = one.loc["engine"]
        errors = (percent(one.loc[name, _ERROR]) for name in ("engine", "mean_30"))
        rows.append((group, f"{month:%Y-%m}", *errors, percent(ours["bias_share"]), percent(ours["sum_cover_95_28"])))
    return Told(t("forecasting.accuracy.title", channel=channel), (), [Sheet("", heads, rows, words=2)], t("forecasting.accuracy.note"))


def tried(table: pd.DataFrame) -> Sheet:
    """Return the back-test of a chosen forecaster beside ours."""
    names = {"engine", "seasonal_naive", "mean_30"}
    heads = [t("forecasting.closer.method"), t("forecasting.closer.error"), t("forecasting.closer.bias"), t("forecasting.chooser.seconds")]
    rows = []
    for row in table.to_dict("records"):
        name = t(f"forecasting.method.{row['method']}") if row["method"] in names else row["method"]
        rows.append((name, percent(row[_ERROR]), percent(row["bias_share"]), number(row.get("seconds", float("nan")), 2)))
    return Sheet(t("forecasting.chooser.result"), heads, rows)


def fell_back(fell: pd.DataFrame, fallback: str) -> str:
    """Return for how many SKUs the fallback stood in."""
    if fell.empty:
        return t("forecasting.chooser.none_fell")
    skus = sorted(fell["sku"].unique())
    return t("forecasting.chooser.fell", count=len(skus), fallback=fallback, skus=", ".join(skus[:_MOST]))
