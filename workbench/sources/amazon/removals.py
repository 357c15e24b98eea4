"""Words of removal reports: what becomes of the units, how far an order is, in which condition units are."""

import pandas as pd

from workbench.sources.amazon import marketplaces, pools
from workbench.sources.rows import Rows

KEY = ["order_id", "sku", "disposition"]
UNKNOWN = "unknown"
_KINDS = {"return": "return", "removal": "return", "dispos": "disposal", "liquidat": "liquidation", "donat": "donation"}
_STATES = {"planning": "planning", "pending": "pending", "processing": "processing", "completed": "completed", "cancel": "cancelled"}


def kind(text: str) -> str:
    """Return what becomes of the units: return, disposal, liquidation, donation or other.

    >>> kind("Return"), kind("Disposal"), kind("Liquidations"), kind("Refurbish")
    ('return', 'disposal', 'liquidation', 'other')
    """
    return next((ours for word, ours in _KINDS.items() if text.lower().startswith(word)), "other")


def state(text: str) -> str | None:
    """Return the state of an order, None for a word that is not known.

    >>> state("Completed"), state("Canceled"), state("Held")
    ('completed', 'cancelled', None)
    """
    return next((ours for word, ours in _STATES.items() if text.lower().startswith(word)), None)


def disposition(rows: Rows) -> pd.Series:
    """Return the condition of the units, spelled alike in all reports: sellable, unsellable, customer damaged."""
    return rows.each("disposition", lambda text: " ".join(text.lower().replace("_", " ").split())).fillna(UNKNOWN)


def codes(rows: Rows, currency: str) -> pd.Series:
    """Return the country code of the pool whose currency a row is in, the home one before others with the same; unknown without currency."""
    return rows.each(currency, lambda text: getattr(marketplaces.by_currency(text.upper(), rows.context.home), "code", None))


def days(rows: Rows, name: str, code: pd.Series) -> pd.Series:
    """Return the day of each row by the clock of its pool, that of the home one where it is not known."""
    return pools.days(rows, name, code.fillna(rows.context.home))
