"""All reports of a made-up shop tell one story, to the unit."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.datasets.places import US

BALANCE = ["Starting Warehouse Balance", "Ending Warehouse Balance"]
EVENTS = [
    "Receipts", "Customer Shipments", "Customer Returns", "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged",
    "Disposed", "Other Events",
]  # fmt: skip
AGES = [
    "inv-age-0-to-90-days",
    "inv-age-91-to-180-days",
    "inv-age-181-to-270-days",
    "inv-age-271-to-365-days",
    "inv-age-366-to-455-days",
    "inv-age-456-plus-days",
]
YOUNG = ["inv-age-0-to-30-days", "inv-age-31-to-60-days", "inv-age-61-to-90-days"]


@pytest.fixture
def ledger(inbox, marketplace):
    lines = inbox.ledger(marketplace)
    return lines.assign(**{name: lines[name].astype(int) for name in (*BALANCE, *EVENTS)})


@pytest.fixture
def planning(inbox, marketplace):
    return inbox.read(f"inventory-planning_{marketplace.node}")


def sums(frame, by, column):
    total = frame.groupby(by)[column].sum()
    return total[total != 0].sort_index()


def same(left, right):
    return left.rename_axis([None] * left.index.nlevels).to_dict() == right.rename_axis([None] * right.index.nlevels).to_dict()


def ending_on(lines, day):
    """Balance of each SKU at the end of a day: that of its last line so far."""
    return lines[lines["day"] <= day].groupby("MSKU")["Ending Warehouse Balance"].last()


def test_orders_of_a_day_are_the_ledgers_shipments(inbox, marketplace, ledger):
    lines = inbox.orders(marketplace)
    shipped = sums(lines[lines["order-status"] == "Shipped"], ["day", "sku"], "units")
    assert len(shipped) > 100
    assert same(shipped, -sums(ledger, ["day", "MSKU"], "Customer Shipments"))


def test_start_and_events_give_the_end(ledger):
    assert (ledger[BALANCE[0]] + ledger[EVENTS].sum(axis=1) == ledger[BALANCE[1]]).all()
    before = ledger.groupby(["MSKU", "Disposition"])[BALANCE[1]].shift()
    assert (before.isna() | (before == ledger[BALANCE[0]])).all()
    assert (ledger[BALANCE] >= 0).all(axis=None)


def test_snapshots_are_the_ledgers_balance(ledger, planning):
    sellable = ledger[ledger["Disposition"] == "SELLABLE"]
    whole = ["available", "Total Reserved Quantity", "fc-transfer", "Reserved FC Processing", "Reserved Customer Order", "Reserved Staging", *AGES, *YOUNG]
    planning = planning.assign(**{name: planning[name].astype(int) for name in whole})
    assert planning["snapshot-date"].nunique() >= 8
    for day, now in planning.groupby("snapshot-date"):
        balance = ending_on(sellable, day).reindex(now["sku"]).fillna(0).to_numpy()
        assert (now["available"] + now["Total Reserved Quantity"] == balance).all()
    parts = planning[["fc-transfer", "Reserved FC Processing", "Reserved Customer Order", "Reserved Staging"]].sum(axis=1)
    assert (planning["Total Reserved Quantity"] == parts).all()
    assert (planning[AGES].sum(axis=1) == planning["available"] + parts).all()
    assert (planning[YOUNG].sum(axis=1) == planning[AGES[0]]).all()
    assert (planning[whole] >= 0).all(axis=None)


def test_every_sku_with_stock_is_in_the_snapshot(ledger, planning):
    last = planning[planning["snapshot-date"] == "2026-10-31"]
    balance = ending_on(ledger[ledger["Disposition"] == "SELLABLE"], "2026-10-31")
    assert set(balance[balance > 0].index) <= set(last["sku"])


def test_unfulfillable_units_are_the_ledgers(ledger, planning):
    spoilt = ledger[ledger["Disposition"] != "SELLABLE"]
    last = planning[planning["snapshot-date"] == "2026-10-31"].set_index("sku")["unfulfillable-quantity"].astype(int)
    balance = spoilt.groupby(["MSKU", "Disposition"])["Ending Warehouse Balance"].last().groupby("MSKU").sum()
    assert same(last[last > 0].sort_index(), balance[balance > 0].sort_index())


def test_ages_are_first_in_first_out(inbox, ledger, planning):
    """Of SKUs launched within the ledger, every unit's age follows from its own receipts."""
    items = inbox.form("items").set_index("sku")
    sellable = ledger[ledger["Disposition"] == "SELLABLE"]
    last = planning[planning["snapshot-date"] == "2026-10-31"].set_index("sku")
    young = [sku for sku in last.index if items.loc[sku, "launch_date"] > "2026-02-01"]
    for sku in young:
        rows = sellable[sellable["MSKU"] == sku]
        left, ages = int(rows["Ending Warehouse Balance"].iloc[-1]), []
        for day, came in zip(reversed(rows["day"].tolist()), reversed((rows["Receipts"] + rows["Customer Returns"] + rows["Found"]).tolist()), strict=True):
            ages += [(pd.Timestamp("2026-10-31") - pd.Timestamp(day)).days] * min(came, left - len(ages))
        counted = np.histogram(ages, [0, 91, 181, 271, 366, 456, 9_999])[0]
        assert counted.tolist() == last.loc[sku, AGES].astype(int).tolist(), sku


