"""All orders: days by the channel's clock, states, kinds, money without tax."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.sources.amazon import all_orders
from workbench.tables import LINEAGE

LINE = {
    "amazon-order-id": "111-1",
    "purchase-date": "2026-05-01T12:00:00+00:00",
    "order-status": "Shipped",
    "fulfillment-channel": "Amazon",
    "sales-channel": "Amazon.com",
    "sku": "A",
    "item-status": "Shipped",
    "quantity": "2",
    "currency": "USD",
    "item-price": "25.00",
    "item-tax": "1.50",
    "item-promotion-discount": "2.00",
    "promotion-ids": "",
    "ship-city": "Seattle",
    "ship-postal-code": "98101",
}


def orders(parsed):
    return parsed.tables()["orders"]


@pytest.mark.parametrize(
    ("channel", "bought", "expected"),
    [
        ("Amazon.com", "2026-05-01T06:59:59+00:00", ("amazon-us", "2026-04-30")),
        ("Amazon.com", "2026-05-01T07:00:00+00:00", ("amazon-us", "2026-05-01")),
        ("Amazon.com", "2026-12-01T07:59:00Z", ("amazon-us", "2026-11-30")),
        ("Amazon.co.uk", "2026-05-01T23:30:00+00:00", ("amazon-uk", "2026-05-02")),
        ("Amazon.co.uk", "2026-12-01T23:30:00+00:00", ("amazon-uk", "2026-12-01")),
        ("amazon.de", "2026-10-25T22:59:00+00:00", ("amazon-de", "2026-10-25")),
        ("Amazon.de", "2026-10-24T22:00:00+00:00", ("amazon-de", "2026-10-25")),
    ],
)
def test_the_day_is_that_of_the_channel(report, channel, bought, expected):
    line = orders(report({**LINE, "sales-channel": channel, "purchase-date": bought})).iloc[0]
    assert (line["channel"], str(line["date"].date())) == expected
    assert line["ordered_at"] == pd.Timestamp(bought).tz_localize(None)


def test_one_file_may_hold_several_channels(report):
    bought = "2026-05-01T03:00:00+00:00"
    found = orders(report(*({**LINE, "sales-channel": c, "purchase-date": bought} for c in ("Amazon.com", "Amazon.de", "Amazon.com"))))
    assert found["date"].dt.day.tolist() == [30, 1, 30]
    assert found["line"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ({}, "revenue", 25.0),
        ({"sales-channel": "Amazon.co.uk", "item-price": "24.00", "item-tax": "4.00"}, "revenue", 20.0),
        ({"sales-channel": "Amazon.co.uk", "item-tax": ""}, "revenue", 25.0),
        ({"item-price": ""}, "revenue", np.nan),
        ({"item-promotion-discount": ""}, "discount", np.nan),
        ({"item-promotion-discount": "-2.00"}, "discount", 2.0),
        ({"quantity": "0"}, "units", 0.0),
        ({"currency": ""}, "currency", np.nan),
    ],
)
def test_money_is_without_tax_and_blank_stays_unknown(report, change, column, expected):
    assert orders(report({**LINE, **change}))[column].tolist() == pytest.approx([expected], nan_ok=True)


@pytest.mark.parametrize(
    ("order", "line", "expected"),
    [
        ("Shipped", "Shipped", "shipped"),
        ("Shipped", "Cancelled", "cancelled"),
        ("Canceled", "", "cancelled"),
        ("Pending", "Unshipped", "pending"),
        ("Unshipped", "", "pending"),
        ("Shipped - Returned to Seller", "", "returned"),
        ("Shipped - Rejected by Buyer", "", "returned"),
        ("Shipped - Delivered to Buyer", "", "shipped"),
        ("Shipping", "", "shipped"),
        ("Something new", "", np.nan),
    ],
)
def test_states(report, order, line, expected):
    found = orders(report({**LINE, "order-status": order, "item-status": line}))["status"].iloc[0]
    assert found == expected or (pd.isna(found) and pd.isna(expected))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, "normal"),
        ({"item-price": "0.00"}, "free"),
        ({"item-price": "0.00", "order-status": "Cancelled"}, "normal"),
        ({"item-price": ""}, "normal"),
        ({"promotion-ids": "Vine.enrollment.3f0c,other"}, "vine"),
        ({"is-replacement-order": "true"}, "replacement"),
        ({"sales-channel": "Non-Amazon US", "item-price": ""}, "multichannel"),
    ],
)
def test_kinds(report, change, kind):
    assert orders(report({**LINE, **change}))["kind"].tolist() == [kind]


def test_orders_of_other_shops_are_no_demand_of_a_marketplace(report):
    parsed = report({**LINE, "sales-channel": "Non-Amazon"}, {**LINE, "sales-channel": "SI CA Prod Marketplace"})
    assert orders(parsed)["channel"].tolist() == ["non-amazon", "si-ca-prod-marketplace"]
    assert len(parsed.answer.notes) == 2
    assert parsed.tables()["channels"].empty


@pytest.mark.parametrize(("said", "who"), [("Amazon", "fba"), ("AFN", "fba"), ("Merchant", "merchant"), ("Seller", "merchant")])
def test_who_ships(report, said, who):
    assert orders(report({**LINE, "fulfillment-channel": said}))["fulfilment"].tolist() == [who]


def test_nothing_about_the_buyer_is_kept(report):
    parsed = report(LINE)
    assert not any("Seattle" in str(cell) or "98101" in str(cell) for frame in parsed.tables().values() for cell in frame.to_numpy().ravel())


def test_rows_are_traced_to_their_line(report):
    found = orders(report(LINE, {**LINE, "amazon-order-id": "111-2"}))
    assert found[list(LINEAGE)].to_numpy().tolist() == [[pd.Timestamp("2026-07-01 06:00"), "download.txt", line] for line in (2, 3)]


def test_the_channel_is_known_before_anything_a_seller_says(report):
    found = report(LINE).tables()["channels"].iloc[0]
    assert (found["channel"], found["currency"], found["time_zone"]) == ("amazon-us", "USD", "America/Los_Angeles")
    assert found["known_at"] == pd.Timestamp("1970-01-01")


@pytest.mark.parametrize(
    ("bought", "updated", "covers"),
    [
        pytest.param(["06-01 08", "06-30 20"], ["06-01 19", "07-01 05"], "days", id="a month by purchase, downloaded the morning after"),
        pytest.param(["06-01 08", "06-30 20"], ["06-03 19", "07-08 05"], "days", id="a month by purchase, downloaded a week later"),
        pytest.param(["06-28 08", "07-01 04"], ["06-29 15", "07-01 05"], "days", id="the last three days by purchase, shipped a day later"),
        pytest.param(["06-30 01", "07-01 04"], ["07-01 05", "07-01 05"], "days", id="yesterday by purchase, all shipped this morning"),
        pytest.param(["06-24 08", "06-27 04"], ["06-27 08", "07-01 05"], "days", id="days by purchase that shipped late, downloaded later still"),
        pytest.param(["05-10 08", "07-01 04"], ["06-01 01", "07-01 05"], "keys", id="a month by update, with orders of the month before"),
        pytest.param(["06-20 08", "07-01 04"], ["06-30 01", "07-01 05"], "keys", id="yesterday by update, with orders that came back"),
        pytest.param(["06-25 08", "06-28 04"], ["06-30 01", "07-01 05"], "keys", id="yesterday by update of a shop without new orders"),
        pytest.param(["06-30 08", "06-30 09"], ["", ""], "days", id="a file that tells no updates"),
    ],
)
def test_a_file_holds_all_of_its_days_or_what_changed(report, bought, updated, covers):
    """What was asked by purchase replaces its days; what was asked by last update only the orders that it names."""
    lines = [
        {
            **LINE,
            "amazon-order-id": str(at),
            "purchase-date": f"2026-{day}:00:00Z".replace(" ", "T"),
            "last-updated-date": told and f"2026-{told}:00:00Z".replace(" ", "T"),
        }
        for at, (day, told) in enumerate(zip(bought, updated, strict=True))
    ]
    assert report(*lines).answer.covers == covers


def test_signs_that_a_program_lost_are_told(report):
    parsed = report({**LINE, "promotion-ids": "Sommer\ufffdpreis"}, {**LINE, "amazon-order-id": "M\ufffdller"}, LINE)
    told = [note.values for note in parsed.answer.notes if note.code == "lost_signs"]
    assert sorted((note["column"], note["rows"]) for note in told) == [("amazon-order-id", 1), ("promotion-ids", 1)]
    assert "M\ufffdller" in orders(parsed)["order_id"].tolist()


lines = st.fixed_dictionaries(
    {
        "amazon-order-id": st.from_regex(r"\d{3}-\d{7}-\d{7}", fullmatch=True),
        "purchase-date": st.datetimes(pd.Timestamp("2020-01-01"), pd.Timestamp("2027-01-01")).map(lambda d: d.strftime("%Y-%m-%dT%H:%M:%S+00:00")),
        "order-status": st.sampled_from(["Shipped", "Pending", "Cancelled"]),
        "sales-channel": st.sampled_from(["Amazon.com", "Amazon.co.uk", "Amazon.de"]),
        "sku": st.text("ABC-/ é'0", min_size=1, max_size=6).filter(lambda s: s.strip() == s),
        "quantity": st.integers(0, 9).map(str),
        "item-price": st.sampled_from(["", "0", "19.99", "1,234.50"]),
        "currency": st.sampled_from(["", "USD", "EUR"]),
        "item-promotion-discount": st.sampled_from(["", "0.00", "2.50"]),
    }
)
strange = st.lists(st.from_regex(r"new-[a-z]{3,8}", fullmatch=True), max_size=3, unique=True)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(lines, min_size=1, max_size=6), extra=strange, seed=st.integers(0, 99), delimiter=st.sampled_from(["\t", ",", ";"]))
def test_the_same_lines_in_any_shape_give_the_same_table(write, parse, rows, extra, seed, delimiter):
    """Columns in another order, more columns, another delimiter: the same orders, and the new columns are told."""
    columns = list(rows[0])
    plain = parse(write(columns, *[[row[name] for name in columns] for row in rows]))
    shuffled = random.Random(seed).sample([*columns, *extra], len(columns) + len(extra))
    quoted = [[f'"{row.get(name, "x")}"' for name in shuffled] for row in rows]
    other = parse(write(shuffled, *quoted, delimiter=delimiter))
    pd.testing.assert_frame_equal(plain.tables()["orders"], other.tables()["orders"])
    assert {told["column"] for told in other.answer.drift if told["change"] == "new"} == set(extra)
    assert other.answer.notes == plain.answer.notes
    stated = [(row["amazon-order-id"], row["sku"], float(row["quantity"])) for row in rows]
    assert list(plain.tables()["orders"][["order_id", "sku", "units"]].itertuples(index=False, name=None)) == stated
    assert not plain.tables()["orders"].duplicated(["channel", "order_id", "sku", "line"]).any()


def test_every_column_we_read_is_declared():
    assert all_orders.REPORT.telling <= all_orders.REPORT.needed.keys()
