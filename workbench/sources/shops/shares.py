"""An amount of an order spread over its lines by value, so that the lines add up to it to the last cent."""

import numpy as np

WHOLE_MONEY = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF", "KMF", "DJF", "GNF", "BIF", "VUV"})
"""Currencies without a smaller unit (ISO 4217, minor unit 0)."""


def spread(amount: np.ndarray, weight: np.ndarray, order: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return what each line bears of its order's amount: by weight, in whole units, those left over to the largest rests.

    Parameters
    ----------
    amount
        Amount of the order, the same on each of its lines, >= 0.
    weight
        Value of the line, >= 0; an order whose lines weigh nothing bears nothing.
    order
        Number of the order of each line, 0, 1, 2 and so on.
    unit
        Smallest unit of the money: 0.01, or 1.

    >>> import numpy as np
    >>> spread(np.full(3, 10.0), np.ones(3), np.zeros(3, dtype=int), np.full(3, 0.01)).tolist()
    [3.34, 3.33, 3.33]
    """
    total = np.bincount(order, weight)[order] if len(order) else weight
    exact = np.where(total > 0, amount / unit * weight / np.where(total > 0, total, 1.0), 0.0)
    whole = np.floor(np.round(exact, 6))
    if not len(order):
        return whole
    due = np.where(total > 0, np.rint(amount / unit), 0.0)
    left = due - np.bincount(order, whole)[order]
    by_rest = np.lexsort((np.arange(len(order)), -np.round(exact - whole, 6), order))
    first = np.flatnonzero(np.diff(order[by_rest], prepend=-1))
    place = np.empty(len(order), dtype=np.int64)
    place[by_rest] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return np.round((whole + (place < left)) * unit, 2)
