"""What the pages of one decision day are made from, computed once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.fees.exchange import Exchange
from workbench.i18n import money
from workbench.ui.meta import Meta
from workbench.ui.overview.figures import Tables, exchange, summary, table


@dataclass(frozen=True, slots=True)
class Source:
    """What the pages are made from: the tables, the rates, the figures, what people call things."""

    tables: Tables
    meta: Meta
    rates: Exchange
    found: Mapping[str, Any]
    titles: Mapping[str, str]
    places: Mapping[str, str]

    def of(self, name: str) -> pd.DataFrame:
        """Return a table by name."""
        return table(self.tables, name)

    def money(self, value: float, currency: str) -> str:
        """Return an amount in the shop's currency."""
        return money(value * self.rates.rates.get(currency, float("nan")), self.rates.currency)


def source(tables: Tables, meta: Meta) -> Source:
    """Return all that the pages of one decision day are made from, computed once."""
    places = names(tables, "nodes", "node", "name") | names(tables, "channels", "channel", "name")
    return Source(tables, meta, exchange(tables, meta), summary(tables, meta), names(tables, "items", "sku", "title"), places)


def names(tables: Tables, kind: str, key: str, value: str) -> dict[str, str]:
    """Return what people call each SKU or place."""
    known = table(tables, kind).dropna(subset=[value])
    return dict(zip(known[key], known[value], strict=True))
