"""The words of order reports for a line's state and for who ships it."""

import pandas as pd

_STATES = (
    ("cancel", "cancelled"),
    ("return", "returned"),
    ("reject", "returned"),
    ("refund", "returned"),
    ("pending", "pending"),
    ("unship", "pending"),
    ("unfulfil", "pending"),
    ("ship", "shipped"),
    ("complete", "shipped"),
    ("deliver", "shipped"),
    ("fulfil", "shipped"),
    ("invoice", "shipped"),
)


def status(text: str) -> str | None:
    """Return the state that a report's words mean, None if they mean none.

    >>> status("Shipped - Returned to Seller"), status("Unshipped"), status("Canceled"), status("?")
    ('returned', 'pending', 'cancelled', None)
    """
    said = text.lower()
    return next((state for part, state in _STATES if part in said), None)


def line_status(order: pd.Series, line: pd.Series) -> pd.Series:
    """Return the state of each line: cancelled where the line is, else that of the order, else that of the line."""
    return line.where(line == "cancelled", order).fillna(line)


def fulfilment(text: str) -> str:
    """Return who ships: the marketplace or the merchant."""
    return "fba" if text.lower().startswith(("amazon", "afn", "fba")) else "merchant"
