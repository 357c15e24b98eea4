"""Demand of channels brought to the nodes that ship for them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

_KEYS = ("cutoff", "date")


def serving_nodes(channels: Sequence[str], serves: pd.DataFrame) -> dict[str, str]:
    """Return the node that ships first for each channel.

    A channel without a row in `serves` is shipped from its marketplace's pool (amazon-xx from fba-xx), or, where it
    is no marketplace, from itself.

    >>> import pandas as pd
    >>> serves = pd.DataFrame({"channel": ["shop", "shop"], "node": ["fba-us", "3pl-us"], "priority": [2, 1]})
    >>> serving_nodes(["amazon-us", "shop", "walmart"], serves)
    {'amazon-us': 'fba-us', 'shop': '3pl-us', 'walmart': 'walmart'}
    """
    first = serves.sort_values("priority", kind="stable").drop_duplicates("channel")
    stated = dict(zip(first["channel"], first["node"], strict=True))
    return {c: stated.get(c, f"fba-{c.removeprefix('amazon-')}" if c.startswith("amazon-") else c) for c in channels}


def to_nodes(frame: pd.DataFrame, serves: pd.DataFrame, value_columns: Sequence[str], sd_columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return demand by node: channels that the same node ships for are summed.

    Means add; standard deviations add as variances, sd = sqrt(sum sd^2), as if channels sold independently.

    Parameters
    ----------
    frame : rows by sku, channel and, where there, cutoff and date
    serves : table serves
    value_columns : columns that add
    sd_columns : columns of standard deviations

    Returns
    -------
    sku, location (the node), cutoff, date (where the frame has them), value and sd columns; NaN only where every part is.
    """
    keys = ["sku", "location", *(k for k in _KEYS if k in frame)]
    columns = [*value_columns, *sd_columns]
    nodes = serving_nodes(frame["channel"].unique().tolist(), serves)
    placed = frame.assign(location=frame["channel"].map(nodes).astype("str"))[[*keys, *columns]]
    if len(set(nodes.values())) == len(nodes):  # nothing to add up: one channel a node
        return placed.reset_index(drop=True)
    squared = placed.assign(**{c: placed[c] ** 2 for c in sd_columns})
    sums = squared.groupby(keys, as_index=False)[columns].sum(min_count=1)
    return sums.assign(**{c: np.sqrt(sums[c]) for c in sd_columns})
