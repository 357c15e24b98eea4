"""workbench.toml as text: what is given, and every other setting as a comment with its meaning."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from workbench.errors import BadParameters
from workbench.settings import FILE, Forecaster, Gates, Settings

_SECTIONS: dict[str, type[BaseModel]] = {"forecaster": Forecaster, "gates": Gates}


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
    """Return the text of a settings file with other values in one section, every other line as it was.

    A value that stands there is replaced, one that stands as a comment is put below it, any other goes to the end of the section.

    Raises
    ------
    BadParameters
        If the file is written in a way that this would change anything else, such as the section as one line.

    >>> print(with_section('shop = "Tea"\\n[forecaster]\\n# seconds\\n# workers = 2\\n', "forecaster", {"workers": 4}), end="")
    shop = "Tea"
    [forecaster]
    # seconds
    # workers = 2
    workers = 4
    """
    lines = before.splitlines()
    start = next((place for place, line in enumerate(lines) if re.match(rf"\[{name}\]\s*(#.*)?$", line.strip())), None)
    if start is None:
        lines += ["", f"[{name}]"]
        start = len(lines) - 1
    end = next((place for place in range(start + 1, len(lines)) if lines[place].lstrip().startswith("[") and _whole(lines[start + 1 : place])), len(lines))
    section = lines[start + 1 : end]
    for key, value in values.items():
        section = _with_value(section, key, f"{_key(key)} = {_value(value)}")
    ending = "\r\n" if "\r\n" in before else "\n"
    after = ending.join([*lines[: start + 1], *section, *lines[end:], ""])
    was, now = tomllib.loads(before), _parsed(after)
    if now != was | {name: was.get(name, {}) | json.loads(json.dumps(values))}:
        raise BadParameters(FILE, [f"[{name}] is written in a way that cannot be changed without changing more; change it by hand"])
    return after


def _with_value(section: list[str], key: str, line: str) -> list[str]:
    stands = next((place for place, one in enumerate(section) if re.match(rf"\s*{key}\s*=", one)), None)
    if stands is not None:
        last = next((place for place in range(stands, len(section)) if _whole(section[stands : place + 1])), stands)
        return [*section[:stands], line, *section[last + 1 :]]
    told = next((place for place, one in enumerate(section) if re.match(rf"\s*#\s*{key}\s*=", one)), None)
    filled = next((place for place in range(len(section), 0, -1) if section[place - 1].strip()), 0)
    at = filled if told is None else told + 1
    return [*section[:at], line, *section[at:]]


def _whole(lines: list[str]) -> bool:
    """Whether lines are whole values, none of them still open."""
    return _parsed("\n".join(lines)) is not None


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
