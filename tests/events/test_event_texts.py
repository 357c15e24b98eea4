"""Every built-in event and kind has a name in every language."""

import pytest

from workbench import events
from workbench.i18n import LANGUAGES, catalogue
from workbench.tables.schema import columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_events_and_kinds(language):
    kinds = next(c.codes for c in columns("events") if c.name == "kind")
    keys = {f"events.name.{o.event}" for o in events.occurrences(2022, 2027, ("US", "UK", "DE"))} | {f"events.kind.{kind}" for kind in kinds}
    assert not {key for key in keys if not catalogue.has(key, language)}


def test_english_names_are_those_of_the_table():
    table = events.calendar("2022-01-01", "2027-12-31", ("US",)).query("kind != 'holiday'")
    texts = catalogue.messages("events", "en")
    assert {texts[f"name.{event}"] for event in table["event"]} == set(table["name"])
