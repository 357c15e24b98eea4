"""The whole stock on the health screen: trend over past runs, categories, seasons; and views of the list that are kept."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from workbench.i18n import LANGUAGES, use
from workbench.pipeline import ClearanceParams, HealthParams
from workbench.runs.saved_views import SavedViews
from workbench.store import Tables, Workspace
from workbench.tables import schema
from workbench.ui import screens
from workbench.ui.grid import Grid
from workbench.ui.health import whole
from workbench.ui.meta import Meta


def opened(tables, meta, desk=None, **asked):
    found = screens.find("health")
    state = found.state(tables, HealthParams(), meta, asked)
    state.desk = desk
    return state, found.view(state)


def parts(widget):
    return [widget, *(part for child in getattr(widget, "children", ()) for part in parts(child))]


def html(widget):
    return "\n".join(getattr(part, "html", "") for part in parts(widget))


def of_kind(widget, kind):
    return next(part for part in parts(widget) if isinstance(part, kind))


@pytest.fixture
def workspace(tmp_path, tables, meta):
    """A workspace with runs of three days, the last of them published."""
    made = Workspace.create(tmp_path / "shop")
    for days_ago, lower in ((14, 20.0), (7, 10.0), (0, 0.0)):
        day, run = meta.as_of - dt.timedelta(days=days_ago), f"run-{20 - days_ago:02d}"
        made.state.save_run({"id": run, "name": "daily", "started": f"{day}T08:00:00", "status": "ok"})
        made.stage(run, "health", tables["health"].assign(score=tables["health"]["score"] - lower, slow_risk=50.0), as_of=day)
        if not days_ago:
            made.stage(run, "plan", tables["plan"], as_of=day)
            made.stage(run, "clearance", tables["clearance"], as_of=day)
            made.publish(run)
    return made


def test_the_trend_over_past_runs_ends_with_the_published_run(workspace, meta):
    state, widget = opened(Tables(workspace, meta.as_of), meta)
    assert state.trend()["date"].dt.day.tolist() == [8, 15, 22]
    mean = state.result["score"].mean()
    assert state.trend()["score"].tolist() == pytest.approx([mean - 20, mean - 10, mean])
    shown = html(widget)
    assert "Trend over the runs of 3 days since 2026-11-08: each by the parameters of its own run" in shown and "jp-wb-spark" in shown
    charted = next(part for part in parts(widget) if getattr(part, "title", "").startswith("Mean score"))
    assert charted.title == f"Mean score {mean:.1f}, {mean - 20:.1f} on 2026-11-08"
    state.toggle("location", "fba-uk")
    assert state.trend()["positions"].tolist() == [1, 1, 1]
    state.toggle("light", "green")
    assert not state.of_whole and "take the other filters off" in html(widget)


def test_the_opened_position_tells_its_score_at_earlier_runs(workspace, meta):
    state, widget = opened(Tables(workspace, meta.as_of), meta, sku="B", location="fba-uk")
    assert state.position_trend()["score"].tolist() == [68, 78, 88]
    assert "68 on 2026-11-08, 88 at the newest run" in html(widget)


def test_a_what_if_is_no_point_of_the_trend_but_its_limit_of_slow_stock_counts(workspace, meta):
    state, _ = opened(Tables(workspace, meta.as_of), meta, sku="B", location="fba-uk")
    before, mine = state.trend(), state.position_trend()
    state.result = state.result.assign(score=1.0, light="red", slow_risk=100.0)
    pd.testing.assert_frame_equal(state.trend(), before)
    pd.testing.assert_frame_equal(state.position_trend(), mine)
    limits = (HealthParams(slow_risk_limit=limit) for limit in (1.0, 99.0))
    shares = [screens.find("health").state(Tables(workspace, meta.as_of), params, meta, {}).trend()["slow_share"].tolist() for params in limits]
    assert shares == [[1.0] * 3, [0.0] * 3]


def test_without_past_runs_the_trend_is_said_to_begin_later(tables, meta):
    state, widget = opened(tables, meta)
    assert len(state.trend()) == 1 and "The trend begins with the run of a second day" in html(widget)


@pytest.mark.parametrize("language", LANGUAGES)
def test_categories_say_whether_an_industry_benchmark_was_given(tables, meta, language):
    items = tables["items"].assign(category=["Kitchen", "Pets"])
    told = pd.DataFrame({"category": ["Kitchen"], "date": pd.to_datetime(["2026-01-01"]), "sell_through": [3.3], "source": ["a <study>"]})
    given = {**tables, "items": items, "benchmarks": schema.conform("benchmarks", told.assign(known_at=pd.Timestamp("2026-01-02")))}
    with use(language):
        with_it = str(whole.by_category(opened(given, meta)[0].categories()))
        without = str(whole.by_category(opened({**tables, "items": items}, meta)[0].categories()))
    assert "3.3" in with_it and "a &lt;study&gt;" in with_it and "3.3" not in without and "Kitchen" in without and "[screen" not in with_it + without


def test_the_season_by_category_is_worked_out_when_it_is_asked_for(tables, meta):
    days = pd.date_range("2024-01-01", "2025-12-31")
    peak = 2.0 * (1.0 + (days.month == 7))
    history = pd.DataFrame({"sku": "B", "channel": "amazon-uk", "date": days, "units": peak, "demand": peak, "censored": False, "imputed": False})
    given = {**tables, "history": schema.conform("history", history, lineage=False), "items": tables["items"].assign(category="Pets")}
    state, widget = opened(given, meta)
    assert state.seasons() is None and "Work out the season by category" in html(widget)
    state.ask_seasons()
    assert state.seasons().loc["Pets", 7] == pytest.approx(24 / 13, rel=0.01) and "1.85" in html(widget)


def test_a_view_is_kept_opened_and_deleted(workspace, meta):
    class Desk:
        views = SavedViews(workspace, who="Ann")

    state, widget = opened(Tables(workspace, meta.as_of), meta, Desk())
    listed = of_kind(widget, Grid)
    listed.shown, listed.query = ["sku", "score"], {**listed.query, "search": "B", "sort": [["score", "desc"]]}
    state.toggle("location", "fba-uk")
    state.call_it("  my <view>  ")
    state.keep()
    assert "my &lt;view&gt;" in html(widget)

    again, other = opened(Tables(workspace, meta.as_of), meta)
    assert list(again.views()) == ["my <view>"] and not again.keeps and "Keep this view" not in html(other)
    fresh = of_kind(other, Grid)
    again.open_view("my <view>")
    assert (again.filters, fresh.shown, fresh.query["search"], fresh.query["sort"]) == ({"location": "fba-uk"}, ["sku", "score"], "B", [["score", "desc"]])
    assert fresh.total == 1
    fresh.shown, fresh.query = ["sku", "light"], {**fresh.query, "search": "A", "sort": []}
    again.toggle("location", "fba-uk")
    again.open_view("my <view>")
    assert (again.filters, fresh.shown, fresh.query["search"], fresh.query["sort"]) == ({"location": "fba-uk"}, ["sku", "score"], "B", [["score", "desc"]])
    again.drop("my <view>")
    assert list(again.views()) == ["my <view>"], "a dashboard deletes nothing"
    state.drop("my <view>")
    assert not state.views()


def test_a_view_of_columns_that_are_gone_shows_the_others(workspace, meta):
    looks = {"shown": ["gone", "score"], "query": {"search": "", "filters": {"gone": {"min": 1}}, "sort": [["gone", "asc"]]}, "chosen": {"gone": "x"}}
    workspace.state.save_view("health", "old", looks, who="Ann", at=dt.datetime(2026, 1, 1))
    state, widget = opened(Tables(workspace, meta.as_of), meta)
    state.open_view("old")
    listed = of_kind(widget, Grid)
    assert listed.shown == ["score"] and listed.query["filters"] == {} and listed.query["sort"] == [] and state.filters == {} and state.error is None


def test_what_is_missing_stands_above_the_figures_with_the_pair_of_currencies_named(tables, meta):
    nodes = pd.DataFrame({"node": ["fba-us", "fba-jp"], "kind": "fba", "marketplace": ["US", "JP"], "known_at": pd.Timestamp("2026-01-01")})
    shown = html(opened({**tables, "nodes": schema.conform("nodes", nodes)}, meta)[1])
    assert "No exchange rate GBP → USD: no value" in shown and "Positions with stock: 1." in shown and "1 positions" not in shown
    assert "No rate card for JP" in shown and "No landed cost" in shown
    later = Meta(**{field: getattr(meta, field) for field in meta.__dataclass_fields__} | {"as_of": dt.date(2036, 1, 1)})
    assert "Fees are charged by rate card" in html(opened({**tables, "nodes": schema.conform("nodes", nodes)}, later)[1])


@pytest.mark.parametrize(("as_of", "banner"), [(None, False), (dt.date(2036, 1, 1), True)])
def test_a_page_without_widgets_says_what_is_missing_and_that_the_rate_card_has_expired(tables, meta, monkeypatch, as_of, banner):
    nodes = pd.DataFrame({"node": ["fba-us", "fba-jp"], "kind": "fba", "marketplace": ["US", "JP"], "known_at": pd.Timestamp("2026-01-01")})
    shown = []
    monkeypatch.setattr(screens, "display", lambda part: shown.append(getattr(part, "data", "")))
    then = replace(meta, as_of=as_of or meta.as_of)
    screens.show("health", {**tables, "nodes": schema.conform("nodes", nodes)}, HealthParams(), then, interactive=False)
    assert "No exchange rate GBP → USD" in shown[0] and "No landed cost" in shown[0] and "No rate card for JP" in shown[0]
    assert ("Fees are charged by rate card" in shown[0]) is banner
    shown.clear()
    screens.show("clearance", {**tables, "nodes": schema.conform("nodes", nodes)}, ClearanceParams(), then, interactive=False)
    assert "No rate card for JP" in shown[0] and ("Fees are charged by rate card" in shown[0]) is banner
