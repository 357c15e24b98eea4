"""Dated rate cards: YAML files, one a marketplace and fee year, every line with its source and confidence."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import BadParameters

_HERE = Path(__file__).parent / "cards"

BASIS = {
    "storage": "ft3_month",
    "storage_utilisation": "ft3_month",
    "aged_inventory": "ft3_month",
    "overage": "ft3_month",
    "awd_storage": "ft3_month",
    "awd_transport": "ft3",
    "awd_processing": "box",
    "low_inventory": "unit",
    "fulfilment": "unit",
    "low_price_discount": "unit",
    "inbound_placement": "unit",
    "removal": "unit",
    "disposal": "unit",
    "liquidation_processing": "unit",
    "outlet_deal": "unit",
    "donation": "unit",
    "grade_resell": "unit",
    "referral": "share",
    "fuel_surcharge": "share",
    "liquidation_referral": "share",
    "liquidation_recovery": "share",
}
"""What the rate of each kind of line multiplies: volume and month, volume, boxes, units, or money."""

TIERS = ("small_standard", "large_standard", "standard", "small_bulky", "large_bulky", "bulky", "extra_large", "overmax")
MEASURES = (
    "age_days",
    "awd_share",
    "days_of_supply",
    "days_selling",
    "days_since_first_receipt",
    "mean_volume_ft3",
    "price",
    "ratio_weeks",
    "units_shipped_7",
    "weight_lb",
)
"""Numbers that a line may be conditional on."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(_Model):
    """Where a measure must lie."""

    over: float | None = None
    at_least: float | None = None
    below: float | None = None
    up_to: float | None = None


class Rate(_Model):
    """One line of a card: a rate and all the conditions under which it applies."""

    kind: str
    rate: float = Field(ge=0)
    high: float | None = Field(default=None, description="end of the range where the source gives a range")
    per_unit: float | None = Field(default=None, description="floor per unit: the greater of the two is charged")
    per_extra_lb: float = 0.0
    extra_over_lb: float = 0.0
    size: tuple[str, ...] = ()
    option: str = ""
    months: tuple[int, ...] = ()
    category: tuple[str, ...] = ()
    when: dict[str, Band] = {}
    since: dt.date
    until: dt.date | None = None
    source: str
    confidence: Literal["H", "M", "L", "unconfirmed"]
    note: str = ""

    @model_validator(mode="after")
    def _known_words(self) -> "Rate":
        if self.kind not in BASIS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(BASIS)}")
        strange = set(self.when) - set(MEASURES)
        if strange:
            raise ValueError(f"measure(s) {', '.join(sorted(strange))}: none of {', '.join(MEASURES)}")
        return self


class SizeTier(_Model):
    """One size tier: the greatest weight and sides that still fit."""

    tier: Literal["small_standard", "large_standard", "small_bulky", "large_bulky", "bulky", "extra_large", "overmax"]
    weight_lb: float = float("inf")
    longest_in: float = float("inf")
    median_in: float = float("inf")
    shortest_in: float = float("inf")
    length_girth_in: float = float("inf")
    unit_weight: bool = Field(default=False, description="held against the weight on the scale, not the dimensional weight")


class Card(_Model):
    """The fees of one marketplace over one span of days; a card without lines says that nothing is known."""

    card: str
    marketplace: str
    currency: str
    first_day: dt.date = dt.date.min
    last_day: dt.date = dt.date.min
    sizes: dict[str, tuple[str, ...]] = {}
    size_tiers: tuple[SizeTier, ...] = ()
    dimensional_divisor: float = 139.0
    lines: tuple[Rate, ...] = ()

    @model_validator(mode="after")
    def _known_sizes(self) -> "Card":
        strange = {s for line in self.lines for s in line.size} - set(self.sizes) - set(TIERS)
        if strange:
            raise ValueError(f"size(s) {', '.join(sorted(strange))}: neither a tier nor a group of this card")
        return self

    def tiers_of(self, line: Rate) -> frozenset[str]:
        """Return the size tiers that a line covers; none means every size."""
        return frozenset(tier for size in line.size for tier in self.sizes.get(size, (size,)))


@dataclass(frozen=True)
class CardStatus:
    """Whether a day is covered: the card in force, its last day, and why not."""

    marketplace: str
    currency: str
    card: str
    last_day: dt.date | None
    stale: bool
    reason: str  # "", no_card, before_card, after_card


class RateCards:
    """A set of cards; where two cover the same day, the earlier in the list wins, so that a seller's own come first."""

    def __init__(self, cards: Iterable[Card]):
        self.cards = tuple(cards)

    @classmethod
    def load(cls, *folders: Path) -> "RateCards":
        """Return the cards of the seller's folders, first folder first, before the built-in ones.

        Raises
        ------
        BadParameters
            If a card does not fit; lists every fault of the file.
        """
        return cls(read_card(file) for folder in (*folders, _HERE) for file in sorted(folder.glob("*.yaml")))

    def of(self, marketplace: str, kind: str = "") -> list[Card]:
        """Return the cards of a marketplace that have lines (of one kind, if given)."""
        return [c for c in self.cards if c.marketplace == marketplace and any(kind in ("", line.kind) for line in c.lines)]

    def last_day(self, marketplace: str, kind: str = "") -> dt.date | None:
        """Return the last day that any card of the marketplace covers; None without a card."""
        return max((c.last_day for c in self.of(marketplace, kind)), default=None)

    def currency(self, marketplace: str) -> str:
        """Return the marketplace's currency, empty where no card names it."""
        return next((c.currency for c in self.cards if c.marketplace == marketplace), "")

    def status(self, date: dt.date, marketplace: str) -> CardStatus:
        """Return which card covers a day."""
        place, cards = country(marketplace), self.of(country(marketplace))
        last = self.last_day(place)
        now = next((c.card for c in cards if c.first_day <= date <= c.last_day), "")
        if last is None:
            reason = "no_card"
        elif now:
            reason = ""
        else:
            reason = "after_card" if date > last else "before_card"
        newest = max(cards, key=lambda c: c.last_day).card if reason == "after_card" else now
        return CardStatus(place, self.currency(place), newest, last, reason == "after_card", reason)


def country(marketplace: str) -> str:
    """Return a marketplace's code as the cards write it.

    >>> country("gb"), country("amazon-us")
    ('UK', 'US')
    """
    code = marketplace.upper().removeprefix("AMAZON-").removeprefix("FBA-")
    return "UK" if code == "GB" else code


def read_card(file: Path) -> Card:
    """Return one card from its YAML file."""
    content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        return Card.model_validate(content)
    except ValidationError as caught:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}, got {e['input']!r}" for e in caught.errors()]
        raise BadParameters(file.name, faults) from None


@cache
def rate_cards() -> RateCards:
    """Return the built-in cards."""
    return RateCards.load()


def card_status(date: dt.date, marketplace: str = "US", cards: RateCards | None = None) -> CardStatus:
    """Return whether a rate card covers the day, which one, and the last day covered, for the banner.

    After the last day the newest card's rates are carried on and `stale` is true; before the first day and
    without a card fees are unknown.

    >>> import datetime as dt
    >>> card_status(dt.date(2026, 11, 22)).card
    'us-2026'
    >>> card_status(dt.date(2027, 3, 1)).stale, card_status(dt.date(2027, 3, 1), "UK").reason
    (True, 'no_card')
    """
    return (cards or rate_cards()).status(date, marketplace)
