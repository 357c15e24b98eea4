"""What to act on today: the alerts with most money at stake, each as a card in the reader's words."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from workbench.fees.exchange import Exchange
from workbench.i18n import catalogue, day, money, number, t
from workbench.ui.overview.frame import dashboard_path
from workbench.ui.overview.source import Source
from workbench.ui.reasons import reason

FIRST = 5
SCREENS = {
    "stockout": "health", "reorder": "health", "data": "cleaning", "excess": "clearance", "aged": "clearance", "negative_margin": "health",
    "plan_behind": "clearance", "event": "forecast", "surge": "forecast", "slump": "forecast",
}  # fmt: skip
TONES = {"risk": "red", "urgent": "red", "slow": "amber", "info": "grey"}


@dataclass(frozen=True, slots=True)
class Card:
    """One decision: what, how many units, by when, how much money, and why."""

    what: str
    sku: str
    title: str
    where: str
    tone: str
    units: str
    due: str
    stake: str
    why: str
    href: str


def cards(given: Source, most: int = FIRST) -> list[Card]:
    """Return the decisions of today, by money at stake in the shop's currency; unknown amounts come last."""
    first = ranked(given.of("alerts"), given.rates).head(most)
    return [_card(row, given) for row in first.to_dict("records")]


def ranked(alerts: pd.DataFrame, rates: Exchange) -> pd.DataFrame:
    """Return the alerts in the order in which to act, with `stake`: money at stake in the shop's currency."""
    stake = rates.convert(alerts["money_at_stake"], alerts["currency"])
    order = ["stake", "due_date", "sku", "location", "kind"]
    return alerts.assign(stake=stake).sort_values(order, ascending=[False, True, True, True, True], na_position="last", ignore_index=True)


def _card(row: dict[str, Any], given: Source) -> Card:
    screen = SCREENS.get(row["kind"], "health")
    return Card(
        what=_what(row),
        sku=row["sku"],
        title=given.titles.get(row["sku"], ""),
        where=given.places.get(row["location"], row["location"]),
        tone=TONES.get(row["level"], "grey"),
        units=number(row["units"]),
        due=day(row["due_date"]) if pd.notna(row["due_date"]) else "",
        stake=money(row["stake"], given.rates.currency),
        why=reason(row),
        href=f"{dashboard_path(screen, catalogue.language())}&{urlencode({'sku': row['sku'], 'location': row['location']})}",
    )


def _what(row: dict[str, Any]) -> str:
    """What to do, in words; without a proposed action, what the matter is."""
    proposed = f"alerts.action.{row['action']}"
    return t(proposed) if catalogue.has(proposed) else t(f"alerts.kind.{row['kind']}")
