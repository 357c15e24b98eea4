"""Static pages on disk: written by a run when it publishes, served and read ever after without a kernel."""

import datetime as dt
import json
from pathlib import Path

FACTS = "pages.json"


def published_day(folder: Path) -> dt.date | None:
    """Return the decision day of the pages in a folder; None where nothing was published."""
    try:
        return dt.date.fromisoformat(json.loads((folder / FACTS).read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError):
        return None
