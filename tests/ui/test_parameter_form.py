"""The form of a parameter model: label, unit, range, default and meaning, in both languages."""

import re
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from workbench.i18n import LANGUAGES, catalogue, use
from workbench.pipeline import STEPS
from workbench.ui.parameters import parameter_fields, parameter_panel


class Params(BaseModel):
    days: int = Field(default=14, ge=0, le=60, description="days looked at", json_schema_extra={"unit": "days"})
    share: float = Field(default=0.25, gt=0, le=1, description="a share")
    open_end: float = Field(default=3.5, ge=0, description="no upper end")
    flag: bool = Field(default=True, description="on or off")
    choice: Literal["a", "b"] = Field(default="a", description="one of two")
    text: str = Field(default="USD", description="a code")
    cuts: tuple[float, ...] = Field(default=(0.1,), description="left to notebooks")


def test_kinds_of_fields():
    assert [(f.name, f.kind) for f in parameter_fields(Params())] == [
        ("days", "range"), ("share", "range"), ("open_end", "number"), ("flag", "flag"), ("choice", "choice"), ("text", "text"),
    ]  # fmt: skip


def test_slider_has_range_step_and_default_mark():
    days, share = parameter_fields(Params(days=20))[:2]
    assert (days.low, days.high, days.step, days.changed) == (0, 60, 1, True)
    assert days.mark == pytest.approx(14 / 60, abs=1e-4) and share.step == 0.01 and not share.changed


def test_every_control_is_labelled_described_and_keyed():
    html = str(parameter_panel(Params(days=20), title="What if"))
    for control in re.findall(r"<(?:input|select)[^>]*>", html):
        assert "data-event=" in control and "data-key=" in control
        assert "aria-label=" in control or re.search(r'id="([^"]+)"', control).group(1) in re.findall(r'label for="([^"]+)"', html)
    assert "Default: 14." in html and "1 changed" in html and "(days)" in html


def test_only_some_fields_and_a_fault():
    html = str(parameter_panel(Params(), only=("share", "nothing", "share"), fault="days: at most <60>"))
    assert html.count('id="jp-wb-param-share"') == 1 and 'name="days"' not in html and "at most &lt;60&gt;" in html and 'role="alert"' in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_parameter_of_every_step_has_label_and_help(step, language):
    known = catalogue.messages("screen", language)
    names = [f.name for f in parameter_fields(STEPS[step].params())]
    assert names and not [n for n in names if f"param.{n}" not in known or f"param_help.{n}" not in known]


@pytest.mark.parametrize("step", STEPS)
def test_defaults_lie_on_a_step_of_their_slider(step):
    """Else the browser would move a value that nobody touched."""
    for f in parameter_fields(STEPS[step].params()):
        if f.kind == "range":
            steps = (f.default - f.low) / f.step
            assert steps == pytest.approx(round(steps), abs=1e-6), f.name


def test_chinese_panel_has_no_english_prose():
    with use("zh"):
        for step in STEPS.values():
            text = re.sub(r"<[^>]*>", " ", str(parameter_panel(step.params())))
            assert not re.findall(r"[a-z]{4,} [a-z]{2,}", text), step.name


def test_what_a_form_starts_from_counts_as_unchanged():
    start = Params(days=20)
    assert not any(f.changed for f in parameter_fields(start, start=start))
    assert [f.name for f in parameter_fields(Params(days=21), start=start) if f.changed] == ["days"]
