"""How somebody likes to see the list of a screen, kept under a name: columns, search, filters and order."""

from typing import Any

import pandas as pd

from workbench.runs.signature import signature
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
        self.workspace.state.save_view(screen, name, view, **signature(self.who))
        return self.workspace.state.saved_views()
