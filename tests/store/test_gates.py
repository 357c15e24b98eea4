"""Gates: the incidents that sellers met are held back, the noise of small shops is not."""

import datetime as dt

import pytest

from workbench.settings import Gates
from workbench.store import Workspace

JUNE = [dt.datetime(2026, 6, day) for day in range(1, 31)]
REPORT = "GET_FBA_INVENTORY_PLANNING_DATA"


def snapshot(skus, day, node="fba-us", zeros=()):
    return [{"sku": f"S{n}", "node": node, "date": f"2026-06-{day:02d}", "available": 0.0 if n in zeros else 5.0, "on_hand": 5.0} for n in skus]


def sales(skus, days):
    return [{"sku": f"S{n}", "channel": "shop", "date": f"2026-06-{day:02d}", "units": 1} for n in skus for day in days]


@pytest.fixture
def judge(workspace, drop, facts):
    """Say why a file would be held back; taken if there is no reason."""
    count = iter(range(1000))

    def suspicions(table, rows, known, report=REPORT, of=workspace):
        raw = drop(f"file-{next(count)}", f"content {next(count)}", JUNE[known])
        with of.staging(raw, report) as staging:
            staging.write({table: facts(table, rows, raw) if rows else facts(table, snapshot([1], 1), raw).iloc[:0]})
            staging.close()
            found = of.suspicions(staging)
            if not found:
                of.take(staging)
        return [(reason.code, reason.value, reason.before) for reason in found]

    return suspicions


def test_the_incident_of_the_planning_report(judge, workspace):
    """7,241 rows, then 3,979, then 7,241 again."""
    assert judge("stock", snapshot(range(7241), 1), 1) == []
    assert judge("stock", snapshot(range(3979), 2), 2) == [("rows_fell", 3979, 7241), ("skus_lost", 3262, 7241)]
    assert judge("stock", snapshot(range(7241), 3), 3) == []
    assert [day.day for day in sorted(set(workspace.read("stock")["date"]))] == [1, 3]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        (range(1000), range(50), ["rows_fell", "skus_lost"]),
        (range(80), range(1500), ["rows_grew"]),
        (range(1000), [], ["empty"]),
        (range(1000), range(500, 1500), ["skus_lost"]),
        (range(1000), range(900), []),
        (range(1000), range(1900), []),
        (range(12), range(6), []),
        (range(4), range(12), []),
        (range(9), [], []),
        ([], range(500), []),
    ],
)
def test_snapshots(judge, before, after, codes):
    assert judge("stock", snapshot(before, 1), 1) == []
    assert [code for code, *_ in judge("stock", snapshot(after, 2), 2)] == codes


def test_out_of_stock_skus_left_out(judge):
    zeros = range(80, 100)
    assert judge("stock", snapshot(range(100), 1, zeros=zeros), 1) == []
    assert judge("stock", snapshot(range(80), 2), 2) == [("zeros_lost", 20, 20)]
    assert judge("stock", snapshot(range(95), 3, zeros=zeros), 3) == [], "those at zero are still listed"


def test_skus_that_are_stocked_again_are_no_reason(judge):
    assert judge("stock", snapshot(range(100), 1, zeros=range(80, 100)), 1) == []
    assert judge("stock", snapshot(range(100), 2), 2) == []


def test_each_place_and_report_has_a_measure_of_its_own(judge):
    assert judge("stock", snapshot(range(1000), 1), 1) == []
    assert judge("stock", snapshot(range(20), 2, node="fba-uk"), 2) == []
    assert judge("stock", snapshot(range(20), 2), 2, "OTHER_REPORT") == []
    assert [code for code, *_ in judge("stock", snapshot(range(20), 2), 2)] == ["rows_fell", "skus_lost"]


def test_an_older_file_is_held_against_what_was_known_before_it(judge):
    assert judge("stock", snapshot(range(1000), 20), 20) == []
    assert judge("stock", snapshot(range(100), 2), 2) == []
    assert judge("stock", snapshot(range(120), 3), 3) == []
    assert judge("stock", snapshot(range(1000), 21), 21) == []


def test_files_known_at_one_moment_are_ordered_by_their_days(judge):
    assert judge("stock", snapshot(range(1000), 3), 5) == []
    assert [code for code, *_ in judge("stock", snapshot(range(300), 2), 5)] == ["rows_fell", "skus_lost"]


def test_a_filtered_report_does_not_erase_its_days(judge, workspace):
    assert judge("sales", sales(range(30), range(1, 6)), 10, "TRAFFIC") == []
    assert judge("sales", sales(range(2), range(1, 6)), 11, "TRAFFIC") == [("days_rows_fell", 10, 150)]
    assert len(workspace.read("sales")) == 150


def test_days_that_lose_most_skus(judge):
    assert judge("sales", sales(range(30), [1]) + sales([1], range(2, 30)), 10, "TRAFFIC") == []
    assert judge("sales", sales(range(10), [1]) + sales([1], range(2, 30)), 11, "TRAFFIC") == [("days_skus_fell", 10, 30)]


def test_new_days_and_a_few_vanished_rows_are_no_reason(judge):
    assert judge("sales", sales(range(30), range(1, 6)), 10, "TRAFFIC") == []
    assert judge("sales", sales(range(3), range(6, 9)), 11, "TRAFFIC") == []
    assert judge("sales", sales(range(28), range(1, 6)), 12, "TRAFFIC") == []


def test_limits_are_settings(judge, workspace, tmp_path):
    assert judge("stock", snapshot(range(1000), 1), 1) == []
    rows = snapshot(range(20), 2)
    assert judge("stock", rows, 2, of=Workspace(workspace.root, gates={"off": True})) == []
    strict = Workspace(workspace.root, gates={"rows_fall": 0.01, "least_rows": 1})
    assert [code for code, *_ in judge("stock", snapshot(range(19), 3), 3, of=strict)] == ["rows_fell"]
    lenient = Workspace(workspace.root, gates={"rows_fall": 0.01, "least_rows": 1, "reports": {REPORT: {"rows_fall": 0.9, "skus_lost": 0.9}}})
    assert judge("stock", snapshot(range(15), 3), 3, of=lenient) == []


def test_a_report_of_what_is_in_motion_may_fall_far():
    assert Gates().of("GET_RESERVED_INVENTORY_DATA").rows_fall > Gates().of(REPORT).rows_fall
    assert Gates(reports={"GET_RESERVED_INVENTORY_DATA": {"rows_fall": 0.2}}).of("GET_RESERVED_INVENTORY_DATA").rows_fall == 0.2
