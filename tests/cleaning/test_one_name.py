"""SKUs that an analyst merged are one to every step after cleaning: stock, age, orders and fees of the old name count for the new one."""

import datetime as dt

import pandas as pd
import pytest

from workbench import cleaning, datasets
from workbench.pipeline import STEPS
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
