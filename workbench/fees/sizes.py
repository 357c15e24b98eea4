"""Size tiers: from the packed unit's sides and weight, or from the words of a report."""

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.fees.cards import Card, RateCards, SizeTier, country, rate_cards

_SPELLINGS = (
    ("overmax", "overmax"),
    ("extralarge", "extra_large"),
    ("smallbulky", "small_bulky"),
    ("largebulky", "large_bulky"),
    ("bulky", "bulky"),
    ("oversize", "bulky"),
    ("smallstandard", "small_standard"),
    ("largestandard", "large_standard"),
    ("standard", "standard"),
)


@lru_cache(maxsize=4096)
def tier_code(text: str) -> str:
    """Return the size tier that a report's words mean; empty where they mean none.

    >>> tier_code("Small standard-size"), tier_code("UsLargeBulky"), tier_code("Extra-large 50-70 lb"), tier_code("envelope")
    ('small_standard', 'large_bulky', 'extra_large', '')
    """
    letters = "".join(c for c in text.lower() if c.isalpha())
    return next((tier for spelling, tier in _SPELLINGS if spelling in letters), "")


def size_tier(
    length_in: Any,
    width_in: Any,
    height_in: Any,
    weight_lb: Any,
    date: dt.date,
    marketplace: str = "US",
    cards: RateCards | None = None,
) -> npt.NDArray[np.str_]:
    """Return the size tier of each packed unit: the first tier of the card that it fits.

    Parameters
    ----------
    length_in, width_in, height_in : sides in inches, in any order
    weight_lb : weight on the scale, in pounds; above the smallest tier the dimensional weight counts where it is greater
    date : day whose card decides; after the last card the newest decides

    Returns
    -------
    array of tier codes, empty text where a measure is missing or no card covers the day.

    >>> import datetime as dt
    >>> size_tier([15, 15, 30], [12, 12, 20], [0.75, 1, 10], [1, 1, 12], dt.date(2026, 11, 22)).tolist()
    ['small_standard', 'large_standard', 'bulky']
    """
    sides = np.sort(np.stack(np.broadcast_arrays(*(np.asarray(s, dtype="float64") for s in (length_in, width_in, height_in)))), axis=0)
    shortest, median, longest = sides
    weight = np.broadcast_to(np.asarray(weight_lb, dtype="float64"), longest.shape)
    found = np.full(longest.shape, "", dtype="<U14")
    card = _card(cards or rate_cards(), date, country(marketplace))
    if card is None:
        return found
    heavier = np.maximum(weight, longest * median * shortest / card.dimensional_divisor)
    measures = (longest, median, shortest, longest + 2 * (median + shortest))
    known = ~np.isnan(sides.sum(axis=0) + weight)
    for tier in card.size_tiers:
        found[known & (found == "") & _fits(tier, weight if tier.unit_weight else heavier, measures)] = tier.tier
    return found


def _card(book: RateCards, date: dt.date, marketplace: str) -> Card | None:
    cards = [c for c in book.of(marketplace) if c.size_tiers]
    inside = [c for c in cards if c.first_day <= date <= c.last_day]
    before = [c for c in cards if c.last_day < date]
    return inside[0] if inside else max(before, key=lambda c: c.last_day, default=None)


def _fits(tier: SizeTier, weight: npt.NDArray[np.float64], measures: tuple[npt.NDArray[np.float64], ...]) -> npt.NDArray[np.bool_]:
    longest, median, shortest, length_girth = measures
    fits = (weight <= tier.weight_lb) & (longest <= tier.longest_in) & (median <= tier.median_in)
    return fits & (shortest <= tier.shortest_in) & (length_girth <= tier.length_girth_in)
