"""The fee lines of the opened position on the clearance screen: told once asked for, own rates typed beside them, and reproduced by the printed call."""

import datetime as dt

import pandas as pd
import pytest

from workbench.clearance.fee_terms import fee_terms
from workbench.datasets import make_tables
from workbench.i18n import LANGUAGES, t, use
from workbench.pipeline import STEPS, ClearanceParams
from workbench.tables import TABLES, schema
from workbench.ui.clearance.state import ClearanceState
from workbench.ui.clearance.view import clearance_view
from workbench.ui.meta import Meta

AS_OF = dt.date(2026, 11, 1)


def html(widget):
    return "\n".join([getattr(widget, "html", ""), *(html(child) for child in getattr(widget, "children", ()))])


def parts(widget):
    return [widget, *(found for child in getattr(widget, "children", ()) for found in parts(child))]


def do(view, event, value):
    next(p for p in parts(view) if event in getattr(p, "_events", {})).on_event({"name": event, "value": value})


@pytest.fixture(scope="module")
def published():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=14, days=420)
    for step in STEPS.values():
        tables |= step.run(tables, step.params(), AS_OF)
    return tables


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fee_line_of_the_opened_position_is_told_when_somebody_asks(published, language):
    with use(language):
        state = ClearanceState(published, ClearanceParams(), Meta("Test", AS_OF, "USD", language), {"location": "fba-us"})
        view = clearance_view(state)
        assert t("clearance.fees.ask") in html(view) and "fee_terms" not in state.call()
        do(view, "ask_terms", "")
        shown = html(view)
        assert (
            state.error is None and t("fees.kind.removal") in shown and t("fees.confidence.H") in shown and "[clearance." not in shown and "[fees." not in shown
        )
        assert t("fees.reason.no_rate") in shown and 'name="donation_fee_per_unit"' in shown
        do(view, "own_rate", {"name": "donation_fee_per_unit", "value": "1.25"})
        assert state.params.donation_fee_per_unit == 1.25 and 'value="1.25"' in html(view) and t("clearance.fees.source.parameter") in html(view)
        scope = {"page": type("Page", (), {"tables": published, "as_of": AS_OF}), "ClearanceParams": ClearanceParams, "fee_terms": fee_terms}
        again = eval(state.call().split("\n")[-1], scope)
        pd.testing.assert_frame_equal(again, state.fee_terms())
        do(view, "own_rate", {"name": "donation_fee_per_unit", "value": ""})
        assert state.params.donation_fee_per_unit is None