def test_inbound_units_are_the_shipments_on_the_way(inbox, marketplace, planning):
    last = planning[planning["snapshot-date"] == "2026-10-31"]
    shipments = inbox.form("inbound")
    here = shipments[shipments["node"] == marketplace.node]
    for status, column in (("working", "inbound-working"), ("shipped", "inbound-shipped"), ("receiving", "inbound-received")):
        units = here[here["status"] == status].assign(due=lambda f: (f["units_shipped"] - f["units_received"]).astype(int))
        reported = last.set_index("sku")[column].astype(int)
        assert same(reported[reported > 0].sort_index(), sums(units, "sku", "due")), status


def test_returns_are_of_orders_and_of_the_ledger(inbox, marketplace, ledger):
    back = inbox.read(f"customer-returns_{marketplace.channel}")
    assert len(back) > 5
    ordered = inbox.orders(marketplace)
    bought = ordered[ordered["order-status"] == "Shipped"].groupby(["amazon-order-id", "sku"])["units"].sum()
    returned = back.assign(units=back["quantity"].astype(int)).groupby(["order-id", "sku"])["units"].sum()
    assert (bought.reindex(returned.index).fillna(0) >= returned).all()
    by_day = back.assign(day=back["return-date"].str[:10], units=1)
    disposition = ["day", "sku", "detailed-disposition"]
    assert same(sums(by_day, disposition, "units"), sums(ledger, ["day", "MSKU", "Disposition"], "Customer Returns"))
    purchase = ordered.groupby("amazon-order-id")["purchase-date"].min()
    assert (back["return-date"].to_numpy() > purchase.reindex(back["order-id"]).to_numpy()).all()


def test_order_keys_are_unique_and_cancelled_lines_move_nothing(inbox, marketplace):
    lines = inbox.orders(marketplace)
    assert not lines["order-item-id"].duplicated().any()
    assert lines.groupby("amazon-order-id")["purchase-date"].nunique().max() == 1
    cancelled = lines[lines["order-status"] == "Cancelled"]
    assert 0.002 < len(cancelled) / len(lines) < 0.05
    assert set(lines["order-status"]) <= {"Shipped", "Pending", "Cancelled"}
    assert marketplace is not US or "Pending" in set(lines["order-status"])
    assert set(lines.loc[lines["order-status"] == "Pending", "day"]) <= {"2026-10-30", "2026-10-31"}


def test_pending_units_are_reserved(inbox, marketplace, planning):
    lines = inbox.orders(marketplace)
    waiting = sums(lines[lines["order-status"] == "Pending"], "sku", "units")
    reserved = planning[planning["snapshot-date"] == "2026-10-31"].set_index("sku")["Reserved Customer Order"].astype(int)
    assert same(reserved[reserved > 0].sort_index(), waiting)


def test_storage_is_charged_on_the_ledgers_daily_balance(inbox, marketplace, ledger):
    fees = inbox.read(f"storage-fees_{marketplace.node}")
    july = fees[fees["month_of_charge"] == "2026-07"].astype({"average_quantity_on_hand": float, "estimated_monthly_storage_fee": float})
    days = pd.date_range("2026-07-01", "2026-07-31").strftime("%Y-%m-%d")
    total = pd.Series(0.0, index=july["sku"].unique())
    for (sku, _), rows in ledger.groupby(["MSKU", "Disposition"]):
        ends = rows.set_index("day")["Ending Warehouse Balance"]
        every = ends.reindex(ends.index.union(days)).ffill().fillna(0)
        total[sku] = total.get(sku, 0.0) + every[days].mean()
    charged = july.groupby("sku")["average_quantity_on_hand"].sum()
    assert charged.to_numpy() == pytest.approx(total[charged.index].to_numpy(), abs=0.02)
    fee = july["average_quantity_on_hand"] * july["item_volume"].astype(float) * july["storage_rate"].astype(float)
    assert july["estimated_monthly_storage_fee"].to_numpy() == pytest.approx(fee.to_numpy(), abs=0.011)


