"""The chart widget: small state, one shared plotly.js, table and files of what is drawn."""

import json

import pandas as pd
import plotly.graph_objects as go
import pytest

from workbench import charts
from workbench.ui import Chart
from workbench.ui.chart import points
from workbench.ui.grid import Grid
from workbench.ui.kit import sheet, tokens_css


def figure() -> go.Figure:
    made = go.Figure(go.Scatter(x=pd.date_range("2026-01-01", periods=3), y=[1.0, None, 3.0], name="Sold"))
    made.add_scatter(x=["a"], y=[1], showlegend=False)
    return made.update_layout(title={"text": "Rice &lt;1 kg&gt; grew", "subtitle": {"text": "Units a day"}}, meta={"summary": "Grew to 3."})


def state_without_data(widget) -> int:
    state = widget.get_state()
    state.pop("figure", None)
    return len(json.dumps(state, default=str))


def test_state_without_data_is_at_most_20_kb():
    assert state_without_data(Chart(figure())) <= 20_000


def test_the_token_sheet_is_sent_once():
    first, second, grid = Chart(figure()), Chart(figure()), Grid(pd.DataFrame({"sku": ["a"]}))
    assert first.sheet is second.sheet is grid.sheet is sheet()
    assert tokens_css() not in json.dumps(first.get_state(), default=str)
    assert first.sheet.css == tokens_css()


def test_a_closed_sheet_is_made_again():
    old = sheet()
    old.close()
    assert sheet() is not old


def test_plotly_comes_from_the_labextension_and_redraws():
    script = str(Chart._esm)
    assert "inventory-workbench/static/plotly.min.js" in script and "Plotly.react" in script and "fullLabextensionsUrl" in script


def test_title_and_summary_become_text_of_the_card():
    made = Chart(figure())
    assert (made.title, made.subtitle, made.summary) == ("Rice <1 kg> grew", "Units a day", "Grew to 3.")
    assert "title" not in made.figure["layout"] and "meta" not in made.figure["layout"]


def test_show_is_one_message():
    made, sent = Chart(figure()), []
    made.send_state = lambda key=None: sent.append(set(key or ()))
    made.show(figure().update_layout(title={"text": "Other"}, height=200))
    assert [keys for keys in sent if keys] == [{"figure", "title"}]


@pytest.mark.parametrize("frame", [None, pd.DataFrame({"sku": ["x"], "score": [float("nan")]})], ids=["points", "frame"])
def test_table_says_what_it_shows(frame):
    made, sent = Chart(figure(), frame), []
    made.send = lambda content, buffers=None: sent.append(content)
    made.receive({"type": "table"})
    table = sent[0]
    expected = [["Sold", "2026-01-01", 1.0], ["Sold", "2026-01-02", None], ["Sold", "2026-01-03", 3.0]] if frame is None else [["x", None]]
    assert table["rows"] == expected and table["note"] == f"Showing 1–{len(expected)} of {len(expected)}"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_every_chart_can_be_exported(kind):
    made, sent = Chart(figure(), name="fan-2026-11-22"), []
    made.send = lambda content, buffers=None: sent.append(content)
    made.receive({"type": "export", "kind": kind})
    assert sent[0]["name"] == f"fan-2026-11-22.{kind}" and sent[0]["size"] > 0


def test_a_click_hands_over_the_points_data():
    found = []
    Chart(figure(), on_click=found.append).receive({"type": "click", "data": ["A", "fba-us"]})
    assert found == [["A", "fba-us"]]


def test_points_of_bars_and_of_nothing():
    health = pd.DataFrame({"light": ["red", "green"]})
    assert points(charts.lights_bar(health))["x"].sum() == 2
    assert points(go.Figure()).empty
