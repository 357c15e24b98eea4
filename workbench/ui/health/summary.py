"""The health screen in figures and words; pure."""

from typing import Any

import pandas as pd

from workbench.charts.palette import AGES, LIGHTS
from workbench.fees.exchange import Exchange
from workbench.health import HealthParams
from workbench.i18n import day, number, percent, t
from workbench.ui.cards import Kpi, money_kpi
from workbench.ui.columns import column_label, written
from workbench.ui.markup import render
from workbench.ui.reasons import reason
from workbench.ui.totals import total

LOSSES = ("loss_cover", "loss_excess", "loss_age", "loss_storage", "loss_stockout")
FIGURES = ("on_hand", "cover_days", "daily_demand", "excess_units", "storage_month", "margin_per_unit", "stockout_risk", "sell_through")
_AGED = list(AGES)[2:]


def headline(health: pd.DataFrame) -> str:
    """Return the finding: how many positions need action now."""
    return t("screen.health.headline", urgent=number(int((health["light"] == "red").sum())), total=number(len(health)))


def kpis(health: pd.DataFrame, exchange: Exchange, pressed: str = "", slow: str = "") -> list[Kpi]:
    """Return the strip: three lights and slow stock, which filter, then what is at stake, excess, age, storage and lost margin.

    Parameters
    ----------
    health : the listing, with `slow`
    pressed, slow : the light and the kind of slow stock that filter now
    """
    counts = health["light"].value_counts()
    lights = [
        Kpi(
            f"light:{light}",
            t(f"light.{light}"),
            number(int(counts.get(light, 0))),
            light=light,
            pressed=light == pressed,
            definition=t("columns.meaning.light"),
        )
        for light in LIGHTS[:3]
    ]
    aged, units = float(health[_AGED].sum().sum()), float(health[list(AGES)].sum().sum())
    share = t("screen.health.of_stock", share=percent(aged / units)) if units else ""
    storage = pd.DataFrame({"amount": health["storage_month"] + health["surcharge_month"], "currency": health["currency"]})
    return [
        *lights,
        *(
            Kpi(
                f"slow:{kind}",
                t(f"screen.health.slow_{kind}"),
                number(int((health["slow"] == kind).sum())),
                pressed=kind == slow,
                definition=t(f"screen.health.slow_{kind}_help"),
            )
            for kind in ("now", "ahead")
        ),
        money_kpi("at_stake", t("screen.health.at_stake"), total(health, "prescription_value", exchange), t("screen.health.at_stake_help")),
        money_kpi("excess", column_label("excess_value"), total(health, "excess_value", exchange), t("columns.meaning.excess_value")),
        Kpi("aged", t("screen.health.aged"), number(aged), unit=t("screen.units"), change=share, definition=t("screen.health.aged_help")),
        money_kpi("storage", t("screen.health.storage"), total(storage, "amount", exchange), t("screen.health.storage_help")),
        money_kpi("lost", column_label("lost_margin_30"), total(health, "lost_margin_30", exchange), t("columns.meaning.lost_margin_30")),
    ]


def detail(row: pd.Series, plan: pd.Series | None) -> str:
    """Return the opened position: its light, why, its figures, where its points went, and the next order."""
    figures = [(column_label(name), written(name, row[name], row["currency"])) for name in FIGURES]
    lost = [(column_label(name), row[name], number(row[name], 0)) for name in LOSSES]
    title = row.get("title")
    return render(
        "health_detail",
        sku=row["sku"],
        location=row["location"],
        title=title if isinstance(title, str) else "",
        light=row["light"],
        word="",
        score=number(row["score"]),
        why=reason(row),
        figures=figures,
        lost=[(label, 0 if points != points else points, text) for label, points, text in lost],
        order=order_words(plan),
    )


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
