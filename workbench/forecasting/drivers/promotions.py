"""Promotions of one's own: past days are freed of what they brought; ahead there are as many as usual, and one that runs goes on as such have.

What a promotion brings is measured where demand is cleaned, by kind and depth and pooled over categories; see docs/cleaning.md.
"""

import numpy as np
import pandas as pd

from workbench.forecasting.drivers.spells import spells

_USUAL_DAYS = 365
_LEAN_DAYS = 56  # of all, that a SKU's share of days on promotion leans to
_LEAN_PROMOTED = 7  # days on promotion of all, that what a SKU's promotions bring leans to


def past_lifts(rows: pd.DataFrame, place: tuple[np.ndarray, np.ndarray], shape: tuple[int, int]) -> np.ndarray | None:
    """Return what own promotions multiplied the demand of each day by, (n, T), 1 on days without; None where there is none.

    Days of events are left to the events.

    Parameters
    ----------
    rows : table history of one channel
    place : row and day of each
    """
    if not {"promotion", "base_demand"} <= set(rows):
        return None
    demand, base = rows["demand"].to_numpy(float), rows["base_demand"].to_numpy(float)
    on = (rows["promotion"].fillna("") != "").to_numpy() & (rows["event"].fillna("") == "").to_numpy() & (base > 0) & (demand > 0)
    if not on.any():
        return None
    made = np.ones(shape, np.float32)
    made[place[0][on], place[1][on]] = demand[on] / base[on]
    return made


def lifts_with_days_ahead(past: np.ndarray, observed: np.ndarray, horizon: int, planned: np.ndarray | None = None) -> np.ndarray:
    """Return past lifts (n, T) followed by what promotions are expected to multiply the days ahead by, (n, T + horizon).

    Ahead: 1 + chance x (lift - 1). The chance of a day to be on promotion is the SKU's share of such days in the last year, leaning to that
    of all by eight weeks; for one on promotion today besides the chance that it goes on, as long as such have lasted. The lift is the mean
    over the SKU's days on promotion, leaning to all by a week. Where `planned` (n, horizon) says 1 or 0, that is the chance.

    Examples
    --------
    Nobody is on promotion today, and one day in ten was, at three times the demand:

    >>> past = np.ones((5, 400))
    >>> past[:, 5::10] = 3.0
    >>> lifts_with_days_ahead(past, past > 0, 2)[0, -2:].astype(float).round(2).tolist()
    [1.2, 1.2]
    """
    on = past != 1
    recent, known = on[:, -_USUAL_DAYS:], observed[:, -_USUAL_DAYS:]
    days, promoted = known.sum(1), (recent & known).sum(1)
    share = (promoted + _LEAN_DAYS * promoted.sum() / max(days.sum(), 1)) / (days + _LEAN_DAYS)
    count, total = on.sum(1), np.where(on, past, 0).sum(1, dtype=float)
    lift = (total + _LEAN_PROMOTED * total.sum() / max(count.sum(), 1)) / (count + _LEAN_PROMOTED)
    chance = share[:, None] + (1 - share[:, None]) * spells(on).still_on(horizon)
    chance = chance if planned is None else np.where(np.isfinite(planned), planned, chance)
    return np.concatenate([past, 1 + chance * (lift[:, None] - 1)], 1).astype(np.float32)
