"""What it costs and brings to let units go: removal, disposal, liquidation."""

import numpy as np

from workbench.fees.cards import RateCards
from workbench.fees.tariff import Dates, Floats, Numbers, Words, amount, half_up, match


def removal(
    units: Numbers, weight_lb: Numbers, date: Dates, marketplace: Words, size_tier: Words, *, cards: RateCards | None = None, rounded: bool = True
) -> Floats:
    """Return the fee for having units sent back: by size and shipping weight, heavier ones by the started pound.

    >>> import datetime as dt
    >>> float(removal(300, 1.5, dt.date(2026, 11, 1), "US", "large_standard"))
    681.0
    """
    return amount("removal", date, marketplace, units=units, weight_lb=weight_lb, size_tier=size_tier, cards=cards, rounded=rounded)


def disposal(
    units: Numbers, weight_lb: Numbers, date: Dates, marketplace: Words, size_tier: Words, *, cards: RateCards | None = None, rounded: bool = True
) -> Floats:
    """Return the fee for having units destroyed."""
    return amount("disposal", date, marketplace, units=units, weight_lb=weight_lb, size_tier=size_tier, cards=cards, rounded=rounded)


def liquidation_proceeds(
    units: Numbers,
    average_selling_price: Numbers,
    date: Dates,
    marketplace: Words,
    *,
    recovery_share: Numbers = np.nan,
    processing_fee_per_unit: Numbers = np.nan,
    cards: RateCards | None = None,
    rounded: bool = True,
) -> Floats:
    """Return what liquidating units brings after fees; paid within about 90 days, irrevocable.

    proceeds = units x (price x recovery x (1 - referral share) - processing fee).

    Parameters
    ----------
    recovery_share : gross recovery over the average selling price, 0-1; NaN takes the middle of the published range (0.05-0.10)
    processing_fee_per_unit : not published; NaN leaves the proceeds unknown

    >>> import datetime as dt
    >>> float(liquidation_proceeds(300, 30, dt.date(2026, 11, 1), "US", processing_fee_per_unit=0.60))
    393.75
    """
    share = np.asarray(recovery_share, dtype="float64")
    gross = np.asarray(average_selling_price, dtype="float64") * np.where(np.isnan(share), published_recovery(date, marketplace, cards), share)
    commission = amount("liquidation_referral", date, marketplace, units=units, price=gross, cards=cards, rounded=rounded)
    handling = amount("liquidation_processing", date, marketplace, units=units, rate=processing_fee_per_unit, cards=cards, rounded=rounded)
    total = np.asarray(units, dtype="float64") * gross - commission - handling
    return half_up(total) if rounded else total


def published_recovery(date: Dates, marketplace: Words, cards: RateCards | None = None) -> Floats:
    """Return the middle of the published range of gross recovery, as a share of the average selling price."""
    found = match("liquidation_recovery", date, marketplace, {}, cards)
    return (found.value("rate") + found.value("high")) / 2
