"""The clearance screen in figures and words; pure."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.clearance.limits import KEPT
from workbench.fees.exchange import Exchange
from workbench.i18n import day, money, number, percent, t
from workbench.tables.clearance import OPTIONS
from workbench.ui.cards import Kpi, money_kpi
from workbench.ui.columns import code_label, column_label, written
from workbench.ui.markup import render
from workbench.ui.reasons import reason
from workbench.ui.totals import total

FIGURES = (
    "npv", "recovered_share", "price", "units", "units_per_month", "turnover_before", "turnover_after", "cash_in", "fees", "fees_selling", "fees_storage",
    "fees_aged", "fees_exit", "fees_other", "end_date",
)  # fmt: skip
"""Columns of table clearance that are shown of an option, in this order."""


def headline(listing: pd.DataFrame, exchange: Exchange) -> str:
    """Return the finding: what acting on every excess is worth over waiting."""
    gain = total(listing[listing["gain"] > 0], "gain", exchange)
    return t("screen.clearance.headline", gain=gain.words(), count=number(int((listing["gain"] > 0).sum())), total=number(len(listing)))


def kpis(listing: pd.DataFrame, exchange: Exchange, pressed: str = "") -> list[Kpi]:
    """Return the strip: what is to be gained, recovered, paid, and how many positions go each way."""
    counts = listing["option"].value_counts()
    ways = [
        Kpi(f"option:{option}", code_label("option", option), number(int(counts[option])), unit=t("screen.positions"), pressed=option == pressed)
        for option in OPTIONS
        if option in counts
    ]
    undecided = int(listing["option"].isna().sum())
    none = [Kpi("none", t("screen.clearance.undecided"), number(undecided), unit=t("screen.positions"), definition=t("screen.clearance.undecided_help"))]
    return [
        money_kpi("gain", column_label("gain"), total(listing, "gain", exchange), t("columns.meaning.gain")),
        money_kpi("npv", t("screen.clearance.worth"), total(listing, "npv", exchange), t("columns.meaning.npv")),
        Kpi("units", t("screen.clearance.units"), number(listing["units"].sum()), unit=t("screen.units"), definition=t("columns.meaning.excess_units")),
        *ways,
        *(none if undecided else []),
    ]


def option_table(options: pd.DataFrame, names: Mapping[str, str], cash: pd.DataFrame, source: str, *, full: bool = False) -> str:
    """Return the options of one position below each other, the recommended one marked.

    Parameters
    ----------
    names : of events, by code
    cash : money of each option by month: option, date, cash
    source : code of what the elasticity rests on, empty for the position's own prices
    full : whether no more plans can be kept for comparison
    """
    by_month = {str(option): rows for option, rows in cash.groupby("option")}
    rows = [
        {
            "code": row["option"],
            "npv_known": row["npv"] == row["npv"],
            "name": code_label("option", row["option"]),
            "best": bool(row["recommended"]),
            "irrevocable": bool(row["irrevocable"]),
            "npv": money(row["npv"], row["currency"]),
            "range": spread(row),
            "price": money(row["price"] if row["npv"] == row["npv"] else float("nan"), row["currency"], 2),
            "recovered": percent(row["recovered_share"]),
            "fees": money(row["fees"], row["currency"]),
            "end": day(row["end_date"]),
            "figures": figures(row),
            "months": months(by_month.get(row["option"], cash.iloc[:0]), row["currency"]),
            "why": " ".join([reason(row), *sayings(row, names)]),
        }
        for row in options.to_dict("records")
    ]
    first = options.iloc[0]
    heading = t("screen.clearance.options", sku=first["sku"], location=first["location"], units=number(first["units"]))
    return render("option_table", heading=heading, elasticity=elasticity(first, source), rows=rows, full=full)


def spread(row: Mapping[str, Any]) -> str:
    """Return the 10-90 % range of an option's worth."""
    return t("screen.range", low=money(row["npv_low"], row["currency"]), high=money(row["npv_high"], row["currency"]))


