"""One fee in full: every line with its rate, card, source and confidence, or the reason why it is unknown."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import BadParameters
from workbench.fees.cards import BASIS, RateCards, country, rate_cards
from workbench.fees.exits import published_recovery
from workbench.fees.tariff import amount, match

PARTS = {
    "storage": ("storage", "storage_utilisation"),
    "fulfilment": ("fulfilment", "fuel_surcharge"),
    "liquidation": ("liquidation_referral", "liquidation_processing"),
}
_BASES = {"units", "volume_ft3", "price", "rate"}
_ONLY_SCALAR = {"units_0_30", "recovery_share", "processing_fee_per_unit", "short_days", "long_days"}


@dataclass(frozen=True)
class Line:
    """One line of a charge; an unknown amount is NaN and says why.

    `high` is the end of the range where only a range is published; `since` and `until` are the days that the rate is in force, None where
    its end is not announced.
    """

    kind: str
    amount: float
    rate: float
    basis: str
    currency: str
    card: str
    source: str
    confidence: str
    reason: str = ""  # "", no_card, before_card, no_rate, rate_is_range, missing_measure
    stale: bool = False
    high: float = math.nan
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Charge:
    """All lines of one fee."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """Sum of the lines, NaN if one of them is unknown."""
        return math.fsum(line.amount for line in self.lines)

    @property
    def currency(self) -> str:
        """ISO 4217 code, empty where no card names it."""
        return self.lines[0].currency


def charge(kind: str, date: dt.date, marketplace: str = "US", *, strict: bool = False, cards: RateCards | None = None, **given: Any) -> Charge:
    """Return one fee line by line, each rounded half-up, with the rate card's name, source and confidence.

    Parameters
    ----------
    kind : storage, aged_inventory, low_inventory, fulfilment, referral, removal, disposal, liquidation, inbound_placement,
        overage, outlet_deal, donation, grade_resell, awd_storage, awd_transport, awd_processing, or a single line of these
    date : day of the charge; past the last card the newest rates are carried on and the lines are marked stale
    strict : refuse a day past the last card instead
    given : units, volume_ft3 (of one unit), price (of one unit), rate (the seller's own, wins over the card), size_tier,
        option, category, age_days, weight_lb, short_days and long_days (historical days of supply), ratio_weeks and
        units_0_30 (utilisation surcharge), recovery_share and processing_fee_per_unit (liquidation), and every condition
        of the cards

    Raises
    ------
    StaleRateCard
        With `strict`, if the day lies past the last card, or the marketplace has none.
    BadParameters
        If the kind or a measure is unknown.

    >>> import datetime as dt
    >>> fee = charge("storage", dt.date(2026, 6, 30), "US", units=100, volume_ft3=0.05, size_tier="small_standard")
    >>> fee.total, fee.lines[0].rate, fee.lines[0].card, fee.lines[0].confidence
    (3.9, 0.78, 'us-2026', 'M')
    >>> charge("storage", dt.date(2026, 6, 30), "UK", units=100, volume_ft3=0.05, size_tier="small_standard").lines[0].reason
    'no_card'
    """
    if kind not in BASIS and kind not in PARTS:
        raise BadParameters("fees.charge", [f"kind {kind!r}: none of {', '.join(sorted({*BASIS, *PARTS}))}"])
    book = cards or rate_cards()
    if kind in ("liquidation", "liquidation_referral"):
        given.setdefault("recovery_share", float(published_recovery(date, marketplace, book)))
    parts = [(part, _measures(kind, part, given)) for part in PARTS.get(kind, (kind,))]
    lines = [_line(part, date, marketplace, measures, book, strict) for part, measures in parts if measures is not None]
    # a surcharge that no card knows is left out: the previewed fee is all there is to go by
    return Charge(tuple(line for line in lines if line.kind == kind or line.kind != "fuel_surcharge" or not math.isnan(line.amount)))


def _measures(kind: str, part: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """Return what one line is charged on; None where the line does not arise."""
    rest = {name: value for name, value in given.items() if name not in _ONLY_SCALAR}
    if part == "storage_utilisation":
        charged = max(rest.get("units", 1.0) - given.get("units_0_30", 0.0), 0.0)
        return {**rest, "units": charged, "rate": math.nan if part != kind else rest.get("rate", math.nan)} if part == kind or "ratio_weeks" in rest else None
    if part == "fuel_surcharge" and part != kind:
        return {**rest, "price": rest.get("rate", math.nan), "rate": math.nan, "option": rest.get("option", "fba")}
    if part == "liquidation_referral":
        return {**rest, "price": rest.get("price", math.nan) * given["recovery_share"]}
    if part == "liquidation_processing":
        return {**rest, "rate": given.get("processing_fee_per_unit", math.nan)}
    if part == "low_inventory":
        supply = np.maximum(given.get("short_days", math.nan), given.get("long_days", math.nan))
        return {"days_of_supply": float(supply), **rest}
    return rest


def _line(kind: str, date: dt.date, marketplace: str, given: dict[str, Any], book: RateCards, strict: bool) -> Line:
    own = float(given.get("rate", math.nan))
    total = float(amount(kind, date, marketplace, cards=book, strict=strict and math.isnan(own), **given))
    if not math.isnan(own):
        return Line(kind, total, own, BASIS[kind], book.currency(country(marketplace)), "", "given", "given", _missing(total))
    conditions = {name: value for name, value in given.items() if name not in _BASES}
    found = match(kind, date, marketplace, {"price": given.get("price", math.nan), **conditions}, book)
    if found.line < 0:
        reason = book.status(date, marketplace).reason.replace("after_card", "") or "no_rate"
        return Line(kind, math.nan, math.nan, BASIS[kind], book.currency(country(marketplace)), "", "", "", reason)
    card, rate = found.lines[int(found.line)]
    last = book.last_day(card.marketplace, kind)
    reason = "rate_is_range" if rate.high is not None else _missing(total)
    high = math.nan if rate.high is None else rate.high
    stale = bool(last and date > last)
    return Line(kind, total, rate.rate, BASIS[kind], card.currency, card.card, rate.source, rate.confidence, reason, stale, high, rate.since, rate.until)


def _missing(total: float) -> str:
    return "missing_measure" if math.isnan(total) else ""
