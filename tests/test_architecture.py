"""The house rules as tests: layers, sizes, what must not be shipped."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workbench"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "node_modules" not in p.parts)
TOP_LEVEL = {
    "workbench", "notebooks", "templates", "tests", "binder", "docs", "pyproject.toml", "README.md",
    "Makefile", "CHANGELOG.md", "LICENSE", "requirements.lock",
}  # fmt: skip
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout: nothing to list")
    return [name for name in listing.stdout.split("\0") if name]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_layers_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_is_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES
    long = [f"{f.name}: {body_lines(f)} lines" for f in functions(path) if body_lines(f) > MAX_FUNCTION_LINES]
    assert not long


def test_functions_are_short_on_the_whole():
    lengths = sorted(body_lines(f) for path in MODULES for f in functions(path))
    assert lengths[len(lengths) // 2] <= 10, "median function body"
    assert lengths[len(lengths) * 9 // 10] <= 30, "ninth decile of function bodies"


def test_public_names_have_docstrings():
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(PACKAGE)}: {node.name}")
    assert not bare


def test_no_rooms_without_a_noun():
    assert not [p for p in MODULES if re.search(r"(^|_)(utils?|helpers?|common|misc|part\d)$", p.stem)]


def test_nothing_else_at_the_top():
    top = {Path(name).parts[0] for name in tracked()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_no_figure_widget_is_shipped():
    """Each FigureWidget carries the whole plotly.js as state: six of them took a minute to load."""
    named = [name for name in tracked() if name.startswith(("workbench/", "notebooks/")) and name.endswith((".py", ".ipynb"))]
    assert not [name for name in named if "FigureWidget(" in (ROOT / name).read_text(encoding="utf-8")]


def test_the_package_is_quick_to_import():
    """Nothing heavy may hang on `import workbench`: every command and the server extension pay for it."""
    code = "import sys, workbench; print(sorted({'pandas', 'sktime', 'numba', 'plotly', 'duckdb'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
