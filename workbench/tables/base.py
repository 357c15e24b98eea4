"""What every canonical table shares: lineage columns, column metadata, the day and code types."""

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.dtypes import immutable
from pandera.engines import pandas_engine


class Exact(pandas_engine.DataType):
    """A pandas dtype that a column either has or has not; pandera's own would look at every cell."""

    type: Any

    def check(self, pandera_dtype: Any, data_container: Any = None) -> bool:
        """Say whether a column has this dtype."""
        return data_container is None or data_container.dtype == self.type

    def __str__(self) -> str:
        return str(self.type)


@pandas_engine.Engine.register_dtype
@immutable
class Text(Exact):
    """Text; a missing one is NaN."""

    type = pd.StringDtype(na_value=np.nan)


@pandas_engine.Engine.register_dtype
@immutable
class Moment(Exact):
    """An instant in UTC, stored without a time zone in microseconds (pandera itself knows only nanoseconds)."""

    type = np.dtype("datetime64[us]")


@pandas_engine.Engine.register_dtype
@immutable
class Day(Moment):
    """A calendar day in the location's own time zone, stored as a time-zone-free midnight."""


def column(meaning: str, unit: str = "", *, nullable: bool = True, codes: tuple[str, ...] = (), formula: str = "", **checks: Any) -> Any:
    """Declare one column: its meaning and unit, the values it may hold, and how it is computed, with window and source columns."""
    if codes:
        checks["isin"] = list(codes)
    return pa.Field(nullable=nullable, metadata={"unit": unit, "meaning": meaning, "codes": codes, "formula": formula}, **checks)


def key(meaning: str, unit: str = "", **checks: Any) -> Any:
    """Declare a column of the table's key: always filled."""
    return column(meaning, unit, nullable=False, **checks)


class Table(pa.DataFrameModel):
    """Lineage of a row: when we learned it and where it stands."""

    known_at: Moment = column("when we learned this row; no step uses a row known after its as-of day", "UTC", nullable=False)
    source_file: Text = column("file in raw/ that the row came from, or run:<id> for a computed row", nullable=False)
    source_line: int = column("line in that file, counted from 1 with the header; 0 when computed", nullable=False, ge=0)

    class Config:
        strict = True


LINEAGE = ("known_at", "source_file", "source_line")
REASON_CODE = "why, as a code that i18n turns into a sentence"
REASON_VALUE = "the number the reason is about"
REASON_LIMIT = "the number it was held against"
