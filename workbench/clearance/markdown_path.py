"""The best price month by month until the excess is gone: dynamic programming over units left, demand uncertain."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.clearance.branches import Array, Case
from workbench.clearance.simulation import carrying_cost, proceeds, sell_down

GRID = 25
"""Levels of the excess left between none and all at which its value is worked out; between them it is linear."""
STATES = ((-1.2247, 1 / 6), (0.0, 2 / 3), (1.2247, 1 / 6))
"""Three points of a normal distribution over the square root of two, and their weights (Gauss-Hermite)."""


def best_path(case: Case, cuts: Sequence[float], rate: float, cv: float) -> Array:
    """Return the price cut of each month that the excess calls for if it sells as expected, shape (n, months).

    V_t(u) = max over cuts of E[sold x (price - fees) - storage and surcharge of what is left + V_{t+1}(u - sold) / (1 + rate)],
    sold = min(u, demand); at the start of each month but the first the rest may leave by the best exit instead. Once the excess is gone
    the cover sells at the usual price.

    Parameters
    ----------
    cuts : price cuts to choose from, 0-1; none is always one of them
    rate : capital rate a month
    cv : how unsure each month's demand is, as a share of it

    References
    ----------
    Bitran, Mondschein, Periodic pricing of seasonal products in retailing, Management Science 43 (1997); see `pricing` for the
    closed form that the recursion is checked against.
    """
    tried = np.array(sorted({0.0, *cuts}))
    share = np.linspace(0, 1, GRID)
    leaving = np.fmax.reduce([way.net for way in case.ends]) if case.ends else np.full(len(case.excess), np.nan)
    rest = _cover_values(case, rate)
    months = case.demand.shape[1]
    chosen = np.zeros((months, len(case.excess), GRID), dtype=np.int8)
    value = np.zeros((len(case.excess), GRID))
    for month in range(months - 1, -1, -1):
        worth = np.stack([_expected(case, cut, month, value, share, rate, cv) for cut in tried])
        chosen[month], value = worth.argmax(axis=0), worth.max(axis=0)
        value[:, 0] = rest[:, month]
        if month:
            gone = share * (case.excess * leaving)[:, None] + rest[:, [month]]
            value = np.where(month < case.deadline, np.fmax(value, gone), np.where(np.isnan(gone), value, gone))
    return tried[_forward(case, tried, chosen)]


def _expected(case: Case, cut: float, month: int, later: Array, share: Array, rate: float, cv: float) -> Array:
    """Return the expected value of starting the month with each share of the excess at a price cut."""
    units = share * case.excess[:, None]
    net = (case.price * (1 - cut) - case.fees(cut))[:, None]
    pace = (case.demand[:, month] * (1 - cut) ** -case.elasticity)[:, None]
    storage, surcharge = case.carrying.storage[:, [month]], _surcharge(case, month)[:, None]
    behind, passed = case.cover.sum(axis=1)[:, None], np.broadcast_to(case.carrying.passed, case.demand.shape[1:])[month]
    worth = np.zeros_like(units)
    for point, weight in STATES:
        sold = np.minimum(units, pace * np.exp(point * np.sqrt(2) * cv - cv**2 / 2))
        kept = units + behind
        cost = (kept - sold / 2) * storage + (kept - passed * sold) * surcharge
        worth += weight * (sold * net - cost + _between(later, (units - sold) / case.excess[:, None]) / (1 + rate))
    return worth


def _surcharge(case: Case, month: int) -> Array:
    """Return the surcharge of one unit of mean age in a month."""
    total = case.layers.sum(axis=1)
    return np.einsum("na,na->n", case.layers, case.carrying.surcharge[:, month]) / np.maximum(total, 1e-9)


def _between(values: Array, share: Array) -> Array:
    place = np.clip(share, 0, 1) * (GRID - 1)
    low = np.minimum(place.astype(int), GRID - 2)
    part = place - low
    return np.take_along_axis(values, low, 1) * (1 - part) + np.take_along_axis(values, low + 1, 1) * part


def _cover_values(case: Case, rate: float) -> Array:
    """Return what the cover brings when it starts to sell in each month, valued at that month: shape (n, months)."""
    months = case.demand.shape[1]
    found = np.zeros((len(case.excess), months))
    for month in range(months):
        then = case.cover_from(month)
        sold = sell_down(then.demand, case.cover.sum(axis=1))
        found[:, month] = (proceeds(sold, case.price, case.fees()) + carrying_cost(case.cover, sold, then.carrying)).npv(rate)
    return found


def _forward(case: Case, tried: Array, chosen: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return which cut is taken each month if demand is as expected."""
    left, rows = case.excess.copy(), np.arange(len(case.excess))
    taken = np.zeros((len(rows), len(chosen)), dtype=np.int64)
    for month in range(len(chosen)):
        level = np.ceil(left / np.maximum(case.excess, 1e-9) * (GRID - 1) - 1e-9).astype(int)
        taken[:, month] = chosen[month, rows, level]
        left = np.maximum(left - case.demand[:, month] * (1 - tried[taken[:, month]]) ** -case.elasticity, 0)
    return taken
