"""How a column is called and written, from the table's own metadata: label, unit, digits, codes in words."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from workbench.charts.palette import ICONS
from workbench.i18n import day, money, number, percent, t
from workbench.i18n.catalogue import has, language, messages
from workbench.tables import TABLES, schema
from workbench.tables.formulas import functions_of

_SMALL_MONEY = ("price", "per_unit", "unit_cost", "rate", "fee_per_unit")
_DIGITS = {"units/day": 1, "units/month": 1, "ratio": 2, "ft3": 2, "in": 1, "lb": 2, "points": 0}
_SHOWN_UNITS = {"days", "ft3", "lb", "in"}
_CODED = {"model": "charts", "slow": "screen", "loses": "screen", "counted": "screen", "look_at": "screen"}
_EXCEL = {"money": "#,##0", "percent": "0", "plain": "#,##0"}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a grid or an export."""

    name: str
    label: str
    kind: str = "text"  # text, number, flag, time
    unit: str = ""
    style: str = "plain"  # plain, money, percent
    digits: int = 0
    help: str = ""
    codes: Mapping[str, str] | None = None
    icons: Mapping[str, str] | None = None
    filter: bool = True

    @property
    def title(self) -> str:
        """The label with its unit, as a heading of a file."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def excel_format(self) -> str:
        """The number format of the column in a workbook."""
        if self.kind == "time":
            return "yyyy-mm-dd"
        if self.kind != "number":
            return "General"
        return _EXCEL[self.style] + ("." + "0" * self.digits if self.digits else "") + ("%" if self.style == "percent" else "")

    def state(self) -> dict[str, Any]:
        """Return the column as the browser needs it, without what is at its default."""
        return {k: v for k, v in asdict(self).items() if v not in (None, "")}


@dataclass(frozen=True, slots=True)
class _Declared:
    kind: str = "text"
    unit: str = ""
    meaning: str = ""
    codes: tuple[str, ...] = field(default=())
    formula: str = ""


_OF_SCREENS = {name: _Declared("number", "money") for name in ("gain", "best_npv", "hold_npv", "cash")} | {"confidence": _Declared("number", "0-1")}
"""Columns that only screens have and that are not plain counts."""


@cache
def _declared(name: str, table: str) -> _Declared:
    """What the tables say of a column; the named table first, then any that has it."""
    for place in [table, *TABLES] if table in TABLES else list(TABLES):
        for column in schema.columns(place):
            if column.name == name:
                return _Declared("number" if column.kind == "count" else column.kind, column.unit, column.meaning, column.codes, column.formula)
    return _OF_SCREENS.get(name, _Declared())


def column_label(name: str) -> str:
    """Return the short label of a column of any table, in the language in force."""
    return t(f"columns.{name}") if has(f"columns.{name}") else name.replace("_", " ")


def column_help(name: str, table: str = "") -> str:
    """Return what a column means, in the language in force, and of a computed one the formula with its functions in words."""
    key, known = f"columns.meaning.{name}", _declared(name, table)
    meaning = t(key) if has(key, language()) else known.meaning if language() == "en" else ""
    words = [f"{function}(): {t(f'columns.function.{function}')}" for function in functions_of(known.formula)]
    return "; ".join([" = ".join(filter(None, (meaning, known.formula))), *words])


def code_label(name: str, code: str) -> str:
    """Return the words for a code of a column, such as a light, an option or an event."""
    for key in (f"light.{code}" if name == "light" else "", *(f"{area}.{name}.{code}" for area in ("screen", "charts", "imports"))):
        if key and has(key):
            return t(key)
    return code


def column_spec(name: str, frame: pd.DataFrame, table: str = "") -> ColumnSpec:
    """Return how to write one column of a frame, by its declaration in the tables or else by its dtype."""
    known = _declared(name, table)
    kind = known.kind if name not in frame else _kind(frame[name])
    style, digits = _style(name, known.unit)
    codes = {code: code_label(name, code) for code in known.codes or _worded(name)} or None
    label, unit = column_label(name), _unit(known.unit) if kind == "number" else ""
    return ColumnSpec(
        name=name,
        label=label,
        kind=kind,
        unit="" if unit in label else unit,
        style=style,
        digits=digits,
        help=column_help(name, table),
        codes=codes,
        icons=ICONS if name == "light" else None,
    )


def _worded(name: str) -> tuple[str, ...]:
    """Codes that have words though the table does not list them, such as the models of a forecast; `_CODED` says in which area."""
    start = f"{name}."
    area = _CODED.get(name)
    return tuple(key.removeprefix(start) for key in messages(area, "en") if key.startswith(start)) if area else ()


def column_specs(names: Iterable[str], frame: pd.DataFrame, table: str = "") -> list[ColumnSpec]:
    """Return how to write the named columns of a frame."""
    return [column_spec(name, frame, table) for name in names]


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    return "time" if pd.api.types.is_datetime64_any_dtype(column) else "text"


def _style(name: str, unit: str) -> tuple[str, int]:
    if unit == "money":
        return "money", 2 if any(part in name for part in _SMALL_MONEY) else 0
    if unit == "0-1" or name.endswith("_share"):
        return "percent", 0
    return "plain", _DIGITS.get(unit, 0)


def _unit(unit: str) -> str:
    return t(f"columns.unit.{unit.replace('/', '_per_')}") if unit in _SHOWN_UNITS else ""


def json_values(column: pd.Series) -> list[Any]:
    """Return values as JSON takes them: unknown is null, a day is text, a number has at most four decimals."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_float_dtype(column):
        column = column.round(4)
    return [None if v is None or v != v else v for v in column.tolist()]


def written(name: str, value: Any, currency: str = "") -> str:
    """Return one value of a column as a reader sees it, with its unit; a dash where it is unknown."""
    known = _declared(name, "")
    if known.kind in ("number", "count") or isinstance(value, int | float):
        style, digits = _style(name, known.unit)
        if style == "money":
            return money(value, currency, digits)
        text = percent(value, digits) if style == "percent" else number(value, digits)
        return f"{text} {_unit(known.unit)}".strip() if value == value else text
    if known.kind == "time":
        return day(value)
    return str(value) if isinstance(value, str) and value else "–"
