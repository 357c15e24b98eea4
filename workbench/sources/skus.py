"""SKUs that are no goods: postage, fees, adjustments."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from workbench.sources.rows import Rows


def without_non_goods(rows: Rows, frame: pd.DataFrame, patterns: Sequence[str]) -> pd.DataFrame:
    """Return the lines whose SKU matches none of the patterns (shell style, case counts); the others are dropped as `non_goods`."""
    counts = frame["sku"].value_counts()
    dropped = counts[[any(fnmatchcase(sku, pattern) for pattern in patterns) for sku in counts.index]]
    if dropped.empty:
        return frame
    rows.note("non_goods", rows=int(dropped.sum()), skus={str(sku): int(count) for sku, count in dropped.items()})
    gone = frame["sku"].isin(dropped.index)
    rows.drop(np.isin(np.arange(len(rows)), frame.index[gone]), "non_goods")
    return frame[~gone]
