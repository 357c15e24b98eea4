"""What a seller may do with clearance plans: take one on, look at those taken on, withdraw one."""

import datetime as dt

import pandas as pd

from workbench.clearance.timeline import PLACE
from workbench.runs.signature import signature
from workbench.store import Workspace


class ClearancePlans:
    """The clearance plans of a workspace, for the screen that shows them.

    Parameters
    ----------
    as_of : day whose state of knowledge the seller is looking at: a plan begins on that day
    who : name that plans are written down under; the system's user if not given
    """

    def __init__(self, workspace: Workspace, as_of: dt.date, who: str = ""):
        self.workspace, self.as_of, self.who = workspace, as_of, who

    def plans(self) -> pd.DataFrame:
        """Return the steps of every plan ever made, oldest first."""
        return self.workspace.state.clearance_plans()

    def take_on(self, steps: pd.DataFrame, why: str = "") -> pd.DataFrame:
        """Write the steps of one or more positions down, in place of their earlier plans, and return all."""
        self.workspace.state.plan_clearance(steps, **signature(self.who), as_of=self.as_of, why=why)
        return self.plans()

    def withdraw(self, sku: str, location: str, why: str = "") -> pd.DataFrame:
        """Withdraw the plan of a position, and return all."""
        none = pd.DataFrame({**dict(zip(PLACE, ([sku], [location]), strict=True)), "step": [0], "option": [""]})
        return self.take_on(none, why)
