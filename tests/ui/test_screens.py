"""Every screen without a browser: built from small tables, poked, read; empty and failing tables give cards."""

import json
import sys

import anywidget
import ipywidgets
import pandas as pd
import plotly.graph_objects as go
import pytest
from pydantic import Field

from workbench.pipeline import ClearanceParams
from workbench.tables import schema
from workbench.ui import Chart, Grid, Part, screens

NAMES = screens.SCREENS


class Params(ClearanceParams):
    """What one step takes, and a limit that any screen may show."""

    excess_cover_days: float = Field(default=90, ge=1, le=365, description="cover limit", json_schema_extra={"unit": "days"})


def state_of(name, tables, meta, **asked):
    return screens.find(name).state(tables, Params(), meta, asked)


def view_of(state):
    return screens.find(state.name).view(state)


def parts(widget):
    """Every widget of a tree."""
    found = [widget]
    for child in getattr(widget, "children", ()):
        found += parts(child)
    return found


def of_kind(widget, kind):
    return [w for w in parts(widget) if isinstance(w, kind)]


def html(widget):
    return "\n".join(part.html for part in of_kind(widget, Part))


def click(widget, event, value):
    for part in of_kind(widget, Part):
        if event in part._events:
            part.receive({"type": "event", "name": event, "value": value})
            return
    raise AssertionError(f"nothing answers {event}")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_screen_builds_and_every_word_has_a_text(name, language, tables, meta):
    state = state_of(name, tables, meta)
    state.language = language
    view = view_of(state)
    assert state.error is None and "jp-wb-error" not in html(view)
    charts, grids = of_kind(view, Chart), of_kind(view, Grid)
    words = html(view) + json.dumps(
        [[c.title, c.summary, c.labels] for c in charts] + [[g.columns, g.labels, g.page["rows"]] for g in grids], ensure_ascii=False
    )
    assert charts and grids and not [area for area in ("ui.", "screen.", "charts.", "columns.", "light.", "reason.") if f"[{area}" in words]
    assert "A<1>" not in html(view) and "<b>750</b>" not in html(view), "seller's text is escaped"
    assert ("Kitchen &amp; Co" in words) and "2026-11-22" in words


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_few_widget_models_and_no_figure_widget(name, tables, meta):
    before = set(ipywidgets.widgets.widget._instances)
    view = view_of(state_of(name, tables, meta))
    models = set(ipywidgets.widgets.widget._instances) - before
    assert 10 <= len(models) <= 150
    assert all(isinstance(w, ipywidgets.Box | anywidget.AnyWidget) for w in parts(view))


@pytest.mark.parametrize("name", NAMES)
def test_no_rows_give_the_empty_card(name, meta):
    for tables in ({}, {screens.find(name).state.table: schema.empty(screens.find(name).state.table)}):
        view = view_of(state_of(name, tables, meta))
        assert "jp-wb-empty" in html(view) and "workbench run daily" in html(view)
        assert not of_kind(view, Chart) and not of_kind(view, Grid)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_table_gives_the_error_card(name, tables, meta, caplog):
    broken = tables | {screens.find(name).state.table: pd.DataFrame({"sku": ["x"]})}
    shown = screens.widget(name, broken, Params(), meta)
    assert "jp-wb-error" in html(shown) and "Traceback" not in html(shown) and "run-7" in html(shown)


@pytest.mark.parametrize("name", NAMES)
def test_a_what_if_that_fails_says_so_and_keeps_the_last_result(name, tables, meta, monkeypatch, caplog):
    state = state_of(name, tables, meta)
    view = view_of(state)
    monkeypatch.setattr(type(state), "compute", lambda self: 1 / 0)
    last = state.result
    click(view, "param", {"name": "excess_cover_days", "value": 45})
    assert state.result is last and not state.busy and "jp-wb-error" in html(view) and "ZeroDivisionError" in html(view)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_that_does_not_fit_is_said_in_the_form(name, tables, meta, monkeypatch):
    state = state_of(name, tables, meta)
    view = view_of(state)
    monkeypatch.setattr(type(state), "compute", lambda self: self.result)
    click(view, "param", {"name": "excess_cover_days", "value": 4000})
    assert state.params.excess_cover_days == 90 and "at most 365" in html(view) and "jp-wb-error" not in html(view)
    click(view, "param", {"name": "excess_cover_days", "value": 45})
    assert state.params.excess_cover_days == 45 and state.error is None and "at most 365" not in html(view)
    assert "&#39;excess_cover_days&#39;: 45" in html(view), "the call that reproduces the screen"
    click(view, "reset", "excess_cover_days")
    assert state.params.excess_cover_days == 90


