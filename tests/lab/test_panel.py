"""The panel and the launcher in a real JupyterLab, seen by a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench.store import Workspace
from workbench.ui.serving import analyst

pytestmark = pytest.mark.browser
LAB = Path(__file__).resolve().parents[2] / "workbench" / "lab"
TOKEN = "a-token-for-tests"
WAIT_SECONDS = 60
CARDS = {
    "en": ["Data cleaning", "Forecast", "Health", "Clearance"],
    "zh": ["数据清洗", "需求预测", "库存健康", "清仓方案"],
}


@dataclass
class Tab:
    """A page in the browser, what it asked for elsewhere, and what it complained about."""

    page: Any
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open_panel(self) -> Any:
        self.page.get_by_role("tab", name="Inventory workbench").or_(self.page.get_by_role("tab", name="库存工作台")).click()
        panel = self.page.locator(".jp-wb-panel")
        panel.wait_for()
        return panel


@pytest.fixture
def tab(browser) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    seen = Tab(context.new_page())
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    seen.page.on("request", lambda request: None if request.url.startswith(local) else seen.outside.append(request.url))
    seen.page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    yield seen
    context.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(root: Path, folder: Path) -> dict[str, str]:
    """What `workbench lab` sets, and the settings of nobody; where the package is not installed, its two halves are named by path."""
    named = analyst.environment(root)
    named |= {name: str(folder / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    if not (Path(sys.prefix) / "share/jupyter/labextensions/inventory-workbench").exists():
        (folder / "share/labextensions").mkdir(parents=True)
        (folder / "share/labextensions/inventory-workbench").symlink_to(LAB / "labextension")
        (folder / "etc/jupyter_server_config.d").mkdir(parents=True)
        shutil.copy(LAB / "jupyter-config/server.json", folder / "etc/jupyter_server_config.d")
        named |= {"JUPYTER_PATH": str(folder / "share"), "JUPYTER_CONFIG_PATH": os.pathsep.join([named["JUPYTER_CONFIG_PATH"], str(folder / "etc")])}
    return {**os.environ, **named}


@pytest.fixture(scope="module")
def serve(tmp_path_factory) -> Iterator:
    """Start JupyterLab as `workbench lab` does, once a folder; returns the address of its first page."""
    started: dict[Path, tuple[subprocess.Popen, str]] = {}

    def start(root: Path) -> str:
        if root not in started:
            started[root] = launch(root, tmp_path_factory.mktemp("jupyter"))
        return started[root][1]

    yield start
    for process, _ in started.values():
        process.terminate()
    for process, _ in started.values():
        process.wait(30)


def launch(root: Path, folder: Path) -> tuple[subprocess.Popen, str]:
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", *analyst.arguments(root, port, TOKEN, False)]
    with (folder / "lab.log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, env=environment(root, folder), stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
            return process, f"http://127.0.0.1:{port}/lab?reset&token={TOKEN}"
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError((folder / "lab.log").read_text())


def shop(root: Path, **settings: str) -> Workspace:
    made = Workspace.create(root, shop="Corner shop", **settings)
    (root / "notebooks").mkdir()
    for name in ("01_data_cleaning", "02_forecast", "03_health", "04_clearance"):
        nbformat.write(nbformat.v4.new_notebook(), root / "notebooks" / f"{name}.ipynb")
    return made


@pytest.fixture(scope="module")
def corner(tmp_path_factory) -> Path:
    """A new shop without data."""
    return shop(tmp_path_factory.mktemp("corner") / "shop").root


@pytest.mark.parametrize("language", ["en", "zh"])
def test_panel_and_launcher(tmp_path, tab, serve, filled, language):
    filled(shop(tmp_path / "shop", language=language))
    tab.page.goto(serve(tmp_path / "shop"))
    section = tab.page.locator(".jp-Launcher-section", has_text={"en": "Inventory", "zh": "库存"}[language])
    section.locator(".jp-LauncherCard").nth(3).wait_for()
    assert section.locator(".jp-LauncherCard-label").all_inner_texts() == CARDS[language]
    panel = tab.open_panel()
    panel.locator(".jp-wb-lights").wait_for()
    told = panel.inner_text()
    words = {"en": ["Corner shop", "data to 2026-10-31", "2026-11-01 06:12", "SKU-1", "by 2026-11-05"], "zh": ["数据截至 2026-10-31", "2026-11-05 前"]}
    assert [word for word in words[language] if word not in told] == []
    assert panel.locator(".jp-wb-fresh .jp-wb-amber").count() == 1, "data of a past month are old"
    lights = {"en": ["●2 Act now", "▲1 Watch", "✓4 Healthy", "–0 No data"], "zh": ["●2 立即处理", "▲1 关注", "✓4 健康", "–0 无数据"]}
    assert panel.locator(".jp-wb-lights li").all_inner_texts() == lights[language]
    assert tab.page.locator(".Toastify__toast").all_inner_texts() == [], "nobody is asked about news"
    assert (tab.outside, tab.errors) == ([], [])


def test_a_card_opens_its_notebook(corner, tab, serve):
    tab.page.goto(serve(corner))
    tab.page.locator(".jp-LauncherCard", has_text="Data cleaning").click()
    tab.page.locator(".jp-NotebookPanel").wait_for()
    tab.page.get_by_role("tab", name="01_data_cleaning.ipynb").wait_for()
    assert (tab.outside, tab.errors) == ([], [])


def test_the_panel_is_used_by_keyboard(corner, tab, serve):
    tab.page.goto(serve(corner))
    panel = tab.open_panel()
    panel.locator(".jp-wb-place").first.wait_for()
    panel.get_by_role("button", name="Refresh").focus()
    names = []
    for _ in range(8):
        tab.page.keyboard.press("Tab")
        names.append(tab.page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"))
    expected = [name for card in CARDS["en"] for name in (card, f"Open notebook: {card}")]
    assert [name.strip() for name in names] == expected
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("tab", name="04_clearance.ipynb").wait_for()


def test_outside_a_workspace_the_panel_says_what_to_do(tmp_path, tab, serve):
    tab.page.goto(serve(tmp_path))
    panel = tab.open_panel()
    panel.locator(".jp-wb-empty").wait_for()
    assert "This folder is not a workspace" in panel.inner_text()
    assert "workbench init shop --sample" in panel.inner_text()
    assert (tab.outside, tab.errors) == ([], [])
    tab.page.locator(".jp-LauncherCard", has_text="Health").click()
    dialog = tab.page.locator(".jp-Dialog")
    dialog.wait_for()
    assert "workbench lab" in dialog.inner_text()


def test_a_fault_is_a_card_with_the_cause(corner, tab, serve):
    address = serve(corner)
    good = (corner / "workbench.toml").read_text()
    (corner / "workbench.toml").write_text(good + 'langauge = "zh"\n')
    tab.page.goto(address)
    panel = tab.open_panel()
    fault = panel.get_by_role("alert")
    fault.wait_for()
    assert "langauge" in fault.inner_text() and "Traceback" not in fault.inner_text()
    (corner / "workbench.toml").write_text(good)
    panel.get_by_role("button", name="Refresh").click()
    fault.wait_for(state="detached")
    assert "No data yet" in panel.inner_text()
