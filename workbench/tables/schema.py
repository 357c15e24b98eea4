"""Bring a frame into a table's shape, and hold it against the table's model."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from pandera.api.checks import Check
from pandera.errors import SchemaErrors

from workbench.errors import Fault, InvalidTable
from workbench.tables import LINEAGE, TABLES

MAX_FAULTS = 1000
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, as declared: name, kind, unit, meaning, allowed codes, and of a computed one the formula."""

    name: str
    kind: str  # text, number, count, flag, time
    unit: str
    meaning: str
    codes: tuple[str, ...]
    nullable: bool
    formula: str = ""


_KINDS = {"str": "text", "float64": "number", "int64": "count", "bool": "flag", "datetime64[us]": "time"}
_BREAKS = {
    "greater_than": lambda values, least: values <= least,
    "greater_than_or_equal_to": lambda values, least: values < least,
    "less_than_or_equal_to": lambda values, most: values > most,
    "isin": lambda values, codes: ~pd.Series(values.dropna().unique()).isin(codes),
}
_DTYPES = {"text": "str", "number": "float64", "count": "int64", "flag": "bool", "time": "datetime64[us]"}


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in order, lineage last."""
    declared = TABLES[table].to_schema().columns
    order = [c for c in declared if c not in LINEAGE] + list(LINEAGE)
    return tuple(_column(name, declared[name]) for name in order)


def _column(name: str, declared) -> Column:
    meta = declared.metadata
    return Column(name, _KINDS[str(declared.dtype)], meta["unit"], meta["meaning"], meta["codes"], declared.nullable, meta["formula"])


@cache
def key(table: str) -> tuple[str, ...]:
    """Return the names of the columns that identify a row."""
    return tuple(TABLES[table].to_schema().unique or ())


def empty(table: str) -> pd.DataFrame:
    """Return a table without rows, with every column in its dtype."""
    return pd.DataFrame({c.name: pd.Series(dtype=_DTYPES[c.kind]) for c in columns(table)})


def conform(table: str, frame: pd.DataFrame, lineage: bool = True) -> pd.DataFrame:
    """Return `frame` with the table's columns in order and dtype; absent optional columns become empty.

    Values that cannot be converted stay as they are, for `validate` to report.
    With ``lineage=False`` the three lineage columns are left out (a computed table gets them when stored).
    """
    wanted = [c for c in columns(table) if lineage or c.name not in LINEAGE]
    return pd.DataFrame({c.name: _convert(c, frame) for c in wanted}, index=frame.index)


def _convert(column: Column, frame: pd.DataFrame) -> pd.Series:
    dtype = _DTYPES[column.kind]
    if column.name not in frame:
        blank = {"flag": False, "time": pd.NaT}.get(column.kind, np.nan)
        values = pd.Series(blank, index=frame.index)
        return values.astype(dtype) if column.kind != "count" else values
    values = frame[column.name]
    try:
        return values if str(values.dtype) == dtype else values.astype(dtype)
    except (ValueError, TypeError, OverflowError):
        return values


def validate(table: str, frame: pd.DataFrame, source: str = "") -> pd.DataFrame:
    """Return the conformed table, or raise with every fault at once.

    Raises
    ------
    InvalidTable
        Lists line, column, what was expected and what was found, for at most 1,000 faults.
    """
    shaped = conform(table, frame)
    if _sound(table, shaped):
        return shaped
    try:
        TABLES[table].validate(shaped, lazy=True)
    except SchemaErrors as caught:
        raise InvalidTable(table, _faults(shaped, caught.failure_cases), source) from None
    return shaped


def _sound(table: str, frame: pd.DataFrame) -> bool:
    """Whether a conformed frame surely fits its model, at a third of what the model's own check costs.

    Anything else is for the model to judge: only it can say what is wrong.
    """
    return all(_fits(frame[name], *rule) for name, rule in _rules(table).items()) and not frame.duplicated(list(key(table))).any()


@cache
def _rules(table: str) -> dict[str, tuple[str, bool, tuple[Check, ...]]]:
    declared = TABLES[table].to_schema().columns
    return {c.name: (_DTYPES[c.kind], c.nullable, tuple(declared[c.name].checks)) for c in columns(table)}


def _fits(values: pd.Series, dtype: str, nullable: bool, checks: tuple[Check, ...]) -> bool:
    if str(values.dtype) != dtype or not (nullable or values.notna().all()):
        return False
    return all(check.name in _BREAKS and not _BREAKS[check.name](values, *(check.statistics or {}).values()).any() for check in checks)


def _faults(frame: pd.DataFrame, cases: pd.DataFrame) -> list[Fault]:
    found = []
    for case in cases.drop_duplicates(["column", "check", "index"]).head(MAX_FAULTS).itertuples():
        line = frame["source_line"].get(case.index) if pd.notna(case.index) else None
        row = int(line) if line is not None and pd.notna(line) else 0
        found.append(Fault(row, str(case.column), _words(case.check), _shown(case.failure_case)))
    more = len(cases) - MAX_FAULTS
    return found + ([Fault(expected=f"at most {MAX_FAULTS} faults", got=f"{more} more")] if more > 0 else [])


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} and so on, {len(text):,} characters"


def _words(check: object) -> str:
    text = str(check)
    plain = {"not_nullable": "a value", "multiple_fields_uniqueness": "one row per key", "column_in_dataframe": "this column"}
    return plain.get(text, text.replace("greater_than_or_equal_to", "at least").replace("less_than_or_equal_to", "at most"))
