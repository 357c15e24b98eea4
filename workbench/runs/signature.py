"""Who writes a decision down, and when."""

import datetime as dt
import getpass
from typing import TypedDict


class Signature(TypedDict):
    """Name and instant (UTC) that a decision is kept under."""

    who: str
    at: dt.datetime


def signature(who: str = "") -> Signature:
    """Return a name, the system's user if none is given, and this moment."""
    return {"who": who or getpass.getuser(), "at": dt.datetime.now(dt.UTC).replace(tzinfo=None)}
