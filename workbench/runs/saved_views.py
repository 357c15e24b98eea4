"""How somebody likes to see the list of a screen, kept under a name: columns, search, filters and order."""

import datetime as dt
import getpass
from typing import Any

import pandas as pd

from workbench.store import Workspace


class SavedViews:
    """The views kept in a workspace, for the screens that show them.

    Parameters
    ----------
    who : name that views are written down under; the system's user if not given
    """

    def __init__(self, workspace: Workspace, who: str = ""):
        self.workspace, self.who = workspace, who

    def keep(self, screen: str, name: str, view: dict[str, Any] | None) -> pd.DataFrame:
        """Keep a view under a name, or delete it where there is none, and return all that are kept."""
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        self.workspace.state.save_view(screen, name, view, who=self.who or getpass.getuser(), at=now)
        return self.workspace.state.saved_views()
