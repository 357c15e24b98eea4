"""Charge rows of numbers by rate cards: which line applies to which row, and what it amounts to."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.errors import BadParameters, StaleRateCard
from workbench.fees.cards import BASIS, MEASURES, Band, Card, Rate, RateCards, country, rate_cards
from workbench.fees.sizes import tier_code

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Numbers = Any  # a number or an array of numbers, one a row
Words = Any  # a text or an array of texts, one a row
Dates = Any  # a day or an array of days, one a row


def half_up(amount: Numbers) -> Floats:
    """Return money rounded half-up to the cent, as a bill does.

    >>> half_up([0.125, 2.675, -0.125]).tolist()
    [0.13, 2.68, -0.13]
    """
    cents = np.abs(np.asarray(amount, dtype="float64")) * 100
    return np.sign(amount) * np.floor(cents + 0.5 + 1e-7) / 100  # 2.675 is stored as 2.67499...: the 1e-7 undoes that


class Labels:
    """Texts of many rows, each distinct text looked at once."""

    def __init__(self, values: Words, clean: Callable[[str], Any] = str):
        array = np.asarray(values, dtype=object)
        codes, unique = pd.factorize(array.ravel(), use_na_sentinel=True)
        self.codes = codes.reshape(array.shape)
        self.unique = [clean(str(u)) for u in unique]

    def where(self, test: Callable[[Any], bool]) -> npt.NDArray[np.bool_]:
        """Return the rows whose text passes the test; a missing text never does."""
        passed = np.array([test(u) for u in self.unique] + [False], dtype=bool)
        return passed[self.codes]


def days(dates: Dates) -> Days:
    """Return dates as an array of days."""
    return np.asarray(pd.Timestamp(dates) if isinstance(dates, dt.date | str) else dates, dtype="datetime64[D]")


def words(text: str) -> frozenset[str]:
    """Return the lower-case words of a category."""
    return frozenset("".join(c if c.isalpha() else " " for c in text.lower()).split())


@dataclass(frozen=True)
class Match:
    """Which line of which card applies to each row; -1 where none does."""

    line: npt.NDArray[np.int64]
    lines: list[tuple[Card, Rate]]

    def value(self, name: str) -> Floats:
        """Return a number of the line that applies, NaN where none does or where it has none."""
        numbers = [getattr(rate, name) for _, rate in self.lines]
        return np.array([np.nan if n is None else n for n in numbers] + [np.nan], dtype="float64")[self.line]


def match(kind: str, date: Dates, marketplace: Words, given: Mapping[str, Any], cards: RateCards | None = None, strict: bool = False) -> Match:
    """Return which line of the cards applies to each row: the first whose conditions all hold.

    Days after the last card are charged by the newest card, in the months they lie in; days before the first by none.
    `given` holds size_tier, option, category and the measures; a condition on something not given does not hold.

    Raises
    ------
    StaleRateCard
        With `strict`, if a day lies past the last card, or the marketplace has none.
    """
    book = cards or rate_cards()
    strange = set(given) - {"size_tier", "option", "category", *MEASURES}
    if strange:
        raise BadParameters(f"fee {kind}", [f"{name}: not a measure of this fee" for name in sorted(strange)])
    day, places = days(date), Labels(marketplace, country)
    if strict:
        _refuse_stale(book, kind, day, places)
    texts = {
        "size": Labels(given.get("size_tier", ""), tier_code),
        "option": Labels(given.get("option", "")),
        "category": Labels(given.get("category", ""), words),
    }
    measures = {name: np.asarray(given[name], dtype="float64") for name in MEASURES if name in given}
    shape = np.broadcast_shapes(day.shape, places.codes.shape, *(t.codes.shape for t in texts.values()), *(m.shape for m in measures.values()))
    line = np.full(shape, -1)
    lines: list[tuple[Card, Rate]] = []
    for place in dict.fromkeys(places.unique):
        here, covered, month = places.where(place.__eq__), _clamped(book, place, kind, day), day.astype("datetime64[M]").astype(int) % 12 + 1
        for card in book.of(place, kind):
            for rate in (r for r in card.lines if r.kind == kind):
                applies = here & _in_force(card, rate, covered, month) & _conditions(card, rate, texts, measures)
                line[np.broadcast_to(applies, shape) & (line < 0)] = len(lines)
                lines.append((card, rate))
    return Match(line, lines)


def _refuse_stale(book: RateCards, kind: str, day: Days, places: Labels) -> None:
    newest = day.max() if day.size else np.datetime64("NaT")
    for place in places.unique:
        last = book.last_day(place, kind)
        if last is None or newest > np.datetime64(last):
            raise StaleRateCard(kind, place, newest, last or "never")


def _clamped(book: RateCards, place: str, kind: str, day: Days) -> Days:
    last = book.last_day(place, kind)
    return day if last is None else np.minimum(day, np.datetime64(last))


def _in_force(card: Card, rate: Rate, covered: Days, month: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    first, last = max(card.first_day, rate.since), min(card.last_day, rate.until or dt.date.max)
    held = (covered >= np.datetime64(first)) & (covered <= np.datetime64(last))
    return held & np.isin(month, rate.months) if rate.months else held


def _conditions(card: Card, rate: Rate, texts: Mapping[str, Labels], measures: Mapping[str, Floats]) -> Any:
    held: Any = texts["option"].where(rate.option.__eq__)
    if rate.size:
        held = held & texts["size"].where(card.tiers_of(rate).__contains__)
    if rate.category:
        held = held & texts["category"].where(lambda found: not found.isdisjoint(rate.category))
    for name, band in rate.when.items():
        held = held & (_within(measures[name], band) if name in measures else False)
    return held


def _within(value: Floats, band: Band) -> npt.NDArray[np.bool_]:
    held = ~np.isnan(value)
    if band.over is not None:
        held &= value > band.over
    if band.at_least is not None:
        held &= value >= band.at_least
    if band.below is not None:
        held &= value < band.below
    if band.up_to is not None:
        held &= value <= band.up_to
    return held


def amount(
    kind: str,
    date: Dates,
    marketplace: Words,
    *,
    units: Numbers = 1.0,
    volume_ft3: Numbers = np.nan,
    price: Numbers = np.nan,
    rate: Numbers = np.nan,
    cards: RateCards | None = None,
    strict: bool = False,
    rounded: bool = True,
    **given: Any,
) -> Floats:
    """Return what a fee amounts to for each row: rate times what the kind of fee is charged on.

    Parameters
    ----------
    kind : one of `BASIS`
    units, volume_ft3, price : what the rate multiplies: units; volume of one unit in ft3; money of one unit
    rate : the seller's own rate, which wins over the card where it is not NaN
    given : size_tier, option, category and measures that the card's conditions need
    rounded : round half-up to the cent; leave it off for expected amounts

    Returns
    -------
    float64 array, NaN where the fee is unknown.
    """
    found = match(kind, date, marketplace, {"price": price, **given}, cards, strict)
    base, own = base_of(kind, units, volume_ft3, price), np.asarray(rate, dtype="float64")
    total = np.where(np.isnan(own), _by_card(found, base, units, given), _product(own, base))
    return half_up(total) if rounded else total


def _by_card(found: Match, base: Floats, units: Numbers, given: Mapping[str, Any]) -> Floats:
    count = np.asarray(units, dtype="float64")
    exact = np.where(np.isnan(found.value("high")), found.value("rate"), np.nan)  # a range is no rate
    total, floor = _product(exact, base), found.value("per_unit") * count
    total = np.where(np.isnan(floor), total, np.maximum(total, floor))
    return total + _extra_weight(found, given) * count


def base_of(kind: str, units: Numbers, volume_ft3: Numbers, price: Numbers) -> Floats:
    """Return what the rate of a kind multiplies: volume, units, boxes or money."""
    count = np.asarray(units, dtype="float64")
    if BASIS[kind].startswith("ft3"):
        return count * np.asarray(volume_ft3, dtype="float64")
    return count * np.asarray(price, dtype="float64") if BASIS[kind] == "share" else count


def _product(rate: Floats, base: Floats) -> Floats:
    return np.where(rate == 0, 0.0, rate * base)  # nothing is charged, whatever the base, even if it is unknown


def _extra_weight(found: Match, given: Mapping[str, Any]) -> Floats:
    per_lb = np.nan_to_num(found.value("per_extra_lb"))
    if not per_lb.any():
        return np.zeros_like(per_lb)
    over = np.asarray(given["weight_lb"], dtype="float64") - found.value("extra_over_lb")
    return np.where(per_lb > 0, per_lb * np.ceil(np.maximum(over, 0) - 1e-9), 0.0)
