"""Every code that a charge may carry has a text in every language."""

import pytest

from workbench import fees
from workbench.fees.cards import BASIS
from workbench.fees.charges import PARTS
from workbench.fees.reconciliation import EXPLAINED
from workbench.i18n import LANGUAGES, catalogue
from workbench.tables.schema import columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_have_texts(language):
    charged = next(c.codes for c in columns("fees_charged") if c.name == "kind")
    keys = {f"fees.kind.{kind}" for kind in (*BASIS, *PARTS, *charged)} | {f"fees.basis.{basis}" for basis in BASIS.values()}
    keys |= {f"fees.confidence.{line.confidence}" for card in fees.rate_cards().cards for line in card.lines}
    keys |= {f"fees.reason.{reason}" for reason in ("no_card", "before_card", "after_card", "no_rate", "rate_is_range", "missing_measure")}
    keys |= {f"fees.explained.{code}" for code in EXPLAINED} | {f"fees.told.{told}" for told in ("charged", "foreseen")}
    assert not {key for key in keys if not catalogue.has(key, language)}
