"""Widgets in a real browser, without a kernel: the page's models talk to the Python widgets of this very process."""

import base64
import datetime as dt
import io
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import plotly
import pytest
from playwright.sync_api import sync_playwright
from pydantic import BaseModel, Field

from workbench.i18n import use
from workbench.pipeline import STEPS
from workbench.runs.corrections import Corrections
from workbench.store import Workspace
from workbench.ui import Chart, Grid, GridSpec, Part, screens
from workbench.ui.kit import KitWidget, sheet, tokens_css
from workbench.ui.meta import Meta
from workbench.ui.parameters import parameter_panel

pytestmark = pytest.mark.browser
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ADDRESS = "http://127.0.0.1:1/"
PAGE = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><body style='margin:0'><div id=root></div>"
BRIDGE = """
window.models = {};
window.addModel = (id, state) => {
  const listeners = [];
  const model = {
    state, pending: {},
    get: (name) => model.state[name],
    set: (name, value) => { model.state[name] = value; model.pending[name] = value; model.fire("change:" + name); model.fire("change"); },
    save_changes: async () => { const changed = model.pending; model.pending = {}; await tell({ id, changed }); },
    send: (content) => tell({ id, content }),
    on: (names, call) => names.split(" ").forEach((n) => listeners.push([n, call])),
    off: () => {},
    fire: (name, ...given) => listeners.filter(([n]) => n === name).forEach(([, call]) => call(...given)),
    widget_manager: { get_model: async (other) => models[other] },
  };
  models[id] = model;
};
async function tell(message) {
  for (const { id, state, content, buffers } of await window.python(message)) {
    const model = models[id];
    if (state) {
      Object.assign(model.state, state);
      Object.keys(state).forEach((name) => model.fire("change:" + name));
      model.fire("change");
    } else model.fire("msg:custom", content, buffers.map((b) => new DataView(Uint8Array.from(atob(b), (c) => c.charCodeAt(0)).buffer)));
  }
}
window.show = async (id, el) => {
  const url = URL.createObjectURL(new Blob([models[id].get("_esm")], { type: "text/javascript" }));
  await (await import(url)).default.render({ model: models[id], el });
};
"""


