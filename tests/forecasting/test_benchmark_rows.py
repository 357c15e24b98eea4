"""The benchmark of the engine: how its peers are made, and that every row of the table is there. Nothing is downloaded."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def peers(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("WORKBENCH_PEERS", str(tmp_path / "peers"))
    module = importlib.import_module("peers")
    module.python.cache_clear()
    yield module
    module.python.cache_clear()


class Told:
    """Stands in for subprocess.run: notes the commands and lets those that contain `fails` fail."""

    def __init__(self, fails: str = "nothing"):
        self.commands: list[list[str]] = []
        self.fails = fails

    def __call__(self, command, check=False, **_):
        self.commands.append([str(word) for word in command])
        code = int(any(self.fails in word for word in self.commands[-1]))
        if check and code:
            raise subprocess.CalledProcessError(code, command)
        return subprocess.CompletedProcess(command, code)


def test_absent_peers_are_made_in_a_folder_of_their_own(peers, monkeypatch, tmp_path):
    told = Told()
    monkeypatch.setattr(subprocess, "run", told)
    assert peers.python() == tmp_path / "peers" / "bin" / "python"
    venv, install = told.commands
    assert venv == [sys.executable, "-m", "venv", str(tmp_path / "peers")]
    assert install[:4] == [str(tmp_path / "peers" / "bin" / "python"), "-m", "pip", "install"]
    assert {"statsforecast==2.1.1", "mlforecast==1.1.0", "lightgbm==4.7.0"} <= set(install)
    assert not any("://" in word or word.startswith("--index") for word in install)


def test_complete_peers_are_used_and_half_made_ones_made_again(peers, monkeypatch, tmp_path):
    found = tmp_path / "peers" / "bin" / "python"
    found.parent.mkdir(parents=True)
    found.touch()
    told = Told()
    monkeypatch.setattr(subprocess, "run", told)
    assert peers.python() == found
    assert [command[1] for command in told.commands] == ["-c"]
    peers.python.cache_clear()
    told = Told(fails="import statsforecast")
    monkeypatch.setattr(subprocess, "run", told)
    assert peers.python() == found
    assert [command[2] for command in told.commands[1:]] == ["venv", "pip"]


def test_peers_that_cannot_be_made_are_told(peers, monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", Told(fails="pip"))
    assert peers.python() is None
    assert "no peers" in capsys.readouterr().err


def test_rows_whose_peers_or_data_are_absent_say_so(peers, monkeypatch, capsys):
    bench = importlib.import_module("bench_forecasting")
    monkeypatch.setattr(bench, "_ours", lambda *_: None)
    monkeypatch.setattr(bench, "THERE", {"peers": lambda: None, "shared data": lambda: False})
    rows = {"adapter": (lambda: iter(["a figure"]), ()), "walmart": (lambda: iter(["never"]), ("peers", "shared data"))}
    monkeypatch.setattr(bench, "ROWS", rows)
    assert list(bench.figures()) == ["a figure"]
    assert "walmart left out: no peers and no shared data" in capsys.readouterr().err
