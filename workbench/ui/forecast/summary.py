"""The forecast screen in figures and words; pure."""

import pandas as pd

from workbench.i18n import number, percent, t
from workbench.ui.cards import Kpi


def headline(listing: pd.DataFrame) -> str:
    """Return the finding: what is expected next month against what sold last month."""
    ahead, before = float(listing["mean_30"].sum()), float(listing["last_30"].sum())
    if before <= 0:
        return t("screen.forecast.headline_plain", units=number(ahead))
    change = ahead / before - 1
    kind = "up" if change > 0.01 else "down" if change < -0.01 else "steady"
    return t(f"screen.forecast.headline_{kind}", units=number(ahead), change=percent(abs(change)))


def kpis(listing: pd.DataFrame) -> list[Kpi]:
    """Return the strip: units ahead, units behind, how many series grow or shrink."""
    change = listing["change_share"]
    return [
        Kpi("mean_30", t("columns.mean_30"), number(listing["mean_30"].sum()), unit=t("screen.units"), definition=t("columns.meaning.mean_30")),
        Kpi("mean_90", t("columns.mean_90"), number(listing["mean_90"].sum()), unit=t("screen.units"), definition=t("columns.meaning.mean_90")),
        Kpi("last_30", t("columns.last_30"), number(listing["last_30"].sum()), unit=t("screen.units"), definition=t("columns.meaning.last_30")),
        Kpi("series", t("screen.forecast.series"), number(len(listing)), definition=t("screen.forecast.series_help")),
        Kpi("growing", t("screen.forecast.growing"), number(int((change > 0.1).sum())), definition=t("screen.forecast.growing_help")),
        Kpi("shrinking", t("screen.forecast.shrinking"), number(int((change < -0.1).sum())), definition=t("screen.forecast.shrinking_help")),
    ]
