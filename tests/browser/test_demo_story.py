"""The demo shop: every dashboard opens, complete and quiet, on a laptop and a phone; so does JupyterLab with the panel."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_core.paths import jupyter_path

from workbench.ui.overview.frame import NOTEBOOKS

pytestmark = pytest.mark.browser
TOKEN = "a-token-for-tests"
LAB = "import sys; from pathlib import Path; from workbench.ui.serving import lab; lab(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], False)"


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en"), (360, "dark", "zh")])
@pytest.mark.parametrize("screen", NOTEBOOKS)
def test_each_dashboard_opens(visit, demo_site, screen, width, scheme, language, record_property):
    seen = visit(f"{demo_site}voila/render/{NOTEBOOKS[screen]}.ipynb?lang={language}", width=width, scheme=scheme, token=TOKEN)
    seen.page.locator(".jp-wb-page .jp-wb-header").wait_for()
    seen.page.locator("#loading").wait_for(state="detached")
    seen.page.wait_for_load_state("networkidle")
    faults = seen.page.locator(".jp-wb-error").all_inner_texts()
    requests, size = seen.loaded()
    record_property("requests", requests)
    record_property("bytes", size)
    seen.keep(f"{screen}-live-{language}-{width}-{scheme}")
    assert not faults
    assert seen.sideways() == 0
    seen.clean()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("screen", ("overview", *NOTEBOOKS))
def test_each_still_page_opens(visit, demo_site, screen, language):
    seen = visit(f"{demo_site}pages/{screen}.{language}.html", token=TOKEN)
    seen.page.wait_for_selector("h1")
    seen.keep(f"{screen}-{language}-1280-light")
    assert seen.sideways() == 0
    seen.clean()


@pytest.fixture(scope="module")
def laboratory(demo_copy: Path, served: object, needs_extension: None) -> Iterator[str]:
    """JupyterLab, opened in the demo shop as `workbench lab` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served.running(["-c", LAB, str(demo_copy), str(port), TOKEN], rf"http://127\.0\.0\.1:{port}/lab", demo_copy, demo_copy / "lab.log"):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def needs_extension(absent_or_fail) -> None:
    """The JupyterLab extension is installed."""
    if not any(Path(folder, "inventory-workbench", "package.json").exists() for folder in jupyter_path("labextensions")):
        absent_or_fail("the JupyterLab extension is not installed here: pip install .")


def test_jupyterlab_opens_with_the_panel_and_asks_nobody(visit, laboratory):
    seen = visit(f"{laboratory}lab?reset&token={TOKEN}")
    seen.page.locator('[data-id="inventory-workbench-panel"], [title*="nventory"]').first.wait_for()
    seen.page.locator('.lm-TabBar-tab[data-id="inventory-workbench-panel"]').click()
    seen.page.locator("#inventory-workbench-panel .jp-wb-lights").wait_for()
    assert seen.page.locator(".jp-toastContainer, .Toastify__toast", has_text="news").count() == 0
    config = json.loads(seen.page.locator("#jupyter-config-data").text_content() or "{}")
    assert config["news"] == {"disabled": True}
    seen.keep("jupyterlab")
    seen.clean()
    assert not [url for url in seen.asked if "lab/api/news" in url or "lab/api/update" in url]
