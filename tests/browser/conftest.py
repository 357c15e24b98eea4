"""A real browser that sees only this machine, and writes down what it was not allowed to fetch and what went wrong."""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route, sync_playwright

from workbench.ui.meta import Meta
from workbench.ui.overview import write_pages

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ALLOWED = {"127.0.0.1", "localhost"}
PHONE, DESK = 360, 1280
SCREENSHOTS = "WORKBENCH_SCREENSHOTS"


def neighbour(name: str) -> ModuleType:
    """Load a module of tests/serving: tests are imported without a search path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "serving" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHOP, SERVED = neighbour("shop_tables"), neighbour("served")


def absent(reason: str) -> None:
    """Skip with the reason; in CI fail with it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Watched:
    """A page, and what it did: requests of ours, requests of others (all blocked), errors of its console."""

    page: Page
    asked: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> "Watched":
        """Start to write down."""
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        self.page.context.route("**/*", self._gate)
        return self

    def _gate(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob", "file") or address.hostname in ALLOWED:
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def clean(self) -> None:
        """Fail if the page asked for another host or its console holds an error."""
        assert not self.outside, self.outside
        assert not self.errors, self.errors

    def sideways(self) -> int:
        """Pixels that the page can be scrolled sideways."""
        return self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def first_paint_ms(self) -> float:
        """When something was first to be seen, ms after the address was entered."""
        self.page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        script = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
        return float(self.page.evaluate(script))

    def loaded(self) -> tuple[int, int]:
        """Requests of the page beside itself, and their bytes on the wire."""
        script = "() => { const e = performance.getEntriesByType('resource'); return [e.length, e.reduce((sum, x) => sum + x.encodedBodySize, 0)]; }"
        requests, size = self.page.evaluate(script)
        return int(requests), int(size)

    def keep(self, name: str) -> None:
        """Keep a picture in the folder $WORKBENCH_SCREENSHOTS, for people to look at."""
        if folder := os.environ.get(SCREENSHOTS):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def executable(play: Playwright) -> str | None:
    """The browser: $WORKBENCH_CHROMIUM, else the one on PATH, else Playwright's own; None where there is none."""
    named = os.environ.get("WORKBENCH_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    own = play.chromium.executable_path
    return next((path for path in (*found, own) if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium for one module: its event loop must not outlive the tests that need it."""
    with sync_playwright() as play:
        path = executable(play)
        if path is None:
            absent("no Chromium: set WORKBENCH_CHROMIUM, install chromium, or run: python -m playwright install chromium")
        running = play.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Open an address in a fresh browser: `visit(url, width=, scheme=, token=)` shows the token first when there is one."""
    contexts: list[BrowserContext] = []

    def open_page(url: str, *, width: int = DESK, scheme: str = "light", token: str = "", **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 500, **options)
        contexts.append(context)
        context.set_default_timeout(60_000)
        seen = Watched(context.new_page())
        if token:
            place = urlsplit(url)
            seen.page.goto(f"{place.scheme}://{place.netloc}/login?token={token}")
        seen.watch().page.goto(url, wait_until="commit")
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of a made-up shop: pages of small tables, small notebooks."""
    folder = SERVED.workspace(tmp_path_factory.mktemp("site") / "workspace")
    meta = Meta(shop="Sunny Goods", as_of=SHOP.AS_OF, currency="USD", watermark="Sample data")
    write_pages(folder / "pages", SHOP.shop_tables(), meta)
    with SERVED.served(folder, folder / "serve.log") as url:
        yield url


@pytest.fixture(scope="session")
def demo_copy(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop after its daily run, with its pages; a copy, so that it may be worked in."""
    from workbench.runs import decision_day
    from workbench.store import Tables, Workspace

    folder = tmp_path_factory.mktemp("demo_copy") / "workspace"
    shutil.copytree(demo_workspace, folder)
    place = Workspace(folder)
    day = decision_day(place)
    write_pages(folder / "pages", Tables(place, day), Meta.of(place, day))
    return folder


@pytest.fixture(scope="session")
def demo_site(demo_copy: Path) -> Iterator[str]:
    """The address of a server of the demo shop."""
    with SERVED.served(demo_copy, demo_copy / "serve.log") as url:
        yield url


@pytest.fixture(scope="session")
def served() -> ModuleType:
    """How a server is run in a process of its own."""
    return SERVED


@pytest.fixture(scope="session")
def absent_or_fail() -> Callable[[str], None]:
    """What to do when something that a test needs is not there."""
    return absent
