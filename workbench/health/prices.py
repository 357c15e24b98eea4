"""Whether the price of a SKU was raised, and by how much; what demand would have been at the price of today."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health.past import Array, Narrow, Past

ELASTICITY = 1.8
"""Percent of demand that one percent of price costs."""
PROMOTION_WEEKS = 5
"""The highest price of so many weeks is the one without promotion."""
WEEKS, SIDE_WEEKS = 44, 13
BREAK_WEEKS = range(2, 30)
RAISED = 0.15
"""Logarithm of a step that counts as raised: 16 %."""
RAISED_AND_FELT = 0.08
"""The same where visitors are seen to buy less since: 8 %."""
KEPT = 0.7
"""Share of the step that must still be there."""


def raised(history: pd.DataFrame, listings: pd.DataFrame, past: Past, as_of: dt.date, least: float = RAISED) -> Array:
    """Return the logarithm of the last rise of each series' price, 0 where its SKU's was not raised within half a year.

    Every week is tried as the one of the rise: the highest prices of the up to 13 weeks after it against those of the 13
    before, means of the logarithms; the largest step counts, where most of it is still there in the newest weeks. A seller
    raises the price of a SKU, so its channels are looked at together, each by the weeks in which its price is seen: one
    that sells a unit a month cannot tell a rise from the end of a promotion.
    """
    weekly = _weekly(history, listings, past, as_of, WEEKS)
    seen = np.isfinite(weekly)
    count = np.column_stack([np.zeros(len(seen)), np.cumsum(seen, axis=1)])
    total = np.column_stack([np.zeros(len(seen)), np.cumsum(np.nan_to_num(weekly), axis=1)])
    sku, skus = pd.factorize(past.sku)
    step = np.zeros(len(skus))
    for week in BREAK_WEEKS:
        moved, lately = _step(count, total, week, sku, len(skus))
        step = np.where(lately >= KEPT * moved, np.fmax(moved, step), step)
    return np.where(step >= least, step, 0.0)[sku]


def _step(count: Array, total: Array, week: int, sku: NDArray[np.int64], n: int) -> tuple[Array, Array]:
    """How far the price of each SKU moved in a week, and how much of it is there in the newest weeks; NaN where nothing is seen."""
    new, old = max(week - SIDE_WEEKS, 0), week + SIDE_WEEKS
    recent = min(week, SIDE_WEEKS)
    after, before = count[:, week] - count[:, new], count[:, old] - count[:, week]
    weight = np.where((after > 0) & (before > 1) & (count[:, recent] > 0), np.minimum(after, before), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = (total[:, old] - total[:, week]) / before
        moved = (total[:, week] - total[:, new]) / after - usual
        lately = total[:, recent] / count[:, recent] - usual
        parts = (np.bincount(sku, np.where(weight > 0, weight * part, 0.0), n) / np.bincount(sku, weight, n) for part in (moved, lately))
        return next(parts), next(parts)


def to_price_of_now(factor: Narrow, history: pd.DataFrame, past: Past) -> None:
    """Multiply the past of `factor` (n, T and more), in place, by what its prices did to demand beside the newest price.

    Only prices that were paid count, on both sides: an asked price lies above what people pay.
    """
    weeks = past.days // 7
    usual = _usual(_weekly(history, None, past, past.as_of, weeks)[:, ::-1])
    effect = np.nan_to_num(np.exp(-ELASTICITY * (usual - usual[:, -1:])), nan=1.0).astype(np.float32)
    first = past.days - 7 * weeks
    factor[:, :first] *= effect[:, :1]
    for week in range(weeks):
        factor[:, first + 7 * week : first + 7 * week + 7] *= effect[:, week, None]


def _usual(weekly: Array) -> Array:
    """Prices (n, weeks), oldest first, without promotions: the last known one, the highest of the weeks around; before the first the first."""
    rows, weeks = np.arange(len(weekly))[:, None], weekly.shape[1]
    last = np.maximum.accumulate(np.where(np.isfinite(weekly), np.arange(weeks), -1), axis=1)
    carried = np.pad(np.where(last >= 0, weekly[rows, last], np.nan), ((0, 0), (PROMOTION_WEEKS // 2,) * 2), constant_values=np.nan)
    usual = np.fmax.reduce([carried[:, at : at + weeks] for at in range(PROMOTION_WEEKS)])
    first = np.isfinite(usual).argmax(axis=1)[:, None]
    return np.where(np.isnan(usual), usual[rows, first], usual)


def _weekly(history: pd.DataFrame, listings: pd.DataFrame | None, past: Past, as_of: dt.date, weeks: int) -> Array:
    """Logarithm of the highest price of each series and week back, NaN where no price is known."""
    day = pd.Timestamp(as_of)
    paid = (past.row_day >= past.days - 7 * weeks) & (history["units"] > 0).to_numpy() & (history["price"] > 0).to_numpy()
    paid &= ~(history["promotion"] != "").to_numpy(dtype=bool, na_value=False)
    series, back, price = past.row_series[paid], past.days - past.row_day[paid], history["price"].to_numpy(float)[paid]
    if listings is not None:
        asked = listings.loc[(listings["date"] < day) & (listings["date"] >= day - pd.Timedelta(days=7 * weeks)) & (listings["price"] > 0)]
        series = np.concatenate([series, past.row_of(asked["sku"], asked["channel"])])
        back = np.concatenate([back, (day - asked["date"]).dt.days.to_numpy()])
        price = np.concatenate([price, asked["price"].to_numpy(float)])
    there, cell = series >= 0, series * weeks + (back - 1) // 7
    made = np.full(len(past.sku) * weeks, -np.inf)
    np.maximum.at(made, cell[there], np.log(price[there]))
    return np.where(np.isfinite(made), made, np.nan).reshape(-1, weeks)
