"""What the functions in formulas of columns mean. A formula is made of columns, parameters, numbers, signs and these functions, never of prose.

`-30 d` are the last 30 days before the day of the decision, `+30 d` the next; `item: value` after a semicolon is one case of several.
"""

import re

FUNCTIONS = {
    "arrivals": "units on the way or ordered that can be sold within the window",
    "chance": "probability that the condition holds",
    "chance_declining": "weight of the explanations by which the pace goes on falling",
    "chance_short": "chance that demand, taken as normal, exceeds the units at hand before one of the deliveries, or after the last by the end of the window",
    "days": "days of the window on which the value is known; a balance is known from the first row of the ledger on",
    "expected_then": "units a day that the forecast of the day of the order expected, else the pace before the fall",
    "fall_calm": "logarithm of the fall of the pace where the market is watched and nothing has turned",
    "fall_seen": "logarithm of the fall of the pace, shared out by how far each of these has turned",
    "fifo": "units by age, first in first out from the ledger",
    "first_known": "the first of these that is known",
    "layers": "units by age, of the newest report, else first in first out from the ledger",
    "left": "what is left of each layer when so many units are sold, the oldest first",
    "newest": "value of the newest row",
    "on_marketplace": "whether it is sold on a marketplace or from its pool",
    "pace": "units a day that the breaks, declines and seasons seen let one expect",
    "pace_before": "units a day before the last break or decline that is seen",
    "parts": "the sum of these logarithms over all causes",
    "price_rise": "logarithm of a rise of the price within half a year that is still there",
    "ramp": "0 up to the first limit, 1 from the second on, a straight line between",
    "rate_card": "what the marketplace's rate card in force on the day asks",
    "season": "season of the last 30 days over the mean of the year",
    "share_before": "share of the sum of the place that larger values make up",
    "snapshot": "the days until the next 15th, on which the surcharge is charged; ages are those of that day",
    "without_season": "units a day over the season of these days",
    "units_short": "expected demand of the window that finds no stock, deliveries included",
}
"""Functions that need words, in an analyst's English."""
PLAIN = ("sum", "mean", "median", "min", "max", "floor", "sd", "exp", "log", "if")
"""Functions that need none."""


def functions_of(formula: str) -> list[str]:
    """Return the functions of a formula that need words, in the order in which they come.

    >>> functions_of("max(0, newest(stock.on_hand)) / days(history.units, -30 d)")
    ['newest', 'days']
    """
    return [name for name in dict.fromkeys(re.findall(r"([a-z_]+)\(", formula)) if name in FUNCTIONS]
