"""The SKU universe is the union of all reports: what one leaves out stands in another."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbench.tables import schema
from workbench.tables.universe import COLUMNS, FOUND_IN, universe

DAYS = pd.to_datetime(["2026-06-01", "2026-06-02", "2026-06-03"]).astype("datetime64[us]")


def named(*rows):
    return pd.DataFrame({"sku": pd.Series([sku for sku, _ in rows], dtype="str"), "date": [DAYS[day] for _, day in rows]})


def test_every_report_adds_its_skus():
    found = universe(
        {
            "items": pd.DataFrame({"sku": ["A"]}),
            "listings": named(("B", 0)),
            "stock": named(("A", 2), ("A", 1)),
            "movements": named(("C", 0)),
            "orders": named(("D", 1), ("A", 0)),
            "sales": named(("E", 2)),
        }
    ).set_index("sku")
    assert found.index.tolist() == list("ABCDE")
    assert found.loc["A", list(FOUND_IN)].tolist() == [True, False, True, False, True]
    assert found["in_orders"].tolist() == [True, False, False, True, True]
    assert (found.loc["A", "first_date"], found.loc["A", "last_date"]) == (DAYS[0], DAYS[2])
    assert (found.loc["E", "first_date"], found.loc["E", "last_date"]) == (DAYS[2], DAYS[2])


def test_a_sku_of_master_data_alone_has_no_days():
    found = universe({"items": pd.DataFrame({"sku": ["A"]})})
    assert found["first_date"].isna().all() and found["last_date"].isna().all() and found["in_items"].all()


def test_nothing_is_an_empty_table():
    for tables in ({}, {name: schema.empty(name) for members in FOUND_IN.values() for name in members}):
        found = universe(tables)
        assert found.empty and tuple(found.columns) == COLUMNS
        assert [str(found[name].dtype) for name in ("sku", "in_items", "first_date")] == ["str", "bool", "datetime64[us]"]


rows = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(0, 2)), max_size=6)


@given(st.dictionaries(st.sampled_from(["listings", "stock", "stock_age", "movements", "orders", "sales"]), rows))
def test_universe_equals_the_plain_union(given_rows):
    found = universe({name: named(*said) for name, said in given_rows.items()}).set_index("sku")
    assert set(found.index) == {sku for said in given_rows.values() for sku, _ in said}
    for sku, row in found.iterrows():
        days = [day for said in given_rows.values() for other, day in said if other == sku]
        assert (row["first_date"], row["last_date"]) == (DAYS[min(days)], DAYS[max(days)])
        for name, members in FOUND_IN.items():
            assert row[name] == any(sku == other for member in members for other, _ in given_rows.get(member, []))
