"""The clearance screen in figures and words; pure."""

import pandas as pd

from workbench.fees.exchange import Exchange
from workbench.i18n import day, money, number, percent, t
from workbench.tables.clearance import OPTIONS
from workbench.ui.cards import Kpi, money_kpi
from workbench.ui.columns import code_label, column_label
from workbench.ui.markup import render
from workbench.ui.reasons import reason
from workbench.ui.totals import total


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


def option_table(options: pd.DataFrame, *, full: bool = False) -> str:
    """Return the options of one position below each other, the recommended one marked.

    Parameters
    ----------
    full : whether no more plans can be kept for comparison
    """
    rows = [
        {
            "code": row["option"],
            "npv_known": row["npv"] == row["npv"],
            "name": code_label("option", row["option"]),
            "best": bool(row["recommended"]),
            "irrevocable": bool(row["irrevocable"]),
            "npv": money(row["npv"], row["currency"]),
            "range": t("screen.range", low=money(row["npv_low"], row["currency"]), high=money(row["npv_high"], row["currency"])),
            "price": money(row["price"], row["currency"], 2),
            "recovered": percent(row["recovered_share"]),
            "fees": money(row["fees"], row["currency"]),
            "end": day(row["end_date"]),
            "why": reason(row),
        }
        for row in options.to_dict("records")
    ]
    first = options.iloc[0]
    heading = t("screen.clearance.options", sku=first["sku"], location=first["location"], units=number(first["units"]))
    return render("option_table", heading=heading, rows=rows, full=full)