def tree(widget):
    """Every widget of a screen."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in tree(child))]


class Bench:
    """A page with some widgets on it; what they send each other goes through one function."""

    def __init__(self, page, widget):
        self.page, self.widgets, self.outbox = page, {}, []
        self.errors = []
        page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.expose_function("python", self._hear)
        page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html") if route.request.url == ADDRESS else route.abort())
        page.goto(ADDRESS)
        if any(isinstance(part, Chart) for part in tree(widget)):
            page.add_script_tag(path=str(PLOTLY))
        page.add_script_tag(content=BRIDGE)
        self._place(sheet())
        self._draw(widget, "root")

    def _hear(self, message):
        widget = self.widgets[message["id"]]
        self.outbox = []
        if "changed" in message:
            widget.set_state(message["changed"])
        else:
            widget.receive(message["content"])
        return self.outbox

    def _speak(self, widget):
        def publish(msg_type, data=None, metadata=None, buffers=None, **_):
            if (data or {}).get("method") == "update" and data["state"]:
                self.outbox.append({"id": widget.model_id, "state": data["state"]})
            if (data or {}).get("method") == "custom":
                encoded = [base64.b64encode(bytes(b)).decode() for b in buffers or []]
                self.outbox.append({"id": widget.model_id, "content": data["content"], "buffers": encoded})

        widget.comm.publish_msg = publish

    def _place(self, widget):
        self.widgets[widget.model_id] = widget
        self._speak(widget)
        self.page.evaluate("([id, state]) => addModel(id, state)", [widget.model_id, widget.get_state()])

    def _draw(self, widget, parent):
        mine = f"w{widget.model_id}"
        classes = ["widget-box" if hasattr(widget, "children") else "", *widget._dom_classes]
        place = "([parent, id, names]) => document.getElementById(parent).append(Object.assign(document.createElement('div'), { id, className: names }))"
        self.page.evaluate(place, [parent, mine, " ".join(classes)])
        for child in getattr(widget, "children", ()):
            self._draw(child, mine)
        if isinstance(widget, KitWidget):
            self._place(widget)
            self.page.evaluate("([id, el]) => show(id, document.getElementById(el))", [widget.model_id, mine])


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        named = os.environ.get("WORKBENCH_CHROMIUM")
        found = [named] if named else [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
        path = next((p for p in (*found, play.chromium.executable_path) if p and Path(p).exists()), None)
        if path is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium: set WORKBENCH_CHROMIUM or install chromium")
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def bench(browser):
    made, contexts = [], []

    def build(widget, width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 500)
        contexts.append(context)
        made.append(Bench(context.new_page(), widget))
        return made[-1]

    yield build
    errors = [fault for b in made for fault in b.errors]
    for context in contexts:
        context.close()
    assert not errors


FRAME = pd.DataFrame(
    {
        "sku": [f"S{i:03}" for i in range(120)], "location": ["fba-us", "fba-uk"] * 60, "light": ["red", "green", "amber"] * 40,
        "on_hand": [float(i) for i in range(120)], "excess_value": [i * 10.5 for i in range(120)], "score": [None if i == 7 else i / 2 for i in range(120)],
        "currency": ["USD", "GBP"] * 60,
    }
)  # fmt: skip


def grid():
    return Grid(
        FRAME, GridSpec(table="health", key=("sku",), shown=("sku", "light", "on_hand", "excess_value", "score"), name="health-2026-11-22", currency="USD")
    )


def test_a_grid_pages_sorts_searches_and_filters(bench):
    made = grid()
    page = bench(made).page
    foot = page.locator(".jp-wb-gridfoot")
    assert "Showing 1–50 of 120" in foot.inner_text()
    page.get_by_label("Next rows").click()
    assert "Showing 51–100 of 120" in foot.inner_text()
    page.locator("th", has_text="On hand").click()
    assert page.locator("tbody tr").first.inner_text().startswith("S119") and "Showing 1–50" in foot.inner_text()
    assert page.locator("th", has_text="On hand").get_attribute("aria-sort") == "descending"
    page.get_by_label("Search").fill("fba-uk")
    page.wait_for_function("document.querySelector('.jp-wb-gridfoot').innerText.includes('of 60')")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("On hand from").fill("100")
    page.get_by_label("On hand from").press("Enter")
    page.wait_for_function("document.querySelector('.jp-wb-gridfoot').innerText.includes('of 10')")
    assert "filtered from 120" in foot.inner_text()
    page.get_by_role("button", name="Clear").click()
    assert "of 120" in foot.inner_text()


def test_numbers_stand_right_with_their_currency_and_unknown_is_a_dash(bench):
    page = bench(grid()).page
    row = page.locator("tbody tr").nth(7).locator("td").all_inner_texts()
    assert row == ["S007", "✓\nHealthy", "7", "£74", "–"] or row == ["S007", "✓Healthy", "7", "£74", "–"]
    assert page.locator("tbody td").nth(2).evaluate("e => getComputedStyle(e).textAlign") == "right"
    assert "tabular-nums" in page.locator("tbody td").nth(2).evaluate("e => getComputedStyle(e).fontVariantNumeric")


def test_a_grid_is_driven_by_the_keyboard_alone(bench):
    made = grid()
    page = bench(made).page
    page.locator("th").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert made.selected == {"sku": "S001"} and page.locator("tr[aria-selected=true]").count() == 1
    page.keyboard.press("Control+Home")
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert made.query["sort"] == [["on_hand", "desc"]]
    page.keyboard.press("PageDown")
    assert made.page["offset"] == 50 and page.evaluate("document.activeElement.getAttribute('role')") == "columnheader"


def test_a_grid_says_what_it_is_to_a_screen_reader(bench):
    page = bench(grid()).page
    table = page.get_by_role("grid")
    assert (table.get_attribute("aria-rowcount"), table.get_attribute("aria-colcount")) == ("121", "5")
    assert page.get_by_role("columnheader").count() == 5 and page.get_by_role("gridcell").count() == 250
    assert page.locator("[tabindex='0']:is(td, th)").count() == 1, "Tab enters the grid once"


def test_columns_are_chosen_and_files_hold_every_filtered_row(bench):
    made = grid()
    page = bench(made).page
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Location").check()
    assert made.shown[-1] == "location" and "Location" in page.locator("thead").inner_text()
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill("fba-us")
    page.wait_for_function("document.querySelector('.jp-wb-gridfoot').innerText.includes('of 60')")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    file = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == "health-2026-11-22.csv" and file.startswith(b"\xef\xbb\xbf")
    assert len(pd.read_csv(io.BytesIO(file))) == 60
    page.wait_for_function("document.querySelector('.jp-wb-gridfoot').innerText.includes('Saved')")


def test_at_360_px_a_grid_shows_three_columns(bench):
    page = bench(grid(), width=360).page
    assert page.get_by_role("columnheader").count() == 3
    assert "3 of 5 columns fit here" in page.locator(".jp-wb-gridfoot").inner_text()


def chart():
    from workbench import charts

    health = FRAME.assign(cover_days=FRAME["on_hand"] + 1, stock_value=1.0)
    clicked = []
    return Chart(charts.cover_score(health, cover_limit_days=90), on_click=clicked.append), clicked


def grounds(page):
    card = page.locator(".jp-wb-card").first.evaluate("e => getComputedStyle(e).backgroundColor")
    plot = page.locator(".js-plotly-plot .main-svg").first.evaluate("e => e.style.background || getComputedStyle(e).backgroundColor")
    return card, plot


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_takes_the_colours_of_the_sheet_and_turns_with_them(bench, scheme):
    made, _ = chart()
    page = bench(made, scheme=scheme).page
    page.wait_for_selector(".js-plotly-plot .scatterlayer .point")
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(24, 27, 33)"}
    assert grounds(page) == (ground[scheme], ground[scheme])
    other = {"light": "dark", "dark": "light"}[scheme]
    page.evaluate("theme => { document.documentElement.dataset.jpWbTheme = theme; }", other)
    page.wait_for_function("c => document.querySelector('.js-plotly-plot .main-svg').style.background === c", arg=ground[other])
    assert grounds(page) == (ground[other], ground[other])


def test_jupyterlabs_theme_wins_over_the_system_and_its_colours_are_taken(bench):
    made, _ = chart()
    page = bench(made, scheme="dark").page
    page.evaluate("document.body.style.setProperty('--jp-layout-color1', '#fffff0'); document.body.dataset.jpThemeLight = 'true'")
    page.wait_for_function("document.querySelector('.js-plotly-plot .main-svg').style.background === 'rgb(255, 255, 240)'")
    assert grounds(page)[0] == "rgb(255, 255, 240)"


def test_a_chart_is_told_in_words_and_shown_as_a_table(bench):
    made, clicked = chart()
    page = bench(made).page
    page.wait_for_selector(".js-plotly-plot .scatterlayer .point")
    assert page.locator(".jp-wb-plot").get_attribute("aria-label") == f"{made.title}. {made.summary}"
    page.locator(".js-plotly-plot").evaluate("e => e.emit('plotly_click', { points: [{ customdata: ['S001', 'fba-uk'] }] })")
    page.wait_for_timeout(50)
    assert clicked == [["S001", "fba-uk"]]
    page.get_by_role("button", name="Table").click()
    page.wait_for_selector(".jp-wb-chart table")
    assert "Showing 1–119 of 119" in page.locator(".jp-wb-chart .jp-wb-scroll").inner_text()


class Params(BaseModel):
    days: int = Field(default=60, ge=0, le=365, description="days", json_schema_extra={"unit": "days"})
    flag: bool = Field(default=False, description="flag")


def test_a_form_keeps_slider_and_number_together_and_the_focus_where_it_is(bench):
    heard = []
    state = {"params": Params()}

    def change(asked):
        heard.append(asked)
        state["params"] = Params(**state["params"].model_dump() | {asked["name"]: asked["value"]})
        made.draw()

    made = Part(lambda: parameter_panel(state["params"], open=True), param=change)
    page = bench(made).page
    slider = page.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert heard == [{"name": "days", "value": 61}]
    assert page.locator("input[type=number]").input_value() == "61" and page.evaluate("document.activeElement.type") == "range"
    page.locator("input[type=number]").fill("90")
    page.keyboard.press("Tab")
    assert heard[-1] == {"name": "days", "value": 90} and slider.input_value() == "90"
    page.get_by_label("flag").check()
    assert heard[-1] == {"name": "flag", "value": True} and page.locator("details").get_attribute("open") is not None


def test_the_sheet_is_laid_once(bench):
    from ipywidgets import Box

    page = bench(Box([grid(), grid(), chart()[0]])).page
    assert page.locator("style#jp-wb-tokens").count() == 1
    assert page.locator("style#jp-wb-tokens").text_content() == tokens_css()


@pytest.mark.parametrize(("name", "language"), list(zip(screens.SCREENS, ("en", "zh", "zh", "en"), strict=True)))
def test_a_screen_fits_a_phone_and_every_control_has_a_name(bench, name, language, tables, meta):
    found = screens.find(name)
    with use(language):
        state = found.state(tables, STEPS[name].params(), meta)
        state.language = language
        page = bench(found.view(state), width=360, scheme="dark").page
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    nameless = """[...document.querySelectorAll('button, input, select, summary')].filter((e) => e.offsetParent && !(
        e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(nameless) == []
    small = """[...document.querySelectorAll('.jp-wb-button, .jp-wb-pill, select, input[type=search]')].filter((e) => e.offsetParent && e.offsetHeight < 44)
        .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") and page.evaluate(small) == []


def test_a_correction_is_rejected_with_a_reason_and_taken_back(bench, published, tmp_path):
    found = screens.find("cleaning")
    state = found.state(published, STEPS["cleaning"].params(), Meta("Test", dt.date(2026, 11, 1)))
    book = Corrections(Workspace.create(tmp_path / "shop"), state.meta.as_of, "ann")
    state.desk = SimpleNamespace(corrections=book)
    state.choose(state.read("corrections").iloc[0][["sku", "channel"]].tolist())
    page = bench(found.view(state)).page
    listed = page.get_by_role("grid", name="Corrections")
    listed.locator("tbody tr td").first.click()
    why = page.get_by_role("textbox", name="Why")
    why.fill("counted <b>twice</b>")
    why.press("Tab")
    page.locator("button[data-event=reject]").click()
    row = page.locator("tr", has_text="counted <b>twice</b>")
    assert "ann" in row.inner_text()
    assert book.decisions()["action"].tolist() == ["reject"]
    row.locator("button[data-event=undo]").click()
    page.wait_for_function("!document.body.innerText.includes('counted <b>twice</b>')")
    assert book.decisions()["action"].tolist() == ["reject", "undo"]
