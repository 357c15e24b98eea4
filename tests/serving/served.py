"""A real server of a workspace in a process of its own, small notebooks for it, and a client that keeps its cookie."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-for-tests"
READY_SECONDS = 120
START = """
import json, sys
from pathlib import Path
from workbench.ui.serving.dashboards import Dashboards
Dashboards.at(Path(sys.argv[1]), 0, sys.argv[2], **json.loads(sys.argv[3])).run()
"""
WIDGETS = (
    "import os, ipywidgets",
    "import anywidget, traitlets",
    "class Counter(anywidget.AnyWidget):\n"
    "    _esm = '''export default { render({ model, el }) { const b = document.createElement('button'); b.id = 'counter';\n"
    "    const say = () => { b.textContent = model.get('heard'); }; b.onclick = () => { model.set('count', model.get('count') + 1); model.save_changes(); };\n"
    "    model.on('change:heard', say); say(); el.append(b); } };'''\n"
    "    count = traitlets.Int(0).tag(sync=True)\n"
    "    heard = traitlets.Unicode('kernel heard 0').tag(sync=True)",
    "counter = Counter()\ncounter.observe(lambda change: setattr(counter, 'heard', f'kernel heard {change.new}'), 'count')",
    "asked = ' '.join(os.environ.get(name, '-') for name in ('WORKBENCH_LANG', 'QUERY_STRING', 'WORKBENCH_WORKSPACE'))",
    "ipywidgets.VBox([ipywidgets.Label(asked), ipywidgets.FloatSlider(description='Cover'), counter])",
)


def notebook(file: Path, *code: str, kernel: str = "python3") -> None:
    """Write a notebook with a heading and code cells."""
    spec = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}, "title": file.stem}
    cells = [nbformat.v4.new_markdown_cell("How healthy is the stock?"), *(nbformat.v4.new_code_cell(text) for text in code)]
    nbformat.write(nbformat.v4.new_notebook(metadata=spec, cells=cells), file)


def workspace(folder: Path) -> Path:
    """Make a folder that is just enough of a workspace to be served: settings, pages, two small notebooks, one that fails."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "workbench.toml").write_text('shop = "Sunny Goods"\nwatermark = "Sample data"\n', encoding="utf-8")
    notebook(folder / "notebooks" / "03_health.ipynb", *WIDGETS)
    notebook(folder / "notebooks" / "04_clearance.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "'after'")
    notebook(folder / "notebooks" / "02_forecast.ipynb", "import sys\nprint('noise', file=sys.stderr)\nsecret = 'hunter2'\n1 / 0", "print('never')")
    return folder


@dataclass
class Client:
    """A browser without a screen: one host, its cookies."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[HTTPResponse, str]:
        """Send one request, follow nothing; return the answer and its text."""
        place = urlsplit(self.url)
        link = HTTPConnection(place.hostname or "", place.port, timeout=60)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        link.request(method, path, body, sent)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        link.close()
        return answer, text

    def enter(self) -> "Client":
        """Show the token; the cookie stays."""
        self.ask(f"/?token={TOKEN}")
        return self


@contextlib.contextmanager
def running(arguments: list[str], pattern: str, cwd: Path, log: Path) -> Iterator[str]:
    """Run a server until the block ends; yields the first text of its log that fits the pattern."""
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen([sys.executable, *arguments], cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out)
    try:
        yield _first(process, pattern, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first(process: subprocess.Popen[bytes], pattern: str, log: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(pattern, log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the server was not ready within {READY_SECONDS} s:\n{log.read_text(encoding='utf-8')[-3000:]}")


@contextlib.contextmanager
def served(folder: Path, log: Path, **config: dict[str, Any]) -> Iterator[str]:
    """Serve a workspace; yields the address of its front door without the token."""
    with running(["-c", START, str(folder), TOKEN, json.dumps(config)], r"http://127\.0\.0\.1:\d+/", ROOT, log) as url:
        yield url
