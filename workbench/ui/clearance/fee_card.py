"""Every fee line of the opened position on the screen: rate, source, confidence, dates, and the field for the seller's own; drawn once asked for."""

from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from workbench.clearance.fee_terms import OWN_RATES, SOURCES, USED
from workbench.i18n import day, money, number, percent, t
from workbench.ui.clearance.charged import Charged
from workbench.ui.columns import column_label
from workbench.ui.markup import render
from workbench.ui.parameters import parameter_label
from workbench.ui.part import Part
from workbench.ui.screen import part


def fee_card(state: Charged) -> Part:
    """Return the card of the fees that the ways out of the opened position go by."""
    return part(
        state,
        lambda: drawn(state),
        ("terms_asked", "selected", "params"),
        ask_terms=state.ask_terms,
        own_rate=lambda change: state.own_rate(change["name"], change["value"]),
    )


def drawn(state: Charged) -> str:
    """Return the card: a button at first, then a line a fee, those of one use together."""
    heading = t("clearance.fees.title", sku=state.selected.get("sku", ""))
    if not (state.terms_asked and state.selected):
        return render("clearance_fees", heading=heading, asked=False)
    found = state.fee_terms().to_dict("records")
    groups = [
        (t(f"clearance.fees.used.{used}"), [_line(row, state) for row in rows]) for used, rows in groupby(sorted(found, key=_use), lambda row: row["used"])
    ]
    return render("clearance_fees", heading=heading, asked=True, groups=groups)


def _use(row: dict[str, Any]) -> int:
    return USED.index(row["used"])


def _line(row: dict[str, Any], state: Charged) -> dict[str, Any]:
    own, known = row["own"], row["rate"] == row["rate"]
    own_form = "" if own in OWN_RATES or "." not in own else t("clearance.fees.own_form", form=_form(own), column=column_label(own.rpartition(".")[2]))
    value = getattr(state.params, own, None) if own in OWN_RATES else None
    return {
        "kind": t(f"fees.kind.{row['kind']}"),
        "applies": _applies(row["applies"]),
        "rate": _rate(row) if known else t("fees.check.unknown"),
        "basis": t(f"fees.basis.{row['basis']}") if known else "",
        "said": _said(row) if known else t("clearance.fees.whole", said=t(f"fees.reason.{row['reason']}")),
        "own": own if own in OWN_RATES else "",
        "own_label": parameter_label(own) if own in OWN_RATES else "",
        "own_value": "" if value is None else f"{value:g}",
        "own_form": own_form,
    }


def _form(own: str) -> str:
    return t(f"clearance.fees.form.{own.partition('.')[0]}")


def _rate(row: dict[str, Any]) -> str:
    rates = [row["rate"], *([row["rate_high"]] if row["rate_high"] == row["rate_high"] else [])]
    return "–".join(percent(rate, 1) if row["basis"] == "share" else money(rate, row["currency"], 2) for rate in rates)


def _said(row: dict[str, Any]) -> str:
    """Whose word it is, how sure, and from when to when."""
    source = t(f"clearance.fees.source.{row['source']}") if row["source"] in (*SOURCES, "assumption") else t("clearance.fees.source.card", **_of(row))
    sure = t(f"fees.confidence.{row['confidence']}") if row["confidence"] != "given" else ""
    dates = {"since": row["since"], "until": row["until"]}
    told = [name for name, value in dates.items() if not pd.isna(value)]
    kind = "_".join(told) if row["card"] else "told"
    dated = t(f"clearance.fees.dated.{kind}", **{name: day(dates[name]) for name in told}) if told else ""
    return t("clearance.fees.whole", said=t("clearance.fees.joint").join(text for text in (source, sure, dated) if text))


def _of(row: dict[str, Any]) -> dict[str, str]:
    return {"source": row["source"], "card": row["card"]}


def _applies(text: str) -> str:
    """To which months, ages, days of supply, split or programme a line applies, in words."""
    what, _, rest = text.partition(":")
    if what == "months":
        return t("clearance.fees.applies.months", months=_spans([int(month) for month in rest.split(",")]))
    if what in ("ages", "supply"):
        first, _, last = rest.partition("-")
        return t(f"clearance.fees.applies.{what}" if last else "clearance.fees.applies.ages_on", first=number(int(first)), last=number(int(last or 0)))
    if what == "split":
        split, _, place = rest.partition(":")
        return t(f"clearance.fees.applies.{split}", place=place)
    if what in ("place", "awd"):
        return t(f"clearance.fees.applies.{what if what == 'place' else rest}", place=rest)
    return t(f"clearance.fees.applies.{what}") if what else ""


def _spans(months: list[int]) -> str:
    """Months as spans, such as 1–9."""
    breaks = [at for at, (one, other) in enumerate(pairwise(months), 1) if other != one + 1]
    parts = [months[start:end] for start, end in pairwise([0, *breaks, len(months)])]
    return ", ".join(f"{part[0]}–{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
