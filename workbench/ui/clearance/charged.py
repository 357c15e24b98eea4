"""State of what is told of fees once somebody asks: computed beside charged, and every line that the opened position goes by."""

from collections import ChainMap
from typing import Any

import pandas as pd
import traitlets as tl

from workbench import fees
from workbench.clearance import ClearanceParams
from workbench.clearance.fee_terms import OWN_RATES, fee_terms
from workbench.ui.own_params import own_params
from workbench.ui.state import ScreenState

_MODULE = "workbench.fees"
_HOME = "workbench.clearance"


class Charged(ScreenState):
    """State of fees: whether their check and the opened position's lines were asked for, and both."""

    fees_asked = tl.Bool(False)
    terms_asked = tl.Bool(False)
    _lines: pd.DataFrame | None = None

    def ask_fees(self, _value: Any = None) -> None:
        """Have every fee of the reports computed."""
        self.fees_asked = True

    def fee_lines(self) -> pd.DataFrame:
        """Return every fee of the reports beside the computed one, see `fees.reconciled`."""
        if self._lines is None:
            self._lines = fees.reconciled(self.tables, self.meta.as_of)
        return self._lines

    def ask_terms(self, _value: Any = None) -> None:
        """Have every fee line of the opened position told."""
        self.terms_asked = True

    def fee_terms(self) -> pd.DataFrame:
        """Return every fee line that the ways out of the opened position go by, see `fee_terms.fee_terms`."""
        tables = ChainMap({"health": self.of_selected(self.read("health"))} | self.of_sku("fee_previews", "fees_charged"), self.tables)
        return fee_terms(tables, own_params(ClearanceParams, self.params), self.meta.as_of, **self.selected)

    def own_rate(self, name: str, value: Any) -> None:
        """Take the seller's own rate for a fee; empty goes back to the card's."""
        if name in OWN_RATES:
            text = str(value).strip()
            self.update(**{name: text}) if text else self.reset(name)

    def fees_call(self) -> str:
        """Return the Python calls that give the lines that were asked for."""
        check = f"\n\nfrom {_MODULE} import by_sku, reconciled\n\nby_sku(reconciled(page.tables, page.as_of))" if self.fees_asked else ""
        if not (self.terms_asked and self.selected):
            return check
        given = f"page.tables, ClearanceParams(**{self._own_rates()!r}), page.as_of, **{self.selected!r}"
        return f"{check}\n\nfrom {_HOME} import ClearanceParams\nfrom {_HOME}.fee_terms import fee_terms\n\nfee_terms({given})"

    def _own_rates(self) -> dict[str, Any]:
        return {name: value for name, value in self.changed().items() if name in OWN_RATES}
