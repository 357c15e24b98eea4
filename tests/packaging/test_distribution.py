"""What is built carries all it needs: the source distribution the bundle, the wheel everything to run without Node."""

import fnmatch
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

NOTEBOOKS = ("01_data_cleaning", "02_forecast", "03_health", "04_clearance")


def call(command: list[object], cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def sdist(checkout, tmp_path_factory) -> Path:
    """The source distribution, built here with whatever Node there is."""
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", str(target), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return next(target.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist, no_node, tmp_path_factory) -> Path:
    """The wheel, built from the source distribution where there is no Node."""
    folder, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    call([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", target, next(folder.iterdir())], folder, no_node)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, no_node, tmp_path_factory) -> Path:
    """The bin folder of an empty environment with the wheel; the packages that it stands on are lent by this one."""
    home = tmp_path_factory.mktemp("home") / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    call([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel], home, no_node)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_the_source_distribution_carries_the_bundle(sdist):
    with tarfile.open(sdist) as archive:
        names = ["/".join(Path(name).parts[1:]) for name in archive.getnames()]
    wanted = [
        "workbench/lab/labextension/static/remoteEntry.*.js", "workbench/lab/labextension/static/plotly.min.js", "workbench/lab/ui/src/index.ts",
        "workbench/lab/ui/package-lock.json", "notebooks/01_data_cleaning.ipynb", "requirements.lock", "LICENSE", "Makefile",
    ]  # fmt: skip
    assert [pattern for pattern in wanted if not fnmatch.filter(names, pattern)] == []
    assert [name for name in names if "node_modules" in name or name.startswith("workbench/lab/ui/lib/")] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "*.data/data/share/jupyter/labextensions/inventory-workbench/package.json",
        "*.data/data/share/jupyter/labextensions/inventory-workbench/install.json",
        "*.data/data/share/jupyter/labextensions/inventory-workbench/static/remoteEntry.*.js",
        "*.data/data/share/jupyter/labextensions/inventory-workbench/static/plotly.min.js",
        "*.data/data/share/jupyter/labextensions/inventory-workbench/schemas/inventory-workbench/panel.json",
        "*.data/data/etc/jupyter/jupyter_server_config.d/inventory-workbench.json",
        "*.data/data/share/jupyter/voila/templates/workbench/index.html.j2",
        *(f"workbench/_shipped/notebooks/{name}.ipynb" for name in NOTEBOOKS),
        "workbench/_shipped/templates/inbox/*.csv",
        "workbench/_shipped/templates/pages/*.j2",
        "*.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_has(wheel, pattern):
    with zipfile.ZipFile(wheel) as archive:
        assert fnmatch.filter(archive.namelist(), pattern)


def test_the_wheel_has_every_file_of_the_package(checkout, wheel):
    """Rate cards, texts, style sheets and scripts lie beside the code; a pattern that forgot one would show only where it is read."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    here = {p.relative_to(checkout).as_posix() for p in (checkout / "workbench").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    missing = sorted(here - packed)
    assert [name for name in missing if not name.startswith("workbench/lab/")] == []
    assert [name for name in missing if name.endswith(".py")] == ["workbench/lab/hatch_build.py"]


def test_the_wheel_has_no_sources_of_the_bundle(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    unwanted = [name for name in names if name.startswith(("workbench/lab/ui/", "workbench/lab/labextension/")) or "__pycache__" in name]
    assert unwanted == [] and "workbench/lab/hatch_build.py" not in names


def test_the_bundle_names_no_machine_and_no_registry(checkout, wheel):
    """What the bundler writes must not tell where it ran."""
    with zipfile.ZipFile(wheel) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if "/labextensions/" in name and "plotly" not in name}
    told = [name for name, text in texts.items() if str(checkout) in text or "/home/" in text or "registry." in text]
    assert told == []


def test_the_extensions_of_the_wheel_are_found(installed, no_node, tmp_path):
    env = {**no_node, "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_DATA_DIR": str(tmp_path)}
    labextensions = call([installed / "python", "-m", "jupyterlab.labextensions", "list"], tmp_path, env)
    assert any("inventory-workbench" in line and "enabled" in line and "OK" in line for line in labextensions.splitlines()), labextensions
    server = call([installed / "python", "-m", "jupyter_server.extension.serverextension", "list"], tmp_path, env)
    assert any(line.split()[:1] == ["workbench"] and "OK" in line for line in server.splitlines()), server


def test_the_wheel_makes_a_workspace(installed, no_node, tmp_path):
    """The installed program, away from the checkout: notebooks and forms come out of the wheel. (Binder's test runs the whole day.)"""
    where = call([installed / "python", "-c", "import workbench; print(workbench.__file__)"], tmp_path, no_node)
    assert Path(where.strip()).is_relative_to(installed.parent)
    call([installed / "workbench", "init", "shop", "--sample", "--skus", "5", "--months", "6"], tmp_path, no_node)
    assert {p.stem for p in (tmp_path / "shop" / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)
    assert (tmp_path / "shop" / "forms" / "suppliers.csv").exists()
    assert any((tmp_path / "shop" / "inbox").iterdir())
