"""All slow stock at once: one way out for each position, so that together they are worth most within joint limits."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.clearance.limits import AT_LEAST, LIMITS, Array, PortfolioParams, contributions
from workbench.errors import WorkbenchError
from workbench.tables import schema

if TYPE_CHECKING:
    from scipy import sparse

PLACE = ["sku", "location"]
FRONTIER_GAP = 0.005
BISECTIONS = 30
SECONDS = 100.0
"""How long the solver may look for a better choice than the one at hand."""
STEP_SHARE, STEP_GAP, STEP_SECONDS = 0.02, 1e-5, 20.0
"""To check its price a limit is loosened by a share of itself, at least by one unit; both choices are solved to so small a gap."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The choice for all positions.

    `chosen` holds one row of table clearance a position, with what it adds to each limit; `limits` one row a limit: limit,
    wanted, reached, short (by how much it cannot be met together with the others), most (that can be reached with regard to it
    alone; of a budget the least), price (money that one unit less of the demand, or one more of the budget, is worth; of the
    LP relaxation; NaN where a limit cannot be met), and to check it step and resolved: what one unit was worth when the whole choice was
    made anew with the limit so many units looser (NaN where the price is none). `bound` is what no choice can exceed, `left_out` counts positions without
    a recommendation or without an exchange rate.
    """

    chosen: pd.DataFrame
    limits: pd.DataFrame
    npv: float
    bound: float
    left_out: int
    currency: str

    @property
    def feasible(self) -> bool:
        """Whether all limits can be met together."""
        return not (self.limits["short"] > 0).any()

    @property
    def gap(self) -> float:
        """How far the choice may be from the best one, as a share of the bound."""
        return (self.bound - self.npv) / max(abs(self.bound), 1e-9) if self.bound > self.npv else 0.0


def portfolio(tables: Mapping[str, pd.DataFrame], params: PortfolioParams, as_of: dt.date) -> Portfolio:
    """Return one way out for each position with excess, worth most together within joint limits.

    A mixed-integer program: maximise sum of NPV x chosen, one option a position, cash and space at least, advertising and
    labour at most their limits. What limits cost comes from the marginals of its linear relaxation. Limits that cannot be met
    together are loosened by the least sum of shares, and the choice is the best under the loosened ones.

    Parameters
    ----------
    tables : clearance, items, exchange_rates
    params : the limits, see `PortfolioParams`
    as_of : day the plans begin

    Raises
    ------
    BadParameters
        If a deadline lies in the past.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in ("clearance", "items", "exchange_rates")}
    every = contributions(given["clearance"], given["items"], given["exchange_rates"], params, as_of)
    rows = _open(every)
    left_out = len(every.drop_duplicates(PLACE)) - len(rows.drop_duplicates(PLACE))
    return _solve(rows, params.limits(), params, left_out, checked=True)


def frontier(tables: Mapping[str, pd.DataFrame], params: PortfolioParams, as_of: dt.date, points: int = 9) -> pd.DataFrame:
    """Return the money recovered against the space freed: space_ft3, npv, cash, from what pays best to all that can be freed.

    The other limits of `params` hold at every point; its own space limit is left aside. A point is the best choice that frees
    at least so much by `space_by`; without that day space freed at any time counts.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in ("clearance", "items", "exchange_rates")}
    rows = _open(contributions(given["clearance"], given["items"], given["exchange_rates"], params, as_of))
    others = {name: value for name, value in params.limits().items() if name != "space_ft3"}
    params = params.model_copy(update={"gap": FRONTIER_GAP})
    if len(rows) and not others:
        return _swept(rows, points)
    free = _solve(rows, others, params, 0)
    if rows.empty or not free.feasible:
        return pd.DataFrame({"space_ft3": [], "npv": [], "cash": []}, dtype=float)
    found = [free]
    for wanted in np.linspace(float(free.chosen["space_ft3"].sum()), _best_alone(rows, "space_ft3"), points)[1:]:
        one = _solve(rows, others | {"space_ft3": float(wanted) * (1 - 1e-9)}, params, 0)
        found += [one] if one.feasible else []
    return _line(one.chosen for one in found)


def _swept(rows: pd.DataFrame, points: int) -> pd.DataFrame:
    """The frontier where nothing else limits: the best choice at rising prices of space, each the best for the space it frees."""
    place = rows.groupby(PLACE, sort=False).ngroup().to_numpy()
    worth, space = rows["worth"].to_numpy(float), rows["space_ft3"].to_numpy(float)

    def at(price: float) -> pd.DataFrame:
        order = np.lexsort((space, worth + price * space, place))
        last = np.append(np.diff(place[order]) > 0, True)
        return rows.iloc[order[last]]

    free, most = float(at(0.0)["space_ft3"].sum()), _best_alone(rows, "space_ft3")
    high = 1.0
    while float(at(high)["space_ft3"].sum()) < most * (1 - 1e-9) and high < 1e9:
        high *= 4
    found = [at(0.0), at(high)]
    for wanted in np.linspace(free, most, points)[1:-1]:
        low, top = 0.0, high
        for _ in range(BISECTIONS):
            middle = (low + top) / 2
            low, top = (low, middle) if float(at(middle)["space_ft3"].sum()) >= wanted else (middle, top)
        found.append(at(top))
    return _line(found)


def _line(choices: Iterable[pd.DataFrame]) -> pd.DataFrame:
    made = [{"space_ft3": one["space_ft3"].sum(), "npv": one["worth"].sum(), "cash": one["cash"].sum()} for one in choices]
    return pd.DataFrame(made).sort_values("space_ft3").drop_duplicates(ignore_index=True)


def _open(every: pd.DataFrame) -> pd.DataFrame:
    """The options that may be chosen: known money, within the seller's own limits, of positions that have a recommendation at all."""
    known = every["worth"].notna()
    told = (every["recommended"] & known).groupby([every[name] for name in PLACE]).transform("any")
    known &= every["limit_broken"].isna()
    return every[known & told].reset_index(drop=True)


