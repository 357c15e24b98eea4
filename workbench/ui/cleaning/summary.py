"""The cleaning screen in figures and words; pure."""

import pandas as pd

from workbench.i18n import number, percent, t
from workbench.ui.cards import Kpi


def headline(listing: pd.DataFrame) -> str:
    """Return the finding: how many units stockouts hid in the last year."""
    hidden, cut = float(listing["hidden_units"].sum()), int((listing["censored_days"] > 0).sum())
    key = "screen.cleaning.headline" if cut else "screen.cleaning.headline_clear"
    return t(key, units=number(hidden), count=number(cut), total=number(len(listing)))


def kpis(listing: pd.DataFrame) -> list[Kpi]:
    """Return the strip: sold, would have sold, hidden, days cut short, share estimated."""
    sold, demand, days = listing["units"].sum(), listing["demand"].sum(), listing["days"].sum()
    estimated = float((listing["imputed_share"] * listing["days"]).sum() / days) if days else float("nan")
    change = t("screen.cleaning.more", share=percent(demand / sold - 1, 1)) if sold else ""
    return [
        Kpi("units", t("charts.raw"), number(sold), unit=t("screen.units"), definition=t("screen.cleaning.window")),
        Kpi("demand", t("columns.demand"), number(demand), unit=t("screen.units"), change=change, definition=t("columns.meaning.demand")),
        Kpi("hidden", t("columns.hidden_units"), number(listing["hidden_units"].sum()), unit=t("screen.units"), definition=t("columns.meaning.hidden_units")),
        Kpi("cut", t("columns.censored_days"), number(listing["censored_days"].sum()), definition=t("columns.meaning.censored_days")),
        Kpi("imputed", t("columns.imputed_share"), percent(estimated, 1), definition=t("columns.meaning.imputed_share")),
    ]
