"""What moves stock in pools: ledger detail, event detail, receipts, adjustments; and what leaves by removal or arrives with problems."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InvalidTable

EVENT = {
    "Date": "05/13/2026",
    "FNSKU": "X001",
    "ASIN": "B001",
    "MSKU": "A",
    "Title": "Kettle",
    "Event Type": "Shipments",
    "Reference ID": "REF1",
    "Quantity": "-1",
    "Fulfillment Center": "PHL7",
    "Disposition": "SELLABLE",
    "Reason": "",
    "Country": "US",
    "Reconciled Quantity": "0",
    "Unreconciled Quantity": "-1",
    "Date and Time": "05/13/2026 09:00:00",
    "Store": "US",
}
KINDS = ["receipts", "shipments", "returns", "adjustments"]


def one(parsed, table):
    frame = parsed.tables()[table]
    assert len(frame) == 1
    return frame.iloc[0]


def test_events_of_a_day_are_summed_by_kind(report):
    parsed = report(
        EVENT,
        {**EVENT, "Quantity": "-2", "Fulfillment Center": "LAX9"},
        {**EVENT, "Event Type": "Receipts", "Quantity": "50"},
        {**EVENT, "Event Type": "CustomerReturns", "Quantity": "1"},
        {**EVENT, "Event Type": "WhseTransfers", "Quantity": "-8"},
        {**EVENT, "Event Type": "Adjustments", "Quantity": "3", "Reason": "F"},
        {**EVENT, "Event Type": "VendorReturns", "Quantity": "-4"},
        {**EVENT, "Date": "05/14/2026"},
    )
    moved = parsed.tables()["movements"]
    assert moved[["sku", "node"]].to_numpy().tolist() == [["A", "fba-us"]] * 2
    assert moved[KINDS].to_numpy().tolist()[0] == [50, -3, 1, -9]
    assert moved.loc[1, KINDS].tolist() == pytest.approx([np.nan, -1, np.nan, np.nan], nan_ok=True)  # no event is told, and none is made up
    assert moved[["starting", "ending"]].isna().all(axis=None)
    assert parsed.answer.kept == 8
    assert one(parsed, "items")[["product_id", "fulfilment_id", "title"]].tolist() == ["B001", "X001", "Kettle"]


def test_units_that_are_not_sellable_do_not_move_what_is(report):
    parsed = report(EVENT, {**EVENT, "MSKU": "B", "Disposition": "CUSTOMER_DAMAGED", "Event Type": "CustomerReturns", "Quantity": "1"})
    assert one(parsed, "movements")["sku"] == "A"
    assert parsed.answer.dropped == {"not_sellable": 1}
    assert parsed.answer.kept == 1


@pytest.mark.parametrize(
    ("country", "store", "node", "notes"),
    [
        ("GB", "", "fba-uk", []),
        ("", "DE", "fba-de", []),
        ("PL", "", "fba-pl", []),
        ("CZ", "", "fba-de", []),
        ("SK", "DE", "fba-de", []),
        ("", "", "fba-us", ["home_marketplace"]),
    ],
)
def test_the_pool_of_an_event(report, country, store, node, notes):
    parsed = report({**EVENT, "Country": country, "Store": store})
    assert one(parsed, "movements")["node"] == node
    assert [note.code for note in parsed.answer.notes] == notes
    assert one(parsed, "nodes")["node"] == node


def test_both_spellings_of_the_ledger_header(report):
    plain = {name.replace(" ", ""): cell for name, cell in EVENT.items()}
    assert one(report(plain), "movements")["shipments"] == -1


def test_a_ledger_by_centre_is_of_the_home_pool(report):
    """A centre tells no country; the store beside it may."""
    row = {"Date": "05/13/2026", "MSKU": "A", "Disposition": "SELLABLE", "Starting Warehouse Balance": "10", "Ending Warehouse Balance": "10"}
    events = ("Receipts", "Customer Shipments", "Customer Returns", "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed")
    row |= dict.fromkeys((*events, "Other Events"), "0")
    parsed = report({**row, "Location": "PHX7", "Store": ""}, {**row, "Location": "ZNNE", "Store": ""}, {**row, "Location": "LEJ1", "Store": "DE"}, home="UK")
    assert parsed.tables()["movements"][["node", "starting"]].to_numpy().tolist() == [["fba-uk", 20], ["fba-de", 10]]
    assert parsed.tables()["stock"]["on_hand"].tolist() == [20, 10]


def test_many_wrong_balances_are_all_counted_and_the_first_told_with_figures(report):
    row = {"Date": "05/13/2026", "Disposition": "SELLABLE", "Location": "US", "Starting Warehouse Balance": "10", "Ending Warehouse Balance": "11"}
    events = ("Receipts", "Customer Returns", "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed", "Other Events")
    row |= dict.fromkeys(events, "0") | {"Customer Shipments": "-4"}
    with pytest.raises(InvalidTable) as caught:
        report(*({**row, "MSKU": f"S{at}"} for at in range(150)))
    assert len(caught.value.faults) == 150
    assert str(caught.value.faults[0]) == "line 2, column Ending Warehouse Balance: expected 6 (10 at the start and events of -4), got '11'"
    assert str(caught.value.faults[-1]) == "line 151, column Ending Warehouse Balance: expected the start plus all events, got '11'"


def test_event_detail(report):
    row = {"snapshot-date": "2021-05-01T00:00:00-07:00", "fnsku": "X001", "sku": "A", "product-name": "Kettle", "fulfillment-center-id": "PHX7"}
    parsed = report(
        {**row, "transaction-type": "Shipments", "quantity": "-2", "disposition": "SELLABLE"},
        {**row, "transaction-type": "Shipments", "quantity": "-3", "disposition": "SELLABLE", "fulfillment-center-id": "LAX9"},
        {**row, "transaction-type": "Adjustments", "quantity": "-1", "disposition": "SELLABLE"},
        {**row, "transaction-type": "Adjustments", "quantity": "1", "disposition": "WAREHOUSE_DAMAGED"},
    )
    moved = one(parsed, "movements")
    assert moved[["shipments", "adjustments"]].tolist() == [-5, -1]
    assert moved["date"] == pd.Timestamp("2021-05-01")
    assert (parsed.answer.kept, parsed.answer.dropped) == (3, {"not_sellable": 1})


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2021-05-01T00:00:00-07:00", "2021-05-01"),
        ("2021-05-02T05:00:00+00:00", "2021-05-01"),
        ("2021-05-02T00:00:00+00:00", "2021-05-02"),
        ("2021-05-03", "2021-05-03"),
    ],
)
def test_receipts_by_the_clock_of_the_pool(report, received, day):
    row = {"received-date": received, "fnsku": "X001", "sku": "A", "product-name": "Kettle", "fba-shipment-id": "FBA1", "fulfillment-center-id": "PHX7"}
    parsed = report({**row, "quantity": "40"}, {**row, "quantity": "2", "fba-shipment-id": "FBA2"})
    moved = one(parsed, "movements")
    assert (str(moved["date"].date()), moved["receipts"]) == (day, 42)
    assert moved[["shipments", "returns", "adjustments", "starting", "ending"]].isna().all()
    assert "inbound" not in parsed.tables()  # what a span of days tells of a shipment is a part of it


def test_adjustments(report):
    row = {"adjusted-date": "2021-05-01T00:00:00-07:00", "transaction-item-id": "1", "fnsku": "X001", "sku": "A", "fulfillment-center-id": "PHX7"}
    parsed = report(
        {**row, "quantity": "-2", "reason": "M", "disposition": "SELLABLE"},
        {**row, "quantity": "1", "reason": "F", "disposition": "SELLABLE"},
        {**row, "quantity": "2", "reason": "E", "disposition": "WAREHOUSE_DAMAGED"},
    )
    assert one(parsed, "movements")["adjustments"] == -1
    assert parsed.answer.dropped == {"not_sellable": 1}


ORDER = {
    "request-date": "2026-03-01T08:00:00-08:00",
    "order-id": "R1",
    "order-source": "Seller-initiated",
    "order-type": "Disposal",
    "service-speed": "Standard",
    "order-status": "Completed",
    "last-updated-date": "2026-03-09T08:00:00-08:00",
    "sku": "A",
    "fnsku": "X001",
    "disposition": "Unsellable",
    "requested-quantity": "10",
    "cancelled-quantity": "1",
    "disposed-quantity": "7",
    "shipped-quantity": "0",
    "in-process-quantity": "2",
    "removal-fee": "4.20",
    "currency": "USD",
}
UNITS = ["units_requested", "units_cancelled", "units_disposed", "units_shipped", "units_in_process"]


def test_removal_orders(report):
    parsed = report(
        ORDER, {**ORDER, "sku": "B", "order-type": "Liquidations", "order-status": "Canceled"}, {**ORDER, "fnsku": "X002", "requested-quantity": "5"}
    )
    removals = parsed.tables()["removals"]
    assert removals[["order_id", "sku", "disposition", "node", "kind", "status", "currency"]].to_numpy().tolist() == [
        ["R1", "A", "unsellable", "fba-us", "disposal", "completed", "USD"],
        ["R1", "B", "unsellable", "fba-us", "liquidation", "cancelled", "USD"],
    ]
    assert removals[UNITS].to_numpy().tolist() == [[15, 2, 14, 0, 4], [10, 1, 7, 0, 2]]
    assert removals["fee"].tolist() == pytest.approx([8.4, 4.2])
    assert removals.loc[0, ["requested_date", "updated_date"]].tolist() == [pd.Timestamp("2026-03-01"), pd.Timestamp("2026-03-09")]


@pytest.mark.parametrize(
    ("currency", "home", "node"),
    [("USD", "DE", "fba-us"), ("EUR", "FR", "fba-fr"), ("EUR", "US", "fba-de"), ("GBP", "US", "fba-uk"), ("", "US", None), ("XXX", "US", None)],
)
def test_the_pool_that_a_removal_left(report, currency, home, node):
    found = one(report({**ORDER, "currency": currency}, home=home), "removals")["node"]
    assert found == node if node else pd.isna(found)


@pytest.mark.parametrize(
    ("written", "day"), [("2026-03-01T20:00:00-08:00", "2026-03-01"), ("2026-03-02T04:00:00+00:00", "2026-03-01"), ("2026-03-01", "2026-03-01")]
)
def test_the_day_of_a_removal_is_one_of_its_pool(report, written, day):
    assert str(one(report({**ORDER, "request-date": written}), "removals")["requested_date"].date()) == day


@pytest.mark.parametrize(("said", "state"), [("Pending", "pending"), ("PLANNING", "planning"), ("Processing", "processing"), ("Held", None)])
def test_the_state_of_a_removal(report, said, state):
    found = one(report({**ORDER, "order-status": said}), "removals")["status"]
    assert found == state if state else pd.isna(found)


def test_parcels_of_a_removal(report):
    row = {
        "request-date": "2026-03-01",
        "order-id": "R1",
        "sku": "A",
        "fnsku": "X001",
        "disposition": "UNSELLABLE",
        "carrier": "UPS",
        "removal-order-type": "Return",
    }
    parsed = report(
        {**row, "shipment-date": "2026-03-20", "shipped-quantity": "4", "tracking-number": "1Z999"},
        {**row, "shipment-date": "2026-03-05", "shipped-quantity": "6", "tracking-number": "1Z998"},
    )
    removal = one(parsed, "removals")
    assert removal[["disposition", "kind", "units_shipped"]].tolist() == ["unsellable", "return", 10]
    assert removal["shipped_date"] == pd.Timestamp("2026-03-20")
    assert removal[["units_requested", "units_cancelled", "fee"]].isna().all()
    assert parsed.answer.kept == 2
    assert not any("1Z99" in str(cell) or "UPS" in str(cell) for cell in removal)


PROBLEM = {
    "issue-reported-date": "2026-04-02",
    "shipment-creation-date": "2026-03-01",
    "fba-shipment-id": "FBA1",
    "fba-carton-id": "U001",
    "fulfillment-center-id": "PHX7",
    "sku": "A",
    "fnsku": "X001",
    "asin": "B001",
    "product-name": "Kettle",
    "problem-type": "Label missing",
    "problem-quantity": "3",
    "expected-quantity": "100",
    "received-quantity": "97",
    "fee-type": "Unplanned service",
    "currency": "USD",
    "fee-total": "-1.50",
    "problem-level": "Unit",
    "alert-status": "Open",
}


def test_inbound_problems(report):
    parsed = report(PROBLEM, PROBLEM, {**PROBLEM, "sku": "", "fnsku": "", "problem-level": "Shipment"}, {**PROBLEM, "sku": ""})
    problems = parsed.tables()["inbound_problems"]
    assert problems[["shipment_id", "sku", "problem", "line"]].to_numpy().tolist() == [
        ["FBA1", "A", "Label missing", 0],
        ["FBA1", "A", "Label missing", 1],
        ["FBA1", "fnsku:X001", "Label missing", 0],
    ]
    assert problems.loc[0, ["units_problem", "units_expected", "units_received", "fee", "currency"]].tolist() == [3, 100, 97, 1.5, "USD"]
    assert problems.loc[0, "date"] == pd.Timestamp("2026-04-02")
    assert (parsed.answer.kept, parsed.answer.dropped) == (3, {"no_article": 1})


def test_inbound_problems_find_the_sku_of_a_label(report):
    items = pd.DataFrame({"sku": ["A"], "fulfilment_id": ["X001"], "product_id": ["B001"]})
    assert one(report({**PROBLEM, "sku": ""}, items=items), "inbound_problems")["sku"] == "A"