def _solve(rows: pd.DataFrame, limits: Mapping[str, float], params: PortfolioParams, left_out: int, *, checked: bool = False) -> Portfolio:
    if rows.empty:
        report = _report(rows, limits, {}, dict.fromkeys(limits, np.nan))
        return Portfolio(rows, report, 0.0, 0.0, left_out, params.currency)
    if not limits:
        best = rows.loc[rows.groupby(PLACE, sort=False)["worth"].idxmax()].reset_index(drop=True)
        return Portfolio(best, _report(rows, {}, {}, {}), float(best["worth"].sum()), float(best["worth"].sum()), left_out, params.currency)
    one_each = _one_each(rows)
    found = _choose(rows, one_each, limits, min(params.gap, STEP_GAP) if checked else params.gap)
    short: dict[str, float] = {}
    if found is None:
        short = _shortfall(rows, one_each, limits)
        loosened = {name: value - short[name] * (1 if name in AT_LEAST else -1) for name, value in limits.items()}
        found = _choose(rows, one_each, {name: _loose(name, value) for name, value in loosened.items()}, params.gap)
    if found is None:
        raise WorkbenchError("the solver found no choice for the portfolio within its time; try fewer limits or a wider gap")
    picked, bound = found
    chosen = rows[picked].reset_index(drop=True)
    prices = dict.fromkeys(limits, np.nan) if short else _prices(rows, one_each, limits)
    report = _report(rows, limits, short, prices, chosen)
    if checked:
        report = report.assign(**_resolved(rows, one_each, limits, prices, float(chosen["worth"].sum())))
    return Portfolio(chosen, report, float(chosen["worth"].sum()), bound, left_out, params.currency)


def _resolved(rows: pd.DataFrame, one_each: "sparse.csr_array", limits: Mapping[str, float], prices: Mapping[str, float], npv: float) -> dict[str, list[float]]:
    """By how much each limit with a price was loosened to check it, and what one unit of that was worth."""
    steps = {name: max(STEP_SHARE * abs(value), 1.0) if prices[name] > 0 else np.nan for name, value in limits.items()}
    worth = []
    for name, step in steps.items():
        looser = dict(limits) | {name: limits[name] + (-step if name in AT_LEAST else step)}
        found = _choose(rows, one_each, looser, STEP_GAP, STEP_SECONDS) if step == step else None
        worth.append(np.nan if found is None else (float(rows["worth"][found[0]].sum()) - npv) / step)
    return {"step": list(steps.values()), "resolved": worth}


def _loose(name: str, value: float) -> float:
    """A limit with room for rounding, so that what was just found possible is."""
    room = 1e-6 * max(abs(value), 1.0)
    return value - room if name in AT_LEAST else value + room


def _one_each(rows: pd.DataFrame) -> "sparse.csr_array":
    from scipy import sparse  # a screen without limits never needs the solver

    place = rows.groupby(PLACE, sort=False).ngroup().to_numpy()
    return sparse.csr_array((np.ones(len(rows)), (place, np.arange(len(rows)))))


