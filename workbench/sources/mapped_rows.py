"""The columns of a mapping as those of its table: words understood, constants filled in."""

from functools import partial

import pandas as pd

from workbench.settings import Mapping
from workbench.sources import canonical
from workbench.sources.reading.headers import normal
from workbench.sources.rows import Rows

ANY_OTHER = "*"


def frame(mapping: Mapping, rows: Rows) -> pd.DataFrame:
    """Return the table that a mapping names, with the columns that the file has and the constants."""
    given = [name for name in (*mapping.columns, *mapping.optional) if rows.has(name) and name not in mapping.words]
    read = canonical.frame(rows, mapping.table, given, mapping.time_zone or "UTC", mapping.day_first)
    meant = {name: _meaning(mapping, rows, name) for name in mapping.words if rows.has(name)}
    return canonical.with_constants(read.assign(**meant), mapping.table, mapping.constants)


def _meaning(mapping: Mapping, rows: Rows, name: str) -> pd.Series:
    column = next(column for column in canonical.own_columns(mapping.table) if column.name == name)
    words = {normal(word): code for word, code in mapping.words[name].items() if word != ANY_OTHER}
    return rows.each(name, partial(_said, words, mapping.words[name].get(ANY_OTHER), column))


def _said(words: dict[str, str], other: str | None, column: canonical.Column, text: str) -> str:
    """What a word of the file means: as mapped, else as a code of the column, else what any other word means."""
    if normal(text) in words:
        return words[normal(text)]
    code = canonical.coded(text, column) if column.codes else text
    return code if other is None or code in column.codes else other
