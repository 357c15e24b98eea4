"""What a seller may do with clearance plans: take one on, look at those taken on, withdraw one."""

import pandas as pd

from workbench.clearance.timeline import PLACE
from workbench.runs.book import Book


class ClearancePlans(Book):
    """The clearance plans taken on."""

    def plans(self) -> pd.DataFrame:
        """Return the steps of every plan ever made, oldest first."""
        return self.state.clearance_plans()

    def take_on(self, steps: pd.DataFrame, why: str = "") -> pd.DataFrame:
        """Write the steps of one or more positions down, in place of their earlier plans, and return all."""
        self.state.plan_clearance(steps, **self.signature(), as_of=self.as_of, why=why)
        return self.plans()

    def withdraw(self, sku: str, location: str, why: str = "") -> pd.DataFrame:
        """Withdraw the plan of a position, and return all."""
        none = pd.DataFrame({**dict(zip(PLACE, ([sku], [location]), strict=True)), "step": [0], "option": [""]})
        return self.take_on(none, why)
