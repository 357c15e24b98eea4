"""Canonical tables for benchmarks: valid, repeatable, and in agreement with each other."""

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.datasets.canonical import BLOCK_SKUS
from workbench.errors import BadParameters
from workbench.tables import schema

NAMES = ["items", "suppliers", "listings", "sales", "stock", "stock_age", "purchase_orders", "channels", "nodes", "serves", "exchange_rates"]


@pytest.fixture(scope="module")
def made():
    return make_tables(seed=3, n_skus=150, days=365)


@pytest.mark.parametrize("table", NAMES)
def test_tables_are_valid(made, table):
    frame = schema.validate(table, made[table])
    assert len(frame) and list(frame.columns) == [c.name for c in schema.columns(table)]
    assert [str(d) for d in made[table].dtypes] == [str(d) for d in frame.dtypes]


def test_nothing_else_is_made(made):
    assert sorted(made) == sorted(NAMES)


def test_noise_is_like_the_benchmark_panels(made):
    """The panel has 55 % zeros and a median of 0.87 units a day; 1.9 on average."""
    sales = made["sales"]
    cells = len(made["items"]) * 365
    assert 0.3 < len(sales) / cells < 0.55
    assert 1.2 < sales["units"].sum() / cells < 2.2


def test_no_sale_without_stock(made):
    stock = made["stock"]
    empty = stock[(stock["on_hand"] == 0)]
    day_after = empty.assign(date=empty["date"] + pd.Timedelta(days=1))[["sku", "date"]]
    still = empty.merge(day_after, on=["sku", "date"])
    wrong = still.merge(made["sales"], on=["sku", "date"])
    received = made["purchase_orders"][["sku", "received_date"]].rename(columns={"received_date": "date"})
    # sold out again on the day something came in
    assert len(wrong.merge(received, on=["sku", "date"], how="left", indicator=True).query("_merge == 'left_only'")) <= 0.02 * len(empty)


def test_ages_add_up_to_the_stock(made):
    last = made["stock"][made["stock"]["date"] == "2026-10-31"].set_index("sku")["on_hand"]
    aged = made["stock_age"].groupby("sku")["units"].sum()
    assert len(last) == 150
    assert (aged[last.index] == last).all() and (made["stock_age"]["units"] >= 0).all()


def test_rows_are_known_the_morning_after(made):
    assert (made["sales"]["known_at"] - made["sales"]["date"] == pd.Timedelta(hours=30)).all()
    assert max(frame["known_at"].max() for frame in made.values()) == pd.Timestamp("2026-11-01T06:00:00")


def test_blocks_do_not_share_names():
    made = make_tables(seed=3, n_skus=BLOCK_SKUS + 5, days=2)
    assert made["items"]["sku"].nunique() == made["items"]["fulfilment_id"].nunique() == BLOCK_SKUS + 5
    for table in ("suppliers", "purchase_orders", "sales"):
        schema.validate(table, made[table])
    assert set(made["items"]["supplier"]) <= set(made["suppliers"]["supplier"])


def test_same_seed_same_tables():
    first, again, other = (make_tables(seed=seed, n_skus=12, days=40) for seed in (1, 1, 2))
    for name in NAMES:
        pd.testing.assert_frame_equal(first[name], again[name])
    assert not np.array_equal(first["sales"]["units"], other["sales"]["units"])


@pytest.mark.parametrize(("n_skus", "days"), [(1, 1), (1, 30), (3, 400)])
def test_every_size_works(n_skus, days):
    made = make_tables(seed=1, n_skus=n_skus, days=days)
    assert len(made["items"]) == n_skus and len(made["exchange_rates"]) == days


def test_bad_arguments_are_all_named():
    with pytest.raises(BadParameters) as caught:
        make_tables(seed=-1, n_skus=0, days=0, difficulty="easy")
    assert len(caught.value.faults) == 4
