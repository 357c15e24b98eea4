"""The stock ledger held against itself: the start of a day and its events must give its end."""

import pandas as pd

EVENTS = ("receipts", "shipments", "returns", "adjustments")
TOLERANCE = 0.5


def unbalanced(movements: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which a node's ledger does not add up: start plus events is not the end.

    Each file is held to this as it is read. Two files may still tell different things of one day, such as a summary and
    a detail that was cut short: then the figures known last stand side by side and need not fit.

    Parameters
    ----------
    movements : table movements; a day without start or end cannot be judged and is left out

    Returns
    -------
    the rows of these days with two more columns, in units: `expected` (start plus events) and `difference` (end less that);
    the greatest difference first.

    >>> day = {"starting": [10.0, 10.0], "receipts": 0.0, "shipments": [-3.0, -3.0], "returns": 0.0, "adjustments": 0.0, "ending": [7.0, 8.0]}
    >>> unbalanced(pd.DataFrame(day))[["expected", "ending", "difference"]].to_numpy().tolist()
    [[7.0, 8.0, 1.0]]
    """
    expected = movements["starting"] + movements[list(EVENTS)].fillna(0.0).sum(axis=1)
    found = movements.assign(expected=expected, difference=movements["ending"] - expected)
    found = found[found["difference"].abs() > TOLERANCE]
    return found.sort_values("difference", key=lambda units: -units.abs(), kind="stable", ignore_index=True)
