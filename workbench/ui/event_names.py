"""Names of events: the seller's own where the table has them, else ours, else the code."""

from collections.abc import Iterator, Mapping

import pandas as pd

from workbench.i18n import t
from workbench.i18n.catalogue import has


class EventNames(Mapping[str, str]):
    """Event code -> name in the language in force."""

    def __init__(self, own: dict[str, str]):
        self._own = own

    def __getitem__(self, code: str) -> str:
        key = f"events.name.{code}"
        return self._own.get(code) or (t(key) if has(key) else code.replace("_", " "))

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def event_names(events: pd.DataFrame) -> EventNames:
    """Return the names of events, the seller's own table first."""
    named = events.dropna(subset=["event", "name"])
    return EventNames(dict(zip(named["event"], named["name"], strict=True)))