def test_purchase_orders_are_the_ledgers_receipts(inbox, marketplace, ledger):
    orders = inbox.form("purchase_orders")
    here = orders[(orders["node"] == marketplace.node) & (orders["received_date"] >= "2026-02-10")]
    received = ledger[ledger["day"] >= "2026-02-10"].groupby("MSKU")["Receipts"].sum()
    open_now = orders[(orders["node"] == marketplace.node) & orders["received_date"].isna()]
    counted = pd.concat([here, open_now]).groupby("sku")["units_received"].sum()
    # an order received in two parts across the first day shows whole in one and in part in the other
    late = orders[(orders["received_date"] >= "2026-02-10") & (orders["received_date"] <= "2026-02-18")]["sku"]
    skus = counted.index.difference(late)
    assert len(skus) > (10 if marketplace is US else 0)
    assert (counted[skus] == received.reindex(skus).fillna(0)).all()


def test_traffic_counts_the_orders(inbox, marketplace):
    lines = inbox.orders(marketplace)
    counted = lines[(lines["order-status"] != "Cancelled") & (lines["item-price"] != "0.00") & ~lines["promotion-ids"].str.contains("vine")]
    for file in inbox.files(f"sales-and-traffic_{marketplace.channel}")[-5:]:
        report = json.loads(file.read_text(encoding="utf-8"))
        day = report["reportSpecification"]["dataStartTime"]
        of_day = counted[counted["day"] == day]
        sold = {row["sku"]: row["salesByAsin"]["unitsOrdered"] for row in report["salesAndTrafficByAsin"] if row["salesByAsin"]["unitsOrdered"]}
        assert sold == of_day.groupby("sku")["units"].sum().to_dict()
        assert report["salesAndTrafficByDate"][0]["salesByDate"]["unitsOrdered"] == of_day["units"].sum()
        assert all(row["trafficByAsin"]["sessions"] >= row["salesByAsin"]["totalOrderItems"] for row in report["salesAndTrafficByAsin"])


def test_advertising_agrees_with_itself(inbox):
    ads = inbox.read("sponsored-products").astype({"Impressions": int, "Clicks": int, "Spend": float, "7 Day Total Units (#)": int})
    assert not ads.duplicated(["Date", "Advertised SKU", "Campaign Name", "Currency"]).any()
    assert (ads["Clicks"] <= ads["Impressions"]).all()
    assert (ads["7 Day Total Units (#)"] <= ads["Clicks"] * 20).all()
    assert set(ads["Currency"]) == {"USD", "GBP", "EUR"}


def test_the_own_store_ships_from_its_3pl(inbox):
    lines = inbox.read("shop-orders").assign(day=lambda f: f["Created at"].where(f["Created at"] != "").ffill().str[:10])
    shipped = sums(lines[lines["Lineitem fulfillment status"] == "fulfilled"].astype({"Lineitem quantity": int}), ["day", "Lineitem sku"], "Lineitem quantity")
    moves = inbox.read("3pl-movements")
    numbers = ["Opening", "Received", "Dispatched", "Customer returns", "Corrections", "Closing"]
    moves = moves.astype(dict.fromkeys(numbers, int))
    assert same(shipped, -sums(moves, ["Day", "Item"], "Dispatched"))
    assert (moves[numbers[:-1]].sum(axis=1) == moves["Closing"]).all()
    counts = inbox.read("3pl-stock").astype({"Units on hand": int})
    for day, now in counts.groupby("Counted on"):
        closing = moves[moves["Day"] <= day].groupby("Item")["Closing"].last()
        assert (closing.reindex(now["Item"]).to_numpy() == now["Units on hand"].to_numpy()).all()


def test_prices_and_tax(inbox, marketplace):
    """In the US tax comes on top; in Europe it is inside the price."""
    lines = inbox.orders(marketplace)
    lines = lines[(lines["order-status"] == "Shipped") & (lines["item-price"] != "0.00")]
    price, tax, discount = (lines[name].astype(float) for name in ("item-price", "item-tax", "item-promotion-discount"))
    share = {"amazon-us": 0.07, "amazon-uk": 0.2 / 1.2, "amazon-de": 0.19 / 1.19}[marketplace.channel]
    assert tax.to_numpy() == pytest.approx(((price - discount) * share).to_numpy(), abs=0.0051)
    assert (discount <= price).all()
    if marketplace is US:
        vine = lines["promotion-ids"].str.startswith("vine")
        assert vine.any() and (price[vine] == discount[vine]).all()
