"""The panel's sources keep the house rules: two languages that agree, JupyterLab's own colours, our own class names."""

import re
import string
from pathlib import Path
from typing import get_args

from workbench.runs.record import Status

UI = Path(__file__).resolve().parents[2] / "workbench" / "lab" / "ui"
STYLE = (UI / "style" / "index.css").read_text(encoding="utf-8")


def words(language: str) -> dict[str, str]:
    """The texts of one language, read from their table."""
    source = (UI / "src" / "words.ts").read_text(encoding="utf-8")
    table = re.search(rf"const {language}\b.*?= \{{(.*?)\n\}};", source, re.DOTALL)
    assert table
    return dict(re.findall(r"^  '?([\w]+)'?: '(.*)',?$", table[1], re.MULTILINE))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_languages_agree():
    en, zh = words("en"), words("zh")
    assert len(en) > 40 and en.keys() == zh.keys()
    assert {key: places(text) for key, text in en.items()} == {key: places(text) for key, text in zh.items()}


def test_chinese_is_chinese():
    assert [key for key, text in words("zh").items() if not re.search(r"[\u4e00-\u9fff]", text) and key != "run"] == []


def test_every_status_of_a_run_has_words():
    assert {f"run_{status}" for status in get_args(Status)} <= words("en").keys()


def test_colours_are_those_of_the_theme():
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl", STYLE) == []
    assert {name for name in re.findall(r"var\((--[\w-]+)", STYLE) if not name.startswith("--jp-")} == set()


def test_no_rule_reaches_beyond_the_panel():
    selectors = [part.strip() for block in re.findall(r"^([^@\s}][^{]*)\{", STYLE, re.MULTILINE) for part in block.split(",")]
    assert selectors and [s for s in selectors if ".jp-wb-" not in s] == []
