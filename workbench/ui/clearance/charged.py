"""State of the check of fees: computed beside charged, once somebody asks."""

from typing import Any

import pandas as pd
import traitlets as tl

from workbench import fees
from workbench.ui.state import ScreenState

_MODULE = "workbench.fees"


class Charged(ScreenState):
    """State of the check of fees: whether it was asked for, and its lines."""

    fees_asked = tl.Bool(False)
    _lines: pd.DataFrame | None = None

    def ask_fees(self, _value: Any = None) -> None:
        """Have every fee of the reports computed."""
        self.fees_asked = True

    def fee_lines(self) -> pd.DataFrame:
        """Return every fee of the reports beside the computed one, see `fees.reconciled`."""
        if self._lines is None:
            self._lines = fees.reconciled(self.tables, self.meta.as_of)
        return self._lines

    def fees_call(self) -> str:
        """Return the Python call that gives the lines, where they were asked for."""
        return f"\n\nfrom {_MODULE} import by_sku, reconciled\n\nby_sku(reconciled(page.tables, page.as_of))" if self.fees_asked else ""
