"""Lengths, weights and volumes of reports in the units that our tables use."""

import pandas as pd

from workbench.sources.reading.headers import normal
from workbench.sources.rows import Rows

_CUBIC_FEET = {"cubicfeet": 1.0, "cubicfoot": 1.0, "ft3": 1.0, "cuft": 1.0, "cubicinches": 1 / 1728, "in3": 1 / 1728, "cubicmeters": 35.3146667}
_CUBIC_FEET |= {"cubicmetres": 35.3146667, "m3": 35.3146667, "cubiccentimeters": 3.53146667e-5, "cubiccentimetres": 3.53146667e-5, "cm3": 3.53146667e-5}
_INCHES = {"inches": 1.0, "inch": 1.0, "in": 1.0, "centimeters": 1 / 2.54, "centimetres": 1 / 2.54, "cm": 1 / 2.54, "millimeters": 1 / 25.4, "mm": 1 / 25.4}
_INCHES |= {"feet": 12.0, "ft": 12.0, "meters": 39.3700787, "m": 39.3700787}
_POUNDS = {"pounds": 1.0, "pound": 1.0, "lb": 1.0, "lbs": 1.0, "ounces": 1 / 16, "oz": 1 / 16, "kilograms": 2.20462262, "kg": 2.20462262}
_POUNDS |= {"grams": 0.00220462262, "g": 0.00220462262}


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
