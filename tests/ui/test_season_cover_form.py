"""The form of season covers: typed, checked, written into a real workspace, shown in the plan, taken away and undone."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.pipeline import STEPS
from workbench.runs.season_covers import SeasonCovers
from workbench.runs.workspaces import create
from workbench.settings import load
from workbench.tables import TABLES, schema
from workbench.ui.forecast import sheets
from workbench.ui.forecast.cards import _covers
from workbench.ui.forecast.state import ForecastState
from workbench.ui.meta import Meta


@pytest.fixture(scope="module")
def shop():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=6, days=200)
    as_of = (tables["sales"]["date"].max() + pd.Timedelta(days=1)).date()
    for name in ("cleaning", "forecast"):
        tables |= STEPS[name].run(tables, STEPS[name].params(), as_of)
    return tables, as_of


@pytest.fixture
def workspace(tmp_path):
    return create(tmp_path / "shop")


@pytest.fixture
def state(shop, workspace):
    made = ForecastState(shop[0], STEPS["forecast"].params(), Meta("Shop", shop[1], "USD"))
    made.desk = SimpleNamespace(season_covers=SeasonCovers(workspace))
    return made


def fill(form, **values):
    for name, value in values.items():
        form.receive({"type": "event", "name": "cover", "value": {"name": name, "value": value}})


def press(form, event):
    form.receive({"type": "event", "name": event, "value": ""})


def whole_year(as_of):
    return {"usual_days": "90", "season_days": "150", "first": as_of.isoformat(), "last": (as_of + dt.timedelta(days=500)).isoformat()}


def test_a_cover_is_written_shown_in_the_plan_taken_away_and_undone(state, shop, workspace):
    form = _covers(state)
    fill(form, **whole_year(shop[1]))
    press(form, "cover_take")
    kept = load(workspace.root).plan.season_cover
    assert [cover.sku for cover in kept] == [state.selected["sku"]] and kept[0].season_days == 150
    effect = state.cover_effect()
    ordered = effect.dropna(subset=["order_units_season"])
    assert len(ordered) and (ordered["order_units_season"] >= ordered["order_units"]).all()
    assert (ordered["order_up_to_season"] > ordered["order_up_to"]).all()
    assert state.selected["sku"] in form.html and sheets.covered(effect).title in form.html
    press(form, "cover_drop")
    assert load(workspace.root).plan.season_cover == ()
    press(form, "cover_undo")
    assert load(workspace.root).plan.season_cover == kept
    assert state.covers_before is None and "cover_undo" not in form.html


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"usual_days": ""}, "Days must be numbers from 1 to 365."),
        ({"season_days": "80"}, "In season an order must last longer"),
        ({"first": ""}, "Both days of the season are needed"),
        ({"last": "2020-01-01"}, "must not end before it begins"),
    ],
)
def test_what_does_not_fit_is_said_and_not_written(state, shop, workspace, change, said):
    form = _covers(state)
    fill(form, **whole_year(shop[1]) | change)
    press(form, "cover_take")
    assert said in form.html and load(workspace.root).plan.season_cover == ()


def test_a_cover_of_another_sku_stays(state, shop, workspace):
    first, second = sorted(state.listing["sku"].unique())[:2]
    form = _covers(state)
    for sku in (first, second):
        state.choose((sku, state.listing[state.listing["sku"] == sku]["channel"].iloc[0]))
        fill(form, **whole_year(shop[1]))
        press(form, "cover_take")
    press(form, "cover_drop")
    assert [cover.sku for cover in load(workspace.root).plan.season_cover] == [first]


def test_a_reader_sees_no_fields(shop):
    plain = ForecastState(shop[0], STEPS["forecast"].params(), Meta("Shop", shop[1], "USD"))
    assert "<input" not in _covers(plain).html
