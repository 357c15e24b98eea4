"""Results: staged in a run's folder, published all at once, the older ones cleared away in time."""

import datetime as dt

import pandas as pd
import pytest

from workbench.errors import InvalidTable
from workbench.store import manifest
from workbench.tables import schema

AS_OF = dt.date(2026, 6, 30)


def history(units, days=2):
    dates = pd.date_range("2026-06-29", periods=days).astype("datetime64[us]")
    frame = pd.DataFrame({"sku": "A", "channel": "shop", "date": dates, "units": float(units), "censored": False, "imputed": False})
    return schema.conform("history", frame, lineage=False)


def forecast(mean):
    frame = pd.DataFrame({"sku": "A", "channel": "shop", "cutoff": pd.Timestamp("2026-06-30"), "date": pd.date_range("2026-07-01", periods=3), "mean": mean})
    return schema.conform("forecast", frame, lineage=False)


def test_staged_tables_are_seen_by_their_run_alone(workspace):
    workspace.stage("run-1", "history", history(4), as_of=AS_OF)
    assert workspace.read("history").empty
    own = workspace.read("history", run_id="run-1", as_of=AS_OF)
    assert own["units"].tolist() == [4, 4]
    assert own.iloc[0][["known_at", "source_file", "source_line"]].tolist() == [pd.Timestamp(AS_OF), "run:run-1", 0]
    assert (workspace.runs / "run-1" / "tables" / "history.parquet").exists()


def test_publishing_makes_all_tables_current_at_once(workspace):
    for run_id, units in (("run-1", 4), ("run-2", 5)):
        workspace.stage(run_id, "history", history(units), as_of=AS_OF)
        workspace.stage(run_id, "forecast", forecast(units + 0.5), as_of=AS_OF)
        version = workspace.version()
        workspace.publish(run_id)
        assert workspace.version() != version
    assert workspace.read("history")["units"].tolist() == [5, 5]
    assert workspace.read("forecast", as_of=AS_OF)["mean"].tolist() == [5.5] * 3
    assert workspace.read("history", run_id="run-1")["units"].tolist() == [4, 4]


def test_results_are_not_facts(workspace, fill):
    fill("items", [{"sku": "A"}], dt.datetime(2026, 6, 1))
    workspace.stage("run-1", "history", history(4), as_of=AS_OF)
    workspace.publish("run-1")
    assert workspace.newest_known() == dt.datetime(2026, 6, 1)


def test_a_table_that_the_run_did_not_make_stays(workspace):
    workspace.stage("run-1", "forecast", forecast(1.0), as_of=AS_OF)
    workspace.publish("run-1")
    workspace.stage("run-2", "history", history(2), as_of=AS_OF)
    workspace.publish("run-2")
    assert len(workspace.read("forecast")) == 3


def test_an_empty_result_replaces_a_full_one(workspace):
    for run_id, days in (("run-1", 2), ("run-2", 0)):
        workspace.stage(run_id, "history", history(1, days), as_of=AS_OF)
        workspace.publish(run_id)
    assert workspace.read("history", as_of=AS_OF).empty


def test_a_published_table_outlives_the_folder_of_its_run(workspace):
    workspace.stage("run-1", "history", history(4), as_of=AS_OF)
    workspace.publish("run-1")
    staged = workspace.runs / "run-1" / "tables" / "history.parquet"
    staged.unlink()
    assert workspace.read("history")["units"].tolist() == [4, 4]


def test_publishing_again_never_changes_a_file_under_a_reader(workspace):
    workspace.stage("run-1", "history", history(4), as_of=AS_OF)
    workspace.publish("run-1")
    first = manifest.load(workspace.root).tables["history"][0].file
    workspace.publish("run-1")
    assert manifest.load(workspace.root).tables["history"][0].file == first
    workspace.stage("run-1", "history", history(6), as_of=AS_OF)
    assert workspace.read("history")["units"].tolist() == [4, 4]
    workspace.publish("run-1")
    assert manifest.load(workspace.root).tables["history"][0].file != first
    assert (workspace.root / first).exists()
    assert workspace.read("history")["units"].tolist() == [6, 6]


def test_published_files_are_cleared_after_two_generations(workspace):
    for number in range(4):
        workspace.stage(f"run-{number}", "history", history(number), as_of=AS_OF)
        workspace.publish(f"run-{number}")
    assert sorted(file.stem for file in (workspace.root / "tables" / "history").iterdir()) == ["run-2", "run-3"]


def test_publishing_nothing_changes_nothing(workspace):
    version = workspace.version()
    workspace.publish("run-1")
    assert workspace.version() == version


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [("sales", {}, "expected one of history"), ("history", {"units": "x"}, "column units"), ("history", {"sku": None}, "column sku")],
)
def test_staging_refuses_what_is_no_result(workspace, table, change, fault):
    with pytest.raises(InvalidTable, match=fault):
        workspace.stage("run-1", table, history(1).assign(**change), as_of=AS_OF)
