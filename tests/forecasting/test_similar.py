"""New SKUs that resemble others: found by words and price, believed as far as past launches say."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.forecasting import ForecastParams, forecast
from workbench.forecasting.channel_panel import channel_panels
from workbench.forecasting.similar import launches, like_of, offered, similar, words
from workbench.tables import schema

END = dt.date(2026, 10, 31)
KINDS = {"lamp": 40.0, "bag": 8.0, "pin": 1.5}
DAYS = 300


def shop(told=True, lumpy=True, launched=8, seed=3):
    """Three kinds of goods, each with its level and a sale one day in six; 20 of each always on sale, some launched along the way, two for three days."""
    rng = np.random.default_rng(seed)
    rows, items = [], []
    for kind, level in KINDS.items():
        ages = [DAYS] * 20 + list(rng.integers(60, 200, launched)) + [3, 3]
        for number, age in enumerate(ages):
            sku, other = f"{kind}-{number:02d}", rng.choice(list(KINDS))
            days = pd.date_range(end=pd.Timestamp(END), periods=age).as_unit("us")
            size = level * rng.uniform(0.8, 1.25)
            demand = rng.poisson(6 * size, age) * (rng.random(age) < 1 / 6) if lumpy else rng.poisson(size, age)
            rows.append(pd.DataFrame({"sku": sku, "channel": "shop", "date": days, "demand": demand.astype(float)}))
            items.append({"sku": sku, "title": f"{rng.choice(['red', 'blue', 'green'])} {kind if told else other} no. {number}"})
    history = pd.concat(rows, ignore_index=True).assign(units=lambda frame: frame["demand"], exposure=1.0, event="", imputed=False, price=5.0)
    return schema.conform("history", history, lineage=False), schema.conform("items", pd.DataFrame(items), lineage=False)


def made(history, items, **more):
    return forecast(history, ForecastParams(horizon_days=14), END, items=items, **more)


def listing(sku, open_date, status="active", channel="shop"):
    row = {"sku": sku, "channel": channel, "date": pd.Timestamp(END), "price": 5.0, "status": status, "open_date": pd.Timestamp(open_date)}
    return schema.conform("listings", pd.DataFrame([row]), lineage=False)


def panel_of(history, items):
    return next(channel_panels(history, ForecastParams(pool_by="none"), END, items=items))


def test_three_days_of_sales_lean_on_what_sells_under_the_same_words():
    history, items = shop()
    told = launches(panel_of(history, items), items, pd.Series(dtype=float))
    assert told.cases >= 24 and told.own_days > 0 and told.scale == pytest.approx(1, abs=0.4)
    young = history.groupby("sku")["date"].transform("min") > pd.Timestamp(END) - pd.Timedelta(days=10)
    quiet = history.assign(demand=history["demand"].where(~young, 0.0))  # the first days sold nothing, by chance
    by = made(quiet, items).groupby("sku")["mean"].mean()
    alone = made(quiet, None).groupby("sku")["mean"].mean()
    assert by["lamp-28"] > 4 * by["bag-28"] > 8 * by["pin-28"] and by["lamp-28"] > 2 * alone["lamp-28"]


def test_words_that_tell_nothing_are_not_believed():
    history, items = shop(told=False, lumpy=False)
    told = launches(panel_of(history, items), items, pd.Series(dtype=float))
    assert told.cases >= 24 and told.own_days == 0
    pd.testing.assert_frame_equal(made(history, items), made(history, items.assign(title="")))


def test_few_launches_prove_nothing_and_sales_speak_alone():
    history, items = shop(launched=2)
    assert launches(panel_of(history, items), items, pd.Series(dtype=float)).own_days == 0
    pd.testing.assert_frame_equal(made(history, items), made(history, items.assign(title="")))


@pytest.mark.parametrize(
    ("open_date", "status", "rows"),
    [("2026-10-20", "active", 14), ("2026-11-05", "active", 14), ("2026-11-05", "inactive", 0), ("2025-11-05", "active", 0), (None, "active", 0)],
)
def test_a_listing_that_never_sold_is_expected_from_its_first_day(open_date, status, rows):
    history, items = shop()
    items = pd.concat([items, schema.conform("items", pd.DataFrame([{"sku": "NEW", "title": "yellow bag"}]), lineage=False)], ignore_index=True)
    table = made(history, items, listings=listing("NEW", open_date, status))
    mine = table[table["sku"] == "NEW"].set_index("date")
    assert len(mine) == rows and not table.duplicated(["sku", "channel", "date"]).any()
    if rows:
        schema.validate("forecast", table.assign(known_at=pd.Timestamp(END), source_file="run:t", source_line=0))
        early = mine.index < pd.Timestamp(open_date)
        assert (mine.loc[early, ["mean", "sd", "q95"]] == 0).all(axis=None) and 4 < mine.loc[~early, "mean"].mean() < 16
        assert (mine["model"] == "analogues").all() and (mine.loc[~early, "q95"] > mine.loc[~early, "mean"]).all()


def test_what_a_new_one_is_like_can_be_asked():
    history, items = shop()
    like = like_of("bag-28", history, items, schema.empty("listings"), END)
    assert len(like) == 10 and {sku.split("-")[0] for sku in like} == {"bag"}
    assert like_of("bag-28", history, items.assign(title=""), schema.empty("listings"), END) == []


def test_what_an_analyst_picked_is_left_to_the_analyst():
    history, items = shop()
    params = ForecastParams(horizon_days=14, analogues=[("bag-28", ("lamp-00",))])
    by = forecast(history, params, END, items=items).groupby("sku")["mean"].mean()
    assert by["bag-28"] > 0.6 * by["lamp-00"]


@pytest.mark.parametrize(
    ("title", "found"),
    [("Lunch BAG, 2x", ["lunch", "bag"]), ("午餐包", ["午餐", "餐包"]), ("包", ["包"]), ("", []), ("été à la plage", ["été", "plage"])],
)
def test_words_of_titles(title, found):
    assert words(title) == found


def test_family_and_price_count():
    items = pd.DataFrame({"sku": list("NABCDE"), "title": "", "parent": ["P", "P", "P", "P", "Q", "Q"]})
    price = pd.Series({"N": 10.0, "A": 100.0, "B": 11.0, "C": np.nan})
    assert similar(["N"], list("ABCDE"), items, price) == {"N": ["C", "B", "A"]}
    assert similar(["N"], ["A", "B"], items, price) == {} == similar([], list("ABC"), items, price)
    assert similar(["N"], ["D", "E", "A"], items, price) == {}


def test_nothing_is_offered_where_nothing_is_told():
    assert offered(None, None, END).empty and offered(None, schema.empty("listings"), END).empty
    later = listing("NEW", "2026-11-05").assign(date=pd.Timestamp("2026-11-02"))
    assert offered(None, later, END).empty
