"""The parts of a screen as HTML: cards, strips, pills. Pure: values in, HTML out; a dashboard and a static page share them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.charts import sparkline
from workbench.i18n import LANGUAGES, t
from workbench.ui.markup import render
from workbench.ui.meta import Meta
from workbench.ui.problem import Problem
from workbench.ui.totals import Total

_NAMES = {"en": "English", "zh": "中文"}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of a strip; `pressed` makes it a button that filters."""

    name: str
    label: str
    value: str
    unit: str = ""
    change: str = ""
    definition: str = ""
    trend: Sequence[float] = ()
    light: str = ""
    pressed: bool | None = None


@dataclass(frozen=True, slots=True)
class Pill:
    """One filter that can be on, with the count of rows it would leave."""

    name: str
    label: str
    count: int
    pressed: bool = False
    light: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide: what, how many, by when, what is at stake, and why in one sentence."""

    name: str
    what: str
    why: str
    stake: str = ""
    units: str = ""
    due: str = ""


def money_kpi(name: str, label: str, sum_of: Total, definition: str = "") -> Kpi:
    """Return a figure of money; currencies without a rate stand below the shop's own."""
    return Kpi(name, label, sum_of.main(), change=sum_of.note(), definition=definition)


def status_chip(light: str, word: str = "") -> Markup:
    """Return a light as icon, word and colour."""
    return render("status", light=light, word=word)


def kpi_strip(kpis: Sequence[Kpi], *, label: str = "", event: str = "kpi") -> Markup:
    """Return figures side by side; a click on a filtering one is the event `event` with its name."""
    return render("kpi_strip", kpis=kpis, label=label or t("ui.figures"), event=event, spark=lambda values: Markup(sparkline(values)))


def filter_pills(pills: Sequence[Pill], *, shown: int, total: int, event: str = "filter") -> Markup:
    """Return the filters in force as pills, and how many rows they leave."""
    return render("pills", pills=pills, shown=shown, total=total, event=event)


def header(title: str, meta: Meta, *, language: str, places: Sequence[str] = (), link: str = "") -> Markup:
    """Return the head of a screen: shop, places, as-of day and freshness, currency, language, theme, link."""
    names = {code: _NAMES[code] for code in LANGUAGES}
    return render("header", title=title, meta=meta, language=language, places=places, link=link, languages=names)


def empty_card(title: str, why: str, *, todo: str = "", command: str = "") -> Markup:
    """Return what will be here, why it is empty, and the one command that fills it."""
    return render("empty_card", title=title, why=why, todo=todo or t("ui.empty_todo"), command=command)


def error_card(problem: Problem) -> Markup:
    """Return what happened, the likely cause, the next step and the run; never a traceback."""
    return render("error_card", problem=problem)


def decision_card(decision: Decision, *, buttons: Mapping[str, str] | None = None) -> Markup:
    """Return one decision; `buttons` maps an event's name to the words on its button."""
    return render("decision_card", decision=decision, buttons=dict(buttons or {}))


def call_card(code: str) -> Markup:
    """Return the Python call that reproduces a screen, folded."""
    return render("call_card", code=code)
