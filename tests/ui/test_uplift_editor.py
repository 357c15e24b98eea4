"""The editor of coming events: an own lift is written down in a real workspace, shown at once, used by the next run, and taken back."""

import datetime as dt
from collections import ChainMap
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.pipeline import STEPS
from workbench.runs.event_lifts import EventLifts
from workbench.store import Workspace
from workbench.tables import TABLES, schema
from workbench.ui import Part
from workbench.ui.forecast.state import ForecastState
from workbench.ui.forecast.view import forecast_view
from workbench.ui.meta import Meta


@pytest.fixture(scope="module")
def shop():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=6, days=430)
    as_of = (tables["sales"]["date"].max() + pd.Timedelta(days=1)).date()
    for name in ("cleaning", "forecast"):
        tables |= STEPS[name].run(tables, STEPS[name].params(), as_of)
    return tables, as_of


@pytest.fixture
def lifts(shop, tmp_path):
    return EventLifts(Workspace.create(tmp_path / "shop", shop="Test"), shop[1], "ann")


@pytest.fixture
def state(shop, lifts):
    made = ForecastState(shop[0], STEPS["forecast"].params(), Meta("Shop", shop[1], "USD"))
    made.desk = SimpleNamespace(event_lifts=lifts)
    return made


def tree(widget):
    return [widget, *(found for child in getattr(widget, "children", ()) for found in tree(child))]


def html(view):
    return "\n".join(part.html for part in tree(view) if isinstance(part, Part))


def send(view, event, value):
    next(part for part in tree(view) if isinstance(part, Part) and event in part._events).receive({"type": "event", "name": event, "value": value})


def first_inside(state):
    """The place of the first event that lies within the forecast."""
    rows = state.uplifts()
    return int(np.flatnonzero(rows["end_date"] <= state.ahead()["date"].max())[0])


def on(frame, state, row):
    mine = frame[(frame["sku"] == state.selected["sku"]) & (frame["channel"] == state.selected["channel"])]
    return mine[mine["date"].between(row["start_date"], row["end_date"])]["mean"].to_numpy()


def test_a_lift_is_written_down_with_why_and_the_chart_follows_at_once(state, lifts):
    view = forecast_view(state)
    send(view, "ask", "uplifts")
    place = first_inside(state)
    row = state.uplifts().iloc[place]
    alone = on(state.again(), state, row)
    send(view, "lift_why", {"name": "why", "value": "a bigger deal"})
    send(view, "lift", {"name": str(place), "value": "6"})
    assert state.error is None and "next run uses this figure" in html(view) and "a bigger deal" in html(view)
    made = lifts.decisions().iloc[-1]
    assert (made["event"], made["channel"], made["who"], made["why"]) == (row["event"], state.selected["channel"], "ann", "a bigger deal")
    assert made["new"] == 6 and made["old"] == pytest.approx(row["lift"]) and made["start_date"] == row["start_date"] and made["as_of"].date() == lifts.as_of
    after = on(state.ahead(), state, row)
    assert (after > alone).all() and state.what_if is not None


def test_the_next_run_uses_it_an_earlier_day_does_not_and_taking_back_restores(shop, state, lifts):
    tables, as_of = shop
    place = first_inside(state)
    row, before = state.uplifts().iloc[place], tables["forecast"]
    state.set_lift({"name": str(place), "value": 2 * row["lift"]})
    run = lambda day=as_of: STEPS["forecast"].run(ChainMap({"event_lifts": lifts.decisions()}, tables), STEPS["forecast"].params(), day)["forecast"]  # noqa: E731
    np.testing.assert_allclose(on(run(), state, row), 2 * on(before, state, row), rtol=0.05)
    earlier = as_of - dt.timedelta(days=1)
    plain = STEPS["forecast"].run(tables, STEPS["forecast"].params(), earlier)["forecast"]
    np.testing.assert_array_equal(run(earlier)["mean"], plain["mean"])
    state.take_lift_back(str(place))
    assert lifts.decisions()["new"].isna().tolist() == [False, True] and pd.isna(state.uplifts().iloc[place]["new"])
    np.testing.assert_array_equal(run()["mean"], before["mean"])


@pytest.mark.parametrize("value", ["", "x", "-1", "0", "21", "nan", None])
def test_what_is_no_lift_is_said_and_writes_nothing(state, lifts, value):
    state.set_lift({"name": "0", "value": value})
    assert state.lift_said and lifts.decisions().empty
    state.set_lift({"name": "99", "value": "2"})
    assert lifts.decisions().empty


def test_a_page_without_a_desk_shows_lifts_and_takes_none(shop, lifts):
    tables, as_of = shop
    plain = ForecastState(tables, STEPS["forecast"].params(), Meta("Shop", as_of, "USD"))
    row = plain.uplifts().iloc[0]
    lifts.decide(row["event"], plain.selected["channel"], row["start_date"].date(), old=1.0, new=3.5, why="seen")
    state = ForecastState(tables | {"event_lifts": lifts.decisions()}, STEPS["forecast"].params(), Meta("Shop", as_of, "USD"))
    view = forecast_view(state)
    send(view, "ask", "uplifts")
    text = html(view)
    assert "×3.50" in text and "seen" in text and 'data-event="lift"' not in text and "typed in JupyterLab" in text
    state.set_lift({"name": "0", "value": "2"})
    assert len(lifts.decisions()) == 1


def test_holidays_of_the_country_and_events_without_a_date_are_told(state):
    rows = state.uplifts()
    assert {"thanksgiving_day", "independence_day"} <= set(rows["event"])
    ahead, channel = state.ahead(), state.selected["channel"]
    known = state.near()
    assert (known[known["kind"] == "holiday"]["channel"] == channel).all()
    assert state.parts()["mean"].sum() == pytest.approx(ahead["mean"].sum(), rel=1e-4)  # the parts know the events that the step knew
    view = forecast_view(state)
    state.ask("uplifts")
    year = state.meta.as_of.year + 1
    assert (state.undated(365)["year"] >= state.meta.as_of.year).all() and not state.undated(365).empty
    assert f"for {year} is known yet" in html(view)
