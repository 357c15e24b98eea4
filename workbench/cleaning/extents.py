"""How long a promotion really ran: its first and last day are known only where a sale at another price stands right beside it."""

import numpy as np
from numba import njit

LONGEST_DAYS = 60
_LEAST_HEMMED = 30
_SURE = 0.75  # a day without a sale is tagged if it belongs to the promotion at least three times as likely as not


def likely_extents(first: np.ndarray, last: np.ndarray, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and last day (k,) that each promotion most likely covered, days without a sale included.

    How long promotions run is learned from those hemmed in by sales at another price on the day before and the day after. Every
    place that a promotion of such a length can have, between the sales around it, is equally likely.

    Parameters
    ----------
    first, last : (k,) days of the first and last sale in each promotion
    before, after : (k,) days of the last sale before it and of the first after it, each at another price; very far where there is none

    Examples
    --------
    Promotions run seven days; one sold on days 3 and 8, and at the usual price on days 1 and 10:

    >>> seven = np.full(40, 10), np.full(40, 16), np.full(40, 9), np.full(40, 17)
    >>> first, last = likely_extents(*(np.append(known, day) for known, day in zip(seven, (3, 8, 1, 10))))
    >>> int(first[-1]), int(last[-1])
    (3, 8)

    Sold on day 4 only, between days 2 and 10, it can only have run from 3 to 9:

    >>> first, last = likely_extents(*(np.append(known, day) for known, day in zip(seven, (4, 4, 2, 10))))
    >>> int(first[-1]), int(last[-1])
    (3, 9)
    """
    hemmed = (before == first - 1) & (after == last + 1)
    length = last - first + 1
    if hemmed.sum() < _LEAST_HEMMED:
        return first.copy(), last.copy()
    weight = np.bincount(length[hemmed & (length <= LONGEST_DAYS)], minlength=LONGEST_DAYS + 1).astype(float)
    weight[weight < 0.01 * weight.sum()] = 0
    return _extents(first, last, before, after, weight)


@njit(cache=True)
def _extents(first, last, before, after, weight):
    begins, ends = first.copy(), last.copy()
    for k in range(len(first)):
        ahead, behind = np.zeros(len(weight)), np.zeros(len(weight))
        total = 0.0
        for length in range(last[k] - first[k] + 1, len(weight)):
            if weight[length] == 0:
                continue
            low, high = max(before[k] + 1, last[k] - length + 1), min(first[k], after[k] - length)
            for start in range(low, high + 1):
                chance = weight[length] / (high - low + 1)
                total += chance
                ahead[first[k] - start] += chance
                behind[start + length - 1 - last[k]] += chance
        if total == 0:
            continue
        reached = 0.0
        for days in range(len(weight) - 1, 0, -1):
            reached += ahead[days]
            if reached >= _SURE * total:
                begins[k] = first[k] - days
                break
        reached = 0.0
        for days in range(len(weight) - 1, 0, -1):
            reached += behind[days]
            if reached >= _SURE * total:
                ends[k] = last[k] + days
                break
    return begins, ends
