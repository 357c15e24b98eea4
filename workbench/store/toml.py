"""workbench.toml as text: what is given, and every other setting as a comment with its meaning."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
import tomlkit.exceptions
from pydantic import BaseModel

from workbench.errors import BadParameters
from workbench.settings import FILE, Forecaster, Gates, Planning, Settings

_SECTIONS: dict[str, type[BaseModel]] = {"forecaster": Forecaster, "gates": Gates, "plan": Planning}


def text(given: Mapping[str, Any]) -> str:
    """Return the text of a settings file.

    >>> print(text({"shop": "Tea & Co"}).splitlines()[1])
    shop = "Tea & Co"
    """
    checked = {name: value for name, value in Settings(**given).model_dump(mode="json", exclude_unset=True).items() if name in given}
    tables = {name: value for name, value in checked.items() if isinstance(value, list)}
    lines = [*_scalars(Settings, checked)]
    for name, model in _SECTIONS.items():
        lines += ["", f"[{name}]", *_scalars(model, checked.get(name, {}))]
    return "\n".join(lines) + "\n" + "".join("\n" + row(name, values) for name, rows in tables.items() for values in rows)


def row(name: str, values: Mapping[str, Any]) -> str:
    """Return the text of one row of a list of tables, such as a mapping.

    >>> row("mapping", {"name": "till", "table": "sales"})
    '[[mapping]]\\nname = "till"\\ntable = "sales"\\n'
    """
    return "\n".join([f"[[{name}]]", *_pairs(values)]) + "\n"


def _scalars(model: type[BaseModel], given: Mapping[str, Any]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        value = given.get(name, field.get_default(call_default_factory=True))
        if isinstance(value, list | dict | BaseModel) and name not in given:
            continue
        if name in _SECTIONS or (isinstance(value, list) and model is Settings):
            continue
        yield f"# {field.description}"
        yield f"{name} = {_value(value)}" if name in given and value is not None else f"# {name} = {_value(value)}"


def _pairs(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if value is not None:
            yield f"{_key(name)} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps("" if value is None else value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name, ensure_ascii=False)


def with_section(before: str, name: str, values: Mapping[str, Any]) -> str:
    """Return the text of a settings file with other values in one section, every other line and comment as it was.

    Raises
    ------
    BadParameters
        If the file is no TOML.

    >>> print(with_section('shop = "Tea"\\n[forecaster]\\n# seconds\\nworkers = 2 # ours\\n', "forecaster", {"workers": 4}), end="")
    shop = "Tea"
    [forecaster]
    # seconds
    workers = 4 # ours
    """
    try:
        document = tomlkit.parse(before)
    except tomlkit.exceptions.TOMLKitError as fault:
        raise BadParameters(FILE, [str(fault)]) from fault
    document.setdefault(name, tomlkit.table()).update(values)
    return tomlkit.dumps(document)
