"""A forecaster by name and settings, written as one calls it: `NaiveForecaster(strategy="mean", window_length=30)`."""

import ast
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from workbench.errors import BadParameters

ENGINE = "engine"
"""The name of our own."""
_FOLDERS = ("forecasting",)


def read(asked: str) -> tuple[str, dict[str, Any]]:
    """Return name and settings of a forecaster; settings are numbers, words, lists and other forecasters. Nothing is evaluated.

    Raises
    ------
    BadParameters
        If it is not written as a name with settings.

    Examples
    --------
    >>> read('NaiveForecaster(strategy="mean", sp=7)')
    ('NaiveForecaster', {'strategy': 'mean', 'sp': 7})
    >>> read("ThetaForecaster")
    ('ThetaForecaster', {})
    """
    try:
        node = ast.parse(asked.strip(), mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, {}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args:
            return node.func.id, {word.arg: _setting(word.value) for word in node.keywords if word.arg}
    except (SyntaxError, ValueError):
        pass
    raise BadParameters("forecaster", [f"must be written as a name with settings, such as NaiveForecaster(sp=7), got {asked!r}"])


def _setting(node: ast.expr) -> Any:
    return make(ast.unparse(node)) if isinstance(node, ast.Call) else ast.literal_eval(node)


def short(asked: str) -> str:
    """Return the name alone, for tables."""
    return asked.partition("(")[0].strip()


def make(asked: str) -> Any:
    """Return a new forecaster of that name and settings.

    Raises
    ------
    BadParameters
        If sktime has no such forecaster, it cannot be loaded, or a setting is unknown or missing.
    """
    name, settings = read(asked)
    kind = find(name)
    known = signature(kind).parameters
    faults = [f"{name} has no setting {key!r}; it has {', '.join(known)}" for key in settings if key not in known]
    faults += [f"{name} needs the setting {key!r}" for key in needed(kind) if key not in settings]
    if faults:
        raise BadParameters("forecaster", faults)
    try:
        return kind(**settings)
    except Exception as fault:  # whatever the constructor of somebody else's class objects to
        raise BadParameters("forecaster", [f"{asked}: {fault}"]) from None


def needed(kind: type) -> list[str]:
    """Return the settings that a forecaster cannot do without, such as the forecasters of an ensemble."""
    given = signature(kind).parameters.values()
    return [p.name for p in given if p.default is Parameter.empty and p.kind not in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)]


def find(name: str) -> type:
    """Return sktime's class of that name; only its own module is loaded.

    Raises
    ------
    BadParameters
        If there is none, or it is no forecaster.
    """
    from sktime.forecasting.base import BaseForecaster

    for module in _homes(name):
        kind = getattr(import_module(module), name, None)
        if isinstance(kind, type) and issubclass(kind, BaseForecaster):
            return kind
    raise BadParameters("forecaster", [f"sktime has no forecaster {name!r}"])


@cache
def _homes(name: str) -> tuple[str, ...]:
    """Modules of sktime that define a class of that name, found by reading: loading all of them takes many seconds."""
    declared = re.compile(rf"^class {re.escape(name)}\b", re.MULTILINE)
    spec = find_spec("sktime")
    root = Path(spec.origin or "").parent if spec else Path()
    files = (file for folder in _FOLDERS for file in sorted((root / folder).rglob("*.py")) if "tests" not in file.parts)
    found = [file for file in files if declared.search(file.read_text(encoding="utf-8", errors="replace"))]
    return tuple(".".join(("sktime", *file.relative_to(root).with_suffix("").parts)) for file in found)
