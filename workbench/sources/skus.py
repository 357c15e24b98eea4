"""SKUs that are no goods: postage, fees, adjustments."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import pandas as pd

from workbench.sources.rows import Rows

_NAMED = 12


def without_non_goods(rows: Rows, frame: pd.DataFrame, patterns: Sequence[str]) -> pd.DataFrame:
    """Return the lines whose SKU matches none of the patterns (shell style, case counts); the others are counted in a note."""
    counts = frame["sku"].value_counts()
    dropped = counts[[any(fnmatchcase(sku, pattern) for pattern in patterns) for sku in counts.index]]
    if dropped.empty:
        return frame
    named = [f"{sku} ({count})" for sku, count in dropped.head(_NAMED).items()]
    rows.note("non_goods", rows=int(dropped.sum()), skus=", ".join(named) + (" …" if len(dropped) > _NAMED else ""))
    return frame[~frame["sku"].isin(dropped.index)]
