"""Message keys and their texts: one TOML file an area and language, `area.name` is the key."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
_HERE = Path(__file__).parent
_chosen: ContextVar[str] = ContextVar("language", default="")


def language() -> str:
    """Return the language in force: the one chosen with `use`, else $WORKBENCH_LANG, else English."""
    wanted = _chosen.get() or os.environ.get("WORKBENCH_LANG", "")
    return wanted[:2] if wanted[:2] in LANGUAGES else "en"


def choose(wanted: str) -> None:
    """Set the language for what follows in this context."""
    _chosen.set(wanted)


@contextmanager
def use(wanted: str) -> Iterator[None]:
    """Set the language inside a `with` block."""
    token = _chosen.set(wanted)
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def messages(area: str, wanted: str) -> dict[str, str]:
    """Return the texts of one area in one language, nested names joined by dots."""
    path = _HERE / wanted / f"{area}.toml"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def has(key: str, wanted: str = "en") -> bool:
    """Say whether a language has a text for the key."""
    area, _, name = key.partition(".")
    return name in messages(area, wanted)


def t(key: str, **values: object) -> str:
    """Return the text of a key in the language in force, with values filled in.

    Falls back to English; an unknown key comes back in brackets, so that it is seen and nothing breaks.

    >>> t("light.red")
    'Act now'
    """
    area, _, name = key.partition(".")
    text = messages(area, language()).get(name) or messages(area, "en").get(name)
    return text.format(**values) if text is not None else f"[{key}]"
