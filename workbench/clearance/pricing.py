"""Prices that theory gives in closed form: the monopoly price, the price to be rid of stock by a day, markdowns under uncertainty."""

import math

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadParameters


def monopoly_price(unit_cost: float, elasticity: float) -> float:
    """Return the price that earns most when stock is no limit: cost x e / (e - 1); infinite where e is at most 1.

    >>> monopoly_price(6, 3), round(monopoly_price(6, 1.8), 2), monopoly_price(6, 1)
    (9.0, 13.5, inf)
    """
    return unit_cost * elasticity / (elasticity - 1) if elasticity > 1 else math.inf


def clearing_price(price: float, pace: float, units: float, months: float, elasticity: float) -> float:
    """Return the price at which the units are gone by a day: price x (needed pace / pace)^(-1 / e).

    Parameters
    ----------
    price, pace : price now, and units sold a month at it
    units, months : units to clear, and months to do it in
    elasticity : per cent more units for one per cent less price, over 0

    Raises
    ------
    BadParameters
        If a number is not over 0: a deadline in the past, an elasticity of the wrong sign.

    >>> round(clearing_price(30, 40, 300, 5, 2), 2)
    24.49
    """
    given = {"price": price, "pace": pace, "units": units, "months": months, "elasticity": elasticity}
    hints = {"months": "; the deadline has passed", "elasticity": "; write it without a minus sign"}
    faults = [f"{name}: expected over 0, got {value}{hints.get(name, '')}" for name, value in given.items() if not value > 0]
    if faults:
        raise BadParameters("clearing_price", faults)
    return float(price * (units / months / pace) ** (-1 / elasticity))


def markdown_value(units: int, months: float, appeal: float) -> tuple[float, float]:
    """Return expected revenue and best price now for units to sell in some time, buyers coming at a rate of appeal x exp(-price).

    J(n, t) = ln sum of (appeal t / e)^i / i! for i = 0..n; price = J(n, t) - J(n - 1, t) + 1.

    References
    ----------
    Gallego, van Ryzin, Optimal dynamic pricing of inventories, Management Science 40 (1994), 3.2.

    >>> [round(x, 5) for x in markdown_value(1, 1, 10)], [round(x, 5) for x in markdown_value(5, 2, 10)]
    ([1.54304, 2.54304], [6.0004, 1.58915])
    """
    terms = np.cumsum([(appeal * months / math.e) ** i / math.factorial(i) for i in range(units + 1)])
    value, less = math.log(terms[units]), math.log(terms[units - 1])
    return value, value - less + 1


def markdown_recursion(units: int, months: float, appeal: float, step: float) -> NDArray[np.float64]:
    """Return the expected revenue of 0..units units by dynamic programming in small steps, for any check of the closed form.

    J(n, t + dt) = J(n, t) + dt x max over p of appeal exp(-p) (p + J(n - 1, t) - J(n, t)); the best p is 1 + J(n) - J(n - 1).

    >>> round(float(markdown_recursion(5, 1, 10, 1e-3)[5]), 2)
    3.5
    """
    value = np.zeros(units + 1)
    for _ in range(round(months / step)):
        price = 1 + np.diff(value)
        value[1:] += step * appeal * np.exp(-price) * (price - np.diff(value))
    return value
