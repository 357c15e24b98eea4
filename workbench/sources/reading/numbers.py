"""Numbers as reports write them: plain, with currency signs, thousands marks, decimal commas, brackets for minus."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

BLANKS = frozenset({"", "-", "--", "–", "—", "n/a", "na", "nan", "none", "null", "#n/a"})
_SIGNS = re.compile(r"[\s  $€£¥￥₹']|\b[A-Z]{3}\b")
_DIGITS = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")


def numbers(values: pa.Array, decimal_comma: bool | Callable[[bool | None], bool] = False, open_ended: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return a column as floats, and which cells are no numbers; blank stays NaN.

    Parameters
    ----------
    values
        Text as written, or numbers.
    decimal_comma
        How to read 1,234 where no other number of the column tells; or a function that decides, given what the column tells.
    open_ended
        Take 365+ as 365.
    """
    try:
        found = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return found, np.isinf(found)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        coded = values.cast(pa.string()).dictionary_encode()
    parsed = np.array([*_parse(coded.dictionary.to_pylist(), decimal_comma, open_ended), np.nan])
    blank = np.array([*(text.strip().lower() in BLANKS for text in coded.dictionary.to_pylist()), True])
    at = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return parsed[at], np.isnan(parsed[at]) & ~blank[at]


def _parse(texts: Sequence[str], decimal_comma: bool | Callable[[bool | None], bool], open_ended: bool) -> list[float]:
    """Every distinct text once; NaN for what is no number."""
    bare = [_bare(text, open_ended) for text in texts]
    told = _told(bare)
    comma = decimal_comma(told) if callable(decimal_comma) else bool(told) or decimal_comma
    return [_number(text, comma) for text in bare]


def has_decimal_comma(values: pa.Array) -> bool | None:
    """Say whether a column writes a decimal comma, None where no cell tells."""
    return _told([_bare(text, True) for text in values.dictionary_encode().dictionary.to_pylist()])


def _told(texts: Sequence[str]) -> bool | None:
    if any(_has_decimal_comma(text) for text in texts):
        return True
    return False if any("," in text and "." in text for text in texts) else None


def _bare(text: str, open_ended: bool) -> str:
    plain = _SIGNS.sub("", text)
    if open_ended:
        plain = plain.removesuffix("+")
    return f"-{plain[1:-1]}" if plain[:1] == "(" and plain[-1:] == ")" else plain.replace("−", "-")


def _has_decimal_comma(text: str) -> bool:
    if "," not in text:
        return False
    return text.rfind(",") > text.rfind(".") if "." in text else _GROUPED.fullmatch(text) is None


def _number(text: str, comma: bool) -> float:
    if not _DIGITS.fullmatch(text):
        return np.nan
    if "," in text and "." in text:
        comma = text.rfind(",") > text.rfind(".")
    elif "." in text and comma and not _GROUPED.fullmatch(text):
        comma = False
    thousands, point = (".", ",") if comma else (",", ".")
    try:
        return float(text.replace(thousands, "").replace(point, "."))
    except ValueError:
        return np.nan
