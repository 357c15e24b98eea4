"""Which conditions of an Outlet deal nobody can tell of a position, by what its history shows."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.clearance.outlet import NEVER_TOLD, last_promotion, untold
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
ROWS = pd.DataFrame({"sku": ["A", "A", "B"], "location": ["fba-us", "3pl-us", "fba-us"], "marketplace": ["US", "", "US"], "pool": [True, False, True]})


def sold(day, promotion, channel="amazon-us", sku="A"):
    return {"sku": sku, "channel": channel, "date": pd.Timestamp(day), "promotion": promotion, "censored": False, "imputed": False}


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([sold("2026-10-20", "price_cut"), sold("2026-10-05", "coupon")], "2026-10-20"),
        ([sold("2026-09-02", "coupon")], "2026-09-02"),
        ([sold("2026-09-01", "coupon")], None),  # 61 days ago
        ([sold("2026-10-20", "ad_burst")], None),
        ([sold("2026-10-20", "price_cut", channel="amazon-uk")], None),
        ([sold("2026-11-02", "price_cut")], None),  # not known today
        ([], None),
    ],
)
def test_the_last_promotion_is_that_of_the_pools_marketplace(rows, last):
    history = schema.conform("history", pd.DataFrame(rows), lineage=False) if rows else schema.empty("history")
    found = last_promotion(history, ROWS, TODAY)
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in found] == [last, None, None]


def row(last=None, rating=4.2, revenue=900.0):
    return pd.DataFrame({"last_promotion": [pd.Timestamp(last)], "rating": [rating], "revenue_year": [revenue]})


@pytest.mark.parametrize(
    ("rows", "begins", "codes"),
    [
        (row(), None, ["no_other_deal"]),
        (row("2026-10-20"), None, ["deal_seen"]),
        (row("2026-10-20"), "2026-12-20", ["no_other_deal"]),  # 61 days later
        (row("2026-10-20"), "2026-12-19", ["deal_seen"]),
        (row(rating=np.nan), None, ["low_rating", "no_other_deal"]),
        (row(revenue=np.nan), None, ["no_sales", "no_other_deal"]),
    ],
)
def test_what_nobody_can_tell(rows, begins, codes):
    starts = pd.Series([pd.NaT if begins is None else pd.Timestamp(begins)], dtype="datetime64[us]")
    assert untold(rows, starts, TODAY) == [",".join([*NEVER_TOLD, *codes])]
