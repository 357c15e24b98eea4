"""What somebody decides at a screen, written down under a name and the day that was looked at."""

import datetime as dt

from workbench.runs.signature import Signature, signature
from workbench.store import Workspace


class Book:
    """The decisions of a workspace about one thing, for the screen that shows them.

    Parameters
    ----------
    as_of : day whose state of knowledge is looked at: a decision holds from that day on
    who : name that decisions are written down under; the system's user if not given
    """

    def __init__(self, workspace: Workspace, as_of: dt.date, who: str = ""):
        self.state, self.as_of, self._who = workspace.state, as_of, who

    def signature(self) -> Signature:
        """Return the name and this moment."""
        return signature(self._who)