@pytest.mark.parametrize("name", NAMES)
def test_choosing_a_row_moves_charts_details_and_address(name, tables, meta):
    state = state_of(name, tables, meta)
    view = view_of(state)
    grid = of_kind(view, Grid)[0]
    assert grid.selected == state.selected and state.selected["sku"] == grid.page["keys"][0][0]
    other = dict(zip(state.key, grid.page["keys"][1], strict=True))
    drawn = [chart.title for chart in of_kind(view, Chart)] + [html(view)]
    grid.selected = other
    assert state.selected == other
    assert [chart.title for chart in of_kind(view, Chart)] + [html(view)] != drawn
    assert f"sku={other['sku']}" in html(view)


@pytest.mark.parametrize("name", NAMES)
def test_language_is_live_and_comes_back(name, tables, meta):
    state = state_of(name, tables, meta)
    view = view_of(state)
    before = html(view), [c.title for c in of_kind(view, Chart)], [g.columns for g in of_kind(view, Grid)]
    click(view, "language", "zh")
    assert all(part.language == "zh" for part in of_kind(view, Part)) and 'data-lang="zh"' in html(view)
    assert all("\u4e00" <= c.title[-1] <= "\u9fff" or any("\u4e00" <= x <= "\u9fff" for x in c.title) for c in of_kind(view, Chart))
    click(view, "language", "en")
    assert (html(view), [c.title for c in of_kind(view, Chart)], [g.columns for g in of_kind(view, Grid)]) == before


ASKED = [
    ("health", {"sku": "B"}, "B"),
    ("clearance", {"sku": "B", "location": "fba-uk"}, "B"),
    ("forecast", {"sku": "B"}, "B"),
    ("cleaning", {"sku": "gone"}, "A<1>"),
]


@pytest.mark.parametrize(("name", "asked", "sku"), ASKED)
def test_an_address_opens_its_sku(name, asked, sku, tables, meta):
    assert state_of(name, tables, meta, **asked).selected["sku"] == sku


def test_figures_and_pills_filter_the_health_screen(tables, meta):
    state = state_of("health", tables, meta)
    view = view_of(state)
    grid = of_kind(view, Grid)[0]
    assert [row[0] for row in grid.page["rows"]] == ["A<1>", "C", "B", "D"], "red, amber, green, then without data"
    click(view, "kpi", "light:red")
    assert state.filters == {"light": "red"} and grid.total == 1 and "1 of 4 rows" in html(view)
    assert "Act now: 1 of 1" in [c.title for c in of_kind(view, Chart)][-1]
    click(view, "filter", "location:fba-uk")
    assert grid.total == 0
    click(view, "filter", "")
    assert state.filters == {} and grid.total == 4
    click(view, "kpi", "excess")
    assert state.filters == {}, "a figure that is no filter does nothing"


def test_health_figures_are_sums_of_the_table(tables, meta):
    shown = html(view_of(state_of("health", tables, meta)))
    assert "$1,100" in shown and "1 unknown" in shown
    assert "Order 120 units by 2026-11-24" not in shown
    opened = html(view_of(state_of("health", tables, meta, sku="C")))
    assert "Order 120 units by 2026-11-24; sellable on 2026-12-30." in opened and "-$1.50" in opened


def test_foreign_money_is_converted_by_the_rate_on_file_or_shown_apart(tables, meta):
    assert "+ £0" not in html(view_of(state_of("clearance", tables, meta)))
    assert "$1,464" in html(view_of(state_of("clearance", tables, meta))), "940 + 524"
    listing = state_of("clearance", tables, meta).listing
    assert listing["gain"].tolist() == [1464.0, 0.0]
    assert "+ £300" in html(view_of(state_of("clearance", tables, meta)))
    rates = pd.DataFrame({"date": pd.to_datetime(["2026-11-20"]), "currency": ["GBP"], "base": ["USD"], "rate": [1.5]})
    assert "$1,390" in html(view_of(state_of("clearance", tables | {"exchange_rates": rates}, meta))), "940 + 300 x 1.5"


