"""Fees as charged beside fees as computed, on the screen: totals by kind, the SKUs that differ and the line that explains it, all lines as a file."""

from typing import Any

from workbench import fees
from workbench.i18n import day, money, number, t
from workbench.ui.clearance.charged import Charged
from workbench.ui.export import MIMES, File
from workbench.ui.markup import render
from workbench.ui.part import Part
from workbench.ui.screen import part

SHOWN = 12


def charged_card(state: Charged) -> Part:
    """Return the card that holds computed against charged fees, once somebody asks."""
    made: Part = part(state, lambda: drawn(state), ("fees_asked",), ask=state.ask_fees, file=lambda _: made.hand_over(_file(state)))
    return made


def drawn(state: Charged) -> str:
    """Return the card: a button at first, then totals and the SKUs that differ."""
    if not state.fees_asked:
        return render("clearance_charged", asked=False)
    lines = state.fee_lines()
    sums, skus = fees.in_total(lines), fees.by_sku(lines)
    apart = skus[skus["error"].abs() > 0]
    said = t("fees.check.apart", count=number(len(apart)), total=number(len(skus))) if len(apart) else t("fees.check.agree")
    return render(
        "clearance_charged", asked=True, totals=[_total(row) for row in sums.to_dict("records")],
        skus=[_sku(row) for row in apart.head(SHOWN).to_dict("records")],
        said=said if len(lines) else "",
    )  # fmt: skip


def _total(row: dict[str, Any]) -> dict[str, str]:
    known, currency = row["lines"] > row["unknown"], row["currency"]
    amounts = {name: money(row[name], currency, 2) if known else t("fees.check.unknown") for name in ("charged", "computed", "error")}
    left = t("fees.check.left", count=number(row["unknown"]), amount=money(row["unknown_charged"], currency, 2), why=t(f"fees.explained.{row['why']}"))
    return {"kind": _kind(row), "lines": number(row["lines"]), "left": left if row["unknown"] else "", **amounts}


def _sku(row: dict[str, Any]) -> dict[str, str]:
    line = t("fees.check.line", kind=_kind(row), day=day(row["date"]), why=t(f"fees.explained.{row['explained']}"))
    amounts = {name: money(row[name], row["currency"], 2) for name in ("charged", "computed", "error")}
    return {"place": " · ".join(filter(None, (row["sku"], row["location"]))), "line": line, **amounts}


def _kind(row: dict[str, Any]) -> str:
    return t(f"fees.told.{row['told']}", kind=t(f"fees.kind.{row['kind']}"))


def _file(state: Charged) -> File:
    text = state.fee_lines().to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return File(f"{state.file_name('fees')}.csv", MIMES["csv"], text.encode("utf-8-sig"))
