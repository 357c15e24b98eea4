"""Words and numbers in the reader's language: message keys, catalogues (en, zh), formats."""

from workbench.i18n.catalogue import LANGUAGES, language, t, use
from workbench.i18n.formats import day, money, number, percent

__all__ = ["LANGUAGES", "day", "language", "money", "number", "percent", "t", "use"]
