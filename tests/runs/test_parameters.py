"""Typed parameters: fifteen bad inputs, fifteen clear messages, no kernel."""

import datetime as dt

import pytest

from workbench.errors import BadParameters
from workbench.runs import NOTEBOOKS, check
from workbench.runs.parameters import find

CLEANING, FORECAST, HEALTH, CLEARANCE = NOTEBOOKS


@pytest.mark.parametrize(
    ("notebook", "given", "said"),
    [
        (FORECAST, {"horizon_dys": 30}, "did you mean horizon_days?"),
        (FORECAST, {"horizon_days": "ninety"}, "horizon_days"),
        (FORECAST, {"horizon_days": 0}, "horizon_days"),
        (FORECAST, {"horizon_days": 10**6}, "horizon_days"),
        (FORECAST, {"horizon_days": 1.5}, "horizon_days"),
        (FORECAST, {"horizon_days": None}, "horizon_days"),
        (HEALTH, {"as_of": "22/11/2026"}, "as_of"),
        (HEALTH, {"as_of": "2026-02-30"}, "as_of"),
        (HEALTH, {"as_of": 3.7}, "as_of"),
        (HEALTH, {"interactive": "perhaps"}, "interactive"),
        (HEALTH, {"language": "fr"}, "language"),
        (CLEARANCE, {"": 1}, "unknown parameter"),
        (CLEARANCE, {"__class__": "x"}, "unknown parameter"),
        (CLEANING, {"language": ["en"]}, "language"),
        (CLEANING, {"as_of": {"day": 1}, "colour": 2}, "2 parameter(s)"),
    ],
)
def test_bad_input_is_named(notebook, given, said):
    with pytest.raises(BadParameters) as caught:
        check(notebook, given)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"as_of": "2026-11-22"}, "as_of", dt.date(2026, 11, 22)),
        ({"as_of": ""}, "as_of", None),
        ({"interactive": "false"}, "interactive", False),
        ({"horizon_days": "30"}, "horizon_days", 30),
    ],
)
def test_text_from_a_command_line_is_converted(given, field, value):
    assert getattr(check(FORECAST, given), field) == value


def test_all_faults_are_listed_at_once():
    with pytest.raises(BadParameters) as caught:
        check(FORECAST, {"horizon_days": "x", "as_of": "y", "nope": 1})
    assert len(caught.value.faults) == 3


def test_an_unknown_notebook_names_the_known():
    with pytest.raises(BadParameters, match="did you mean 03_health"):
        find("03_helth")
