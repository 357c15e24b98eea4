"""SKUs that a spreadsheet damaged: turned into a date, a power of ten or an error, or stripped of their zeros.

A text that looks so and is a known SKU is none. What the SKU was is told only where a known one gives the damaged text.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OTHERS = {
    "Mär": 3,
    "Mrz": 3,
    "Mai": 5,
    "Okt": 10,
    "Dez": 12,
    "Ene": 1,
    "Abr": 4,
    "Ago": 8,
    "Dic": 12,
    "Janv": 1,
    "Févr": 2,
    "Avr": 4,
    "Juin": 6,
    "Août": 8,
    "Déc": 12,
}
_NUMBER_OF = {name: number for number, name in enumerate(_MONTHS, start=1)} | _OTHERS
_NAME = "|".join(_NUMBER_OF)
_ISO = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: 00:00:00)?"
_SHAPES = (
    r"#(?:REF!|NAME\?|VALUE!|N/A|DIV/0!|NULL!|NUM!|SPILL!|CALC!)",
    r"#{3,}",
    r"\d(?:[.,]\d+)?[eE]\+\d{2,3}",
    rf"\d{{1,2}}[-. ](?:{_NAME})\.?",
    rf"(?:{_NAME})\.?[- ]\d{{2}}",
    rf"\d{{4}}-{_ISO}",
    r"\d{1,2}[/.]\d{1,2}[/.]\d{4}",
    ".*\ufffd.*",
)
_DAMAGED = f"^(?:{'|'.join(_SHAPES)})$"
_DAY_MONTH = re.compile(rf"(?P<day>\d{{1,2}})[-. ](?P<month>{_NAME})\.?")
_MONTH_YEAR = re.compile(rf"(?P<month>{_NAME})\.?[- ](?P<year>\d{{2}})")
_WHOLE = re.compile(rf"(?P<year>\d{{4}})-(?={_ISO}$)(?P<month>\d\d)-(?P<day>\d\d).*")
_POWER = re.compile(r"(?P<digits>\d(?:[.,](?P<part>\d+))?)[eE]\+(?P<power>\d+)")


@dataclass(frozen=True)
class Known:
    """The SKUs that are known, and what a spreadsheet would make of them."""

    skus: Collection[str] = field(default_factory=frozenset)

    @cached_property
    def _plain(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for sku in self.skus:
            found.setdefault(_key(sku), []).append(sku)
        return found

    @cached_property
    def _padded(self) -> dict[str, str]:
        return {sku.lstrip("0"): sku for sku in self.skus if sku.startswith("0") and sku.isdigit() and sku.lstrip("0") not in self.skus}

    def damaged(self, skus: pa.Array) -> np.ndarray:
        """Return which texts are damaged SKUs."""
        found = pc.match_substring_regex(skus, _DAMAGED)
        if self._padded:
            found = pc.or_kleene(found, pc.is_in(skus, value_set=pa.array(list(self._padded), pa.string())))
        which = found.fill_null(False).to_numpy(zero_copy_only=False)
        if which.any() and self.skus:
            named = pc.is_in(skus, value_set=pa.array(list(self.skus), pa.string())).to_numpy(zero_copy_only=False)
            return which & ~named
        return which

    def originals(self, damaged: str) -> list[str]:
        """Return the known SKUs that a spreadsheet may have turned into a text.

        >>> Known({"JAN-23", "1-23", "00123", "1230000000000", "A-1"}).originals("23-Jan")
        ['1-23', 'JAN-23']
        >>> Known({"00123", "1230000000000"}).originals("1.23E+12"), Known({"00123"}).originals("123")
        (['1230000000000'], ['00123'])
        """
        power = _POWER.fullmatch(damaged)
        if power:
            return sorted(sku for sku in self.skus if _is_power(sku, float(power["digits"].replace(",", ".")), len(power["part"] or ""), int(power["power"])))
        if damaged in self._padded:
            return [self._padded[damaged]]
        return sorted({sku for key in _spellings(damaged) for sku in self._plain.get(key, ()) if not sku.isdigit()})


def _key(sku: str) -> str:
    """A SKU without its signs; numbers without leading zeros and apart, so that 1-23 is not 12-3."""
    return " ".join(part.lstrip("0") or "0" for part in re.findall(r"\d+|[^\W\d_]+", sku.casefold()))


def _spellings(damaged: str) -> Iterator[str]:
    """What a day or a month may have been typed as, by its key."""
    found = next((match for shape in (_DAY_MONTH, _MONTH_YEAR, _WHOLE) if (match := shape.fullmatch(damaged))), None)
    if found is None:
        return
    cells = found.groupdict()
    month = _NUMBER_OF[cells["month"]] if cells["month"] in _NUMBER_OF else int(cells["month"])
    words = {_MONTHS[month - 1].casefold(), str(month)} | {name.casefold() for name, number in _OTHERS.items() if number == month}
    day, year = cells.get("day"), cells.get("year")
    others = [str(int(number)) for number in (day, year, year and year[-2:]) if number] + ([f"20{year}"] if year and len(year) == 2 else [])
    for word in words:
        for other in others:
            yield f"{word} {other}"
            yield f"{other} {word}"
        if day and year:
            for each in (year, year[-2:]):
                yield from (f"{word} {int(day)} {int(each)}", f"{int(day)} {word} {int(each)}", f"{int(each)} {word} {int(day)}")


def _is_power(sku: str, digits: float, places: int, power: int) -> bool:
    """Whether a SKU of digits, perhaps with an e among them, is this number to the places that are shown."""
    if not re.fullmatch(r"\d+(?:[eE]\d+)?", sku):
        return False
    value = float(sku)
    return np.isfinite(value) and value > 0 and abs(value / 10.0**power - digits) <= 0.51 * 10.0**-places
