"""workbench.toml chooses the forecaster of the daily run; the run before is found again."""

import datetime as dt

import pandas as pd
import pytest

from workbench.errors import BadParameters
from workbench.notebook import open_page
from workbench.settings import Forecaster
from workbench.store import Workspace
from workbench.tables import schema

CHOSEN = {"name": "NaiveForecaster(sp=7)", "skus": ["A"], "backend": "here"}


def published(workspace: Workspace, run_id: str, mean: float, status: str = "ok") -> None:
    record = {"id": run_id, "name": "daily", "params": {}, "started": run_id, "status": status}
    workspace.state.save_run(record)
    row = {"sku": ["A"], "channel": ["shop"], "cutoff": [pd.Timestamp("2026-10-31")], "date": [pd.Timestamp("2026-11-01")], "mean": [mean]}
    workspace.stage(run_id, "forecast", schema.conform("forecast", pd.DataFrame(row), lineage=False), dt.date(2026, 11, 1))
    if status == "ok":
        workspace.publish(run_id)


def test_the_run_before_is_the_newest_good_one(tmp_path):
    workspace = Workspace.create(tmp_path)
    assert workspace.earlier("forecast").empty
    published(workspace, "20261101T060000-aaaaaa", 1.0)
    assert workspace.earlier("forecast").empty
    published(workspace, "20261102T060000-bbbbbb", 2.0)
    published(workspace, "20261103T060000-cccccc", 9.0, status="failed")
    published(workspace, "20261104T060000-dddddd", 3.0)
    assert workspace.earlier("forecast")["mean"].tolist() == [2.0]
    assert workspace.earlier("history").empty


@pytest.mark.parametrize(
    ("given", "name"), [({}, "NaiveForecaster(sp=7)"), ({"forecaster": {"name": "engine"}}, "engine"), ({"forecaster": {"name": "Croston"}}, "Croston")]
)
def test_a_notebook_takes_the_forecaster_of_the_workspace_unless_it_names_one(tmp_path, monkeypatch, given, name):
    Workspace.create(tmp_path, forecaster=CHOSEN)
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(tmp_path))
    page = open_page("02_forecast", {"as_of": "2026-11-01"} | given)
    assert page.params.forecaster.name == name
    assert page.params.forecaster.skus == (("A",) if not given else ())


def test_settings_are_written_and_read(tmp_path):
    assert Workspace.create(tmp_path, forecaster=CHOSEN).settings.forecaster == Forecaster(**CHOSEN)
    assert Workspace(tmp_path).settings.forecaster.backend == "here"
    with pytest.raises(BadParameters, match="budget_seconds"):
        (tmp_path / "workbench.toml").write_text("[forecaster]\nbudget_seconds = -1\n")
        Workspace(tmp_path)
