"""Numbers as reports write them: plain, with signs and codes of money, thousands marks, decimal commas, any minus, full-width digits."""

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BLANKS = frozenset({"", "-", "--", "---", "–", "—", "n/a", "n.a.", "na", "nan", "none", "null", "#n/a", "无", "無", "なし"})
_CODES = """AED ARS AUD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RMB RON SAR
SEK SGD THB TRY TWD USD VND ZAR"""
_MONEY = re.compile(r"(?:US|CA|AU|NZ|HK|NT|MX|CN|JP|[CARS])?[$¥]|R\$|[€£₹₩₺₫฿]|Rs\.?|kr|zł|Kč|TL|円|元|\b(?:" + "|".join(_CODES.split()) + r")\b")
_MARKS = re.compile(r"[\s'’`´]")
_MINUS = str.maketrans("−–‐‑▲△", "------")
_DIGITS = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")
_POINTS = r"^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$"
_LARGEST = 1e15
"""Up to here floats hold every unit and cent; no report has more, but a number that was typed or joined wrongly may."""
Decide = Callable[[bool | None], bool]
"""Says whether a lone comma or point of the whole column is a decimal comma, given what the cells at hand tell."""


def numbers(values: pa.Array, decimal_comma: bool | Decide = False, open_ended: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return a column as floats, and which cells are no numbers; blank stays NaN.

    Parameters
    ----------
    values
        Text as written, or numbers.
    decimal_comma
        How to read 1,234 and 1.234 where no other number of the column tells; or a function that decides, given what the column tells.
    open_ended
        Take 365+ as 365.
    """
    if not (pa.types.is_string(values.type) and _may_be_thousands(values)):
        try:
            found = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
            beyond = np.abs(found) > _LARGEST
            return np.where(beyond, np.nan, found) if beyond.any() else found, beyond
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            pass
    coded = values.cast(pa.string()).dictionary_encode()
    texts = [unicodedata.normalize("NFKC", text) for text in coded.dictionary.to_pylist()]
    parsed = np.array([*_parse(texts, decimal_comma, open_ended), np.nan])
    blank = np.array([*(text.strip().lower() in BLANKS for text in texts), True])
    at = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    parsed[np.abs(parsed) > _LARGEST] = np.nan
    bad = np.isnan(parsed) & ~blank
    return parsed[at], bad[at]


def has_decimal_comma(values: pa.Array) -> bool | None:
    """Say whether a column writes a decimal comma, None where no cell tells."""
    texts = values.cast(pa.string()).dictionary_encode().dictionary.to_pylist()
    return told([_bare(unicodedata.normalize("NFKC", text), True) for text in texts])


def told(texts: Sequence[str]) -> bool | None:
    """Say whether bare numbers tell of a decimal comma: True, False for a decimal point, None where none tells.

    >>> told(["1.234,5"]), told(["12,5"]), told(["1,234.50"]), told(["0.125"]), told(["1,234", "1.234", "12"])
    (True, True, False, False, None)
    """
    marks = {mark for text in texts if _DIGITS.fullmatch(text) and (mark := _decimal_mark(text))}
    return True if "," in marks else False if marks else None


def _decimal_mark(text: str) -> str:
    """The mark that can only be that of decimals; blank where there is none, or it may stand for thousands."""
    if "," in text and "." in text:
        return max(",.", key=text.rfind)
    mark = "," if "," in text else "."
    return mark if text.count(mark) == 1 and not _GROUPED.fullmatch(text) else ""


def _may_be_thousands(values: pa.Array) -> bool:
    """Whether some text is like 1.234, which a program takes for a fraction and a German for thousands."""
    pointed = pc.any(pc.match_substring(values, "."))
    return bool(pointed.as_py()) and bool(pc.any(pc.match_substring_regex(values, _POINTS)).as_py())


def _parse(texts: Sequence[str], decimal_comma: bool | Decide, open_ended: bool) -> list[float]:
    """Every distinct text once; NaN for what is no number."""
    bare = [_bare(text, open_ended) for text in texts]
    said = told(bare)
    comma = decimal_comma(said) if callable(decimal_comma) else decimal_comma if said is None else said
    return [_number(text, comma) for text in bare]


def _bare(text: str, open_ended: bool) -> str:
    plain = _MARKS.sub("", _MONEY.sub("", text).translate(_MINUS))
    if open_ended:
        plain = plain.removesuffix("+")
    if plain[:1] == "(" and plain[-1:] == ")":
        return f"-{plain[1:-1]}"
    return f"-{plain[:-1]}" if plain[-1:] == "-" and plain[:1].isdigit() else plain


def _number(text: str, comma: bool) -> float:
    if not _DIGITS.fullmatch(text):
        return np.nan
    mark = _decimal_mark(text) or ("," if comma else ".")
    if text.count(mark) > 1:  # thousands of the other style
        mark = "." if mark == "," else ","
    thousands = "." if mark == "," else ","
    digits, sign, power = text.lower().partition("e")
    whole, _, part = digits.partition(mark)
    if thousands in part or (thousands in whole and not _THOUSANDS.fullmatch(whole)):
        return np.nan
    try:
        return float(f"{whole.replace(thousands, '')}.{part}{sign}{power}")
    except ValueError:
        return np.nan
