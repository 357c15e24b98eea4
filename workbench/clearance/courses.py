"""How a way out goes by the day: the price that it asks, and the stock that should be there."""

from functools import cache

import numpy as np
import pandas as pd

from workbench.clearance.branches import Case, followed
from workbench.clearance.limits import KEPT
from workbench.clearance.season import DAYS_PER_MONTH
from workbench.clearance.ways import Option

COURSE = ["option", "date", "units", "price"]
Asked = list[tuple[pd.Timestamp, float]]


def price_steps(option: Option, rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Return what is asked from which day on, a text for each row; blank where one price is asked from beginning to end."""
    if option.sold is None or not np.any(option.sold[0].cut):
        return pd.Series(np.nan, rows.index, dtype="str")
    every = [_asked(option, at, price, as_of) for at, price in enumerate(rows["price"].to_numpy(float))]
    return pd.Series([written(asked) if len(asked) > 1 else np.nan for asked in every], rows.index, dtype="str")


def written(asked: Asked) -> str:
    """Return prices by day as one text.

    >>> written([(pd.Timestamp("2026-11-01"), 24.0), (pd.Timestamp("2026-12-01"), 21.5)])
    '2026-11-01=24.00,2026-12-01=21.50'
    """
    return ",".join(f"{day:%Y-%m-%d}={price:.2f}" for day, price in asked)


def read(text: object) -> Asked:
    """Return prices by day as `written` wrote them; none where there is no text.

    >>> read("2026-11-01=24.00,2026-12-01=21.50")[1][1]
    21.5
    """
    pairs = [part.partition("=") for part in text.split(",") if part] if isinstance(text, str) else []
    return [(pd.Timestamp(day), float(price)) for day, _, price in pairs]


def course(option: Option, case: Case, sent_days: int, as_of: pd.Timestamp, at: int = 0) -> pd.DataFrame:
    """Return what stock an option should leave, and at what price it sells, of one row: option, date, units on hand, price from that day on.

    The first day is today, the last that on which the excess is gone, or the last looked at; between two days the stock falls evenly.
    Price is NaN where units leave by an exit, which takes `sent_days`.
    """
    on_hand, ends = float(case.layers[at].sum()), _day(as_of, option.months[at])
    if option.sold is None:
        gone = as_of + pd.Timedelta(days=sent_days)
        return pd.DataFrame([(option.name, as_of, on_hand, np.nan), (option.name, gone, _left(option, at, as_of, gone), np.nan)], columns=COURSE)
    plan, ending = option.sold
    stock, months = followed(case, plan).stock[at], _months(as_of, case.demand.shape[1])
    sent = ending.name[at] != ""
    over = _day(as_of, float(ending.month[at])) if sent else ends
    asked = _asked(option, at, float(case.price[at]), as_of)
    last = over if pd.notna(over) else months[-1]
    days = sorted({as_of, *(day for day in months if day < last), *(day for day, _ in asked if day < last), last})
    units = np.interp(_worked(option, case, at, asked, days, as_of), _worked(option, case, at, asked, months, as_of), stock)
    if not sent and pd.notna(over):
        units[-1] = 0.0 if option.name in KEPT else max(on_hand - float(case.excess[at]), 0.0)
    units = np.minimum.accumulate(np.maximum(units, units[-1]))
    made = [(day, left, _at(asked, day)) for day, left in zip(days, units, strict=True)]
    if sent:
        made.append((ends, min(_left(option, at, as_of, ends), float(units[-1])), np.nan))
    return pd.DataFrame([(option.name, *knot) for knot in made], columns=COURSE)


def _asked(option: Option, at: int, price: float, as_of: pd.Timestamp) -> Asked:
    """The prices of a row by the day from which on they are asked."""
    assert option.sold is not None
    plan, ending = option.sold
    shape = option.cash.received.shape
    cut, part = (np.broadcast_to(np.asarray(each, float), shape)[at] for each in (plan.cut, plan.part))
    if price != price or not cut.any():
        return [(as_of, float(option.price[at]))]
    if (part < 1).any():
        begins = as_of if option.begins is None or pd.isna(option.begins.iloc[at]) else option.begins.iloc[at]
        over = begins + pd.Timedelta(days=round(float(part[cut > 0].sum()) * DAYS_PER_MONTH))
        each = [(as_of, 0.0), (begins, float(cut.max())), (over, 0.0)] if begins > as_of else [(begins, float(cut.max())), (over, 0.0)]
    else:
        until = ending.month[at] if ending.name[at] != "" else shape[1] if np.isnan(option.months[at]) else int(np.ceil(option.months[at]))
        turns = [0, *(np.flatnonzero(np.diff(cut[: max(int(until), 1)])) + 1)]
        each = [(_months(as_of, shape[1])[month], float(cut[month])) for month in turns]
    asked = [(day, price * (1 - share)) for day, share in each]
    return [one for at, one in enumerate(asked) if not at or round(one[1], 2) != round(asked[at - 1][1], 2)]


def _at(asked: Asked, day: pd.Timestamp) -> float:
    return next((price for begins, price in reversed(asked) if begins <= day), asked[0][1])


def _worked(option: Option, case: Case, at: int, asked: Asked, days: list[pd.Timestamp], as_of: pd.Timestamp) -> np.ndarray:
    """Days since today, those of a deal that lasts for a part of a month counted as often as they sell more."""
    assert option.sold is not None
    plan, shape = option.sold[0], case.demand.shape
    part, cut, ads = (np.broadcast_to(np.asarray(each, float), shape)[at] for each in (plan.part, plan.cut, plan.ads))
    since = np.array([(day - as_of).days for day in days], float)
    if not (part < 1).any() or len(asked) < 2:
        return since
    begins, over = ((day - as_of).days for day, _ in asked[-2:])
    lift = float(((1 - cut.max()) ** -case.elasticity[at]) * (1 + ads.max()))
    return np.asarray(since + (lift - 1) * np.clip(since - begins, 0, over - begins))


def _left(option: Option, at: int, as_of: pd.Timestamp, day: pd.Timestamp) -> float:
    """Units that are there on a day once the excess has left: the cover, sold as usual."""
    months = _months(as_of, option.stock.shape[1])
    return float(np.interp((day - as_of).days, [(month - as_of).days for month in months], option.stock[at]))


@cache
def _months(as_of: pd.Timestamp, count: int) -> list[pd.Timestamp]:
    return [as_of + pd.DateOffset(months=month) for month in range(count)]


def _day(as_of: pd.Timestamp, months: float) -> pd.Timestamp:
    return as_of + pd.Timedelta(days=round(months * DAYS_PER_MONTH)) if months == months else pd.NaT
