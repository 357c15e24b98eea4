"""Whether the price of a SKU was raised, and by how much."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.health.past import Array, Past

WEEKS, SIDE_WEEKS = 44, 13
BREAK_WEEKS = range(2, 30)
RAISED = 0.165
"""Logarithm of a step that counts as raised: 18 %."""
KEPT = 0.7
"""Share of the step that must still be there."""


def raised(history: pd.DataFrame, listings: pd.DataFrame, past: Past, as_of: dt.date) -> Array:
    """Return the logarithm of the last rise of each series' price, 0 where it was not raised by 18 % within half a year.

    Every week is tried as the one of the rise: the highest prices of the up to 13 weeks after it against those of the 13
    before, means of the logarithms; the largest step counts, where most of it is still there in the newest weeks.
    """
    weekly = _weekly(history, listings, past, as_of)
    seen = np.isfinite(weekly)
    count = np.column_stack([np.zeros(len(seen)), np.cumsum(seen, axis=1)])
    total = np.column_stack([np.zeros(len(seen)), np.cumsum(np.nan_to_num(weekly), axis=1)])
    step = np.zeros(len(weekly))
    for week in BREAK_WEEKS:
        new, old = max(week - SIDE_WEEKS, 0), week + SIDE_WEEKS
        after, before = count[:, week] - count[:, new], count[:, old] - count[:, week]
        with np.errstate(divide="ignore", invalid="ignore"):
            usual = (total[:, old] - total[:, week]) / before
            moved = (total[:, week] - total[:, new]) / after - usual
            lately = total[:, min(week, SIDE_WEEKS)] / count[:, min(week, SIDE_WEEKS)] - usual
        holds = (after > 0) & (before > 1) & (lately >= KEPT * moved)
        step = np.where(holds, np.fmax(moved, step), step)
    return np.where(step >= RAISED, step, 0.0)


def _weekly(history: pd.DataFrame, listings: pd.DataFrame, past: Past, as_of: dt.date) -> Array:
    """Logarithm of the highest price of each series and week back, NaN where no price is known."""
    day = pd.Timestamp(as_of)
    lately = (history["date"] < day) & (history["date"] >= day - pd.Timedelta(days=7 * WEEKS))
    plain = lately & (history["units"] > 0) & (history["promotion"].fillna("") == "")
    columns = ["sku", "channel", "date", "price"]
    asked = listings.loc[(listings["date"] < day) & (listings["date"] >= day - pd.Timedelta(days=7 * WEEKS)), columns]
    told = pd.concat([history.loc[plain, columns], asked], ignore_index=True)
    told = told[told["price"] > 0]
    series = past.row_of(told["sku"], told["channel"])
    week = ((day - told["date"]).dt.days.to_numpy() - 1) // 7
    there, cell = series >= 0, series * WEEKS + week
    made = np.full(len(past.sku) * WEEKS, -np.inf)
    np.maximum.at(made, cell[there], np.log(told["price"].to_numpy(float)[there]))
    return np.where(np.isfinite(made), made, np.nan).reshape(-1, WEEKS)
