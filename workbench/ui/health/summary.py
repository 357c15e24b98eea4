"""The health screen in figures and words; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from workbench.charts.palette import AGES, LIGHTS
from workbench.fees.exchange import Exchange
from workbench.health import HealthParams
from workbench.i18n import day, number, percent, t
from workbench.ui.cards import Kpi, money_kpi
from workbench.ui.columns import column_help, column_label, written
from workbench.ui.markup import render
from workbench.ui.reasons import reason
from workbench.ui.totals import total

FIGURES = ("on_hand", "cover_days", "daily_demand", "excess_units", "storage_month", "margin_per_unit", "stockout_risk", "sell_through")
PLANNED = (
    "order_units", "order_date", "arrival_date", "order_value", "on_hand", "on_order", "inventory_position", "daily_demand", "lead_time_days", "safety_stock",
    "reorder_point", "order_up_to", "stockout_date",
)  # fmt: skip
"""What the order plan says of a position: how much, when, and what that rests on."""
_AGED = list(AGES)[2:]


def headline(health: pd.DataFrame) -> str:
    """Return the finding: how many positions need action now."""
    return t("screen.health.headline", urgent=number(int((health["light"] == "red").sum())), total=number(len(health)))


def kpis(health: pd.DataFrame, exchange: Exchange, filters: Mapping[str, str] = MappingProxyType({})) -> list[Kpi]:
    """Return the strip: lights, slow stock, what is at stake, excess, age, storage and lost margin; a click on one filters the list.

    Parameters
    ----------
    health : the listing, with `slow`
    filters : the filters in force
    """
    counts = health["light"].value_counts()
    aged, units = float(health[_AGED].sum().sum()), float(health[list(AGES)].sum().sum())
    share = t("screen.health.of_stock", share=percent(aged / units)) if units else ""
    storage = pd.DataFrame({"amount": health["storage_month"] + health["surcharge_month"], "currency": health["currency"]})
    lights = [
        Kpi(f"light:{light}", t(f"light.{light}"), number(int(counts.get(light, 0))), light=light, definition=t("columns.meaning.light"))
        for light in LIGHTS[:3]
    ]
    slow = [
        Kpi(f"slow:{kind}", t(f"screen.slow.{kind}"), number(int((health["slow"] == kind).sum())), definition=t(f"screen.health.slow_{kind}_help"))
        for kind in ("now", "ahead")
    ]
    sums = [
        money_kpi("counted:at_stake", t("screen.counted.at_stake"), total(health, "prescription_value", exchange), t("screen.health.at_stake_help")),
        money_kpi("counted:excess", t("screen.counted.excess"), total(health, "excess_value", exchange), t("columns.meaning.excess_value")),
        Kpi("counted:aged", t("screen.counted.aged"), number(aged), unit=t("screen.units"), change=share, definition=t("screen.health.aged_help")),
        money_kpi("counted:storage", t("screen.counted.storage"), total(storage, "amount", exchange), t("screen.health.storage_help")),
        money_kpi("counted:lost", t("screen.counted.lost"), total(health, "lost_margin_30", exchange), t("columns.meaning.lost_margin_30")),
    ]
    return [replace(kpi, pressed=filters.get(kpi.name.partition(":")[0]) == kpi.name.partition(":")[2]) for kpi in (*lights, *slow, *sums)]


def detail(row: pd.Series, plan: pd.Series | None, params: HealthParams) -> str:
    """Return the opened position: its light, why, its figures, where its points went, and the line of the order plan."""
    title, known = row.get("title"), row.get("score_known_share", float("nan"))
    return render(
        "health_detail",
        sku=row["sku"],
        location=row["location"],
        title=title if isinstance(title, str) else "",
        light=row["light"],
        word="",
        score=number(row["score"]),
        why=reason(row),
        figures=[(column_label(name), written(name, row[name], row["currency"]), column_help(name, "health")) for name in FIGURES],
        lost=_lost(row, params),
        known=t("screen.health.known_share", share=percent(known)) if known < 1 and row["score"] == row["score"] else "",
        order=order_words(plan),
        planned=[] if plan is None else [(column_label(name), written(name, plan[name], plan["currency"]), column_help(name, "plan")) for name in PLANNED],
    )


def _lost(row: pd.Series, params: HealthParams) -> list[tuple[str, float, str, str]]:
    """Label, points, points as written and what they are for, of each part of the score; what is written adds up to 100 less the score as written."""
    given = {
        "cover": (number(row["cover_days"]), number(params.cover_good_days)),
        "excess": (number(row["excess_units"]), number(params.excess_cover_days)),
        "age": (number(row["aged_units"] if "aged_units" in row else row[list(AGES)[1:]].sum()), number(90)),
        "storage": (percent(row["storage_share"]), percent(params.storage_good_share)),
        "stockout": (percent(row["stockout_risk"]), percent(params.stockout_good_risk)),
    }
    lost = [float(row[f"loss_{part}"]) for part in given]
    whole = whole_points(lost, float(row["score"]))
    return [
        (
            column_label(f"loss_{part}"),
            0.0 if points != points else points,
            "–" if points != points else f"−{written_points}" if written_points else "0",
            t("screen.health.part_unknown") if points != points else t(f"screen.health.lost_{part}", value=value, limit=limit),
        )
        for (part, (value, limit)), points, written_points in zip(given.items(), lost, whole, strict=True)
    ]


def whole_points(lost: Sequence[float], score: float) -> list[int]:
    """Return points lost as whole numbers that add up to 100 less the rounded score: the largest remainders are rounded up.

    >>> whole_points([0.5, 0.5, 2.5, 0.0, float("nan")], 96.5)
    [1, 1, 2, 0, 0]
    """
    parts = [0.0 if points != points else points for points in lost]
    made = [int(points) for points in parts]
    short = 0 if score != score else 100 - round(score) - sum(made)
    for at in sorted(range(len(parts)), key=lambda k: made[k] - parts[k])[: max(short, 0)]:
        made[at] += 1
    return made


def order_words(plan: pd.Series | None) -> str:
    """Return what the plan says to order, in one sentence."""
    if plan is None or plan["order_units"] != plan["order_units"]:
        return t("screen.health.no_plan")
    if not plan["order_units"]:
        return reason(plan)
    return t("screen.health.order", units=number(plan["order_units"]), day=day(plan["order_date"]), arrival=day(plan["arrival_date"]), why=reason(plan))


def thresholds(params: Any, steps: pd.DataFrame, positions: int) -> str:
    """Return the thresholds of the lights in words, and how many positions another light than the published one, if any."""
    limits = {"amber": "amber_below", "red": "red_below", "risk_amber": "stockout_amber_risk", "risk_red": "stockout_bad_risk"}
    defaults = HealthParams()
    values = {word: getattr(params, name, getattr(defaults, name)) for word, name in limits.items()}
    said = {word: percent(value) if word.startswith("risk") else number(value) for word, value in values.items()}
    text = t("screen.health.thresholds", **said)
    if steps.empty:
        return text
    each = [t("screen.health.move_step", count=number(s["count"]), old=t(f"light.{s['old']}"), new=t(f"light.{s['new']}")) for s in steps.to_dict("records")]
    return text + " " + t("screen.health.moved", moved=number(int(steps["count"].sum())), total=number(positions), steps=", ".join(each))
