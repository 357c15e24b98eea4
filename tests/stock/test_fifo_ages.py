"""FIFO layers and ages: invariants, hand-worked cases, as known."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench import stock
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)
flows = st.integers(1, 5).flatmap(
    lambda n: st.integers(1, 30).flatmap(lambda t: st.tuples(*(arrays(np.int64, (n, t), elements=st.integers(0, 40)) for _ in range(2))))
)


def queue(receipts, outflows):
    """Ship unit by unit from the oldest layer, the slow and obvious way."""
    held = []
    for day, (came, went) in enumerate(zip(receipts, outflows, strict=True)):
        held += [day] * int(came)
        del held[: int(went)]
    return held


@settings(max_examples=60, deadline=None)
@given(flows)
def test_layers_are_those_of_a_queue(given_flows):
    receipts, outflows = given_flows
    layers = stock.fifo_layers(receipts, outflows)
    for row, came, went in zip(layers, receipts, outflows, strict=True):
        assert row.tolist() == np.bincount(queue(came, went), minlength=len(came)).tolist()


@settings(max_examples=60, deadline=None)
@given(flows)
def test_units_are_conserved(given_flows):
    receipts, outflows = given_flows
    layers = stock.fifo_layers(receipts, outflows)
    assert layers.sum(axis=1) == pytest.approx(stock.on_hand_after(receipts, outflows))
    assert (layers >= 0).all() and (layers <= receipts).all()


@settings(max_examples=60, deadline=None)
@given(flows)
def test_no_age_grows_faster_than_a_day_a_day(given_flows):
    receipts, outflows = given_flows
    days = receipts.shape[1]
    oldest = np.full((len(receipts), days), np.nan)
    for day in range(days):
        layers = stock.fifo_layers(receipts[:, : day + 1], outflows[:, : day + 1])
        held = layers.sum(axis=1) > 0
        oldest[held, day] = day - np.argmax(layers[held] > 0, axis=1)
    grown = np.diff(oldest, axis=1)
    assert (np.isnan(grown) | (grown <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(flows)
def test_skus_do_not_meet(given_flows):
    receipts, outflows = given_flows
    together = stock.fifo_layers(receipts, outflows)
    apart = np.concatenate([stock.fifo_layers(r[None], o[None]) for r, o in zip(receipts, outflows, strict=True)])
    assert (together == apart).all()


def test_opening_units_leave_first_and_returns_are_new():
    layers = stock.fifo_layers(np.array([[0, 10, 0]]), np.array([[2, 0, 5]]), opening=np.array([4]))
    assert layers.tolist() == [[0, 7, 0]]
    layers = stock.fifo_layers(np.array([[0, 10, 0]]), np.array([[2, 6, -3]]), opening=np.array([4]))
    assert layers.tolist() == [[0, 6, 3]]


def ledger(receipts, shipments, last=AS_OF, sku="A", node="fba-us", opening=0.0):
    came, went = np.asarray(receipts, dtype=float), np.asarray(shipments, dtype=float)
    ending = opening + np.cumsum(came - went)
    dates = pd.date_range(end=pd.Timestamp(last), periods=len(came)).as_unit("us")
    frame = pd.DataFrame(
        {
            "sku": sku,
            "node": node,
            "date": dates,
            "starting": ending - came + went,
            "receipts": came,
            "shipments": -went,
            "returns": 0.0,
            "adjustments": 0.0,
            "ending": ending,
        }
    )
    return schema.conform("movements", frame.assign(known_at=dates + pd.Timedelta(hours=30), source_file="ledger.txt", source_line=2))


feasible = st.integers(2, 40).flatmap(lambda t: st.tuples(arrays(np.int64, t, elements=st.integers(0, 30)), arrays(np.float64, t, elements=st.floats(0, 1))))


@settings(max_examples=60, deadline=None)
@given(feasible, st.integers(0, 20))
def test_ledger_layers_are_the_dense_layers(case, opening):
    came, share = case
    went, held = np.zeros_like(came), opening
    for day in range(len(came)):
        held += came[day]
        went[day] = int(share[day] * held)
        held -= went[day]
    table = stock.layers(ledger(came, went, opening=opening), AS_OF + dt.timedelta(days=2))
    dense = stock.fifo_layers(came[None], went[None], opening=np.array([opening]))[0]
    by_age = table.groupby("age_days")["units"].sum()
    age = len(came) - 1 - np.flatnonzero(dense) + 2
    assert by_age.to_dict() == dict(zip(age[::-1].tolist(), dense[dense > 0][::-1].tolist(), strict=True))
    assert table["units"].sum() == held


def test_ages_of_a_hand_worked_ledger():
    receipts = np.zeros(400)
    receipts[[0, 100, 300, 399]] = 100, 50, 30, 10
    shipments = np.zeros(400)
    shipments[350] = 120  # takes the first 100 and 20 of the second
    found = stock.ages(ledger(receipts, shipments, dt.date(2026, 10, 31)), schema.empty("stock_age"), AS_OF).iloc[0]
    assert found[["age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus"]].tolist() == [10, 30, 0, 30, 0]
    assert (found["oldest_days"], found["source"]) == (300, "fifo")


def test_a_sku_without_units_is_known_to_be_empty_and_sparse_ledgers_do():
    table = ledger([10, 0, 0], [0, 4, 6])
    found = stock.ages(table, schema.empty("stock_age"), AS_OF + dt.timedelta(days=1))
    assert found.filter(like="age_").sum(axis=1).tolist() == [0] and found["oldest_days"].isna().all()
    sparse = ledger([10, 0, 0, 0, 0], [0, 0, 0, 0, 4]).iloc[[0, 4]]
    assert stock.layers(sparse, AS_OF + dt.timedelta(days=10))[["age_days", "units"]].to_numpy().tolist() == [[14, 6]]


def test_what_came_back_or_was_found_is_new_in_the_ledger():
    table = ledger([10, 0, 0, 0], [0, 8, 0, 0])
    table["returns"] = [0.0, 0.0, 3.0, np.nan]
    table["adjustments"] = [0.0, 0.0, 0.0, 1.0]
    table["ending"] = [10.0, 2.0, 5.0, 6.0]
    found = stock.layers(table, AS_OF + dt.timedelta(days=2))
    assert found[["age_days", "units"]].to_numpy().tolist() == [[2, 1], [3, 3], [5, 2]]
    lost = stock.layers(table.assign(adjustments=[0.0, 0.0, 0.0, -1.0], ending=[10.0, 2.0, 5.0, 4.0]), AS_OF + dt.timedelta(days=2))
    assert lost[["age_days", "units"]].to_numpy().tolist() == [[3, 3], [5, 1]]


def test_no_age_grows_faster_than_a_day_a_day_with_returns():
    receipts, outflows = np.array([[5.0, 0, 0, 0]]), np.array([[0.0, 5, -2, 0]])
    assert [int(np.argmax(stock.fifo_layers(receipts[:, :day], outflows[:, :day])[0] > 0)) for day in (3, 4)] == [2, 2]


def test_a_blank_ending_balance_is_made_up_from_what_moved():
    table = ledger([10, 0, 5], [0, 4, 0], opening=3)
    table["ending"] = np.nan
    found = stock.layers(table, AS_OF + dt.timedelta(days=2))
    assert found["units"].sum() == 14


def test_later_rows_are_not_used():
    table = ledger([10, 0, 500], [0, 4, 0])
    poisoned = pd.concat([table, table.assign(receipts=9999.0, ending=9999.0, known_at=pd.Timestamp("2027-01-01"))])
    as_of = dt.date(2026, 10, 31)
    seen = stock.layers(table, as_of)  # the row of October 31 is learned on November 1
    assert seen[["age_days", "units"]].to_numpy().tolist() == [[1, 10]]
    pd.testing.assert_frame_equal(seen, stock.layers(poisoned, as_of))


def reported(rows):
    frame = pd.DataFrame(rows, columns=["sku", "date", "age_from_days", "age_to_days", "units", "known_at"]).assign(node="fba-us")
    for column in ("date", "known_at"):
        frame[column] = pd.to_datetime(frame[column])
    return schema.conform("stock_age", frame.assign(source_file="planning.txt", source_line=2))


def test_reported_ages_win_and_the_newest_report_counts():
    table = reported(
        [
            ("A", "2026-10-01", 0, 90, 99, "2026-10-02"),
            ("A", "2026-10-20", 0, 90, 5, "2026-10-21"),
            ("A", "2026-10-20", 91, 180, 4, "2026-10-21"),
            ("A", "2026-10-20", 181, 270, 0, "2026-10-21"),
            ("A", "2026-10-20", 366, 455, 2, "2026-10-21"),
            ("A", "2026-10-20", 456, None, 1, "2026-10-21"),
            ("A", "2026-11-20", 0, 90, 77, "2026-11-21"),
        ]
    )
    both = pd.concat([ledger([10], [0], dt.date(2026, 10, 30)), ledger([7], [0], dt.date(2026, 10, 30), sku="B")])
    found = stock.ages(both, table, AS_OF).set_index("sku")
    assert found.loc["A", ["age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus"]].tolist() == [5, 4, 0, 0, 3]
    assert found["oldest_days"].tolist() == [456, 2] and found["source"].tolist() == ["reported", "fifo"]


def test_a_finer_split_of_a_reported_tier_is_not_counted_twice():
    rows = [("A", "2026-10-20", a, b, u, "2026-10-21") for a, b, u in [(0, 90, 30), (31, 60, 10), (61, 90, 5), (91, 180, 8), (366, None, 2)]]
    found = stock.ages(schema.empty("movements"), reported(rows), AS_OF).iloc[0]
    assert found[["age_0_90", "age_91_180", "age_366_plus"]].tolist() == [30, 8, 2]


def test_empty_tables():
    empty = stock.ages(schema.empty("movements"), schema.empty("stock_age"), AS_OF)
    assert empty.empty and list(empty.columns)[:3] == ["sku", "location", "age_0_90"]
    assert stock.fifo_layers(np.zeros((0, 5)), np.zeros((0, 5))).shape == (0, 5) and stock.fifo_layers(np.zeros((3, 0)), np.zeros((3, 0))).shape == (3, 0)


def test_thirty_thousand_skus_for_a_year():
    rng = np.random.default_rng(7)
    receipts = np.where(rng.random((30_000, 365)) < 0.03, 60.0, 0.0)
    outflows = rng.poisson(2, (30_000, 365)).astype(float)
    layers = stock.fifo_layers(receipts, outflows)
    assert layers.sum() == pytest.approx(stock.on_hand_after(receipts, outflows).sum())