def test_clearance_shows_the_options_of_the_opened_position(tables, meta):
    state = state_of("clearance", tables, meta)
    shown = html(view_of(state))
    assert shown.index("Markdown</td>" if "Markdown</td>" in shown else "Markdown") < shown.index("Liquidation")
    assert state.options()["option"].tolist() == ["markdown", "liquidation", "hold", "removal"]
    assert "$940" in shown and "$700 to $1,200" in shown and "Irrevocable" in shown


def test_a_position_without_a_recommendation_stays_in_the_list(tables, meta):
    given = tables["clearance"]
    unknown = given.assign(recommended=given["recommended"] & (given["sku"] != "B")).assign(
        reason=given["reason"].where(given["sku"] != "B", "no_storage_rate")
    )
    state = state_of("clearance", tables | {"clearance": unknown}, meta)
    row = state.listing.set_index("sku").loc["B"]
    assert pd.isna(row["option"]) and pd.isna(row["npv"]) and pd.isna(row["gain"]) and row["units"] == 30
    shown = view_of(state)
    assert "No recommendation" in html(shown) and "No storage rate" in json.dumps(of_kind(shown, Grid)[0].page["rows"])


def test_forecast_listing_adds_up(tables, meta):
    state = state_of("forecast", tables, meta)
    row = state.listing.set_index("sku").loc["A<1>"]
    assert (row["mean_30"], row["mean_90"], row["last_30"]) == (180.0, 540.0, 120.0) and row["change_share"] == pytest.approx(0.5)
    weeks = state.weeks()
    assert weeks["mean"].sum() == pytest.approx(540) and weeks["days"].tolist() == [7] * 12 + [6]


def test_cleaning_listing_counts_what_stockouts_hid(tables, meta):
    state = state_of("cleaning", tables, meta)
    row = state.listing.iloc[0]
    assert (row["sku"], row["hidden_units"], row["censored_days"]) == ("A<1>", 20.0, 5.0) and row["imputed_share"] == pytest.approx(5 / 60)
    grids = of_kind(view_of(state), Grid)
    assert grids[1].total == 5
    grids[0].selected = {"sku": "B", "channel": "amazon-us"}
    view = view_of(state_of("cleaning", tables, meta, sku="B"))
    assert of_kind(view, Grid)[1].total == 0


@pytest.mark.parametrize("name", NAMES)
def test_pages_without_widgets_have_figures_and_a_table(name, tables, meta):
    found = screens.find(name)
    state = state_of(name, tables, meta)
    figures, table = found.figures(state), found.table(state)
    assert figures and all(isinstance(f, go.Figure) for f in figures) and len(table)
    text = screens.styled(table)
    assert "A&lt;1&gt;" in text and "[columns." not in text and "nan" not in text.lower().replace("font-variant-numeric", "")
    empty = state_of(name, {}, meta)
    assert found.figures(empty) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["full", "empty", "broken"])
def test_show_never_throws(name, kind, tables, meta, monkeypatch, caplog):
    shown = []
    monkeypatch.setattr(screens, "display", shown.append)
    given = {"full": tables, "empty": {}, "broken": tables | {screens.find(name).state.table: pd.DataFrame({"sku": ["x"]})}}[kind]
    for interactive in (True, False):
        shown.clear()
        screens.show(name, given, Params(), meta, interactive=interactive, query={"sku": "B", "lang": "en"})
        assert shown
        widgets = [part for part in shown if isinstance(part, ipywidgets.Widget)]
        assert bool(widgets) is interactive


def test_states_import_no_widgets():
    import subprocess

    code = (
        "import sys, pkgutil, importlib\n"
        + "".join(f"import workbench.ui.{n}.state\n" for n in NAMES)
        + "print('ipywidgets' in sys.modules, 'sktime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False False"
