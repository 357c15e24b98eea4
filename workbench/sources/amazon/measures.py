"""Lengths, weights and volumes of reports in the units that our tables use."""

import re

import pandas as pd

from workbench.sources.reading.headers import normal
from workbench.sources.rows import Rows

_CUBIC_FEET = {"cubicfeet": 1.0, "cubicfoot": 1.0, "ft3": 1.0, "cuft": 1.0, "cubicinches": 1 / 1728, "in3": 1 / 1728, "cubicmeters": 35.3146667}
_CUBIC_FEET |= {"cubicmetres": 35.3146667, "m3": 35.3146667, "cubiccentimeters": 3.53146667e-5, "cubiccentimetres": 3.53146667e-5, "cm3": 3.53146667e-5}
_INCHES = {"inches": 1.0, "inch": 1.0, "in": 1.0, "centimeters": 1 / 2.54, "centimetres": 1 / 2.54, "cm": 1 / 2.54, "millimeters": 1 / 25.4, "mm": 1 / 25.4}
_INCHES |= {"feet": 12.0, "ft": 12.0, "meters": 39.3700787, "m": 39.3700787}
_POUNDS = {"pounds": 1.0, "pound": 1.0, "lb": 1.0, "lbs": 1.0, "ounces": 1 / 16, "oz": 1 / 16, "kilograms": 2.20462262, "kg": 2.20462262}
_POUNDS |= {"grams": 0.00220462262, "g": 0.00220462262}
_VOLUME = re.compile(r"(\d+(?:[.,]\d+)?)\s*([A-Za-z][A-Za-z0-9 .³]*)")


def to_cubic_feet(rows: Rows, name: str, unit: str) -> pd.Series:
    """Return a column of volumes in cubic feet; unknown where the unit is."""
    return _in_units(rows, name, unit, _CUBIC_FEET)


def to_inches(rows: Rows, name: str, unit: str) -> pd.Series:
    """Return a column of lengths in inches; unknown where the unit is."""
    return _in_units(rows, name, unit, _INCHES)


def to_pounds(rows: Rows, name: str, unit: str) -> pd.Series:
    """Return a column of weights in pounds; unknown where the unit is."""
    return _in_units(rows, name, unit, _POUNDS)


def _in_units(rows: Rows, name: str, unit: str, factors: dict[str, float]) -> pd.Series:
    values = rows.number(name)
    said = rows.text(unit)
    found = said.map({word: factors.get(normal(word)) for word in said.dropna().unique()}).astype("float64")
    rows.blame(unit, (found.isna() & said.notna() & values.notna()).to_numpy(), f"expected a unit such as {', '.join(list(factors)[:2])}")
    return values * found


def cubic_feet(rows: Rows, unit: str) -> pd.Series:
    """Return how many cubic feet each row's unit of volume is; one where the report names no unit, as prices go by the cubic foot."""
    return rows.text(unit).map(lambda word: _CUBIC_FEET.get(normal(word)), na_action="ignore").astype("float64").fillna(1.0)


def stated_volume(text: str) -> float:
    """Return the cubic feet that a text of number and unit states, NaN where it is a word or a bare number.

    >>> stated_volume("0.0356 ft3"), stated_volume("Small"), stated_volume("1.23")
    (0.0356, nan, nan)
    """
    found = _VOLUME.fullmatch(text.strip())
    factor = _CUBIC_FEET.get(normal(found[2])) if found else None
    return float(found[1].replace(",", ".")) * factor if found and factor else float("nan")
