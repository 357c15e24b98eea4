"""Column names as people and programs spell them, brought to one form."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache


@lru_cache(maxsize=8192)
def normal(name: str) -> str:
    """Return a column name without case, separators, brackets and typographic variants.

    >>> normal("Inv-Age_0 to 90 days ") == normal("inv-age-0-to-90-days")
    True
    >>> normal("（子）ASIN"), normal("7 Day Total Orders (#)")
    ('子asin', '7daytotalorders')
    """
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def locate(header: Sequence[str], wanted: Iterable[str]) -> int | None:
    """Return the position of the first column whose name is one of those wanted, None if there is none."""
    names = {normal(name): place for place, name in reversed(list(enumerate(header)))}
    return next((names[normal(name)] for name in wanted if normal(name) in names), None)
