"""What it costs to keep units: storage, its utilisation surcharge, overage, AWD."""

from typing import Any

import numpy as np

from workbench.fees.cards import RateCards
from workbench.fees.tariff import Dates, Floats, Numbers, Words, amount


def storage_month(
    volume_ft3: Numbers,
    units: Numbers,
    date: Dates,
    marketplace: Words,
    size_tier: Words,
    *,
    option: Words = "",
    ratio_weeks: Numbers = None,
    units_0_30: Numbers = 0.0,
    cards: RateCards | None = None,
    rounded: bool = True,
    **measures: Any,
) -> Floats:
    """Return the storage fee of one month for each row, with the utilisation surcharge where its ratio is given.

    fee = units x volume x rate of the month and size, plus (units - units aged 0-30 days) x volume x surcharge.

    Parameters
    ----------
    volume_ft3 : volume of one packed unit, ft3
    units : mean units in the building over the month
    date : any day of the month
    option : "dangerous_goods" or empty
    ratio_weeks : storage utilisation ratio of the account in this size, weeks; without it no surcharge is added
    units_0_30 : units aged 0-30 days, which the surcharge leaves out
    measures : mean_volume_ft3, awd_share, days_since_first_receipt, which may waive the surcharge
    cards, rounded : see `amount`

    Returns
    -------
    float64 array in the marketplace's currency, NaN where no card knows the rate.

    >>> import datetime as dt
    >>> float(storage_month(0.05, 100, dt.date(2026, 6, 1), "US", "small_standard"))
    3.9
    """
    common = {"volume_ft3": volume_ft3, "size_tier": size_tier, "cards": cards, "rounded": rounded}
    base = amount("storage", date, marketplace, units=units, option=option, **common)
    if ratio_weeks is None:
        return base
    charged = np.maximum(np.asarray(units, dtype="float64") - units_0_30, 0)
    return base + amount("storage_utilisation", date, marketplace, units=charged, ratio_weeks=ratio_weeks, **common, **measures)


def utilisation_ratio(mean_volume_ft3: Numbers, mean_shipped_ft3_per_day: Numbers) -> Floats:
    """Return the storage utilisation ratio in weeks: 13-week mean volume over 13-week mean daily shipped volume over 7.

    Infinite where volume is stored and none was shipped.

    >>> round(float(utilisation_ratio(40_000, 200)), 2)
    28.57
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(mean_volume_ft3, dtype="float64") / np.asarray(mean_shipped_ft3_per_day, dtype="float64") / 7


def mean_overage(daily_volume_ft3: Numbers, limit_ft3: Numbers) -> float:
    """Return the daily average volume above the limit over the days of a month, in ft3.

    Parameters
    ----------
    daily_volume_ft3 : volume of every day of the month
    limit_ft3 : highest limit announced for the month, one for all days or one a day
    """
    return float(np.maximum(np.asarray(daily_volume_ft3, dtype="float64") - limit_ft3, 0).mean())


def overage_month(overage_ft3: Numbers, date: Dates, marketplace: Words, *, cards: RateCards | None = None, rounded: bool = True) -> Floats:
    """Return the overage fee of a month for the daily average volume above the limit.

    >>> import datetime as dt
    >>> july = [100] * 4 + [20] * 27
    >>> float(overage_month(mean_overage(july, 0), dt.date(2026, 7, 1), "US"))
    303.23
    """
    return amount("overage", date, marketplace, volume_ft3=overage_ft3, cards=cards, rounded=rounded)


def awd_month(
    volume_ft3: Numbers, units: Numbers, date: Dates, marketplace: Words, programme: Words = "base", *, cards: RateCards | None = None, rounded: bool = True
) -> Floats:
    """Return the AWD storage fee of a month.

    Parameters
    ----------
    programme : base, smart or managed, with _west added for the western region
    """
    return amount("awd_storage", date, marketplace, volume_ft3=volume_ft3, units=units, option=programme, cards=cards, rounded=rounded)
