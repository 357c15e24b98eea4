"""SKUs that an analyst merged are one to every step after cleaning: stock, age, orders and fees of the old name count for the new one."""

import datetime as dt

import pandas as pd
import pytest

from workbench import cleaning, datasets
from workbench.pipeline import STEPS
from workbench.runs import import_inbox
from workbench.tables import FACTS, RESULTS, schema

DAY = pd.Timestamp("2026-10-31")


def decided(action="merge", at=DAY):
    return {"sku": "OLD", "channel": "all", "date": pd.NaT, "reason": "renamed", "action": action, "other": "NEW", "old": None, "new": None,
            "who": "ann", "at": at, "as_of": DAY, "why": "relisted"}  # fmt: skip


def table(name, **columns):
    return schema.conform(name, pd.DataFrame(columns), lineage=False)


MERGE = pd.DataFrame([decided()])
THERE = {"node": "fba-us", "date": DAY}
EACH = [("NEW", 2.0), ("NEW", 3.0), ("OTHER", 1.0)]


@pytest.mark.parametrize(
    ("name", "columns", "expected"),
    [
        pytest.param("stock", {**THERE, "on_hand": [2.0, 3.0, None]}, [("NEW", 5.0), ("OTHER", None)], id="counts add up"),
        pytest.param("stock_age", {**THERE, "age_from_days": [0, 91, 0], "units": [2.0, 3.0, 1.0]}, EACH, id="tier by tier"),
        pytest.param("items", {"unit_cost": [2.0, 3.0, 1.0]}, [("NEW", 3.0), ("OTHER", 1.0)], id="the name that stays describes"),
        pytest.param("fees_charged", {"node": "fba-us", "month": DAY, "fee": "storage", "line": 0, "amount": [2.0, 3.0, 1.0]}, EACH, id="every line stays"),
    ],
)
def test_one_row_a_key(name, columns, expected):
    value = list(columns)[-1]
    given = {each: schema.empty(each) for each in FACTS} | {name: table(name, sku=["OLD", "NEW", "OTHER"], **columns), "decisions": MERGE}
    made = cleaning.merged(given, DAY.date())[name]
    found = sorted((row.sku, None if pd.isna(getattr(row, value)) else getattr(row, value)) for row in made.itertuples())
    assert found == expected
    assert list(made.columns) == list(given[name].columns)


def day_of(number):
    return pd.Timestamp("2026-09-01") + pd.Timedelta(days=number)


@pytest.mark.parametrize(
    ("name", "rows", "value", "expected"),
    [
        pytest.param("stock", [("OLD", 0, {"on_hand": 40}), ("NEW", 0, {"available": 10})], "available", [50], id="available here, on hand there"),
        pytest.param("stock", [("OLD", 0, {"available": 40}), ("NEW", 1, {"available": 10})], "available", [40, 50], id="units lie until they are told anew"),
        pytest.param("stock", [("OLD", 0, {"inbound_shipped": 40}), ("NEW", 1, {"inbound_shipped": 10})], "inbound_shipped", [40, 10], id="announced once"),
        pytest.param("movements", [("OLD", 0, {"ending": 100}), ("NEW", 1, {"ending": 5}), ("OLD", 2, {"ending": 99})], "ending", [100, 105, 104], id="ledger"),
        pytest.param("movements", [("OLD", 0, {"ending": 9}), ("NEW", 1, {"starting": 2})], "starting", [None, 11], id="starts as it ended"),
        pytest.param("movements", [("OLD", 0, {"shipments": -4}), ("NEW", 1, {"shipments": -1})], "shipments", [-4, -1], id="moved once"),
        pytest.param("stock_age", [("OLD", 0, {"age_from_days": 91, "units": 4}), ("NEW", 1, {"age_from_days": 91, "units": 1})], "units", [4, 5], id="age"),
    ],
)
def test_what_lies_there_lasts_until_it_is_told_anew(name, rows, value, expected):
    frame = table(name, **pd.DataFrame([{"sku": sku, "node": "fba-us", "date": day_of(d), **told} for sku, d, told in rows]))
    made = cleaning.merged({name: frame, "decisions": MERGE}, DAY.date())[name].sort_values("date")
    assert made["sku"].unique().tolist() == ["NEW"]
    assert [None if pd.isna(v) else v for v in made[value]] == expected


