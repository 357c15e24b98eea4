"""The token sheet and the palette say the same, and every text can be read on its ground."""

import re

import pytest

from workbench.charts import palette
from workbench.ui.kit import HERE, tokens_css

PAIR = re.compile(r"--jp-wb-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")


def declared() -> dict[str, tuple[str, str]]:
    base = tokens_css().split("}")[0]
    return {name: (light, dark) for name, light, dark in PAIR.findall(base)}


def luminance(code: str) -> float:
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_palette_mirrors_the_sheet():
    assert {name: light for name, (light, _) in declared().items()} == palette.LIGHT
    assert {name: dark for name, (_, dark) in declared().items()} == palette.DARK


def test_light_colours_are_distinct():
    """A chart in the browser finds the token of a colour by its light value."""
    assert len(set(palette.LIGHT.values())) == len(palette.LIGHT)


@pytest.mark.parametrize("text", ["ink", "muted", "accent", "red", "amber", "green"])
@pytest.mark.parametrize("ground", ["page", "ground", "hover"])
@pytest.mark.parametrize("shades", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_text_has_contrast_of_aa(text, ground, shades):
    assert contrast(shades[text], shades[ground]) >= 4.5


@pytest.mark.parametrize("mark", ["control", "history", "blue", "vermillion", "grey"])
@pytest.mark.parametrize("shades", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_marks_and_edges_of_inputs_are_seen(mark, shades):
    assert contrast(shades[mark], shades["ground"]) >= 3


def test_text_on_accent_can_be_read():
    assert all(contrast(shades["on-accent"], shades["accent"]) >= 4.5 for shades in (palette.LIGHT, palette.DARK))


def selectors() -> list[str]:
    css = re.sub(r"/\*.*?\*/|@page \{.*?\}\s*\}", "", tokens_css(), flags=re.S)
    while "(" in css:
        css = re.sub(r"\([^()]*\)", "", css)
    return [s.strip() for rule in re.findall(r"([^{};]+)\{", css) for s in rule.split(",") if not s.strip().startswith("@")]


def test_every_rule_stays_inside_our_scope():
    """No rule of ours may reach into JupyterLab's own page."""
    assert len(selectors()) > 100
    assert not [s for s in selectors() if ".jp-wb" not in s and not s.startswith(("body[data-voila]", ":root body[data-voila]", ":root[data-jp-wb-theme"))]


def test_every_class_has_the_prefix():
    assert {name for s in selectors() for name in re.findall(r"\.([\w-]+)", s) if not name.startswith("jp-wb")} == {"widget-box"}


def test_sheet_respects_system_lab_motion_touch_and_paper():
    css = tokens_css()
    for need in ("prefers-color-scheme: dark", "data-jp-theme-light", "prefers-reduced-motion", "pointer: coarse", "@media print", ":focus-visible"):
        assert need in css


@pytest.mark.parametrize("path", sorted((HERE / "html").glob("*.html")), ids=lambda p: p.stem)
def test_templates_carry_no_words_and_no_outside_address(path):
    text = path.read_text(encoding="utf-8")
    assert "http" not in text and "| safe" not in text
    markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", text, flags=re.S)
    words = re.sub(r"<[^>]*>", " ", markup)
    assert not re.findall(r"[A-Za-z]{2,}", words)


@pytest.mark.parametrize("path", sorted((HERE / "esm").glob("*.js")), ids=lambda p: p.stem)
def test_scripts_ask_no_other_host(path):
    assert "http" not in path.read_text(encoding="utf-8")
