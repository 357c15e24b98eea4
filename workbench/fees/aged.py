"""Aged inventory surcharge: charged on the snapshot of the 15th, by the age of each unit."""

import datetime as dt

from workbench.fees.cards import RateCards
from workbench.fees.tariff import Dates, Floats, Numbers, Words, amount

SNAPSHOT_DAY = 15


def aged_surcharge(
    units: Numbers,
    age_days: Numbers,
    volume_ft3: Numbers,
    date: Dates,
    marketplace: Words,
    category: Words = "",
    *,
    cards: RateCards | None = None,
    rounded: bool = True,
) -> Floats:
    """Return the aged inventory surcharge of one snapshot for units of one age, in addition to storage.

    fee = units x volume x rate of the age tier; in the oldest tiers at least units x the floor per unit.

    Parameters
    ----------
    units : units of that age; shapes broadcast, so (n, 1) SKUs meet (1, k) ages
    age_days : age on the day of the snapshot, days since receipt, first in first out
    volume_ft3 : volume of one packed unit, ft3
    date : day of the snapshot
    category : product group; apparel, shoes, bags, jewellery and watches pay nothing from 181 to 270 days
    cards, rounded : see `amount`

    Returns
    -------
    float64 array: 0 below 181 days, NaN where unknown.

    >>> import datetime as dt
    >>> ages = [181, 211, 241, 271, 301, 331, 366]  # Amazon's sample row: 10 units of 0.03 ft3, table of 2023
    >>> aged_surcharge(10, ages, 0.03, dt.date(2023, 6, 15), "US").tolist()
    [0.15, 0.3, 0.45, 1.14, 1.2, 1.26, 2.07]
    """
    return amount("aged_inventory", date, marketplace, units=units, volume_ft3=volume_ft3, age_days=age_days, category=category, cards=cards, rounded=rounded)


def next_snapshot(date: dt.date) -> dt.date:
    """Return the next day on which ages are charged: the 15th, today included.

    A removal order submitted before that day avoids the month's surcharge.

    >>> import datetime as dt
    >>> next_snapshot(dt.date(2026, 12, 16))
    datetime.date(2027, 1, 15)
    """
    if date.day <= SNAPSHOT_DAY:
        return date.replace(day=SNAPSHOT_DAY)
    return (date.replace(day=1) + dt.timedelta(days=31)).replace(day=SNAPSHOT_DAY)
