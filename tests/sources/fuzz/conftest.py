"""The attacker's tools, loaded from beside this file: tests are imported without a search path."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

collect_ignore_glob = ["fuzz_*.py"]
"""They hold no tests, and stand on one another."""
ROOT = Path(__file__).resolve().parents[3]


def beside(name: str) -> ModuleType:
    """Load a module of this folder."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec and spec.loader
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def fuzz_files():
    """Valid files of every report; headers of the folder of real data join ours where it is there."""
    shared = Path(os.environ.get("WORKBENCH_SHARED_DATA", ROOT.parent / "shared" / "data"))
    return beside("fuzz_files").Files(shared if shared.exists() else None)


@pytest.fixture(scope="session")
def fuzz_attack():
    """Imports broken files and tells what they broke."""
    for name in ("fuzz_mutations", "fuzz_account"):
        beside(name)
    return beside("fuzz_attack")
