"""The shipped notebooks: thin, without outputs, their parameters cell as the model declares it."""

from pathlib import Path

import nbformat
import papermill
import pytest

from workbench.runs.parameters import NOTEBOOKS, cell

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
MAX_CODE_LINES = 60


@pytest.fixture(params=NOTEBOOKS, ids=str)
def name(request):
    return request.param


@pytest.fixture
def notebook(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", 4)


def test_every_notebook_is_known():
    assert sorted(p.stem for p in FOLDER.glob("*.ipynb")) == sorted(NOTEBOOKS)


def test_is_thin(notebook):
    code = [c.source for c in notebook.cells if c.cell_type == "code"]
    assert sum(len(source.splitlines()) for source in code) <= MAX_CODE_LINES
    assert not any(line.startswith(("def ", "class ")) for source in code for line in source.splitlines())


def test_is_stripped(notebook):
    assert all(not c.outputs and c.execution_count is None for c in notebook.cells if c.cell_type == "code")
    assert "widgets" not in notebook.metadata


def test_order_of_cells(notebook):
    assert [c.id for c in notebook.cells] == ["question", "parameters", "imports", "load", "compute", "show", "next"]


def test_parameters_are_those_of_the_model(name, notebook):
    found = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    assert found.source == cell(NOTEBOOKS[name])


def test_papermill_prints_a_manual(name):
    found = papermill.inspect_notebook(str(FOLDER / f"{name}.ipynb"))
    assert set(found) == set(NOTEBOOKS[name].model.model_fields)
    assert all(parameter["help"] and parameter["inferred_type_name"] != "None" for parameter in found.values())
