"""The stock ledger held against itself: the start of a day and its events must give its end."""

import pandas as pd

EVENTS = ("receipts", "shipments", "returns", "adjustments")
TOLERANCE = 0.5
KEY = ["sku", "node", "date"]


def disagreeing(stock: pd.DataFrame, movements: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which a snapshot counts units that the ledger of the day cannot hold at any hour.

    Through a day the ledger lies between its start less all that left and its start plus all that came. Where both tell of a
    day, the snapshot counts (see `cleaning.exposure`).

    Parameters
    ----------
    stock : table stock; `on_hand` is compared
    movements : table movements; days without a start are left out

    Returns
    -------
    sku, node, date, on_hand, starting, ending (units), difference (units beyond what the day can hold); the greatest first.

    >>> day = {"sku": ["A", "B"], "node": "fba-us", "date": pd.Timestamp("2026-10-01")}
    >>> moved = pd.DataFrame(day | {"starting": 10.0, "receipts": 0.0, "shipments": -3.0, "returns": 0.0, "adjustments": 0.0, "ending": 7.0})
    >>> disagreeing(pd.DataFrame(day | {"on_hand": [8.0, 4.0]}), moved)[["sku", "difference"]].values.tolist()
    [['B', 3.0]]
    """
    both = stock[[*KEY, "on_hand"]].dropna().merge(movements[[*KEY, "starting", *EVENTS, "ending"]], on=KEY)
    moved = both[list(EVENTS)].fillna(0.0)
    low, high = both["starting"] + moved.clip(upper=0).sum(axis=1), both["starting"] + moved.clip(lower=0).sum(axis=1)
    beyond = (low - both["on_hand"]).clip(lower=0) + (both["on_hand"] - high).clip(lower=0)
    found = both.assign(difference=beyond)[beyond > TOLERANCE]
    return found.sort_values("difference", ascending=False, kind="stable", ignore_index=True)[[*KEY, "on_hand", "starting", "ending", "difference"]]


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