def _signed(rows: pd.DataFrame, limits: Mapping[str, float]) -> tuple[Array, Array]:
    """The limits as matrix and right side of "at most"."""
    sign = np.array([-1.0 if name in AT_LEAST else 1.0 for name in limits])
    return sign[:, None] * rows[list(limits)].to_numpy(float).T.reshape(len(limits), len(rows)), sign * np.array(list(limits.values()))


def _choose(rows: pd.DataFrame, one_each: "sparse.csr_array", limits: Mapping[str, float], gap: float, seconds: float = SECONDS) -> tuple[Array, float] | None:
    """The rows chosen, as a mask, and the bound; None where the limits cannot be met together."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    uses, most = _signed(rows, limits)
    held = [LinearConstraint(one_each, 1, 1), *([LinearConstraint(uses, -np.inf, most)] if len(most) else [])]
    found = milp(
        -rows["worth"].to_numpy(float),
        constraints=held,
        integrality=np.ones(len(rows)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    return None if found.x is None else (found.x > 0.5, -float(found.mip_dual_bound))


def _shortfall(rows: pd.DataFrame, one_each: "sparse.csr_array", limits: Mapping[str, float]) -> dict[str, float]:
    """By how much each limit must give way, the sum of their shares being least."""
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    uses, most = _signed(rows, limits)
    scale = np.maximum(np.abs(np.array(list(limits.values()))), 1.0)
    slack = sparse.hstack([sparse.csr_array(uses / scale[:, None]), -sparse.eye_array(len(most))])
    held = [
        LinearConstraint(sparse.hstack([one_each, sparse.csr_array((one_each.shape[0], len(most)))]), 1, 1),
        LinearConstraint(slack, -np.inf, most / scale),
    ]
    cost = np.append(np.zeros(len(rows)), np.ones(len(most)))
    whole = np.append(np.ones(len(rows)), np.zeros(len(most)))
    bounds = Bounds(0, np.append(np.ones(len(rows)), np.full(len(most), np.inf)))
    found = milp(cost, constraints=held, integrality=whole, bounds=bounds, options={"time_limit": SECONDS})
    if found.x is None:
        raise WorkbenchError("the solver did not find out in time which limit of the portfolio is too tight")
    gives = found.x[len(rows) :] * scale
    return {name: float(value) if value > 1e-6 * size else 0.0 for name, value, size in zip(limits, gives, scale, strict=True)}


def _prices(rows: pd.DataFrame, one_each: "sparse.csr_array", limits: Mapping[str, float]) -> dict[str, float]:
    """What loosening each limit by one unit is worth, by the marginals of the linear relaxation."""
    if not limits:
        return {}
    from scipy.optimize import linprog

    uses, most = _signed(rows, limits)
    relaxed = linprog(-rows["worth"].to_numpy(float), A_ub=uses, b_ub=most, A_eq=one_each, b_eq=np.ones(one_each.shape[0]), bounds=(0, 1), method="highs")
    marginals = relaxed.ineqlin.marginals if relaxed.status == 0 else np.full(len(limits), np.nan)
    return {name: max(-float(value), 0.0) if value == value else np.nan for name, value in zip(limits, marginals, strict=True)}


def _report(
    rows: pd.DataFrame, limits: Mapping[str, float], short: Mapping[str, float], prices: Mapping[str, float], chosen: pd.DataFrame | None = None
) -> pd.DataFrame:
    reached: Sequence[float] = [float(chosen[name].sum()) if chosen is not None else 0.0 for name in limits]
    return pd.DataFrame(
        {
            "limit": pd.Series(list(limits), dtype="str"),
            "wanted": list(limits.values()),
            "reached": reached,
            "short": [float(short.get(name, 0.0)) if len(rows) else (limits[name] if name in AT_LEAST else 0.0) for name in limits],
            "most": [_best_alone(rows, name) for name in limits],
            "price": [prices[name] for name in limits],
            "step": np.nan,
            "resolved": np.nan,
        }
    ).astype({"wanted": float, "reached": float, "short": float, "most": float, "price": float})


def _best_alone(rows: pd.DataFrame, name: str) -> float:
    """The most of a demand, or the least of a budget, that the positions allow with regard to it alone."""
    by = rows.groupby(PLACE)[name]
    return float((by.max() if name in AT_LEAST else by.min()).sum())


__all__ = ["LIMITS", "Portfolio", "PortfolioParams", "frontier", "portfolio"]
