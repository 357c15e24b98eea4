"""Plans side by side and the whole portfolio in words and figures; pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench import charts
from workbench.clearance.capacity import Cut
from workbench.clearance.limits import LIMITS, PortfolioParams
from workbench.clearance.portfolio import Portfolio
from workbench.i18n import day, money, number, percent, t
from workbench.ui.clearance.simulator import Plan
from workbench.ui.clearance.summary import FIGURES, spread
from workbench.ui.clearance.whole import DAYS
from workbench.ui.columns import column_label, written
from workbench.ui.markup import render
from workbench.ui.parameters import parameter_label

_MONEY = ("cash", "ad_budget")
_SHARES = ("discount", "capital_rate_month", "liquidation_share", "bundle_attach_share", "bundle_cannibalised_share")


def plan_name(plan: Plan) -> str:
    """Return what a plan is called: its option, and what was changed."""
    option = charts.option_name(plan.option)
    said = [t("clearance.plans.change", name=parameter_label(name), value=_amount(name, value)) for name, value in plan.changed.items()]
    return t("clearance.plans.with", option=option, changes=", ".join(said)) if said else option


def _amount(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value or "–"
    return percent(value, 1) if name in _SHARES else number(value, 0 if float(value).is_integer() else 2)


def plans(shown: Sequence[Plan], sku: str, kept: int, most: int) -> Markup:
    """Return plans side by side: one column a plan, one row a figure that any of them has."""
    rows = [(column_label(name), [written(name, p.row.get(name), p.row["currency"]) for p in shown]) for name in FIGURES if _any(shown, name)]
    note = t("clearance.plans.kept", count=kept, most=most) if kept else t("clearance.plans.best")
    return render(
        "clearance_plans",
        heading=t("clearance.plans.title", sku=sku),
        note=note,
        plans=[{"name": plan_name(plan)} for plan in shown],
        rows=[*rows[:1], (t("clearance.plans.range"), [spread(p.row) for p in shown]), *rows[1:]],
        kept=kept,
    )


def _any(shown: Sequence[Plan], name: str) -> bool:
    return any(name in plan.row and pd.notna(plan.row[name]) for plan in shown)


def whole(found: Portfolio, asked: PortfolioParams, as_of: dt.date, cut: Cut | None = None, places: Sequence[str] = (), fault: str = "") -> Markup:
    """Return the portfolio: fields for its limits, what the choice comes to, and each limit with its price.

    Parameters
    ----------
    cut : announced storage limit that the stock does not fit under
    places : where storage may be freed
    """
    ways = found.chosen["option"].value_counts() if len(found.chosen) else pd.Series(dtype=int)
    notes = [t("clearance.portfolio.ways", ways=", ".join(f"{charts.option_name(str(way))} {number(int(n))}" for way, n in ways.items()))] if len(ways) else []
    notes += [t("clearance.portfolio.left_out", count=number(found.left_out))] if found.left_out else []
    alone = int((~found.chosen["recommended"].astype(bool)).sum()) if len(found.chosen) else 0
    notes += [t("clearance.portfolio.changed", count=number(alone))] if alone else []
    rows = found.limits.to_dict("records")
    short = ", ".join(f"{_limit(row['limit'])} {_with_unit(row['limit'], row['short'], found.currency)}" for row in rows if row["short"] > 0)
    return render(
        "clearance_portfolio",
        fault=fault,
        cut=_cut(cut),
        places=[(place, place or t("clearance.portfolio.every_place"), place == asked.space_at) for place in ("", *places)],
        first=as_of.isoformat(),
        fields=[_field(name, asked) for name in LIMITS],
        figures=_figures(found, asked),
        infeasible=t("clearance.portfolio.infeasible", short=short) if short else "",
        limits=[_limit_row(row, found.currency) for row in rows],
        notes=" ".join(notes),
    )


def _cut(cut: Cut | None) -> str:
    if cut is None:
        return ""
    amounts = {name: number(getattr(cut, f"{name}_ft3"), 1) for name in ("limit", "used", "over")}
    return t("clearance.portfolio.cut", place=cut.node, day=day(cut.date), **amounts)


def _field(name: str, asked: PortfolioParams) -> dict[str, Any]:
    until, value = DAYS.get(name, ""), getattr(asked, name)
    return {
        "name": name,
        "label": _limit(name),
        "currency": asked.currency if name in _MONEY else "",
        "value": "" if value is None else f"{value:g}",
        "day": until,
        "by": _limit(until) if until else "",
        "until": getattr(asked, until).isoformat() if until and getattr(asked, until) else "",
    }


def _limit(name: str) -> str:
    return t(f"clearance.portfolio.name.{name}")


def _figures(found: Portfolio, asked: PortfolioParams) -> list[tuple[str, str]]:
    sums = {name: float(found.chosen[name].sum()) if len(found.chosen) else 0.0 for name in LIMITS}
    return [
        (t("clearance.portfolio.worth"), money(found.npv, found.currency)),
        (t("clearance.portfolio.free", day=day(asked.space_by)), _with_unit("space_ft3", sums["space_ft3"], found.currency)),
        (t("clearance.portfolio.raised", day=day(asked.cash_by)), money(sums["cash"], found.currency)),
        (t("clearance.portfolio.hours"), number(sums["labour_hours"], 1)),
        (t("clearance.portfolio.positions"), number(len(found.chosen))),
    ]


def _limit_row(row: Mapping[str, Any], currency: str) -> dict[str, str]:
    name, short = str(row["limit"]), float(row["short"])
    said = t("clearance.portfolio.short", amount=_with_unit(name, short, currency)) if short > 0 else t("clearance.portfolio.met")
    amounts = {what: _with_unit(name, row[what], currency) for what in ("wanted", "reached", "most")}
    known = row["resolved"] == row["resolved"]
    step = t(f"clearance.portfolio.looser.{name}", amount=_with_unit(name, row["step"], currency)) if known else ""
    worth = {
        "price": money(row["price"], currency, 2),
        "resolved": t("clearance.portfolio.resolved", worth=money(row["resolved"], currency, 2), step=step) if known else "",
    }
    return {"name": _limit(name), "light": "red" if short > 0 else "green", "said": said, **worth, **amounts}


def _with_unit(name: str, amount: float, currency: str) -> str:
    text = money(amount, currency) if name in _MONEY else number(amount, 1)
    return t(f"clearance.portfolio.unit.{name}", amount=text)
