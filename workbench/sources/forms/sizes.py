"""Lengths, weights and volumes of forms in whatever unit the seller has them.

A column such as `length_in` may stand as `length_cm` (or mm, m, ft), `weight_lb` as `weight_kg` (g, oz), a volume in ft3 as
m3, cm3, in3 or l. Or the unit stands in a column: `length` with `length_unit`, `weight` with `weight_unit`, `volume` with
`volume_unit`; or `unit` for both lengths and weights, which says metric (cm, kg) or imperial (in, lb).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.sources import canonical
from workbench.sources.reading.headers import normal
from workbench.sources.rows import Rows

LENGTHS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "m": 1 / 0.0254, "ft": 12.0}
WEIGHTS = {"lb": 1.0, "kg": 1 / 0.45359237, "g": 1 / 453.59237, "oz": 1 / 16}
VOLUMES = {"ft3": 1.0, "m3": 1 / 0.028316846592, "l": 1 / 28.316846592, "cm3": 1 / 28316.846592, "in3": 1 / 1728}
_KINDS: Mapping[str, tuple[str, Mapping[str, float]]] = {"in": ("length", LENGTHS), "lb": ("weight", WEIGHTS), "ft3": ("volume", VOLUMES)}
_WORDS = {"inch": "in", "inches": "in", "centimeter": "cm", "centimeters": "cm", "centimetres": "cm", "millimeters": "mm", "meters": "m", "feet": "ft"}
_WORDS |= {"pound": "lb", "pounds": "lb", "lbs": "lb", "ounces": "oz", "grams": "g", "kilogram": "kg", "kilograms": "kg", "公斤": "kg", "千克": "kg"}
_WORDS |= {"克": "g", "厘米": "cm", "毫米": "mm", "米": "m", "英寸": "in", "磅": "lb", "liters": "l", "litres": "l", "升": "l", "cuft": "ft3"}
_METRIC = frozenset(map(normal, ("metric", "cm", "kg", "cm/kg", "cm, kg", "公制")))
_IMPERIAL = frozenset(map(normal, ("imperial", "us", "in", "lb", "in/lb", "in, lb", "英制")))
_BOTH = "unit"


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a file that holds another one of the table: in a unit of its own, or in the one that `unit` names."""

    column: str
    name: str
    unit: str
    """A unit, or empty where a column says it."""


def measures(table: str, given: Iterable[str]) -> list[Measure]:
    """Return which of the given columns (normal names) are measures of a table in other units than its own."""
    present = set(given)
    found = []
    for column in canonical.own_columns(table):
        if column.unit not in _KINDS or not column.name.endswith(f"_{column.unit}"):
            continue
        kind, factors = _KINDS[column.unit]
        stem = column.name.removesuffix(f"_{column.unit}")
        found += [Measure(column.name, f"{stem}_{unit}", unit) for unit in factors if unit != column.unit and normal(f"{stem}_{unit}") in present]
        if normal(stem) in present and unit_columns(kind, present):
            found.append(Measure(column.name, stem, ""))
    return found


def unit_columns(kind: str, given: Iterable[str]) -> list[str]:
    """Return which of the given columns (normal names) say the unit of lengths, weights or volumes."""
    names = [f"{kind}_unit", *([] if kind == "volume" else [_BOTH])]
    return [name for name in names if normal(name) in set(given)]


def names(table: str, given: Iterable[str]) -> list[str]:
    """Return our names of all given columns that have to do with measures in other units."""
    present = set(given)
    found = measures(table, present)
    kinds = {_kind(measure.column) for measure in found if not measure.unit}
    return [measure.name for measure in found] + sorted({name for kind in kinds for name in unit_columns(kind, present)})


def converted(rows: Rows, table: str, read: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the measures that the file has in other units, where it has none in the table's own."""
    for measure in measures(table, map(normal, rows.names)):
        values = rows.number(measure.name) * (_factors(measure)[measure.unit] if measure.unit else _by_row(rows, measure))
        before = read[measure.column] if measure.column in read else pd.Series(np.nan, index=read.index)
        read = read.assign(**{measure.column: before.fillna(values)})
    return read


def _kind(column: str) -> str:
    return _KINDS[column.rpartition("_")[2]][0]


def _factors(measure: Measure) -> Mapping[str, float]:
    return _KINDS[measure.column.rpartition("_")[2]][1]


def _by_row(rows: Rows, measure: Measure) -> pd.Series:
    """The factor of each row by the unit that it names; a unit that is none is a fault, and so is a number without one."""
    factors, kind = _factors(measure), _kind(measure.column)
    own, metric = measure.column.rpartition("_")[2], {"length": "cm", "weight": "kg"}.get(kind, "")
    said = rows.text(f"{kind}_unit").str.lower() if rows.has(f"{kind}_unit") else _of_both(rows, metric, own)
    shown = f"{kind}_unit" if rows.has(f"{kind}_unit") else _BOTH
    found = said.map({word: factors.get(_WORDS.get(word, word)) for word in said.dropna().unique()}).astype("float64")
    wrong = found.isna() & rows.number(measure.name).notna()
    rows.blame(shown, wrong.to_numpy() & ~rows.faulty(), f"a unit such as {', '.join(list(factors)[:3])}")
    return found


def _of_both(rows: Rows, metric: str, own: str) -> pd.Series:
    def unit(text: str) -> str:
        return metric if normal(text) in _METRIC else own if normal(text) in _IMPERIAL else text

    return rows.each(_BOTH, unit)
