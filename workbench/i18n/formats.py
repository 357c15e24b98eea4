"""Numbers, money and days as the reader writes them; unknown values become a dash, never a zero."""

import datetime as dt
import math
from typing import TypeGuard

from babel.numbers import format_currency, format_decimal, format_percent

from workbench.i18n.catalogue import language

UNKNOWN = "–"
_LOCALES = {"en": "en_US", "zh": "zh_CN"}


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with group separators.

    >>> number(12345.678, 1)
    '12,345.7'
    """
    if not _known(value):
        return UNKNOWN
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, pattern, locale=_LOCALES[language()])


def money(value: float | None, currency: str, digits: int = 0) -> str:
    """Return an amount with its currency sign.

    >>> money(1234.5, "USD", 2)
    '$1,234.50'
    """
    if not _known(value) or not isinstance(currency, str) or not currency:
        return UNKNOWN
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(value, currency, f"{pattern};-{pattern}", locale=_LOCALES[language()], currency_digits=False)


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share of 0-1 as a percentage.

    >>> percent(0.127, 1)
    '12.7%'
    """
    if not _known(share):
        return UNKNOWN
    return format_percent(share, "#,##0" + ("." + "0" * digits if digits else "") + "%", locale=_LOCALES[language()])


def day(value: dt.date | None) -> str:
    """Return a day as 2026-11-22; a dash where there is none.

    >>> day(dt.date(2026, 11, 22))
    '2026-11-22'
    """
    return UNKNOWN if value is None or value != value else f"{value:%Y-%m-%d}"
