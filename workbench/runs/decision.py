"""The day that decisions are made on."""

import datetime as dt

from workbench.errors import NoData
from workbench.store import Workspace


def decision_day(workspace: Workspace) -> dt.date:
    """Return the day that decisions are made on: as the settings say, else the newest day on which we learned something.

    Raises
    ------
    NoData
        If nothing was imported yet.
    """
    newest = workspace.newest_known()
    if newest is None:
        raise NoData("sales", "workbench", f"Put report files into {workspace.inbox} and run: workbench run daily")
    return workspace.settings.as_of or newest.date()
