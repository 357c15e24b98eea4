"""A closer look at one forecast, in words and small tables; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.i18n import day, number, percent, t
from workbench.ui.forecast.tools import LEAD_DAYS

SCORES = ("error", "bias", "mase", "rmsse", "pinball", "held")
_TOLD = 0.05  # an effect smaller than this is not worth a word


@dataclass(frozen=True)
class Row:
    """One method in a table of the back-test, every value written out."""

    group: str
    method: str
    scores: tuple[str, ...]
    best: bool = False


def sentences(parts: pd.DataFrame, near: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return what a forecast is made of: level, strongest and weakest weekday, months, event days, rivals, other drivers; most general first."""
    if parts.empty:
        return []
    first, last = float(parts["level"].iloc[0]), float(parts["level"].iloc[-1])
    moved = "rising" if last > first * (1 + _TOLD) else "falling" if last < first * (1 - _TOLD) else "steady"
    level = t(f"forecasting.closer.level_{moved}", units=_amount(first), last=_amount(last), days=len(parts))
    said = [t("forecasting.closer.times", what=what, factor=number(factor, 2)) for what, factor in effects(parts, near, names)]
    return [level, *said, *_promotions(parts), *_rivals(parts), *_drivers(parts)]


def effects(parts: pd.DataFrame, near: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return what multiplies the level, by name: strongest and weakest weekday, months, event days, other SKUs; most general first."""
    return [] if parts.empty else [*_weekdays(parts), *_months(parts), *_event_days(parts, near, names), *_others(parts)]


def bars(parts: pd.DataFrame, near: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return the same for drawing, with what rivals and other drivers do on the first day."""
    if parts.empty:
        return []
    first = parts.iloc[0]
    told = [(t(f"forecasting.closer.{name}_bar"), float(first[name])) for name in ("promotion", "rival", "driver") if abs(first[name] - 1) >= _TOLD]
    return effects(parts, near, names) + told


def kind(row: Mapping[str, Any], stage: str = "", like: Sequence[str] = ()) -> list[str]:
    """Return how a SKU sells in words: its class with the two numbers behind it, its stage of life where health tells one, and what a new one is like."""
    said = [] if row["kind"] == "none" else [t(f"forecasting.kind.{row['kind']}", interval=number(row["interval_days"], 1), cv2=number(row["cv2"], 2))]
    said += [t("forecasting.kind.stage", stage=t(f"screen.stage.{stage}"))] if stage else []
    return said + ([t("forecasting.kind.like", skus=", ".join(like))] if like else [])


def _weekdays(parts: pd.DataFrame) -> Iterator[tuple[str, float]]:
    by_day = parts.groupby(parts["date"].dt.dayofweek)["weekday"].first()
    for place in dict.fromkeys((by_day.idxmax(), by_day.idxmin())):
        if abs(by_day[place] - 1) >= _TOLD:
            yield t(f"forecasting.weekday.d{place}"), float(by_day[place])


def _months(parts: pd.DataFrame) -> Iterator[tuple[str, float]]:
    month = parts["date"].dt.to_period("M")
    for period, factor in parts.groupby(month)["season"].mean().items():
        if abs(factor - 1) >= _TOLD:
            yield t(f"forecasting.month.m{period.month}"), float(factor)


def _event_days(parts: pd.DataFrame, near: pd.DataFrame, names: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    told = parts[(parts["event"] - 1).abs() >= _TOLD]
    said = told["date"].map(lambda on: _event_of(on, near, names))
    for (name, factor), days in sorted(told.groupby([said, told["event"].round(3)]), key=lambda found: found[1]["date"].min()):
        yield t("forecasting.closer.event_on", name=name, day=day(days["date"].min())), float(factor)


def _event_of(on: pd.Timestamp, near: pd.DataFrame, names: Mapping[str, str]) -> str:
    """The name of the event of a day, the one that began last."""
    found = near[(near["start_date"] <= on) & (near["end_date"] >= on)].sort_values("start_date")["event"]
    return names[str(found.iloc[-1])] if len(found) else t("forecasting.closer.event")


def _others(parts: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """What the published forecast took from other SKUs: by the model over all of them, or by those that a new one is like."""
    factor = float(parts["published"].sum() / max(parts["mean"].sum(), 1e-12)) if "published" in parts else 1.0
    if abs(factor - 1) >= _TOLD:
        yield t("forecasting.closer.others"), factor


def _promotions(parts: pd.DataFrame) -> Iterator[str]:
    first, last = float(parts["promotion"].iloc[0]), float(parts["promotion"].iloc[-1])
    if max(abs(first - 1), abs(last - 1)) >= _TOLD:
        yield t("forecasting.closer.promotion", factor=number(first, 2), last=number(last, 2), day=day(parts["date"].iloc[-1]))


def _rivals(parts: pd.DataFrame) -> Iterator[str]:
    first, last = float(parts["rival"].iloc[0]), float(parts["rival"].iloc[-1])
    if abs(first - 1) >= _TOLD:
        what = t(f"forecasting.effects.{'rival_out' if first > 1 else 'rival_cut'}_plain")
        yield t("forecasting.closer.rival", what=what, factor=number(first, 2), last=number(last, 2), day=day(parts["date"].iloc[-1]))


def _drivers(parts: pd.DataFrame) -> Iterator[str]:
    first, last = float(parts["driver"].iloc[0]), float(parts["driver"].iloc[-1])
    if max(abs(first - 1), abs(last - 1)) >= _TOLD:
        yield t("forecasting.closer.driver", factor=number(first, 2), last=number(last, 2), day=day(parts["date"].iloc[-1]))


def _amount(units: float) -> str:
    return number(units, 1 if units >= 1 else 2)


def rows(table: pd.DataFrame) -> list[Row]:
    """Return a table of the back-test for reading, the method with the least error of its group marked."""
    error = f"sum_error_share_{LEAD_DAYS}"
    group = table["sales_class"] if "sales_class" in table else pd.Series("", table.index)
    best = set(table.dropna(subset=[error]).groupby(group)[error].idxmin())
    return [Row(group[i], t(f"forecasting.method.{row['method']}"), _scores(row, error), i in best) for i, row in table.iterrows()]


def _scores(row: pd.Series, error: str) -> tuple[str, ...]:
    written = [percent(row[error]), percent(row["bias_share"]), *(number(row[name], 2) for name in SCORES[2:-1])]
    return *written, percent(row[f"sum_cover_95_{LEAD_DAYS}"])
