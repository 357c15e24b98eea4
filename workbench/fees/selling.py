"""What it costs to sell a unit: referral, fulfilment with its fuel surcharge, low-inventory-level fee, inbound placement."""

from typing import Any

import numpy as np

from workbench.fees.cards import RateCards
from workbench.fees.tariff import Dates, Floats, Numbers, Words, amount, half_up, match


def referral(
    units: Numbers, price: Numbers, date: Dates, marketplace: Words, *, rate: Numbers = np.nan, cards: RateCards | None = None, rounded: bool = True
) -> Floats:
    """Return the referral fee: units x price x commission.

    Parameters
    ----------
    price : price of one unit as sold, after discount
    rate : the SKU's own commission, 0-1; where it is NaN the card's 15 % is assumed (US), or the fee is unknown
    """
    return amount("referral", date, marketplace, units=units, price=price, rate=rate, cards=cards, rounded=rounded)


def fulfilment(
    units: Numbers, fee_per_unit: Numbers, date: Dates, marketplace: Words, *, programme: Words = "fba", cards: RateCards | None = None, rounded: bool = True
) -> Floats:
    """Return the fulfilment fee of shipped units, with the fuel and logistics surcharge of the day.

    The fee of one unit is not on the cards: it is the seller's own figure, without the surcharge. A fee that the marketplace
    previews or charged holds the surcharge already (see `per_unit.selling_fees`). Where no card is known it is left out.

    Parameters
    ----------
    fee_per_unit : fulfilment fee of one unit without the surcharge
    programme : fba, or mcf for orders of other channels

    >>> import datetime as dt
    >>> float(fulfilment(100, 5.50, dt.date(2026, 11, 1), "US"))
    569.25
    """
    base = np.asarray(units, dtype="float64") * np.asarray(fee_per_unit, dtype="float64")
    fuel = amount("fuel_surcharge", date, marketplace, units=units, price=fee_per_unit, option=programme, cards=cards, rounded=rounded)
    return (half_up(base) if rounded else base) + np.nan_to_num(fuel)


def low_price_discount(price: Numbers, date: Dates, marketplace: Words, *, cards: RateCards | None = None) -> Floats:
    """Return by how much the fulfilment fee of one unit falls because its price is under the lowest band (US 2026: $10)."""
    return amount("low_price_discount", date, marketplace, price=price, cards=cards)


def low_inventory(
    units_shipped: Numbers,
    short_days: Numbers,
    long_days: Numbers,
    date: Dates,
    marketplace: Words,
    size_tier: Words,
    weight_lb: Numbers = np.nan,
    category: Words = "",
    *,
    cards: RateCards | None = None,
    rounded: bool = True,
    **measures: Any,
) -> Floats:
    """Return the low-inventory-level fee of shipped units: both historical days of supply under 28, the higher picks the band.

    Parameters
    ----------
    units_shipped : units shipped in the span charged
    short_days, long_days : historical days of supply over 30 and 90 days
    weight_lb : shipping weight, which splits the large standard tier at 3 lb
    measures : units_shipped_7, days_selling, days_since_first_receipt, awd_share, each of which may exempt the SKU

    >>> import datetime as dt
    >>> float(low_inventory(1000, 18, 12, dt.date(2026, 3, 1), "US", "large_standard", 2.0))
    700.0
    """
    supply = np.maximum(np.asarray(short_days, dtype="float64"), np.asarray(long_days, dtype="float64"))
    given = {"size_tier": size_tier, "weight_lb": weight_lb, "category": category, "days_of_supply": supply, **measures}
    return amount("low_inventory", date, marketplace, units=units_shipped, cards=cards, rounded=rounded, **given)


SUPPLY_DAYS, WEEKLY_UNITS = 60, 60
"""Days of supply, and units shipped in seven days, up to which a card's conditions are looked at."""


def low_inventory_schedule(date: Dates, marketplace: Words, size_tier: Words, weight_lb: Numbers, category: Words) -> tuple[Floats, Floats]:
    """Return the low-inventory-level fee of one shipped unit by whole days of supply, (n, 60), and the units shipped in seven days it begins at, (n,).

    Parameters
    ----------
    marketplace, size_tier, weight_lb, category : arrays of one value a row, see `low_inventory`

    >>> import datetime as dt
    >>> fee, least = low_inventory_schedule(dt.date(2026, 3, 1), np.array(["US"]), np.array(["large_standard"]), np.array([2.0]), np.array([""]))
    >>> fee[0, [13, 14, 21, 28]].tolist(), least.tolist()
    ([0.97, 0.7, 0.36, 0.0], [20.0])
    """
    place, size, kind = (np.asarray(value, dtype=object)[:, None] for value in (marketplace, size_tier, category))
    weight, days, shipped = np.asarray(weight_lb, dtype="float64")[:, None], np.arange(SUPPLY_DAYS)[None, :], np.arange(WEEKLY_UNITS)[None, :]
    fee = low_inventory(1, days, days, date, place, size, weight, kind, rounded=False, units_shipped_7=WEEKLY_UNITS)
    asked = low_inventory(1, 0, 0, date, place, size, weight, kind, rounded=False, units_shipped_7=shipped) > 0
    return fee, np.where(asked.any(axis=1), asked.argmax(axis=1), np.inf)


def inbound_placement(
    units: Numbers,
    date: Dates,
    marketplace: Words,
    size_tier: Words = "",
    split: Words = "optimised",
    *,
    position: Numbers = np.nan,
    cards: RateCards | None = None,
    rounded: bool = True,
) -> Floats:
    """Return the inbound placement fee of received units, charged 45 days after receipt.

    Parameters
    ----------
    split : optimised (five or more places, free), partial or minimal
    position : where in the published range the fee lies, 0 the cheapest weight and region, 1 the dearest;
        NaN leaves a fee that is only known as a range unknown
    """
    found = match("inbound_placement", date, marketplace, {"size_tier": size_tier, "option": split}, cards)
    low, high = found.value("rate"), found.value("high")
    rate = np.where(np.isnan(high), low, low + np.asarray(position, dtype="float64") * (high - low))
    total = rate * np.asarray(units, dtype="float64")
    return half_up(total) if rounded else total
