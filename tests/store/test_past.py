"""What past runs said of each decision day, and the views of lists that are kept."""

import datetime as dt

import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench.runs.saved_views import SavedViews
from workbench.store import Tables
from workbench.store.past import MOST_DAYS
from workbench.tables import schema

COLUMNS = ("sku", "score", "light")


def health(score, skus=("A", "B")):
    frame = pd.DataFrame({"sku": list(skus), "location": "fba-us", "score": float(score), "light": "green"})
    return schema.conform("health", frame, lineage=False)


@pytest.fixture
def ran(workspace):
    """Record a run that ended and what it staged."""

    def run(run_id, day, score, status="ok", frame=None):
        workspace.state.save_run({"id": run_id, "name": "daily", "started": f"2026-06-{day:02d}T08:00:00", "status": status})
        workspace.stage(run_id, "health", health(score) if frame is None else frame, as_of=dt.date(2026, 6, day))

    return run


def told(workspace, until=30, **among):
    return [(day.day, rows["score"].tolist()) for day, rows in Tables(workspace, dt.date(2026, 6, until)).past("health", COLUMNS, **among)]


def test_the_newest_run_of_each_earlier_day_counts_newest_first(workspace, ran):
    ran("r1", 27, 40)
    ran("r2", 28, 50)
    ran("r3", 28, 60)
    ran("r4", 29, 70, status="failed")
    ran("r5", 30, 80)
    assert told(workspace) == [(28, [60, 60]), (27, [40, 40])]
    assert told(workspace, until=28) == [(27, [40, 40])]
    assert told(workspace, sku=["B"]) == [(28, [60]), (27, [40])]


def test_a_column_that_a_run_did_not_have_yet_is_unknown(workspace, ran):
    ran("r1", 27, 40)
    file = workspace.root / "runs" / "r1" / "tables" / "health.parquet"
    whole = pq.read_table(file)
    pq.write_table(whole.drop_columns(["light"]), file)
    (_, rows), *_ = Tables(workspace, dt.date(2026, 6, 30)).past("health", COLUMNS)
    assert list(rows.columns) == list(COLUMNS) and rows["light"].isna().all() and rows["score"].tolist() == [40, 40]


def test_only_the_last_days_are_read_and_runs_whose_folder_is_gone_are_left_out(workspace, ran):
    for day in range(1, 31):
        ran(f"r{day:02d}", day, day)
    assert len(told(workspace, until=30)) == 29 < MOST_DAYS
    for table in (workspace.root / "runs" / "r29" / "tables").iterdir():
        table.unlink()
    assert told(workspace)[0] == (28, [28, 28])


def test_a_view_is_kept_kept_anew_and_deleted(workspace):
    kept = SavedViews(workspace, who="Ann")
    assert kept.keep("health", "mine", {"shown": ["sku"]})["view"].tolist() == [{"shown": ["sku"]}]
    kept.keep("clearance", "mine", {"shown": ["npv"]})
    again = kept.keep("health", "mine", {"shown": ["score"]})
    assert again[["screen", "name", "who"]].values.tolist() == [["clearance", "mine", "Ann"], ["health", "mine", "Ann"]]
    assert again["view"].tolist() == [{"shown": ["npv"]}, {"shown": ["score"]}]
    assert kept.keep("health", "mine", None)["screen"].tolist() == ["clearance"]
    assert Tables(workspace, dt.date(2026, 6, 30))["saved_views"]["name"].tolist() == ["mine"]
