"""What is seen to bring a fall about: batches that came back, rewritten texts, clicks, the rival's reviews; and what nobody tells of."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.health import HealthParams, evidence, keywords, said_before, score, signals
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
READ = ("market", "traffic", "ads", "listing_texts", "listings", "returns", "purchase_orders", "serves")


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


def days(units, **more):
    dates = pd.date_range(end="2026-10-31", periods=len(units))
    said = {"sku": "A", "channel": "amazon-us", "date": dates, "units": units, "demand": units, "base_demand": units, "price": 20.0, "promotion": ""}
    return shaped("history", said | more).assign(imputed=False)


def broken(before=3.0, after=0.8, back=70, length=400):
    rng = np.random.default_rng(1)
    return np.concatenate([rng.poisson(before, length - back), rng.poisson(after, back)]).astype(float)


def shop(units, on_hand=300.0, order_units=0.0, **more):
    tables = {
        "history": days(units),
        "stock": shaped("stock", [{"sku": "A", "node": "fba-us", "date": "2026-10-31", "available": on_hand}]),
        "plan": shaped("plan", [{"sku": "A", "location": "fba-us", "cover_days": 100.0, "lead_time_days": 30.0, "order_units": order_units}]),
        "items": shaped("items", [{"sku": "A", "unit_cost": 10.0, "currency": "USD", "category": "Kitchen"}]),
    }
    return tables | {name: shaped(name, rows) for name, rows in more.items()}


def assessed(tables):
    return score(tables, HealthParams(), TODAY).iloc[0]


def looked_at(tables, on_hand=300.0, said=()):
    mine = {name: tables.get(name, schema.empty(name)) for name in (*READ, "history")}
    receipts, inputs = evidence(mine, {"sku": "A", "location": "fba-us", "on_hand": on_hand}, said, HealthParams(), TODAY)
    return receipts, inputs.set_index("input")


def weekly(**columns):
    return {"sku": "A", "channel": "amazon-us", "date": pd.Timestamp("2026-10-31") - pd.to_timedelta(7 * np.arange(26)[::-1], unit="D"), **columns}


def orders(units, days_of_receipt, **more):
    names = [f"P{k + 1}" for k in range(len(units))]
    received = pd.to_datetime(days_of_receipt)
    made = {
        "purchase_order": names,
        "sku": "A",
        "node": "fba-us",
        "units_ordered": units,
        "units_received": units,
        "batch": [f"b{k + 1}" for k in range(len(units))],
    }
    return made | {"received_date": received, "ordered_date": received - pd.Timedelta(days=40)} | more


def came_back(dates, **more):
    return {"order_id": [str(k) for k in range(len(dates))], "sku": "A", "date": dates, "line": 0, "channel": "amazon-us", "units": 1.0} | more


def calm():
    return weekly(organic_rank=5.0)


def test_units_on_hand_are_those_of_the_newest_receipts():
    tables = shop(np.ones(200), on_hand=60.0, purchase_orders=orders([100.0, 50.0, 30.0], ["2026-01-05", "2026-06-01", "2026-09-01"]))
    found = looked_at(tables, on_hand=60.0)[0]
    left = found[found["units"] > 0]
    assert left[["purchase_order", "units", "age_days"]].values.tolist() == [["P2", 30.0, 153], ["P3", 30.0, 61]]


def test_what_was_sold_and_came_back_is_traced_to_its_receipt():
    """One a day: 60 on hand are of P3, the last 40 sold too, the 100 before them of P2; a return follows its sale by two weeks."""
    bought = orders([300.0, 100.0, 100.0], ["2026-01-05", "2026-06-01", "2026-09-01"])
    back = came_back(pd.date_range("2026-08-01", periods=20))
    found = looked_at(shop(np.ones(400), purchase_orders=bought, returns=back), on_hand=60.0)[0].set_index("purchase_order")
    assert found[["units", "sold", "returned"]].loc[["P2", "P3"]].values.tolist() == [[0, 100, 20], [60, 40, 0]]
    assert found.loc["P2", "bad"] > 1 and found.loc["P3", "bad"] == 0
    named = looked_at(shop(np.ones(400), purchase_orders=bought, returns=back | {"batch": "b3"}), on_hand=60.0)[0].set_index("purchase_order")
    assert named.loc["P3", "returned"] == 20, "a return that names its batch is of that batch"


@pytest.mark.parametrize("on_hand", [60.0, 0.0])
def test_a_bad_receipt_comes_before_restock_also_where_nothing_is_left(on_hand):
    forecast = {"sku": "A", "channel": "amazon-us", "cutoff": "2026-10-31", "date": pd.date_range("2026-11-01", periods=90), "mean": 3.0, "sd": 0.1}
    bought = orders([700.0, 300.0], ["2026-01-05", "2026-08-01"])
    back = came_back(pd.date_range("2026-09-20", periods=42))
    tables = shop(np.full(400, 3.0), on_hand=on_hand, order_units=200.0, forecast=forecast, purchase_orders=bought)
    assert assessed(tables)["prescription"] == "restock"
    assert assessed(tables | {"returns": shaped("returns", back)})["prescription"] == "check_batch"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("garlic press", 1.0), ("Garlic Press!", 1.0), ("garlic press of steel", 11 / 18), ("pressing garlic", 0.0), ("", None)],
)
def test_keyword_density_counts_letters_of_whole_keywords(text, expected):
    found = keywords.density(text, "garlic press; stainless")
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)
    assert keywords.density("不锈钢压蒜器厨房", "压蒜器; 厨房") == 5 / 8 and np.isnan(keywords.density("press", " ; "))


def test_a_rewrite_that_loses_its_keywords_is_the_cause_and_a_new_list_is_not():
    texts = {"sku": "A", "channel": "amazon-us", "date": pd.to_datetime(["2026-01-01", "2026-08-20"]), "bullets": "", "keywords": ["garlic press", np.nan]}
    lost = texts | {"title": ["Garlic press of steel", "The kitchen friend"]}
    row = assessed(shop(broken(), market=calm(), listing_texts=lost))
    assert (row["cause"], row["prescription"]) == ("listing", "renew_listing")
    same = texts | {"title": "Garlic press of steel", "keywords": ["garlic press", "juicer"]}
    assert not keywords.rewritten(shaped("listing_texts", same), TODAY)["turned"].any()
    long_ago = lost | {"date": pd.to_datetime(["2025-01-01", "2026-03-01"])}
    assert not keywords.rewritten(shaped("listing_texts", long_ago), TODAY)["turned"].any()


def test_fewer_clicks_on_the_picture_of_an_advertisement_are_the_cause():
    dates = pd.date_range(end="2026-10-31", periods=120)
    ads = {"sku": "A", "channel": "amazon-us", "date": dates, "campaign": "c", "impressions": 1000.0, "clicks": np.where(np.arange(120) < 90, 20.0, 10.0)}
    assert assessed(shop(broken(), market=calm(), ads=ads))["cause"] == "listing"
    few = ads | {"impressions": 10.0, "clicks": np.where(np.arange(120) % 5, 0.0, np.where(np.arange(120) < 90, 2.0, 1.0))}
    assert assessed(shop(broken(), market=calm(), ads=few))["cause"] == "decline", "a handful of clicks is chance"


@pytest.mark.parametrize(
    ("columns", "cause"),
    [
        ({"review_count": 200.0, "competitor_review_count": (300.0, 700.0)}, "competition"),
        ({"competitor_rating": (4.0, 4.6)}, "competition"),
        ({"best_seller_rank": (2000.0, 9000.0)}, "competition"),
        ({"best_seller_rank": (2000.0, 9000.0), "rating": (4.6, 3.7)}, "quality"),
        ({"best_seller_rank": 2000.0, "competitor_review_count": 300.0, "review_count": 250.0}, "decline"),
    ],
)
def test_reviews_and_best_seller_rank(columns, cause):
    """The best-seller rank follows the own sales, so it counts where nothing else is seen."""
    told = {name: np.where(np.arange(26) < 16, *value) if isinstance(value, tuple) else value for name, value in columns.items()}
    row = assessed(shop(broken(), market=weekly(**told)))
    assert row["cause"] == cause and sum(row[f"cause_{name}"] for name in ("quality", "competition", "decline", "supply")) > 0.5
    assert (row["cause_competition"] > 0.3) == (cause == "competition")


def test_what_was_looked_at_is_told_and_what_nobody_tells_of_is_named():
    traffic = {"sku": "A", "channel": "amazon-us", "date": pd.date_range(end="2026-10-31", periods=90), "sessions": 30.0, "units_ordered": 3.0}
    found = looked_at(shop(broken(), market=weekly(organic_rank=np.where(np.arange(26) < 16, 5.0, 28.0), competitor_price=16.0), traffic=traffic))[1]
    assert found.loc["organic_rank", ["before", "now", "turned", "missing"]].tolist() == [5, 28, True, ""]
    assert found.loc["price_gap", ["now", "turned"]].tolist() == [1.25, False] and found.loc["conversion", ["before", "now"]].tolist() == [0.1, 0.1]
    lacking = found[found["missing"] != ""]["missing"]
    assert lacking["keyword_density"] == "listing_texts" and lacking["ad_click_through"] == "ads" and lacking["batch"] == "purchase_orders"
    assert {signal.column for signal in signals.SIGNALS} <= set(found.index) and found["now"].notna().equals(found["missing"] == "")


def test_an_order_is_held_against_the_forecast_of_its_day_else_the_pace():
    bought = orders([100.0, 400.0], ["2026-06-01", "2026-10-10"])
    tables = shop(np.full(400, 2.0), purchase_orders=bought)
    receipts, found = looked_at(tables, on_hand=450.0)
    assert receipts[["order_days", "expected"]].values.tolist() == [[50.0, "pace"], [200.0, "pace"]]
    assert found.loc["order", ["now", "turned"]].tolist() == [200, True], "more than the limit of 180 days"
    day = dt.date(2026, 8, 28)  # three days before the second order
    before = pd.DataFrame({"sku": ["A", "A"], "location": ["fba-us", "fba-uk"], "daily_demand": [4.0, 9.0]})
    receipts, found = looked_at(tables, on_hand=450.0, said=[(day, before)])
    assert receipts[["order_days", "expected"]].values.tolist() == [[50.0, "pace"], [100.0, "forecast"]]
    assert not found.loc["order", "turned"]


@pytest.mark.parametrize(("ordered", "as_said"), [("2026-08-30", True), ("2026-09-10", False)])
def test_stock_is_over_ordered_by_what_the_run_of_that_week_expected(ordered, as_said):
    """20 a day were expected and 1 sells: 900 units are no more than was to be needed in 90 days, so over-ordering is no cause."""
    bought = orders([900.0], ["2026-10-10"], ordered_date=pd.to_datetime([ordered]))
    tables = shop(np.full(400, 1.0), on_hand=900.0, purchase_orders=bought)
    said = said_before([(dt.date(2026, 8, 28), pd.DataFrame({"sku": ["A"], "location": ["fba-us"], "daily_demand": [20.0]}))])
    row = assessed(tables | {"said_before": said})
    assert (row["cause_supply"] > 0.5) != as_said and assessed(tables)["cause"] == "supply"


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ((), "market,traffic,returns,ads,listing_texts"),
        (("traffic",), "market,returns,ads,listing_texts"),
        (("returns", "ads"), "market,traffic,listing_texts"),
        (("listing_texts", "traffic", "returns", "ads"), "market"),
    ],
)
def test_what_cannot_be_told_names_the_reports_that_are_missing(told, missing):
    dates = pd.date_range(end="2026-10-31", periods=60)
    here = {"sku": "A", "channel": "amazon-us"}
    rows = {
        "traffic": here | {"date": dates, "sessions": 30.0, "units_ordered": 3.0},
        "returns": came_back(dates[:1]),
        "ads": here | {"date": dates, "clicks": 3.0, "impressions": 900.0},
        "listing_texts": here | {"date": dates[:1], "title": "Press", "bullets": "", "keywords": "press"},
    }
    row = assessed(shop(broken(), **{name: rows[name] for name in told}))
    assert (row["cause"], row["missing_report"]) == ("cannot_tell", missing)
    assert assessed(shop(broken(), market=calm()))["missing_report"] == ""
