"""How long runs of days last: the chance that one that goes on today still does so many days from now."""

from dataclasses import dataclass

import numpy as np

LEAST_SPELLS = 10
"""Fewer ended spells say nothing about how the chance to end depends on age; then only how long they last in the middle is used."""


@dataclass(frozen=True)
class Spells:
    """Spells of all rows.

    Attributes
    ----------
    age_days : (n,) days for which the spell of a row has lasted at the end; 0 where it has none
    ended : how many ended; median_days : after which half of them have ended, those that go on counted; NaN where there never was one
    hazard : (days,) chance that a spell ends after so many days, from 1; `by_age` says whether it was learned by age
    """

    age_days: np.ndarray
    ended: int
    median_days: float
    hazard: np.ndarray
    by_age: bool

    def still_on(self, horizon: int) -> np.ndarray:
        """Return the chance (n, horizon) that the spell of a row goes on; 0 where it has none."""
        made = np.zeros((len(self.age_days), horizon), np.float32)
        rows = np.flatnonzero(self.age_days)
        age = np.minimum(self.age_days[rows, None] + np.arange(horizon), len(self.hazard)) - 1
        made[rows] = np.cumprod(1 - self.hazard[age], 1)
        return made


def spells(on: np.ndarray) -> Spells:
    """Return the spells of rows of days (n, T).

    Notes
    -----
    Chance to end at an age: spells that ended at it over those that reached it (Kaplan and Meier 1958), leaning to the chance at
    any age by ten spells' worth. A spell that began before the first day is left out of what is learned unless there is no other; one
    that goes on counts for the days that it has lasted. With fewer than ten ended the chance is the same at every age.

    Examples
    --------
    >>> rows = np.zeros((12, 30), bool)
    >>> rows[:11, 5:15] = True
    >>> rows[11, 25:] = True
    >>> spells(rows).still_on(8)[11].astype(float).round(2).tolist()
    [0.95, 0.91, 0.87, 0.83, 0.79, 0.34, 0.3, 0.27]
    """
    edge = np.diff(np.pad(on.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1]
    length, goes_on, whole = end - first, end == on.shape[1], first > 0
    age = np.zeros(len(on), np.int64)
    age[row[goes_on]] = length[goes_on]
    lasted, ended = (length[whole], length[whole & ~goes_on]) if whole.any() else (length, length[~goes_on])
    usual = (len(ended) + 0.5) / (lasted.sum() + 0.5)  # that none has ended yet does not mean that none ever will
    if len(ended) < LEAST_SPELLS:
        median = np.log(2) / -np.log1p(-usual) if len(lasted) and usual < 1 else np.nan
        return Spells(age, len(ended), float(median), np.array([usual]), False)
    longest = int(lasted.max())
    ends = np.bincount(ended, minlength=longest + 1)[1:]
    reached = np.cumsum(np.bincount(lasted, minlength=longest + 1)[::-1])[::-1][1:]
    hazard = np.append((ends + LEAST_SPELLS * usual) / (reached + LEAST_SPELLS), usual)
    still = np.cumprod(1 - hazard)
    return Spells(age, len(ended), float(np.interp(-0.5, -still, np.arange(1, longest + 2))), hazard, True)
