"""A copy of the checkout to build from, and an environment without Node, without this user's settings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = Path("workbench") / "lab" / "labextension"
LEFT_OUT = {"PYTHONPATH", "VIRTUAL_ENV", "WORKBENCH_WORKSPACE", "WORKBENCH_RUN", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH"}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """The files that git knows or would add, and the built bundle if there is one, in a folder of their own."""
    folder = tmp_path_factory.mktemp("checkout")
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = [Path(name) for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]
    for name in [*names, *(p.relative_to(ROOT) for p in (ROOT / BUNDLE).rglob("*") if p.is_file())]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def no_node(tmp_path_factory) -> dict[str, str]:
    """The environment of a machine that has a shell's programs but no Node."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("bash", "sh", "env", "cp", "mkdir", "rm", "ls", "cat", "sed", "grep", "uname", "dirname", "git", "cc", "gcc"):
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT and not name.startswith("COV_")}
    assert shutil.which("node", path=str(folder)) is None
    return {**kept, "PATH": str(folder), "PYTHONNOUSERSITE": "1", "PIP_NO_COMPILE": "1"}
