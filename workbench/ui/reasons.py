"""Reasons as sentences: the code, value and limit of a row, in the reader's words."""

import math
from collections.abc import Mapping
from typing import Any

from workbench.i18n import t
from workbench.i18n.catalogue import has
from workbench.i18n.formats import UNKNOWN


def reason(row: Mapping[str, Any]) -> str:
    """Return why a row of a result table is as it is; the bare code where no words are known for it.

    >>> reason({"reason": "", "reason_value": 1.0, "reason_limit": 2.0})
    '–'
    """
    code = row.get("reason")
    if not isinstance(code, str) or not code:
        return UNKNOWN
    if not has(f"reason.{code}"):
        return code
    value, limit = (_Amount(row.get(name, math.nan)) for name in ("reason_value", "reason_limit"))
    return t(f"reason.{code}", value=value, limit=limit)


class _Amount(float):
    """A number in a sentence; a dash where it is unknown."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec) if math.isfinite(self) else UNKNOWN
