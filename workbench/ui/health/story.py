"""The story of one stock position: what to do first, what fired, why it is slow, where the units come from; pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

from workbench.charts import sparkline
from workbench.health.causes import FAMILIES
from workbench.health.stages import LATELY_DAYS
from workbench.i18n import day, money, number, percent, t
from workbench.i18n.catalogue import language
from workbench.tables.health import CAUSES
from workbench.ui.columns import code_label, column_label, written
from workbench.ui.markup import render
from workbench.ui.overview.frame import NOTEBOOKS

ORDER_PLAN = "#jp-wb-order-plan"
"""Where the line of the order plan stands, on the page itself."""
_NOT_CLEARED = ("restock", "check_batch", "none", "")
_UNITS = {"0-1": lambda value: percent(value, 1), "units/visit": lambda value: percent(value, 1), "ratio": lambda value: number(value, 2)}
_UNITS |= {"1-5": lambda value: number(value, 1), "visits/day": lambda value: number(value, 1)}


def prescribed(row: Mapping[str, Any]) -> str:
    """Return what to do about a position in one sentence, with units, money and day; empty where nothing was prescribed."""
    code = row.get("prescription")
    if not isinstance(code, str) or not code:
        return ""
    amounts = {
        "units": number(row.get("prescription_units", float("nan"))),
        "money": money(row.get("prescription_value", float("nan")), str(row.get("currency") or "")),
        "day": day(row.get("prescription_date")),
    }
    return t(f"screen.prescribe.{code}", **amounts)


def story(
    row: pd.Series,
    receipts: pd.DataFrame,
    inputs: pd.DataFrame,
    ahead_days: int,
    links: Mapping[str, str] = MappingProxyType({}),
    before: pd.DataFrame | None = None,
) -> Markup:
    """Return the story of a position as HTML.

    Parameters
    ----------
    row : of the health table
    receipts, inputs : what its units come from and what its causes were looked for in, see `health.evidence`
    ahead_days : days looked ahead to
    links : address and words of the screens where the position goes on, see `links`
    before : date, score, slow_risk and cover_days of the position at earlier runs and now
    """
    return render(
        "health_story",
        act=prescribed(row),
        links=links,
        past=_past(before),
        risk=_risk(row, ahead_days),
        stage=_stage(row),
        rules=[t(f"screen.rule.{code}") for code in _codes(row.get("slow_rules"))],
        causes=_causes(row),
        lacking=_lacking(row),
        inputs=_inputs(inputs, str(row.get("currency") or "")),
        missing=_missing(inputs),
        receipts=[_receipt(receipt) for receipt in receipts.to_dict("records")],
    )


def _inputs(inputs: pd.DataFrame, currency: str) -> list[tuple[str, str, str, str, bool]]:
    """Family, name, before, now and whether it turned of every input that somebody tells of."""
    return [
        (code_label("family", i["family"]), t(f"screen.input.{i['input']}"), *(_said(i[name], i["unit"], currency) for name in ("before", "now")), i["turned"])
        for i in inputs.to_dict("records")
        if not i["missing"]
    ]


def _missing(inputs: pd.DataFrame) -> list[str]:
    """Each report that is missing, or that leaves out what is looked for, with the inputs that it would tell."""
    if inputs.empty:
        return []
    lacking = inputs[inputs["missing"] != ""]
    named = [(report, [t(f"screen.input.{name}") for name in part["input"]]) for report, part in lacking.groupby("missing", sort=False)]
    return [t("screen.health.not_looked_at", report=code_label("missing_report", str(report)), inputs=", ".join(names)) for report, names in named]


def _said(value: float, unit: str, currency: str) -> str:
    return money(value, currency, 2) if unit == "money" else _UNITS.get(unit, number)(value)


def _receipt(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """The words of one receipt: order, day, age, units left; what came back of it, and for how long it was ordered."""
    batch = receipt["batch"] if isinstance(receipt["batch"], str) else "–"
    words = [
        t(
            "screen.health.batch",
            order=receipt["purchase_order"],
            batch=batch,
            day=day(receipt["received_date"]),
            age=number(receipt["age_days"]),
            units=number(receipt["units"]),
        )
    ]
    if receipt["returned"]:
        words.append(t("screen.health.came_back", units=number(receipt["returned"]), sold=number(receipt["sold"])))
    if receipt["expected"]:
        words.append(t(f"screen.health.ordered_{receipt['expected']}", units=number(receipt["units_ordered"]), days=number(receipt["order_days"])))
    return {"words": " ".join(words), "bad": bool(receipt["bad"])}


def _codes(value: object) -> list[str]:
    return value.split(",") if isinstance(value, str) and value else []


def links(row: pd.Series, in_clearance: bool, channel: str) -> dict[str, str]:
    """Return address and words of the screens where a prescription goes on, the position open there.

    Parameters
    ----------
    in_clearance : whether the clearance screen has the position
    channel : where its units are sold, as the forecast screen has it; empty where there is none
    """
    todo = row.get("prescription") or ""
    made = {ORDER_PLAN: t("screen.health.go_order")} if todo == "restock" else {}
    if todo not in _NOT_CLEARED and in_clearance:
        made[_address("clearance", sku=row["sku"], location=row["location"])] = t("screen.health.go_clear")
    if todo not in ("none", "") and channel:
        made[_address("forecast", sku=row["sku"], channel=channel)] = t("screen.health.go_forecast")
    return made


def _address(screen: str, **asked: str) -> str:
    return f"{NOTEBOOKS[screen]}.ipynb?{urlencode({'lang': language(), **asked})}"


def _past(before: pd.DataFrame | None) -> list[tuple[str, str, Markup]]:
    """Label, words and line of each figure of the position at earlier runs; none before the second run."""
    if before is None or len(before) < 2:
        return []
    first = before.iloc[0]
    return [
        (column_label(name), t("screen.health.past", then=written(name, first[name]), day=day(first["date"]), now=written(name, before[name].iloc[-1])), line)
        for name in before
        if name != "date" and (line := Markup(sparkline(before[name].astype(float).tolist(), width=96)))
    ]


def _risk(row: pd.Series, ahead_days: int) -> str:
    now, ahead = row.get("slow_risk"), row.get("slow_risk_ahead")
    if now is None or (now != now and ahead != ahead):
        return ""
    return t("screen.health.slow_risk", now=number(now), ahead=number(ahead), days=ahead_days, keep=percent(row["keep_share"]))


def _stage(row: pd.Series) -> list[str]:
    """The stage of life with what says so, and that turnover goes by counts where it does."""
    made = []
    if isinstance(stage := row.get("stage"), str) and stage:
        days = row["on_sale_days"]
        made.append(t("screen.health.stage", stage=t(f"screen.stage.{stage}"), days=number(days), change=percent(row["pace_change"])))
        if row.get("pace_rise", float("nan")) == row.get("pace_rise"):
            lately = LATELY_DAYS[0] if days < 2 * LATELY_DAYS[1] else LATELY_DAYS[1]
            made.append(t("screen.health.stage_rise", lately=lately, rise=percent(row["pace_rise"]), errors=number(row["pace_rise_errors"], 1)))
    return [*made, t("screen.health.by_counts")] if row.get("supply_source") == "counts" else made


def _causes(row: pd.Series) -> list[tuple[str, float, str]]:
    """Label, width in percent and text of every cause that has a share, largest first."""
    shares = sorted(((float(row.get(f"cause_{name}", 0.0)), name) for name in CAUSES), reverse=True)
    return [(_named(name), round(100 * share, 1), percent(share)) for share, name in shares if share >= 0.005]


def _named(cause: str) -> str:
    family = FAMILIES.get(cause, cause)
    label, over = code_label("cause", cause), code_label("family", family)
    return label if over in (label, family) else f"{over}: {label}"


def _lacking(row: pd.Series) -> str:
    names = [code_label("missing_report", code) for code in _codes(row.get("missing_report"))]
    return t("screen.health.cannot_tell", report=", ".join(names)) if names else ""