def figures(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every figure of an option with its label; none where its worth is unknown."""
    if row["npv"] != row["npv"]:
        return []
    told = [(_label(name, row[name]), written(name, row[name], row["currency"])) for name in FIGURES if name in row]
    return [*told[:1], (t("clearance.plans.range"), spread(row)), *told[1:]]


def _label(name: str, value: Any) -> str:
    """The label of a figure; a surcharge under nothing is what the younger units that stay are spared."""
    return t("clearance.say.spared") if name == "fees_aged" and value < 0 else column_label(name)


def months(cash: pd.DataFrame, currency: str) -> list[tuple[str, str]]:
    """Return the cash of an option by month, up to the last one in which any moves."""
    moved = cash[cash["cash"].abs() >= _CENT]
    rows = cash[cash["date"] <= moved["date"].max()] if len(moved) else cash.iloc[:0]
    return [(f"{at:%Y-%m}", money(round(amount), currency)) for at, amount in zip(rows["date"], rows["cash"], strict=True)]


def elasticity(row: Mapping[str, Any], source: str) -> str:
    """Return the elasticity that the options of a position go by, with its 90 % interval and whose word it is; empty where none is known."""
    if row["elasticity"] != row["elasticity"]:
        return ""
    ends = {name: number(row[f"elasticity_{name}"], 1) for name in ("low", "high")}
    return t("clearance.say.elasticity", value=number(row["elasticity"], 2), source=code_label("elasticity_reason", source or "own"), **ends)


def sayings(row: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return what else is to be said of an option: which limit it breaks, runner-up and break-even of the best, what it leans on, its conditions,
    bound and risks."""
    broken = row["limit_broken"]
    said = [t("clearance.say.limit_broken", limit=t(f"clearance.limit.{broken}"))] if _is(broken) and broken in LIMITS_SAID else []
    said += [t("clearance.say.runner_up", option=code_label("option", row["runner_up"]))] if _is(row["runner_up"]) else []
    pace = row["break_even_units_month"]
    said += [t("clearance.say.break_even", units=number(pace, 1))] if row["recommended"] and row["option"] not in KEPT and pace == pace else []
    said += [leaning(row, names)] if _is(row["leans_on"]) else []
    said += [t(f"clearance.say.{which}", conditions=_words("condition", row[f"conditions_{which}"])) for which in ("failed", "untold") if _told(row, which)]
    if row["option"] in _CUT and row["price_bound"] == row["price_bound"] and row["price_bound"] < row["price"] / (1 - row["discount"] or 1):
        said.append(t("clearance.say.price_bound", bound=money(row["price_bound"], row["currency"], 2)))
    return [*said, t("clearance.say.risks", risks=_words("risk", row["risks"]))] if _is(row["risks"]) and row["npv"] == row["npv"] else said


_CENT = 0.005
LIMITS_SAID = ("floor_price", "cash", "deadline", "rival_price")
"""Limits of the seller that an option may break; the stock to keep is taken off the excess beforehand."""
DATED = ("outlet", "offsite_deal")
"""Deals that may wait for a sale event."""
_CUT = ("markdown", "markdown_steps", "promotion", "offsite_deal", "bundle")


def leaning(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the sentence on what an option waits for or leans on, and how much that was measured to bring."""
    on, times, years, option = row["leans_on"], row["leans_times"], row["leans_years"], row["option"]
    amounts = {"times": number(times, 1), "years": number(years), "pace": number(times, 1), "sku": on, "place": on}
    deal = option in DATED
    what = ("outlet" if years > 0 else "outlet_stated") if deal else option
    return t(f"clearance.say.{what}", day=day(row["start_date"]), event=names[on] if deal else "", **amounts)


def _is(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _told(row: Mapping[str, Any], which: str) -> bool:
    return _is(row[f"conditions_{which}"]) and (which == "failed" or row["npv"] == row["npv"])


def _words(area: str, codes: str) -> str:
    return t("clearance.say.and").join(t(f"clearance.{area}.{code}") for code in codes.split(","))
