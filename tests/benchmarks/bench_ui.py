"""What a reader waits for: the overview, each dashboard as a real Chromium opens it, and what a viewer costs the server."""

import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from figures import Figure
from playwright.sync_api import Browser, Page, sync_playwright

from workbench import datasets
from workbench.store import Workspace
from workbench.ui.overview.frame import NOTEBOOKS

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "serving"))
from served import TOKEN, running  # noqa: E402 - the folder of that file is not a package

SIZES = (300, 3_000)
TIMES = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LOADED = "() => { const e = performance.getEntriesByType('resource'); return [e.length, e.reduce((sum, x) => sum + x.encodedBodySize, 0) / 1e6]; }"
DRAWN = ".jp-wb-page .jp-wb-header"
CHART = ".js-plotly-plot .main-svg"


def figures() -> Iterator[Figure]:
    """Return seconds until a reader sees something, requests and bytes of a page, and CPU and memory that a viewer costs."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as play:
        chromium = os.environ.get("WORKBENCH_CHROMIUM") or play.chromium.executable_path
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        for size in SIZES:
            folder = shop(Path(place) / str(size), size)
            arguments = ["-m", "workbench.cli", "serve", "-w", str(folder), "--port", "0", "--token", TOKEN]
            with running(arguments, r"http://127\.0\.0\.1:\d+/", ROOT, Path(place) / "serve.log") as url:
                yield from _overview(browser, url, size)
                for name, notebook in NOTEBOOKS.items():
                    yield from _dashboard(browser, f"{url}voila/render/{notebook}.ipynb", name, size)
        browser.close()


def shop(folder: Path, size: int) -> Path:
    """Make a workspace of canonical tables and run the daily job in it."""
    workspace = Workspace.create(folder, shop="Bench")
    marker = workspace.inbox / "canonical.txt"
    marker.write_text("canonical tables, no report")
    made = datasets.make_tables(seed=3, n_skus=size, days=365)
    workspace.add(made, workspace.keep(workspace.look(marker, dt.datetime(2100, 1, 1))), "canonical")
    marker.unlink()
    subprocess.run([sys.executable, "-m", "workbench.cli", "run", "daily", "-w", str(folder)], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return folder


def _entered(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{url.split('voila/')[0]}login?token={TOKEN}")
    return page


def _overview(browser: Browser, url: str, size: int) -> Iterator[Figure]:
    times = []
    for _ in range(TIMES):
        page = _entered(browser, url)
        page.goto(f"{url}pages/overview.en.html")
        page.wait_for_function(PAINTED)
        times.append(page.evaluate(PAINTED) / 1000)
        weight = len(page.content().encode()) / 1e3
        page.context.close()
    yield Figure(f"overview, {size:,} SKUs: first paint, wall", "ui", statistics.median(times), "s", "<= 0.50")
    yield Figure(f"overview, {size:,} SKUs: size of the page", "ui", weight, "kB")


def _dashboard(browser: Browser, url: str, name: str, size: int) -> Iterator[Figure]:
    seen = [_opened(browser, url) for _ in range(TIMES)]
    requests, weight = seen[-1]["requests"], seen[-1]["megabytes"]
    about = f"dashboard {name}, {size:,} SKUs"
    yield Figure(f"{about}: headline to be read, wall", "ui", statistics.median(one["headline"] for one in seen), "s", None, "<= 4.00")
    yield Figure(f"{about}: first chart drawn, wall", "ui", statistics.median(one["chart"] for one in seen), "s", None, "<= 8.00")
    yield Figure(f"{about}: requests", "ui", requests, "requests", "<= 100")
    yield Figure(f"{about}: loaded besides our chart script", "ui", weight, "MB", "<= 6.00")
    yield Figure(f"{about}: CPU of its kernel until the first chart", "ui", statistics.median(one["cpu"] for one in seen), "s")
    yield Figure(f"{about}: memory of its kernel", "ui", statistics.median(one["memory"] for one in seen), "MB", None, "<= 200")


def _opened(browser: Browser, url: str) -> dict[str, float]:
    page = _entered(browser, url)
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(DRAWN).first.wait_for()
    headline = time.perf_counter() - start
    page.locator(CHART).first.wait_for(state="attached")
    chart = time.perf_counter() - start
    kernel = page.evaluate("() => JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    process = _kernel(kernel)
    used = process.cpu_times()
    requests, megabytes = page.evaluate(LOADED)
    script = page.evaluate("() => performance.getEntriesByType('resource').filter((e) => e.name.includes('plotly')).reduce((s, e) => s + e.encodedBodySize, 0)")
    found = {"headline": headline, "chart": chart, "requests": requests, "megabytes": megabytes - script / 1e6}
    found |= {"cpu": used.user + used.system, "memory": process.memory_info().rss / 1e6}
    page.context.close()
    return found


def _kernel(name: str) -> psutil.Process:
    """The process of a kernel: its connection file carries its name."""
    return next(one for one in psutil.Process().children(recursive=True) if any(name in word for word in one.cmdline()))
