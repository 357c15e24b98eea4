"""Text in forms, so that a spreadsheet program shows it and never runs it.

A cell that starts with = + - @ or a tab is a formula to a spreadsheet that opens a CSV file. It is written with an
apostrophe before it, which reading takes off again; a text that has apostrophes before such a mark gets one more.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(text: str) -> str:
    """Return a text as it stands in a CSV form.

    >>> escaped("=1+1"), escaped("'-5"), escaped("A-1")
    ("'=1+1", "''-5", 'A-1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def quoted(text: str) -> str:
    """Return a text as it stands in a workbook, whose text cells are never run; only what reading would take off is doubled."""
    return f"'{text}" if _ESCAPED.match(text) else text


def unescaped(text: str) -> str:
    """Return what a cell of a form says.

    >>> unescaped("'=1+1"), unescaped("''-5"), unescaped("'quoted'")
    ('=1+1', "'-5", "'quoted'")
    """
    return text[1:] if _ESCAPED.match(text) else text
