"""Binder's files do what Binder does with them, in an empty environment: a venv stands in for conda, for it needs no other registry."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

FIRST = "demo/notebooks/01_data_cleaning.ipynb"
TOKEN = "a-token-for-tests"
WAIT_SECONDS = 90


def call(command: list[object], cwd: Path, env: dict[str, str]) -> None:
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.fixture(scope="module")
def declared(checkout) -> list:
    return yaml.safe_load((checkout / "binder" / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


@pytest.fixture(scope="module")
def built(checkout, declared, no_node, tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment after the pip section and postBuild; over a gigabyte, so it goes away at the end."""
    home = tmp_path_factory.mktemp("conda") / "env"
    venv.create(home, with_pip=True, symlinks=True)
    env = {**no_node, "PATH": f"{home / 'bin'}{os.pathsep}{no_node['PATH']}"}
    for line in next(entry["pip"] for entry in declared if isinstance(entry, dict)):
        call([home / "bin" / "python", "-m", "pip", "install", "--quiet", *line.split()], checkout / "binder", env)
    call([checkout / "binder" / "postBuild"], checkout, env)
    yield env
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def server(built, checkout, tmp_path_factory) -> Iterator[str]:
    """JupyterLab, started the way repo2docker does: through the file `start`, in the repository's folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: str(tmp_path_factory.mktemp(name.lower())) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    command = [
        checkout / "binder" / "start",
        "jupyter",
        "lab",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--no-browser",
        "--allow-root",
        f"--IdentityProvider.token={TOKEN}",
    ]
    running = subprocess.Popen(list(map(str, command)), cwd=checkout, env={**built, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + WAIT_SECONDS
    while running.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield address
    running.terminate()
    running.wait(30)


def get(address: str) -> tuple[str, bytes]:
    """Where a request ends after redirects, and what is there."""
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"}), timeout=60) as answer:
        return answer.url, answer.read()


def test_python_is_one_that_we_support(declared):
    version = next(entry.split("=")[1] for entry in declared if isinstance(entry, str) and entry.startswith("python="))
    root = Path(__file__).resolve().parents[2]
    assert SpecifierSet(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]).contains(version)
    assert sys.version_info >= tuple(map(int, version.split(".")))


def test_the_first_page_is_the_first_notebook(server):
    assert get(f"{server}/")[0].startswith(f"{server}/lab/tree/{FIRST}")
    cells = json.loads(get(f"{server}/api/contents/{FIRST}")[1])["content"]["cells"]
    assert any(cell["cell_type"] == "code" for cell in cells)


def test_the_panel_has_the_sample_shop(server):
    status = json.loads(get(f"{server}/workbench/status")[1])
    assert {notebook["path"] for notebook in status["notebooks"] if notebook["present"]} >= {FIRST}
    assert status["workspace"]["run"]["status"] == "ok"
    assert sum(light["count"] for light in status["workspace"]["lights"]) > 0
