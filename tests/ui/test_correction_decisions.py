"""Corrections on the screen: chosen, rejected, edited, merged, taken back; written down in a real workspace and applied by the next run."""

import datetime as dt
from collections import ChainMap

import pandas as pd
import pytest

from workbench.pipeline import STEPS
from workbench.runs.corrections import Corrections
from workbench.store import Workspace
from workbench.tables import schema
from workbench.ui import Grid, Part
from workbench.ui.cleaning.state import CleaningState
from workbench.ui.cleaning.view import cleaning_view, correction_card
from workbench.ui.meta import Meta

AS_OF = dt.date(2026, 11, 1)


class Desk:
    """A desk with corrections and nothing else."""

    def __init__(self, corrections):
        self.corrections = corrections


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "shop", shop="Test")


@pytest.fixture
def state(published, workspace):
    made = CleaningState(published, STEPS["cleaning"].params(), Meta("Test", AS_OF))
    made.desk = Desk(Corrections(workspace, AS_OF, "ann"))
    return made


def choose(state, number=0):
    row = state.corrections().iloc[number]
    state.pick({"date": row["date"].strftime("%Y-%m-%d"), "reason": row["reason"]})
    return row


def parts(widget):
    return [widget, *(found for child in getattr(widget, "children", ()) for found in parts(child))]


def next_run(state, workspace):
    """The step as the next run makes it, from what the workspace holds."""
    decided = Corrections(workspace, AS_OF).decisions()
    return STEPS["cleaning"].run(ChainMap({"decisions": decided}, state.tables), state.params, AS_OF)


def of_day(history, state, row):
    mine = history[(history["sku"] == state.selected["sku"]) & (history["channel"] == state.selected["channel"])]
    return mine[mine["date"] == row["date"]].iloc[0]


def test_an_edit_holds_in_the_next_run_and_can_be_taken_back(state, workspace):
    row = choose(state)
    state.why = "two pallets were miscounted"
    state.edit("7.5")
    assert state.error is None and "next run uses" in state.said
    assert of_day(state.line(), state, row)["demand"] == 7.5, "the chart shows it at once"
    decision = state.held().iloc[0]
    assert (decision["who"], decision["old"], decision["new"], decision["why"]) == ("ann", row["new_units"], 7.5, "two pallets were miscounted")
    made = next_run(state, workspace)
    day = of_day(made["history"], state, row)
    assert (day["demand"], day["reason"], day["imputed"]) == (7.5, "analyst", False)
    assert "Own number" in correction_card(state) and "two pallets" in correction_card(state)
    state.undo("0")
    assert state.held().empty
    assert of_day(next_run(state, workspace)["history"], state, row)["demand"] == pytest.approx(row["new_units"])
    assert len(Corrections(workspace, AS_OF).decisions()) == 2, "nothing is erased"


def test_a_rejected_correction_leaves_what_sold_and_a_rule_all_of_them(state, workspace):
    off = state.read("corrections").query("reason == 'off_sale'")
    state.choose([off["sku"].mode()[0], "amazon-us"])
    row = choose(state)
    state.reject()
    assert of_day(next_run(state, workspace)["history"], state, row)["demand"] == row["old_units"]
    rules = state.corrections()
    rule = rules[rules["reason"] == "off_sale"].iloc[0]
    state.pick({"date": rule["date"].strftime("%Y-%m-%d"), "reason": "off_sale"})
    state.reject_rule()
    history = next_run(state, workspace)["history"]
    mine = state.of_selected(history)
    assert not (mine["reason"] == "off_sale").any()
    others = history[history["sku"] != state.selected["sku"]]
    assert (others["reason"] == "off_sale").any(), "the rule stays for other SKUs"


def test_a_number_that_is_none_is_refused(state, workspace):
    choose(state)
    for text in ("-1", "many", "nan", ""):
        state.edit(text)
        assert "0 or more" in state.said
    assert Corrections(workspace, AS_OF).decisions().empty


def test_skus_are_merged(state, workspace):
    old, other = state.selected["sku"], next(sku for sku in state.result["sku"].unique() if sku != state.selected["sku"])
    state.merge(other)
    history = next_run(state, workspace)["history"]
    assert old not in set(history["sku"])
    state.undo("0")
    assert old in set(next_run(state, workspace)["history"]["sku"])


def test_a_likely_rename_is_offered(state, published):
    day = pd.date_range(end=AS_OF, periods=20, inclusive="left")
    units = {"OLD": [1.0] * 10 + [0.0] * 9, "NEW": [0.0] * 10 + [1.0] * 9, "SIB": [1.0] * 19}
    rows = [pd.DataFrame({"sku": sku, "channel": "shop", "date": day, "units": sold, "demand": sold}) for sku, sold in units.items()]
    history = schema.conform("history", pd.concat(rows, ignore_index=True), lineage=False)
    items = schema.conform("items", pd.DataFrame({"sku": list(units), "product_id": ["B1", "B1", "B2"]}), lineage=False)
    seller = CleaningState(published | {"history": history, "items": items}, state.params, state.meta, {"sku": "OLD", "channel": "shop"})
    assert seller.likely_names() == ["NEW"]
    seller.desk = state.desk
    assert 'data-event="merge" data-value="NEW"' in correction_card(seller)


def test_a_decision_holds_from_the_day_it_was_made_for(state, workspace):
    row = choose(state)
    state.edit("7.5")
    assert of_day(next_run(state, workspace)["history"], state, row)["demand"] == 7.5, "the clock of the analyst is later than the data"
    before = STEPS["cleaning"].run(
        ChainMap({"decisions": Corrections(workspace, AS_OF).decisions()}, state.tables), state.params, AS_OF - dt.timedelta(days=1)
    )["history"]
    assert not (before["reason"] == "analyst").any()


def test_the_screen_offers_it_all_and_a_reader_only_looks(state, published):
    view = cleaning_view(state)
    grids = [part for part in parts(view) if isinstance(part, Grid)]
    listed = next(grid for grid in grids if grid.title == "Corrections, newest first")
    listed.selected = dict(zip(("date", "reason"), listed.page["keys"][0], strict=True))
    html = "".join(part.html for part in parts(view) if isinstance(part, Part))
    assert 'data-event="reject"' in html and 'data-event="edit"' in html and 'aria-pressed="true"' in html
    rolled = next(grid for grid in grids if "month or quarter" in grid.title)
    months = rolled.total
    state.roll("week")
    assert rolled.total > months
    reader = CleaningState(published, STEPS["cleaning"].params(), Meta("Test", AS_OF))
    choose(reader)
    assert "data-event" not in correction_card(reader)
    reader.reject()
    assert reader.what_if is None
