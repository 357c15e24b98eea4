"""Runs with real kernels: what they publish, what they record, how they end."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from workbench.errors import BadParameters
from workbench.runs import NOTEBOOKS, execute
from workbench.store import Workspace
from workbench.tables import RESULTS


@pytest.fixture
def workspace(demo_workspace, tmp_path):
    """A copy of the finished demo that a test may spoil."""
    return Workspace(shutil.copytree(demo_workspace, tmp_path / "workspace"))


def spoil(workspace, notebook, code):
    """Let the workspace's own copy of a notebook execute other code in its compute cell."""
    path = workspace.root / "notebooks" / f"{notebook}.ipynb"
    nb = nbformat.read(path, 4)
    next(cell for cell in nb.cells if cell.id == "compute").source = code
    nbformat.write(nb, path)


def command(workspace, *arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.cli", *arguments, "-w", str(workspace.root)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


def test_daily_publishes_every_result(demo_workspace):
    workspace = Workspace(demo_workspace)
    assert all(len(workspace.read(name)) for name in RESULTS)
    stamp = {f"run:{workspace.state.runs()[0]['id']}"}
    assert all(set(workspace.read(name)["source_file"]) == stamp for name in RESULTS)


def test_record_says_what_was_done(demo_workspace):
    workspace = Workspace(demo_workspace)
    record = workspace.state.runs()[0]
    assert (record["status"], record["exit_code"], record["name"]) == ("ok", 0, "daily")
    assert list(record["stages"]) == ["import", *NOTEBOOKS, "publish"]
    assert len(record["inputs"]) == len(workspace.files())
    assert "pandas" in record["versions"]
    folder = workspace.runs / record["id"]
    assert {f"{name}.ipynb" for name in NOTEBOOKS} | {"run.json", "log.txt"} <= {p.name for p in folder.iterdir()}
    assert json.loads((folder / "run.json").read_text())["status"] == "ok"


def test_executed_notebooks_stay_small(demo_workspace):
    workspace = Workspace(demo_workspace)
    folder = workspace.runs / workspace.state.runs()[0]["id"]
    for path in folder.glob("*.ipynb"):
        assert path.stat().st_size < 2_000_000
        kinds = {kind for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", []) for kind in output.get("data", {})}
        assert "application/vnd.jupyter.widget-view+json" not in kinds


def test_one_notebook_with_parameters(workspace):
    record = execute("03_health", {"as_of": "2026-11-01"}, workspace)
    assert record["status"] == "ok", record["message"]
    assert set(workspace.read("health")["source_file"]) == {f"run:{record['id']}"}
    assert set(workspace.read("forecast")["source_file"]) != {f"run:{record['id']}"}


def test_bad_parameters_start_nothing(workspace):
    before = len(workspace.state.runs())
    with pytest.raises(BadParameters):
        execute("daily", {"horizon": 3}, workspace)
    assert len(workspace.state.runs()) == before


@pytest.mark.parametrize(
    ("code", "status", "exit_code", "said"),
    [
        ("1 / 0", "failed", 4, "ZeroDivisionError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "failed", 4, "DeadKernelError"),
        ("from workbench.errors import NoData\nraise NoData('sales', 'cleaning', 'Import orders.')", "rejected", 3, "Import orders."),
    ],
)
def test_a_failing_run_changes_nothing(workspace, code, status, exit_code, said):
    spoil(workspace, "02_forecast", code)
    before = workspace.version()
    record = execute("02_forecast", {}, workspace)
    assert (record["status"], record["exit_code"]) == (status, exit_code)
    assert said in record["message"]
    assert workspace.version() == before
    assert (workspace.runs / record["id"] / "02_forecast.ipynb").exists()


def test_what_a_run_says_to_its_kernel_is_encrypted(workspace):
    spoil(workspace, "02_forecast", "from ipykernel.connect import get_connection_info\nassert 'curve_secretkey' in get_connection_info(unpack=True)\n1 / 0")
    assert "ZeroDivisionError" in execute("02_forecast", {}, workspace)["message"]


def test_what_steps_log_is_in_the_log_of_the_run(workspace):
    spoil(workspace, "02_forecast", "import logging\nlogging.getLogger('workbench').info('a driver was dropped')\n1 / 0")
    record = execute("02_forecast", {}, workspace)
    assert "a driver was dropped" in (workspace.runs / record["id"] / "log.txt").read_text(encoding="utf-8")


def test_a_run_past_its_time_limit_stops(workspace):
    spoil(workspace, "02_forecast", "import threading; threading.Event().wait()")
    record = execute("02_forecast", {}, workspace, timeout_seconds=4)
    assert (record["status"], record["exit_code"]) == ("timeout", 5)


def test_command_prints_the_record(workspace):
    process = command(workspace, "run", "03_health", "--json")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["status"] == "ok"


def test_command_says_what_is_wrong_with_parameters(workspace):
    process = command(workspace, "run", "03_health", "-p", "as_off=2026-11-01")
    _, err = process.communicate()
    assert process.returncode == 2
    assert "did you mean as_of?" in err
    assert "Traceback" not in err


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_kill_in_the_middle_leaves_the_last_good_tables(workspace):
    before = workspace.version()
    process = command(workspace, "run", "daily", start_new_session=True)
    for line in process.stderr:
        if "Clean demand" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert workspace.version() == before
    assert all(len(workspace.read(name)) for name in RESULTS)
    record = execute("daily", {}, workspace)
    assert record["status"] == "ok", record["message"]
    died = [run for run in workspace.state.runs() if run["status"] == "died"]
    assert len(died) == 1 and died[0]["name"] == "daily"
    assert not list(Path(workspace.root).rglob("*.tmp"))
