"""What-ifs on a made-up shop: a changed parameter runs the real step again and moves the screen."""

import ast
import datetime as dt

import pandas as pd
import pytest

from workbench import clearance
from workbench.datasets import make_tables
from workbench.pipeline import STEPS
from workbench.tables import TABLES, schema
from workbench.ui import screens
from workbench.ui.cleaning.state import LISTED
from workbench.ui.clearance.simulator import Simulation
from workbench.ui.meta import Meta


@pytest.fixture(scope="module")
def shop():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=12, days=150)
    as_of = (tables["sales"]["date"].max() + pd.Timedelta(days=1)).date()
    for step in STEPS.values():
        tables |= step.run(tables, step.params(), as_of)
    return tables, Meta("Shop", as_of, "USD")


def opened(name, shop, **asked):
    tables, meta = shop
    found = screens.find(name)
    state = found.state(tables, STEPS[name].params(), meta, asked)
    view = found.view(state)
    assert state.error is None
    return state, view


def test_published_results_are_shown_as_they_are(shop):
    for name in screens.SCREENS:
        state, _ = opened(name, shop)
        published = shop[0][state.table]
        assert state.result is published or state.result.equals(published[list(LISTED)])
        assert not state.changed()


def test_health_scores_again(shop):
    state, _ = opened("health", shop)
    before = state.listing["light"].value_counts().to_dict()
    state.update(amber_below=100.0, red_below=99.0)
    assert state.error is None and state.listing["light"].value_counts().to_dict() != before
    assert (state.result.loc[state.result["score"] < 99, "light"] == "red").all()


def test_clearance_compares_again(shop):
    state, _ = opened("clearance", shop)
    assert not state.empty
    hold = state.result[state.result["option"] == "hold"]["npv"].sum()
    state.update(capital_rate_month=0.1)
    assert state.error is None and state.result[state.result["option"] == "hold"]["npv"].sum() != hold
    opened_rows = state.of_selected(state.result)
    drawn = set(state.cash()["option"])
    assert {"hold"} < drawn <= set(opened_rows.loc[opened_rows["npv"].notna(), "option"])


def test_forecast_of_the_opened_sku_again(shop):
    state, _ = opened("forecast", shop)
    state.update(horizon_days=30)
    assert state.error is None and len(state.ahead()) == 30 and len(state.result) == 12 * 90
    other = state.listing.iloc[-1]
    state.choose([other["sku"], other["channel"]])
    assert len(state.ahead()) == 30 and set(state.ahead()["sku"]) == {other["sku"]}
    state.reset("horizon_days")
    assert state.what_if is None and len(state.ahead()) == 90


def test_cleaning_of_the_opened_sku_again(shop):
    state, _ = opened("cleaning", shop)
    line = state.line()
    assert line["censored"].any() and line.loc[line["censored"], "demand"].sum() > line.loc[line["censored"], "units"].sum()
    state.update(recover=False)
    again = state.line()
    cut = again["censored"] & again["units"].notna()
    assert state.error is None and cut.any() and (again.loc[cut, "demand"].fillna(again.loc[cut, "units"]) == again.loc[cut, "units"]).all()


def test_forms_offer_what_moves_the_screen_and_nothing_of_the_notebook(shop):
    import re

    from workbench.runs.parameters import NOTEBOOKS
    from workbench.ui import Part

    tables, meta = shop
    for notebook in NOTEBOOKS.values():
        found = screens.find(notebook.step.name)
        view = found.view(found.state(tables, notebook.model(), meta))
        names = {name for part in view.children if isinstance(part, Part) for name in re.findall(r'name="(\w+)"', part.html)}
        assert names and names <= set(notebook.step.params.model_fields) | set(Simulation.model_fields)
        assert not names & {"as_of", "interactive", "language", "urgent_days"}


def test_cash_of_the_opened_position_needs_no_more_than_its_own_stock(shop):
    state, _ = opened("clearance", shop)
    for sku, location in state.listing[["sku", "location"]].head(5).to_numpy().tolist():
        state.choose([sku, location])
        at = (state.asked(), state.meta.as_of, sku, location)
        pd.testing.assert_frame_equal(clearance.cash_flow(state.of_position(), *at), clearance.cash_flow(shop[0], *at))


def test_the_call_that_reproduces_days_in_a_list_needs_no_import(shop):
    from workbench.runs.parameters import check

    state, _ = opened("health", shop)
    given = (("BBQ", 90.0, 150.0, dt.date(2026, 4, 1), dt.date(2026, 8, 31)),)
    state.params = state.params.model_copy(update={"season_cover": given})
    called = ast.parse(state.call()).body[1].value
    asked = ast.literal_eval(called.args[1])
    assert asked["season_cover"] == [["BBQ", 90.0, 150.0, "2026-04-01", "2026-08-31"]]
    assert check("03_health", asked).season_cover == given
