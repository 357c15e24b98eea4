"""Every string a person reads has a key, and every key has a text in both languages."""

import ast
import re
import string
from pathlib import Path

import pytest

from workbench.i18n import LANGUAGES, catalogue, day, money, number, percent, t, use

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT / "workbench" / "i18n"
AREAS = sorted({p.stem for language in LANGUAGES for p in (TEXTS / language).glob("*.toml")})
FACES = [
    p
    for name in ("ui", "charts", "runs", "cli.py", "notebook.py", "pipeline.py")
    for p in ([ROOT / "workbench" / name] if name.endswith(".py") else sorted((ROOT / "workbench" / name).rglob("*.py")))
]
PROSE = re.compile(r"^[A-Z]?[a-z]+,? [a-z]+( [a-z]|$|[,.;:])")
SPOKEN_ELSEWHERE = {"help", "description", "todo", "metadata"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_languages_agree(area):
    en, zh = catalogue.messages(area, "en"), catalogue.messages(area, "zh")
    assert en.keys() == zh.keys()
    assert {key: placeholders(text) for key, text in en.items()} == {key: placeholders(text) for key, text in zh.items()}


@pytest.mark.parametrize("area", AREAS)
def test_chinese_is_chinese(area):
    """A text that is the same in both languages was not translated, unless it has no words."""
    zh, en = catalogue.messages(area, "zh"), catalogue.messages(area, "en")
    same = [key for key, text in zh.items() if text == en[key] and re.search(r"[a-z]{3,}", re.sub(r"\{[^}]*\}|https?\S+|[\w-]+\.\w+", "", text))]
    assert not [key for key in same if not re.fullmatch(r"[\w .,:/%·–-]*", zh[key]) or " " in zh[key].strip()]


def calls_of_t() -> list[tuple[Path, ast.expr]]:
    found = []
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
                found.append((path, node.args[0]))
    return found


def test_every_key_used_exists():
    missing = []
    for path, key in calls_of_t():
        if isinstance(key, ast.Constant) and not catalogue.has(key.value):
            missing.append(f"{path.name}: {key.value}")
        if isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
            area, _, rest = key.values[0].value.partition(".")
            if area in AREAS and not any(name.startswith(rest) for name in catalogue.messages(area, "en")):
                missing.append(f"{path.name}: {area}.{rest}...")
    assert not missing


def spoken(tree: ast.Module) -> list[ast.Constant]:
    """String constants that might reach a person: not docstrings, not messages of errors, not help of the command line."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(id(node.value))
        if isinstance(node, ast.Raise | ast.Assert):
            quiet |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"debug", "info", "warning", "error", "exception"} or str(name).endswith(("Error", "NoData", "BadParameters")):
                quiet |= {id(child) for child in ast.walk(node)}
            quiet |= {id(child) for word in node.keywords if word.arg in SPOKEN_ELSEWHERE for child in ast.walk(word.value)}
    return [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in quiet]


@pytest.mark.parametrize("path", FACES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_string_without_a_key(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [c.value for c in spoken(tree) if PROSE.match(c.value.strip())]


@pytest.mark.parametrize(
    ("text", "found"),
    [("Open the dashboard", True), ("run daily", True), ("jp-wb-card jp-wb-wide", False), ("sku", False), ("SELECT sku FROM t", False)],
)
def test_the_prose_finder_finds_prose(text, found):
    assert bool(PROSE.match(text)) is found


@pytest.mark.parametrize(
    ("language", "made", "expected"),
    [
        ("en", lambda: money(-1234.5, "USD", 2), "-$1,234.50"),
        ("en", lambda: money(float("nan"), "USD"), "–"),
        ("en", lambda: money(12.0, ""), "–"),
        ("zh", lambda: money(1234.5, "CNY", 2), "¥1,234.50"),
        ("en", lambda: number(float("inf")), "–"),
        ("en", lambda: percent(0.5), "50%"),
        ("en", lambda: day(None), "–"),
        ("zh", lambda: t("light.red"), "立即处理"),
        ("en", lambda: t("light.nothing"), "[light.nothing]"),
    ],
)
def test_formats(language, made, expected):
    with use(language):
        assert made() == expected