@pytest.mark.parametrize(
    ("name", "key", "counts", "expected"),
    [
        ("inbound", {"shipment_id": "S", "node": "fba-us"}, {"units_shipped": [100.0, 50.0]}, {"units_shipped": 150}),
        ("purchase_orders", {"purchase_order": "P"}, {"units_ordered": [9.0, 1.0], "unit_cost": [4.0, 5.0]}, {"units_ordered": 10, "unit_cost": 5}),
        ("stranded", {"node": "fba-us", "date": DAY}, {"units": [30.0, 1.0]}, {"units": 31}),
        ("removals", {"order_id": "R", "disposition": "sellable"}, {"units_requested": [3.0, 1.0], "fee": [1.5, 0.5]}, {"units_requested": 4, "fee": 2}),
        ("availability", {"channel": "shop", "date": DAY, "hour": 3}, {"on_sale": [1.0, 0.25]}, {"on_sale": 1}),
    ],
)  # fmt: skip
def test_what_is_under_way_adds_up(name, key, counts, expected):
    made = cleaning.merged({name: table(name, sku=["OLD", "NEW"], **key, **counts), "decisions": MERGE}, DAY.date())[name]
    assert len(made) == 1 and {column: made[column].item() for column in expected} == expected


def test_a_part_of_a_table_holds_what_lies_under_old_names(tmp_path):
    from workbench.store import Tables, Workspace

    workspace = Workspace.create(tmp_path / "shop")
    (workspace.inbox / "stock.csv").write_text("sku,node,date,on_hand\nOLD,3pl,2026-10-30,2\nNEW,3pl,2026-10-30,3\nB,3pl,2026-10-30,9\n", encoding="utf-8")
    import_inbox(workspace, DAY.to_pydatetime())
    workspace.state.decide_correction(**{name: value for name, value in decided().items() if name != "date"}, date=None)
    tables = cleaning.merged(Tables(workspace, DAY.date()), DAY.date())
    for columns in (["sku", "on_hand"], None):
        assert tables.part("stock", columns, sku=["NEW"])[["sku", "on_hand"]].values.tolist() == [["NEW", 5]]
    assert tables.part("stock", ["on_hand"])["on_hand"].sum() == 14


def test_taken_back_or_decided_later_nothing_is_merged():
    undone = pd.DataFrame([decided(), decided("undo", DAY + pd.Timedelta(hours=1))])
    for decisions, day in ((undone, DAY.date()), (MERGE, dt.date(2026, 10, 30)), (None, DAY.date())):
        given = {"decisions": decisions}
        assert cleaning.merged(given, day) is given


def test_plan_and_health_of_a_merged_sku_are_those_of_both_names():
    made = datasets.make_tables(seed=4, n_skus=12, days=200)
    as_of = dt.date(2026, 11, 1)
    sku = made["stock"].groupby("sku")["on_hand"].sum().idxmax()
    parted = split(made, sku)
    whole, merged = (run(tables, as_of) for tables in (made, parted | {"decisions": pd.DataFrame([decided() | {"sku": "OLD", "other": sku}])}))
    for name in ("plan", "health"):
        pd.testing.assert_frame_equal(merged[name], whole[name])


def split(made, sku):
    """The same tables where half of the SKU's units lie under an old name, on every day."""
    stock = made["stock"]
    mine = stock["sku"] == sku
    counted = [column.name for column in schema.columns("stock") if column.unit == "units" and column.name in stock]
    half = stock.loc[mine].assign(sku="OLD", **{name: stock.loc[mine, name] // 2 for name in counted})
    rest = stock.loc[mine].assign(**{name: stock.loc[mine, name] - half[name] for name in counted})
    return made | {"stock": pd.concat([stock[~mine], rest, half], ignore_index=True)}


def run(tables, as_of):
    given = {name: schema.empty(name) for name in (*FACTS, *RESULTS)} | tables
    for name in ("cleaning", "forecast", "health"):
        given |= STEPS[name].run(given, STEPS[name].params(), as_of)
    return given
