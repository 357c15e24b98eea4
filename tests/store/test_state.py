"""Run records and decisions."""

import datetime as dt
import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from workbench.store import State, decisions
from workbench.store.process import host, is_dead, mark_of

AT = dt.datetime(2026, 6, 30, 8)


@pytest.fixture
def state(tmp_path):
    made = State(f"sqlite:///{tmp_path / 'state.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture
def dead_pid():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def run(run_id, **values):
    return {"id": run_id, "name": "daily", "started": "2026-06-30T08:00:00", **values}


def test_a_record_comes_back_whole(state):
    record = run(
        "r1", params={"as_of": None, "horizon_days": 90}, status="ok", exit_code=0, done=3, total=4, message="", stages={"import": 1.5}, host="h", pid=7
    )
    state.save_run(record)
    found = state.run("r1")
    assert found == found | record
    assert json.dumps(found)


def test_saving_again_changes_what_is_given(state):
    state.save_run(run("r1", stages={"import": 1.0}))
    state.save_run({"id": "r1", "status": "ok", "finished": dt.datetime(2026, 6, 30, 9), "note": "fine"})
    found = state.run("r1")
    assert (found["status"], found["name"], found["finished"]) == ("ok", "daily", "2026-06-30T09:00:00")
    assert (found["stages"], found["note"]) == ({"import": 1.0}, "fine")


def test_runs_come_newest_first(state):
    for run_id, started in (("a", "2026-06-01T00:00:00"), ("b", "2026-06-03T00:00:00"), ("c", "2026-06-02T00:00:00")):
        state.save_run({**run(run_id), "started": started})
    assert [record["id"] for record in state.runs()] == ["b", "c", "a"]
    assert state.run("d") is None


def test_a_run_whose_process_is_gone_has_died(state, dead_pid):
    state.save_run(run("gone", pid=dead_pid))
    state.save_run(run("mine", pid=os.getpid()))
    state.save_run(run("ended", pid=dead_pid, status="ok"))
    state.save_run(run("elsewhere", pid=dead_pid, host="another machine"))
    assert {r["id"]: r["status"] for r in state.runs()} == {"gone": "died", "mine": "running", "ended": "ok", "elsewhere": "running"}


def test_a_reused_process_number_does_not_deceive(state):
    state.save_run(run("before the boot", mark="another boot"))
    assert state.run("before the boot")["status"] == "died"


def test_a_new_run_buries_the_dead(state, dead_pid):
    state.save_run(run("gone", pid=dead_pid))
    state.save_run(run("next"))
    with state.engine.connect() as connection:
        assert dict(connection.execute(decisions.runs.select().with_only_columns(decisions.runs.c.id, decisions.runs.c.status)).all())["gone"] == "died"


def test_marks_tell_processes_apart(dead_pid):
    mine, first = mark_of(os.getpid()), mark_of(1)
    assert mine is not None
    assert not is_dead(os.getpid(), host(), mine)
    assert mark_of(dead_pid) is None
    if sys.platform == "linux":
        assert mine != first


def test_acknowledgements_keep_the_newest(state):
    state.acknowledge_alert("A", "fba-us", "stockout", who="ann", at=AT)
    state.acknowledge_alert("A", "fba-us", "stockout", who="bo", at=AT, note="ordered", until=dt.date(2026, 7, 7))
    state.acknowledge_alert("A", "fba-us", "excess", who="ann", at=AT)
    found = state.alert_acknowledgements().set_index("kind")
    assert found["who"].to_dict() == {"stockout": "bo", "excess": "ann"}
    assert found.loc["stockout", "until"] == dt.date(2026, 7, 7)


def test_lifts_of_events_remember_who_when_and_why_and_taking_back_is_a_row(state):
    about = {"event": "prime_day", "channel": "amazon-us", "start_date": dt.date(2026, 7, 7), "who": "ann", "at": AT, "as_of": dt.date(2026, 6, 30)}
    state.decide_event_lift(**about, old=1.8, new=2.5, why="bigger deal")
    state.decide_event_lift(**about, old=2.5, new=None, why="")
    found = state.event_lifts()
    assert found["new"].iloc[0] == 2.5 and pd.isna(found["new"].iloc[1]) and found["old"].tolist() == [1.8, 2.5]
    assert found["why"].iloc[0] == "bigger deal" and set(found["who"]) == {"ann"} and found["as_of"].eq(pd.Timestamp("2026-06-30")).all()


def test_decisions_about_corrections_remember_who_when_and_why(state):
    about = {"sku": "A", "channel": "shop", "reason": "promotion", "other": None, "who": "ann", "at": AT, "as_of": dt.date(2026, 6, 2)}
    state.decide_correction(**about, date=dt.date(2026, 6, 1), action="edit", old=3.0, new=5.0, why="coupon")
    state.decide_correction(**about, date=None, action="reject", old=None, new=None, why="no promotion here")
    state.decide_correction(**about, date=dt.date(2026, 6, 1), action="undo", old=None, new=None, why="taken back")
    found = state.correction_decisions()
    assert found[["action", "why"]].to_numpy().tolist() == [["edit", "coupon"], ["reject", "no promotion here"], ["undo", "taken back"]]
    assert found.loc[0, "date"] == pd.Timestamp("2026-06-01") and found["date"].isna().tolist() == [False, True, False]
    assert found.loc[0, ["old", "new", "who", "at"]].tolist() == [3.0, 5.0, "ann", pd.Timestamp(AT)]


def test_figures_by_place_and_day(state):
    for value, day, place in ((410, 1, "US"), (430, 8, "US"), (432, 8, "US"), (520, 8, "UK")):
        state.record_figure("ipi", value, date=dt.date(2026, 6, day), who="ann", at=AT, place=place)
    state.record_figure("capacity_ft3", 90, date=dt.date(2026, 6, 1), who="ann", at=AT)
    assert state.figures("ipi")[["place", "value"]].to_numpy().tolist() == [["UK", 520], ["US", 410], ["US", 432]]
    assert state.figures("nothing").empty


@pytest.mark.parametrize("table", decisions.metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_can_be_made_in_postgresql(table):
    made = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "SERIAL" in made or "VARCHAR(64) NOT NULL" in made
