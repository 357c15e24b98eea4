"""The forecaster that an analyst chose is written into workbench.toml, and nothing else in it changes."""

import tomllib

import pytest

from workbench.errors import BadParameters
from workbench.runs.chosen_forecaster import ChosenForecaster
from workbench.runs.workspaces import create
from workbench.settings import FILE, Forecaster, load
from workbench.store import toml

CHOICE = Forecaster(name='NaiveForecaster(strategy="mean", sp=7)', skus=("A-1", "B [2]"), budget_seconds=2.5)
VALUES = CHOICE.model_dump(mode="json")
FILES = {
    "no section": 'shop = "Tea"\n\n[[mapping]]\nname = "till"\ntable = "sales"\ncolumns = { sku = "A" }\n',
    "in the middle": 'shop = "Tea" # ours\n\n[forecaster] # sktime\n# seconds a SKU\nbudget_seconds = 9\n\n[gates]\n# how far\nrows_fall = 0.1\n',
    "a list over lines": '[forecaster]\nskus = [\n  "X", # old\n  "Y",\n]\nname = "ThetaForecaster"\n\n[gates]\noff = true\n',
    "line ends of Windows": 'shop = "Tea"\r\n\r\n[forecaster]\r\nname = "engine"\r\n\r\n[gates]\r\noff = true\r\n',
    "empty": "",
}


@pytest.mark.parametrize("before", FILES.values(), ids=FILES)
def test_only_the_section_changes(before):
    after = toml.with_section(before, "forecaster", VALUES)
    was, now = tomllib.loads(before), tomllib.loads(after)
    assert now.pop("forecaster") == VALUES
    was.pop("forecaster", None)
    assert now == was
    kept = [line for line in before.splitlines() if line.lstrip().startswith("#") or not line.strip() or "# ours" in line or "# sktime" in line]
    assert all(line in after.splitlines() for line in kept) and ("\r\n" in before) == ("\r\n" in after)
    assert toml.with_section(after, "forecaster", VALUES) == after


@pytest.mark.parametrize("before", ['forecaster = { name = "engine" }\n', 'forecaster.name = "engine"\n', 'note = """\n[forecaster]\n"""\n'])
def test_a_section_may_be_written_otherwise(before):
    assert tomllib.loads(toml.with_section(before, "forecaster", VALUES)) == tomllib.loads(before) | {"forecaster": VALUES}


def test_a_file_that_is_no_toml_is_left_alone():
    with pytest.raises(BadParameters, match="workbench"):
        toml.with_section("shop = \n", "forecaster", VALUES)


def test_the_next_run_uses_what_was_chosen(tmp_path):
    workspace = create(tmp_path / "shop")
    before = (workspace.root / FILE).read_text(encoding="utf-8")
    ChosenForecaster(workspace).take(CHOICE)
    assert load(workspace.root).forecaster == CHOICE == workspace.settings.forecaster
    after = (workspace.root / FILE).read_text(encoding="utf-8")
    assert all(line in after.splitlines() for line in before.splitlines() if line.startswith("#"))
    with pytest.raises(BadParameters):
        ChosenForecaster(workspace).take(Forecaster(name="NoSuchForecaster"))
    assert (workspace.root / FILE).read_text(encoding="utf-8") == after
