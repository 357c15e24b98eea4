"""What lines of orders and shipments have in common: their channel, the day on its clock, and the tax in its price."""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.reading.dates import local_days
from workbench.sources.rows import Rows

OUTSIDE = "non-amazon"
"""How channels begin whose orders came from other shops, only shipped by FBA."""


def channel(text: str) -> str:
    """Return the code of a sales channel; one that is no marketplace keeps its name.

    >>> channel("Amazon.co.uk"), channel("Non-Amazon US")
    ('amazon-uk', 'non-amazon-us')
    """
    place = marketplaces.find(text)
    return place.channel if place else "-".join(text.lower().split())


def clock(text: str) -> str | None:
    """Return the country code by whose clock a sales channel goes; that of an outside shop is named last.

    >>> clock("Amazon.com"), clock("Non-Amazon US"), clock("Non-Amazon")
    ('US', 'US', None)
    """
    return marketplaces.code_of(text) or marketplaces.code_of(text.split()[-1] if text.split() else "")


def days(instants: np.ndarray, codes: pd.Series) -> np.ndarray:
    """Return the calendar day of instants in UTC, each on the clock of its marketplace, summer time and all; UTC where that is not known."""
    found = instants.astype("datetime64[D]").astype("datetime64[us]")
    for place in marketplaces.named(codes):
        here = (codes == place.code).to_numpy(dtype=bool)
        found[here] = local_days(instants[here], place.time_zone)
    return found


def outside(channels: pd.Series) -> np.ndarray:
    """Return which channels are shops outside the marketplace."""
    return channels.str.startswith(OUTSIDE).fillna(False).to_numpy(dtype=bool)


def taxed(codes: pd.Series) -> pd.Series:
    """Return which lines are of marketplaces whose prices hold the tax."""
    return codes.isin([place.code for place in marketplaces.MARKETPLACES if place.tax_included])


def tax_inside(rows: Rows, codes: pd.Series) -> pd.Series:
    """Return the tax that a line price holds: none where prices come without, none where the report tells none."""
    return rows.number("item_tax").fillna(0.0).where(taxed(codes), 0.0)
