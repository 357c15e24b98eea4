"""Some rows and columns of a table."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd


def some_of(frame: pd.DataFrame, columns: Sequence[str] | None = None, since: dt.date | None = None, **among: Sequence[str]) -> pd.DataFrame:
    """Return some rows and columns of a frame; as `store.Tables.part` reads them."""
    for name, values in among.items():
        frame = frame[frame[name].isin(values)]
    frame = frame if since is None else frame[frame["date"] >= pd.Timestamp(since)]
    return frame if columns is None else frame[list(columns)]
